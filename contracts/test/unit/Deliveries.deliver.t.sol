// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {DealStatus} from "../../src/types/Deals.sol";
import {Preimage, Result, TaskRef} from "../../src/types/Results.sol";
import {DeliveryWorld} from "../lib/DeliveryWorld.sol";
import {vm} from "../lib/Test.sol";

contract DeliveriesDeliverTest is DeliveryWorld {
    function test_CallsBackWithWhatTheTaskPrinted() public {
        IDeliveries.Settlement memory settlement = settleOne(2, printed("forty-two"));
        vm.expectEmit(address(deliveries));
        emit IDeliveries.ResultDelivered(
            idOf(terms),
            2,
            address(dapp),
            terms.requestHash,
            keccak256(abi.encode(textResult("forty-two"))),
            true
        );
        vm.prank(stranger.id);
        vm.assertTrue(deliveries.deliver(taskOf(2), settlement, printed("forty-two"), stdoutOf("forty-two")));
        TaskRef memory task = dapp.lastTask();
        vm.assertEq(task.requestHash, terms.requestHash);
        vm.assertEq(task.dealId, idOf(terms));
        vm.assertEq(task.index, 2);
        vm.assertEq(task.bagIndex, 2);
        Result memory result = dapp.lastResult();
        vm.assertEq(keccak256(abi.encode(result)), keccak256(abi.encode(textResult("forty-two"))));
        vm.assertEq(dapp.calls(), 1);
        vm.assertTrue(deliveries.isDelivered(idOf(terms), 2));
        vm.assertEq(deliveries.pendingOf(idOf(terms), 2), 0);
        vm.assertFalse(deliveries.isDelivered(idOf(terms), 1));
    }

    function test_TheBagsIndexGoesOnInTheNextDeal() public {
        orders.request.volume = 10;
        terms = openDeal(orders, 3);
        terms = openDeal(orders, 3);
        vm.assertTrue(deliverText(1, "x"));
        vm.assertEq(dapp.lastTask().bagIndex, 4);
        vm.assertEq(dapp.lastTask().index, 1);
    }

    function test_AFailedProgramIsAResult() public {
        Preimage memory preimage = Preimage(1, 7, 99, sha256(""), sha256(hex"02"));
        IDeliveries.Settlement memory settlement = settleOne(0, preimage);
        vm.assertTrue(deliveries.deliver(taskOf(0), settlement, preimage, stdoutOf("")));
        vm.assertEq(dapp.lastResult().status, 1);
        vm.assertEq(dapp.lastResult().exitCode, 7);
        vm.assertEq(dapp.lastResult().fuel, 99);
    }

    /// Five files: every shape of a path through the tree.
    function test_CallsBackWithAnyOneFile() public {
        bytes32[5] memory leaves;
        for (uint256 i; i < 5; ++i) {
            leaves[i] = fileLeaf(_path(i), _bytesOf(i));
        }
        bytes32 a = fileNode(leaves[0], leaves[1]);
        bytes32 b = fileNode(leaves[2], leaves[3]);
        Preimage memory preimage = printed("");
        preimage.outRoot = fileNode(fileNode(a, b), leaves[4]);
        IDeliveries.Settlement memory settlement = settleOne(0, preimage);
        for (uint256 i; i < 5; ++i) {
            IDeliveries.Content memory file;
            (file.path, file.content) = (_path(i), _bytesOf(i));
            (file.place.position, file.place.count) = (i, 5);
            file.place.proof = new bytes32[](i == 4 ? 1 : 3);
            if (i == 4) {
                file.place.proof[0] = fileNode(a, b);
            } else {
                file.place.proof[0] = leaves[i ^ 1];
                file.place.proof[1] = i < 2 ? b : a;
                file.place.proof[2] = leaves[4];
            }
            _refusedFile(settlement, preimage, file);
            dapp.setMode(i == 4 ? 0 : 1);
            vm.assertEq(deliveries.deliver(taskOf(0), settlement, preimage, file), i == 4);
        }
    }

    function _path(uint256 i) private pure returns (string memory) {
        return string(abi.encodePacked("file-", uint8(97 + i)));
    }

    function _bytesOf(uint256 i) private pure returns (bytes memory) {
        return abi.encodePacked("content ", uint8(97 + i));
    }

    /// The same file under another name, with other bytes, elsewhere, or with one proof too few or too many.
    function _refusedFile(
        IDeliveries.Settlement memory settlement,
        Preimage memory preimage,
        IDeliveries.Content memory file
    ) private {
        (string memory path, bytes memory content) = (file.path, file.content);
        (file.path) = "other";
        _refused(settlement, preimage, file);
        (file.path, file.content) = (path, "other");
        _refused(settlement, preimage, file);
        file.content = content;
        uint256 position = file.place.position;
        file.place.position = 5;
        _refused(settlement, preimage, file);
        file.place.position = position;
        bytes32[] memory proof = file.place.proof;
        file.place.proof = new bytes32[](0);
        _refused(settlement, preimage, file);
        file.place.proof = new bytes32[](proof.length + 1);
        for (uint256 i; i < proof.length; ++i) {
            file.place.proof[i] = proof[i];
        }
        _refused(settlement, preimage, file);
        file.place.proof = proof;
    }

    function _refused(
        IDeliveries.Settlement memory settlement,
        Preimage memory preimage,
        IDeliveries.Content memory content
    ) private {
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(
            abi.encodeWithSelector(IDeliveries.WrongContent.selector, content.path, sha256(content.content))
        );
        deliveries.deliver(task, settlement, preimage, content);
    }

    function test_RevertWhen_TheBytesAreNotWhatWasPrinted() public {
        _refused(settleOne(0, printed("yes")), printed("yes"), stdoutOf("no"));
    }

    /// A forged result: any other status, exit code, fuel or root is another digest.
    function test_RevertWhen_TheDigestIsAnother() public {
        IDeliveries.Settlement memory settlement = settleOne(0, printed("yes"));
        for (uint256 i; i < 5; ++i) {
            Preimage memory forged = printed("yes");
            if (i == 0) forged.status = 1;
            if (i == 1) forged.exitCode = 1;
            if (i == 2) forged.fuel += 1;
            if (i == 3) forged.stdoutDigest = sha256("no");
            if (i == 4) forged.outRoot = sha256("no");
            IDeliveries.Task memory task = taskOf(0);
            bytes memory text = i == 3 ? bytes("no") : bytes("yes");
            vm.expectRevert(
                abi.encodeWithSelector(
                    IDeliveries.ResultNotSettled.selector, idOf(terms), 0, digestOf(forged, 0)
                )
            );
            deliveries.deliver(task, settlement, forged, stdoutOf(text));
        }
    }

    /// A result of one task is not one of another, nor of another batch.
    function test_RevertWhen_TheTaskIsAnother() public {
        Preimage memory yes = printed("yes");
        IDeliveries.Settlement memory settlement = settleOne(0, yes);
        IDeliveries.Task memory task = taskOf(1);
        vm.expectPartialRevert(IDeliveries.ResultNotSettled.selector);
        deliveries.deliver(task, settlement, yes, stdoutOf("yes"));
        settlement.nonce += 1;
        task = taskOf(0);
        vm.expectPartialRevert(IDeliveries.ResultNotSettled.selector);
        deliveries.deliver(task, settlement, yes, stdoutOf("yes"));
    }

    /// A caller that could name its own gas would starve the callback.
    function test_RevertWhen_TheRequestIsAnother() public {
        Preimage memory yes = printed("yes");
        IDeliveries.Settlement memory settlement = settleOne(0, yes);
        IDeliveries.Task memory task = taskOf(0);
        task.request.callbackGas = 1;
        vm.expectPartialRevert(IDeliveries.WrongRequest.selector);
        deliveries.deliver(task, settlement, yes, stdoutOf("yes"));
    }

    function test_RevertWhen_DeliveredTwice() public {
        Preimage memory yes = printed("yes");
        IDeliveries.Settlement memory settlement = settleOne(0, yes);
        IDeliveries.Task memory task = taskOf(0);
        deliveries.deliver(task, settlement, yes, stdoutOf("yes"));
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.AlreadyDelivered.selector, idOf(terms), 0));
        deliveries.deliver(task, settlement, yes, stdoutOf("yes"));
    }

    function test_RevertWhen_NobodyIsToBeCalled() public {
        orders = someOrders();
        orders.request.minOdds = 0;
        terms = openDeal(orders, 1);
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.NoCallback.selector, idOf(terms)));
        deliveries.deliverFailure(task);
    }

    /// The callback gets all its gas, or there is no call: a miserly caller cannot make it fail.
    function test_RevertWhen_TooLittleGasIsLeft() public {
        IDeliveries.Settlement memory settlement = settleOne(0, printed("yes"));
        bytes memory call =
            abi.encodeCall(IDeliveries.deliver, (taskOf(0), settlement, printed("yes"), stdoutOf("yes")));
        uint256 refused;
        for (uint256 gasLimit = 60_000; gasLimit < 900_000; gasLimit += 7_000) {
            uint256 snapshot = vm.snapshotState();
            (bool success, bytes memory returned) = address(deliveries).call{gas: gasLimit}(call);
            if (success) {
                vm.assertTrue(abi.decode(returned, (bool)));
                vm.assertLe(CALLBACK_GAS - 20_000, dapp.gasGiven());
            } else if (bytes4(returned) == IDeliveries.TooLittleGas.selector) {
                ++refused;
            }
            vm.revertToState(snapshot);
        }
        vm.assertGt(refused, 10);
    }

    /// Payment never waits: all is settled, paid and closed while every callback fails.
    function test_AFailingCallbackNeverBlocksPayment() public {
        uint256 before = heldBy(poolOwner.id) + heldBy(workers[0].id);
        for (uint32 i; i < 4; ++i) {
            dapp.setMode(i + 1 == 4 ? 2 : i + 1);
            vm.assertFalse(deliverText(i, "x"));
        }
        (DealStatus status, uint32 done) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        vm.assertEq(done, 4);
        vm.assertEq(heldBy(poolOwner.id) + heldBy(workers[0].id) - before, 4 * uint256(terms.poolPrice));
    }

    /// Re-entrancy: a callback that delivers itself finds its task delivered.
    function test_ADeliveryInsideADeliveryFails() public {
        IDeliveries.Settlement memory settlement = settleOne(0, printed("yes"));
        IDeliveries.Task memory task = taskOf(0);
        dapp.setMode(4);
        dapp.prepare(
            address(deliveries),
            abi.encodeCall(IDeliveries.deliver, (task, settlement, printed("yes"), stdoutOf("yes")))
        );
        vm.assertTrue(deliveries.deliver(task, settlement, printed("yes"), stdoutOf("yes")));
        vm.assertEq(
            dapp.answer(), abi.encodeWithSelector(IDeliveries.AlreadyDelivered.selector, idOf(terms), 0)
        );
        vm.assertEq(dapp.calls(), 1);
    }

    /// A bomb of return data costs the caller nothing: a few words of memory, not 200,000 bytes.
    function test_NothingOfWhatACallbackReturnsIsCopied() public {
        IDeliveries.Settlement memory settlement = settleOne(0, printed("yes"));
        IDeliveries.Task memory task = taskOf(0);
        dapp.setMode(5);
        uint256 before = gasleft();
        vm.assertTrue(deliveries.deliver(task, settlement, printed("yes"), stdoutOf("yes")));
        vm.assertLe(before - gasleft(), 350_000);
    }

    function test_AContractThatIsNotThereYetIsAFailure() public {
        orders = someOrders();
        orders.request.minOdds = 0;
        orders.request.callback = address(0xDADA);
        orders.request.callbackGas = 100_000;
        terms = openDeal(orders, 1);
        vm.assertFalse(deliverText(0, "x"));
        vm.assertTrue(deliveries.pendingOf(idOf(terms), 0) != 0);
    }

    function test_FinalAtIsWhenNobodyCanAppealAnyMore() public {
        orders = someOrders();
        orders.request.minOdds = 0;
        orders.request.callback = address(dapp);
        orders.request.callbackGas = CALLBACK_GAS;
        orders.request.maturitySec = 3 days;
        terms = openDeal(orders, 1);
        deliverText(0, "x");
        vm.assertEq(dapp.lastResult().finalAt, uint48(block.timestamp) + 3 days);
    }
}
