// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealPart, DealTerms} from "../types/Deals.sol";

/// @notice Batches: commit, settle, result roots. Encodings: docs/protocol/batches.md.
interface IWork {
    event BatchCommitted(address indexed pool, uint64 indexed nonce, bytes32 root, uint48 committedAt);
    /// @dev `locations` is the sha256 digest of a raw block that maps tasks to the CIDs of their results.
    event BatchSettled(
        address indexed pool, uint64 indexed nonce, bytes32 resultRoot, bytes32 locations, uint32 tasks
    );
    /// @dev `results` is packed: per task index (4 bytes, big endian) and winning digest (32 bytes).
    event TasksSettled(bytes32 indexed dealId, address indexed pool, uint64 indexed nonce, bytes results);
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
    error WorkerNotBonded(address worker, uint256 bond, uint256 needed);
    error WorkerBanned(address worker, uint48 bannedUntil);
    error WorkerUnbonding(address worker, uint48 since);
    error DuplicateDigest(bytes32 dealId, uint256 index);
    error OneDigestExpected(uint256 tasks, uint256 digests);
    error SlotNotCovered(uint256 slot);
    error SlotCoveredTwice(uint256 slot);
    error NotCredible(bytes32 dealId, uint256 index, uint256 odds, uint256 against);
    error EmptyBatch();

    /// @notice Binds a pool to a batch of sealed work.
    /// @param root Merkle root over (worker, head), ascending by worker.
    function commitBatch(address pool, uint64 nonce, bytes32 root) external;

    /// @notice Settles a committed batch; open to anyone who has the data.
    /// @param committedAt As emitted by BatchCommitted.
    /// @param parts The tasks, deal by deal; slots number them through all parts from 0.
    /// @param workers Packed votes, strictly ascending by worker address.
    function settleBatch(
        address pool,
        uint64 nonce,
        uint48 committedAt,
        bytes32 locations,
        DealPart[] calldata parts,
        bytes calldata workers
    ) external;

    /// @notice Settles tasks of deals with minOdds 0 in one call, on the pool's word; operators only.
    /// @param parts As above, with exactly one digest per task.
    /// @param workers Packed payees: worker (20 bytes), count (2), then count slots (2 each), slots covering
    /// every task exactly once, ascending for each worker. No seed, no signature.
    /// @dev The result root is stored only if one of the deals names a callback: a contract that may ask for it.
    /// Otherwise it is in BatchSettled alone, `batchOf` stays 0 and `verifyResult` false.
    function settleTrusted(
        address pool,
        uint64 nonce,
        bytes32 locations,
        DealPart[] calldata parts,
        bytes calldata workers
    ) external;

    /// @notice Slot of a batch: keccak256(abi.encode(root, committedAt)) once committed, its result root once settled.
    function batchOf(address pool, uint64 nonce) external view returns (bytes32);
    /// @notice True if `digest` is the settled result of the task, by inclusion in the batch's result root.
    function verifyResult(
        address pool,
        uint64 nonce,
        bytes32 dealId,
        uint32 index,
        bytes32 digest,
        uint256 slot,
        uint256 count,
        bytes32[] calldata proof
    ) external view returns (bool);
}
