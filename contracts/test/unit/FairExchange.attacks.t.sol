// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {ChunkProof, FileKey, FileOffer} from "../../src/types/Files.sol";
import {SaleStage, TooEarly, TooLate, UnknownOffer, WrongStage} from "../../src/types/Sales.sol";
import {HostileToken} from "../lib/HostileToken.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";
import {ReferenceFile} from "../reference/ReferenceFile.sol";

/// Every attack of the study of fair exchange (docs/threats/exchange.md), by its name there. Against an honest
/// seller none brings the price back; against a dishonest one none keeps it.
contract FairExchangeAttacksTest is SalesWorld {
    using ReferenceFile for *;

    function _refused(FileOffer memory terms, ChunkProof memory chunk, bytes4 why) private {
        vm.expectRevert(
            abi.encodeWithSelector(why, exchange.offerIdOf(terms.seller, terms.nonce), chunk.index)
        );
        exchange.complain(terms, key, chunk);
    }

    function _notCommitted(FileOffer memory terms, ChunkProof memory chunk) private {
        _refused(terms, chunk, IFairExchange.ChunkNotCommitted.selector);
    }

    function test_Attack_IndexAliasing() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        ChunkProof memory chunk = file.proofOf(1);
        // Depth 3: the same way up from index + 8, and from an index whose low 64 bits are right.
        uint256[4] memory aliases = [uint256(1 + 8), 1 + 16, 1 + (1 << 64), 5];
        for (uint256 i; i < 4; ++i) {
            chunk.index = aliases[i];
            _notCommitted(terms, chunk);
        }
    }

    function test_Attack_ShortOrLongPath() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        ChunkProof memory chunk = file.proofOf(2);
        bytes32[] memory path = chunk.path;
        chunk.path = path.append(terms.root);
        _notCommitted(terms, chunk);
        assembly {
            mstore(path, 2)
        }
        chunk.path = path;
        _notCommitted(terms, chunk);
        chunk.path = new bytes32[](0);
        _notCommitted(terms, chunk);
    }

    function test_Attack_UnrelatedParentAndChild() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        ChunkProof memory chunk = file.proofOf(0);
        // The upper part of the path belongs to another chunk.
        chunk.path[1] = file.proofOf(2).path[1];
        _notCommitted(terms, chunk);
        chunk = file.proofOf(0);
        chunk.cipher = file.cipher[1];
        _notCommitted(terms, chunk);
    }

    function test_Attack_SwappedSibling() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        ChunkProof memory chunk = file.proofOf(0);
        // As the right child of its own pair.
        chunk.index = 1;
        _notCommitted(terms, chunk);
        chunk = file.proofOf(0);
        (chunk.path[0], chunk.path[1]) = (chunk.path[1], chunk.path[0]);
        _notCommitted(terms, chunk);
    }

    function test_Attack_LeafAndInnerNodeConfused() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        ChunkProof memory chunk = file.proofOf(2);
        // The node above chunks 2 and 3, passed off as chunk 1 of a tree half as high: its two children in
        // place of plain hash and cipher.
        bytes32[] memory all = file.leaves();
        chunk.index = 1;
        chunk.plainHash = all[2];
        chunk.cipher = abi.encodePacked(all[3]);
        bytes32[] memory path = new bytes32[](2);
        (path[0], path[1]) = (chunk.path[1], chunk.path[2]);
        chunk.path = path;
        _notCommitted(terms, chunk);
        chunk.path = file.proofOf(2).path;
        _notCommitted(terms, chunk);
    }

    function test_Attack_KeystreamReusedAcrossDeals() public {
        FileOffer memory first = someFile(1);
        bytes[] memory ciphers = file.cipher;
        // The careless seller draws no fresh secret, and sells other content.
        FileOffer memory second = fileOf(2, contentOf(4 * CHUNK + 7, "other"));
        for (uint256 i; i < 5; ++i) {
            // With one stream for both, the two ciphers would differ by what the plain texts differ by.
            vm.assertTrue(
                bytes7(ciphers[i]) ^ bytes7(file.cipher[i]) != bytes7(_plainOf(1, i)) ^ bytes7(file.plain[i])
            );
        }
        vm.assertFalse(first.keyCommitment == second.keyCommitment);
        second.keyCommitment = first.keyCommitment;
        bytes32 offerId = offerFile(second);
        acceptFile(second);
        vm.expectRevert(abi.encodeWithSelector(IFairExchange.WrongKey.selector, offerId));
        exchange.reveal(second, key);
    }

    function _plainOf(uint256 nonce, uint256 index) private pure returns (bytes memory) {
        return contentOf(4 * CHUNK + 7, bytes32(nonce)).cut(index * CHUNK, CHUNK);
    }

    function test_Attack_KeystreamCollidesInsideAFile() public {
        fileOf(1, new bytes(8 * CHUNK));
        bytes32[] memory words = new bytes32[](8 * CHUNK / 32);
        for (uint256 i; i < words.length; ++i) {
            words[i] = bytes32(file.cipher[i / 2].cut(i % 2 * 32, 32));
            for (uint256 j; j < i; ++j) {
                vm.assertTrue(words[i] != words[j]);
            }
        }
    }

    function test_Attack_CommitmentFrontRun() public {
        FileOffer memory terms = someFile(1);
        FileOffer memory copy = someFile(1);
        copy.seller = stranger;
        copy.deposit = copy.price = 0;
        // The copy comes first, and is accepted too.
        vm.prank(stranger);
        bytes32 copyId = exchange.offer(copy, "");
        acceptFile(copy);
        sellFile(terms);
        vm.expectRevert(abi.encodeWithSelector(IFairExchange.WrongKey.selector, copyId));
        exchange.reveal(copy, key);
        vm.prank(buyer);
        exchange.finish(terms);
        assertEnded(seller, 100 ether);
    }

    function test_Attack_WrongKey() public {
        FileOffer memory terms = someFile(1);
        // Committed to honestly, but not what the file is encrypted with.
        key.secret = keccak256("another");
        terms.keyCommitment = exchange.offerIdOf(seller, 1).commitment(key);
        sellFile(terms);
        exchange.complain(terms, key, file.proofOf(0));
        assertEnded(buyer, 10 ether);
    }

    function test_Attack_WrongSalt() public {
        FileOffer memory terms = someFile(1);
        key.salt = keccak256("another");
        terms.keyCommitment = exchange.offerIdOf(seller, 1).commitment(key);
        sellFile(terms);
        exchange.complain(terms, key, file.proofOf(4));
        assertEnded(buyer, 10 ether);
    }

    function test_Attack_RevealAtTheDeadline() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        uint48 until = START + terms.revealSec;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, offerId, until, until - 1));
        exchange.finish(terms);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, until, until));
        exchange.reveal(terms, key);
        exchange.finish(terms);
        assertEnded(buyer, 10 ether);
    }

    function test_Attack_RevealInTheLastSecond() public {
        FileOffer memory terms = someFile(1);
        offerFile(terms);
        acceptFile(terms);
        vm.warp(START + terms.revealSec - 1);
        exchange.reveal(terms, key);
        vm.warp(START + terms.revealSec - 1 + terms.complainSec);
        exchange.finish(terms);
        assertEnded(seller, 100 ether);
    }

    function test_Attack_ComplaintAgainstFinishAtTheDeadline() public {
        FileOffer memory terms = someFile(1);
        file.cipher[2][0] ^= 0x01;
        terms.root = file.leaves().rootOf();
        bytes32 offerId = sellFile(terms);
        uint48 until = START + terms.complainSec;
        // In the last second only the complaint can win, a second later only the end.
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, offerId, until, until - 1));
        exchange.finish(terms);
        vm.warp(until);
        ChunkProof memory chunk = file.proofOf(2);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, offerId, until, until));
        exchange.complain(terms, key, chunk);
        vm.warp(until - 1);
        exchange.complain(terms, key, chunk);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        exchange.finish(terms);
        assertEnded(buyer, 10 ether);
    }

    function test_Attack_ComplaintOnACorrectChunk() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        for (uint256 i; i < 5; ++i) {
            _refused(terms, file.proofOf(i), IFairExchange.ChunkCorrect.selector);
        }
    }

    function test_Attack_DoubleClaim() public {
        FileOffer memory terms = someFile(1);
        file.cipher[0][0] ^= 0x01;
        terms.root = file.leaves().rootOf();
        bytes32 offerId = sellFile(terms);
        ChunkProof memory chunk = file.proofOf(0);
        exchange.complain(terms, key, chunk);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        exchange.complain(terms, key, chunk);
        vm.warp(START + 30 days);
        vm.expectRevert(abi.encodeWithSelector(UnknownOffer.selector, offerId));
        exchange.finish(terms);
        assertEnded(buyer, 10 ether);
        assertEnded(seller, -10 ether);
    }

    function test_Attack_ReentrancyThroughTheToken() public {
        HostileToken hostile = new HostileToken();
        uint256 nonce = vm.getNonce(address(this));
        address place = vm.computeCreateAddress(address(this), nonce + 1);
        escrow = IEscrow(
            deploy(
                "Escrow",
                abi.encode(
                    hostile, address(0), address(0), address(0), address(0), place, address(0), address(0)
                )
            )
        );
        exchange = IFairExchange(deploy("FairExchange", abi.encode(escrow)));
        hostile.mint(address(this), 2 * FUNDS);
        escrow.depositFor(seller, FUNDS);
        escrow.depositFor(buyer, FUNDS);
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        vm.prank(buyer);
        exchange.finish(terms);
        hostile.callBack(address(exchange), abi.encodeCall(IFairExchange.finish, (terms)));
        vm.prank(seller);
        escrow.withdraw(FUNDS);
        hostile.callBack(address(escrow), abi.encodeCall(IEscrow.withdraw, (1)));
        vm.prank(seller);
        escrow.withdraw(100 ether);
        vm.assertEq(hostile.tried(), 2);
        vm.assertEq(hostile.succeeded(), 0);
        vm.assertEq(escrow.freeOf(seller), 0);
        vm.assertEq(hostile.balanceOf(address(escrow)), escrow.freeOf(buyer));
    }

    function test_Attack_PartyThatTakesNoCalls() public {
        // The hostile party is a contract without any function: nothing of it is called.
        FileOffer memory terms = someFile(1);
        buyer = address(new HostileToken());
        escrow.depositFor(buyer, FUNDS);
        sellFile(terms);
        vm.warp(START + terms.complainSec);
        exchange.finish(terms);
        assertEnded(seller, 100 ether);
    }

    function test_Attack_Overpayment() public {
        FileOffer memory terms = someFile(1);
        offerFile(terms);
        acceptFile(terms);
        vm.assertEq(escrow.lockedOf(buyer), terms.price);
        (bool ok,) = address(exchange).call{value: 1}(abi.encodeCall(IFairExchange.accept, (terms)));
        vm.assertFalse(ok);
        (ok,) = address(exchange).call{value: 1}("");
        vm.assertFalse(ok);
    }

    function test_Attack_WrongDepth() public {
        FileOffer memory terms = someFile(1);
        // The size says more, or fewer, chunks than the tree has: every path has the wrong length.
        terms.sizeBytes = uint64(9 * CHUNK);
        sellFile(terms);
        _notCommitted(terms, file.proofOf(0));
        terms = someFile(2);
        terms.sizeBytes = uint64(4 * CHUNK);
        sellFile(terms);
        _notCommitted(terms, file.proofOf(0));
        _notCommitted(terms, file.proofOf(4));
    }

    function test_Attack_WrongPadding() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        // There is no padding: places after the last chunk do not exist, an odd node moves up unchanged.
        ChunkProof memory chunk = file.proofOf(4);
        chunk.index = 5;
        _notCommitted(terms, chunk);
        chunk.index = 4;
        chunk.path = chunk.path.append(chunk.path[0]);
        _notCommitted(terms, chunk);
        chunk = file.proofOf(4);
        chunk.cipher = abi.encodePacked(chunk.cipher, new bytes(CHUNK - 7));
        _notCommitted(terms, chunk);
    }

    function test_Attack_WrongLastChunkLength() public {
        uint64 right = uint64(4 * CHUNK + 7);
        for (uint64 size = right - 1; size <= right + 1; ++size) {
            if (size == right) continue;
            FileOffer memory terms = someFile(size);
            // The seller bound itself to a last chunk of another length than its terms say.
            terms.sizeBytes = size;
            sellFile(terms);
            _refused(terms, file.proofOf(3), IFairExchange.ChunkCorrect.selector);
            exchange.complain(terms, key, file.proofOf(4));
        }
        assertEnded(buyer, 20 ether);
    }

    function test_Attack_WrongMiddleChunkLength() public {
        FileOffer memory terms = someFile(1);
        file.plain[1] = file.plain[1].cut(0, CHUNK - 1);
        file.plainHashes[1] = ReferenceFile.plainHash(1, key.salt, file.plain[1]);
        file.cipher[1] = file.cipher[1].cut(0, CHUNK - 1);
        terms.root = file.leaves().rootOf();
        sellFile(terms);
        exchange.complain(terms, key, file.proofOf(1));
        assertEnded(buyer, 10 ether);
    }

    function test_Attack_SellerWithholdsTheKey() public {
        FileOffer memory terms = someFile(1);
        offerFile(terms);
        acceptFile(terms);
        vm.warp(START + terms.revealSec);
        vm.prank(stranger);
        exchange.finish(terms);
        assertEnded(seller, -int256(uint256(terms.deposit)));
        assertEnded(buyer, int256(uint256(terms.deposit)));
    }

    function test_Attack_BuyerNeverConfirms() public {
        FileOffer memory terms = someFile(1);
        sellFile(terms);
        vm.warp(START + terms.complainSec);
        vm.prank(stranger);
        exchange.finish(terms);
        assertEnded(seller, 100 ether);
        assertEnded(buyer, -100 ether);
    }

    function test_Attack_GriefingByRepeatedAccept() public {
        FileOffer memory terms = someFile(1);
        bytes32 offerId = offerFile(terms);
        acceptFile(terms);
        escrow.depositFor(stranger, FUNDS);
        vm.expectRevert(abi.encodeWithSelector(WrongStage.selector, offerId, SaleStage.Accepted));
        vm.prank(stranger);
        exchange.accept(terms);
        // Whoever accepts to annoy has bought the file.
        exchange.reveal(terms, key);
        vm.warp(START + terms.complainSec);
        exchange.finish(terms);
        assertEnded(seller, 100 ether);
    }

    function test_Attack_CensorshipWithinTheWindow() public {
        FileOffer memory terms = someFile(1);
        file.cipher[2][0] ^= 0x01;
        terms.root = file.leaves().rootOf();
        terms.complainSec = 1 hours;
        sellFile(terms);
        // No offer has less than an hour, any block of it will do, and anybody may carry the complaint.
        vm.warp(START + 1 hours - 1);
        ChunkProof memory chunk = file.proofOf(2);
        vm.prank(stranger);
        exchange.complain(terms, key, chunk);
        assertEnded(buyer, 10 ether);
    }
}
