// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchReader} from "./base/BatchReader.sol";
import {TypedData} from "./base/TypedData.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {IReveals} from "./interfaces/IReveals.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {IWork} from "./interfaces/IWork.sol";
import {CredibilityLib} from "./libraries/CredibilityLib.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {MerkleLib} from "./libraries/MerkleLib.sol";
import {OutcomeLib} from "./libraries/OutcomeLib.sol";
import {RecordLib} from "./libraries/RecordLib.sol";
import {ResultsLib} from "./libraries/ResultsLib.sol";
import {SealLib} from "./libraries/SealLib.sol";
import {TableLib} from "./libraries/TableLib.sol";
import {TallyLib} from "./libraries/TallyLib.sol";
import {BatchFacts, Inclusion, TaskResult} from "./types/Batches.sol";
import {DealPart, DealTerms} from "./types/Deals.sol";
import {FaultKind, Verdict} from "./types/Verdicts.sol";

/// @notice See IWork. OutcomeLib decides, Work does.
/// @dev Calls only Millrace's own contracts, and those call no stranger on its behalf.
contract Work is IWork, BatchReader, TypedData {
    using TableLib for TableLib.Table;
    using TallyLib for TableLib.Table;
    using OutcomeLib for TableLib.Table;
    using DealLib for DealTerms;
    using ResultsLib for bytes;

    uint256 private constant WEIGHTLESS = type(uint256).max;

    IMarket private immutable MARKET;
    IStanding private immutable STANDING;
    IEscrow private immutable ESCROW;
    IRegistry private immutable REGISTRY;
    IParameters private immutable PARAMETERS;
    IReveals private immutable REVEALS;

    mapping(address pool => mapping(uint64 nonce => bytes32)) private _batches;

    constructor(
        address market,
        address standing,
        address escrow,
        address registry,
        address parameters,
        address reveals
    ) {
        (MARKET, STANDING, ESCROW) = (IMarket(market), IStanding(standing), IEscrow(escrow));
        (REGISTRY, PARAMETERS) = (IRegistry(registry), IParameters(parameters));
        REVEALS = IReveals(reveals);
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
        bytes calldata workers,
        bytes calldata absent
    ) external {
        Batch memory batch = _read(pool, nonce, parts, committedAt, true);
        batch.leaves = new bytes32[](batch.table.taskCount());
        (batch.voters, batch.payees) = RecordLib.scan(workers, RecordLib.VOTER_BYTES, RecordLib.VOTE_BYTES);
        RecordLib.Absentee[] memory absentees = RecordLib.scanAbsent(absent);
        if (absentees.length != 0) _checkAbsent(batch, absentees);
        (bytes32 root, bytes32 kept) = _rebuild(batch, absentees);
        _checkRoot(batch, root);

        for (uint256 p; p < parts.length; ++p) {
            _settlePart(batch, p, parts[p].terms);
        }
        if (batch.settled == 0 && absentees.length == 0) _revertAtFirst(batch);
        _keep(batch, _close(batch, locations, RecordLib.VOTE_BYTES), kept);
        _judge(batch, absentees, parts[0].terms.poolOwner);
        if (batch.maturitySec != 0) _expose(batch);
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
        batch.leaves = new bytes32[](batch.table.taskCount());
        (batch.voters, batch.payees) = RecordLib.scan(workers, RecordLib.PAYEE_BYTES, RecordLib.SLOT_BYTES);
        _checkCover(batch);
        bool isAsked;
        for (uint256 p; p < parts.length; ++p) {
            DealTerms calldata terms = parts[p].terms;
            _settleTrustedPart(batch, p, terms);
            isAsked = isAsked || terms.callback != address(0) || terms.maturitySec != 0;
        }
        bytes32 resultRoot = _close(batch, locations, RecordLib.SLOT_BYTES);
        // A new slot would be a quarter of all the gas: it is for those who will ask.
        if (isAsked) _keep(batch, resultRoot, 0);
    }

    /// @inheritdoc IWork
    function giveLocations(address pool, uint64 nonce, bytes32 locations) external {
        _checkOperator(pool);
        emit LocationsGiven(pool, nonce, locations);
    }

    /// @inheritdoc IWork
    function batchOf(address pool, uint64 nonce) external view returns (bytes32) {
        return _batches[pool][nonce];
    }

    /// @inheritdoc IWork
    function verifyResult(
        address pool,
        uint64 nonce,
        BatchFacts calldata facts,
        TaskResult calldata result,
        Inclusion calldata place
    ) external view returns (bool) {
        if (_batches[pool][nonce] != keccak256(abi.encode(facts))) return false;
        bytes32 task = keccak256(abi.encode(result.dealId, uint256(result.index)));
        bytes32 leaf = keccak256(abi.encodePacked(hex"00", task, result.digest, result.votes));
        return MerkleLib.includes(leaf, place, facts.resultRoot);
    }

    /// @inheritdoc IWork
    function verifyVoter(
        address pool,
        uint64 nonce,
        BatchFacts calldata facts,
        address worker,
        bytes32 head,
        Inclusion calldata place
    ) external view returns (bool) {
        if (_batches[pool][nonce] != keccak256(abi.encode(facts))) return false;
        return MerkleLib.includes(RecordLib.leafOf(worker, head), place, facts.batchRoot);
    }

    function _checkOperator(address pool) private view {
        if (!REGISTRY.isOperator(pool, msg.sender)) revert NotOperator(pool, msg.sender);
    }

    /// @dev Tasks were committed before their deal's end, and may still settle.
    function _admit(Batch memory batch, bytes32 dealId, DealTerms calldata terms) internal view override {
        uint48 committedAt = batch.committedAt;
        if (committedAt > terms.expiresAt) revert CommittedTooLate(dealId, committedAt, terms.expiresAt);
        uint48 closedAt = committedAt + terms.settleWindowSec;
        if (block.timestamp > closedAt) revert SettleWindowClosed(batch.pool, batch.nonce, closedAt);
    }

    /// @dev Who revealed on chain is not absent, and everybody may until the window closes.
    function _checkAbsent(Batch memory batch, RecordLib.Absentee[] memory absentees) private view {
        uint48 closesAt = batch.committedAt + PARAMETERS.revealWindowAt(batch.committedAt);
        if (block.timestamp <= closesAt) revert RevealWindowOpen(batch.pool, batch.nonce, closesAt);
        for (uint256 i; i < absentees.length; ++i) {
            RecordLib.Absentee memory each = absentees[i];
            uint48 revealedAt = REVEALS.revealedAt(batch.pool, batch.nonce, each.worker, each.head);
            if (revealedAt != 0 && revealedAt <= closesAt) {
                revert RevealedOnChain(batch.pool, batch.nonce, each.worker);
            }
            _checkSigned(batch, each.worker, each.head, each.commitBy, each.r, each.s, each.v);
        }
    }

    /// @dev Rebuilds every commitment and head from what was revealed, checks every seal, and adds up odds.
    /// @return root Over (worker, head) of all, in ascending order.
    /// @return kept The same without the heads of the absent: nobody has shown what is in them.
    function _rebuild(Batch memory batch, RecordLib.Absentee[] memory absentees)
        private
        returns (bytes32 root, bytes32 kept)
    {
        RecordLib.Voter[] memory voters = batch.voters;
        uint256[] memory weights = STANDING.weightsAt(batch.payees, batch.committedAt);
        bytes32[] memory leaves = new bytes32[](voters.length + absentees.length);
        address previous;
        uint256 a;
        for (uint256 i; i < voters.length; ++i) {
            RecordLib.Voter memory voter = voters[i];
            if (a != absentees.length) {
                (previous, a) = _place(absentees, a, voter.worker, previous, leaves, i);
            }
            previous = _higher(previous, voter.worker);
            _weigh(batch, voter, weights[i]);
            bytes32 head = batch.table.tally(voter);
            _checkSeal(batch, voter, head);
            leaves[i + a] = RecordLib.leafOf(voter.worker, head);
        }
        if (a != absentees.length) {
            _place(absentees, a, address(type(uint160).max), previous, leaves, voters.length);
        }
        if (absentees.length != 0) kept = _rootWithout(batch, absentees, leaves);
        root = MerkleLib.root(leaves);
        if (absentees.length == 0) kept = root;
    }

    /// @dev The root to keep: absent workers stand in it with head zero, so no vote can be shown of them.
    function _rootWithout(Batch memory batch, RecordLib.Absentee[] memory absentees, bytes32[] memory leaves)
        private
        returns (bytes32 kept)
    {
        bytes32[] memory copy = new bytes32[](leaves.length);
        for (uint256 i; i < copy.length; ++i) {
            copy[i] = leaves[i];
        }
        for (uint256 a; a < absentees.length; ++a) {
            copy[absentees[a].place] = RecordLib.leafOf(absentees[a].worker, 0);
        }
        kept = MerkleLib.root(copy);
        emit AbsentLeftOut(batch.pool, batch.nonce, kept);
    }

    function _checkRoot(Batch memory batch, bytes32 root) private view {
        bytes32 committed = _batches[batch.pool][batch.nonce];
        if (committed == 0) revert BatchNotCommitted(batch.pool, batch.nonce);
        bytes32 computed = keccak256(abi.encode(root, batch.committedAt));
        if (computed != committed) revert RootMismatch(computed, committed);
    }

    /// @dev Puts the leaves of absent workers up to `most` behind `voters` leaves of voters.
    function _place(
        RecordLib.Absentee[] memory absentees,
        uint256 a,
        address most,
        address previous,
        bytes32[] memory leaves,
        uint256 voters
    ) private pure returns (address, uint256) {
        for (; a < absentees.length && absentees[a].worker <= most; ++a) {
            previous = _higher(previous, absentees[a].worker);
            absentees[a].place = voters + a;
            leaves[voters + a] = RecordLib.leafOf(previous, absentees[a].head);
        }
        return (previous, a);
    }

    function _higher(address previous, address next) private pure returns (address) {
        if (next <= previous) revert WorkersNotAscending(previous, next);
        return next;
    }

    /// @dev A voter's odds for each class: what its record earns, at most what its bond covers of all that it
    /// answers for, these votes included.
    function _weigh(Batch memory batch, RecordLib.Voter memory voter, uint256 weight) private pure {
        uint256 covered = CredibilityLib.WAD;
        if (weight == WEIGHTLESS) {
            voter.weightless = true;
        } else {
            unchecked {
                // 2^128, and at most 65,536 votes on prices below 2^130.
                // Each cuts a field out of the weight.
                // forge-lint: disable-start(unsafe-typecast)
                uint256 value =
                    uint128(weight) + RecordLib.voteCount(voter, RecordLib.VOTE_BYTES) * batch.atStake;
                covered = CredibilityLib.coveredOdds(uint96(weight >> 128), value);
                // forge-lint: disable-end(unsafe-typecast)
            }
        }
        for (uint256 c; c < batch.classes; ++c) {
            uint256 earned = CredibilityLib.workerOdds(weight >> 224, batch.saboteurBps[c]);
            batch.odds[c] = earned < covered ? earned : covered;
        }
    }

    function _checkSeal(Batch memory batch, RecordLib.Voter memory voter, bytes32 head) private view {
        (bytes32 r, bytes32 s, uint8 v, uint48 commitBy) = RecordLib.sealOf(voter);
        _checkSigned(batch, voter.worker, head, commitBy, r, s, v);
    }

    function _checkSigned(
        Batch memory batch,
        address worker,
        bytes32 head,
        uint48 commitBy,
        bytes32 r,
        bytes32 s,
        uint8 v
    ) private view {
        uint48 committedAt = batch.committedAt;
        if (committedAt > commitBy) revert SealExpired(worker, commitBy, committedAt);
        bytes32 typedHash = _typedHash(SealLib.hash(batch.pool, batch.nonce, head, commitBy));
        SealLib.check(worker, typedHash, r, s, v);
    }

    /// @dev Every task has one digest and one payee.
    function _checkCover(Batch memory batch) private pure {
        TableLib.Table memory table = batch.table;
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
        (uint256 voteless, uint256 common) =
            batch.table.decide(first, end, batch.settled, workersPart, terms.minOdds, results, batch.leaves);
        if (voteless != end) _revertAt(batch, p, voteless);
        uint256 settled = results.count();
        bytes memory indexes;
        if (settled != end - first) indexes = batch.table.spoiledFrom(first, end - first - settled);
        batch.settled += settled;
        if (settled != 0 && terms.maturitySec > batch.maturitySec) batch.maturitySec = terms.maturitySec;
        uint256 exposing = terms.maturitySec == 0 ? 0 : terms.atStake();
        uint256[] memory rewards = new uint256[](batch.voters.length);
        uint256 dust = workersPart * settled;
        for (uint256 i; i < rewards.length; ++i) {
            RecordLib.Voter memory voter = batch.voters[i];
            rewards[i] = common != 0
                ? batch.table.reapCommon(voter, end, RecordLib.VOTE_BYTES, common)
                : batch.table.reap(voter, end, terms.requester);
            if (exposing != 0) voter.exposed += voter.won * exposing;
            // What rounding leaves of the shares of at most as many as divided it.
            unchecked {
                dust -= rewards[i];
            }
        }
        _bookPart(batch, p, terms, results, indexes, rewards, dust);
    }

    /// @dev Takes the only digest of each of a part's tasks on the pool's word.
    function _settleTrustedPart(Batch memory batch, uint256 p, DealTerms calldata terms) private {
        if (terms.minOdds != 0) revert TrustRequired(batch.dealIds[p], terms.minOdds);
        (uint256 first, uint256 end) = _slotsOf(batch, p);
        uint256 workersPart = terms.workersPart();
        bytes memory results = ResultsLib.newResults(end - first);
        batch.table.decide(first, end, first, workersPart, 0, results, batch.leaves);
        batch.settled = end;
        uint256[] memory rewards = new uint256[](batch.voters.length);
        for (uint256 i; i < rewards.length; ++i) {
            rewards[i] = batch.table.reapCommon(batch.voters[i], end, RecordLib.SLOT_BYTES, workersPart);
        }
        _bookPart(batch, p, terms, results, "", rewards, 0);
    }

    /// @dev Marks the tasks of a part, pays their workers, and ends the deal with its last task.
    /// @param indexes Of its spoiled tasks, packed.
    /// @param dust What division left of the workers' part of all settled tasks.
    function _bookPart(
        Batch memory batch,
        uint256 p,
        DealTerms calldata terms,
        bytes memory results,
        bytes memory indexes,
        uint256[] memory rewards,
        uint256 dust
    ) private {
        bytes32 dealId = batch.dealIds[p];
        bool isComplete;
        if (results.length != 0) {
            uint256 late =
                terms.taskSec | terms.slotSec == 0 ? 0 : results.countLate(dealId, terms, batch.committedAt);
            isComplete = results.settleTasks(MARKET, dealId, terms.volume, dust, late);
            results.emitTasksSettled(dealId, batch.pool, batch.nonce);
            ESCROW.payEach(terms.requester, terms.maturitySec, batch.payees, rewards);
        }
        if (indexes.length != 0) isComplete = MARKET.spoilTasks(dealId, terms.volume, indexes);
        if (isComplete) MARKET.completeDeal(terms);
    }

    /// @dev Says what came out of a batch and what each worker did.
    function _close(Batch memory batch, bytes32 locations, uint256 voteBytes)
        private
        returns (bytes32 resultRoot)
    {
        uint256 settled = batch.settled;
        bytes32[] memory leaves = batch.leaves;
        assembly ("memory-safe") {
            mstore(leaves, settled)
        }
        if (settled != 0) resultRoot = MerkleLib.root(leaves);
        (address pool, uint64 nonce) = (batch.pool, batch.nonce);
        // A batch has at most 65,536 slots, so these counts fit.
        // forge-lint: disable-start(unsafe-typecast)
        emit BatchSettled(pool, nonce, resultRoot, locations, uint32(settled));
        for (uint256 i; i < batch.voters.length; ++i) {
            RecordLib.Voter memory voter = batch.voters[i];
            if (voter.weightless || voter.faults != 0) voter.passed = 0;
            emit WorkerSettled(
                pool,
                nonce,
                voter.worker,
                voter.reward,
                uint32(RecordLib.voteCount(voter, voteBytes)),
                uint32(voter.passed),
                uint32(voter.faults)
            );
        }
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @dev A batch is over: its facts take the place of its commit.
    function _keep(Batch memory batch, bytes32 resultRoot, bytes32 batchRoot) private {
        BatchFacts memory facts =
            BatchFacts(resultRoot, batchRoot, batch.committedAt, uint48(block.timestamp));
        _batches[batch.pool][batch.nonce] = keccak256(abi.encode(facts));
    }

    /// @dev Says what each voter did, and that the others were absent: for that the pool is compensated.
    function _judge(Batch memory batch, RecordLib.Absentee[] memory absentees, address poolOwner) private {
        uint256 voters = batch.voters.length;
        Verdict[] memory verdicts = new Verdict[](voters + absentees.length);
        for (uint256 i; i < voters; ++i) {
            RecordLib.Voter memory voter = batch.voters[i];
            FaultKind kind = voter.faults == 0 ? FaultKind.None : FaultKind.Dissent;
            // forge-lint: disable-next-line(unsafe-typecast)
            verdicts[i] =
                Verdict(voter.worker, uint32(voter.passed), uint32(voter.faults), voter.harmed, kind);
        }
        for (uint256 i; i < absentees.length; ++i) {
            address worker = absentees[i].worker;
            verdicts[voters + i] = Verdict(worker, 0, 1, poolOwner, FaultKind.Absence);
            emit WorkerAbsent(batch.pool, batch.nonce, worker);
        }
        STANDING.record(batch.pool, batch.nonce, verdicts);
    }

    /// @dev All of a batch matures with its longest deal.
    function _expose(Batch memory batch) private {
        uint256[] memory amounts = new uint256[](batch.voters.length);
        for (uint256 i; i < amounts.length; ++i) {
            amounts[i] = batch.voters[i].exposed;
        }
        STANDING.expose(batch.payees, amounts, uint48(block.timestamp) + batch.maturitySec);
    }

    function _revertAtFirst(Batch memory batch) private pure {
        uint256 slot = batch.table.firstSpoiled(0);
        uint256 p;
        while (slot >= batch.ends[p]) ++p;
        _revertAt(batch, p, slot);
    }

    function _revertAt(Batch memory batch, uint256 p, uint256 slot) private pure {
        (uint256 index, uint256 odds, uint256 against) = batch.table.oddsAt(slot);
        revert NotCredible(batch.dealIds[p], index, odds, against);
    }
}
