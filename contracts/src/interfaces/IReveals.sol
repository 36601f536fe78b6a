// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Inclusion} from "../types/Batches.sol";
import {DealPart} from "../types/Deals.sol";

/// @notice Votes that workers revealed on chain because their pool did not take them.
/// @dev Knows nothing of commits: a reveal names root and time of the commit that it is about, and who asks later
/// compares them with Work's. So Work can ask here, and this contract calls nobody that calls it.
interface IReveals {
    /// @dev All that is needed to settle: `tasks` as in DealPart, deal by deal, and the worker's record.
    /// `isCounted` if the worker showed that it stands under `root`.
    event RevealForced(
        address indexed pool,
        uint64 indexed nonce,
        address indexed worker,
        bytes32 root,
        bytes32[] dealIds,
        bytes[] tasks,
        bytes record,
        bool isCounted
    );

    error RevealWindowClosed(address pool, uint64 nonce, uint48 closedAt);
    error AlreadyRevealed(address pool, uint64 nonce, address worker);
    error NotInBatch(address pool, uint64 nonce, address worker);
    error DuplicateTask(bytes32 dealId, uint256 index);
    /// @dev 255 workers of the batch have revealed this task; one more could not be shared out.
    error TooManyCounted(bytes32 dealId, uint256 index);

    /// @notice Reveals a worker's votes: it cannot be declared absent any more. Open to anyone who has the data,
    /// until `revealWindowSec` after the commit.
    /// @param root What was committed, with `committedAt`.
    /// @param parts The worker's own tasks in the order of its seal, each with the digest it voted for. To be
    /// counted: one part a deal, with ascending indexes.
    /// @param record The worker's record as in IWork.settleBatch.
    /// @param place Where (worker, head) stands in the root; `count` 0 if the pool gave no proof. Without it the
    /// worker has no claim should the pool drop the batch. Only who could vote at the commit is counted, as
    /// IStanding.weightsAt has it.
    function forceReveal(
        address pool,
        uint64 nonce,
        bytes32 root,
        uint48 committedAt,
        DealPart[] calldata parts,
        bytes calldata record,
        Inclusion calldata place
    ) external;

    /// @notice When a worker first revealed what it sealed under this head; 0 for never.
    function revealedAt(address pool, uint64 nonce, address worker, bytes32 head)
        external
        view
        returns (uint48);
    /// @notice True if the worker revealed this head and showed that it stands under the root.
    /// @param batch keccak256(abi.encode(pool, nonce, root, committedAt)).
    function isCounted(bytes32 batch, address worker, bytes32 head) external view returns (bool);
    /// @notice How many counted workers revealed a task of a batch; at most 255.
    function countOf(bytes32 batch, bytes32 dealId, uint32 index) external view returns (uint256);
}
