// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDutchAuction} from "../../src/interfaces/IDutchAuction.sol";
import {IPoolSeller} from "../../src/interfaces/IPoolSeller.sol";
import {Purchase} from "../../src/types/Purchases.sol";
import {TemplateWorld} from "../lib/TemplateWorld.sol";
import {vm} from "../lib/Test.sol";

contract DutchAuctionTest is TemplateWorld {
    IDutchAuction private _house;
    IDutchAuction.Auction private _auction;
    bytes32 private _listing;

    function setUp() public override {
        super.setUp();
        _house = IDutchAuction(deployTemplate("DutchAuction"));
        _auction.order = someOrders().pool;
        _auction.order.volume = 20;
        _auction.order.price = 5 ether;
        _auction.floorPrice = 1 ether;
        _auction.startsAt = START + 100;
        _auction.floorAt = START + 500;
        _listing = keccak256(abi.encode(_auction));
        vm.prank(poolOwner.id);
        vm.assertEq(_house.open(_auction), _listing);
    }

    function _buy(uint32 volume, uint128 maxPrice) private returns (uint64) {
        Purchase memory purchase = somePurchase(volume);
        vm.prank(requester.id);
        return _house.buy(_auction, purchase, maxPrice);
    }

    function _buyRefused(bytes memory refusal, uint128 maxPrice) private {
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(refusal);
        vm.prank(requester.id);
        _house.buy(_auction, purchase, maxPrice);
    }

    function test_ThePriceFallsStraightToItsFloor() public view {
        vm.assertEq(_house.priceAt(_auction, START), 5 ether);
        vm.assertEq(_house.priceAt(_auction, START + 100), 5 ether);
        vm.assertEq(_house.priceAt(_auction, START + 200), 4 ether);
        vm.assertEq(_house.priceAt(_auction, START + 499), 1.01 ether);
        vm.assertEq(_house.priceAt(_auction, START + 500), 1 ether);
        vm.assertEq(_house.priceAt(_auction, START + 9999), 1 ether);
    }

    function test_SellsAtThePriceOfTheMoment() public {
        vm.warp(START + 300);
        vm.recordLogs();
        vm.assertEq(_buy(7, 3 ether), 7);
        vm.assertEq(lastTerms().poolPrice, 3 ether);
        (, uint64 left,,) = _house.listingOf(_listing);
        vm.assertEq(left, 13);
        vm.warp(START + 400);
        vm.recordLogs();
        vm.assertEq(_buy(20, 3 ether), 13);
        vm.assertEq(lastTerms().poolPrice, 2 ether);
        _buyRefused(abi.encodeWithSelector(IPoolSeller.SoldOut.selector, _listing), 3 ether);
    }

    /// Front-running: who is first gets the tasks, at the same price; nobody else pays more for it.
    function test_WhoComesSecondPaysNoMore() public {
        vm.warp(START + 300);
        vm.assertEq(_buy(20, 3 ether), 20);
        uint256 before = escrow.freeOf(requester.id);
        _buyRefused(abi.encodeWithSelector(IPoolSeller.SoldOut.selector, _listing), 3 ether);
        vm.assertEq(escrow.freeOf(requester.id), before);
    }

    function test_RevertWhen_NotStarted() public {
        vm.warp(START + 99);
        _buyRefused(abi.encodeWithSelector(IDutchAuction.NotStarted.selector, _listing, START + 100), 5 ether);
    }

    /// A block comes earlier than the buyer meant: the price is still above its limit.
    function test_RevertWhen_ThePriceIsAboveTheLimit() public {
        vm.warp(START + 299);
        _buyRefused(
            abi.encodeWithSelector(IDutchAuction.PriceAboveLimit.selector, _listing, 3.01 ether, 3 ether),
            3 ether
        );
    }

    function test_RevertWhen_Withdrawn() public {
        vm.warp(START + 300);
        vm.prank(poolOwner.id);
        _house.withdraw(_listing);
        _buyRefused(abi.encodeWithSelector(IPoolSeller.ListingClosed.selector, _listing), 5 ether);
    }

    /// Stale orders: an auction with one other field is another auction.
    function test_RevertWhen_TheAuctionIsAnother() public {
        vm.warp(START + 300);
        _auction.floorPrice = 0;
        _buyRefused(
            abi.encodeWithSelector(IPoolSeller.UnknownListing.selector, keccak256(abi.encode(_auction))),
            5 ether
        );
    }

    function test_RevertWhen_TheAuctionMakesNoSense() public {
        (_auction.floorPrice, _auction.startsAt) = (5 ether + 1, START + 100);
        _openRefused();
        (_auction.floorPrice, _auction.startsAt) = (1 ether, START + 500);
        _openRefused();
    }

    function _openRefused() private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IDutchAuction.BadAuction.selector,
                _auction.order.price,
                _auction.floorPrice,
                _auction.startsAt,
                _auction.floorAt
            )
        );
        vm.prank(poolOwner.id);
        _house.open(_auction);
    }

    function test_RevertWhen_AStrangerOpens() public {
        _auction.floorPrice = 0;
        vm.expectRevert(
            abi.encodeWithSelector(IPoolSeller.NotAssetOwner.selector, pool, stranger.id, poolOwner.id)
        );
        vm.prank(stranger.id);
        _house.open(_auction);
    }

    function testFuzz_ThePriceNeverRisesAndNeverLeavesItsBounds(
        uint128 start,
        uint128 floor,
        uint48 startsAt,
        uint48 lengthSec,
        uint48 a,
        uint48 b
    ) public view {
        IDutchAuction.Auction memory auction = _auction;
        auction.order.price = start > floor ? start : floor;
        auction.floorPrice = start > floor ? floor : start;
        auction.startsAt = startsAt / 2;
        auction.floorAt = startsAt / 2 + 1 + lengthSec / 2;
        if (a > b) (a, b) = (b, a);
        uint128 early = _house.priceAt(auction, a);
        uint128 late = _house.priceAt(auction, b);
        vm.assertLe(late, early);
        vm.assertLe(auction.floorPrice, late);
        vm.assertLe(early, auction.order.price);
    }
}
