// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChunkProof, FileKey, FileOffer} from "../../src/types/Files.sol";
import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";
import {FileHarness} from "../reference/FileHarness.sol";
import {ReferenceFile} from "../reference/ReferenceFile.sol";

contract SalesFuzzTest is SalesWorld {
    using ReferenceFile for *;

    FileHarness private _harness;

    function setUp() public override {
        super.setUp();
        _harness = FileHarness(deploy("FileHarness", ""));
    }

    function testFuzz_AssemblyHashesLikeTheReference(
        bytes32 streamKey,
        bytes32 salt,
        uint64 index,
        bytes memory cipher
    ) public view {
        bytes memory plain = ReferenceFile.crypt(streamKey, index, cipher);
        vm.assertEq(
            _harness.plainHashOf(streamKey, salt, index, cipher), ReferenceFile.plainHash(index, salt, plain)
        );
    }

    /// A complaint is upheld exactly if the chunk is not what its plain hash says, and pays to the last unit.
    function testFuzz_ComplainsAboutWrongChunksAlone(
        uint256 size,
        uint256 wrong,
        uint256 shown,
        uint256 place,
        FileKey memory anyKey
    ) public {
        key = anyKey;
        FileOffer memory terms = fileOf(7, contentOf(bound(size, 1, 9 * CHUNK), bytes32(size)));
        uint256 count = file.cipher.length;
        (wrong, shown) = (bound(wrong, 0, count - 1), bound(shown, 0, count - 1));
        file.cipher[wrong][place % file.cipher[wrong].length] ^= 0x10;
        terms.root = file.leaves().rootOf();
        bytes32 offerId = sellFile(terms);
        ChunkProof memory chunk = file.proofOf(shown);
        if (shown != wrong) {
            vm.expectRevert(abi.encodeWithSelector(IFairExchange.ChunkCorrect.selector, offerId, chunk.index));
        }
        exchange.complain(terms, key, chunk);
        if (shown != wrong) exchange.complain(terms, key, file.proofOf(wrong));
        assertEnded(seller, -10 ether);
        assertEnded(buyer, 10 ether);
    }

    /// No proof that differs anywhere from an honest one is taken.
    function testFuzz_TakesNoForgedProof(uint256 index, uint256 part, bytes32 change, bytes memory other)
        public
    {
        FileOffer memory terms = someFile(7);
        bytes32 offerId = sellFile(terms);
        index = bound(index, 0, 4);
        vm.assume(change != 0 && keccak256(other) != keccak256(file.cipher[index]));
        ChunkProof memory chunk = file.proofOf(index);
        if (part % 4 == 0) chunk.index = uint256(change) == index ? index + 1 : uint256(change);
        if (part % 4 == 1) chunk.plainHash ^= change;
        if (part % 4 == 2) chunk.cipher = other;
        if (part % 4 == 3) chunk.path[uint256(change) % chunk.path.length] ^= change;
        vm.expectRevert(
            abi.encodeWithSelector(IFairExchange.ChunkNotCommitted.selector, offerId, chunk.index)
        );
        exchange.complain(terms, key, chunk);
    }

    /// Whatever the ruling: nothing stays locked, nothing is made, and the arbiter gets its fee once.
    function testFuzz_ARulingSharesOutExactlyWhatIsThere(
        uint128 price,
        uint128 stake,
        uint128 fee,
        uint16 bps
    ) public {
        ServiceOffer memory terms = someService(1);
        terms.price = uint128(bound(price, 0, 300 ether));
        terms.stake = uint128(bound(stake, (uint256(terms.price) + 9) / 10, 300 ether));
        terms.fee = uint128(bound(fee, 0, 300 ether));
        bps = uint16(bound(bps, 0, 10_000));
        appealService(terms);
        vm.prank(arbiter);
        services.rule(terms, bps);
        assertEnded(arbiter, int256(uint256(terms.fee)));
        vm.assertEq(escrow.lockedOf(seller) + escrow.lockedOf(buyer), 0);
        vm.assertEq(escrow.freeOf(seller) + escrow.freeOf(buyer) + terms.fee, 2 * FUNDS);
        vm.assertLe(escrow.freeOf(seller), FUNDS + terms.price);
        vm.assertLe(FUNDS, escrow.freeOf(buyer) + terms.price + terms.fee);
    }
}
