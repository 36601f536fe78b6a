// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {FaultKind, Verdict} from "../../src/types/Verdicts.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";

contract StandingTest is World {
    address private _worker;

    function setUp() public override {
        super.setUp();
        _worker = workers[0].id;
    }

    function _record(uint32 passed, uint32 faults) private {
        Verdict[] memory verdicts = new Verdict[](1);
        verdicts[0] =
            Verdict(_worker, passed, faults, requester.id, faults == 0 ? FaultKind.None : FaultKind.Dissent);
        vm.prank(address(work));
        standing.record(pool, 1, verdicts);
    }

    function _checksAt(uint48 time) private view returns (uint256) {
        address[] memory list = new address[](1);
        list[0] = _worker;
        uint256 weight = standing.weightsAt(list, time)[0];
        if (weight != type(uint256).max) return weight >> 224;
        return weight;
    }

    function _expectNoVoteAt(uint48 time, bytes memory refusal) private {
        address[] memory list = new address[](1);
        list[0] = _worker;
        vm.expectRevert(refusal);
        standing.weightsAt(list, time);
    }

    function test_BondsAndGrows() public {
        vm.prank(_worker);
        standing.bond(1 ether);
        (uint128 bonded,,,,) = standing.standingOf(_worker);
        vm.assertEq(bonded, BOND + 1 ether);
        vm.assertEq(escrow.lockedOf(_worker), BOND + 1 ether);
    }

    function test_RevertWhen_TheBondIsTooSmall() public {
        fund(stranger.id);
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IStanding.BondTooSmall.selector, 10 ether - 1, 10 ether));
        standing.bond(10 ether - 1);
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IStanding.BondTooSmall.selector, 0, 10 ether));
        standing.bond(0);
    }

    function test_RevertWhen_ThereIsNoMoney() public {
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.InsufficientFree.selector, stranger.id, 0, 10 ether));
        standing.bond(10 ether);
    }

    function test_RevertWhen_TheBondIsTooLarge() public {
        vm.prank(_worker);
        vm.expectRevert(
            abi.encodeWithSelector(IStanding.BondTooLarge.selector, BOND + 2 ** 96, type(uint96).max)
        );
        standing.bond(2 ** 96);
    }

    function test_LeavesAfterTheDelay() public {
        vm.prank(_worker);
        standing.requestUnbond();
        (,,,, uint48 unbondAt) = standing.standingOf(_worker);
        vm.assertEq(unbondAt, START + 7 days);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 0);
        vm.warp(unbondAt - 1);
        vm.prank(_worker);
        vm.expectRevert(abi.encodeWithSelector(IStanding.UnbondingPending.selector, _worker, unbondAt));
        standing.unbond();
        vm.warp(unbondAt);
        vm.prank(_worker);
        standing.unbond();
        vm.assertEq(escrow.freeOf(_worker), FUNDS);
        vm.assertEq(escrow.lockedOf(_worker), 0);
        vm.prank(_worker);
        vm.expectRevert(abi.encodeWithSelector(IStanding.NoBond.selector, _worker));
        standing.requestUnbond();
        vm.prank(_worker);
        vm.expectRevert(abi.encodeWithSelector(IStanding.UnbondNotRequested.selector, _worker));
        standing.unbond();
    }

    function test_RevertWhen_UnbondingIsAskedForTwice() public {
        vm.prank(_worker);
        standing.requestUnbond();
        vm.prank(_worker);
        vm.expectRevert(abi.encodeWithSelector(IStanding.UnbondingPending.selector, _worker, START + 7 days));
        standing.requestUnbond();
    }

    function test_ABondStopsTheUnbondingAndKeepsVotesCommittedBefore() public {
        vm.warp(START + 10);
        vm.prank(_worker);
        standing.requestUnbond();
        vm.warp(START + 20);
        vm.prank(_worker);
        standing.bond(0);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 4e18);
        vm.assertEq(_checksAt(START + 5), 0);
        vm.assertEq(_checksAt(START + 20), 0);
    }

    function test_ChecksRaiseTheOdds() public {
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 4e18);
        _record(3, 0);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 31_619_381_941_508_542_820);
        _record(2, 0);
        vm.assertEq(_checksAt(START), 5);
    }

    function test_ChecksStopAtTheirHighestNumber() public {
        _record(type(uint32).max, 0);
        _record(5, 0);
        vm.assertEq(_checksAt(START), type(uint32).max);
    }

    function test_AFaultCostsHalfTheBondAndAWeek() public {
        _record(3, 0);
        vm.expectEmit(address(standing));
        emit IStanding.FaultFound(_worker, FaultKind.Dissent, 2, BOND / 2, START + 7 days);
        _record(0, 2);
        (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil,) = standing.standingOf(_worker);
        vm.assertEq(bonded, BOND / 2);
        vm.assertEq(checks, 0);
        vm.assertEq(faults, 2);
        vm.assertEq(bannedUntil, START + 7 days);
        vm.assertEq(escrow.freeOf(requester.id), FUNDS + BOND / 2);
        vm.warp(bannedUntil - 1);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 0);
        vm.warp(bannedUntil);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 4e18);
    }

    function test_ABondBelowTheLeastVotesOnlyWhenMended() public {
        for (uint256 i; i < 4; ++i) {
            _record(0, 1);
        }
        (uint128 bonded,,,,) = standing.standingOf(_worker);
        vm.assertEq(bonded, BOND / 16);
        vm.warp(START + 7 days);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 0);
        _expectNoVoteAt(
            START + 7 days,
            abi.encodeWithSelector(IStanding.WorkerNotBonded.selector, _worker, BOND / 16, 10 ether)
        );
        vm.prank(_worker);
        vm.expectPartialRevert(IStanding.BondTooSmall.selector);
        standing.bond(1 ether);
        vm.prank(_worker);
        standing.bond(10 ether);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 4e18);
    }

    function test_ABanOutlastsAMendedBond() public {
        for (uint256 i; i < 4; ++i) {
            _record(0, 1);
        }
        vm.prank(_worker);
        standing.bond(50 ether);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 0);
        vm.warp(START + 7 days);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 4e18);
    }

    function test_AShorterBanDoesNotEndALongerOne() public {
        _record(0, 1);
        parameters.set("banSec", 60);
        _record(0, 1);
        (,,, uint48 bannedUntil,) = standing.standingOf(_worker);
        vm.assertEq(bannedUntil, START + 7 days);
    }

    function test_AVoteFromBeforeTheFaultIsWeightless() public {
        vm.warp(START + 10);
        _record(0, 1);
        vm.assertEq(_checksAt(START + 5), type(uint256).max);
        vm.assertEq(_checksAt(START + 10), type(uint256).max);
        _expectNoVoteAt(
            START + 11, abi.encodeWithSelector(IStanding.WorkerBanned.selector, _worker, START + 10 + 7 days)
        );
    }

    function test_ARaisedLeastBondBindsOnlyNewBonds() public {
        parameters.set("minBond", 2 * BOND);
        vm.assertEq(standing.oddsOf(_worker, 2000, 0), 4e18);
        vm.prank(_worker);
        vm.expectRevert(abi.encodeWithSelector(IStanding.BondTooSmall.selector, BOND + 1, 2 * BOND));
        standing.bond(1);
    }

    function test_RevertWhen_NotWork() public {
        vm.expectRevert(abi.encodeWithSelector(IStanding.NotAuthorisedCaller.selector, address(this)));
        standing.record(pool, 1, new Verdict[](0));
    }
}
