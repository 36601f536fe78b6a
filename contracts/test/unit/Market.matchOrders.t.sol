// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IRegistry} from "../../src/interfaces/IRegistry.sol";
import {AssetKind} from "../../src/types/Assets.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {Group, Wallet} from "../lib/Strangers.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

contract MarketMatchOrdersTest is World {
    using ReferenceOrders for *;

    function test_OpensADealAndLocksMoneyAndStake() public {
        Orders memory orders = someOrders();
        DealTerms memory terms = openDeal(orders, 6);
        uint256 price = uint256(orders.app.price) + orders.dataset.price + orders.pool.price;
        vm.assertEq(escrow.lockedOf(requester.id), 6 * price);
        vm.assertEq(escrow.freeOf(requester.id), FUNDS - 6 * price);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 6 * uint256(orders.pool.stake));
        (DealStatus status, uint32 settled) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Open));
        vm.assertEq(settled, 0);
        _checkTerms(orders, terms);
    }

    function _checkTerms(Orders memory orders, DealTerms memory terms) private view {
        vm.assertEq(terms.requestHash, orders.request.hash(market.domainSeparator()));
        vm.assertEq(terms.bag, orders.request.bag);
        vm.assertEq(terms.requester, requester.id);
        vm.assertEq(terms.appOwner, appOwner.id);
        vm.assertEq(terms.datasetOwner, datasetOwner.id);
        vm.assertEq(terms.poolOwner, poolOwner.id);
        vm.assertEq(terms.minOdds, 9e18);
        vm.assertEq(terms.firstIndex, 0);
        vm.assertEq(terms.volume, 6);
        vm.assertEq(terms.openedAt, START);
        vm.assertEq(terms.expiresAt, START + 1 days);
        vm.assertEq(terms.settleWindowSec, 1 hours);
        vm.assertEq(terms.workerShareBps, 9000);
        vm.assertEq(terms.saboteurBps, 2000);
    }

    function test_GoesOnWhereTheLastMatchStopped() public {
        Orders memory orders = someOrders();
        orders.request.volume = 10;
        orders.pool.volume = 7;
        DealTerms memory first = openDeal(orders, 4);
        DealTerms memory second = openDeal(orders, 100);
        vm.assertEq(second.firstIndex, 4);
        vm.assertEq(second.volume, 3);
        vm.assertTrue(idOf(first) != idOf(second));
        bytes32 poolHash = orders.pool.hash(market.domainSeparator());
        vm.assertEq(market.consumedOf(poolHash), 7);
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(abi.encodeWithSelector(IMarket.OrderConsumed.selector, poolHash, 7));
        matchSigned(orders, signatures, 1);
    }

    /// Both sides of both bounds: a callback that nobody could make, or that would not fit a transaction.
    function test_RevertWhen_TheGasOfACallbackIsNone() public {
        Orders memory orders = someOrders();
        orders.request.callbackGas = 1;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadCallbackGas.selector, 1, 5_000_000));
        (orders.request.callback, orders.request.callbackGas) = (stranger.id, 0);
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadCallbackGas.selector, 0, 5_000_000));
        orders.request.callbackGas = 5_000_001;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadCallbackGas.selector, 5_000_001, 5_000_000));
        orders.request.callbackGas = 5_000_000;
        openDeal(orders, 1);
    }

    function test_NeedsNoDataset() public {
        Orders memory orders = someOrders();
        delete orders.dataset;
        orders.request.dataset = address(0);
        DealTerms memory terms = openDeal(orders, 1);
        vm.assertEq(terms.datasetOwner, address(0));
        vm.assertEq(terms.datasetPrice, 0);
    }

    function test_APriceWithoutADatasetIsNotCharged() public {
        Orders memory orders = someOrders();
        orders.dataset.dataset = address(0);
        orders.request.dataset = address(0);
        orders.request.maxDatasetPrice = 0;
        DealTerms memory terms = openDeal(orders, 1);
        vm.assertEq(terms.datasetPrice, 0);
    }

    function test_RevertWhen_NoVolumeIsAskedFor() public {
        Orders memory orders = someOrders();
        bytes[4] memory signatures = signAll(orders);
        vm.expectPartialRevert(IMarket.ZeroVolume.selector);
        matchSigned(orders, signatures, 0);
    }

    function test_RevertWhen_AnOrderHasExpired() public {
        Orders memory orders = someOrders();
        orders.app.expiresAt = START - 1;
        bytes32 hash = orders.app.hash(market.domainSeparator());
        _expectRevert(orders, abi.encodeWithSelector(IMarket.OrderExpired.selector, hash, START - 1));
        orders = someOrders();
        orders.dataset.expiresAt = START - 1;
        _expectRevert(orders, IMarket.OrderExpired.selector);
        orders = someOrders();
        orders.pool.expiresAt = START - 1;
        _expectRevert(orders, IMarket.OrderExpired.selector);
        orders = someOrders();
        orders.request.expiresAt = START - 1;
        _expectRevert(orders, IMarket.OrderExpired.selector);
        orders = someOrders();
        orders.request.expiresAt = START;
        openDeal(orders, 1);
    }

    function test_RevertWhen_AnotherAppOrDatasetIsOffered() public {
        Orders memory orders = someOrders();
        orders.request.app = stranger.id;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.WrongApp.selector, stranger.id, app));
        orders = someOrders();
        orders.request.dataset = address(0);
        _expectRevert(orders, abi.encodeWithSelector(IMarket.WrongDataset.selector, address(0), dataset));
        orders = someOrders();
        delete orders.dataset;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.WrongDataset.selector, dataset, address(0)));
    }

    function test_RevertWhen_APriceIsTooHigh() public {
        for (uint8 side; side < 3; ++side) {
            Orders memory orders = someOrders();
            uint256 price;
            if (side == 0) price = (orders.request.maxAppPrice = orders.app.price - 1) + 1;
            if (side == 1) price = (orders.request.maxDatasetPrice = orders.dataset.price - 1) + 1;
            if (side == 2) price = (orders.request.maxPoolPrice = orders.pool.price - 1) + 1;
            _expectRevert(orders, abi.encodeWithSelector(IMarket.PriceAbove.selector, side, price, price - 1));
        }
    }

    function test_RevertWhen_ThePoolOffersLess() public {
        for (uint8 what; what < 6; ++what) {
            Orders memory orders = someOrders();
            uint256 offered;
            if (what == 0) orders.request.fuel = uint64(1 + (offered = orders.pool.fuel));
            if (what == 1) orders.request.memoryMiB = uint32(1 + (offered = orders.pool.memoryMiB));
            if (what == 2) orders.request.diskMiB = uint32(1 + (offered = orders.pool.diskMiB));
            if (what == 3) orders.request.wallSec = uint32(1 + (offered = orders.pool.wallSec));
            if (what == 4) orders.request.minOdds = uint128(1 + (offered = orders.pool.maxOdds));
            if (what == 5) orders.request.minStake = uint128(1 + (offered = orders.pool.stake));
            _expectRevert(
                orders, abi.encodeWithSelector(IMarket.BeyondOffer.selector, what, offered + 1, offered)
            );
        }
    }

    function test_RevertWhen_ATimeIsOutOfBounds() public {
        Orders memory orders = someOrders();
        orders.request.deadlineSec = 0;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadDeadline.selector, 0, 30 days));
        orders.request.deadlineSec = 30 days + 1;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadDeadline.selector, 30 days + 1, 30 days));
        orders.request.deadlineSec = 30 days;
        orders.request.maturitySec = 70 days + 1;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.BadMaturity.selector, 70 days + 1, 70 days));
        orders.request.maturitySec = 70 days;
        openDeal(orders, 1);
    }

    function test_RevertWhen_SomebodyIsNotAdmitted() public {
        for (uint256 i; i < 10; ++i) {
            Orders memory orders = _restrict(someOrders(), i, stranger.id);
            (uint8 side, address who) = _refused(i);
            _expectRevert(orders, abi.encodeWithSelector(IMarket.Restricted.selector, side, stranger.id, who));
            openDeal(_restrict(someOrders(), i, who), 1);
        }
    }

    function test_AdmitsMembersOfAGroup() public {
        Group group = new Group();
        for (uint256 i; i < 10; ++i) {
            (, address who) = _refused(i);
            Orders memory orders = _restrict(someOrders(), i, address(group));
            group.set(who, false);
            _expectRevert(orders, IMarket.Restricted.selector);
            group.set(who, true);
            openDeal(orders, 1);
        }
    }

    function test_AGroupThatMisbehavesAdmitsNobody() public {
        Group group = new Group();
        group.set(requester.id, true);
        for (uint256 mode = 1; mode < 6; ++mode) {
            group.setMode(mode);
            Orders memory orders = someOrders();
            orders.app.onlyRequester = address(group);
            _expectRevert(
                orders, abi.encodeWithSelector(IMarket.Restricted.selector, 0, address(group), requester.id)
            );
        }
    }

    function test_RevertWhen_TheDatasetOfARestrictedAppIsMissing() public {
        Orders memory orders = someOrders();
        orders.app.onlyDataset = dataset;
        delete orders.dataset;
        orders.request.dataset = address(0);
        _expectRevert(orders, abi.encodeWithSelector(IMarket.Restricted.selector, 0, dataset, address(0)));
    }

    function test_RevertWhen_ASignatureIsWrong() public {
        Orders memory orders = someOrders();
        bytes32 domain = market.domainSeparator();
        bytes32[4] memory hashes = [
            orders.app.hash(domain),
            orders.dataset.hash(domain),
            orders.pool.hash(domain),
            orders.request.hash(domain)
        ];
        address[4] memory signers = [appOwner.id, datasetOwner.id, poolOwner.id, requester.id];
        for (uint256 i; i < 4; ++i) {
            bytes memory refused =
                abi.encodeWithSelector(IMarket.BadSignature.selector, hashes[i], signers[i]);
            bytes[5] memory bad;
            bad[0] = signAs(stranger, hashes[i]);
            bad[1] = "";
            bad[2] = bytes.concat(signAll(orders)[i], hex"00");
            bad[3] = _twin(signAll(orders)[i]);
            bad[4] = signAll(orders)[(i + 1) % 4];
            for (uint256 j; j < 5; ++j) {
                bytes[4] memory signatures = signAll(orders);
                signatures[i] = bad[j];
                vm.expectRevert(refused);
                matchSigned(orders, signatures, 1);
            }
        }
    }

    function test_RevertWhen_TheAssetWasSoldAfterSigning() public {
        Orders memory orders = someOrders();
        bytes[4] memory signatures = signAll(orders);
        vm.prank(appOwner.id);
        (bool moved,) = address(registry)
            .call(
                abi.encodeWithSignature(
                    "transferFrom(address,address,uint256)", appOwner.id, stranger.id, uint256(uint160(app))
                )
            );
        vm.assertTrue(moved);
        vm.expectPartialRevert(IMarket.BadSignature.selector);
        matchSigned(orders, signatures, 1);
    }

    function test_RevertWhen_APoolOrderNamesNoPool() public {
        Orders memory orders = someOrders();
        orders.pool.pool = app;
        _expectRevert(
            orders, abi.encodeWithSelector(IRegistry.WrongKind.selector, app, AssetKind.App, AssetKind.Pool)
        );
    }

    function test_AcceptsAWalletsSignature() public {
        Wallet wallet = new Wallet(stranger.id);
        fund(address(wallet));
        Orders memory orders = someOrders();
        orders.request.requester = address(wallet);
        bytes32 hash = orders.request.hash(market.domainSeparator());
        bytes[4] memory signatures = signAll(orders);
        signatures[3] = signAs(stranger, hash);
        for (uint256 mode = 1; mode < 7; ++mode) {
            wallet.setMode(mode);
            uint256 gas = gasleft();
            vm.expectRevert(abi.encodeWithSelector(IMarket.BadSignature.selector, hash, address(wallet)));
            matchSigned(orders, signatures, 1);
            vm.assertLe(gas - gasleft(), 2_000_000, "a wallet costs more than its bound");
        }
        wallet.setMode(0);
        matchSigned(orders, signatures, 1);
        vm.assertTrue(escrow.lockedOf(address(wallet)) > 0);
    }

    function test_AcceptsPlacedOrders() public {
        Orders memory orders = someOrders();
        bytes[4] memory none;
        vm.prank(appOwner.id);
        market.placeAppOrder(orders.app);
        vm.prank(datasetOwner.id);
        market.placeDatasetOrder(orders.dataset);
        vm.prank(poolOwner.id);
        market.placePoolOrder(orders.pool);
        vm.expectPartialRevert(IMarket.BadSignature.selector);
        matchSigned(orders, none, 1);
        bytes32 hash = orders.request.hash(market.domainSeparator());
        vm.expectEmit(address(market));
        emit IMarket.OrderPlaced(hash, requester.id);
        vm.prank(requester.id);
        market.placeRequestOrder(orders.request);
        matchSigned(orders, none, 1);
    }

    function test_RevertWhen_APlacedOrdersAssetWasSold() public {
        Orders memory orders = someOrders();
        bytes[4] memory signatures = signAll(orders);
        vm.prank(appOwner.id);
        market.placeAppOrder(orders.app);
        signatures[0] = "";
        vm.prank(appOwner.id);
        (bool moved,) = address(registry)
            .call(
                abi.encodeWithSignature(
                    "transferFrom(address,address,uint256)", appOwner.id, stranger.id, uint256(uint160(app))
                )
            );
        vm.assertTrue(moved);
        vm.expectPartialRevert(IMarket.BadSignature.selector);
        matchSigned(orders, signatures, 1);
    }

    function test_ACancelledOrderIsUsedUp() public {
        Orders memory orders = someOrders();
        matchOrders(orders, 1);
        bytes32 domain = market.domainSeparator();
        vm.prank(appOwner.id);
        market.cancelAppOrder(orders.app);
        _expectRevert(
            orders, abi.encodeWithSelector(IMarket.OrderConsumed.selector, orders.app.hash(domain), 1000)
        );
        orders = someOrders();
        vm.prank(datasetOwner.id);
        market.cancelDatasetOrder(orders.dataset);
        _expectRevert(orders, IMarket.OrderConsumed.selector);
        orders = someOrders();
        vm.prank(poolOwner.id);
        market.cancelPoolOrder(orders.pool);
        _expectRevert(orders, IMarket.OrderConsumed.selector);
        orders = someOrders();
        vm.prank(requester.id);
        market.cancelRequestOrder(orders.request);
        _expectRevert(orders, IMarket.OrderConsumed.selector);
    }

    function test_RevertWhen_SomebodyElsePlacesOrCancels() public {
        Orders memory orders = someOrders();
        bytes4 refused = IMarket.NotOrderSigner.selector;
        vm.expectPartialRevert(refused);
        market.placeAppOrder(orders.app);
        vm.expectPartialRevert(refused);
        market.placeDatasetOrder(orders.dataset);
        vm.expectPartialRevert(refused);
        market.placePoolOrder(orders.pool);
        vm.expectPartialRevert(refused);
        market.placeRequestOrder(orders.request);
        vm.expectPartialRevert(refused);
        market.cancelAppOrder(orders.app);
        vm.expectPartialRevert(refused);
        market.cancelDatasetOrder(orders.dataset);
        vm.expectPartialRevert(refused);
        market.cancelPoolOrder(orders.pool);
        vm.expectRevert(
            abi.encodeWithSelector(
                refused, orders.request.hash(market.domainSeparator()), requester.id, address(this)
            )
        );
        market.cancelRequestOrder(orders.request);
    }

    function test_RevertWhen_SomebodyHasNoMoney() public {
        uint256 rest = escrow.freeOf(poolOwner.id);
        vm.prank(poolOwner.id);
        escrow.withdraw(rest);
        Orders memory orders = someOrders();
        _expectRevert(
            orders,
            abi.encodeWithSelector(
                IEscrow.InsufficientFree.selector, poolOwner.id, 0, 2 * uint256(orders.pool.stake)
            )
        );
        rest = escrow.freeOf(requester.id);
        vm.prank(requester.id);
        escrow.withdraw(rest);
        _expectRevert(orders, IEscrow.InsufficientFree.selector);
    }

    function test_SignaturesHoldOnOneChainOnly() public {
        Orders memory orders = someOrders();
        bytes[4] memory signatures = signAll(orders);
        vm.chainId(block.chainid + 1);
        vm.expectPartialRevert(IMarket.BadSignature.selector);
        matchSigned(orders, signatures, 1);
    }

    function _expectRevert(Orders memory orders, bytes memory refusal) private {
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(refusal);
        matchSigned(orders, signatures, 2);
    }

    function _expectRevert(Orders memory orders, bytes4 selector) private {
        bytes[4] memory signatures = signAll(orders);
        vm.expectPartialRevert(selector);
        matchSigned(orders, signatures, 2);
    }

    function _restrict(Orders memory orders, uint256 rule, address only)
        private
        pure
        returns (Orders memory)
    {
        if (rule == 0) orders.app.onlyDataset = only;
        if (rule == 1) orders.app.onlyPool = only;
        if (rule == 2) orders.app.onlyRequester = only;
        if (rule == 3) orders.dataset.onlyApp = only;
        if (rule == 4) orders.dataset.onlyPool = only;
        if (rule == 5) orders.dataset.onlyRequester = only;
        if (rule == 6) orders.pool.onlyApp = only;
        if (rule == 7) orders.pool.onlyDataset = only;
        if (rule == 8) orders.pool.onlyRequester = only;
        if (rule == 9) orders.request.onlyPool = only;
        return orders;
    }

    function _refused(uint256 rule) private view returns (uint8 side, address who) {
        address[10] memory all =
            [dataset, pool, requester.id, app, pool, requester.id, app, dataset, requester.id, pool];
        return (uint8(rule / 3), all[rule]);
    }

    function _twin(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, uint256 s, uint8 v) = (bytes32(0), 0, uint8(signature[64]));
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        s = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - s;
        return abi.encodePacked(r, s, 55 - v);
    }
}
