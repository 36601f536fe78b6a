// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealTerms} from "../../src/types/Deals.sol";
import {Pricer} from "../lib/Pricers.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

/// Deals with promises, prices of strangers, spoiled tasks and taken stake. Work and Appeals are played here,
/// each keeping to what its own contract must keep to; everybody else does as it likes.
contract DealsHandler is World {
    struct Deal {
        DealTerms terms;
        uint32 done;
        uint32 settled;
        uint32 late;
        uint32 taken;
        uint32 tries;
        bool ended;
    }

    address public constant APPELLANT = address(0xA99E);
    address private constant APPEALS = address(0xA99EA1);
    Deal[] private _all;
    Pricer private _pricer;
    mapping(bytes32 what => uint256) public count;
    /// What the books must say at the end, summed over all deals.
    uint256 public workersPaid;
    uint256 public stakeTaken;

    function appeals() internal pure override returns (address) {
        return APPEALS;
    }

    function setUp() public override {
        super.setUp();
        _pricer = new Pricer(market, escrow);
    }

    function openADeal(uint256 volume, uint256 kind, uint256 price) external {
        Orders memory orders = someOrders();
        orders.request.slaBps = uint16(kind % 3 == 0 ? 0 : bound(kind, 1, 10_000));
        (orders.request.taskSec, orders.pool.taskSec, orders.pool.slaBps) = (60, 50, 10_000);
        orders.pool.slots = uint32(bound(price, 750, 10_000));
        orders.request.maturitySec = kind % 2 == 0 ? 0 : uint48(bound(kind, 1, 3 days));
        orders.pool.price = uint128(bound(price, 0, 10 ether));
        orders.pool.stake = uint128(bound(price >> 128, 0, 1 ether));
        if (kind % 5 == 0) {
            orders.app.pricing = address(_pricer);
            _pricer.set(kind % 10, bound(price, 0, 2 * uint256(orders.app.price)));
        }
        volume = bound(volume, 1, 150);
        uint256 cost = uint256(orders.app.price) + orders.dataset.price + orders.pool.price;
        if (escrow.freeOf(requester.id) < cost * volume) return;
        if (escrow.freeOf(poolOwner.id) < orders.pool.stake * volume) return;
        bytes[4] memory signatures = signAll(orders);
        vm.recordLogs();
        try this.matchAll(orders, signatures, uint32(volume)) {
            _all.push();
            _all[_all.length - 1].terms = termsOf(vm.getRecordedLogs());
            ++count["opened"];
        } catch {
            // Only a stranger's pricing contract may be the reason.
            vm.assertTrue(orders.app.pricing != address(0), "a match that should go through");
            ++count["refused"];
        }
    }

    function matchAll(Orders memory orders, bytes[4] memory signatures, uint32 volume) external {
        matchSigned(orders, signatures, volume);
    }

    /// As Work does: marks, pays the workers, and ends the deal with its last task.
    function settle(uint256 which, uint256 size, uint256 lateOnes) external {
        (Deal storage deal, bool open) = _pick(which);
        if (!open) return;
        DealTerms memory terms = deal.terms;
        size = bound(size, 1, terms.volume - deal.done);
        lateOnes = lateOnes % 4 == 0 ? size : bound(lateOnes, 0, size);
        bytes memory results;
        for (uint256 i; i < size; ++i) {
            results = abi.encodePacked(results, uint32(deal.done + i), digestOf(i));
        }
        vm.prank(address(work));
        bool complete = market.settleTasks(idOf(terms), terms.volume, results, 0, lateOnes);
        uint256 paid = uint256(terms.poolPrice) * terms.workerShareBps / 10_000 * size;
        vm.prank(address(work));
        escrow.pay(requester.id, workers[0].id, paid, terms.maturitySec);
        workersPaid += paid;
        deal.done += uint32(size);
        deal.settled += uint32(size);
        deal.late += uint32(lateOnes);
        ++count["settled"];
        _endIf(deal, complete);
    }

    function spoil(uint256 which, uint256 size) external {
        (Deal storage deal, bool open) = _pick(which);
        if (!open) return;
        size = bound(size, 1, terms_(deal).volume - deal.done);
        bytes memory indexes;
        for (uint256 i; i < size; ++i) {
            indexes = abi.encodePacked(indexes, uint32(deal.done + i));
        }
        vm.prank(address(work));
        bool complete = market.spoilTasks(idOf(deal.terms), deal.terms.volume, indexes);
        deal.done += uint32(size);
        ++count["spoiled"];
        _endIf(deal, complete);
    }

    /// As Appeals does: at most once a settled task, and inside its window.
    function takeStake(uint256 which) external {
        if (_all.length == 0) return;
        Deal storage deal = _all[which % _all.length];
        DealTerms memory terms = deal.terms;
        if (deal.tries >= deal.settled) return;
        ++deal.tries;
        (,, uint48 endedAt) = market.deliveryOf(idOf(terms));
        if (deal.ended && block.timestamp > uint256(endedAt) + terms.maturitySec) return;
        uint256 before = escrow.freeOf(APPELLANT);
        vm.prank(APPEALS);
        uint256 amount = market.takeStake(terms, APPELLANT);
        vm.assertEq(escrow.freeOf(APPELLANT), before + amount);
        uint256 workersPart = uint256(terms.poolPrice) * terms.workerShareBps / 10_000;
        uint256 all = uint256(terms.poolStake) + terms.poolPrice - workersPart;
        vm.assertTrue(amount == 0 || amount == all);
        // Of an open deal all but the late ones of which the requester may get the stake.
        uint32 takable = deal.settled - (terms.slaBps == 0 ? 0 : deal.late);
        if (!deal.ended) vm.assertEq(amount, deal.taken < takable ? all : 0);
        if (amount != 0) ++deal.taken;
        stakeTaken += amount;
        ++count[amount == 0 ? bytes32("spared") : bytes32("taken")];
    }

    function expire(uint256 which) external {
        (Deal storage deal, bool open) = _pick(which);
        if (!open) return;
        DealTerms memory terms = deal.terms;
        bool due = block.timestamp > uint256(terms.expiresAt) + terms.settleWindowSec;
        try market.expireDeal(terms) {
            vm.assertTrue(due);
            deal.ended = true;
            ++count["expired"];
        } catch {
            vm.assertFalse(due);
        }
    }

    function wait_(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1, time % 7 == 0 ? 2 days : 30 minutes));
    }

    /// Anyone can end all that is open once its time is over.
    function expireAll() external {
        vm.warp(block.timestamp + 40 days);
        for (uint256 i; i < _all.length; ++i) {
            if (_all[i].ended) continue;
            vm.prank(stranger.id);
            market.expireDeal(_all[i].terms);
            _all[i].ended = true;
        }
    }

    function deals() external view returns (Deal[] memory) {
        return _all;
    }

    function protocol() external view returns (address, address, address) {
        return (address(token), address(escrow), address(market));
    }

    function everybody() external view returns (address[] memory all) {
        all = new address[](10);
        for (uint256 i; i < 5; ++i) {
            all[i] = workers[i].id;
        }
        (all[5], all[6], all[7], all[8], all[9]) =
        (appOwner.id, datasetOwner.id, poolOwner.id, requester.id, APPELLANT);
    }

    function terms_(Deal storage deal) private view returns (DealTerms memory) {
        return deal.terms;
    }

    function _pick(uint256 which) private view returns (Deal storage deal, bool open) {
        if (_all.length == 0) return (_none(), false);
        deal = _all[_all.length - 1 - which % 3 % _all.length];
        open = !deal.ended;
    }

    function _none() private pure returns (Deal storage deal) {
        assembly {
            deal.slot := 0
        }
    }

    function _endIf(Deal storage deal, bool complete) private {
        vm.assertEq(complete, deal.done == deal.terms.volume);
        if (!complete) return;
        vm.prank(address(work));
        market.completeDeal(deal.terms);
        deal.ended = true;
        ++count["completed"];
    }
}
