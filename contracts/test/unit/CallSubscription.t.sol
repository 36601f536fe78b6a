// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ICallSubscription} from "../../src/interfaces/ICallSubscription.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IRequester} from "../../src/interfaces/IRequester.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {MatchProofs, RequestOrder} from "../../src/types/Orders.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

contract CallSubscriptionTest is World {
    using ReferenceOrders for *;

    address private constant DAPP = address(0xDA);
    uint48 private constant PERIOD = 7 days;

    ICallSubscription private _subscription;
    ICallSubscription.Plan private _plan;

    function setUp() public override {
        super.setUp();
        _plan = ICallSubscription.Plan(DAPP, app, 3 ether, 10, PERIOD, START + 60 days);
        _subscription = ICallSubscription(
            vm.deployCode(
                "CallSubscription.sol:CallSubscription",
                abi.encode(address(market), address(escrow), requester.id, _plan)
            )
        );
        escrow.depositFor(address(_subscription), 1000 ether);
    }

    function _request(uint64 volume) private returns (RequestOrder memory order) {
        return _ordersOf(volume).request;
    }

    function _ordersOf(uint64 volume) private returns (Orders memory orders) {
        orders = someOrders();
        orders.request.requester = address(_subscription);
        orders.request.callback = DAPP;
        orders.request.callbackGas = 100_000;
        orders.request.volume = volume;
        orders.request.maxAppPrice = orders.request.maxDatasetPrice = 0.5 ether;
        orders.request.maxPoolPrice = 2 ether;
    }

    function _call(RequestOrder memory order) private returns (bytes32) {
        vm.prank(DAPP);
        return _subscription.call(order);
    }

    function _refused(RequestOrder memory order, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(DAPP);
        _subscription.call(order);
    }

    function _setPlan() private {
        vm.prank(requester.id);
        _subscription.setPlan(_plan);
    }

    function test_OneDepositPaysForManyCalls() public {
        for (uint256 i; i < 3; ++i) {
            Orders memory orders = _ordersOf(3);
            bytes32 requestHash = orders.request.hash(market.domainSeparator());
            vm.expectEmit(address(_subscription));
            emit ICallSubscription.CallPlaced(requestHash, 3, 0, uint64(3 * (i + 1)));
            vm.expectEmit(address(_subscription));
            emit IRequester.RequestPlaced(requestHash, orders.request);
            vm.assertEq(_call(orders.request), requestHash);
            bytes[4] memory signatures = signAll(orders);
            vm.recordLogs();
            market.matchOrders(
                orders.app,
                orders.dataset,
                orders.pool,
                orders.request,
                MatchProofs(signatures[0], signatures[1], signatures[2], "", "", ""),
                10
            );
            DealTerms memory terms = termsOf(vm.getRecordedLogs());
            vm.assertEq(terms.requester, address(_subscription));
            vm.assertEq(terms.callback, DAPP);
            vm.assertEq(terms.volume, 3);
        }
        vm.assertEq(_subscription.tasksLeft(), 1);
        vm.assertEq(escrow.lockedOf(address(_subscription)), 9 * (1.18 ether + 8));
    }

    function test_EveryPeriodHasItsOwnTasks() public {
        _call(_request(10));
        RequestOrder memory order = _request(1);
        _refused(order, abi.encodeWithSelector(ICallSubscription.TooManyTasks.selector, 1, 0));
        vm.warp(START + PERIOD);
        vm.assertEq(_subscription.tasksLeft(), 10);
        _call(order);
        vm.assertEq(_subscription.tasksLeft(), 9);
        vm.warp(START + 60 days + 1);
        vm.assertEq(_subscription.tasksLeft(), 0);
    }

    function test_TheOwnerTakesOutWhatIsLeft() public {
        vm.expectEmit(address(_subscription));
        emit ICallSubscription.Withdrawn(requester.id, 999 ether);
        vm.prank(requester.id);
        _subscription.withdraw(999 ether);
        vm.assertEq(token.balanceOf(requester.id), 999 ether);
        vm.assertEq(token.balanceOf(address(_subscription)), 0);
        vm.assertEq(escrow.freeOf(address(_subscription)), 1 ether);
    }

    function test_TheDappAndTheOwnerCancelWhatIsNotMatched() public {
        RequestOrder memory order = _request(1);
        bytes32 requestHash = _call(order);
        vm.expectRevert(abi.encodeWithSelector(ICallSubscription.NotDapp.selector, stranger.id, DAPP));
        vm.prank(stranger.id);
        _subscription.cancel(order);
        vm.expectEmit(address(_subscription));
        emit ICallSubscription.CallCancelled(requestHash);
        vm.prank(DAPP);
        _subscription.cancel(order);
        vm.assertEq(market.consumedOf(requestHash), type(uint64).max);
        order = _request(1);
        requestHash = _call(order);
        vm.prank(requester.id);
        _subscription.cancel(order);
        vm.assertEq(market.consumedOf(requestHash), type(uint64).max);
    }

    function test_ANewPlanStartsAnew() public {
        _call(_request(10));
        _plan.app = address(0);
        vm.expectEmit(address(_subscription));
        emit ICallSubscription.PlanSet(_plan);
        _setPlan();
        RequestOrder memory order = _request(10);
        order.app = dataset;
        _call(order);
        (address dapp,,, uint64 tasks,,) = _subscription.planOf();
        vm.assertEq(dapp, DAPP);
        vm.assertEq(tasks, 10);
    }

    function test_RevertWhen_AnotherThanTheDappCalls() public {
        RequestOrder memory order = _request(1);
        vm.expectRevert(abi.encodeWithSelector(ICallSubscription.NotDapp.selector, requester.id, DAPP));
        vm.prank(requester.id);
        _subscription.call(order);
    }

    function test_RevertWhen_TheRequestIsOutsideThePlan() public {
        RequestOrder memory order = _request(1);
        order.requester = DAPP;
        _refused(
            order, abi.encodeWithSelector(ICallSubscription.NotPayer.selector, DAPP, address(_subscription))
        );
        order = _request(1);
        order.callback = stranger.id;
        _refused(order, abi.encodeWithSelector(ICallSubscription.WrongCallback.selector, stranger.id, DAPP));
        order = _request(1);
        order.app = dataset;
        _refused(order, abi.encodeWithSelector(ICallSubscription.WrongApp.selector, dataset, app));
        order = _request(1);
        order.maxPoolPrice += 1;
        _refused(order, abi.encodeWithSelector(ICallSubscription.TooDear.selector, 3 ether + 1, 3 ether));
        order = _request(1);
        order.expiresAt = START + 60 days + 1;
        _refused(
            order,
            abi.encodeWithSelector(
                ICallSubscription.SubscriptionEnded.selector, START + 60 days, START + 60 days + 1
            )
        );
        order = _request(1);
        order.expiresAt = START + 1;
        vm.warp(START + 60 days + 1);
        _refused(
            order,
            abi.encodeWithSelector(ICallSubscription.SubscriptionEnded.selector, START + 60 days, START + 1)
        );
    }

    /// A dapp that places one request twice uses two calls up for one.
    function test_RevertWhen_TheRequestIsPlacedTwice() public {
        RequestOrder memory order = _request(1);
        bytes32 requestHash = _call(order);
        _refused(order, abi.encodeWithSelector(ICallSubscription.AlreadyCalled.selector, requestHash));
    }

    function test_RevertWhen_TooLittleIsPrepaid() public {
        vm.prank(requester.id);
        _subscription.withdraw(971 ether);
        RequestOrder memory order = _request(10);
        _refused(
            order, abi.encodeWithSelector(ICallSubscription.TooLittlePrepaid.selector, 29 ether, 30 ether)
        );
    }

    function test_RevertWhen_AStrangerActsAsOwner() public {
        bytes memory refusal =
            abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger.id);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        _subscription.withdraw(1);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        _subscription.setPlan(_plan);
    }

    function test_RevertWhen_ThePlanMakesNoSense() public {
        _plan.dapp = address(0);
        vm.expectRevert(abi.encodeWithSelector(ICallSubscription.BadPlan.selector, address(0), PERIOD));
        _setPlan();
        (_plan.dapp, _plan.periodSec) = (DAPP, 0);
        vm.expectRevert(abi.encodeWithSelector(ICallSubscription.BadPlan.selector, DAPP, 0));
        _setPlan();
    }

    /// However calls come, no period sees more tasks than the plan has.
    function testFuzz_NoPeriodSeesMoreThanItsTasks(uint8[10] memory volumes, uint32[10] memory pauses)
        public
    {
        uint256 period;
        uint256 used;
        for (uint256 i; i < volumes.length; ++i) {
            vm.warp(block.timestamp + pauses[i] % 5 days);
            if ((block.timestamp - START) / PERIOD != period) {
                (period, used) = ((block.timestamp - START) / PERIOD, 0);
            }
            RequestOrder memory order = _request(volumes[i] % 8);
            order.expiresAt = START + 60 days;
            if (block.timestamp > START + 60 days || used + order.volume > 10) {
                vm.expectRevert();
                vm.prank(DAPP);
                _subscription.call(order);
            } else {
                _call(order);
                used += order.volume;
                vm.assertEq(_subscription.tasksLeft(), 10 - used);
            }
        }
    }
}
