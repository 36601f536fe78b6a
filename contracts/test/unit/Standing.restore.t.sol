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

    /// A verdict of batch `nonce` of this pool.
    function _record(uint64 nonce, uint32 passed, uint32 faults, FaultKind kind) private {
        Verdict[] memory verdicts = new Verdict[](1);
        verdicts[0] = Verdict(workers[0].id, passed, faults, requester.id, kind);
        vm.prank(address(work));
        standing.record(pool, nonce, verdicts);
    }

    function _restore(uint64 nonce) private returns (uint256) {
        return standing.restore(workers[0].id, pool, nonce);
    }

    function _standing()
        private
        view
        returns (uint128 bond, uint32 checks, uint32 faults, uint48 bannedUntil)
    {
        (bond, checks, faults, bannedUntil,) = standing.standingOf(workers[0].id);
    }

    function test_TakesBackADissent() public {
        _record(9, 5, 0, FaultKind.None);
        _record(1, 0, 1, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        (uint128 bond, uint32 checks, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(bond, BOND / 2);
        vm.assertEq(checks, 0);
        vm.assertEq(bannedUntil, faultAt + BAN);
        vm.warp(faultAt + 1 days);
        vm.expectEmit(address(standing));
        emit IStanding.Restored(workers[0].id, 5, 0, BOND / 2, 0);
        vm.assertEq(_restore(1), BOND / 2);
        (bond, checks, faults, bannedUntil) = _standing();
        vm.assertEq(checks, 5);
        vm.assertEq(faults, 0);
        vm.assertEq(bannedUntil, 0);
        // The money is for Appeals to pay; the worker can vote at once.
        vm.assertEq(bond, BOND / 2);
        vm.assertGt(standing.oddsOf(workers[0].id, 2000, 0), 0);
        vm.assertEq(_restore(1), 0);
    }

    /// A batch's dissents cost one slash; each that turns out right takes back its part, the last the rest.
    function test_TakesBackEachVoteOfABatch() public {
        _record(9, 3, 0, FaultKind.None);
        _record(1, 0, 3, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        uint256 third = BOND / 2 / 3;
        vm.assertEq(_restore(1), third);
        (, uint32 checks, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(checks, 0);
        vm.assertEq(faults, 2);
        vm.assertEq(bannedUntil, faultAt + BAN);
        uint256 second = _restore(1);
        vm.assertEq(third + second + _restore(1), BOND / 2);
        (, checks, faults, bannedUntil) = _standing();
        vm.assertEq(checks, 3);
        vm.assertEq(faults, 0);
        vm.assertEq(bannedUntil, 0);
    }

    function test_ALaterFaultKeepsItsBan() public {
        _record(1, 0, 1, FaultKind.Dissent);
        uint48 faultAt = uint48(block.timestamp);
        vm.warp(faultAt + 1 days);
        _record(2, 0, 1, FaultKind.Dissent);
        _restore(1);
        (,, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(faults, 1);
        vm.assertEq(bannedUntil, faultAt + 1 days + BAN);
        vm.assertEq(standing.oddsOf(workers[0].id, 2000, 0), 0);
    }

    function test_AnEarlierBanGoesOn() public {
        _record(1, 0, 1, FaultKind.Absence);
        uint48 firstAt = uint48(block.timestamp);
        vm.warp(firstAt + 1 days);
        _record(2, 0, 1, FaultKind.Dissent);
        _restore(2);
        (,, uint32 faults, uint48 bannedUntil) = _standing();
        vm.assertEq(faults, 1);
        vm.assertEq(bannedUntil, firstAt + BAN);
        vm.assertEq(standing.oddsOf(workers[0].id, 2000, 0), 0);
    }

    function test_OnlyDissentIsTakenBack() public {
        _record(1, 0, 1, FaultKind.Absence);
        vm.assertEq(_restore(1), 0);
        (,, uint32 faults,) = _standing();
        vm.assertEq(faults, 1);
    }

    /// Two batches settle in one second: each keeps what it cost, and the ban goes with the last.
    function test_TwoBatchesInOneSecondAreNotMixedUp() public {
        for (uint64 first = 1; first < 3; ++first) {
            uint256 snapshot = vm.snapshotState();
            _record(9, 4, 0, FaultKind.None);
            _record(1, 0, 1, FaultKind.Dissent);
            _record(2, 0, 2, FaultKind.Dissent);
            uint64 second = 3 - first;
            _expectRestored(first, first == 1 ? BOND / 2 : BOND / 4);
            (, uint32 checks, uint32 faults, uint48 bannedUntil) = _standing();
            vm.assertEq(faults, second);
            vm.assertEq(checks, first == 1 ? 4 : 0);
            vm.assertEq(bannedUntil, START + BAN);
            _expectRestored(second, second == 1 ? BOND / 2 : BOND / 4);
            (, checks, faults, bannedUntil) = _standing();
            vm.assertEq(checks, 4);
            vm.assertEq(faults, 0);
            vm.assertEq(bannedUntil, 0);
            vm.revertToState(snapshot);
        }
    }

    /// All votes of batch `nonce`, which has as many faults.
    function _expectRestored(uint64 nonce, uint256 cost) private {
        uint256 slashed;
        for (uint64 i; i < nonce; ++i) {
            slashed += _restore(nonce);
        }
        vm.assertEq(slashed, cost);
        vm.assertEq(_restore(nonce), 0);
    }

    /// A batch was committed before the fault and settles after the restore: the vote is still there.
    function test_ARestoreBetweenCommitAndSettlementVoidsNoVote() public {
        vm.warp(START + 10);
        _record(1, 0, 1, FaultKind.Dissent);
        vm.warp(START + 20);
        _restore(1);
        address[] memory list = new address[](1);
        list[0] = workers[0].id;
        vm.assertEq(standing.weightsAt(list, START + 5)[0], type(uint256).max);
        vm.assertEq(standing.weightsAt(list, START + 20)[0], uint256(BOND / 2) << 128);
    }

    function test_ABondIsHeldByEveryAppealThatMayAskForIt() public {
        address worker = workers[0].id;
        vm.prank(worker);
        standing.requestUnbond();
        standing.freeze(worker);
        standing.freeze(worker);
        vm.warp(START + 365 days);
        for (uint256 left = 2; left != 0; --left) {
            vm.expectRevert(abi.encodeWithSelector(IStanding.BondFrozen.selector, worker, left));
            vm.prank(worker);
            standing.unbond();
            standing.thaw(worker);
        }
        vm.prank(worker);
        standing.unbond();
        vm.assertEq(escrow.lockedOf(worker), 0);
    }

    function test_RevertWhen_NotAppeals() public {
        bytes memory refusal = abi.encodeWithSelector(IStanding.NotAuthorisedCaller.selector, stranger.id);
        vm.prank(stranger.id);
        vm.expectRevert(refusal);
        _restore(1);
        vm.prank(stranger.id);
        vm.expectRevert(refusal);
        standing.freeze(workers[0].id);
        vm.prank(stranger.id);
        vm.expectRevert(refusal);
        standing.thaw(workers[0].id);
    }
}
