// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../../src/interfaces/IClassAds.sol";
import {Ads} from "../lib/Ads.sol";
import {Test, vm} from "../lib/Test.sol";

contract ClassAdsFuzz is Test {
    /// What docs/protocol/classads-bytecode.md promises, calldata not counted.
    uint256 private constant MATCH_GAS = 300_000;
    uint256 private constant EVALUATE_GAS = 200_000;

    IClassAds private ads = IClassAds(vm.deployCode("ClassAds.sol:ClassAds", ""));

    function testFuzz_AnyBytesGiveAnAnswerOrANamedRefusal(
        bytes calldata left,
        bytes calldata right,
        bytes calldata program
    ) public view {
        _check(abi.encodeCall(IClassAds.matches, (left, right)), 32, MATCH_GAS);
        _check(abi.encodeCall(IClassAds.evaluate, (program, left, right)), 64, EVALUATE_GAS);
        _check(abi.encodeCall(IClassAds.evaluate, (program, "", "")), 64, EVALUATE_GAS);
        // With good tables, so that programs are reached.
        (bytes memory a, bytes memory b) = (Ads.ad(Ads.many(3), left), Ads.ad(Ads.many(32), right));
        _check(abi.encodeCall(IClassAds.matches, (a, b)), 32, MATCH_GAS);
    }

    function testFuzz_AnyProgramOfInstructionsStaysInItsBounds(uint256 seed, uint8 attributes) public view {
        bytes memory table = Ads.many(attributes % 33);
        (bytes memory left, bytes memory right) = (_program(seed), _program(~seed));
        bytes memory my = Ads.ad(table, left);
        bytes memory target = Ads.ad(table, right);
        vm.assertTrue(_check(abi.encodeCall(IClassAds.matches, (my, target)), 32, MATCH_GAS));
        vm.assertTrue(_check(abi.encodeCall(IClassAds.evaluate, (left, my, target)), 64, EVALUATE_GAS));
    }

    function test_TheCostliestKindsOfProgramsStayInTheirBounds() public view {
        bytes memory table = Ads.many(32);
        // Looked for longest: what stands before the first, and what stands behind the last.
        bytes[4] memory pushes =
            [Ads.my(abi.encodePacked(uint248(33))), Ads.target(hex"00"), Ads.text(new bytes(32)), hex"0420"];
        pushes[3] = bytes.concat(pushes[3], bytes32(uint256(1)));
        for (uint256 i; i < 4; ++i) {
            for (uint256 code = 0x20; code < 0x30; ++code) {
                bytes memory program = _chain(pushes[i], abi.encodePacked(uint8(code)), 1);
                _checkBoth(table, bytes.concat(program, hex"10"));
            }
            _checkBoth(table, _chain(pushes[i], hex"30", 2));
        }
    }

    function _checkBoth(bytes memory table, bytes memory program) private view {
        bytes memory ad = Ads.ad(table, program);
        vm.assertTrue(_check(abi.encodeCall(IClassAds.matches, (ad, ad)), 32, MATCH_GAS));
        vm.assertTrue(_check(abi.encodeCall(IClassAds.evaluate, (program, ad, ad)), 64, EVALUATE_GAS));
    }

    /// A value, and then values and an operator on them as often as fits.
    function _chain(bytes memory push, bytes memory operator, uint256 more)
        private
        pure
        returns (bytes memory program)
    {
        bytes memory step = bytes.concat(Ads.repeat(push, more), operator);
        program = bytes.concat(push, Ads.repeat(step, 63 / (more + 1)));
    }

    function _check(bytes memory call, uint256 answer, uint256 bound) private view returns (bool success) {
        uint256 before = gasleft();
        bytes memory result;
        (success, result) = address(ads).staticcall(call);
        vm.assertLe(before - gasleft(), bound, "gas");
        if (success) {
            vm.assertEq(result.length, answer);
            return true;
        }
        vm.assertEq(result.length, 68);
        vm.assertTrue(_isKnown(bytes4(result)), "unknown refusal");
    }

    function _isKnown(bytes4 rule) private pure returns (bool) {
        return rule == IClassAds.AdTruncated.selector || rule == IClassAds.AdVersionUnknown.selector
            || rule == IClassAds.TooManyAttributes.selector
            || rule == IClassAds.AttributesNotAscending.selector || rule == IClassAds.BadAttribute.selector
            || rule == IClassAds.ProgramTruncated.selector || rule == IClassAds.BadInstruction.selector
            || rule == IClassAds.ProgramTooLong.selector || rule == IClassAds.ProgramTooDeep.selector
            || rule == IClassAds.ProgramUnbalanced.selector;
    }

    /// A well-formed program of 64 nodes or a few less.
    function _program(uint256 seed) private pure returns (bytes memory program) {
        uint256 height;
        for (uint256 nodes; nodes + height < 64; ++nodes) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 operands = height == 16 ? 1 + seed % 3 : height == 0 ? 0 : seed % 4;
            if (operands > height) operands = height;
            program = bytes.concat(program, _instruction(seed >> 8, operands));
            height = height + 1 - operands;
        }
        for (; height > 1; --height) {
            program = bytes.concat(program, abi.encodePacked(uint8(0x20 + seed % 16)));
        }
    }

    function _instruction(uint256 seed, uint256 operands) private pure returns (bytes memory) {
        uint8 code = uint8(operands == 1 ? 0x10 + seed % 8 : operands == 2 ? 0x20 + seed % 16 : 0x30);
        if (operands > 0) return abi.encodePacked(code);
        code = uint8(seed % 8);
        seed >>= 8;
        if (code < 4) return abi.encodePacked(code);
        if (code == 4) return abi.encodePacked(code, uint8(32), seed);
        if (code == 5) return abi.encodePacked(code, uint8(1), uint8(seed));
        return abi.encodePacked(code, uint8(31), uint248(seed % 34));
    }
}
