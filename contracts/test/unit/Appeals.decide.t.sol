// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "../../src/interfaces/IAppeals.sol";
import {Appeal, AppealStatus, Round} from "../../src/types/Appeals.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {Orders} from "../reference/ReferenceOrders.sol";
import {vm} from "../lib/Test.sol";

contract AppealsDecideTest is AppealWorld {
    /// With the pool's own part of the price.
    uint256 private constant STAKE = 0.5 ether + 3 + 0.1 ether + 1;
    bytes32 private _taskId;

    function _open() private returns (Settled memory settled) {
        seatPanel(9);
        settled = settleALie(1);
        _taskId = openAppeal(settled, 0);
    }

    function _vote(bytes32[3] memory said) private {
        address[] memory seats = draw(_taskId);
        for (uint256 i; i < 3; ++i) {
            if (said[i] != 0) commitAs(_taskId, seats[i], said[i]);
        }
        vm.warp(court.appealOf(_taskId).until - STEP + 1);
        for (uint256 i; i < 3; ++i) {
            if (said[i] != 0) revealAs(_taskId, seats[i], said[i]);
        }
        passTime(_taskId);
    }

    function _expectNotInTime(uint256 from, uint256 until) private {
        vm.expectRevert(
            abi.encodeWithSelector(IAppeals.NotInTime.selector, _taskId, from, until, block.timestamp)
        );
    }

    function test_TwoOfThreeAreAVerdict() public {
        _open();
        _vote([digestOf(0), lieOf(0), digestOf(0)]);
        vm.expectEmit(address(court));
        emit IAppeals.VerdictReached(_taskId, digestOf(0), uint48(block.timestamp) + 2 * STEP);
        court.decide(_taskId);
        Appeal memory appeal = court.appealOf(_taskId);
        vm.assertEq(uint256(appeal.status), uint256(AppealStatus.Decided));
        vm.assertEq(appeal.verdict, digestOf(0));
        vm.assertTrue(court.roundsOf(_taskId)[0].heard);
    }

    function test_TwoThatRevealAreEnoughIfTheyAgree() public {
        _open();
        _vote([digestOf(0), bytes32(0), digestOf(0)]);
        court.decide(_taskId);
        vm.assertEq(court.appealOf(_taskId).verdict, digestOf(0));
    }

    function test_NoMajorityDrawsAgain() public {
        _open();
        _vote([digestOf(0), lieOf(0), keccak256("third")]);
        vm.expectEmit(address(court));
        emit IAppeals.JuryFailed(_taskId, 0);
        court.decide(_taskId);
        vm.assertEq(court.juriesOf(_taskId).length, 2);
        vm.assertEq(uint256(court.appealOf(_taskId).status), uint256(AppealStatus.Drawing));
        vm.assertEq(lastJury(_taskId).wanted, 3);
    }

    /// Attack: jurors that stay silent, to stop an appeal. Each of three juries loses its risks, then the
    /// governor is asked, and if nobody answers what settled stands; the bond goes back but for a seat's fee.
    function test_SilentJurorsPayAndStopNothing() public {
        Settled memory settled = _open();
        uint256 held = heldBy(appellant.id);
        uint256 treasury = heldBy(address(this));
        for (uint256 i; i < 3; ++i) {
            _vote([bytes32(0), 0, 0]);
            court.decide(_taskId);
        }
        vm.assertEq(uint256(court.appealOf(_taskId).status), uint256(AppealStatus.Ruling));
        vm.assertEq(court.appealOf(_taskId).until, block.timestamp + 14 * STEP);
        closeAfterTime(_taskId, settled.terms);
        vm.assertEq(heldBy(address(this)) - treasury, 9 * RISK);
        vm.assertEq(heldBy(appellant.id), held - FEE);
        vm.assertEq(escrow.lockedOf(appellant.id), 0);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: appeals that nobody hears, to hold up payments for nothing. Whoever had to wait gets a seat's fee.
    function test_AnUnheardAppealPaysThePoolThatWaited() public {
        Settled memory settled = _open();
        (uint256 held, uint256 pool) = (heldBy(appellant.id), heldBy(poolOwner.id));
        for (uint256 i; i < 3; ++i) {
            passTime(_taskId);
            court.decide(_taskId);
        }
        closeAfterTime(_taskId, settled.terms);
        vm.assertEq(held - heldBy(appellant.id), FEE);
        vm.assertEq(heldBy(poolOwner.id) - pool, FEE + STAKE);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: the pool appeals a verdict against it again and has nobody hear it, to put off the end.
    function test_AnUnheardDefencePaysTheRequesterThatWaited() public {
        Settled memory settled = _open();
        _vote([digestOf(0), digestOf(0), digestOf(0)]);
        court.decide(_taskId);
        (uint256 held, uint256 pool) = (heldBy(requester.id), heldBy(poolOwner.id));
        vm.prank(poolOwner.id);
        court.appealAgain(_taskId);
        for (uint256 i; i < 3; ++i) {
            passTime(_taskId);
            court.decide(_taskId);
        }
        closeAfterTime(_taskId, settled.terms);
        vm.assertEq(pool - heldBy(poolOwner.id), FEE);
        vm.assertEq(
            heldBy(requester.id) - held,
            FEE + settled.terms.appPrice + settled.terms.datasetPrice + settled.terms.poolPrice
        );
        vm.assertEq(heldBySelf(), 0);
    }

    function test_AJuryThatIsNeverDrawnFails() public {
        Settled memory settled = _open();
        for (uint256 i; i < 3; ++i) {
            passTime(_taskId);
            court.decide(_taskId);
        }
        vm.assertEq(uint256(court.appealOf(_taskId).status), uint256(AppealStatus.Ruling));
        court.rule(_taskId, digestOf(0));
        court.closeAppeal(_taskId, settled.terms);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, 1);
        vm.assertEq(heldBySelf(), 0);
    }

    /// An app whose inputs are gone cannot be judged: who appeals has to see to that.
    function test_AJuryThatCannotRunTheTaskLetsItStand() public {
        Settled memory settled = _open();
        _vote([UNABLE, UNABLE, lieOf(0)]);
        court.decide(_taskId);
        uint256 held = heldBy(appellant.id);
        address confirmer = lastJury(_taskId).seats[2];
        uint256 juror = heldBy(confirmer);
        closeAfterTime(_taskId, settled.terms);
        vm.assertEq(held - heldBy(appellant.id), 3 * FEE);
        vm.assertEq(heldBy(confirmer) - juror, FEE);
        vm.assertEq(heldBySelf(), 0);
    }

    function test_RevertWhen_DecidedTooEarlyOrTwice() public {
        _open();
        uint48 until = court.appealOf(_taskId).until;
        vm.warp(until);
        _expectNotInTime(until + 1, type(uint48).max);
        court.decide(_taskId);
        _vote([digestOf(0), digestOf(0), digestOf(0)]);
        court.decide(_taskId);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.WrongStatus.selector, _taskId, 3, 2));
        court.decide(_taskId);
    }

    function test_AppealAgainTurnsTheClaim() public {
        _open();
        _vote([digestOf(0), digestOf(0), digestOf(0)]);
        court.decide(_taskId);
        vm.expectEmit(address(court));
        emit IAppeals.RoundOpened(_taskId, 1, poolOwner.id, false, 7 * FEE);
        vm.prank(poolOwner.id);
        court.appealAgain(_taskId);
        Round[] memory rounds = court.roundsOf(_taskId);
        vm.assertTrue(rounds[0].claimsFall && !rounds[1].claimsFall);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.WrongStatus.selector, _taskId, 1, 3));
        court.appealAgain(_taskId);
    }

    function test_RevertWhen_AppealedAgainTooLate() public {
        _open();
        _vote([digestOf(0), digestOf(0), digestOf(0)]);
        court.decide(_taskId);
        uint48 until = court.appealOf(_taskId).until;
        vm.warp(until + 1);
        _expectNotInTime(0, until);
        court.appealAgain(_taskId);
    }

    function test_RevertWhen_ClosedTooEarlyOrWithOtherTerms() public {
        Settled memory settled = _open();
        vm.expectRevert(abi.encodeWithSelector(IAppeals.WrongStatus.selector, _taskId, 1, 3));
        court.closeAppeal(_taskId, settled.terms);
        _vote([digestOf(0), digestOf(0), digestOf(0)]);
        court.decide(_taskId);
        uint48 until = court.appealOf(_taskId).until;
        vm.warp(until);
        _expectNotInTime(until + 1, type(uint48).max);
        court.closeAppeal(_taskId, settled.terms);
        vm.warp(until + 1);
        settled.terms.volume += 1;
        vm.expectPartialRevert(IAppeals.WrongTerms.selector);
        court.closeAppeal(_taskId, settled.terms);
        settled.terms.volume -= 1;
        court.closeAppeal(_taskId, settled.terms);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.WrongStatus.selector, _taskId, 5, 3));
        court.closeAppeal(_taskId, settled.terms);
    }

    function test_RevertWhen_RuledByAnybodyElseOrLate() public {
        _open();
        for (uint256 i; i < 3; ++i) {
            passTime(_taskId);
            court.decide(_taskId);
        }
        vm.expectRevert(
            abi.encodeWithSelector(IAppeals.NotJudge.selector, _taskId, address(this), stranger.id)
        );
        vm.prank(stranger.id);
        court.rule(_taskId, digestOf(0));
        uint48 until = court.appealOf(_taskId).until;
        vm.warp(until + 1);
        _expectNotInTime(0, until);
        court.rule(_taskId, digestOf(0));
    }

    /// A deal whose request names an arbiter, for results of which no two runs are alike.
    function _openArbitrated(uint128 stake) private returns (Settled memory settled) {
        Orders memory orders = someOrdersToAppeal();
        orders.request.arbiter = stranger.id;
        orders.pool.stake = stake;
        orders.pool.onlyRequester = requester.id;
        settled = settleTheTruth(orders, 1, 2);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAppeals.NotRequester.selector, taskIdOf(settled, 0), requester.id, appellant.id
            )
        );
        vm.prank(appellant.id);
        court.openAppeal(settled.terms, settled.request, claimOf(settled, 0), votesOf(settled, 0, 0));
        appellant = requester;
        _taskId = openAppeal(settled, 0);
    }

    function test_AnArbiterRulesForTheBuyer() public {
        Settled memory settled = _openArbitrated(3 ether);
        vm.assertEq(court.judgeOf(_taskId), stranger.id);
        uint256 held = heldBy(requester.id);
        vm.prank(stranger.id);
        court.rule(_taskId, keccak256("refused"));
        court.closeAppeal(_taskId, settled.terms);
        vm.assertEq(heldBy(stranger.id), 3 * FEE);
        vm.assertGt(heldBy(requester.id), held + 1.18 ether);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Nobody but the requester has chosen it, so it may be the requester's friend.
    function test_AnArbiterTakesNoBondAndNoStanding() public {
        Settled memory settled = _openArbitrated(3 ether);
        (uint128 bonded, uint32 checks,,,) = standing.standingOf(workers[0].id);
        vm.prank(stranger.id);
        court.rule(_taskId, keccak256("refused"));
        court.closeAppeal(_taskId, settled.terms);
        (uint128 left, uint32 kept, uint32 faults, uint48 bannedUntil,) = standing.standingOf(workers[0].id);
        vm.assertEq(left, bonded);
        vm.assertEq(kept, checks);
        vm.assertEq(faults, 0);
        vm.assertEq(bannedUntil, 0);
    }

    function test_AnArbiterRulesForThePool() public {
        Settled memory settled = _openArbitrated(3 ether);
        uint256 held = heldBy(requester.id);
        vm.prank(stranger.id);
        court.rule(_taskId, digestOf(0));
        court.closeAppeal(_taskId, settled.terms);
        vm.assertEq(heldBy(stranger.id), 3 * FEE);
        vm.assertEq(held - heldBy(requester.id), 3 * FEE);
        vm.assertEq(heldBySelf(), 0);
    }

    /// No ruling in time: the result stands, and the buyer has its bond back but for a seat's fee.
    function test_AnArbiterThatSaysNothingLetsItStand() public {
        Settled memory settled = _openArbitrated(3 ether);
        uint256 held = heldBy(requester.id);
        closeAfterTime(_taskId, settled.terms);
        vm.assertEq(heldBy(requester.id), held - FEE);
        vm.assertEq(heldBy(stranger.id), 0);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, 0);
    }
}
