// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {FileOffer} from "../../src/types/Files.sol";
import {SaleOutcome, SaleStage, TooEarly, UnknownOffer} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract FairExchangeFinishTest is SalesWorld {
    function test_AnOfferNobodyAcceptsLapses() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        vm.warp(terms.acceptUntil - 1);
        vm.expectRevert(
            abi.encodeWithSelector(TooEarly.selector, offerId, terms.acceptUntil, terms.acceptUntil - 1)
        );
        vm.prank(stranger);
        exchange.finish(terms);
        vm.warp(terms.acceptUntil);
        vm.expectEmit(address(exchange));
        emit IFairExchange.FileSaleEnded(offerId, seller, address(0), SaleOutcome.Lapsed);
        vm.prank(stranger);
        exchange.finish(terms);
        (SaleStage stage, address taker, uint48 until) = exchange.exchangeOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Ended));
        vm.assertEq(taker, address(0));
        vm.assertEq(until, 0);
        assertEnded(seller, 0);
    }

    function test_TheSellerTakesItsOfferBack() public {
        FileOffer memory terms = someFile(1);
        offerFile(terms);
        vm.prank(seller);
        exchange.finish(terms);
        assertEnded(seller, 0);
    }

    function test_TheSellerMayConcedeBeforeTheTime() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        vm.expectEmit(address(exchange));
        emit IFairExchange.FileSaleEnded(offerId, seller, buyer, SaleOutcome.Withheld);
        vm.prank(seller);
        exchange.finish(terms);
        assertEnded(seller, -10 ether);
        assertEnded(buyer, 10 ether);
    }

    function test_TheBuyerConfirmsBeforeTheTime() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = sellFile(terms);
        vm.expectEmit(address(exchange));
        emit IFairExchange.FileSaleEnded(offerId, seller, buyer, SaleOutcome.Sold);
        vm.prank(buyer);
        exchange.finish(terms);
        assertEnded(seller, 100 ether);
        assertEnded(buyer, -100 ether);
    }

    function test_RevertWhen_WhoGainsByItIsEarly() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, offerId, START + terms.revealSec, START));
        vm.prank(buyer);
        exchange.finish(terms);
        exchange.reveal(terms, key);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, offerId, START + terms.complainSec, START));
        vm.prank(seller);
        exchange.finish(terms);
    }

    function test_RevertWhen_ItIsOverOrNeverWas() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = exchange.offerIdOf(seller, 1);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        exchange.finish(terms);
        sellFile(terms);
        vm.prank(buyer);
        exchange.finish(terms);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        vm.prank(buyer);
        exchange.finish(terms);
    }
}
