// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Appeal, AppealStatus} from "../../src/types/Appeals.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {vm} from "../lib/Test.sol";

/// Whole appeals on the real contracts, to the last unit.
contract AppealsStoryTest is AppealWorld {
    uint256 private constant PRICE = 1.18 ether + 8;
    uint256 private constant SHARE = 0.45 ether + 3;
    /// With the pool's own part of the price.
    uint256 private constant STAKE = 0.5 ether + 3 + 0.1 ether + 1;

    uint256[8] private _before;

    function setUp() public override {
        super.setUp();
        seatPanel(9);
    }

    function _note() private {
        for (uint256 w; w < 3; ++w) {
            _before[w] = heldBy(workers[w].id);
        }
        _before[3] = heldBy(requester.id);
        _before[4] = heldBy(poolOwner.id);
        _before[5] = heldBy(appellant.id);
        _before[6] = heldBy(address(this));
    }

    function _panelHolds() private view returns (uint256 sum) {
        for (uint256 i; i < panel.length; ++i) {
            sum += heldBy(panel[i].id);
        }
    }

    /// Attack: a colluding majority settles a wrong digest. An honest worker appeals, the jury runs the task
    /// again, and everybody is paid or slashed: the two liars lose share and half a bond, the pool its stake; the
    /// requester has its price back, the outvoted worker its slash, the jury its fees, the appellant as much as its bond.
    function test_AColludingMajorityIsOverturned() public {
        Settled memory settled = settleALie(3);
        (uint128 bond,, uint32 faults, uint48 bannedUntil,) = standing.standingOf(workers[2].id);
        vm.assertEq(bond, BOND / 2);
        vm.assertEq(faults, 1);
        vm.assertGt(bannedUntil, block.timestamp);
        _note();
        uint256 panelBefore = _panelHolds();

        bytes32 taskId = openAppeal(settled, 0);
        voteAndDecide(taskId, 0, lieOf(0), digestOf(0));
        closeAfterTime(taskId, settled.terms);

        for (uint256 w; w < 2; ++w) {
            vm.assertEq(_before[w] - heldBy(workers[w].id), SHARE + BOND / 2);
            (bond,, faults, bannedUntil,) = standing.standingOf(workers[w].id);
            vm.assertEq(bond, BOND / 2);
            vm.assertEq(faults, 1);
            vm.assertGt(bannedUntil, block.timestamp);
        }
        vm.assertEq(heldBy(requester.id) - _before[3], PRICE);
        vm.assertEq(_before[4] - heldBy(poolOwner.id), STAKE);
        vm.assertEq(heldBy(workers[2].id) - _before[2], BOND / 2);
        (,, faults, bannedUntil,) = standing.standingOf(workers[2].id);
        vm.assertEq(faults, 0);
        vm.assertLe(bannedUntil, block.timestamp);
        vm.assertEq(_panelHolds() - panelBefore, 3 * FEE);
        uint256 taken = 2 * SHARE + BOND + STAKE;
        vm.assertEq(heldBy(appellant.id) - _before[5], 3 * FEE);
        vm.assertEq(heldBy(address(this)) - _before[6], taken - PRICE - BOND / 2 - 6 * FEE);
        vm.assertEq(heldBySelf(), 0);
        vm.assertEq(uint256(court.appealOf(taskId).status), uint256(AppealStatus.Closed));
    }

    /// Attack: an appeal against a right result. It costs its bond, which pays the jury; nobody else loses.
    function test_AnAppealAgainstTheTruthCostsItsBond() public {
        Settled memory settled = settleTheTruth(3, 3);
        _note();
        uint256 panelBefore = _panelHolds();
        bytes32 taskId = openAppeal(settled, 1);
        vm.assertEq(escrow.lockedOf(address(court)), STAKE);
        voteAndDecide(taskId, 0, 0, digestOf(1));
        closeAfterTime(taskId, settled.terms);
        vm.assertEq(_before[5] - heldBy(appellant.id), 3 * FEE);
        vm.assertEq(_panelHolds() - panelBefore, 3 * FEE);
        for (uint256 w; w < 3; ++w) {
            vm.assertEq(heldBy(workers[w].id), _before[w]);
        }
        vm.assertEq(heldBy(poolOwner.id), _before[4]);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: a first jury of liars. The next, of seven, overrules it; the liars among the jurors pay.
    function test_ALargerJuryOverrulesALyingOne() public {
        Settled memory settled = settleALie(1);
        _note();
        uint256 panelBefore = _panelHolds();
        bytes32 taskId = openAppeal(settled, 0);
        voteAndDecide(taskId, 2, lieOf(0), digestOf(0));
        vm.assertEq(court.appealOf(taskId).verdict, lieOf(0));

        vm.prank(stranger.id);
        vm.expectPartialRevert(bytes4(keccak256("InsufficientFree(address,uint256,uint256)")));
        court.appealAgain(taskId);
        vm.prank(appellant.id);
        court.appealAgain(taskId);
        vm.assertEq(lastJury(taskId).wanted, 7);
        voteAndDecide(taskId, 0, 0, digestOf(0));
        closeAfterTime(taskId, settled.terms);

        vm.assertEq(heldBy(requester.id) - _before[3], PRICE);
        // Two lying jurors lose their risk to the eight right ones, who get the fees of ten seats besides;
        // division leaves less than eight units.
        uint256 gained = _panelHolds() - panelBefore;
        vm.assertLe(gained, 10 * FEE);
        vm.assertGt(gained, 10 * FEE - 8);
        uint256 taken = 2 * SHARE + BOND + STAKE;
        vm.assertEq(heldBy(appellant.id) - _before[5], 7 * FEE);
        vm.assertEq(
            heldBy(address(this)) - _before[6], taken - PRICE - BOND / 2 - 17 * FEE + 10 * FEE - gained
        );
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: a friend of the liars appeals first, to have their slashes back as its bounty, and shows nobody. Anybody
    /// else shows the voters; the friend gets no more than its bond's worth, and the liars never break even.
    function test_AShillAppellantGetsLittleOfWhatItsFriendsLose() public {
        Settled memory settled = settleALie(1);
        _note();
        bytes32 taskId = openAppeal(settled, 0, 0);
        vm.prank(stranger.id);
        court.showVoters(taskId, settled.terms, settled.facts, votesOf(settled, 0, 3));
        voteAndDecide(taskId, 0, lieOf(0), digestOf(0));
        closeAfterTime(taskId, settled.terms);
        uint256 bounty = heldBy(appellant.id) - _before[5];
        uint256 lost = _before[0] + _before[1] - heldBy(workers[0].id) - heldBy(workers[1].id);
        vm.assertEq(bounty, 3 * FEE);
        // What they lose together is more than the price that they could have had.
        vm.assertTrue(lost - bounty > PRICE);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: the same friend hides the inputs, so that its jury cannot run the task, and nobody else can open an
    /// appeal. Who has the inputs appeals again, and the bounty is of the round that turned the result.
    function test_AShillAppellantKeepsNobodyOut() public {
        Settled memory settled = settleALie(1);
        bytes32 taskId = openAppeal(settled, 0);
        voteAndDecide(taskId, 3, UNABLE, 0);
        fund(stranger.id);
        _note();
        uint256 held = heldBy(stranger.id);
        vm.prank(stranger.id);
        court.appealAgain(taskId);
        voteAndDecide(taskId, 0, 0, digestOf(0));
        closeAfterTime(taskId, settled.terms);
        vm.assertTrue(heldBy(stranger.id) > held);
        vm.assertEq(heldBy(appellant.id), _before[5]);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, 1);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: a right appeal is overruled by a lying first jury's opposite: the defender of the truth wins.
    function test_ADefenderOfTheTruthHasItsBondBack() public {
        Settled memory settled = settleTheTruth(1, 2);
        bytes32 taskId = openAppeal(settled, 0);
        voteAndDecide(taskId, 3, lieOf(0), 0);
        vm.assertEq(court.appealOf(taskId).verdict, lieOf(0));
        uint256 poolHeld = heldBy(poolOwner.id);
        vm.prank(poolOwner.id);
        court.appealAgain(taskId);
        voteAndDecide(taskId, 0, 0, digestOf(0));
        closeAfterTime(taskId, settled.terms);
        vm.assertEq(heldBy(poolOwner.id), poolHeld + STAKE);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, 0);
        vm.assertEq(heldBySelf(), 0);
    }

    /// The last verdict goes to the governor, who rules against all juries.
    function test_TheGovernorRulesAtLast() public {
        seatPanel(25);
        Settled memory settled = settleALie(1);
        bytes32 taskId = openAppeal(settled, 0);
        for (uint256 round; round < 4; ++round) {
            voteAndDecide(taskId, round % 2 == 0 ? 40 : 0, lieOf(0), digestOf(0));
            vm.prank(appellant.id);
            court.appealAgain(taskId);
        }
        Appeal memory appeal = court.appealOf(taskId);
        vm.assertEq(uint256(appeal.status), uint256(AppealStatus.Ruling));
        vm.assertEq(court.judgeOf(taskId), address(this));
        court.rule(taskId, lieOf(0));
        court.closeAppeal(taskId, settled.terms);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, 0);
        (,, faults,,) = standing.standingOf(workers[2].id);
        vm.assertEq(faults, 1);
        vm.assertEq(heldBySelf(), 0);
    }
}
