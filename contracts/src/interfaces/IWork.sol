// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchFacts, Inclusion, TaskResult} from "../types/Batches.sol";
import {DealPart} from "../types/Deals.sol";

/// @notice Batches: commit, settle, result roots. Encodings: docs/protocol/batches.md.
interface IWork {
    event BatchCommitted(address indexed pool, uint64 indexed nonce, bytes32 root, uint48 committedAt);
    /// @dev `locations` is the sha256 digest of a raw block that maps tasks to the CIDs of their results. `tasks`
    /// counts those that settled. With root and time of BatchCommitted (for a batch settled on trust: zero and the
    /// time of this event), and with the root of AbsentLeftOut if there is one, these are the batch's facts.
    event BatchSettled(
        address indexed pool, uint64 indexed nonce, bytes32 resultRoot, bytes32 locations, uint32 tasks
    );
    /// @dev An operator says where the results of a batch lie, in place of what BatchSettled or an earlier one of these
    /// said: that may have been anybody's word.
    event LocationsGiven(address indexed pool, uint64 indexed nonce, bytes32 locations);
    /// @dev `results` is packed: per task index (4 bytes, big endian) and winning digest (32 bytes).
    event TasksSettled(bytes32 indexed dealId, address indexed pool, uint64 indexed nonce, bytes results);
    /// @dev Comes with absent workers: `batchRoot` of the batch's facts. They stand in it with head zero, because
    /// nobody has shown what they sealed.
    event AbsentLeftOut(address indexed pool, uint64 indexed nonce, bytes32 batchRoot);
    /// @dev A worker was named in the commit, and revealed neither to its pool nor on chain (IReveals).
    event WorkerAbsent(address indexed pool, uint64 indexed nonce, address indexed worker);
    /// @dev One per worker of a batch: what it earned, tasks it voted on or ran, checks passed, faults found.
    event WorkerSettled(
        address indexed pool,
        uint64 indexed nonce,
        address indexed worker,
        uint256 reward,
        uint32 tasks,
        uint32 passed,
        uint32 faults
    );

    error NotOperator(address pool, address caller);
    error NonceUsed(address pool, uint64 nonce);
    error BatchNotCommitted(address pool, uint64 nonce);
    error RootMismatch(bytes32 computed, bytes32 committed);
    error SettleWindowClosed(address pool, uint64 nonce, uint48 closedAt);
    error CommittedTooLate(bytes32 dealId, uint48 committedAt, uint48 expiresAt);
    error WrongPool(bytes32 dealId, address pool, address expected);
    error TrustRequired(bytes32 dealId, uint256 minOdds);
    error BadEncoding(uint256 offset);
    error WorkersNotAscending(address previous, address next);
    error SlotsNotAscending(address worker, uint256 previous, uint256 next);
    error BadSlot(address worker, uint256 slot, uint256 variant);
    error BadSeal(address worker, address recovered);
    error SealExpired(address worker, uint48 commitBy, uint48 committedAt);
    error WorkerNotBonded(address worker, uint256 bond, uint256 needed);
    error WorkerBanned(address worker, uint48 bannedUntil);
    error WorkerUnbonding(address worker, uint48 since);
    error DigestsNotAscending(bytes32 dealId, uint256 index);
    error OneDigestExpected(uint256 tasks, uint256 digests);
    error SlotNotCovered(uint256 slot);
    error SlotCoveredTwice(uint256 slot);
    error NotCredible(bytes32 dealId, uint256 index, uint256 odds, uint256 against);
    error EmptyBatch();
    error TaskNotStarted(bytes32 dealId, uint256 index, uint48 startsAt);
    error RevealWindowOpen(address pool, uint64 nonce, uint48 closesAt);
    error RevealedOnChain(address pool, uint64 nonce, address worker);
    error OneRecordExpected(uint256 records);

    /// @notice Binds a pool to a batch of sealed work.
    /// @param root Merkle root over (worker, head), ascending by worker.
    function commitBatch(address pool, uint64 nonce, bytes32 root) external;

    /// @notice Settles a committed batch; open to anyone who has the data.
    /// @dev Tasks with votes but without enough odds are spoiled (IMarket.spoilTasks): their votes are public now,
    /// so nobody can vote on them independently any more. At least one task must settle or one worker
    /// be absent. Tasks without a vote, or not yet started at the commit, refuse the batch.
    /// @param committedAt As emitted by BatchCommitted.
    /// @param parts The tasks, deal by deal; slots number them through all parts from 0.
    /// @param workers Packed votes, strictly ascending by worker address.
    /// @param absent Packed seals of those that did not reveal, ascending, allowed only once the reveal window
    /// is over: worker (20 bytes), head (32), r (32), s (32), v (1), commitBy (6).
    function settleBatch(
        address pool,
        uint64 nonce,
        uint48 committedAt,
        bytes32 locations,
        DealPart[] calldata parts,
        bytes calldata workers,
        bytes calldata absent
    ) external;

    /// @notice Settles tasks of deals with minOdds 0 in one call, on the pool's word; operators only.
    /// @param parts As above, with exactly one digest per task.
    /// @param workers Packed payees: worker (20 bytes), count (2), then count slots (2 each), slots covering
    /// every task exactly once, ascending for each worker. No seed, no signature.
    /// @dev The facts are kept only if one of the deals names a callback or has a maturity: somebody may ask.
    /// Otherwise they are in BatchSettled alone, `batchOf` stays 0 and `verifyResult` false.
    function settleTrusted(
        address pool,
        uint64 nonce,
        bytes32 locations,
        DealPart[] calldata parts,
        bytes calldata workers
    ) external;

    /// @notice Says where the results of a settled batch lie; operators only. Anybody may settle, and with wrong locations.
    /// @param locations As in BatchSettled.
    function giveLocations(address pool, uint64 nonce, bytes32 locations) external;

    /// @notice Slot of a batch: keccak256(abi.encode(root, committedAt)) once committed,
    /// keccak256(abi.encode(BatchFacts)) once settled.
    function batchOf(address pool, uint64 nonce) external view returns (bytes32);
    /// @notice True if `result` was settled in the batch.
    /// @param facts See BatchSettled.
    /// @param place Of the leaf keccak256(00 | task id | digest | votes) in the result root; leaves are the settled
    /// tasks in slot order.
    function verifyResult(
        address pool,
        uint64 nonce,
        BatchFacts calldata facts,
        TaskResult calldata result,
        Inclusion calldata place
    ) external view returns (bool);
    /// @notice True if a worker was sealed into the batch with this head and revealed it; or was absent, with head 0.
    function verifyVoter(
        address pool,
        uint64 nonce,
        BatchFacts calldata facts,
        address worker,
        bytes32 head,
        Inclusion calldata place
    ) external view returns (bool);
}
