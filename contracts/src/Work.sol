// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TypedData} from "./base/TypedData.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {IWork} from "./interfaces/IWork.sol";
import {BatchLib} from "./libraries/BatchLib.sol";
import {CredibilityLib} from "./libraries/CredibilityLib.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {MerkleLib} from "./libraries/MerkleLib.sol";
import {DealPart, DealTerms} from "./types/Deals.sol";
import {Verdict} from "./types/Verdicts.sol";

/// @notice See IWork. BatchLib decides, Work does.
/// @dev Calls only Millrace's own contracts, and those call no stranger on its behalf.
contract Work is IWork, TypedData {
    using BatchLib for BatchLib.Table;
    using DealLib for DealTerms;

    /// @dev What a settlement knows of its batch. Slots of part p: ends[p - 1] to ends[p] - 1.
    struct Batch {
        address pool;
        uint64 nonce;
        bytes32[] dealIds;
        uint256[] ends;
        uint256[] saboteurBpsOfClass;
        BatchLib.Table table;
        BatchLib.Voter[] voters;
        bytes32[] leaves;
    }

    bytes32 private constant SEAL_TYPEHASH = keccak256("Seal(address pool,uint64 nonce,bytes32 head)");
    /// @dev Half the order of secp256k1: a signature with a higher s is the twin of one with a lower.
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    // A voter's record: address 20, seed 32, r 32, s 32, v 1, count 2, then votes of slot 2 and variant 1.
    uint256 private constant VOTER_BYTES = 119;
    uint256 private constant VOTE_BYTES = 3;
    // A payee's record: address 20, count 2, then slots of 2.
    uint256 private constant PAYEE_BYTES = 22;
    uint256 private constant SLOT_BYTES = 2;
    uint256 private constant RESULT_BYTES = 36;
    uint256 private constant WEIGHTLESS = type(uint256).max;

    IMarket private immutable MARKET;
    IStanding private immutable STANDING;
    IEscrow private immutable ESCROW;
    IRegistry private immutable REGISTRY;

    mapping(address pool => mapping(uint64 nonce => bytes32)) private _batches;

    constructor(address market, address standing, address escrow, address registry) {
        (MARKET, STANDING, ESCROW, REGISTRY) =
        (IMarket(market), IStanding(standing), IEscrow(escrow), IRegistry(registry));
    }

    /// @inheritdoc IWork
    function commitBatch(address pool, uint64 nonce, bytes32 root) external {
        _checkOperator(pool);
        if (_batches[pool][nonce] != 0) revert NonceUsed(pool, nonce);
        _batches[pool][nonce] = keccak256(abi.encode(root, block.timestamp));
        emit BatchCommitted(pool, nonce, root, uint48(block.timestamp));
    }

    /// @inheritdoc IWork
    function settleBatch(
        address pool,
        uint64 nonce,
        uint48 committedAt,
        bytes32 locations,
        DealPart[] calldata parts,
        bytes calldata workers
    ) external {
        bytes32 committed = _batches[pool][nonce];
        if (committed == 0) revert BatchNotCommitted(pool, nonce);
        Batch memory batch = _read(pool, nonce, parts);
        for (uint256 p; p < parts.length; ++p) {
            _checkTimes(batch, p, parts[p].terms, committedAt);
        }
        batch.voters = BatchLib.scan(workers, VOTER_BYTES, VOTE_BYTES);
        bytes32 root = _rebuild(batch, committedAt);
        bytes32 computed = keccak256(abi.encode(root, committedAt));
        if (computed != committed) revert RootMismatch(computed, committed);

        for (uint256 p; p < parts.length; ++p) {
            _decide(batch, p, parts[p].terms);
        }
        _close(batch, locations);
        STANDING.record(_verdicts(batch));
    }

    /// @inheritdoc IWork
    function settleTrusted(
        address pool,
        uint64 nonce,
        bytes32 locations,
        DealPart[] calldata parts,
        bytes calldata workers
    ) external {
        _checkOperator(pool);
        if (_batches[pool][nonce] != 0) revert NonceUsed(pool, nonce);
        Batch memory batch = _read(pool, nonce, parts);
        batch.voters = BatchLib.scan(workers, PAYEE_BYTES, SLOT_BYTES);
        _checkCover(batch);
        for (uint256 p; p < parts.length; ++p) {
            _trust(batch, p, parts[p].terms);
        }
        _close(batch, locations);
    }

    /// @inheritdoc IWork
    function batchOf(address pool, uint64 nonce) external view returns (bytes32) {
        return _batches[pool][nonce];
    }

    /// @inheritdoc IWork
    function verifyResult(
        address pool,
        uint64 nonce,
        bytes32 dealId,
        uint32 index,
        bytes32 digest,
        uint256 slot,
        uint256 count,
        bytes32[] calldata proof
    ) external view returns (bool) {
        bytes32 task = keccak256(abi.encode(dealId, uint256(index)));
        bytes32 leaf = keccak256(abi.encodePacked(hex"00", task, digest));
        return MerkleLib.verify(leaf, slot, count, proof, _batches[pool][nonce]);
    }

    function _checkOperator(address pool) private view {
        if (!REGISTRY.isOperator(pool, msg.sender)) revert NotOperator(pool, msg.sender);
    }

    /// @dev Reads all parts' tasks. Tasks whose deals assume different shares of saboteurs are of
    /// different classes: a worker's odds on them differ.
    function _read(address pool, uint64 nonce, DealPart[] calldata parts)
        private
        pure
        returns (Batch memory batch)
    {
        uint256 bytesOfTasks;
        for (uint256 p; p < parts.length; ++p) {
            bytesOfTasks += parts[p].tasks.length;
        }
        (batch.pool, batch.nonce) = (pool, nonce);
        batch.dealIds = new bytes32[](parts.length);
        batch.ends = new uint256[](parts.length);
        batch.saboteurBpsOfClass = new uint256[](0);
        batch.table = BatchLib.newTable(bytesOfTasks);
        for (uint256 p; p < parts.length; ++p) {
            DealTerms calldata terms = parts[p].terms;
            bytes32 dealId = terms.hash();
            if (terms.pool != pool) revert WrongPool(dealId, pool, terms.pool);
            batch.table.addTasks(dealId, parts[p].tasks, _classOf(batch, terms.saboteurBps));
            batch.dealIds[p] = dealId;
            batch.ends[p] = batch.table.tasks;
        }
        if (batch.table.tasks == 0) revert EmptyBatch();
        batch.leaves = new bytes32[](batch.table.tasks);
    }

    function _classOf(Batch memory batch, uint256 saboteurBps) private pure returns (uint256 class) {
        uint256[] memory known = batch.saboteurBpsOfClass;
        for (; class < known.length; ++class) {
            if (known[class] == saboteurBps) return class;
        }
        uint256[] memory more = new uint256[](class + 1);
        for (uint256 i; i < class; ++i) {
            more[i] = known[i];
        }
        more[class] = saboteurBps;
        batch.saboteurBpsOfClass = more;
    }

    function _checkTimes(Batch memory batch, uint256 p, DealTerms calldata terms, uint48 committedAt)
        private
        view
    {
        if (committedAt > terms.expiresAt) {
            revert CommittedTooLate(batch.dealIds[p], committedAt, terms.expiresAt);
        }
        uint48 closedAt = committedAt + terms.settleWindowSec;
        if (block.timestamp > closedAt) revert SettleWindowClosed(batch.pool, batch.nonce, closedAt);
    }

    /// @dev Rebuilds every commitment and head from what was revealed, checks every seal, and adds up odds.
    /// @return The root over (worker, head).
    function _rebuild(Batch memory batch, uint48 committedAt) private view returns (bytes32) {
        BatchLib.Voter[] memory voters = batch.voters;
        uint256[] memory checks = STANDING.checksAt(_payees(voters), committedAt);
        uint256[] memory odds = new uint256[](batch.saboteurBpsOfClass.length);
        bytes32[] memory leaves = new bytes32[](voters.length);
        uint256[6] memory words;
        (words[0], words[1]) = (uint160(batch.pool), batch.nonce);
        address previous;
        for (uint256 i; i < voters.length; ++i) {
            BatchLib.Voter memory voter = voters[i];
            if (voter.worker <= previous) revert WorkersNotAscending(previous, voter.worker);
            previous = voter.worker;
            voter.weightless = checks[i] == WEIGHTLESS;
            for (uint256 c; c < odds.length; ++c) {
                odds[c] = voter.weightless
                    ? CredibilityLib.WAD
                    : CredibilityLib.workerOdds(checks[i], batch.saboteurBpsOfClass[c]);
            }
            words[3] = uint160(voter.worker);
            bytes32 head = batch.table.tally(voter, words, odds);
            _checkSeal(batch, voter, head);
            leaves[i] = keccak256(abi.encodePacked(hex"00", voter.worker, head));
        }
        return MerkleLib.root(leaves);
    }

    function _checkSeal(Batch memory batch, BatchLib.Voter memory voter, bytes32 head) private view {
        bytes32 hash = _typedHash(keccak256(abi.encode(SEAL_TYPEHASH, batch.pool, batch.nonce, head)));
        (bytes32 r, bytes32 s, uint8 v) = BatchLib.signatureOf(voter);
        address signer = uint256(s) > MAX_S ? address(0) : ecrecover(hash, v, r, s);
        if (signer == address(0) || signer != voter.worker) revert BadSeal(voter.worker, signer);
    }

    /// @dev Every task has one digest and one payee.
    function _checkCover(Batch memory batch) private pure {
        BatchLib.Table memory table = batch.table;
        if (table.digests != table.tasks) revert OneDigestExpected(table.tasks, table.digests);
        for (uint256 i; i < batch.voters.length; ++i) {
            table.cover(batch.voters[i]);
        }
        for (uint256 slot; slot < table.tasks; ++slot) {
            if (table.groups[slot] == 0) revert SlotNotCovered(slot);
        }
    }

    /// @dev Finds the winning digest of each task of a part and demands the deal's odds for it.
    function _decide(Batch memory batch, uint256 p, DealTerms calldata terms) private {
        BatchLib.Table memory table = batch.table;
        uint256 workersPart = terms.workersPart();
        uint256 minOdds = terms.minOdds;
        uint256 first = _firstSlot(batch, p);
        bytes memory results = BatchLib.newResults(batch.ends[p] - first);
        uint256 dust;
        for (uint256 slot = first; slot < batch.ends[p]; ++slot) {
            (uint256 variant, uint256 odds, uint256 against, uint256 votes) = table.best(slot);
            if (votes == 0 || !CredibilityLib.isCredible(odds, against, minOdds)) {
                revert NotCredible(batch.dealIds[p], table.indexOf(slot), odds, against);
            }
            uint256 share = workersPart / votes;
            dust += workersPart - share * votes;
            batch.leaves[slot] = table.decide(slot, variant, share, votes > 1, results);
        }
        _settlePart(batch, p, terms, VOTE_BYTES, results, dust);
    }

    /// @dev Takes each task's only digest on the pool's word.
    function _trust(Batch memory batch, uint256 p, DealTerms calldata terms) private {
        if (terms.minOdds != 0) revert TrustRequired(batch.dealIds[p], terms.minOdds);
        uint256 workersPart = terms.workersPart();
        uint256 first = _firstSlot(batch, p);
        bytes memory results = BatchLib.newResults(batch.ends[p] - first);
        for (uint256 slot = first; slot < batch.ends[p]; ++slot) {
            batch.leaves[slot] = batch.table.decide(slot, 0, workersPart, false, results);
        }
        _settlePart(batch, p, terms, SLOT_BYTES, results, 0);
    }

    /// @dev Marks the tasks, pays their workers, and ends the deal with its last task.
    function _settlePart(
        Batch memory batch,
        uint256 p,
        DealTerms calldata terms,
        uint256 voteBytes,
        bytes memory results,
        uint256 dust
    ) private {
        bytes32 dealId = batch.dealIds[p];
        bool complete = MARKET.settleTasks(dealId, terms.volume, results, dust);
        emit TasksSettled(dealId, batch.pool, batch.nonce, results);
        BatchLib.Voter[] memory voters = batch.voters;
        uint256[] memory rewards = new uint256[](voters.length);
        for (uint256 i; i < voters.length; ++i) {
            rewards[i] = batch.table.reap(voters[i], batch.ends[p], voteBytes, terms.requester);
        }
        ESCROW.payEach(terms.requester, terms.maturitySec, _payees(voters), rewards);
        if (complete) MARKET.completeDeal(terms);
    }

    /// @dev Stores the result root and says what each worker did.
    function _close(Batch memory batch, bytes32 locations) private {
        uint32 tasks = uint32(batch.table.tasks);
        bytes32 root = MerkleLib.root(batch.leaves);
        (address pool, uint64 nonce) = (batch.pool, batch.nonce);
        _batches[pool][nonce] = root;
        emit BatchSettled(pool, nonce, root, locations, tasks);
        for (uint256 i; i < batch.voters.length; ++i) {
            BatchLib.Voter memory voter = batch.voters[i];
            if (voter.weightless || voter.faults != 0) voter.passed = 0;
            emit WorkerSettled(
                pool, nonce, voter.worker, voter.reward, voter.tasks, voter.passed, voter.faults
            );
        }
    }

    function _firstSlot(Batch memory batch, uint256 p) private pure returns (uint256) {
        return p == 0 ? 0 : batch.ends[p - 1];
    }

    function _payees(BatchLib.Voter[] memory voters) private pure returns (address[] memory payees) {
        payees = new address[](voters.length);
        for (uint256 i; i < voters.length; ++i) {
            payees[i] = voters[i].worker;
        }
    }

    function _verdicts(Batch memory batch) private pure returns (Verdict[] memory verdicts) {
        verdicts = new Verdict[](batch.voters.length);
        for (uint256 i; i < verdicts.length; ++i) {
            BatchLib.Voter memory voter = batch.voters[i];
            verdicts[i] = Verdict(voter.worker, voter.passed, voter.faults, voter.harmed);
        }
    }
}
