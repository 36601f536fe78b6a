// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISpotChecks} from "../../src/interfaces/ISpotChecks.sol";
import {ResultClaim, VoteProof} from "../../src/types/Appeals.sol";
import {Inclusion} from "../../src/types/Batches.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {ReferenceBatch} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";
import {vm} from "../lib/Test.sol";

contract SpotChecksTest is AppealWorld {
    bytes32 private constant SALT = "salt";

    bytes32 private _root;
    Inclusion private _place;

    /// Three answers, the first for a task that is settled later.
    function _commitAnswers(bytes32 taskId, bytes32 answer) private {
        bytes32[] memory leaves = new bytes32[](3);
        leaves[0] = keccak256(abi.encodePacked(hex"00", taskId, answer, SALT));
        (leaves[1], leaves[2]) = (keccak256("second"), keccak256("third"));
        bytes32[] memory proof = ReferenceBatch.merkleProof(leaves, 0);
        _root = ReferenceBatch.merkleRoot(leaves);
        _place = Inclusion(0, 3, proof);
        vm.prank(operator.id);
        checks.commitAnswers(pool, _root);
        vm.warp(block.timestamp + 1);
    }

    /// A task that one worker answers alone, after the pool has committed to `answer`.
    function _settleAlone(bytes32 answer) private returns (Settled memory settled) {
        Orders memory orders = someOrdersToAppeal();
        settled.terms = openDeal(orders, 1);
        _commitAnswers(taskIdOf(settled, 0), answer);
        return settleDeal(settled, 1);
    }

    function _show(Settled memory settled, bytes32 answer) private {
        checks.showAnswer(
            pool, _root, idOf(settled.terms), answer, SALT, _place, claimOf(settled, 0), voteOf(settled, 0, 0)
        );
    }

    function _checksOf(uint256 w) private view returns (uint32 passed) {
        (, passed,,,) = standing.standingOf(workers[w].id);
    }

    function test_AMatchIsACheck() public {
        Settled memory settled = _settleAlone(digestOf(0));
        vm.assertEq(_checksOf(0), 0);
        bytes32 taskId = taskIdOf(settled, 0);
        vm.expectEmit(address(checks));
        emit ISpotChecks.AnswerShown(pool, taskId, workers[0].id, digestOf(0), true);
        _show(settled, digestOf(0));
        vm.assertEq(_checksOf(0), 1);
        vm.assertTrue(checks.isShown(taskId, workers[0].id));
    }

    /// Attack: a pool that frames a worker with an answer of its own making. It costs the worker nothing.
    function test_AMismatchSlashesNobody() public {
        Settled memory settled = _settleAlone(keccak256("made up"));
        uint256 held = heldBy(workers[0].id);
        vm.expectEmit(address(checks));
        emit ISpotChecks.AnswerShown(pool, taskIdOf(settled, 0), workers[0].id, keccak256("made up"), false);
        _show(settled, keccak256("made up"));
        (uint128 bond, uint32 passed, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(bond, BOND);
        vm.assertEq(passed + faults, 0);
        vm.assertEq(heldBy(workers[0].id), held);
    }

    /// Attack: one check counted twice.
    function test_RevertWhen_AnAnswerIsShownTwice() public {
        Settled memory settled = _settleAlone(digestOf(0));
        _show(settled, digestOf(0));
        vm.expectRevert(
            abi.encodeWithSelector(ISpotChecks.AnswerUsed.selector, taskIdOf(settled, 0), workers[0].id)
        );
        _show(settled, digestOf(0));
    }

    /// Attack: answers read off the votes, committed after the batch.
    function test_RevertWhen_TheAnswersCameAfterTheBatch() public {
        Settled memory settled = settleTheTruth(1, 1);
        _commitAnswers(taskIdOf(settled, 0), digestOf(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISpotChecks.AnswersLate.selector,
                pool,
                _root,
                checks.committedAt(pool, _root),
                settled.facts.committedAt
            )
        );
        _show(settled, digestOf(0));
    }

    function test_RevertWhen_NothingWasCommitted() public {
        Settled memory settled = _settleAlone(digestOf(0));
        _root = "another";
        vm.expectRevert(
            abi.encodeWithSelector(
                ISpotChecks.AnswersLate.selector, pool, _root, 0, settled.facts.committedAt
            )
        );
        _show(settled, digestOf(0));
    }

    function test_RevertWhen_TheAnswerIsAnother() public {
        Settled memory settled = _settleAlone(digestOf(0));
        vm.expectRevert(
            abi.encodeWithSelector(ISpotChecks.AnswerUnproven.selector, taskIdOf(settled, 0), _root)
        );
        _show(settled, keccak256("another"));
    }

    /// Checks of tasks with several votes were counted when they settled.
    function test_RevertWhen_OthersVotedToo() public {
        Orders memory orders = someOrdersToAppeal();
        Settled memory settled;
        settled.terms = openDeal(orders, 1);
        _commitAnswers(taskIdOf(settled, 0), digestOf(0));
        settled = settleDeal(settled, 2);
        vm.expectRevert(abi.encodeWithSelector(ISpotChecks.NotSingleVote.selector, taskIdOf(settled, 0), 2));
        _show(settled, digestOf(0));
    }

    function test_RevertWhen_TheTaskOrTheVoteIsNotProven() public {
        Settled memory settled = _settleAlone(digestOf(0));
        ResultClaim memory claim = claimOf(settled, 0);
        VoteProof memory vote = voteOf(settled, 0, 0);
        bytes32 dealId = idOf(settled.terms);
        claim.digest = keccak256("another");
        vm.expectRevert(abi.encodeWithSelector(ISpotChecks.TaskUnproven.selector, taskIdOf(settled, 0)));
        checks.showAnswer(pool, _root, dealId, digestOf(0), SALT, _place, claim, vote);
        claim = claimOf(settled, 0);
        vote.worker = workers[1].id;
        vm.expectRevert(
            abi.encodeWithSelector(ISpotChecks.VoteUnproven.selector, taskIdOf(settled, 0), workers[1].id)
        );
        checks.showAnswer(pool, _root, dealId, digestOf(0), SALT, _place, claim, vote);
        vote.worker = workers[0].id;
        vote.digest = keccak256("another");
        vm.expectPartialRevert(ISpotChecks.VoteUnproven.selector);
        checks.showAnswer(pool, _root, dealId, digestOf(0), SALT, _place, claim, vote);
    }

    function test_RevertWhen_AStrangerCommits() public {
        vm.expectRevert(abi.encodeWithSelector(ISpotChecks.NotOperator.selector, pool, stranger.id));
        vm.prank(stranger.id);
        checks.commitAnswers(pool, "root");
        vm.expectEmit(address(checks));
        emit ISpotChecks.AnswersCommitted(pool, "root", uint48(block.timestamp));
        vm.prank(operator.id);
        checks.commitAnswers(pool, "root");
        vm.expectRevert(abi.encodeWithSelector(ISpotChecks.AnswersKnown.selector, pool, bytes32("root")));
        vm.prank(operator.id);
        checks.commitAnswers(pool, "root");
    }
}
