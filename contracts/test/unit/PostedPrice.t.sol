// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IPoolSeller} from "../../src/interfaces/IPoolSeller.sol";
import {IPostedPrice} from "../../src/interfaces/IPostedPrice.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {PoolOrder} from "../../src/types/Orders.sol";
import {Purchase} from "../../src/types/Purchases.sol";
import {Reenterer} from "../lib/Reenterer.sol";
import {TemplateWorld} from "../lib/TemplateWorld.sol";
import {vm} from "../lib/Test.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

contract PostedPriceTest is TemplateWorld {
    using ReferenceOrders for *;

    IPostedPrice private _shop;
    PoolOrder private _order;
    bytes32 private _listing;

    function setUp() public override {
        super.setUp();
        _shop = IPostedPrice(deployTemplate("PostedPrice"));
        _order = someOrders().pool;
        _order.volume = 20;
        _listing = keccak256(abi.encode(_order));
        vm.prank(poolOwner.id);
        _shop.post(_order);
    }

    function _buy(Purchase memory purchase, uint128 maxPrice) private returns (uint64) {
        vm.prank(requester.id);
        return _shop.buy(_order, purchase, maxPrice);
    }

    function _setPrice(uint128 price) private {
        vm.prank(poolOwner.id);
        _shop.setPrice(_listing, price);
    }

    function test_PostsAndSellsAtThePostedPrice() public {
        Purchase memory purchase = somePurchase(3);
        vm.recordLogs();
        vm.assertEq(_buy(purchase, _order.price), 3);
        DealTerms memory terms = lastTerms();
        vm.assertEq(terms.poolPrice, _order.price);
        vm.assertEq(terms.volume, 3);
        vm.assertEq(terms.poolOwner, poolOwner.id);
        vm.assertEq(terms.requester, requester.id);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 3 * uint256(_order.stake));
        (address seller, uint64 left, bool isOpen,) = _shop.listingOf(_listing);
        vm.assertEq(seller, poolOwner.id);
        vm.assertEq(left, 17);
        vm.assertTrue(isOpen);
    }

    /// Each sale is an order of its own, with nothing booked on it: the listing counts.
    function test_ManySalesBookTheSlotsOfOneListing() public {
        (_order.salt, _order.taskSec, _order.slots) = (78, 60, 4);
        _listing = keccak256(abi.encode(_order));
        vm.prank(poolOwner.id);
        _shop.post(_order);
        Orders memory orders = someOrders();
        orders.request.deadlineSec = 120;
        for (uint256 i; i < 5; ++i) {
            (orders.app.salt, orders.dataset.salt, orders.request.salt) = (i, i, i);
            vm.assertEq(_buy(purchaseOf(orders, 1), _order.price), 1);
        }
        (,,, uint48 busyUntilMs) = _shop.listingOf(_listing);
        vm.assertEq(busyUntilMs, (START + 75) * 1000);
        orders.request.salt = 6;
        Purchase memory purchase = purchaseOf(orders, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.TooLittleTime.selector, 120, 135));
        vm.prank(requester.id);
        _shop.buy(_order, purchase, _order.price);
        vm.warp(START + 15);
        vm.assertEq(_buy(purchase, _order.price), 1);
    }

    function test_SaysWhatItDoes() public {
        _order.salt = 77;
        _listing = keccak256(abi.encode(_order));
        vm.expectEmit(address(_shop));
        emit IPoolSeller.Listed(_listing, poolOwner.id, pool, _order);
        vm.expectEmit(address(_shop));
        emit IPostedPrice.PriceSet(_listing, _order.price);
        vm.prank(poolOwner.id);
        vm.assertEq(_shop.post(_order), _listing);
        vm.expectEmit(address(_shop));
        emit IPostedPrice.PriceSet(_listing, 5);
        _setPrice(5);
        vm.assertEq(_shop.priceOf(_listing), 5);
        vm.expectEmit(address(_shop));
        emit IPoolSeller.Withdrawn(_listing);
        vm.prank(poolOwner.id);
        _shop.withdraw(_listing);
    }

    function test_TheEventOfASaleNamesItsDeal() public {
        Purchase memory purchase = somePurchase(2);
        vm.recordLogs();
        _buy(purchase, _order.price);
        bytes32 dealId = idOf(lastTerms());
        (Purchase memory again) = somePurchase(2);
        vm.assertTrue(dealId != 0);
        vm.recordLogs();
        _buy(again, _order.price);
        vm.assertTrue(idOf(lastTerms()) != dealId);
    }

    function test_ANewPriceBindsTheNextSale() public {
        _setPrice(0.25 ether);
        Purchase memory purchase = somePurchase(1);
        vm.recordLogs();
        _buy(purchase, 0.25 ether);
        vm.assertEq(lastTerms().poolPrice, 0.25 ether);
    }

    function test_SellsNoMoreThanWasPosted() public {
        vm.assertEq(_buy(somePurchase(15), _order.price), 15);
        vm.assertEq(_buy(somePurchase(15), _order.price), 5);
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.SoldOut.selector, _listing));
        _buy(purchase, _order.price);
    }

    /// Stale orders: what a sale did not need of its order cannot be matched later, at a price of yesterday.
    function test_NothingOfASaleIsLeftOnTheMarket() public {
        Orders memory orders = someOrders();
        orders.request.volume = 4;
        vm.assertEq(_buy(purchaseOf(orders, 10), _order.price), 4);
        (, uint64 left,,) = _shop.listingOf(_listing);
        vm.assertEq(left, 16);

        PoolOrder memory sale = _order;
        sale.volume = 10;
        sale.onlyRequester = requester.id;
        sale.salt = uint256(keccak256(abi.encode(address(_shop), 1)));
        Purchase memory purchase = somePurchase(1);
        bytes32 orderHash = sale.hash(market.domainSeparator());
        vm.assertEq(market.consumedOf(orderHash), type(uint64).max);
        vm.expectRevert(abi.encodeWithSelector(IMarket.OrderConsumed.selector, orderHash, 10));
        market.matchOrders(
            purchase.appOrder, purchase.datasetOrder, sale, purchase.requestOrder, purchase.proofs, 1
        );
    }

    /// Front-running: the seller raises its price before the call of a buyer.
    function test_RevertWhen_ThePriceWasRaised() public {
        Purchase memory purchase = somePurchase(1);
        _setPrice(2 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IPostedPrice.PriceRaised.selector, _listing, 2 ether, _order.price)
        );
        _buy(purchase, _order.price);
    }

    /// Price above posted: the request's own limit holds as well.
    function test_RevertWhen_ThePriceIsAboveTheRequests() public {
        _setPrice(11 ether);
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.PriceAbove.selector, uint8(2), 11 ether, 10 ether));
        _buy(purchase, 20 ether);
    }

    /// Whoever knows of an approval offers somebody else's pool for nothing.
    function test_RevertWhen_AStrangerPostsThePool() public {
        _order.price = 0;
        vm.expectRevert(
            abi.encodeWithSelector(IPoolSeller.NotAssetOwner.selector, pool, stranger.id, poolOwner.id)
        );
        vm.prank(stranger.id);
        _shop.post(_order);
    }

    /// Stale orders: the pool has a new owner, who uses the same template.
    function test_RevertWhen_ThePoolHasChangedHands() public {
        vm.prank(poolOwner.id);
        IERC721(address(registry)).transferFrom(poolOwner.id, stranger.id, uint160(pool));
        approve(stranger, address(_shop));
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(
            abi.encodeWithSelector(IPoolSeller.PoolChangedHands.selector, _listing, poolOwner.id, stranger.id)
        );
        _buy(purchase, _order.price);
    }

    function test_RevertWhen_TheApprovalIsGone() public {
        vm.prank(poolOwner.id);
        IERC721(address(registry)).setApprovalForAll(address(_shop), false);
        Purchase memory purchase = somePurchase(1);
        vm.expectPartialRevert(IMarket.NotOrderSigner.selector);
        _buy(purchase, _order.price);
    }

    function test_RevertWhen_TheListingIsWithdrawn() public {
        vm.prank(poolOwner.id);
        _shop.withdraw(_listing);
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.ListingClosed.selector, _listing));
        _buy(purchase, _order.price);
    }

    function test_RevertWhen_TheListingIsUnknown() public {
        _order.fuel += 1;
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(
            abi.encodeWithSelector(IPoolSeller.UnknownListing.selector, keccak256(abi.encode(_order)))
        );
        _buy(purchase, _order.price);
    }

    function test_RevertWhen_PostedTwice() public {
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.AlreadyListed.selector, _listing));
        vm.prank(poolOwner.id);
        _shop.post(_order);
    }

    function test_RevertWhen_AnotherThanTheSellerChangesAListing() public {
        bytes memory refusal =
            abi.encodeWithSelector(IPoolSeller.NotSeller.selector, _listing, stranger.id, poolOwner.id);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        _shop.setPrice(_listing, 0);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        _shop.withdraw(_listing);
    }

    /// Whoever sees a signed request spends it nowhere but where its requester wants.
    function test_RevertWhen_AnotherThanTheRequesterBuys() public {
        Purchase memory purchase = somePurchase(1);
        vm.expectRevert(abi.encodeWithSelector(IPoolSeller.NotBuyer.selector, stranger.id, requester.id));
        vm.prank(stranger.id);
        _shop.buy(_order, purchase, _order.price);
    }

    /// Re-entrancy: a pricing contract, asked in the middle of a sale, buys once more.
    function test_ASaleInsideASaleFails() public {
        Reenterer buyer = new Reenterer();
        fund(address(buyer));
        Orders memory orders = someOrders();
        orders.app.pricing = address(buyer);
        orders.request.requester = orders.request.beneficiary = address(buyer);
        Purchase memory purchase = purchaseOf(orders, 3);
        delete purchase.proofs.requestSignature;
        buyer.run(address(market), abi.encodeCall(IMarket.placeRequestOrder, (orders.request)));
        bytes memory call = abi.encodeCall(IPostedPrice.buy, (_order, purchase, _order.price));
        buyer.prepare(address(_shop), call);
        buyer.run(address(_shop), call);
        vm.assertTrue(buyer.tried());
        vm.assertEq(
            buyer.answer(), abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector)
        );
        (, uint64 left,,) = _shop.listingOf(_listing);
        vm.assertEq(left, 17);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 3 * uint256(_order.stake));
    }
}
