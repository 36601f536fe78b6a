// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IParameters} from "../../src/interfaces/IParameters.sol";
import {GovernanceWorld, ITimelock, Motion} from "../lib/GovernanceWorld.sol";
import {vm} from "../lib/Test.sol";

contract TimelockTest is GovernanceWorld {
    bytes32 private constant ADMIN = 0;
    bytes32 private constant PROPOSER = keccak256("PROPOSER_ROLE");
    bytes32 private constant CANCELLER = keccak256("CANCELLER_ROLE");
    bytes32 private constant EXECUTOR = keccak256("EXECUTOR_ROLE");

    function _motionFor(uint256 delay) private view returns (Motion memory) {
        return Motion(address(timelock), abi.encodeCall(ITimelock.updateDelay, (delay)));
    }

    function test_OnlyTheGovernorSchedulesAndAnyoneExecutes() public view {
        vm.assertTrue(timelock.hasRole(PROPOSER, address(governor)));
        vm.assertTrue(timelock.hasRole(CANCELLER, address(governor)));
        vm.assertTrue(timelock.hasRole(EXECUTOR, address(0)));
        vm.assertTrue(timelock.hasRole(ADMIN, address(timelock)));
        address[3] memory others = [address(this), council.id, address(0)];
        for (uint256 i; i < 3; ++i) {
            vm.assertFalse(timelock.hasRole(ADMIN, others[i]));
            vm.assertFalse(timelock.hasRole(PROPOSER, others[i]));
            vm.assertFalse(timelock.hasRole(CANCELLER, others[i]));
        }
    }

    /// Attack: a key that goes past the vote. The one that deployed everything is tried, and the largest holder.
    function test_RevertWhen_AKeyActsWithoutAVote() public {
        address[2] memory keys = [address(this), council.id];
        for (uint256 i; i < 2; ++i) {
            _refuse(keys[i], PROPOSER);
            vm.prank(keys[i]);
            timelock.schedule(address(parameters), 0, "", 0, 0, TIMELOCK_SEC);
            _refuse(keys[i], CANCELLER);
            vm.prank(keys[i]);
            timelock.cancel(0);
            _refuse(keys[i], ADMIN);
            vm.prank(keys[i]);
            timelock.grantRole(PROPOSER, keys[i]);
            vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockUnauthorizedCaller.selector, keys[i]));
            vm.prank(keys[i]);
            timelock.updateDelay(TIMELOCK_SEC);
            vm.expectPartialRevert(ITimelock.TimelockUnexpectedOperationState.selector);
            vm.prank(keys[i]);
            timelock.execute(address(parameters), 0, abi.encodeCall(IParameters.set, ("banSec", 0)), 0, 0);
        }
    }

    function _refuse(address key, bytes32 role) private {
        vm.expectRevert(
            abi.encodeWithSelector(ITimelock.AccessControlUnauthorizedAccount.selector, key, role)
        );
    }

    function test_AVoteLengthensTheDelayAndTakesItBack() public {
        vm.assertEq(timelock.getMinDelay(), TIMELOCK_SEC);
        Motion memory longer = _motionFor(30 days);
        string memory description = adopt(longer);
        vm.warp(block.timestamp + TIMELOCK_SEC);
        vm.expectEmit(address(timelock));
        emit ITimelock.MinDelayChange(TIMELOCK_SEC, 30 days);
        execute(longer, description);
        vm.assertEq(timelock.getMinDelay(), 30 days);
        Motion memory back = _motionFor(TIMELOCK_SEC);
        description = adopt(back);
        vm.warp(block.timestamp + 30 days - 1);
        vm.expectPartialRevert(ITimelock.TimelockUnexpectedOperationState.selector);
        execute(back, description);
        vm.warp(block.timestamp + 1);
        execute(back, description);
        vm.assertEq(timelock.getMinDelay(), TIMELOCK_SEC);
    }

    /// Attack: voting the notice away, so that nobody can withdraw before a change.
    function test_NoVoteTakesTheNoticeAway() public {
        expectRefused(_motionFor(TIMELOCK_SEC - 1), _outOfBounds(TIMELOCK_SEC - 1, TIMELOCK_SEC));
        expectRefused(_motionFor(30 days + 1), _outOfBounds(30 days + 1, TIMELOCK_SEC));
    }

    function test_RevertWhen_BornWithADelayOutOfBounds() public {
        bytes memory arguments = abi.encode(30 days + 1, address(governor));
        vm.assertEq(birthErrorOf("Timelock.sol:Timelock", arguments), _outOfBounds(30 days + 1, 0));
        vm.assertEq(timelock.LEAST_DELAY(), TIMELOCK_SEC);
        vm.assertEq(timelock.MOST_DELAY(), 30 days);
    }

    function _outOfBounds(uint256 delay, uint256 least) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITimelock.DelayOutOfBounds.selector, delay, least, 30 days);
    }
}
