// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJurySource} from "../../src/interfaces/IJurySource.sol";
import {IPrevrandaoSource} from "../../src/interfaces/IPrevrandaoSource.sol";
import {HeaderLib} from "../../src/libraries/HeaderLib.sol";
import {Test, vm} from "../lib/Test.sol";
import {ReferenceHeader} from "../reference/ReferenceHeader.sol";

contract PrevrandaoSourceTest is Test {
    uint32 private constant DELAY = 4;
    uint256 private constant NOW = 1000;

    IPrevrandaoSource private _source;

    function setUp() public {
        _source = IPrevrandaoSource(vm.deployCode("PrevrandaoSource.sol:PrevrandaoSource", abi.encode(DELAY)));
        vm.roll(NOW);
    }

    function _keyOf(bytes32 id) private view returns (bytes32) {
        return keccak256(abi.encode(address(this), id));
    }

    /// A block with this number, which the chain then knows.
    function _mine(uint256 number, bytes32 prevrandao) private returns (bytes memory header) {
        header = ReferenceHeader.encode(prevrandao, number, "");
        vm.roll(number + 1);
        vm.setBlockhash(number, keccak256(header));
    }

    function test_BindsARequestToABlockThatIsYetToCome() public {
        bytes32 key = _keyOf("a");
        vm.expectEmit(address(_source));
        emit IJurySource.RandomAsked(key, address(this), "a", NOW + DELAY);
        _source.ask("a");
        vm.assertEq(_source.blockOf(key), NOW + DELAY);
        vm.assertEq(_source.keyOf(address(this), "a"), key);
        vm.assertEq(_source.randomOf(address(this), "a"), bytes32(0));
        vm.assertEq(_source.delayBlocks(), DELAY);
    }

    function test_ADelayOfNothingIsABlock() public {
        address source = vm.deployCode("PrevrandaoSource.sol:PrevrandaoSource", abi.encode(uint32(0)));
        vm.assertEq(IPrevrandaoSource(source).delayBlocks(), 1);
    }

    function test_ReadsTheNumberFromTheHeader() public {
        _source.ask("a");
        bytes memory header = _mine(NOW + DELAY, "chance");
        vm.expectEmit(address(_source));
        emit IJurySource.RandomFound(bytes32(NOW + DELAY), "chance");
        _source.showHeader(NOW + DELAY, header);
        bytes32 expected = keccak256(abi.encode(bytes32("chance"), _keyOf("a")));
        vm.assertEq(_source.randomOf(address(this), "a"), expected);
    }

    function test_TwoRequestsOfOneBlockGetTwoNumbers() public {
        _source.ask("a");
        _source.ask("b");
        _source.showHeader(NOW + DELAY, _mine(NOW + DELAY, "chance"));
        vm.assertTrue(_source.randomOf(address(this), "a") != _source.randomOf(address(this), "b"));
        vm.assertEq(_source.randomOf(address(1), "a"), bytes32(0));
    }

    /// Whoever shows the header, and when, has no say: another block's number is nobody's.
    function test_AnotherBlockGivesNoNumber() public {
        _source.ask("a");
        _source.showHeader(NOW + DELAY - 1, _mine(NOW + DELAY - 1, "earlier"));
        _source.showHeader(NOW + DELAY + 1, _mine(NOW + DELAY + 1, "later"));
        vm.assertEq(_source.randomOf(address(this), "a"), bytes32(0));
    }

    function test_ShowingTwiceChangesNothing() public {
        _source.ask("a");
        bytes memory header = _mine(NOW + DELAY, "chance");
        _source.showHeader(NOW + DELAY, header);
        bytes32 first = _source.randomOf(address(this), "a");
        _source.showHeader(NOW + DELAY, header);
        vm.assertEq(_source.randomOf(address(this), "a"), first);
    }

    function test_RevertWhen_AskedTwice() public {
        _source.ask("a");
        vm.expectRevert(abi.encodeWithSelector(IJurySource.AlreadyAsked.selector, _keyOf("a")));
        _source.ask("a");
    }

    function test_RevertWhen_TheBlockIsYetToCome() public {
        vm.expectRevert(abi.encodeWithSelector(IPrevrandaoSource.BlockUnknown.selector, NOW + DELAY));
        _source.showHeader(NOW + DELAY, hex"f9");
    }

    function test_RevertWhen_TheBlockIsForgotten() public {
        _source.ask("a");
        bytes memory header = _mine(NOW + DELAY, "chance");
        vm.roll(NOW + DELAY + 257);
        vm.expectRevert(abi.encodeWithSelector(IPrevrandaoSource.BlockUnknown.selector, NOW + DELAY));
        _source.showHeader(NOW + DELAY, header);
    }

    function test_RevertWhen_TheHeaderIsAnother() public {
        bytes memory header = _mine(NOW + DELAY, "chance");
        bytes memory forged = ReferenceHeader.encode("mine", NOW + DELAY, "");
        vm.expectRevert(
            abi.encodeWithSelector(
                IPrevrandaoSource.HeaderMismatch.selector, NOW + DELAY, keccak256(forged), keccak256(header)
            )
        );
        _source.showHeader(NOW + DELAY, forged);
    }

    /// No chain has such blocks; the reader does not run over its bytes all the same.
    function test_RevertWhen_TheHeaderEndsEarly() public {
        bytes memory header = ReferenceHeader.encode("chance", 3, "");
        // Prevrandao is followed by 47 bytes here.
        for (uint256 length = 1; length < header.length - 47; ++length) {
            bytes memory short = _cut(header, length);
            vm.setBlockhash(NOW - 1, keccak256(short));
            vm.expectRevert(abi.encodeWithSelector(HeaderLib.ShortHeader.selector));
            _source.showHeader(NOW - 1, short);
        }
    }

    function test_RevertWhen_AnItemIsNoShortString() public {
        bytes memory bad = abi.encodePacked(hex"f90100", hex"ba000000", new bytes(300));
        vm.setBlockhash(NOW - 1, keccak256(bad));
        vm.expectRevert(abi.encodeWithSelector(HeaderLib.ShortHeader.selector));
        _source.showHeader(NOW - 1, bad);
    }

    function testFuzz_ReadsAnyHeader(bytes32 random, uint64 number, bytes calldata extra) public {
        bytes memory tail = extra.length > 100 ? extra[:100] : extra;
        bytes memory header = ReferenceHeader.encode(random, number, tail);
        vm.setBlockhash(NOW - 1, keccak256(header));
        vm.expectEmit(address(_source));
        emit IJurySource.RandomFound(bytes32(NOW - 1), random);
        _source.showHeader(NOW - 1, header);
    }

    /// The cost of bias: a proposer of k blocks in a row around the bound one can drop all but the last, and so
    /// chooses among k + 1 numbers. A jury in which it holds a third of all seats, and needs 2 of 3, falls to it
    /// with 7 in 27 by luck; each dropped block costs it a block's reward for one more try.
    function test_AProposerThatDropsBlocksChoosesAmongOneMoreThanItDrops() public {
        bytes32 key = _keyOf("a");
        _source.ask("a");
        bytes32[] memory choices = new bytes32[](3);
        for (uint256 dropped; dropped < 3; ++dropped) {
            // The block of that number is another one if the proposer drops it, and there is only one in the end.
            bytes memory header = ReferenceHeader.encode(keccak256(abi.encode(dropped)), NOW + DELAY, "");
            vm.roll(NOW + DELAY + 1);
            vm.setBlockhash(NOW + DELAY, keccak256(header));
            _source.showHeader(NOW + DELAY, header);
            choices[dropped] = _source.randomOf(address(this), "a");
            vm.assertEq(choices[dropped], keccak256(abi.encode(keccak256(abi.encode(dropped)), key)));
        }
        vm.assertTrue(choices[0] != choices[1] && choices[1] != choices[2]);
    }

    function _cut(bytes memory header, uint256 length) private pure returns (bytes memory short) {
        short = new bytes(length);
        for (uint256 i; i < length; ++i) {
            short[i] = header[i];
        }
    }
}
