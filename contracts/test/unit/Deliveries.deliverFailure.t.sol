// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {FailureReason} from "../../src/types/Results.sol";
import {Ballot, BatchIn, Vote} from "../reference/ReferenceBatch.sol";
import {DeliveryWorld} from "../lib/DeliveryWorld.sol";
import {vm} from "../lib/Test.sol";

contract DeliveriesDeliverFailureTest is DeliveryWorld {
    function _expire() private {
        vm.warp(terms.expiresAt + terms.settleWindowSec + 1);
        market.expireDeal(terms);
    }

    function test_CallsBackOnceADealEndedWithoutTheTask() public {
        deliverText(0, "x");
        _expire();
        vm.expectEmit(address(deliveries));
        emit IDeliveries.FailureDelivered(
            idOf(terms), 1, address(dapp), terms.requestHash, FailureReason.Expired, true
        );
        vm.prank(stranger.id);
        vm.assertTrue(deliveries.deliverFailure(taskOf(1)));
        vm.assertEq(dapp.failures(), 1);
        vm.assertEq(uint256(dapp.reason()), uint256(FailureReason.Expired));
        vm.assertEq(dapp.lastTask().index, 1);
        vm.assertTrue(deliveries.isDelivered(idOf(terms), 1));
        IDeliveries.Task memory task = taskOf(1);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.AlreadyDelivered.selector, idOf(terms), 1));
        deliveries.deliverFailure(task);
    }

    function test_AFailureThatFailsStaysOpen() public {
        _expire();
        dapp.setMode(2);
        vm.assertFalse(deliveries.deliverFailure(taskOf(0)));
        vm.assertFalse(deliveries.isDelivered(idOf(terms), 0));
        dapp.setMode(0);
        vm.assertTrue(deliveries.deliverFailure(taskOf(0)));
        vm.assertEq(dapp.failures(), 1);
    }

    /// Two workers disagree: the task can never settle, and the dapp hears why.
    function test_ASpoiledTaskSaysSo() public {
        orders = someOrders();
        orders.request.callback = address(dapp);
        orders.request.callbackGas = CALLBACK_GAS;
        terms = openDeal(orders, 2);
        BatchIn memory batch = agreedBatch(77, terms, 0, 2, 2);
        addDigest(batch.parts[0].tasks[1], keccak256("another"));
        batch.ballots[1].votes[1].variant = 1;
        commitAndSettle(batch);
        vm.assertTrue(market.isSpoiled(idOf(terms), 1));
        vm.assertTrue(deliveries.deliverFailure(taskOf(1)));
        vm.assertEq(uint256(dapp.reason()), uint256(FailureReason.Spoiled));
    }

    function test_RevertWhen_TheDealIsOpen() public {
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.DealStillOpen.selector, idOf(terms)));
        deliveries.deliverFailure(task);
    }

    function test_RevertWhen_TheTaskHasSettled() public {
        settleOne(0, printed("x"));
        _expire();
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.TaskHasSettled.selector, idOf(terms), 0));
        deliveries.deliverFailure(task);
    }

    function test_RevertWhen_TheDealHasNoSuchTask() public {
        _expire();
        IDeliveries.Task memory task = taskOf(4);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.IndexOutOfRange.selector, 4, 4));
        deliveries.deliverFailure(task);
    }

    /// An expiry raced against a settlement: whatever came first, exactly one of the two is called back.
    function testFuzz_ATaskIsCalledBackOnceEitherWay(bool settles, bool expires) public {
        IDeliveries.Settlement memory settlement;
        if (settles) settlement = settleOne(0, printed("x"));
        if (expires) _expire();
        try deliveries.deliverFailure(taskOf(0)) {} catch {}
        try deliveries.deliver(taskOf(0), settlement, printed("x"), stdoutOf("x")) {} catch {}
        try deliveries.deliverFailure(taskOf(0)) {} catch {}
        vm.assertEq(dapp.calls(), settles ? 1 : 0);
        vm.assertEq(dapp.failures(), !settles && expires ? 1 : 0);
    }
}
