// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServices} from "../../src/interfaces/IServices.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {NotParty, SaleStage, TooLate, WrongStage} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

/// deliver, refuse and appeal: who may, when, and what it starts.
contract ServicesStepsTest is SalesWorld {
    bytes32 private constant HASH = keccak256("words");

    function _assertStage(bytes32 offerId, SaleStage expected, uint48 expectedUntil) private view {
        (SaleStage stage, address taker, uint48 until) = services.serviceOf(offerId);
        vm.assertEq(uint256(stage), uint256(expected));
        vm.assertEq(taker, buyer);
        vm.assertEq(until, expectedUntil);
    }

    function test_TheProviderDelivers() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        acceptService(terms);
        vm.warp(START + 5 days - 1);
        vm.expectEmit(address(services));
        emit IServices.ServiceDelivered(offerId, HASH, START + 8 days - 1);
        vm.prank(seller);
        services.deliver(terms, HASH);
        _assertStage(offerId, SaleStage.Delivered, START + 8 days - 1);
    }

    function test_RevertWhen_AnotherDelivers() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        acceptService(terms);
        vm.expectRevert(abi.encodeWithSelector(NotParty.selector, offerId, buyer, seller));
        vm.prank(buyer);
        services.deliver(terms, HASH);
    }

    function test_RevertWhen_ItIsDeliveredBeforeAcceptanceOrTwice() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Offered));
        vm.prank(seller);
        services.deliver(terms, HASH);
        acceptService(terms);
        vm.prank(seller);
        services.deliver(terms, HASH);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Delivered));
        vm.prank(seller);
        services.deliver(terms, HASH);
    }

    function test_RevertWhen_ItIsDeliveredTooLate() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        acceptService(terms);
        vm.warp(START + 5 days);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, START + 5 days, START + 5 days));
        vm.prank(seller);
        services.deliver(terms, HASH);
    }

    function test_TheBuyerRefuses() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = deliverService(terms);
        vm.warp(START + 3 days - 1);
        vm.expectEmit(address(services));
        emit IServices.ServiceRefused(offerId, HASH, START + 5 days - 1);
        vm.prank(buyer);
        services.refuse(terms, HASH);
        _assertStage(offerId, SaleStage.Refused, START + 5 days - 1);
    }

    function test_RevertWhen_AnotherRefuses() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = deliverService(terms);
        vm.expectRevert(abi.encodeWithSelector(NotParty.selector, offerId, stranger, buyer));
        vm.prank(stranger);
        services.refuse(terms, HASH);
    }

    function test_RevertWhen_NothingIsThereToRefuse() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = offerService(terms);
        acceptService(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Accepted));
        vm.prank(buyer);
        services.refuse(terms, HASH);
    }

    function test_RevertWhen_ItIsRefusedTooLate() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = deliverService(terms);
        vm.warp(START + 3 days);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, START + 3 days, START + 3 days));
        vm.prank(buyer);
        services.refuse(terms, HASH);
    }

    function test_TheProviderAppeals() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = refuseService(terms);
        vm.warp(START + 2 days - 1);
        vm.expectEmit(address(services));
        emit IServices.ServiceAppealed(offerId, HASH, START + 9 days - 1);
        vm.prank(seller);
        services.appeal(terms, HASH);
        _assertStage(offerId, SaleStage.Appealed, START + 9 days - 1);
    }

    function test_RevertWhen_AnotherAppeals() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = refuseService(terms);
        vm.expectRevert(abi.encodeWithSelector(NotParty.selector, offerId, buyer, seller));
        vm.prank(buyer);
        services.appeal(terms, HASH);
    }

    function test_RevertWhen_NothingIsThereToAppeal() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = deliverService(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Delivered));
        vm.prank(seller);
        services.appeal(terms, HASH);
    }

    function test_RevertWhen_ItIsAppealedTooLate() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = refuseService(terms);
        vm.warp(START + 2 days);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, START + 2 days, START + 2 days));
        vm.prank(seller);
        services.appeal(terms, HASH);
    }
}
