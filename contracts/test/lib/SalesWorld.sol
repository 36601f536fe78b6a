// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {IServices} from "../../src/interfaces/IServices.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {FileKey, FileOffer} from "../../src/types/Files.sol";
import {SaleStage} from "../../src/types/Sales.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {ReferenceFile, SealedFile} from "../reference/ReferenceFile.sol";
import {Test, vm} from "./Test.sol";

/// Sellers and buyers of files and services, with money, and nothing else of the protocol.
abstract contract SalesWorld is Test {
    using ReferenceFile for *;

    uint256 internal constant FUNDS = 1000 ether;
    uint48 internal constant START = 1_800_000_000;
    uint256 internal constant CHUNK = 64;

    IToken internal token;
    IEscrow internal escrow;
    IFairExchange internal exchange;
    IServices internal services;

    address internal seller = address(0x5e11e2);
    address internal buyer = address(0xb0e2);
    address internal arbiter = address(0xa2b1);
    address internal stranger = address(0x57);

    /// The file on sale: five chunks, the last of 7 bytes.
    SealedFile internal file;
    FileKey internal key = FileKey(keccak256("secret"), keccak256("salt"));

    function setUp() public virtual {
        vm.warp(START);
        uint256 nonce = vm.getNonce(address(this));
        address fairExchange = vm.computeCreateAddress(address(this), nonce + 2);
        address services_ = vm.computeCreateAddress(address(this), nonce + 3);
        token = IToken(deploy("Token", abi.encode(address(this), 1e27)));
        escrow = IEscrow(
            deploy(
                "Escrow",
                abi.encode(
                    token, address(0), address(0), address(0), address(0), fairExchange, services_, address(0)
                )
            )
        );
        exchange = IFairExchange(deploy("FairExchange", abi.encode(escrow)));
        services = IServices(deploy("Services", abi.encode(escrow)));
        vm.assertEq(address(services), services_);
        token.approve(address(escrow), type(uint256).max);
        escrow.depositFor(seller, FUNDS);
        escrow.depositFor(buyer, FUNDS);
    }

    function deploy(string memory name, bytes memory arguments) internal returns (address) {
        return vm.deployCode(string.concat(name, ".sol:", name), arguments);
    }

    function contentOf(uint256 length, bytes32 seed) internal pure returns (bytes memory content) {
        content = new bytes(length);
        for (uint256 i; i < length; ++i) {
            content[i] = keccak256(abi.encode(seed, i / 32))[i % 32];
        }
    }

    /// Terms of an honest offer, whose file is `file`.
    function someFile(uint256 nonce) internal returns (FileOffer memory terms) {
        return fileOf(nonce, contentOf(4 * CHUNK + 7, bytes32(nonce)));
    }

    function fileOf(uint256 nonce, bytes memory content) internal returns (FileOffer memory terms) {
        bytes32 offerId = exchange.offerIdOf(seller, nonce);
        SealedFile memory sealed_ = ReferenceFile.seal(content, CHUNK, offerId, key);
        file = sealed_;
        terms.seller = seller;
        terms.nonce = nonce;
        terms.root = sealed_.leaves().rootOf();
        terms.plainRoot = sealed_.plainHashes.rootOf();
        terms.keyCommitment = ReferenceFile.commitment(offerId, key);
        terms.sizeBytes = uint64(content.length);
        terms.chunkBytes = uint32(CHUNK);
        terms.price = 100 ether;
        terms.deposit = 10 ether;
        terms.acceptUntil = uint48(block.timestamp) + 1 days;
        terms.revealSec = 1 hours;
        terms.complainSec = 2 hours;
    }

    function offerFile(FileOffer memory terms) internal returns (bytes32) {
        vm.prank(seller);
        return exchange.offer(terms, "ipfs://sealed");
    }

    function acceptFile(FileOffer memory terms) internal {
        vm.prank(buyer);
        exchange.accept(terms);
    }

    /// Offered, accepted and revealed.
    function sellFile(FileOffer memory terms) internal returns (bytes32 offerId) {
        offerId = offerFile(terms);
        acceptFile(terms);
        exchange.reveal(terms, key);
    }

    function assertStage(bytes32 offerId, SaleStage expected) internal view {
        (SaleStage stage,,) = exchange.exchangeOf(offerId);
        vm.assertEq(uint256(stage), uint256(expected));
    }

    function someService(uint256 nonce) internal view returns (ServiceOffer memory terms) {
        terms.provider = seller;
        terms.nonce = nonce;
        terms.arbiter = arbiter;
        terms.task = keccak256("translate this");
        (terms.price, terms.stake, terms.fee) = (100 ether, 20 ether, 3 ether);
        terms.acceptUntil = uint48(block.timestamp) + 1 days;
        (terms.deliverSec, terms.reviewSec) = (5 days, 3 days);
        (terms.appealSec, terms.rulingSec) = (2 days, 7 days);
    }

    function offerService(ServiceOffer memory terms) internal returns (bytes32) {
        vm.prank(seller);
        return services.offer(terms, "ipfs://task");
    }

    function acceptService(ServiceOffer memory terms) internal {
        vm.prank(buyer);
        services.accept(terms);
    }

    function deliverService(ServiceOffer memory terms) internal returns (bytes32 offerId) {
        offerId = offerService(terms);
        acceptService(terms);
        vm.prank(seller);
        services.deliver(terms, keccak256("the work"));
    }

    function refuseService(ServiceOffer memory terms) internal returns (bytes32 offerId) {
        offerId = deliverService(terms);
        vm.prank(buyer);
        services.refuse(terms, keccak256("this is not it"));
    }

    function appealService(ServiceOffer memory terms) internal returns (bytes32 offerId) {
        offerId = refuseService(terms);
        vm.prank(seller);
        services.appeal(terms, keccak256("it is"));
    }

    /// What an account has gained or lost since the start, with nothing of it locked any more.
    function assertEnded(address who, int256 gain) internal view {
        vm.assertEq(escrow.lockedOf(who), 0);
        uint256 now_ = escrow.freeOf(who) + escrow.maturingOf(who);
        uint256 before = who == seller || who == buyer ? FUNDS : 0;
        vm.assertTrue(int256(now_) - int256(before) == gain, "gain");
    }
}
