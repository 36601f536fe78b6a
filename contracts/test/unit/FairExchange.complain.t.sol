// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {FileKey, FileOffer} from "../../src/types/Files.sol";
import {SaleOutcome, SaleStage, TooLate, WrongStage} from "../../src/types/Sales.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";
import {ReferenceFile} from "../reference/ReferenceFile.sol";

contract FairExchangeComplainTest is SalesWorld {
    using ReferenceFile for *;

    function test_AWrongChunkGivesPriceAndDepositToTheBuyer() public {
        for (uint256 i; i < 5; ++i) {
            FileOffer memory terms = someFile(i);
            file.cipher[i][3] ^= 0x01;
            terms.root = file.leaves().rootOf();
            bytes32 offerId = sellFile(terms);
            vm.expectEmit(address(exchange));
            emit IFairExchange.FileSaleEnded(offerId, seller, buyer, SaleOutcome.Faulty);
            exchange.complain(terms, key, file.proofOf(i));
            assertStage(offerId, SaleStage.Ended);
        }
        assertEnded(seller, -50 ether);
        assertEnded(buyer, 50 ether);
    }

    function test_AnUnsaltedFileIsSoldLikeAnyOther() public {
        key.salt = 0;
        FileOffer memory terms = someFile(1);
        file.cipher[4][6] ^= 0x80;
        terms.root = file.leaves().rootOf();
        sellFile(terms);
        exchange.complain(terms, key, file.proofOf(4));
        assertEnded(buyer, 10 ether);
    }

    function test_AFileOfOneChunkHasAnEmptyPath() public {
        FileOffer memory terms = fileOf(1, contentOf(CHUNK, "one"));
        file.cipher[0][0] ^= 0x01;
        terms.root = file.leaves().rootOf();
        sellFile(terms);
        exchange.complain(terms, key, file.proofOf(0));
        assertEnded(buyer, 10 ether);
    }

    function test_RevertWhen_NoKeyIsShown() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Accepted));
        exchange.complain(terms, key, file.proofOf(0));
    }

    function test_RevertWhen_TheKeyIsAnotherThanTheOneShown() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = sellFile(terms);
        vm.expectRevert(abi.encodeWithSelector(IFairExchange.WrongKey.selector, offerId));
        exchange.complain(terms, FileKey(key.secret, 0), file.proofOf(0));
    }

    function test_RevertWhen_TheWindowIsOver() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = sellFile(terms);
        uint48 until = START + terms.complainSec;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, until, until));
        exchange.complain(terms, key, file.proofOf(0));
    }
}
