// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "./interfaces/IAppeals.sol";
import {ICallback} from "./interfaces/ICallback.sol";
import {IDeliveries} from "./interfaces/IDeliveries.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IWork} from "./interfaces/IWork.sol";
import {CallbackLib} from "./libraries/CallbackLib.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {DigestLib} from "./libraries/DigestLib.sol";
import {OrderLib} from "./libraries/OrderLib.sol";
import {VoteLib} from "./libraries/VoteLib.sol";
import {AppealStatus} from "./types/Appeals.sol";
import {TaskResult} from "./types/Batches.sol";
import {DealStatus, DealTerms} from "./types/Deals.sol";
import {FailureReason, Preimage, Result, TaskRef} from "./types/Results.sol";

/// @notice See IDeliveries.
/// @dev Holds no money and no right. A task is marked before its callback runs, so a callback that comes back in
/// finds its own task delivered.
contract Deliveries is IDeliveries {
    using DealLib for DealTerms;

    bytes32 private constant DELIVERED = bytes32(uint256(1));
    bytes32 private constant FAILED = bytes32(uint256(2));

    IMarket private immutable MARKET;
    IWork private immutable WORK;
    IAppeals private immutable APPEALS;

    /// @dev DELIVERED, FAILED, or the hash of the result that waits.
    mapping(bytes32 dealId => mapping(uint32 index => bytes32)) private _states;

    constructor(address market, address work, address appeals) {
        (MARKET, WORK, APPEALS) = (IMarket(market), IWork(work), IAppeals(appeals));
    }

    /// @inheritdoc IDeliveries
    function deliver(
        Task calldata task,
        Settlement calldata settlement,
        Preimage calldata preimage,
        Content calldata content
    ) external returns (bool isCalled) {
        bytes32 dealId = _check(task);
        _checkSettled(dealId, task, settlement, preimage);
        DigestLib.checkContent(content, preimage);
        Result memory result = Result(
            preimage.status,
            preimage.exitCode,
            preimage.fuel,
            settlement.facts.settledAt + task.terms.maturitySec,
            content.path,
            content.content
        );
        return _callResult(dealId, task, result);
    }

    /// @inheritdoc IDeliveries
    function retry(Task calldata task, Result calldata result) external returns (bool isCalled) {
        bytes32 dealId = _check(task);
        (bytes32 expected, bytes32 found) = (_states[dealId][task.index], keccak256(abi.encode(result)));
        if (found != expected) revert WrongResult(expected, found);
        return _callResult(dealId, task, result);
    }

    /// @inheritdoc IDeliveries
    function deliverFailure(Task calldata task) external returns (bool isCalled) {
        (bytes32 dealId, uint32 index) = (_checkRequest(task), task.index);
        if (index >= task.terms.volume) revert IndexOutOfRange(index, task.terms.volume);
        bytes32 before = _states[dealId][index];
        FailureReason reason = _reasonOf(task, dealId);
        // What was called back before its window was over can fall later: then both are told, in that order.
        bool isTold = before == FAILED || (before == DELIVERED && reason != FailureReason.Overturned);
        if (isTold) revert AlreadyDelivered(dealId, index);
        TaskRef memory ref = _refOf(dealId, task);
        _states[dealId][index] = FAILED;
        isCalled = _call(task, abi.encodeCall(ICallback.onFailure, (ref, reason)));
        if (!isCalled) _states[dealId][index] = before;
        emit FailureDelivered(dealId, index, task.terms.callback, ref.requestHash, reason, isCalled);
    }

    /// @inheritdoc IDeliveries
    function isDelivered(bytes32 dealId, uint32 index) external view returns (bool) {
        return _isTold(_states[dealId][index]);
    }

    /// @inheritdoc IDeliveries
    function pendingOf(bytes32 dealId, uint32 index) external view returns (bytes32) {
        bytes32 state = _states[dealId][index];
        return _isTold(state) ? bytes32(0) : state;
    }

    function _isTold(bytes32 state) private pure returns (bool) {
        return state == DELIVERED || state == FAILED;
    }

    function _check(Task calldata task) private view returns (bytes32 dealId) {
        dealId = _checkRequest(task);
        if (_isTold(_states[dealId][task.index])) revert AlreadyDelivered(dealId, task.index);
    }

    /// @dev A request that Market has matched passes; the limit is checked again because Market may be of an
    /// earlier version.
    function _checkRequest(Task calldata task) private view returns (bytes32 dealId) {
        dealId = task.terms.hash();
        bytes32 found = OrderLib.typedHash(task.request, MARKET.domainSeparator());
        if (found != task.terms.requestHash) revert WrongRequest(task.terms.requestHash, found);
        if (task.terms.callback == address(0)) revert NoCallback(dealId);
        if (!CallbackLib.admits(task.terms.callback, task.request.callbackGas)) {
            revert BadCallbackGas(task.request.callbackGas, CallbackLib.MAX_GAS);
        }
    }

    /// @dev Why a task has no result for ever; reverts where it has one, or still can have.
    function _reasonOf(Task calldata task, bytes32 dealId) private view returns (FailureReason) {
        uint32 index = task.index;
        if (MARKET.isSettled(dealId, index)) {
            (AppealStatus status, bool stands) = APPEALS.outcomeOf(VoteLib.taskOf(dealId, index));
            if (status == AppealStatus.Closed && !stands) return FailureReason.Overturned;
            revert TaskHasSettled(dealId, index);
        }
        (DealStatus deal,) = MARKET.dealOf(dealId);
        // Spoiled is spoiled for ever, but the money comes back with the deal's end.
        if (deal != DealStatus.Closed) revert DealStillOpen(dealId);
        return MARKET.isSpoiled(dealId, index) ? FailureReason.Spoiled : FailureReason.Expired;
    }

    /// @dev A result at issue waits for its verdict; what fell is never handed out.
    function _checkUndisputed(bytes32 dealId, uint32 index) private view {
        bytes32 taskId = VoteLib.taskOf(dealId, index);
        (AppealStatus status, bool stands) = APPEALS.outcomeOf(taskId);
        if (status == AppealStatus.None || (status == AppealStatus.Closed && stands)) return;
        revert ResultDisputed(taskId, uint8(status));
    }

    function _checkSettled(
        bytes32 dealId,
        Task calldata task,
        Settlement calldata settlement,
        Preimage calldata preimage
    ) private view {
        bytes32 digest = DigestLib.digestOf(preimage, keccak256(abi.encode(dealId, uint256(task.index))));
        bool settled = WORK.verifyResult(
            task.terms.pool,
            settlement.nonce,
            settlement.facts,
            TaskResult(dealId, task.index, digest, settlement.votes),
            settlement.place
        );
        if (!settled) revert ResultNotSettled(dealId, task.index, digest);
    }

    function _callResult(bytes32 dealId, Task calldata task, Result memory result)
        private
        returns (bool isCalled)
    {
        _checkUndisputed(dealId, task.index);
        TaskRef memory ref = _refOf(dealId, task);
        bytes32 resultHash = keccak256(abi.encode(result));
        _states[dealId][task.index] = DELIVERED;
        isCalled = _call(task, abi.encodeCall(ICallback.onResult, (ref, result)));
        if (!isCalled) _states[dealId][task.index] = resultHash;
        emit ResultDelivered(dealId, task.index, task.terms.callback, ref.requestHash, resultHash, isCalled);
    }

    /// @dev Assumes nothing of the callback: it gets its gas, all of it, and what it returns is not looked at.
    /// A contract that is not there yet fails like one that reverts.
    function _call(Task calldata task, bytes memory message) private returns (bool isCalled) {
        address callback = task.terms.callback;
        uint256 callbackGas = task.request.callbackGas;
        uint256 needed = CallbackLib.gasNeeded(callbackGas);
        // Else a caller could starve the callback and have it counted as failed.
        if (gasleft() < needed) revert TooLittleGas(gasleft(), needed);
        if (callback.code.length == 0) return false;
        assembly ("memory-safe") {
            isCalled := call(callbackGas, callback, 0, add(message, 0x20), mload(message), 0x00, 0x00)
        }
    }

    function _refOf(bytes32 dealId, Task calldata task) private pure returns (TaskRef memory) {
        return TaskRef(task.terms.requestHash, task.terms.firstIndex + task.index, dealId, task.index);
    }
}
