// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServices} from "../../src/interfaces/IServices.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {DepositTooSmall, NotParty, SaleStage, WindowOutOfBounds} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract ServicesOfferTest is SalesWorld {
    function test_OffersAndLocksStakeAndFee() public {
        ServiceOffer memory terms = someService(1);
        bytes32 offerId = services.offerIdOf(seller, 1);
        vm.expectEmit(address(services));
        emit IServices.ServiceOffered(offerId, seller, address(0), terms, "ipfs://task");
        vm.assertEq(offerService(terms), offerId);
        (SaleStage stage, address taker, uint48 until) = services.serviceOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Offered));
        vm.assertEq(taker, address(0));
        vm.assertEq(until, terms.acceptUntil);
        vm.assertEq(escrow.lockedOf(seller), 23 ether);
    }

    function test_RevertWhen_TheSenderIsNotTheProvider() public {
        ServiceOffer memory terms = someService(1);
        vm.expectRevert(
            abi.encodeWithSelector(NotParty.selector, services.offerIdOf(seller, 1), stranger, seller)
        );
        vm.prank(stranger);
        services.offer(terms, "");
    }

    function test_RevertWhen_ThereIsNoArbiter() public {
        ServiceOffer memory terms = someService(1);
        terms.arbiter = address(0);
        vm.expectRevert(abi.encodeWithSelector(IServices.NoArbiter.selector, seller, 1));
        offerService(terms);
    }

    function test_RevertWhen_TheStakeIsUnderATenth() public {
        ServiceOffer memory terms = someService(1);
        terms.stake = 10 ether - 1;
        vm.expectRevert(abi.encodeWithSelector(DepositTooSmall.selector, 10 ether - 1, 10 ether));
        offerService(terms);
    }

    function test_RevertWhen_AWindowIsOutOfBounds() public {
        ServiceOffer memory terms = someService(1);
        terms.deliverSec = 1 hours - 1;
        _refused(terms, terms.deliverSec, 1 hours, 365 days);
        terms.deliverSec = 365 days + 1;
        _refused(terms, terms.deliverSec, 1 hours, 365 days);
        terms.deliverSec = 365 days;
        terms.reviewSec = 1 hours - 1;
        _refused(terms, terms.reviewSec, 1 hours, 30 days);
        terms.reviewSec = 30 days;
        terms.appealSec = 30 days + 1;
        _refused(terms, terms.appealSec, 1 hours, 30 days);
        terms.appealSec = 1 hours;
        terms.rulingSec = 0;
        _refused(terms, terms.rulingSec, 1 hours, 30 days);
        terms.rulingSec = 1 hours;
        terms.maturitySec = 90 days + 1;
        _refused(terms, terms.maturitySec, 0, 90 days);
        terms.maturitySec = 90 days;
        offerService(terms);
    }

    function _refused(ServiceOffer memory terms, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(WindowOutOfBounds.selector, value, min, max));
        offerService(terms);
    }
}
