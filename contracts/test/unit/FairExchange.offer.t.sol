// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {FileOffer} from "../../src/types/Files.sol";
import {
    DepositTooSmall,
    NotParty,
    OfferUsed,
    SaleStage,
    TooLate,
    WindowOutOfBounds
} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract FairExchangeOfferTest is SalesWorld {
    function test_OffersAndLocksTheDeposit() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = exchange.offerIdOf(seller, 1);
        vm.expectEmit(address(exchange));
        emit IFairExchange.FileOffered(offerId, seller, address(0), terms, "ipfs://sealed");
        vm.assertEq(offerFile(terms), offerId);
        (SaleStage stage, address taker, uint48 until) = exchange.exchangeOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Offered));
        vm.assertEq(taker, address(0));
        vm.assertEq(until, terms.acceptUntil);
        vm.assertEq(escrow.lockedOf(seller), terms.deposit);
    }

    function test_NamesOffersBySellerAndNonce() public view {
        vm.assertTrue(exchange.offerIdOf(seller, 1) != exchange.offerIdOf(seller, 2));
        vm.assertTrue(exchange.offerIdOf(seller, 1) != exchange.offerIdOf(buyer, 1));
        vm.assertTrue(exchange.offerIdOf(seller, 1) != services.offerIdOf(seller, 1));
    }

    function test_RevertWhen_TheSenderIsNotTheSeller() public {
        FileOffer memory terms = someFile(1);
        vm.expectRevert(
            abi.encodeWithSelector(NotParty.selector, exchange.offerIdOf(seller, 1), stranger, seller)
        );
        vm.prank(stranger);
        exchange.offer(terms, "");
    }

    function test_RevertWhen_TheOfferIsOverAlready() public {
        FileOffer memory terms = someFile(1);
        terms.acceptUntil = START;
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, exchange.offerIdOf(seller, 1), START, START));
        offerFile(terms);
    }

    function test_RevertWhen_TheNonceIsUsed() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        vm.expectRevert(abi.encodeWithSelector(OfferUsed.selector, offerId));
        offerFile(terms);
        vm.prank(seller);
        exchange.finish(terms);
        vm.expectRevert(abi.encodeWithSelector(OfferUsed.selector, offerId));
        offerFile(terms);
    }

    function test_RevertWhen_TheSizeIsOutOfBounds() public {
        FileOffer memory terms = someFile(1);
        terms.sizeBytes = 0;
        vm.expectRevert(abi.encodeWithSelector(IFairExchange.SizeOutOfBounds.selector, 0, 1, 1 << 48));
        offerFile(terms);
        terms.sizeBytes = (1 << 48) + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IFairExchange.SizeOutOfBounds.selector, (1 << 48) + 1, 1, 1 << 48)
        );
        offerFile(terms);
        terms.sizeBytes = 1 << 48;
        offerFile(terms);
    }

    function test_RevertWhen_TheChunkSizeIsOutOfBounds() public {
        FileOffer memory terms = someFile(1);
        uint32[2] memory wrong = [uint32(31), 16_385];
        for (uint256 i; i < 2; ++i) {
            terms.chunkBytes = wrong[i];
            vm.expectRevert(
                abi.encodeWithSelector(IFairExchange.ChunkSizeOutOfBounds.selector, wrong[i], 32, 16_384)
            );
            offerFile(terms);
        }
        terms.chunkBytes = 32;
        offerFile(terms);
        terms.nonce = 2;
        terms.chunkBytes = 16_384;
        offerFile(terms);
    }

    function test_RevertWhen_TheDepositIsUnderATenthRoundedUp() public {
        FileOffer memory terms = someFile(1);
        (terms.price, terms.deposit) = (101, 10);
        vm.expectRevert(abi.encodeWithSelector(DepositTooSmall.selector, 10, 11));
        offerFile(terms);
        terms.deposit = 11;
        offerFile(terms);
    }

    function test_RevertWhen_AWindowIsOutOfBounds() public {
        FileOffer memory terms = someFile(1);
        terms.revealSec = 59;
        vm.expectRevert(abi.encodeWithSelector(WindowOutOfBounds.selector, 59, 60, 30 days));
        offerFile(terms);
        terms.revealSec = 30 days + 1;
        vm.expectRevert(abi.encodeWithSelector(WindowOutOfBounds.selector, 30 days + 1, 60, 30 days));
        offerFile(terms);
        terms.revealSec = 60;
        terms.complainSec = 1 hours - 1;
        vm.expectRevert(abi.encodeWithSelector(WindowOutOfBounds.selector, 1 hours - 1, 1 hours, 30 days));
        offerFile(terms);
        terms.complainSec = 30 days + 1;
        vm.expectRevert(abi.encodeWithSelector(WindowOutOfBounds.selector, 30 days + 1, 1 hours, 30 days));
        offerFile(terms);
        terms.complainSec = 30 days;
        offerFile(terms);
    }
}
