// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

/// A pool's stake, task by task: taken on appeal, paid for spoiled tasks, left over at the end.
contract MarketStakeTest is World {
    address private constant APPEALS = address(0xA99EA1);

    function appeals() internal pure override returns (address) {
        return APPEALS;
    }

    function _deal(uint32 volume, uint48 maturitySec) private returns (DealTerms memory) {
        Orders memory orders = someOrders();
        (orders.request.slaBps, orders.request.taskSec) = (9000, 100);
        (orders.pool.slaBps, orders.pool.taskSec) = (9000, 99);
        orders.request.maturitySec = maturitySec;
        return openDeal(orders, volume);
    }

    function _settle(DealTerms memory terms, uint32 first, uint32 count, uint256 late)
        private
        returns (bool complete)
    {
        bytes memory results;
        for (uint32 i = first; i < first + count; ++i) {
            results = abi.encodePacked(results, i, digestOf(i));
        }
        vm.prank(address(work));
        return market.settleTasks(idOf(terms), terms.volume, results, 0, late);
    }

    function _spoil(DealTerms memory terms, bytes memory indexes) private returns (bool complete) {
        vm.prank(address(work));
        return market.spoilTasks(idOf(terms), terms.volume, indexes);
    }

    function _complete(DealTerms memory terms) private {
        vm.prank(address(work));
        market.completeDeal(terms);
    }

    function _take(DealTerms memory terms) private returns (uint256) {
        vm.prank(APPEALS);
        return market.takeStake(terms, stranger.id);
    }

    /// The pool's own part of the price of a task.
    function _part(DealTerms memory terms) private pure returns (uint256) {
        return terms.poolPrice - uint256(terms.poolPrice) * terms.workerShareBps / 10_000;
    }

    /// What it has at stake in a task.
    function _all(DealTerms memory terms) private pure returns (uint256) {
        return terms.poolStake + _part(terms);
    }

    function test_TakesATasksStakeAndThePoolsPartOfAnOpenDeal() public {
        DealTerms memory terms = _deal(10, 1 hours);
        uint256 locked = escrow.lockedOf(requester.id);
        _settle(terms, 0, 3, 0);
        vm.expectEmit(address(market));
        emit IMarket.StakeTaken(idOf(terms), stranger.id, _all(terms));
        vm.assertEq(_take(terms), _all(terms));
        vm.assertEq(escrow.freeOf(stranger.id), _all(terms));
        vm.assertEq(escrow.lockedOf(poolOwner.id), 9 * uint256(terms.poolStake));
        vm.assertEq(escrow.lockedOf(requester.id), locked - _part(terms));
        (uint32 tasks, uint128 spoiled) = market.takenOf(idOf(terms));
        vm.assertEq(tasks, 1);
        vm.assertEq(spoiled, 0);
    }

    function test_NoMoreIsTakenThanThePoolPutUpForSettledTasks() public {
        DealTerms memory terms = _deal(10, 1 hours);
        vm.assertEq(_take(terms), 0);
        _settle(terms, 0, 2, 0);
        vm.assertEq(_take(terms), _all(terms));
        vm.assertEq(_take(terms), _all(terms));
        vm.assertEq(_take(terms), 0);
        _settle(terms, 2, 8, 0);
        _complete(terms);
        vm.assertEq(escrow.maturingOf(poolOwner.id), 8 * _all(terms));
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
    }

    function test_TakesATasksStakeOfAClosedDealOutOfTheMaturingCredit() public {
        DealTerms memory terms = _deal(10, 1 hours);
        _settle(terms, 0, 10, 0);
        _complete(terms);
        vm.warp(START + 59 minutes);
        vm.assertEq(_take(terms), _all(terms));
        vm.assertEq(escrow.maturingOf(poolOwner.id), 9 * _all(terms));
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        for (uint256 i; i < 9; ++i) {
            vm.assertEq(_take(terms), _all(terms));
        }
        vm.assertEq(_take(terms), 0);
        vm.assertEq(escrow.freeOf(stranger.id), 10 * _all(terms));
        vm.assertEq(escrow.maturingOf(poolOwner.id), 0);
    }

    function test_WithoutMaturityNothingIsLeftToTakeAfterTheEnd() public {
        DealTerms memory terms = _deal(2, 0);
        _settle(terms, 0, 2, 0);
        _complete(terms);
        vm.assertEq(_take(terms), 0);
        vm.assertEq(heldBy(stranger.id), 0);
    }

    /// Two of ten are late: their stake goes to the requester. One was taken before, and seven can be after.
    function test_ABreachAndAnAppealTogetherTakeAllStakeAndNoMore() public {
        DealTerms memory terms = _deal(10, 1 hours);
        uint256 free = escrow.freeOf(requester.id);
        _settle(terms, 0, 10, 2);
        vm.assertEq(_take(terms), _all(terms));
        _complete(terms);
        vm.assertEq(escrow.freeOf(requester.id), free + 2 * _all(terms));
        vm.assertEq(escrow.maturingOf(poolOwner.id), 7 * _all(terms));
        for (uint256 i; i < 7; ++i) {
            vm.assertEq(_take(terms), _all(terms));
        }
        vm.assertEq(_take(terms), 0);
        vm.assertEq(escrow.maturingOf(poolOwner.id), 0);
    }

    /// A pool that was late lets a friend appeal every task: stands the result, its stake would come back to it.
    function test_AnAppealOnALateTaskDoesNotMoveItsStakeOutOfTheReachOfABreach() public {
        DealTerms memory terms = _deal(4, 1 hours);
        uint256 free = escrow.freeOf(requester.id);
        _settle(terms, 0, 3, 3);
        vm.assertEq(_take(terms), 0);
        _settle(terms, 3, 1, 0);
        vm.assertEq(_take(terms), _all(terms));
        vm.assertEq(_take(terms), 0);
        vm.expectEmit(address(market));
        emit IMarket.SlaBreached(idOf(terms), 1, 3, 3 * _part(terms), 3 * uint256(terms.poolStake));
        _complete(terms);
        vm.assertEq(escrow.freeOf(requester.id), free + 3 * _all(terms));
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        vm.assertEq(escrow.maturingOf(poolOwner.id), 0);
    }

    /// Once it is known that nothing was breached, late tasks are as good as others.
    function test_LateTasksOfAKeptPromiseCanBeTakenAfterTheEnd() public {
        DealTerms memory terms = _deal(10, 1 hours);
        _settle(terms, 0, 10, 1);
        for (uint256 i; i < 9; ++i) {
            vm.assertEq(_take(terms), _all(terms));
        }
        vm.assertEq(_take(terms), 0);
        _complete(terms);
        vm.assertEq(_take(terms), _all(terms));
        vm.assertEq(_take(terms), 0);
        vm.assertEq(escrow.maturingOf(poolOwner.id), 0);
    }

    function test_SpoiledTasksAreRefundedWithTheStake() public {
        DealTerms memory terms = _deal(3, 0);
        uint256 free = escrow.freeOf(requester.id);
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        vm.assertFalse(_settle(terms, 0, 2, 0));
        vm.expectEmit(address(market));
        emit IMarket.TasksSpoiled(idOf(terms), abi.encodePacked(uint32(2)));
        vm.assertTrue(_spoil(terms, abi.encodePacked(uint32(2))));
        vm.assertTrue(market.isSpoiled(idOf(terms), 2));
        vm.assertFalse(market.isSettled(idOf(terms), 2));
        vm.assertTrue(market.isSettled(idOf(terms), 1));
        (uint32 spoiled,, uint48 endedAt) = market.deliveryOf(idOf(terms));
        vm.assertEq(spoiled, 1);
        vm.assertEq(endedAt, 0);
        vm.expectEmit(address(market));
        emit IMarket.DealRefunded(idOf(terms), 1, price, terms.poolStake);
        _complete(terms);
        vm.assertEq(escrow.freeOf(requester.id), free + price + terms.poolStake);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        (DealStatus status, uint32 settled) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        vm.assertEq(settled, 2);
    }

    function test_SpoiledTasksOfALargeDealAreKnownOneByOne() public {
        DealTerms memory terms = openDeal(600);
        _settle(terms, 0, 150, 0);
        _spoil(terms, abi.encodePacked(uint32(150), uint32(400), uint32(599)));
        vm.assertTrue(market.isSpoiled(idOf(terms), 400));
        vm.assertFalse(market.isSpoiled(idOf(terms), 401));
        vm.assertTrue(market.isSettled(idOf(terms), 149));
        vm.assertFalse(market.isSettled(idOf(terms), 150));
        _expectSpoilRevert(terms, 150, IMarket.TaskAlreadySettled.selector, 150);
        _expectSpoilRevert(terms, 149, IMarket.TaskAlreadySettled.selector, 149);
        _expectSpoilRevert(terms, 3, IMarket.TaskAlreadySettled.selector, 3);
        vm.expectRevert(abi.encodeWithSelector(IMarket.TaskOutOfRange.selector, idOf(terms), 600, 600));
        vm.prank(address(work));
        market.spoilTasks(idOf(terms), 600, abi.encodePacked(uint32(600)));
        vm.expectRevert(abi.encodeWithSelector(IMarket.TaskAlreadySettled.selector, idOf(terms), 400));
        vm.prank(address(work));
        market.settleTasks(idOf(terms), 600, abi.encodePacked(uint32(400), digestOf(0)), 0, 0);
    }

    function _expectSpoilRevert(DealTerms memory terms, uint32 index, bytes4 error_, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(error_, idOf(terms), value));
        vm.prank(address(work));
        market.spoilTasks(idOf(terms), terms.volume, abi.encodePacked(index));
    }

    function test_RevertWhen_TheWrongPeopleCall() public {
        DealTerms memory terms = _deal(1, 0);
        bytes memory notWork = abi.encodeWithSelector(IMarket.NotWork.selector, address(this));
        vm.expectRevert(notWork);
        market.spoilTasks(idOf(terms), 1, abi.encodePacked(uint32(0)));
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotAppeals.selector, address(this)));
        market.takeStake(terms, stranger.id);
    }

    function test_RevertWhen_StakeOfAnUnknownDealIsTaken() public {
        DealTerms memory terms = _deal(1, 0);
        terms.volume = 2;
        vm.expectRevert(abi.encodeWithSelector(IMarket.UnknownDeal.selector, idOf(terms)));
        vm.prank(APPEALS);
        market.takeStake(terms, stranger.id);
    }

    function test_APoolWithoutStakeStillLosesItsPart() public {
        Orders memory orders = someOrders();
        orders.pool.stake = 0;
        DealTerms memory terms = openDeal(orders, 2);
        _settle(terms, 0, 1, 0);
        vm.assertEq(_take(terms), _part(terms));
        vm.assertEq(_take(terms), 0);
    }
}
