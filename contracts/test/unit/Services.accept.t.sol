// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServices} from "../../src/interfaces/IServices.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {NotParty, SaleStage, TooLate, UnknownOffer, WrongStage} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract ServicesAcceptTest is SalesWorld {
    function test_LocksPriceAndFeeAndStartsTheWork() public {
        ServiceOffer memory terms = someService(1);
        terms.buyer = buyer;
        bytes32 offerId = offerService(terms);
        vm.expectEmit(address(services));
        emit IServices.ServiceAccepted(offerId, buyer, START + 5 days);
        acceptService(terms);
        (SaleStage stage, address taker, uint48 until) = services.serviceOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Accepted));
        vm.assertEq(taker, buyer);
        vm.assertEq(until, START + 5 days);
        vm.assertEq(escrow.lockedOf(buyer), 103 ether);
    }

    function test_RevertWhen_ItIsMeantForAnother() public {
        ServiceOffer memory terms = someService(1);
        terms.buyer = stranger;
        bytes32 offerId = offerService(terms);
        vm.expectRevert(abi.encodeWithSelector(NotParty.selector, offerId, buyer, stranger));
        acceptService(terms);
    }

    function test_RevertWhen_TheOfferIsOver() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        vm.warp(terms.acceptUntil);
        vm.expectRevert(
            abi.encodeWithSelector(TooLate.selector, offerId, terms.acceptUntil, terms.acceptUntil)
        );
        acceptService(terms);
    }

    function test_RevertWhen_ItIsAcceptedAlready() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        acceptService(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Accepted));
        acceptService(terms);
    }

    function test_RevertWhen_TermsAreNotThoseOffered() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        terms.arbiter = buyer;
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        acceptService(terms);
    }
}
