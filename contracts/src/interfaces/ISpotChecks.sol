// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ResultClaim, VoteProof} from "../types/Appeals.sol";
import {Inclusion} from "../types/Batches.sol";

/// @notice Spot checks: answers that a pool knew before it handed the tasks out.
/// @dev A pool commits a Merkle root over leaves keccak256(00 | taskId | digest | salt), and shows an answer when
/// the task has settled. A worker that voted alone for that answer has passed a check, as if
/// somebody had agreed. A wrong vote costs nothing here: the pool may have made up the answer. Who believes it appeals.
interface ISpotChecks {
    event AnswersCommitted(address indexed pool, bytes32 indexed root, uint48 committedAt);
    /// @dev `matched` if the worker's digest is the answer; then it passed a check.
    event AnswerShown(
        address indexed pool, bytes32 indexed taskId, address indexed worker, bytes32 answer, bool matched
    );

    error NotOperator(address pool, address caller);
    error AnswersKnown(address pool, bytes32 root);
    error AnswersLate(address pool, bytes32 root, uint48 answersAt, uint48 batchAt);
    error AnswerUnproven(bytes32 taskId, bytes32 root);
    error AnswerUsed(bytes32 taskId, address worker);
    error NotSingleVote(bytes32 taskId, uint8 votes);
    error TaskUnproven(bytes32 taskId);
    error VoteUnproven(bytes32 taskId, address worker);

    /// @notice Binds a pool to answers; operators only.
    function commitAnswers(address pool, bytes32 root) external;
    /// @notice Shows one answer, the settled task and the worker's vote. Anyone may call who has the data.
    /// @param dealId The task's, with `claim.index`.
    /// @param answer What was committed, with `salt` and its place among the leaves of `root`.
    /// @param vote The one vote on the task, as it settled.
    function showAnswer(
        address pool,
        bytes32 root,
        bytes32 dealId,
        bytes32 answer,
        bytes32 salt,
        Inclusion calldata place,
        ResultClaim calldata claim,
        VoteProof calldata vote
    ) external;

    /// @notice When a pool committed to these answers; 0 if it did not.
    function committedAt(address pool, bytes32 root) external view returns (uint48);
    function isShown(bytes32 taskId, address worker) external view returns (bool);
}
