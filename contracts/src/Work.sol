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
import {ResultsLib} from "./libraries/ResultsLib.sol";
import {DealPart, DealTerms} from "./types/Deals.sol";
import {Verdict} from "./types/Verdicts.sol";

/// @notice See IWork. BatchLib decides, Work does.
/// @dev Calls only Millrace's own contracts, and those call no stranger on its behalf.
contract Work is IWork, TypedData {
    using BatchLib for BatchLib.Table;
    using DealLib for DealTerms;

    /// @dev What a settlement knows of its batch. Slots of part p: ends[p - 1] to ends[p] - 1. Deals that
    /// assume different shares of saboteurs are of different classes; mostly there is one. `odds` holds those
    /// of the voter at hand; both are empty for a trusted batch.
    struct Batch {
        address pool;
        uint64 nonce;
        uint256 classes;
        bytes32[] dealIds;
        uint256[] ends;
        uint256[] saboteurBps;
        uint256[] odds;
        bytes32[] leaves;
        BatchLib.Table table;
        BatchLib.Voter[] voters;
        address[] payees;
    }

    bytes32 private constant SEAL_TYPEHASH = keccak256("Seal(address pool,uint64 nonce,bytes32 head)");
    /// @dev Half the order of secp256k1: a signature with a higher s is the twin of one with a lower.
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

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
        Batch memory batch = _read(pool, nonce, parts, committedAt, true);
        (batch.voters, batch.payees) = BatchLib.scan(workers, BatchLib.VOTER_BYTES, BatchLib.VOTE_BYTES);
        bytes32 root = _rebuild(batch, committedAt);
        bytes32 computed = keccak256(abi.encode(root, committedAt));
        if (computed != committed) revert RootMismatch(computed, committed);

        for (uint256 p; p < parts.length; ++p) {
            _settlePart(batch, p, parts[p].terms);
        }
        _batches[pool][nonce] = _close(batch, locations, BatchLib.VOTE_BYTES);
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
        Batch memory batch = _read(pool, nonce, parts, uint48(block.timestamp), false);
        (batch.voters, batch.payees) = BatchLib.scan(workers, BatchLib.PAYEE_BYTES, BatchLib.SLOT_BYTES);
        _checkCover(batch);
        bool asked;
        for (uint256 p; p < parts.length; ++p) {
            DealTerms calldata terms = parts[p].terms;
            _settleTrustedPart(batch, p, terms);
            asked = asked || terms.callback != address(0);
        }
        bytes32 root = _close(batch, locations, BatchLib.SLOT_BYTES);
        // A new slot would be a quarter of all the gas: it is for contracts that will ask.
        if (asked) _batches[pool][nonce] = root;
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

    /// @dev Reads all parts, of one pool, that were committed in time and may still settle.
    function _read(address pool, uint64 nonce, DealPart[] calldata parts, uint48 committedAt, bool weighed)
        private
        view
        returns (Batch memory batch)
    {
        uint256 bytesOfTasks;
        for (uint256 p; p < parts.length; ++p) {
            bytesOfTasks += parts[p].tasks.length;
        }
        (batch.pool, batch.nonce) = (pool, nonce);
        batch.dealIds = new bytes32[](parts.length);
        batch.ends = new uint256[](parts.length);
        if (weighed) {
            batch.saboteurBps = new uint256[](parts.length);
            batch.odds = new uint256[](parts.length);
        }
        batch.table = BatchLib.newTable(bytesOfTasks);
        for (uint256 p; p < parts.length; ++p) {
            DealPart calldata part = parts[p];
            DealTerms calldata terms = part.terms;
            bytes32 dealId = terms.hash();
            if (terms.pool != pool) revert WrongPool(dealId, pool, terms.pool);
            if (committedAt > terms.expiresAt) revert CommittedTooLate(dealId, committedAt, terms.expiresAt);
            uint48 closedAt = committedAt + terms.settleWindowSec;
            if (block.timestamp > closedAt) revert SettleWindowClosed(pool, nonce, closedAt);
            uint256 odds = weighed ? _oddsAddress(batch, terms.saboteurBps) : 0;
            batch.table.addTasks(dealId, part.tasks, odds);
            batch.dealIds[p] = dealId;
            batch.ends[p] = batch.table.taskCount();
        }
        uint256 tasks = batch.table.taskCount();
        if (tasks == 0) revert EmptyBatch();
        batch.leaves = new bytes32[](tasks);
    }

    /// @dev Where the odds of a class of deals stand in memory.
    function _oddsAddress(Batch memory batch, uint256 saboteurBps) private pure returns (uint256 place) {
        uint256 class;
        while (class < batch.classes && batch.saboteurBps[class] != saboteurBps) ++class;
        if (class == batch.classes) {
            batch.saboteurBps[class] = saboteurBps;
            batch.classes = class + 1;
        }
        uint256[] memory odds = batch.odds;
        assembly ("memory-safe") {
            place := add(add(odds, 0x20), shl(5, class))
        }
    }

    /// @dev Rebuilds every commitment and head from what was revealed, checks every seal, and adds up odds.
    /// @return The root over (worker, head).
    function _rebuild(Batch memory batch, uint48 committedAt) private view returns (bytes32) {
        BatchLib.Voter[] memory voters = batch.voters;
        uint256[] memory checks = STANDING.checksAt(batch.payees, committedAt);
        bytes32[] memory leaves = new bytes32[](voters.length);
        uint256[8] memory words;
        (words[0], words[1]) = (uint160(batch.pool), batch.nonce);
        address previous;
        for (uint256 i; i < voters.length; ++i) {
            BatchLib.Voter memory voter = voters[i];
            if (voter.worker <= previous) revert WorkersNotAscending(previous, voter.worker);
            previous = voter.worker;
            voter.weightless = checks[i] == WEIGHTLESS;
            for (uint256 c; c < batch.classes; ++c) {
                batch.odds[c] = voter.weightless
                    ? CredibilityLib.WAD
                    : CredibilityLib.workerOdds(checks[i], batch.saboteurBps[c]);
            }
            words[3] = uint160(voter.worker);
            bytes32 head = batch.table.tally(voter, words);
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
        uint256 digests = table.digestCount();
        if (digests != batch.leaves.length) revert OneDigestExpected(batch.leaves.length, digests);
        for (uint256 i; i < batch.voters.length; ++i) {
            table.cover(batch.voters[i]);
        }
        table.checkCovered();
    }

    /// @dev Decides a part's tasks, demands the deal's odds for each, marks them, and pays their workers.
    function _settlePart(Batch memory batch, uint256 p, DealTerms calldata terms) private {
        (uint256 first, uint256 end) = _slotsOf(batch, p);
        uint256 workersPart = terms.workersPart();
        bytes memory results = ResultsLib.newResults(end - first);
        (uint256 failed, uint256 common) =
            batch.table.decide(first, end, workersPart, terms.minOdds, results, batch.leaves);
        if (failed != end) {
            (uint256 index, uint256 odds, uint256 against) = batch.table.oddsAt(failed);
            revert NotCredible(batch.dealIds[p], index, odds, against);
        }
        address requester = terms.requester;
        uint256[] memory rewards = new uint256[](batch.voters.length);
        uint256 dust = workersPart * (end - first);
        for (uint256 i; i < rewards.length; ++i) {
            BatchLib.Voter memory voter = batch.voters[i];
            rewards[i] = common != 0
                ? batch.table.reapCommon(voter, end, BatchLib.VOTE_BYTES, common)
                : batch.table.reap(voter, end, requester);
            dust -= rewards[i];
        }
        _bookPart(batch, p, terms, results, rewards, dust);
    }

    /// @dev Takes the only digest of each of a part's tasks on the pool's word.
    function _settleTrustedPart(Batch memory batch, uint256 p, DealTerms calldata terms) private {
        if (terms.minOdds != 0) revert TrustRequired(batch.dealIds[p], terms.minOdds);
        (uint256 first, uint256 end) = _slotsOf(batch, p);
        uint256 workersPart = terms.workersPart();
        bytes memory results = ResultsLib.newResults(end - first);
        batch.table.decide(first, end, workersPart, 0, results, batch.leaves);
        uint256[] memory rewards = new uint256[](batch.voters.length);
        for (uint256 i; i < rewards.length; ++i) {
            rewards[i] = batch.table.reapCommon(batch.voters[i], end, BatchLib.SLOT_BYTES, workersPart);
        }
        _bookPart(batch, p, terms, results, rewards, 0);
    }

    /// @dev Marks the tasks of a part, pays their workers, and ends the deal with its last task.
    /// @param dust What division left of the workers' part of all these tasks.
    function _bookPart(
        Batch memory batch,
        uint256 p,
        DealTerms calldata terms,
        bytes memory results,
        uint256[] memory rewards,
        uint256 dust
    ) private {
        bytes32 dealId = batch.dealIds[p];
        bool complete = ResultsLib.settleTasks(results, MARKET, dealId, terms.volume, dust, 0);
        ResultsLib.emitTasksSettled(results, dealId, batch.pool, batch.nonce);
        ESCROW.payEach(terms.requester, terms.maturitySec, batch.payees, rewards);
        if (complete) MARKET.completeDeal(terms);
    }

    /// @dev Says what came out of a batch and what each worker did.
    function _close(Batch memory batch, bytes32 locations, uint256 voteBytes) private returns (bytes32 root) {
        uint256 tasks = batch.leaves.length;
        root = MerkleLib.root(batch.leaves);
        (address pool, uint64 nonce) = (batch.pool, batch.nonce);
        // A batch has at most 65,536 slots, so these counts fit.
        // forge-lint: disable-start(unsafe-typecast)
        emit BatchSettled(pool, nonce, root, locations, uint32(tasks));
        for (uint256 i; i < batch.voters.length; ++i) {
            BatchLib.Voter memory voter = batch.voters[i];
            if (voter.weightless || voter.faults != 0) voter.passed = 0;
            emit WorkerSettled(
                pool,
                nonce,
                voter.worker,
                voter.reward,
                uint32(BatchLib.voteCount(voter, voteBytes)),
                uint32(voter.passed),
                uint32(voter.faults)
            );
        }
        // forge-lint: disable-end(unsafe-typecast)
    }

    function _slotsOf(Batch memory batch, uint256 p) private pure returns (uint256 first, uint256 end) {
        return (p == 0 ? 0 : batch.ends[p - 1], batch.ends[p]);
    }

    function _verdicts(Batch memory batch) private pure returns (Verdict[] memory verdicts) {
        verdicts = new Verdict[](batch.voters.length);
        for (uint256 i; i < verdicts.length; ++i) {
            BatchLib.Voter memory voter = batch.voters[i];
            // forge-lint: disable-next-line(unsafe-typecast)
            verdicts[i] = Verdict(voter.worker, uint32(voter.passed), uint32(voter.faults), voter.harmed);
        }
    }
}
