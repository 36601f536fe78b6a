// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {Log, vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

/// What a pool promises of time, and what the chain makes of it: no oracle, no report of anybody.
contract MarketSlaTest is World {
    function _promised(uint16 slaBps) private returns (Orders memory orders) {
        orders = someOrders();
        (orders.request.slaBps, orders.request.taskSec) = (slaBps, 100);
        // All tasks at once need 100 s of these slots.
        (orders.pool.slaBps, orders.pool.taskSec, orders.pool.slots) = (9500, 90, 100);
    }

    /// Work's word to Market: so many tasks from `first` on, of which so many late.
    function _settle(DealTerms memory terms, uint32 first, uint32 count, uint256 late) private {
        bytes memory results;
        for (uint32 i = first; i < first + count; ++i) {
            results = abi.encodePacked(results, i, digestOf(i));
        }
        vm.prank(address(work));
        market.settleTasks(idOf(terms), terms.volume, results, 0, late);
    }

    function _settleAll(DealTerms memory terms, uint256 late) private {
        _settle(terms, 0, terms.volume, late);
        _complete(terms);
    }

    function _complete(DealTerms memory terms) private {
        vm.prank(address(work));
        market.completeDeal(terms);
    }

    function _workersPart(DealTerms memory terms) private pure returns (uint256) {
        return uint256(terms.poolPrice) * terms.workerShareBps / 10_000;
    }

    function test_TheTermsTakeWhatTheRequestAsks() public {
        Orders memory orders = _promised(9000);
        (orders.request.taskSec, orders.request.slotSec, orders.pool.slots) = (200, 80, 1);
        DealTerms memory terms = openDeal(orders, 3);
        vm.assertEq(terms.taskSec, 200);
        vm.assertEq(terms.slotSec, 80);
        vm.assertEq(terms.slaBps, 9000);
    }

    function test_ADealInTimePaysThePoolInFull() public {
        DealTerms memory terms = openDeal(_promised(9000), 10);
        _settleAll(terms, 1);
        vm.assertEq(heldBy(poolOwner.id), FUNDS + 10 * (terms.poolPrice - _workersPart(terms)));
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        (, uint32 late, uint48 endedAt) = market.deliveryOf(idOf(terms));
        vm.assertEq(late, 1);
        vm.assertEq(endedAt, START);
    }

    function test_ABreachGivesThePoolsPartOfLateTasksBackWithItsStake() public {
        DealTerms memory terms = openDeal(_promised(9000), 10);
        uint256 before = escrow.freeOf(requester.id);
        uint256 poolPart = terms.poolPrice - _workersPart(terms);
        _settle(terms, 0, 10, 2);
        vm.expectEmit(address(market));
        emit IMarket.SlaBreached(idOf(terms), 8, 2, 2 * poolPart, 2 * uint256(terms.poolStake));
        _complete(terms);
        vm.assertEq(escrow.freeOf(requester.id), before + 2 * (poolPart + terms.poolStake));
        vm.assertEq(heldBy(poolOwner.id), FUNDS + 8 * poolPart - 2 * uint256(terms.poolStake));
        vm.assertEq(escrow.freeOf(appOwner.id), 10 * uint256(terms.appPrice));
    }

    function test_TasksThatNeverCameCountAgainstTheSla() public {
        DealTerms memory terms = openDeal(_promised(9000), 10);
        _settle(terms, 0, 9, 1);
        vm.warp(terms.expiresAt + terms.settleWindowSec + 1);
        uint256 poolPart = terms.poolPrice - _workersPart(terms);
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        vm.expectEmit(address(market));
        emit IMarket.SlaBreached(idOf(terms), 8, 1, poolPart, terms.poolStake);
        vm.expectEmit(address(market));
        emit IMarket.DealExpired(idOf(terms), 1, price, terms.poolStake);
        market.expireDeal(terms);
    }

    function test_WithoutAnSlaLateIsOnlyCounted() public {
        Orders memory orders = someOrders();
        orders.request.taskSec = 1;
        DealTerms memory terms = openDeal(orders, 4);
        vm.recordLogs();
        _settleAll(terms, 4);
        vm.assertEq(_breaches(), 0);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        vm.assertEq(heldBy(poolOwner.id), FUNDS + 4 * (terms.poolPrice - _workersPart(terms)));
    }

    function test_AllInTimeMeansAll() public {
        Orders memory orders = _promised(10_000);
        orders.pool.slaBps = 10_000;
        DealTerms memory terms = openDeal(orders, 3);
        vm.recordLogs();
        _settle(terms, 0, 2, 1);
        _settle(terms, 2, 1, 0);
        _complete(terms);
        vm.assertEq(_breaches(), 1);
    }

    function test_ThePoolsStakeMaturesWithTheWorkersCredits() public {
        Orders memory orders = _promised(9000);
        orders.request.maturitySec = 1 hours;
        DealTerms memory terms = openDeal(orders, 10);
        _settleAll(terms, 0);
        uint256 poolPart = terms.poolPrice - _workersPart(terms);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        vm.assertEq(escrow.maturingOf(poolOwner.id), 10 * (poolPart + terms.poolStake));
        vm.assertEq(escrow.maturingAt(poolOwner.id, START + 1 hours), 10 * (poolPart + terms.poolStake));
    }

    function test_RevertWhen_ThePoolPromisesLess() public {
        Orders memory orders = _promised(9501);
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BeyondOffer.selector, 6, 9501, 9500));
        orders = _promised(9500);
        openDeal(orders, 1);
        orders = _promised(9000);
        orders.pool.taskSec = 101;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.TooSlow.selector, 100, 101));
        orders.pool.taskSec = 100;
        openDeal(orders, 1);
        orders = _promised(9000);
        (orders.pool.taskSec, orders.pool.stake, orders.request.minStake) = (0, 0, 0);
        _expectRevert(orders, abi.encodeWithSelector(IMarket.TooSlow.selector, 100, 0));
    }

    function test_RevertWhen_MoreThanAllIsAskedFor() public {
        Orders memory orders = _promised(10_001);
        orders.pool.slaBps = type(uint16).max;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadSla.selector, 10_001));
        orders.request.slaBps = 10_000;
        openDeal(orders, 1);
    }

    /// A requester that leaves no time would get the stake of whoever it names.
    function test_RevertWhen_ARequestLeavesThePoolNoTime() public {
        Orders memory orders = _promised(9000);
        (orders.pool.stake, orders.request.minStake, orders.pool.slots) = (0, 0, 0);
        (orders.request.slotSec, orders.request.deadlineSec) = (50, 189);
        bytes memory refusal = abi.encodeWithSelector(IMarket.TooLittleTime.selector, 189, 190);
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(refusal);
        matchSigned(orders, signatures, 3);
        matchSigned(orders, signatures, 2);
        (orders.request.salt, orders.request.deadlineSec) = (77, 190);
        openDeal(orders, 3);
        orders = someOrders();
        (orders.pool.taskSec, orders.request.deadlineSec) = (11, 10);
        _expectRevert(orders, abi.encodeWithSelector(IMarket.TooLittleTime.selector, 10, 11));
    }

    /// Of jobs of 141 s and more; money of a shorter one is free soon after the reveals, see below.
    function test_ARequestersMoneyIsNeverLockedForTenTimesTheJobsLength() public {
        uint48[4] memory deadlines = [uint48(141), 160, 450, 30 days];
        for (uint256 i; i < 4; ++i) {
            Orders memory orders = someOrders();
            orders.request.deadlineSec = deadlines[i];
            uint256 before = heldBy(requester.id);
            DealTerms memory terms = openDeal(orders, 1);
            vm.assertLe(terms.settleWindowSec, 1 hours);
            uint48 opened = uint48(block.timestamp);
            uint48 over = terms.expiresAt + terms.settleWindowSec + 1;
            vm.assertLe(over - opened, 10 * uint256(deadlines[i]));
            vm.warp(over);
            vm.prank(stranger.id);
            market.expireDeal(terms);
            vm.assertEq(escrow.lockedOf(requester.id), 0);
            vm.assertEq(escrow.freeOf(requester.id), before + terms.poolStake);
            vm.warp(START);
        }
    }

    /// Of a job of a second too: else whoever was absent could not be told from who was not, and its pool would pay.
    function test_APoolCanSettleAShortDealWithoutThoseThatAreAbsent() public {
        uint48 revealWindowSec = parameters.revealWindowSec();
        for (uint48 deadlineSec = 1; deadlineSec < 200; deadlineSec += 33) {
            Orders memory orders = someOrders();
            orders.request.deadlineSec = deadlineSec;
            DealTerms memory terms = openDeal(orders, 1);
            uint256 window = 8 * uint256(deadlineSec);
            vm.assertEq(terms.settleWindowSec, window < revealWindowSec + 60 ? revealWindowSec + 60 : window);
        }
        parameters.set("revealWindowSec", 1 hours - 1);
        vm.assertEq(openDeal(1).settleWindowSec, 1 hours + 59);
        parameters.set("revealWindowSec", 30);
        parameters.set("settleWindowSec", 60);
        vm.assertEq(openDeal(1).settleWindowSec, 90);
    }

    function _breaches() private returns (uint256 count) {
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IMarket.SlaBreached.selector) ++count;
        }
    }

    function _expectRevert(Orders memory orders, bytes memory refusal) private {
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(refusal);
        matchSigned(orders, signatures, 1);
    }
}
