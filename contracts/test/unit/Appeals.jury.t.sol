// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "../../src/interfaces/IAppeals.sol";
import {IJurors} from "../../src/interfaces/IJurors.sol";
import {Appeal, AppealStatus, Jury} from "../../src/types/Appeals.sol";
import {Inclusion} from "../../src/types/Batches.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {vm} from "../lib/Test.sol";

contract AppealsJuryTest is AppealWorld {
    bytes32 private _taskId;

    function _open(uint256 seats) private {
        seatPanel(seats);
        Settled memory settled = settleALie(2);
        _taskId = openAppeal(settled, 0);
    }

    function _expectNotInTime(uint256 from, uint256 until) private {
        vm.expectRevert(
            abi.encodeWithSelector(IAppeals.NotInTime.selector, _taskId, from, until, block.timestamp)
        );
    }

    function _expectStatus(AppealStatus status, AppealStatus needed) private {
        vm.expectRevert(
            abi.encodeWithSelector(IAppeals.WrongStatus.selector, _taskId, uint8(status), uint8(needed))
        );
    }

    function test_DrawsAJuryOfThree() public {
        _open(9);
        mineChance(_taskId);
        court.drawJury(_taskId);
        Jury memory jury = lastJury(_taskId);
        vm.assertEq(jury.seats.length, 3);
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(bench.riskOf(lastJuryId(_taskId), jury.seats[i]), RISK);
        }
        Appeal memory appeal = court.appealOf(_taskId);
        vm.assertEq(uint256(appeal.status), uint256(AppealStatus.Voting));
        vm.assertEq(appeal.until, block.timestamp + 3 * STEP);
    }

    function test_RevertWhen_ThereIsNoChanceYet() public {
        _open(3);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.ChanceMissing.selector, _taskId, lastJuryId(_taskId)));
        court.drawJury(_taskId);
    }

    function test_RevertWhen_DrawnTooLateOrTwice() public {
        _open(3);
        mineChance(_taskId);
        uint48 until = court.appealOf(_taskId).until;
        uint256 askedAt = block.timestamp;
        vm.warp(until + 1);
        _expectNotInTime(askedAt, until);
        court.drawJury(_taskId);
        vm.warp(until);
        court.drawJury(_taskId);
        _expectStatus(AppealStatus.Voting, AppealStatus.Drawing);
        court.drawJury(_taskId);
    }

    /// Attack: a commitment of another juror, copied.
    function test_RevertWhen_ACopiedBallotIsRevealed() public {
        _open(9);
        address[] memory seats = draw(_taskId);
        bytes32 id = lastJuryId(_taskId);
        bytes32 ballot = keccak256(abi.encode(id, seats[0], digestOf(0), bytes32("salt")));
        vm.expectEmit(address(court));
        emit IAppeals.VoteCommitted(_taskId, 0, seats[0], ballot);
        vm.prank(seats[0]);
        court.commitVote(_taskId, ballot);
        vm.prank(seats[1]);
        court.commitVote(_taskId, ballot);
        vm.warp(court.appealOf(_taskId).until - STEP + 1);
        vm.expectEmit(address(court));
        emit IAppeals.VoteRevealed(_taskId, 0, seats[0], digestOf(0));
        revealAs(_taskId, seats[0], digestOf(0));
        bytes32 computed = keccak256(abi.encode(id, seats[1], digestOf(0), bytes32("salt")));
        vm.expectRevert(abi.encodeWithSelector(IAppeals.BadBallot.selector, id, seats[1], computed, ballot));
        revealAs(_taskId, seats[1], digestOf(0));
        (bytes32 commitment, bytes32 said) = court.ballotOf(id, seats[0]);
        vm.assertEq(commitment, bytes32(0));
        vm.assertEq(said, digestOf(0));
        vm.expectPartialRevert(IAppeals.BadBallot.selector);
        revealAs(_taskId, seats[0], digestOf(0));
    }

    function test_RevertWhen_NobodyIsVotedFor() public {
        _open(9);
        address[] memory seats = draw(_taskId);
        commitAs(_taskId, seats[0], 0);
        vm.warp(court.appealOf(_taskId).until - STEP + 1);
        vm.expectPartialRevert(IAppeals.BadBallot.selector);
        revealAs(_taskId, seats[0], 0);
    }

    function test_RevertWhen_AStrangerVotes() public {
        _open(9);
        draw(_taskId);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.NotJuror.selector, lastJuryId(_taskId), stranger.id));
        vm.prank(stranger.id);
        court.commitVote(_taskId, "ballot");
    }

    function test_RevertWhen_VotingOutOfTime() public {
        _open(9);
        _expectStatus(AppealStatus.Drawing, AppealStatus.Voting);
        court.commitVote(_taskId, "ballot");
        address[] memory seats = draw(_taskId);
        uint48 until = court.appealOf(_taskId).until;
        vm.warp(until - STEP);
        commitAs(_taskId, seats[0], digestOf(0));
        _expectNotInTime(until - STEP, until);
        vm.prank(seats[0]);
        court.revealVote(_taskId, digestOf(0), "salt");
        vm.warp(until - STEP + 1);
        _expectNotInTime(0, until - STEP);
        vm.prank(seats[0]);
        court.commitVote(_taskId, "ballot");
        vm.warp(until + 1);
        _expectNotInTime(until - STEP, until);
        vm.prank(seats[0]);
        court.revealVote(_taskId, digestOf(0), "salt");
    }

    function test_TheLastCommitmentCounts() public {
        _open(9);
        address[] memory seats = draw(_taskId);
        commitAs(_taskId, seats[0], lieOf(0));
        commitAs(_taskId, seats[0], digestOf(0));
        vm.warp(court.appealOf(_taskId).until - STEP + 1);
        revealAs(_taskId, seats[0], digestOf(0));
    }

    /// A worker of the batch that is drawn is replaced, whoever shows it; it risks and loses nothing.
    function test_AVoterOfTheBatchIsReplaced() public {
        vm.prank(workers[1].id);
        bench.takeSeat(address(0));
        seatPanel(2);
        Settled memory settled = settleTheTruth(1, 3);
        _taskId = openAppeal(settled, 0);
        address[] memory seats = draw(_taskId);
        vm.assertEq(seats.length, 3);
        uint256 held = heldBy(workers[1].id);
        vm.expectEmit(address(court));
        emit IAppeals.JurorReplaced(_taskId, 0, workers[1].id, address(0), court.appealOf(_taskId).until);
        court.replaceJuror(_taskId, settled.facts, workers[1].id, headOf(settled, 1), inclusionOf(settled, 1));
        vm.assertEq(bench.riskOf(lastJuryId(_taskId), workers[1].id), 0);
        _finishByTwo(settled, seats);
        vm.assertEq(heldBy(workers[1].id), held);
        vm.assertEq(heldBySelf(), 0);
    }

    function _finishByTwo(Settled memory settled, address[] memory seats) private {
        for (uint256 i; i < 3; ++i) {
            if (seats[i] != workers[1].id) commitAs(_taskId, seats[i], digestOf(0));
        }
        vm.warp(court.appealOf(_taskId).until - STEP + 1);
        for (uint256 i; i < 3; ++i) {
            if (seats[i] != workers[1].id) revealAs(_taskId, seats[i], digestOf(0));
        }
        passTime(_taskId);
        court.decide(_taskId);
        closeAfterTime(_taskId, settled.terms);
    }

    function test_AReplacementComesFromTheSameSeed() public {
        vm.prank(workers[1].id);
        bench.takeSeat(address(0));
        seatPanel(3);
        Settled memory settled = settleTheTruth(1, 3);
        _taskId = openAppeal(settled, 0);
        address[] memory seats = draw(_taskId);
        for (uint256 tries; tries < 20 && !_sits(seats, workers[1].id); ++tries) {
            passTime(_taskId);
            court.decide(_taskId);
            if (court.appealOf(_taskId).status != AppealStatus.Drawing) return;
            seats = draw(_taskId);
        }
        court.replaceJuror(_taskId, settled.facts, workers[1].id, headOf(settled, 1), inclusionOf(settled, 1));
        Jury memory jury = lastJury(_taskId);
        vm.assertFalse(_sits(jury.seats, workers[1].id));
        for (uint256 i; i < 3; ++i) {
            vm.assertTrue(_sits(jury.seats, panel[i].id));
        }
    }

    function _sits(address[] memory seats, address who) private pure returns (bool) {
        for (uint256 i; i < seats.length; ++i) {
            if (seats[i] == who) return true;
        }
        return false;
    }

    /// Attack: an honest juror thrown out by a proof about somebody else, or late.
    function test_RevertWhen_AJurorIsReplacedWithoutProof() public {
        seatPanel(3);
        Settled memory settled = settleTheTruth(1, 3);
        _taskId = openAppeal(settled, 0);
        address[] memory seats = draw(_taskId);
        bytes32 head = headOf(settled, 0);
        Inclusion memory inclusion = inclusionOf(settled, 0);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.VoterUnproven.selector, _taskId, seats[0]));
        court.replaceJuror(_taskId, settled.facts, seats[0], head, inclusion);
        vm.expectRevert(
            abi.encodeWithSelector(IJurors.NotSummoned.selector, lastJuryId(_taskId), workers[0].id)
        );
        court.replaceJuror(_taskId, settled.facts, workers[0].id, head, inclusion);
        uint48 half = court.appealOf(_taskId).until - 2 * STEP;
        vm.warp(half + 1);
        _expectNotInTime(0, half);
        court.replaceJuror(_taskId, settled.facts, workers[0].id, head, inclusion);
    }
}
