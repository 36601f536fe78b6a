// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {FileKey, FileOffer} from "../../src/types/Files.sol";
import {SaleStage, TooLate, UnknownOffer, WrongStage} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";

contract FairExchangeRevealTest is SalesWorld {
    function test_ShowsTheKeyAndStartsTheComplaintWindow() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        vm.warp(START + 9);
        vm.expectEmit(address(exchange));
        emit IFairExchange.KeyRevealed(offerId, key, START + 9 + terms.complainSec);
        vm.prank(stranger);
        exchange.reveal(terms, key);
        (SaleStage stage, address taker, uint48 until) = exchange.exchangeOf(offerId);
        vm.assertEq(uint256(stage), uint256(SaleStage.Delivered));
        vm.assertEq(taker, buyer);
        vm.assertEq(until, START + 9 + terms.complainSec);
    }

    function test_RevertWhen_NobodyHasAccepted() public {
        FileOffer memory terms = someFile(1);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, exchange.offerIdOf(seller, 1)));
        exchange.reveal(terms, key);
        bytes32 offerId = offerFile(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Offered));
        exchange.reveal(terms, key);
    }

    function test_RevertWhen_TheKeyIsNotTheCommittedOne() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        FileKey[3] memory wrong =
            [FileKey(key.salt, key.secret), FileKey(key.secret, 0), FileKey(bytes32(0), key.salt)];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IFairExchange.WrongKey.selector, offerId));
            exchange.reveal(terms, wrong[i]);
        }
    }

    function test_RevertWhen_ItIsRevealedAlready() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = sellFile(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Delivered));
        exchange.reveal(terms, key);
    }

    function test_RevertWhen_TheWindowIsOver() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        uint48 until = START + terms.revealSec;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, until, until));
        exchange.reveal(terms, key);
    }
}
