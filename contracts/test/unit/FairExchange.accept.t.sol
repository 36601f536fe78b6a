// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {FileOffer} from "../../src/types/Files.sol";
import {NotParty, SaleStage, TooLate, UnknownOffer, WrongStage} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract FairExchangeAcceptTest is SalesWorld {
    function test_LocksThePriceAndStartsTheRevealWindow() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        vm.expectEmit(address(exchange));
        emit IFairExchange.FileAccepted(offerId, buyer, START + terms.revealSec);
        acceptFile(terms);
        (SaleStage stage, address taker, uint48 until) = exchange.exchangeOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Accepted));
        vm.assertEq(taker, buyer);
        vm.assertEq(until, START + terms.revealSec);
        vm.assertEq(escrow.lockedOf(buyer), terms.price);
    }

    function test_SellsToTheNamedBuyerAlone() public {
        FileOffer memory terms = someFile(1);
        terms.buyer = buyer;
        bytes32 offerId = offerFile(terms);
        vm.expectRevert(abi.encodeWithSelector(NotParty.selector, offerId, stranger, buyer));
        vm.prank(stranger);
        exchange.accept(terms);
        acceptFile(terms);
        assertStage(offerId, SaleStage.Accepted);
    }

    function test_AcceptsUpToTheLastSecond() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        vm.warp(terms.acceptUntil);
        vm.expectRevert(
            abi.encodeWithSelector(TooLate.selector, offerId, terms.acceptUntil, terms.acceptUntil)
        );
        acceptFile(terms);
        vm.warp(terms.acceptUntil - 1);
        acceptFile(terms);
    }

    function test_RevertWhen_TermsAreNotThoseOffered() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        terms.price = 1;
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        acceptFile(terms);
    }

    function test_RevertWhen_ThereIsNoSuchOffer() public {
        FileOffer memory terms = someFile(1);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, exchange.offerIdOf(seller, 1)));
        acceptFile(terms);
    }

    function test_RevertWhen_ItIsAcceptedAlready() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Accepted));
        acceptFile(terms);
    }

    function test_RevertWhen_TheBuyerHasNotGotThePrice() public {
        FileOffer memory terms = someFile(1);
        offerFile(terms);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.InsufficientFree.selector, stranger, 0, terms.price));
        vm.prank(stranger);
        exchange.accept(terms);
    }
}
