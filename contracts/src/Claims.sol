// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {BatchReader} from "./base/BatchReader.sol";
import {TypedData} from "./base/TypedData.sol";
import {IClaims, Neighbour, Opening, Receipt} from "./interfaces/IClaims.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {IReveals} from "./interfaces/IReveals.sol";
import {IWork} from "./interfaces/IWork.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {MerkleLib} from "./libraries/MerkleLib.sol";
import {RecordLib} from "./libraries/RecordLib.sol";
import {TableLib} from "./libraries/TableLib.sol";
import {TallyLib} from "./libraries/TallyLib.sol";
import {VoteLib} from "./libraries/VoteLib.sol";
import {BatchFacts, Inclusion, TaskResult} from "./types/Batches.sol";
import {DealPart, DealStatus, DealTerms} from "./types/Deals.sol";

/// @notice See IClaims.
/// @dev Calls only Millrace's own contracts, and those call no stranger on its behalf.
contract Claims is IClaims, BatchReader, TypedData {
    using TableLib for TableLib.Table;
    using TallyLib for TableLib.Table;
    using DealLib for DealTerms;

    bytes32 private constant RECEIPT_TYPEHASH =
        keccak256("Receipt(address pool,uint64 nonce,address worker,bytes32 root,uint48 until)");
    /// @dev So long a receipt outlives the operator that signed it: else a pool would remove it first.
    uint48 private constant OPERATOR_GRACE = 1 days;

    IWork private immutable WORK;
    IReveals private immutable REVEALS;
    IMarket private immutable MARKET;
    IRegistry private immutable REGISTRY;

    mapping(bytes32 batch => mapping(address worker => bool)) private _hasForfeited;
    /// @dev A task may be in several dropped batches: only the first one claimed pays.
    mapping(bytes32 taskId => bytes32 batch) private _forfeitedIn;
    mapping(bytes32 taskId => bool) private _isOmitted;

    constructor(address work, address reveals, address market, address registry) {
        (WORK, REVEALS) = (IWork(work), IReveals(reveals));
        (MARKET, REGISTRY) = (IMarket(market), IRegistry(registry));
    }

    /// @inheritdoc IClaims
    function forfeit(
        address pool,
        uint64 nonce,
        bytes32 root,
        uint48 committedAt,
        DealPart[] calldata parts,
        bytes calldata record
    ) external {
        if (WORK.batchOf(pool, nonce) != keccak256(abi.encode(root, committedAt))) {
            revert NotDropped(pool, nonce);
        }
        Batch memory batch = _read(pool, nonce, parts, committedAt, false);
        RecordLib.Voter memory voter = _oneVoter(record);
        bytes32 head = batch.table.tally(voter);
        bytes32 name = keccak256(abi.encode(pool, nonce, root, committedAt));
        if (!REVEALS.isCounted(name, voter.worker, head)) revert NotRevealed(pool, nonce, voter.worker);
        if (_hasForfeited[name][voter.worker]) revert AlreadyClaimed(name, voter.worker);
        _hasForfeited[name][voter.worker] = true;
        _checkDropped(batch, parts);
        for (uint256 p; p < parts.length; ++p) {
            _forfeitPart(batch, p, parts[p].terms, voter, name);
        }
        if (voter.reward == 0) revert NothingToClaim(pool, nonce, voter.worker);
        // A batch has at most 65,536 slots.
        // forge-lint: disable-next-line(unsafe-typecast)
        emit BatchForfeited(pool, nonce, voter.worker, voter.reward, uint32(voter.won));
    }

    /// @inheritdoc IClaims
    function claimOmission(
        Receipt calldata receipt,
        bytes calldata signature,
        Opening calldata opening,
        DealTerms calldata terms,
        uint64 nonce,
        BatchFacts calldata facts,
        TaskResult calldata result,
        Inclusion calldata place,
        Neighbour calldata left,
        Neighbour calldata right
    ) external {
        bytes32 dealId = terms.hash();
        bytes32 taskId = keccak256(abi.encode(dealId, uint256(result.index)));
        (address pool, address worker) = (receipt.pool, receipt.worker);
        if (terms.pool != pool) revert IWork.WrongPool(dealId, pool, terms.pool);
        if (facts.committedAt > receipt.until) revert ReceiptExpired(receipt.until, facts.committedAt);
        _checkReceipt(receipt, signature, terms.poolOwner, facts.committedAt);
        _checkOpening(receipt, opening, taskId);
        bool isThere = result.dealId == dealId && facts.batchRoot != 0
            && WORK.verifyResult(pool, nonce, facts, result, place);
        if (!isThere) revert NotSettledThere(taskId, pool, nonce);
        if (!_isMissing(pool, nonce, facts, worker, left, right)) revert NotOmitted(pool, nonce, worker);
        if (_isOmitted[taskId]) revert AlreadyClaimed(taskId, worker);
        _isOmitted[taskId] = true;
        uint256 amount = MARKET.splitStake(terms, worker);
        if (amount == 0) revert NothingToClaim(pool, nonce, worker);
        emit OmissionProven(dealId, result.index, worker, amount);
    }

    /// @dev A batch settles as a whole, so it cannot once the window of any of its deals is over.
    function _checkDropped(Batch memory batch, DealPart[] calldata parts) private view {
        uint48 window = type(uint48).max;
        for (uint256 p; p < parts.length; ++p) {
            if (parts[p].terms.settleWindowSec < window) window = parts[p].terms.settleWindowSec;
        }
        uint48 closesAt = batch.committedAt + window;
        if (block.timestamp <= closesAt) revert SettleWindowOpen(batch.pool, batch.nonce, closesAt);
    }

    /// @dev Adds what a worker gets for a part to `voter.reward`, and its tasks to `voter.won`.
    function _forfeitPart(
        Batch memory batch,
        uint256 p,
        DealTerms calldata terms,
        RecordLib.Voter memory voter,
        bytes32 name
    ) private {
        bytes32 dealId = batch.dealIds[p];
        (DealStatus status,) = MARKET.dealOf(dealId);
        bool isLate = batch.committedAt > terms.expiresAt;
        uint256 most = terms.workersPart();
        if (most > terms.poolStake / 2) most = terms.poolStake / 2;
        (, uint256 end) = _slotsOf(batch, p);
        uint256 amount;
        bytes memory indexes;
        for (; voter.pos < voter.end; voter.pos += RecordLib.VOTE_BYTES) {
            uint256 slot = RecordLib.slotAt(voter.pos);
            if (slot >= end) break;
            if (status != DealStatus.Open || isLate) continue;
            // forge-lint: disable-next-line(unsafe-typecast)
            uint32 index = uint32(batch.table.indexAt(slot));
            (bool pays, bool isFirst) = _claimTask(dealId, index, name);
            if (!pays) continue;
            if (isFirst) indexes = abi.encodePacked(indexes, index);
            amount += most / REVEALS.countOf(name, dealId, index);
            ++voter.won;
        }
        if (indexes.length != 0) MARKET.spoilTasks(dealId, terms.volume, indexes);
        if (amount != 0) MARKET.payStake(terms, voter.worker, amount);
        voter.reward += amount;
    }

    /// @dev Whether a task's stake is forfeited in this batch, and whether nobody claimed that before.
    function _claimTask(bytes32 dealId, uint32 index, bytes32 name)
        private
        returns (bool pays, bool isFirst)
    {
        bytes32 taskId = keccak256(abi.encode(dealId, uint256(index)));
        bytes32 before = _forfeitedIn[taskId];
        if (before != 0) return (before == name, false);
        if (MARKET.isSettled(dealId, index) || MARKET.isSpoiled(dealId, index)) return (false, false);
        _forfeitedIn[taskId] = name;
        return (true, true);
    }

    /// @dev Receipts are signed in the domain of Work, like all that a pool and its workers sign.
    function _checkReceipt(
        Receipt calldata receipt,
        bytes calldata signature,
        address poolOwner,
        uint48 committedAt
    ) private view {
        bytes32 structHash = keccak256(abi.encode(RECEIPT_TYPEHASH, receipt));
        bytes32 typedHash = keccak256(abi.encodePacked(hex"1901", _separatorOf(address(WORK)), structHash));
        (address signer,,) = ECDSA.tryRecover(typedHash, signature);
        bool isValid = signer != address(0)
            && REGISTRY.wasOperator(receipt.pool, poolOwner, signer, committedAt - OPERATOR_GRACE);
        if (!isValid) revert BadReceipt(receipt.pool, signer);
    }

    function _checkOpening(Receipt calldata receipt, Opening calldata opening, bytes32 taskId) private pure {
        bytes32 commitment = VoteLib.commitment(receipt.worker, opening.digest, opening.salt);
        bytes32 leaf = VoteLib.receiptLeaf(taskId, commitment);
        if (!MerkleLib.includes(leaf, opening.place, receipt.root)) {
            revert NotCommittedTo(taskId, receipt.worker);
        }
    }

    /// @dev Whoever lies about the count of leaves cannot move two of them together: the turns of both paths are
    /// under the root, and those of neighbours differ in one turn, with only rights before and lefts behind it.
    function _isMissing(
        address pool,
        uint64 nonce,
        BatchFacts calldata facts,
        address worker,
        Neighbour calldata left,
        Neighbour calldata right
    ) private view returns (bool) {
        (bool hasLeft, bool hasRight) = (left.place.count != 0, right.place.count != 0);
        if (hasLeft) {
            if (left.worker >= worker) return false;
            if (!WORK.verifyVoter(pool, nonce, facts, left.worker, left.head, left.place)) return false;
            if (!hasRight) return left.place.position + 1 == left.place.count;
        }
        if (!hasRight || right.worker <= worker) return false;
        if (!WORK.verifyVoter(pool, nonce, facts, right.worker, right.head, right.place)) return false;
        if (!hasLeft) return right.place.position == 0;
        return left.place.count == right.place.count && left.place.position + 1 == right.place.position;
    }
}
