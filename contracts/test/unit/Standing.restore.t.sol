// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStanding} from "../../src/interfaces/IStanding.sol";
import {FaultKind, Verdict} from "../../src/types/Verdicts.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";

contract StandingRestoreTest is World {
    uint48 private constant BAN = 7 days;

    function appeals() internal view override returns (address) {
        return address(this);
    }

    function _record(uint32 passed, uint32 faults, FaultKind kind) private {
        Verdict[] memory verdicts = new Verdict[](1);
        verdicts[0] = Verdict(workers[0].id, passed, faults, requester.id, kind);
        vm.prank(address(work));
        standing.record(verdicts);
    }

    function _standing()
        private
        view
        returns (uint128 bond, uint32 checks, uint32 faults, uint48 bannedUntil)
    {
        (bond, checks, faults, bannedUntil,) = standing.standingOf(workers[0].id);
    }

    function test_TakesBackADissent() public {
        _record(5, 0, FaultKind.None);
        _record(0, 1, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        (uint128 bond, uint32 checks, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(bond, BOND / 2);
        vm.assertEq(checks, 0);
        vm.assertEq(bannedUntil, faultAt + BAN);
        vm.warp(faultAt + 1 days);
        vm.expectEmit(address(standing));
        emit IStanding.Restored(workers[0].id, 5, 0, BOND / 2, 0);
        vm.assertEq(standing.restore(workers[0].id, faultAt), BOND / 2);
        (bond, checks, faults, bannedUntil) = _standing();
        vm.assertEq(checks, 5);
        vm.assertEq(faults, 0);
        vm.assertEq(bannedUntil, 0);
        // The money is for Appeals to pay; the worker can vote at once.
        vm.assertEq(bond, BOND / 2);
        vm.assertGt(standing.oddsOf(workers[0].id, 2000, 0), 0);
        vm.assertEq(standing.restore(workers[0].id, faultAt), 0);
    }

    /// A batch's dissents cost one slash; each that turns out right takes back its part, the last the rest.
    function test_TakesBackEachVoteOfABatch() public {
        _record(3, 0, FaultKind.None);
        _record(0, 3, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        uint256 third = BOND / 2 / 3;
        vm.assertEq(standing.restore(workers[0].id, faultAt), third);
        (, uint32 checks, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(checks, 0);
        vm.assertEq(faults, 2);
        vm.assertEq(bannedUntil, faultAt + BAN);
        uint256 second = standing.restore(workers[0].id, faultAt);
        vm.assertEq(third + second + standing.restore(workers[0].id, faultAt), BOND / 2);
        (, checks, faults, bannedUntil) = _standing();
        vm.assertEq(checks, 3);
        vm.assertEq(faults, 0);
        vm.assertEq(bannedUntil, 0);
    }

    function test_ALaterFaultKeepsItsBan() public {
        _record(0, 1, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        vm.warp(faultAt + 1 days);
        _record(0, 1, FaultKind.Dissent);
        standing.restore(workers[0].id, faultAt);
        (,, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(faults, 1);
        vm.assertEq(bannedUntil, faultAt + 1 days + BAN);
        vm.assertEq(standing.oddsOf(workers[0].id, 2000, 0), 0);
    }

    function test_AnEarlierBanGoesOn() public {
        _record(0, 1, FaultKind.Absence);
        uint48 firstAt = uint48(block.timestamp);
        vm.warp(firstAt + 1 days);
        _record(0, 1, FaultKind.Dissent);
        standing.restore(workers[0].id, firstAt + 1 days);
        (,, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(faults, 1);
        vm.assertEq(bannedUntil, firstAt + BAN);
        vm.assertEq(standing.oddsOf(workers[0].id, 2000, 0), 0);
    }

    function test_OnlyDissentIsTakenBack() public {
        _record(0, 1, FaultKind.Absence);
        vm.assertEq(standing.restore(workers[0].id, uint48(block.timestamp)), 0);
        (,, uint32 faults,) = _standing();
        vm.assertEq(faults, 1);
    }

    function test_OfTwoInOneSecondTheFirstIsKept() public {
        _record(0, 1, FaultKind.Dissent);
        _record(0, 1, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        vm.assertEq(standing.restore(workers[0].id, faultAt), BOND / 2);
        vm.assertEq(standing.restore(workers[0].id, faultAt), 0);
        (,, uint32 faults,) = _standing();
        vm.assertEq(faults, 1);
    }

    function test_RevertWhen_NotAppeals() public {
        vm.expectRevert(abi.encodeWithSelector(IStanding.NotAuthorisedCaller.selector, stranger.id));
        vm.prank(stranger.id);
        standing.restore(workers[0].id, uint48(block.timestamp));
    }
}
