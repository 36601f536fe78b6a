// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJurors} from "../../src/interfaces/IJurors.sol";
import {FaultKind, Verdict} from "../../src/types/Verdicts.sol";
import {JuryWorld} from "../lib/JuryWorld.sol";
import {vm} from "../lib/Test.sol";

contract JurorsSeatsTest is JuryWorld {
    uint48 private constant LEAVE_SEC = 30 days;
    uint128 private constant STAKE = 10 ether;

    function test_TakesASeatForAStake() public {
        address juror = workers[0].id;
        uint256 free = escrow.freeOf(juror);
        vm.expectEmit(address(bench));
        emit IJurors.SeatTaken(juror, pool, 0, STAKE);
        takeSeat(0, pool);
        IJurors.Seat memory seat = bench.seatOf(juror);
        vm.assertEq(seat.pool, pool);
        vm.assertEq(seat.since, block.timestamp);
        vm.assertEq(seat.stake, STAKE);
        vm.assertEq(seat.atRisk + seat.leaveAt + seat.place, 0);
        vm.assertEq(bench.placeCount(), 1);
        vm.assertEq(bench.jurorAt(0), juror);
        vm.assertEq(escrow.freeOf(juror), free - STAKE);
        vm.assertEq(escrow.lockedOf(juror), BOND + STAKE);
    }

    function test_RevertWhen_ASeatIsHeld() public {
        address juror = takeSeat(0, pool);
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatHeld.selector, juror));
        vm.prank(juror);
        bench.takeSeat(address(0));
    }

    function test_RevertWhen_NotBonded() public {
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatUnworthy.selector, stranger.id, 0, STAKE, 0, 0));
        vm.prank(stranger.id);
        bench.takeSeat(address(0));
    }

    function test_RevertWhen_Leaving() public {
        vm.prank(workers[0].id);
        standing.requestUnbond();
        vm.expectRevert(
            abi.encodeWithSelector(
                IJurors.SeatUnworthy.selector, workers[0].id, BOND, STAKE, 0, block.timestamp + 7 days
            )
        );
        takeSeat(0, address(0));
    }

    function test_RevertWhen_Banned() public {
        _fault(workers[0].id);
        vm.expectRevert(
            abi.encodeWithSelector(
                IJurors.SeatUnworthy.selector, workers[0].id, BOND / 2, STAKE, block.timestamp + 7 days, 0
            )
        );
        takeSeat(0, address(0));
        vm.warp(block.timestamp + 7 days);
        takeSeat(0, address(0));
    }

    function test_LeavesAfterTheDelay() public {
        address juror = takeSeat(0, address(0));
        uint256 free = escrow.freeOf(juror);
        vm.expectEmit(address(bench));
        emit IJurors.SeatLeaving(juror, uint48(block.timestamp) + LEAVE_SEC);
        vm.prank(juror);
        bench.requestLeave();
        vm.warp(block.timestamp + LEAVE_SEC);
        vm.expectEmit(address(bench));
        emit IJurors.SeatLeft(juror, STAKE);
        vm.prank(juror);
        bench.leaveSeat();
        vm.assertEq(escrow.freeOf(juror), free + STAKE);
        vm.assertEq(bench.seatOf(juror).since, 0);
        vm.assertEq(bench.jurorAt(0), address(0));
        vm.assertEq(bench.placeCount(), 0);
    }

    function test_TheLastSeatMovesToThePlaceThatIsLeft() public {
        address first = takeSeat(0, address(0));
        takeSeat(1, address(0));
        address last = takeSeat(2, address(0));
        vm.expectEmit(address(bench));
        emit IJurors.SeatMoved(last, 0);
        vm.prank(first);
        bench.requestLeave();
        vm.assertEq(bench.placeCount(), 2);
        vm.assertEq(bench.jurorAt(0), last);
        vm.assertEq(bench.jurorAt(2), address(0));
        vm.assertEq(bench.seatOf(last).place, 0);
        address next = takeSeat(3, address(0));
        vm.assertEq(bench.jurorAt(2), next);
        // The one that moved leaves from where it is now.
        vm.prank(last);
        bench.requestLeave();
        vm.assertEq(bench.jurorAt(0), next);
        vm.assertEq(bench.placeCount(), 2);
    }

    /// Attack: seats whose workers have unbonded stay, so that draws find nobody. Anyone clears them.
    function test_AnyoneUnseatsWhoCannotServe() public {
        address dead = takeSeat(0, address(0));
        address live = takeSeat(1, address(0));
        _refuseUnseating(dead);
        vm.prank(dead);
        standing.requestUnbond();
        vm.warp(block.timestamp + 7 days);
        _refuseUnseating(dead);
        vm.prank(dead);
        standing.unbond();
        vm.expectEmit(address(bench));
        emit IJurors.SeatLeaving(dead, uint48(block.timestamp) + LEAVE_SEC);
        vm.prank(stranger.id);
        bench.unseat(dead);
        vm.assertEq(bench.placeCount(), 1);
        vm.assertEq(bench.jurorAt(0), live);
        vm.expectPartialRevert(IJurors.SeatLeavingAlready.selector);
        bench.unseat(dead);
    }

    /// A juror that was silent until its stake was gone fills its place no longer.
    function test_AnyoneUnseatsWhoHasNothingLeftToRisk() public {
        address juror = takeSeat(0, address(0));
        for (uint256 i; i < 3; ++i) {
            bench.summon(bytes32(i), juror, RISK);
            bench.penalise(bytes32(i), juror, requester.id);
        }
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatWorthy.selector, juror, BOND, RISK, RISK));
        bench.unseat(juror);
        bench.summon("last", juror, 1);
        bench.penalise("last", juror, requester.id);
        bench.unseat(juror);
        vm.assertEq(bench.placeCount(), 0);
    }

    function _refuseUnseating(address juror) private {
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatWorthy.selector, juror, BOND, STAKE, RISK));
        bench.unseat(juror);
    }

    function test_RevertWhen_AStrangerLeaves() public {
        vm.expectRevert(abi.encodeWithSelector(IJurors.NoSeat.selector, stranger.id));
        vm.prank(stranger.id);
        bench.requestLeave();
        vm.expectRevert(abi.encodeWithSelector(IJurors.NoSeat.selector, stranger.id));
        vm.prank(stranger.id);
        bench.leaveSeat();
    }

    function test_RevertWhen_LeavingIsAskedTwice() public {
        address juror = takeSeat(0, address(0));
        vm.prank(juror);
        bench.requestLeave();
        uint48 leaveAt = bench.seatOf(juror).leaveAt;
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatLeavingAlready.selector, juror, leaveAt));
        vm.prank(juror);
        bench.requestLeave();
    }

    function test_RevertWhen_LeavingTooEarly() public {
        address juror = takeSeat(0, address(0));
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatBusy.selector, juror, 0, 0));
        vm.prank(juror);
        bench.leaveSeat();
        vm.prank(juror);
        bench.requestLeave();
        vm.warp(block.timestamp + LEAVE_SEC - 1);
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatBusy.selector, juror, block.timestamp + 1, 0));
        vm.prank(juror);
        bench.leaveSeat();
    }

    /// A juror cannot go with what it has at risk.
    function test_RevertWhen_LeavingWithADuty() public {
        address juror = takeSeat(0, address(0));
        bench.summon("duty", juror, RISK);
        vm.prank(juror);
        bench.requestLeave();
        vm.warp(block.timestamp + LEAVE_SEC);
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatBusy.selector, juror, block.timestamp, RISK));
        vm.prank(juror);
        bench.leaveSeat();
        bench.dismiss("duty", juror);
        vm.prank(juror);
        bench.leaveSeat();
    }

    function _fault(address worker) internal {
        Verdict[] memory verdicts = new Verdict[](1);
        verdicts[0] = Verdict(worker, 0, 1, requester.id, FaultKind.Dissent);
        vm.prank(address(work));
        standing.record(pool, 1, verdicts);
    }
}
