// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServices} from "../../src/interfaces/IServices.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {SaleOutcome, SaleStage, TooEarly, UnknownOffer} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract ServicesFinishTest is SalesWorld {
    /// A stranger may end it at `until`, not a second before.
    function _endsAt(ServiceOffer memory terms, uint48 until, SaleOutcome outcome, uint16 bps) private {
        bytes32 offerId = services.offerIdOf(seller, terms.nonce);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, offerId, until, until - 1));
        vm.prank(stranger);
        services.finish(terms);
        vm.warp(until);
        address taker = outcome == SaleOutcome.Lapsed ? address(0) : buyer;
        vm.expectEmit(address(services));
        emit IServices.ServiceEnded(offerId, seller, taker, outcome, bps);
        vm.prank(stranger);
        services.finish(terms);
        (SaleStage stage,,) = services.serviceOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Ended));
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        services.finish(terms);
    }

    function test_AnOfferNobodyAcceptsLapses() public {
        ServiceOffer memory terms = someService(1);
        offerService(terms);
        _endsAt(terms, terms.acceptUntil, SaleOutcome.Lapsed, 0);
        assertEnded(seller, 0);
    }

    function test_WhoNeverDeliversLosesItsStake() public {
        ServiceOffer memory terms = someService(1);
        offerService(terms);
        acceptService(terms);
        _endsAt(terms, START + 5 days, SaleOutcome.Withheld, 0);
        assertEnded(seller, -20 ether);
        assertEnded(buyer, 20 ether);
    }

    function test_SilenceAccepts() public {
        ServiceOffer memory terms = someService(1);
        terms.maturitySec = 1 hours;
        deliverService(terms);
        _endsAt(terms, START + 3 days, SaleOutcome.Sold, 10_000);
        assertEnded(seller, 100 ether);
        assertEnded(buyer, -100 ether);
        vm.assertEq(escrow.maturingOf(seller), 100 ether);
    }

    function test_SilenceConcedesARefusal() public {
        ServiceOffer memory terms = someService(1);
        refuseService(terms);
        _endsAt(terms, START + 2 days, SaleOutcome.Faulty, 0);
        assertEnded(seller, -20 ether);
        assertEnded(buyer, 20 ether);
    }

    function test_ASilentArbiterSplitsThePrice() public {
        ServiceOffer memory terms = someService(1);
        terms.price = 101;
        terms.stake = 11;
        appealService(terms);
        _endsAt(terms, START + 7 days, SaleOutcome.Undecided, 5000);
        assertEnded(seller, 50);
        assertEnded(buyer, -50);
        assertEnded(arbiter, 0);
    }

    function test_WhoGivesSomethingUpMayBeEarly() public {
        ServiceOffer memory terms = someService(1);
        offerService(terms);
        vm.prank(seller);
        services.finish(terms);
        assertEnded(seller, 0);
        terms.nonce = 2;
        offerService(terms);
        acceptService(terms);
        vm.prank(seller);
        services.finish(terms);
        assertEnded(seller, -20 ether);
        terms.nonce = 3;
        refuseService(terms);
        vm.prank(seller);
        services.finish(terms);
        assertEnded(seller, -40 ether);
        terms.nonce = 4;
        deliverService(terms);
        vm.prank(buyer);
        services.finish(terms);
        assertEnded(seller, 60 ether);
        assertEnded(buyer, -60 ether);
    }

    function test_RevertWhen_WhoGainsByItIsEarly() public {
        ServiceOffer memory terms = someService(1);
        deliverService(terms);
        _early(terms, seller, 3 days);
        terms.nonce = 2;
        refuseService(terms);
        _early(terms, buyer, 2 days);
        terms.nonce = 3;
        appealService(terms);
        _early(terms, buyer, 7 days);
        _early(terms, seller, 7 days);
        _early(terms, arbiter, 7 days);
    }

    function _early(ServiceOffer memory terms, address who, uint48 windowSec) private {
        bytes32 offerId = services.offerIdOf(seller, terms.nonce);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, offerId, START + windowSec, START));
        vm.prank(who);
        services.finish(terms);
    }
}
