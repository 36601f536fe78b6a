// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {AppealStatus, ResultClaim, VoteProof} from "../../src/types/Appeals.sol";
import {FailureReason, Preimage, Result} from "../../src/types/Results.sol";
import {DeliveryWorld} from "../lib/DeliveryWorld.sol";
import {vm} from "../lib/Test.sol";

/// Results that are appealed, on the way to the contract that asked for them.
contract DeliveriesAppealsTest is DeliveryWorld {
    bytes32 private _taskId;
    IDeliveries.Settlement private _settlement;

    function setUp() public override {
        super.setUp();
        seatPanel(5);
        orders = someOrders();
        orders.request.minOdds = 0;
        orders.request.maturitySec = MATURITY;
        (orders.request.callback, orders.request.callbackGas) = (address(dapp), CALLBACK_GAS);
        terms = openDeal(orders, 1);
        _settlement = settleOne(0, printed("x"));
        _taskId = keccak256(abi.encode(idOf(terms), uint256(0)));
    }

    function _deliver() private returns (bool) {
        return deliveries.deliver(taskOf(0), _settlement, printed("x"), stdoutOf("x"));
    }

    function _refuseDelivery(AppealStatus status) private {
        IDeliveries.Task memory task = taskOf(0);
        Preimage memory preimage = printed("x");
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.ResultDisputed.selector, _taskId, uint8(status)));
        deliveries.deliver(task, _settlement, preimage, stdoutOf("x"));
    }

    function _appeal() private {
        ResultClaim memory claim;
        (claim.digest, claim.votes) = (digestOf(printed("x"), 0), 1);
        (claim.nonce, claim.facts, claim.inclusion) =
        (_settlement.nonce, _settlement.facts, _settlement.place);
        vm.prank(appellant.id);
        court.openAppeal(terms, orders.request, claim, new VoteProof[](0));
    }

    function _judge(bytes32 verdict) private {
        voteAndDecide(_taskId, 0, 0, verdict);
        closeAfterTime(_taskId, terms);
    }

    /// Attack: a lie is delivered as final while its appeal runs.
    function test_AResultAtIssueWaitsAndThenComes() public {
        _appeal();
        _refuseDelivery(AppealStatus.Drawing);
        _judge(digestOf(printed("x"), 0));
        vm.assertTrue(_deliver());
        vm.assertEq(dapp.calls(), 1);
    }

    function test_AnOverturnedResultIsAFailure() public {
        _appeal();
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.TaskHasSettled.selector, idOf(terms), 0));
        deliveries.deliverFailure(task);
        _judge(keccak256("truth"));
        _refuseDelivery(AppealStatus.Closed);
        vm.assertTrue(deliveries.deliverFailure(taskOf(0)));
        vm.assertEq(uint256(dapp.reason()), uint256(FailureReason.Overturned));
        vm.assertTrue(deliveries.isDelivered(idOf(terms), 0));
        vm.assertEq(deliveries.pendingOf(idOf(terms), 0), 0);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.AlreadyDelivered.selector, idOf(terms), 0));
        deliveries.deliverFailure(task);
    }

    /// Who took a result before it was final hears that it fell, once, also if its callback fails at first.
    function test_AResultThatWasTakenEarlyIsTakenBack() public {
        vm.assertTrue(_deliver());
        _appeal();
        _judge(keccak256("truth"));
        dapp.setMode(1);
        vm.assertFalse(deliveries.deliverFailure(taskOf(0)));
        vm.assertTrue(deliveries.isDelivered(idOf(terms), 0));
        dapp.setMode(0);
        vm.assertTrue(deliveries.deliverFailure(taskOf(0)));
        vm.assertEq(dapp.calls(), 1);
        vm.assertEq(dapp.failures(), 1);
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(abi.encodeWithSelector(IDeliveries.AlreadyDelivered.selector, idOf(terms), 0));
        deliveries.deliverFailure(task);
    }

    function test_WhatWaitsForItsRetryWaitsForItsVerdictToo() public {
        dapp.setMode(1);
        vm.assertFalse(_deliver());
        dapp.setMode(0);
        Result memory result = Result(0, 0, 12_345, _settlement.facts.settledAt + MATURITY, "", bytes("x"));
        _appeal();
        IDeliveries.Task memory task = taskOf(0);
        vm.expectRevert(
            abi.encodeWithSelector(IDeliveries.ResultDisputed.selector, _taskId, uint8(AppealStatus.Drawing))
        );
        deliveries.retry(task, result);
        _judge(digestOf(printed("x"), 0));
        vm.assertTrue(deliveries.retry(taskOf(0), result));
    }
}
