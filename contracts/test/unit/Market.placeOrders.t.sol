// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// Who may speak for an owner, and whose money a match can touch.
contract MarketPlaceOrdersTest is World {
    using ReferenceOrders for *;

    function _approve(Actor memory owner, address who, bool allowed) private {
        vm.prank(owner.id);
        (bool done,) =
            address(registry).call(abi.encodeWithSignature("setApprovalForAll(address,bool)", who, allowed));
        vm.assertTrue(done);
    }

    function test_AnOperatorOfTheOwnerPlacesAndCancels() public {
        Orders memory orders = someOrders();
        _approve(appOwner, stranger.id, true);
        _approve(datasetOwner, stranger.id, true);
        _approve(poolOwner, stranger.id, true);
        bytes32 hash = orders.app.hash(market.domainSeparator());
        vm.expectEmit(address(market));
        emit IMarket.OrderPlaced(hash, appOwner.id);
        vm.prank(stranger.id);
        market.placeAppOrder(orders.app);
        vm.prank(stranger.id);
        market.placeDatasetOrder(orders.dataset);
        vm.prank(stranger.id);
        market.placePoolOrder(orders.pool);
        bytes[4] memory signatures;
        signatures[3] = signAll(orders)[3];
        matchSigned(orders, signatures, 1);
        vm.expectEmit(address(market));
        emit IMarket.OrderCancelled(hash, appOwner.id);
        vm.prank(stranger.id);
        market.cancelAppOrder(orders.app);
        vm.prank(stranger.id);
        market.cancelDatasetOrder(orders.dataset);
        vm.prank(stranger.id);
        market.cancelPoolOrder(orders.pool);
        vm.assertEq(market.consumedOf(hash), type(uint64).max);
    }

    function test_RevertWhen_TheOperatorWasDismissedOrIsOfAnotherOwner() public {
        Orders memory orders = someOrders();
        _approve(appOwner, stranger.id, true);
        _approve(appOwner, stranger.id, false);
        _approve(poolOwner, stranger.id, true);
        bytes32 hash = orders.app.hash(market.domainSeparator());
        bytes memory refusal =
            abi.encodeWithSelector(IMarket.NotOrderSigner.selector, hash, appOwner.id, stranger.id);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        market.placeAppOrder(orders.app);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        market.cancelAppOrder(orders.app);
    }

    /// A pool's operator signs batches, not offers.
    function test_RevertWhen_AnOperatorOfThePoolAloneOffersIt() public {
        Orders memory orders = someOrders();
        vm.expectPartialRevert(IMarket.NotOrderSigner.selector);
        vm.prank(operator.id);
        market.placePoolOrder(orders.pool);
    }

    /// A request spends money: nobody but the requester places it, whatever it has approved elsewhere.
    function test_RevertWhen_AnOperatorPlacesARequest() public {
        Orders memory orders = someOrders();
        _approve(requester, stranger.id, true);
        vm.expectPartialRevert(IMarket.NotOrderSigner.selector);
        vm.prank(stranger.id);
        market.placeRequestOrder(orders.request);
        vm.expectPartialRevert(IMarket.NotOrderSigner.selector);
        vm.prank(stranger.id);
        market.cancelRequestOrder(orders.request);
    }

    function test_AnOrderOfAnOperatorEndsWithTheOwnersTitle() public {
        Orders memory orders = someOrders();
        _approve(appOwner, stranger.id, true);
        vm.prank(stranger.id);
        market.placeAppOrder(orders.app);
        vm.prank(appOwner.id);
        (bool moved,) = address(registry)
            .call(
                abi.encodeWithSignature(
                    "transferFrom(address,address,uint256)", appOwner.id, requester.id, uint256(uint160(app))
                )
            );
        vm.assertTrue(moved);
        bytes[4] memory signatures = signAll(orders);
        signatures[0] = "";
        vm.expectPartialRevert(IMarket.BadSignature.selector);
        matchSigned(orders, signatures, 1);
    }

    /// Whoever sends the match, and whoever else is named, pays nothing: only the requester that signed pays
    /// the price, and only the owner of the pool, who signed that offer, puts up the stake.
    function test_ASponsoredDealSeizesNobodysAccountButTheSigners() public {
        Actor memory sponsor = newActor("sponsor");
        address[6] memory bystanders =
            [sponsor.id, operator.id, stranger.id, appOwner.id, datasetOwner.id, workers[0].id];
        for (uint256 i; i < 5; ++i) {
            fund(bystanders[i]);
        }
        Orders memory orders = someOrders();
        orders.request.beneficiary = stranger.id;
        (orders.request.callback, orders.request.callbackGas) = (sponsor.id, 1);
        orders.request.arbiter = stranger.id;
        orders.pool.onlyRequester = requester.id;
        uint256[6] memory before;
        for (uint256 i; i < 6; ++i) {
            before[i] = escrow.freeOf(bystanders[i]);
        }
        bytes[4] memory signatures = signAll(orders);
        vm.recordLogs();
        vm.prank(sponsor.id);
        matchSigned(orders, signatures, 3);
        DealTerms memory terms = termsOf(vm.getRecordedLogs());
        for (uint256 i; i < 6; ++i) {
            vm.assertEq(escrow.freeOf(bystanders[i]), before[i]);
        }
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        vm.assertEq(escrow.lockedOf(requester.id), 3 * price);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 3 * uint256(terms.poolStake));
    }

    /// A request in another's name needs that other's signature, also when a placed order exists of the sender.
    function test_ARequestInAnothersNameNeedsThatOthersSignature() public {
        Orders memory orders = someOrders();
        bytes[4] memory signatures = signAll(orders);
        orders.request.requester = stranger.id;
        fund(stranger.id);
        bytes32 hash = orders.request.hash(market.domainSeparator());
        signatures[3] = signAs(requester, hash);
        vm.expectRevert(abi.encodeWithSelector(IMarket.BadSignature.selector, hash, stranger.id));
        matchSigned(orders, signatures, 1);
        signatures[3] = "";
        vm.expectRevert(abi.encodeWithSelector(IMarket.BadSignature.selector, hash, stranger.id));
        matchSigned(orders, signatures, 1);
    }

    /// The stake is the owner's, never the operator's or the matcher's, even with the owner's purse empty.
    function test_RevertWhen_OnlyTheOperatorCouldAffordTheStake() public {
        uint256 rest = escrow.freeOf(poolOwner.id);
        vm.prank(poolOwner.id);
        escrow.withdraw(rest);
        fund(operator.id);
        Orders memory orders = someOrders();
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(
            abi.encodeWithSignature(
                "InsufficientFree(address,uint256,uint256)", poolOwner.id, 0, orders.pool.stake
            )
        );
        vm.prank(operator.id);
        matchSigned(orders, signatures, 1);
    }

    function test_RunsThatCannotBeComparedGoByTheWordAndAnArbiter() public {
        Orders memory orders = someOrders();
        orders.app.determinism = 3;
        _expectNotReplicable(orders);
        orders.request.arbiter = stranger.id;
        _expectNotReplicable(orders);
        orders.request.minOdds = 0;
        orders.pool.onlyRequester = requester.id;
        openDeal(orders, 1);
        orders.request.arbiter = address(0);
        _expectNotReplicable(orders);
    }

    /// Attack: a requester names itself as arbiter, and takes the pool's stake for work that was good.
    function test_AnArbiterMeetsNoStakeOfAStranger() public {
        Orders memory orders = someOrders();
        orders.request.arbiter = requester.id;
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(
            abi.encodeWithSelector(IMarket.ArbiterUnwanted.selector, requester.id, orders.pool.stake)
        );
        matchSigned(orders, signatures, 1);
        orders.pool.onlyRequester = requester.id;
        openDeal(orders, 1);
        orders = someOrders();
        orders.request.arbiter = requester.id;
        orders.pool.stake = 0;
        openDeal(orders, 1);
    }

    function test_AppsWithDeterminismNeedNoArbiter() public {
        for (uint8 class; class < 3; ++class) {
            Orders memory orders = someOrders();
            orders.app.determinism = class;
            openDeal(orders, 1);
        }
        Orders memory unknown = someOrders();
        unknown.app.determinism = 4;
        bytes[4] memory signatures = signAll(unknown);
        vm.expectRevert(abi.encodeWithSelector(IMarket.BadDeterminism.selector, 4));
        matchSigned(unknown, signatures, 1);
    }

    function _expectNotReplicable(Orders memory orders) private {
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarket.NotReplicable.selector, app, orders.request.minOdds, orders.request.arbiter
            )
        );
        matchSigned(orders, signatures, 1);
    }
}
