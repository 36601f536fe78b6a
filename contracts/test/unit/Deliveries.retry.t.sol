// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {Preimage, Result} from "../../src/types/Results.sol";
import {DeliveryWorld} from "../lib/DeliveryWorld.sol";
import {vm} from "../lib/Test.sol";

contract DeliveriesRetryTest is DeliveryWorld {
    function test_AnybodyRepeatsAFailedCallback() public {
        dapp.setMode(1);
        bytes32 resultHash = keccak256(abi.encode(textResult("x")));
        vm.assertFalse(deliverText(0, "x"));
        vm.assertEq(dapp.calls(), 0);
        vm.assertFalse(deliveries.isDelivered(idOf(terms), 0));
        vm.assertEq(deliveries.pendingOf(idOf(terms), 0), resultHash);
        vm.prank(stranger.id);
        vm.assertFalse(deliveries.retry(taskOf(0), textResult("x")));
        dapp.setMode(0);
        vm.expectEmit(address(deliveries));
        emit IDeliveries.ResultDelivered(idOf(terms), 0, address(dapp), terms.requestHash, resultHash, true);
        vm.prank(stranger.id);
        vm.assertTrue(deliveries.retry(taskOf(0), textResult("x")));
        vm.assertEq(dapp.calls(), 1);
        vm.assertEq(deliveries.pendingOf(idOf(terms), 0), 0);
    }

    /// A stranger delivers another file first; the dapp refuses it and gets what it wants.
    function test_TheRightContentComesAfterARefusedOne() public {
        bytes32 leaf = fileLeaf("log", "noise");
        Preimage memory preimage = printed("answer");
        preimage.outRoot = leaf;
        IDeliveries.Settlement memory settlement = settleOne(0, preimage);
        IDeliveries.Content memory file;
        (file.path, file.content, file.place.count) = ("log", "noise", 1);
        dapp.setMode(1);
        vm.assertFalse(deliveries.deliver(taskOf(0), settlement, preimage, file));
        dapp.setMode(0);
        vm.assertTrue(deliveries.deliver(taskOf(0), settlement, preimage, stdoutOf("answer")));
        vm.assertEq(dapp.lastResult().content, "answer");
    }

    function test_RevertWhen_TheResultIsAnother() public {
        dapp.setMode(1);
        deliverText(0, "x");
        bytes32 expected = deliveries.pendingOf(idOf(terms), 0);
        Result memory forged = textResult("y");
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(
            abi.encodeWithSelector(IDeliveries.WrongResult.selector, expected, keccak256(abi.encode(forged)))
        );
        deliveries.retry(task, forged);
    }

    function test_RevertWhen_NothingWaits() public {
        IDeliveries.Task memory task = taskOf(0);
        Result memory result = textResult("x");
        vm.expectRevert(
            abi.encodeWithSelector(IDeliveries.WrongResult.selector, 0, keccak256(abi.encode(result)))
        );
        deliveries.retry(task, result);
        deliverText(0, "x");
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.AlreadyDelivered.selector, idOf(terms), 0));
        deliveries.retry(task, result);
    }

    /// Whatever bytes a task printed, they arrive as they were.
    function testFuzz_BytesArriveAsTheyWere(bytes memory text, uint8 status, uint32 exitCode, uint64 fuel)
        public
    {
        Preimage memory preimage = Preimage(status, exitCode, fuel, sha256(text), sha256(hex"02"));
        if (text.length > 300) dapp.setMode(1);
        IDeliveries.Settlement memory settlement = settleOne(3, preimage);
        bool isCalled = deliveries.deliver(taskOf(3), settlement, preimage, stdoutOf(text));
        vm.assertEq(isCalled, text.length <= 300);
        if (!isCalled) return;
        Result memory result = dapp.lastResult();
        vm.assertEq(result.content, text);
        vm.assertEq(result.status, status);
        vm.assertEq(result.exitCode, exitCode);
        vm.assertEq(result.fuel, fuel);
    }
}
