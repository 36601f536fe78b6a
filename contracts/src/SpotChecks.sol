// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "./interfaces/IRegistry.sol";
import {ISpotChecks} from "./interfaces/ISpotChecks.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {IWork} from "./interfaces/IWork.sol";
import {MerkleLib} from "./libraries/MerkleLib.sol";
import {VoteLib} from "./libraries/VoteLib.sol";
import {ResultClaim, VoteProof} from "./types/Appeals.sol";
import {Inclusion, TaskResult} from "./types/Batches.sol";
import {FaultKind, Verdict} from "./types/Verdicts.sol";

/// @notice See ISpotChecks.
contract SpotChecks is ISpotChecks {
    using VoteLib for VoteProof;

    IRegistry private immutable REGISTRY;
    IWork private immutable WORK;
    IStanding private immutable STANDING;

    /// @inheritdoc ISpotChecks
    mapping(address pool => mapping(bytes32 root => uint48)) public committedAt;
    /// @inheritdoc ISpotChecks
    mapping(bytes32 taskId => mapping(address worker => bool)) public isShown;

    constructor(address registry, address work, address standing) {
        (REGISTRY, WORK, STANDING) = (IRegistry(registry), IWork(work), IStanding(standing));
    }

    /// @inheritdoc ISpotChecks
    function commitAnswers(address pool, bytes32 root) external {
        if (!REGISTRY.isOperator(pool, msg.sender)) revert NotOperator(pool, msg.sender);
        if (committedAt[pool][root] != 0) revert AnswersKnown(pool, root);
        committedAt[pool][root] = uint48(block.timestamp);
        emit AnswersCommitted(pool, root, uint48(block.timestamp));
    }

    /// @inheritdoc ISpotChecks
    function showAnswer(
        address pool,
        bytes32 root,
        bytes32 dealId,
        bytes32 answer,
        bytes32 salt,
        Inclusion calldata place,
        ResultClaim calldata claim,
        VoteProof calldata vote
    ) external {
        bytes32 taskId = VoteLib.taskOf(dealId, claim.index);
        uint48 answersAt = committedAt[pool][root];
        // An answer that the pool may have read off the votes proves nothing.
        if (answersAt == 0 || answersAt >= claim.facts.committedAt) {
            revert AnswersLate(pool, root, answersAt, claim.facts.committedAt);
        }
        bytes32 leaf = keccak256(abi.encodePacked(hex"00", taskId, answer, salt));
        if (!MerkleLib.verify(leaf, place.position, place.count, place.proof, root)) {
            revert AnswerUnproven(taskId, root);
        }
        if (isShown[taskId][vote.worker]) revert AnswerUsed(taskId, vote.worker);
        _checkVote(pool, taskId, dealId, claim, vote);
        isShown[taskId][vote.worker] = true;
        bool matched = vote.digest == answer;
        emit AnswerShown(pool, taskId, vote.worker, answer, matched);
        if (!matched) return;
        Verdict[] memory verdicts = new Verdict[](1);
        verdicts[0] = Verdict(vote.worker, 1, 0, address(0), FaultKind.None);
        STANDING.record(pool, claim.nonce, verdicts);
    }

    /// @dev The task settled by the one vote of this worker: with more of them it has had its check.
    function _checkVote(
        address pool,
        bytes32 taskId,
        bytes32 dealId,
        ResultClaim calldata claim,
        VoteProof calldata vote
    ) private view {
        if (claim.votes != 1) revert NotSingleVote(taskId, claim.votes);
        TaskResult memory result = TaskResult(dealId, claim.index, claim.digest, claim.votes);
        if (!WORK.verifyResult(pool, claim.nonce, claim.facts, result, claim.inclusion)) {
            revert TaskUnproven(taskId);
        }
        bytes32 head = vote.head(taskId);
        bool voted = WORK.verifyVoter(pool, claim.nonce, claim.facts, vote.worker, head, vote.inclusion);
        if (!voted || vote.digest != claim.digest) revert VoteUnproven(taskId, vote.worker);
    }
}
