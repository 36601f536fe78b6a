// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICallback} from "../interfaces/ICallback.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IRequester} from "../interfaces/IRequester.sol";
import {BagLib} from "../libraries/BagLib.sol";
import {OrderLib} from "../libraries/OrderLib.sol";
import {RequestOrder} from "../types/Orders.sol";
import {FailureReason, Result, TaskRef} from "../types/Results.sol";

/// @notice What a contract inherits that buys computations: it places requests, and takes callbacks only from
/// Deliveries and only for requests of its own.
/// @dev The price is paid from the contract's free balance in Escrow; fill it with `Escrow.depositFor`.
abstract contract ComputeBuyer is ICallback, IRequester {
    error NotDeliveries(address caller);
    error UnknownRequest(bytes32 requestHash);

    IMarket internal immutable MARKET;
    address private immutable DELIVERIES;

    mapping(bytes32 requestHash => bool) private _placed;

    constructor(address market, address deliveries) {
        (MARKET, DELIVERIES) = (IMarket(market), deliveries);
    }

    /// @inheritdoc ICallback
    function onResult(TaskRef calldata task, Result calldata result) external {
        _checkCall(task);
        _onResult(task, result);
    }

    /// @inheritdoc ICallback
    function onFailure(TaskRef calldata task, FailureReason reason) external {
        _checkCall(task);
        _onFailure(task, reason);
    }

    /// @dev `order.requester` and `order.callback` must be this contract.
    function _request(RequestOrder memory order) internal returns (bytes32 requestHash) {
        requestHash = OrderLib.typedHash(order, MARKET.domainSeparator());
        _placed[requestHash] = true;
        emit RequestPlaced(requestHash, order);
        MARKET.placeRequestOrder(order);
    }

    /// @dev Says what a bag of one task holds, and what a request calls it.
    function _postBag(string[] memory args) internal returns (bytes32 bag) {
        bytes memory content = BagLib.ofOneTask(args);
        bag = sha256(content);
        emit BagPosted(bag, content);
    }

    function _onResult(TaskRef calldata task, Result calldata result) internal virtual;
    function _onFailure(TaskRef calldata task, FailureReason reason) internal virtual;

    function _checkCall(TaskRef calldata task) private view {
        if (msg.sender != DELIVERIES) revert NotDeliveries(msg.sender);
        if (!_placed[task.requestHash]) revert UnknownRequest(task.requestHash);
    }
}
