// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPoolSeller} from "../../src/interfaces/IPoolSeller.sol";
import {ISubscriptionMarket} from "../../src/interfaces/ISubscriptionMarket.sol";
import {Purchase} from "../../src/types/Purchases.sol";
import {TemplateWorld} from "../lib/TemplateWorld.sol";
import {vm} from "../lib/Test.sol";

contract SubscriptionMarketTest is TemplateWorld {
    uint48 private constant PERIOD = 10 days;

    ISubscriptionMarket private _market;
    ISubscriptionMarket.Plan private _plan;
    bytes32 private _listing;

    function setUp() public override {
        super.setUp();
        _market = ISubscriptionMarket(deployTemplate("SubscriptionMarket"));
        _plan.order = someOrders().pool;
        _plan.order.volume = 8;
        _plan.order.price = 0.1 ether;
        _plan.fee = 3 ether;
        _plan.periodSec = PERIOD;
        _listing = keccak256(abi.encode(_plan));
        vm.prank(poolOwner.id);
        vm.assertEq(_market.offer(_plan, 2), _listing);
        _give(requester.id);
        _give(stranger.id);
    }

    function _give(address who) private {
        token.transfer(who, 1000 ether);
        vm.prank(who);
        token.approve(address(_market), type(uint256).max);
    }

    function _subscribe(address who, uint16 periods) private {
        vm.prank(who);
        _market.subscribe(_plan, periods);
    }

    function _draw(uint32 volume) private returns (uint64) {
        Purchase memory purchase = somePurchase(volume);
        vm.prank(requester.id);
        return _market.draw(_plan, purchase);
    }

    function _drawRefused(bytes memory refusal) private {
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(refusal);
        vm.prank(requester.id);
        _market.draw(_plan, purchase);
    }

    function test_ASubscriberDrawsItsTasksAtThePlansPrice() public {
        vm.expectEmit(address(_market));
        emit ISubscriptionMarket.Subscribed(_listing, requester.id, START + 2 * PERIOD, 6 ether);
        _subscribe(requester.id, 2);
        vm.assertEq(token.balanceOf(address(_market)), 6 ether);
        vm.recordLogs();
        vm.assertEq(_draw(5), 5);
        vm.assertEq(lastTerms().poolPrice, 0.1 ether);
        vm.assertEq(_draw(5), 3);
        _drawRefused(abi.encodeWithSelector(IPoolSeller.SoldOut.selector, _listing));
        (uint48 startedAt, uint48 endsAt,, uint32 period, uint64 used) =
            _market.subscriptionOf(_listing, requester.id);
        vm.assertEq(startedAt, START);
        vm.assertEq(endsAt, START + 2 * PERIOD);
        vm.assertEq(period, 0);
        vm.assertEq(used, 8);
    }

    function test_EveryPeriodHasItsOwnTasks() public {
        _subscribe(requester.id, 2);
        _draw(8);
        vm.warp(START + PERIOD);
        vm.assertEq(_draw(8), 8);
        vm.warp(START + 2 * PERIOD);
        _drawRefused(
            abi.encodeWithSelector(
                ISubscriptionMarket.NotSubscribed.selector, _listing, requester.id, START + 2 * PERIOD
            )
        );
    }

    function test_FeesAreTheSellersOncePeriodsBegin() public {
        _subscribe(requester.id, 3);
        vm.expectEmit(address(_market));
        emit ISubscriptionMarket.FeesCollected(_listing, requester.id, 3 ether);
        _market.collect(_plan, requester.id);
        vm.assertEq(token.balanceOf(poolOwner.id), 3 ether);
        _nothingToCollect();
        vm.warp(START + PERIOD);
        _market.collect(_plan, requester.id);
        vm.assertEq(token.balanceOf(poolOwner.id), 6 ether);
        vm.warp(START + 9 * PERIOD);
        _market.collect(_plan, requester.id);
        vm.assertEq(token.balanceOf(poolOwner.id), 9 ether);
        _nothingToCollect();
        vm.assertEq(token.balanceOf(address(_market)), 0);
    }

    function _nothingToCollect() private {
        vm.expectRevert(
            abi.encodeWithSelector(ISubscriptionMarket.NothingToCollect.selector, _listing, requester.id)
        );
        _market.collect(_plan, requester.id);
    }

    /// A seller that takes the fees and stops serving gets one period at most for nothing.
    function test_ASubscriberThatLeavesGetsLaterFeesBack() public {
        _subscribe(requester.id, 5);
        vm.warp(START + PERIOD + 1);
        _market.collect(_plan, requester.id);
        vm.expectEmit(address(_market));
        emit ISubscriptionMarket.Left(_listing, requester.id, START + 2 * PERIOD, 9 ether);
        vm.prank(requester.id);
        _market.quit(_plan);
        vm.assertEq(token.balanceOf(requester.id), 994 ether);
        vm.assertEq(token.balanceOf(address(_market)), 0);
        vm.assertEq(_draw(1), 1);
        vm.warp(START + 2 * PERIOD);
        _nothingToCollect();
        vm.expectRevert(
            abi.encodeWithSelector(
                ISubscriptionMarket.NotSubscribed.selector, _listing, requester.id, START + 2 * PERIOD
            )
        );
        vm.prank(requester.id);
        _market.quit(_plan);
    }

    function test_LeavingInTheLastPeriodGivesNothingBack() public {
        _subscribe(requester.id, 1);
        vm.prank(requester.id);
        _market.quit(_plan);
        vm.assertEq(token.balanceOf(requester.id), 997 ether);
    }

    function test_WhoComesAgainPaysTheOldFeesFirst() public {
        _subscribe(requester.id, 1);
        vm.warp(START + 3 * PERIOD);
        _subscribe(requester.id, 1);
        vm.assertEq(token.balanceOf(poolOwner.id), 3 ether);
        vm.assertEq(token.balanceOf(address(_market)), 3 ether);
        vm.assertEq(_draw(8), 8);
    }

    function test_PeriodsAreAddedWithoutANewSeat() public {
        _subscribe(requester.id, 1);
        _subscribe(stranger.id, 1);
        _subscribe(requester.id, 1);
        (, uint48 endsAt,,,) = _market.subscriptionOf(_listing, requester.id);
        vm.assertEq(endsAt, START + 2 * PERIOD);
        vm.warp(START + PERIOD);
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.SoldOut.selector, _listing));
        vm.prank(stranger.id);
        _market.subscribe(_plan, 1);
    }

    function test_AWithdrawnPlanServesWhoHasPaidAndNobodyElse() public {
        _subscribe(requester.id, 1);
        vm.prank(poolOwner.id);
        _market.withdraw(_listing);
        vm.assertEq(_draw(2), 2);
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.ListingClosed.selector, _listing));
        vm.prank(requester.id);
        _market.subscribe(_plan, 1);
    }

    function test_RevertWhen_AnotherDrawsOnASubscription() public {
        _subscribe(requester.id, 1);
        _subscribe(stranger.id, 1);
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.NotBuyer.selector, stranger.id, requester.id));
        vm.prank(stranger.id);
        _market.draw(_plan, purchase);
    }

    function test_RevertWhen_NotSubscribed() public {
        _drawRefused(
            abi.encodeWithSelector(ISubscriptionMarket.NotSubscribed.selector, _listing, requester.id, 0)
        );
        _nothingToCollect();
    }

    function test_RevertWhen_SubscribedForNoPeriod() public {
        vm.expectRevert(abi.encodeWithSelector(ISubscriptionMarket.ZeroPeriods.selector));
        _subscribe(requester.id, 0);
    }

    /// A plan with another fee is another plan, and nobody has offered it.
    function test_RevertWhen_ThePlanIsUnknown() public {
        _plan.fee = 0;
        vm.expectRevert(
            abi.encodeWithSelector(IPoolSeller.UnknownListing.selector, keccak256(abi.encode(_plan)))
        );
        _subscribe(requester.id, 1);
    }

    function test_RevertWhen_ThePlanMakesNoSense() public {
        _plan.periodSec = 0;
        _offerRefused();
        (_plan.periodSec, _plan.order.volume) = (1, 0);
        _offerRefused();
    }

    function _offerRefused() private {
        vm.expectRevert(
            abi.encodeWithSelector(ISubscriptionMarket.BadPlan.selector, _plan.periodSec, _plan.order.volume)
        );
        vm.prank(poolOwner.id);
        _market.offer(_plan, 1);
    }

    /// Conservation: whatever they do and when, what is held is what nobody has got yet, and all of it comes out.
    function testFuzz_EveryFeeIsTheSellersOrGoesBack(uint8[12] memory acts, uint32[12] memory pauses) public {
        uint256 all = token.balanceOf(requester.id) + token.balanceOf(poolOwner.id);
        for (uint256 i; i < acts.length; ++i) {
            vm.warp(block.timestamp + pauses[i] % (2 * PERIOD));
            if (acts[i] % 3 == 0) _try(abi.encodeCall(ISubscriptionMarket.subscribe, (_plan, acts[i] % 4)));
            if (acts[i] % 3 == 1) _try(abi.encodeCall(ISubscriptionMarket.quit, (_plan)));
            if (acts[i] % 3 == 2) _try(abi.encodeCall(ISubscriptionMarket.collect, (_plan, requester.id)));
            vm.assertEq(
                token.balanceOf(requester.id) + token.balanceOf(poolOwner.id)
                    + token.balanceOf(address(_market)),
                all
            );
        }
        vm.warp(block.timestamp + 1000 * PERIOD);
        _try(abi.encodeCall(ISubscriptionMarket.collect, (_plan, requester.id)));
        vm.assertEq(token.balanceOf(address(_market)), 0);
    }

    function _try(bytes memory data) private {
        vm.prank(requester.id);
        (bool success,) = address(_market).call(data);
        success;
    }
}
