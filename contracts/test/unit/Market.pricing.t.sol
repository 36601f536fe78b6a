// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {AppOrder, MatchProofs} from "../../src/types/Orders.sol";
import {Pricer} from "../lib/Pricers.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// An app's or data set's order may name a contract that quotes: a bad one harms only its owner.
contract MarketPricingTest is World {
    using ReferenceOrders for *;

    Pricer private _pricer;

    function setUp() public override {
        super.setUp();
        _pricer = new Pricer(market, escrow);
    }

    function _appPriced() private returns (Orders memory orders) {
        orders = someOrders();
        orders.app.pricing = address(_pricer);
    }

    function test_TheContractsQuoteIsThePrice() public {
        _pricer.set(0, 7);
        DealTerms memory terms = openDeal(_appPriced(), 6);
        vm.assertEq(terms.appPrice, 7);
        vm.assertEq(_pricer.lastQuestion(), keccak256(abi.encode(app, requester.id, pool, uint32(6))));
        vm.assertEq(escrow.lockedOf(requester.id), 6 * (7 + uint256(terms.datasetPrice) + terms.poolPrice));
    }

    function test_ADatasetsOrderMayNameOneToo() public {
        _pricer.set(0, 5);
        Orders memory orders = someOrders();
        orders.dataset.pricing = address(_pricer);
        DealTerms memory terms = openDeal(orders, 2);
        vm.assertEq(terms.datasetPrice, 5);
        vm.assertEq(_pricer.lastQuestion(), keccak256(abi.encode(dataset, requester.id, pool, uint32(2))));
    }

    function test_AMatchWithoutADatasetAsksNobodyForItsPrice() public {
        _pricer.set(1, 0);
        Orders memory orders = someOrders();
        orders.dataset.dataset = orders.request.dataset = address(0);
        orders.dataset.pricing = address(_pricer);
        vm.assertEq(openDeal(orders, 1).datasetPrice, 0);
    }

    function test_TheQuoteIsForTheVolumeThatIsMatched() public {
        Orders memory orders = _appPriced();
        orders.pool.volume = 3;
        openDeal(orders, 100);
        vm.assertEq(_pricer.lastQuestion(), keccak256(abi.encode(app, requester.id, pool, uint32(3))));
    }

    function test_TheOrdersPriceIsTheMostThatMayBeQuoted() public {
        Orders memory orders = _appPriced();
        _pricer.set(0, orders.app.price);
        vm.assertEq(openDeal(orders, 1).appPrice, orders.app.price);
        _pricer.set(0, uint256(orders.app.price) + 1);
        _expectRevert(
            orders,
            abi.encodeWithSelector(
                IMarket.PriceAbove.selector, 0, uint256(orders.app.price) + 1, orders.app.price
            )
        );
    }

    /// Reverts, burns its gas, answers too little, nothing, zeros for a megabyte, a megabyte of revert, more
    /// than 128 bits, and tries Escrow: only its own order's match fails, at a bounded cost.
    function test_AWrongPricingContractHarmsOnlyItsOwner() public {
        bytes memory failed =
            abi.encodeWithSelector(IMarket.PricingFailed.selector, uint8(0), address(_pricer));
        for (uint256 mode = 1; mode < 9; ++mode) {
            Orders memory orders = _appPriced();
            _pricer.set(mode, 1);
            bytes[4] memory signatures = signAll(orders);
            uint256 gas = gasleft();
            if (mode == 7) vm.expectPartialRevert(IMarket.PriceAbove.selector);
            else vm.expectRevert(failed);
            matchSigned(orders, signatures, 2);
            vm.assertLe(gas - gasleft(), 2_000_000, "the match costs more than its bound");
            vm.assertEq(market.consumedOf(orders.app.hash(market.domainSeparator())), 0);
            orders.app.pricing = address(0);
            openDeal(orders, 2);
        }
        vm.assertEq(_pricer.calls(), 0);
    }

    /// The call runs into its bound of gas though a megabyte of answer was allocated: what comes back is a no.
    function test_AnAnswerOfAMegabyteIsNotCopied() public {
        _pricer.set(5, 0);
        Orders memory orders = _appPriced();
        bytes[4] memory signatures = signAll(orders);
        vm.expectPartialRevert(IMarket.PricingFailed.selector);
        matchSigned(orders, signatures, 2);
    }

    function test_RevertWhen_ThePricingContractIsNone() public {
        Orders memory orders = _appPriced();
        orders.app.pricing = stranger.id;
        _expectRevert(orders, abi.encodeWithSelector(IMarket.PricingFailed.selector, uint8(0), stranger.id));
    }

    /// Market speaks for the protocol: no contract of the protocol may take its question for an order.
    function test_ThePricingContractCannotBeOneOfTheProtocol() public {
        address[6] memory all = [
            address(escrow),
            address(market),
            address(work),
            address(standing),
            address(registry),
            address(token)
        ];
        for (uint256 i; i < 6; ++i) {
            Orders memory orders = someOrders();
            orders.app.pricing = all[i];
            _expectRevert(orders, abi.encodeWithSelector(IMarket.PricingFailed.selector, uint8(0), all[i]));
        }
    }

    /// It matches the same orders again from within: both deals stand, with tasks and money of their own.
    function test_APricingContractThatComesBackInGetsOnlyWhatIsLeft() public {
        Orders memory orders = _appPriced();
        orders.request.volume = 5;
        bytes[4] memory signatures = signAll(orders);
        Orders memory plain = someOrders();
        plain.request = orders.request;
        _pricer.set(9, 3);
        _pricer.setAttack(address(market), _matchCall(plain, signAll(plain), 10));
        vm.recordLogs();
        bytes32 dealId = matchSigned(orders, signatures, 2);
        DealTerms memory last = termsOf(vm.getRecordedLogs());
        vm.assertEq(idOf(last), dealId);
        vm.assertEq(last.firstIndex, 0);
        vm.assertEq(last.volume, 2);
        bytes32 hash = orders.request.hash(market.domainSeparator());
        vm.assertEq(market.consumedOf(hash), 5);
        uint256 others = uint256(last.datasetPrice) + last.poolPrice;
        vm.assertEq(escrow.lockedOf(requester.id), 2 * (3 + others) + 3 * (plain.app.price + others));
    }

    function test_APricingContractThatComesBackInCannotOverfillAnOrder() public {
        Orders memory orders = _appPriced();
        orders.request.volume = 2;
        bytes[4] memory signatures = signAll(orders);
        Orders memory plain = someOrders();
        plain.request = orders.request;
        _pricer.set(9, 3);
        _pricer.setAttack(address(market), _matchCall(plain, signAll(plain), 10));
        vm.expectPartialRevert(IMarket.PricingFailed.selector);
        matchSigned(orders, signatures, 2);
    }

    /// Its owner lets it cancel the very order that is being matched: this deal stands, no other follows.
    function test_APricingContractThatCancelsItsOrderEndsItsOrderOnly() public {
        Orders memory orders = _appPriced();
        vm.prank(appOwner.id);
        (bool approved,) = address(registry)
            .call(abi.encodeWithSignature("setApprovalForAll(address,bool)", address(_pricer), true));
        vm.assertTrue(approved);
        _pricer.set(9, 3);
        _pricer.setAttack(address(_pricer), abi.encodeCall(Pricer.cancel, (orders.app)));
        DealTerms memory terms = openDeal(orders, 2);
        vm.assertEq(terms.volume, 2);
        _expectRevert(orders, IMarket.OrderConsumed.selector);
    }

    /// What it remembers of a match is forgotten if the match fails for another reason.
    function test_AMatchThatFailsLeavesNoTraceInIt() public {
        Orders memory orders = _appPriced();
        uint256 rest = escrow.freeOf(requester.id);
        vm.prank(requester.id);
        escrow.withdraw(rest);
        bytes[4] memory signatures = signAll(orders);
        vm.expectPartialRevert(bytes4(keccak256("InsufficientFree(address,uint256,uint256)")));
        matchSigned(orders, signatures, 2);
        vm.assertEq(_pricer.calls(), 0);
    }

    function _matchCall(Orders memory orders, bytes[4] memory signatures, uint32 volume)
        private
        pure
        returns (bytes memory)
    {
        MatchProofs memory proofs =
            MatchProofs(signatures[0], signatures[1], signatures[2], signatures[3], "", "");
        return abi.encodeCall(
            IMarket.matchOrders, (orders.app, orders.dataset, orders.pool, orders.request, proofs, volume)
        );
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
}
