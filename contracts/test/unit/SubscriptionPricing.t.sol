// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetPricing} from "../../src/interfaces/IAssetPricing.sol";
import {ISubscriptionPricing} from "../../src/interfaces/ISubscriptionPricing.sol";
import {PricingWorld} from "../lib/PricingWorld.sol";
import {vm} from "../lib/Test.sol";

contract SubscriptionPricingTest is PricingWorld {
    ISubscriptionPricing private _pricing;
    ISubscriptionPricing.Plan private _plan = ISubscriptionPricing.Plan(1 ether, 60, 30 days, 10);

    function setUp() public override {
        super.setUp();
        _pricing = ISubscriptionPricing(deployPricing("SubscriptionPricing"));
        token.approve(address(_pricing), type(uint256).max);
    }

    function _set() private {
        vm.prank(appOwner.id);
        _pricing.setPlan(app, _plan);
    }

    function _hash() private view returns (bytes32) {
        return keccak256(abi.encode(_plan));
    }

    /// This contract holds the tokens and pays.
    function _subscribe(uint16 periods) private {
        _pricing.subscribe(app, requester.id, periods, _hash());
    }

    function test_ASubscriberPaysTheOwnerAndNothingForItsTasks() public {
        vm.expectEmit(address(_pricing));
        emit ISubscriptionPricing.PlanSet(app, _plan);
        _set();
        vm.expectEmit(address(_pricing));
        emit ISubscriptionPricing.Subscribed(app, requester.id, START + 60 days, 2 ether);
        _subscribe(2);
        vm.assertEq(token.balanceOf(appOwner.id), 2 ether);
        vm.expectEmit(address(_pricing));
        emit ISubscriptionPricing.TasksUsed(app, requester.id, 0, 8);
        vm.assertEq(charge(address(_pricing), requester.id, 8), 0);
        vm.assertEq(charge(address(_pricing), requester.id, 3), 20);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 60);
        (, uint48 startedAt,,, uint32 used) = _pricing.subscriptionOf(app, requester.id);
        vm.assertEq(startedAt, START);
        vm.assertEq(used, 10);
        (uint128 fee,,,) = _pricing.planOf(app);
        vm.assertEq(fee, 1 ether);
    }

    function test_ANewPeriodHasNewTasksUntilTheSubscriptionEnds() public {
        _set();
        _subscribe(2);
        charge(address(_pricing), requester.id, 10);
        vm.warp(START + 30 days - 1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 60);
        vm.warp(START + 30 days);
        vm.assertEq(charge(address(_pricing), requester.id, 10), 0);
        vm.warp(START + 60 days - 1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 60);
        vm.warp(START + 60 days);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 60);
        _subscribe(1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 0);
    }

    function test_PeriodsAreAddedToARunningSubscription() public {
        _set();
        _subscribe(1);
        charge(address(_pricing), requester.id, 10);
        _subscribe(1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 60);
        (,, uint48 endsAt,,) = _pricing.subscriptionOf(app, requester.id);
        vm.assertEq(endsAt, START + 60 days);
    }

    function test_OthersPayByTheTask() public {
        _set();
        vm.assertEq(charge(address(_pricing), stranger.id, 4), 60);
    }

    function test_ANewPlanChangesNothingForWhoHasPaid() public {
        _set();
        _subscribe(1);
        _plan.tasks = 1;
        _plan.taskPrice = 1 ether;
        _set();
        vm.assertEq(charge(address(_pricing), requester.id, 10), 0);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 60);
        vm.assertEq(charge(address(_pricing), stranger.id, 1), 1 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISubscriptionPricing.StillSubscribed.selector, app, requester.id, START + 30 days
            )
        );
        _subscribe(1);
        vm.warp(START + 30 days);
        _subscribe(1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 0);
    }

    /// Front-running: the owner raises its fee before the call of a subscriber.
    function test_RevertWhen_ThePlanIsAnotherThanTheSubscriberSaw() public {
        _set();
        bytes32 seen = _hash();
        _plan.fee = 1000 ether;
        _set();
        vm.expectRevert(abi.encodeWithSelector(ISubscriptionPricing.PlanChanged.selector, app, seen, _hash()));
        _pricing.subscribe(app, requester.id, 1, seen);
    }

    function test_APlanMayCostNothing() public {
        _plan.fee = 0;
        _set();
        _subscribe(1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 0);
        vm.assertEq(token.balanceOf(appOwner.id), 0);
    }

    function test_RevertWhen_SubscribedForNoPeriod() public {
        _set();
        bytes32 hash = _hash();
        vm.expectRevert(abi.encodeWithSelector(ISubscriptionPricing.ZeroPeriods.selector));
        _pricing.subscribe(app, requester.id, 0, hash);
    }

    function test_RevertWhen_ThePlanIsNone() public {
        vm.expectRevert(abi.encodeWithSelector(IAssetPricing.NoTariff.selector, app));
        _pricing.subscribe(app, requester.id, 1, 0);
        _plan.tasks = 0;
        vm.expectRevert(abi.encodeWithSelector(ISubscriptionPricing.BadPlan.selector, 30 days, 0));
        _set();
        (_plan.tasks, _plan.periodSec) = (1, 0);
        vm.expectRevert(abi.encodeWithSelector(ISubscriptionPricing.BadPlan.selector, 0, 1));
        _set();
    }

    function test_RevertWhen_ThereIsNoTariff() public {
        expectNoTariff(address(_pricing));
    }

    function test_RevertWhen_ChargedByAnybodyElse() public {
        _set();
        expectOnlyMarketCharges(address(_pricing));
    }

    function test_RevertWhen_SetByAnybodyElse() public {
        expectNotOwner();
        _pricing.setPlan(app, _plan);
    }
}
