// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchFacts, Inclusion, TaskResult} from "../types/Batches.sol";
import {DealPart, DealTerms} from "../types/Deals.sol";

/// @dev What a pool signs when it has stored commitments of a worker: `root` is the Merkle root over (task,
/// commitment), and before `until` it will not settle any of these tasks without the worker.
struct Receipt {
    address pool;
    uint64 nonce;
    address worker;
    bytes32 root;
    uint48 until;
}

/// @dev A worker's own commitment, opened, and where it stands under the receipt's root.
struct Opening {
    bytes32 digest;
    bytes32 salt;
    Inclusion place;
}

/// @dev A leaf of a batch root; `place.count` 0 for none.
struct Neighbour {
    address worker;
    bytes32 head;
    Inclusion place;
}

/// @notice What workers claim of a pool that broke its word: a batch dropped after they revealed, a vote left out
/// that the pool had given a receipt for.
interface IClaims {
    /// @dev `amount` came out of the pool's stake, for `tasks` tasks that can never settle now.
    event BatchForfeited(
        address indexed pool, uint64 indexed nonce, address indexed worker, uint256 amount, uint32 tasks
    );
    /// @dev Of the pool's stake for the task the worker got the half, rounded down, and the requester the rest.
    event OmissionProven(
        bytes32 indexed dealId, uint32 indexed index, address indexed worker, uint256 amount
    );

    error NotDropped(address pool, uint64 nonce);
    error SettleWindowOpen(address pool, uint64 nonce, uint48 closesAt);
    error NotRevealed(address pool, uint64 nonce, address worker);
    error AlreadyClaimed(bytes32 subject, address worker);
    error NothingToClaim(address pool, uint64 nonce, address worker);
    error NotCommittedTo(bytes32 taskId, address worker);
    error BadReceipt(address pool, address signer);
    error ReceiptExpired(uint48 until, uint48 committedAt);
    error NotSettledThere(bytes32 taskId, address pool, uint64 nonce);
    /// @dev The neighbours do not show that the worker is missing.
    error NotOmitted(address pool, uint64 nonce, address worker);

    /// @notice Pays a worker for tasks of a batch that its pool committed and did not settle in the window of the first
    /// of its deals. Open to anyone who has the data.
    /// @dev The worker must have revealed on chain and shown its place (IReveals). Of each task that is neither
    /// settled nor spoiled otherwise it gets min(workers' part, half the pool's stake) divided by the workers that
    /// revealed it so; these tasks are spoiled. What is left of the stake is the requester's when the deal ends.
    /// Deals that have ended are passed over.
    /// @param root What was committed, with `committedAt`.
    /// @param parts, record As given to IReveals.forceReveal.
    function forfeit(
        address pool,
        uint64 nonce,
        bytes32 root,
        uint48 committedAt,
        DealPart[] calldata parts,
        bytes calldata record
    ) external;

    /// @notice Shows that a task was settled without a worker that holds a receipt for it, in a batch committed
    /// before the receipt's end. Once a task.
    /// @dev The pool's stake for the task is taken as long as it is there: until its maturity.
    /// @param signature Of an operator of the pool at the deal's match, or its owner then. One that was removed less
    /// than a day before the commit counts.
    /// @param opening Of the worker's commitment to the task, under the receipt's root.
    /// @param nonce Batch in which the task was settled, with its facts.
    /// @param left, right Leaves next to each other in the batch root, below and above the worker; one of them is
    /// enough if it is the last or the first.
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
    ) external;
}
