// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IParameters} from "../../src/interfaces/IParameters.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";

contract ParametersTest is World {
    struct Bounds {
        bytes32 name;
        uint256 min;
        uint256 max;
        uint256 first;
    }

    function _bounds() private pure returns (Bounds[10] memory) {
        return [
            Bounds("saboteurBps", 100, 4900, 2000),
            Bounds("workerShareBps", 5000, 10_000, 9000),
            Bounds("slashBps", 100, 10_000, 5000),
            Bounds("minBond", 1, 1e27, 10 ether),
            Bounds("banSec", 0, 365 days, 7 days),
            Bounds("unbondSec", 7 days, 365 days, 7 days),
            // These two are bounded by each other.
            Bounds("revealWindowSec", 30, 1 hours - 1, 20 minutes),
            Bounds("settleWindowSec", 1 hours, 7 days, 1 hours),
            Bounds("maxDeadlineSec", 60, 365 days, 30 days),
            Bounds("maxMaturitySec", 0, 70 days, 70 days)
        ];
    }

    /// Each is read by the getter that its name spells.
    function _get(bytes32 name) private view returns (uint256) {
        uint256 length;
        while (length < 32 && name[length] != 0) ++length;
        bytes memory signature = new bytes(length + 2);
        for (uint256 i; i < length; ++i) {
            signature[i] = name[i];
        }
        (signature[length], signature[length + 1]) = ("(", ")");
        (bool success, bytes memory answer) =
            address(parameters).staticcall(abi.encodeWithSignature(string(signature)));
        vm.assertTrue(success);
        return abi.decode(answer, (uint256));
    }

    function test_StartWithTheDocumentedValuesAndKeepTheirBounds() public {
        Bounds[10] memory all = _bounds();
        for (uint256 i; i < 10; ++i) {
            Bounds memory b = all[i];
            vm.assertEq(_get(b.name), b.first);
            parameters.set(b.name, b.min);
            vm.assertEq(_get(b.name), b.min);
            vm.expectEmit(address(parameters));
            emit IParameters.ParameterSet(b.name, b.max);
            parameters.set(b.name, b.max);
            vm.assertEq(_get(b.name), b.max);
            uint256[3] memory bad = [b.min - (b.min == 0 ? 0 : 1), b.max + 1, type(uint256).max];
            for (uint256 j = b.min == 0 ? 1 : 0; j < 3; ++j) {
                vm.expectRevert(
                    abi.encodeWithSelector(IParameters.OutOfBounds.selector, b.name, bad[j], b.min, b.max)
                );
                parameters.set(b.name, bad[j]);
            }
        }
        (uint16 saboteurs, uint16 share, uint48 window, uint48 deadline, uint48 maturity, uint48 reveal) =
            parameters.dealRules();
        vm.assertEq(saboteurs, 4900);
        vm.assertEq(share, 10_000);
        vm.assertEq(window, 7 days);
        vm.assertEq(deadline, 365 days);
        vm.assertEq(maturity, 70 days);
        vm.assertEq(reveal, 1 hours - 1);
    }

    function test_RevertWhen_TheNameIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.UnknownParameter.selector, bytes32("price")));
        parameters.set("price", 1);
    }

    function test_RevertWhen_NotTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.NotGovernor.selector, stranger.id));
        vm.prank(stranger.id);
        parameters.set("slashBps", 200);
    }

    function test_TheGovernorChangesInTwoSteps() public {
        parameters.proposeGovernor(stranger.id);
        vm.assertEq(parameters.governor(), address(this));
        vm.expectRevert(abi.encodeWithSelector(IParameters.NotGovernor.selector, address(this)));
        parameters.acceptGovernor();
        vm.prank(stranger.id);
        parameters.acceptGovernor();
        vm.assertEq(parameters.governor(), stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IParameters.NotGovernor.selector, address(this)));
        parameters.proposeGovernor(address(this));
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IParameters.NotGovernor.selector, stranger.id));
        parameters.acceptGovernor();
    }

    function test_TheRevealWindowOfATimeStays() public {
        uint48 first = parameters.revealWindowSec();
        vm.assertEq(parameters.revealWindowAt(0), first);
        vm.warp(START + 10);
        parameters.set("revealWindowSec", 60);
        parameters.set("revealWindowSec", 70);
        vm.warp(START + 20);
        parameters.set("revealWindowSec", 80);
        vm.assertEq(parameters.revealWindowAt(START + 10), first);
        vm.assertEq(parameters.revealWindowAt(START + 11), 70);
        vm.assertEq(parameters.revealWindowAt(START + 20), 70);
        vm.assertEq(parameters.revealWindowAt(START + 21), 80);
        vm.assertEq(parameters.revealWindowSec(), 80);
    }

    function test_TheRevealWindowIsShorterThanTheSettleWindow() public {
        parameters.set("revealWindowSec", 30);
        parameters.set("settleWindowSec", 60);
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.OutOfBounds.selector, bytes32("revealWindowSec"), 60, 30, 59)
        );
        parameters.set("revealWindowSec", 60);
        parameters.set("settleWindowSec", 7 days);
        parameters.set("revealWindowSec", 3.5 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.OutOfBounds.selector, bytes32("revealWindowSec"), 3.5 days + 1, 30, 3.5 days
            )
        );
        parameters.set("revealWindowSec", 3.5 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.OutOfBounds.selector, bytes32("settleWindowSec"), 3.5 days, 3.5 days + 1, 7 days
            )
        );
        parameters.set("settleWindowSec", 3.5 days);
    }
}
