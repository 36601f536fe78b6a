// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServices} from "../../src/interfaces/IServices.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {NotParty, SaleOutcome, SaleStage, TooLate, UnknownOffer, WrongStage} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract ServicesRuleTest is SalesWorld {
    function _rule(ServiceOffer memory terms, uint16 providerBps) private {
        vm.prank(arbiter);
        services.rule(terms, providerBps);
    }

    function test_TheProviderIsRight() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = appealService(terms);
        vm.expectEmit(address(services));
        emit IServices.ServiceEnded(offerId, seller, buyer, SaleOutcome.Ruled, 10_000);
        _rule(terms, 10_000);
        assertEnded(seller, 100 ether);
        assertEnded(buyer, -103 ether);
        assertEnded(arbiter, 3 ether);
    }

    function test_TheBuyerIsRight() public {
        ServiceOffer memory terms = someService(1);
        appealService(terms);
        _rule(terms, 0);
        assertEnded(seller, -23 ether);
        assertEnded(buyer, 20 ether);
        assertEnded(arbiter, 3 ether);
    }

    function test_BothAreRightInPart() public {
        ServiceOffer memory terms = someService(1);
        (terms.price, terms.stake, terms.fee) = (101, 21, 7);
        appealService(terms);
        _rule(terms, 2500);
        // 25 of the price, 15 of the stake, and 1 + 6 for the arbiter.
        assertEnded(seller, 25 - 15 - 6);
        assertEnded(buyer, -25 + 15 - 1);
        assertEnded(arbiter, 7);
    }

    function test_WhatTheProviderEarnsMatures() public {
        ServiceOffer memory terms = someService(1);
        terms.maturitySec = 14 days;
        appealService(terms);
        _rule(terms, 6000);
        vm.assertEq(escrow.maturingOf(seller), 60 ether);
        vm.assertEq(escrow.maturingAt(seller, START + 14 days), 60 ether);
        vm.assertEq(escrow.maturingOf(arbiter), 0);
    }

    function test_RevertWhen_AnotherRules() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = appealService(terms);
        vm.expectRevert(abi.encodeWithSelector(NotParty.selector, offerId, seller, arbiter));
        vm.prank(seller);
        services.rule(terms, 10_000);
    }

    function test_RevertWhen_NobodyHasAppealed() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = refuseService(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Refused));
        _rule(terms, 10_000);
    }

    function test_RevertWhen_ItIsRuledTooLateOrTwice() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = appealService(terms);
        vm.warp(START + 7 days);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, START + 7 days, START + 7 days));
        _rule(terms, 10_000);
        vm.warp(START + 7 days - 1);
        _rule(terms, 10_000);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        _rule(terms, 10_000);
    }

    function test_RevertWhen_TheShareIsOverAll() public {
        ServiceOffer memory terms = someService(1);
        appealService(terms);
        vm.expectRevert(abi.encodeWithSelector(IServices.ShareOutOfBounds.selector, 10_001, 10_000));
        _rule(terms, 10_001);
    }
}
