// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {Log, vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// How much a pool's order takes on: so many slots, each task as long as the pool says.
contract MarketSlotsTest is World {
    using ReferenceOrders for *;

    uint48 private constant MS = 1000;

    /// Four slots, a minute a task, two minutes for all.
    function _slots() private returns (Orders memory orders) {
        orders = someOrders();
        (orders.pool.taskSec, orders.pool.slots, orders.request.deadlineSec) = (60, 4, 120);
    }

    /// The same offer for another request.
    function _again(Orders memory orders) private pure returns (Orders memory) {
        ++orders.request.salt;
        return orders;
    }

    function _busyUntil(Orders memory orders) private view returns (uint48) {
        return market.busyUntilOf(orders.pool.hash(market.domainSeparator()));
    }

    function _refused(Orders memory orders, uint32 volume, bytes memory refusal) private {
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(refusal);
        matchSigned(orders, signatures, volume);
    }

    function _tooLittle(uint48 deadlineSec, uint256 neededSec) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMarket.TooLittleTime.selector, deadlineSec, neededSec);
    }

    /// The attack: a pool that does not say what it needs would accept a deadline of a second.
    function test_AStakeForWhatCannotBeDoneIsNotToBeHad() public {
        Orders memory orders = _slots();
        orders.request.deadlineSec = 1;
        _refused(orders, 1, _tooLittle(1, 60));
        (uint128 stake, bytes4 refusal) = (orders.pool.stake, IMarket.UnboundedStake.selector);
        orders.pool.taskSec = 0;
        _refused(orders, 1, abi.encodeWithSelector(refusal, stake, 0, 4));
        orders.pool.slots = 0;
        _refused(orders, 1, abi.encodeWithSelector(refusal, stake, 0, 0));
        orders.pool.taskSec = 60;
        _refused(orders, 1, abi.encodeWithSelector(refusal, stake, 60, 0));
        (orders.pool.stake, orders.request.minStake) = (0, 0);
        _refused(orders, 1, _tooLittle(1, 60));
        orders.pool.taskSec = 0;
        openDeal(orders, 1000);
        vm.assertEq(_busyUntil(orders), 0);
    }

    /// The same with many tasks at once: time grows with the volume.
    function test_AllTasksOfADealMustFitTheSlots() public {
        Orders memory orders = _slots();
        _refused(orders, 6, _tooLittle(120, 135));
        openDeal(orders, 5);
        vm.assertEq(_busyUntil(orders), (START + 75) * MS);
        _refused(_again(orders), 1, _tooLittle(120, 135));
    }

    /// And with the volume split over deals, also of other requesters: the order counts them all.
    function test_SplittingTheVolumeBooksTheSame() public {
        Orders memory orders = _slots();
        for (uint256 i; i < 5; ++i) {
            openDeal(_again(orders), 1);
        }
        vm.assertEq(_busyUntil(orders), (START + 75) * MS);
        _refused(_again(orders), 1, _tooLittle(120, 135));
        orders = _slots();
        orders.pool.slots = 7;
        for (uint256 i; i < 7; ++i) {
            openDeal(_again(orders), 1);
        }
        // A millisecond up for each deal, never down.
        vm.assertEq(_busyUntil(orders), (START + 60) * MS + 7 - 3);
    }

    function test_WhatIsBookedPassesWithTime() public {
        Orders memory orders = _slots();
        openDeal(orders, 5);
        vm.warp(START + 14);
        _refused(_again(orders), 1, _tooLittle(120, 121));
        vm.warp(START + 15);
        openDeal(orders, 1);
        vm.assertEq(_busyUntil(orders), (START + 90) * MS);
        vm.warp(START + 91);
        openDeal(_again(orders), 5);
        vm.assertEq(_busyUntil(orders), (START + 91 + 75) * MS);
    }

    function test_TheEventSaysUntilWhenAnOrderIsBooked() public {
        Orders memory orders = _slots();
        vm.recordLogs();
        matchOrders(orders, 2);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IMarket.OrdersMatched.selector) continue;
            (,,, uint48 busyUntilMs,) =
                abi.decode(logs[i].data, (bytes32, bytes32, bytes32, uint48, DealTerms));
            vm.assertEq(busyUntilMs, (START + 30) * MS);
            return;
        }
        vm.assertTrue(false, "no match");
    }

    /// Two tasks a month apart would book all slots for the month, and pay for two.
    function test_ALeaseThatLeavesTheSlotsIdleIsRefused() public {
        Orders memory orders = _slots();
        orders.request.deadlineSec = 30 days;
        orders.request.slotSec = 30 days - 60;
        _refused(orders, 2, abi.encodeWithSelector(IMarket.SlotsTooFar.selector, 30 days - 60, 15));
        orders.request.slotSec = 16;
        _refused(orders, 5, abi.encodeWithSelector(IMarket.SlotsTooFar.selector, 16, 15));
        openDeal(orders, 1);
        (orders.request.slotSec, orders.request.deadlineSec) = (15, 134);
        _refused(_again(orders), 5, _tooLittle(134, 135));
        orders.request.deadlineSec = 135;
        openDeal(_again(orders), 5);
        vm.assertEq(_busyUntil(orders), (START + 90) * MS);
    }

    /// Who is due in two minutes and waits for one has a minute: a breach that was bought would pay.
    function test_APromiseCountsTheWait() public {
        Orders memory orders = _slots();
        orders.request.deadlineSec = 1 days;
        (orders.pool.slaBps, orders.request.slaBps, orders.request.taskSec) = (9000, 9000, 120);
        _refused(orders, 6, abi.encodeWithSelector(IMarket.TooSlow.selector, 120, 135));
        openDeal(orders, 5);
        _refused(_again(orders), 1, abi.encodeWithSelector(IMarket.TooSlow.selector, 120, 135));
        // In a lease tasks become due one after the other: only the wait of the first counts.
        orders.request.slotSec = 15;
        orders.request.taskSec = 134;
        _refused(orders, 20, abi.encodeWithSelector(IMarket.TooSlow.selector, 134, 135));
        orders.request.taskSec = 135;
        openDeal(orders, 20);
    }

    function test_ACancelledOrderIsUsedUpWhateverItsVolume() public {
        Orders memory orders = _slots();
        orders.pool.volume = type(uint64).max;
        openDeal(orders, 3);
        bytes32 orderHash = orders.pool.hash(market.domainSeparator());
        vm.prank(poolOwner.id);
        market.cancelPoolOrder(orders.pool);
        vm.assertEq(market.consumedOf(orderHash), type(uint64).max);
        _refused(
            _again(orders),
            1,
            abi.encodeWithSelector(IMarket.OrderConsumed.selector, orderHash, type(uint64).max)
        );
        // To place it does not bring it back, and leaves what is booked.
        vm.prank(poolOwner.id);
        market.placePoolOrder(orders.pool);
        vm.assertEq(market.consumedOf(orderHash), type(uint64).max);
        vm.assertEq(_busyUntil(orders), (START + 45) * MS);
    }

    function test_APlacedOrderIsBookedAsASignedOne() public {
        Orders memory orders = _slots();
        vm.prank(poolOwner.id);
        market.placePoolOrder(orders.pool);
        bytes[4] memory signatures = signAll(orders);
        signatures[2] = "";
        matchSigned(orders, signatures, 5);
        vm.assertEq(_busyUntil(orders), (START + 75) * MS);
        vm.prank(poolOwner.id);
        market.placePoolOrder(orders.pool);
        _refused(_again(orders), 1, _tooLittle(120, 135));
    }

    /// Numbers as large as they can be fit: the refusal is the rule's, not the arithmetic's.
    function test_TheLargestNumbersAreRefusedByTheRule() public {
        Orders memory orders = _slots();
        (orders.pool.taskSec, orders.pool.slots) = (type(uint48).max, 1);
        orders.app.volume = orders.dataset.volume = orders.pool.volume = type(uint64).max;
        orders.request.volume = type(uint64).max;
        uint256 needed = uint256(type(uint48).max) * type(uint32).max;
        _refused(orders, type(uint32).max, _tooLittle(120, needed));
        (orders.pool.taskSec, orders.pool.slots) = (1, type(uint32).max);
        _refused(_again(orders), 0, abi.encodeWithSelector(IMarket.ZeroVolume.selector));
    }
}
