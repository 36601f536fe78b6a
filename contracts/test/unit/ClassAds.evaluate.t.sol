// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../../src/interfaces/IClassAds.sol";
import {Ads} from "../lib/Ads.sol";
import {Test, vm} from "../lib/Test.sol";

/// Operators are compared with TypeScript value by value in Vectors.classAds.t.sol.
contract ClassAdsEvaluateTest is Test {
    uint8 private constant PROGRAM = 2;

    IClassAds private ads = IClassAds(vm.deployCode("ClassAds.sol:ClassAds", ""));

    function _refuses(bytes4 rule, uint256 offset, bytes memory program) private {
        vm.expectRevert(abi.encodeWithSelector(rule, PROGRAM, offset));
        ads.evaluate(program, "", "");
    }

    function _gives(bytes memory program, uint8 kind, int256 value) private view {
        _gives(program, "", "", kind, value);
    }

    function _gives(bytes memory program, bytes memory my, bytes memory target, uint8 kind, int256 value)
        private
        view
    {
        (uint8 foundKind, int256 foundValue) = ads.evaluate(program, my, target);
        vm.assertEq(foundKind, kind);
        vm.assertTrue(foundValue == value);
    }

    function test_Literals() public view {
        _gives(hex"00", 0, 0);
        _gives(hex"01", 1, 0);
        _gives(hex"02", 2, 0);
        _gives(hex"03", 2, 1);
        _gives(Ads.text(""), 4, 0);
        _gives(Ads.text("ab"), 4, int256(uint256(bytes32("ab"))));
    }

    function test_IntegersExtendTheirSign() public view {
        _gives(Ads.integer(127), 3, 127);
        _gives(Ads.integer(-128), 3, -128);
        _gives(hex"0402ff7f", 3, -129);
        _gives(hex"04020080", 3, 128);
        _gives(abi.encodePacked(hex"0420", type(int256).min), 3, type(int256).min);
        _gives(abi.encodePacked(hex"0420", type(int256).max), 3, type(int256).max);
    }

    function test_FindsEachAttributeOfEachSide() public view {
        for (uint256 count; count <= 32; ++count) {
            bytes memory ad = Ads.ad(Ads.many(count), hex"ff");
            for (uint256 i = 1; i <= 33; ++i) {
                bytes memory name = abi.encodePacked(uint248(i));
                (uint8 kind, int256 value) = i <= count ? (3, int256(i)) : (uint8(0), int256(0));
                _gives(Ads.my(name), ad, "", kind, value);
                _gives(Ads.target(name), "", ad, kind, value);
            }
        }
    }

    function test_KeepsOwnAndOtherAdApart() public view {
        (bytes memory one, bytes memory two) =
            (Ads.ad(Ads.entry("a", 3, 1), ""), Ads.ad(Ads.entry("a", 3, 2), ""));
        _gives(Ads.my("a"), one, two, 3, 1);
        _gives(Ads.target("a"), one, two, 3, 2);
    }

    function test_RevertWhen_AnAdIsBad() public {
        vm.expectRevert(abi.encodeWithSelector(IClassAds.AdVersionUnknown.selector, 0, 9));
        ads.evaluate(hex"ff", hex"0900", hex"0800");
        vm.expectRevert(abi.encodeWithSelector(IClassAds.AdVersionUnknown.selector, 1, 8));
        ads.evaluate(hex"ff", "", hex"0800");
    }

    function test_RevertWhen_AByteIsNoInstruction() public {
        for (uint256 code = 0x08; code < 0x100; ++code) {
            bool known = (code >= 0x10 && code <= 0x17) || (code >= 0x20 && code <= 0x30);
            bytes4 rule = known ? IClassAds.ProgramUnbalanced.selector : IClassAds.BadInstruction.selector;
            _refuses(rule, 0, abi.encodePacked(uint8(code)));
        }
    }

    function test_RevertWhen_AnOperandHasABadLength() public {
        _refuses(IClassAds.BadInstruction.selector, 0, hex"0400");
        _refuses(IClassAds.BadInstruction.selector, 0, hex"0421");
        _refuses(IClassAds.BadInstruction.selector, 1, hex"000521");
        _refuses(IClassAds.BadInstruction.selector, 0, hex"0600");
        _refuses(IClassAds.BadInstruction.selector, 0, hex"0620");
        _refuses(IClassAds.BadInstruction.selector, 0, hex"0700");
        _refuses(IClassAds.BadInstruction.selector, 0, hex"0720");
    }

    function test_RevertWhen_AnInstructionIsCutShort() public {
        for (uint8 code = 0x04; code <= 0x07; ++code) {
            _refuses(IClassAds.ProgramTruncated.selector, 0, abi.encodePacked(code));
            _refuses(
                IClassAds.ProgramTruncated.selector, 1, abi.encodePacked(uint8(0), code, uint8(2), uint8(1))
            );
        }
    }

    function test_RevertWhen_OperandsAreMissing() public {
        _refuses(IClassAds.ProgramUnbalanced.selector, 0, hex"10");
        _refuses(IClassAds.ProgramUnbalanced.selector, 1, hex"0020");
        _refuses(IClassAds.ProgramUnbalanced.selector, 2, hex"000030");
    }

    function test_RevertWhen_NotOneValueIsLeft() public {
        _refuses(IClassAds.ProgramUnbalanced.selector, 0, "");
        _refuses(IClassAds.ProgramUnbalanced.selector, 2, hex"0000");
    }

    function test_RevertWhen_TheStackIsFull() public {
        bytes memory full = bytes.concat(Ads.repeat(hex"03", 16), Ads.repeat(hex"20", 15));
        _gives(full, 2, 1);
        _refuses(IClassAds.ProgramTooDeep.selector, 16, Ads.repeat(hex"03", 17));
    }

    function test_RevertWhen_ThereAreTooManyInstructions() public {
        bytes memory most = bytes.concat(hex"03", Ads.repeat(hex"10", 63));
        _gives(most, 2, 0);
        _refuses(IClassAds.ProgramTooLong.selector, 64, bytes.concat(most, hex"10"));
    }

    function _of(int256 left, bytes memory operator, int256 right) private pure returns (bytes memory) {
        return abi.encodePacked(hex"0420", left, hex"0420", right, operator);
    }

    function test_WhatDoesNotFit256BitsIsAnError() public view {
        (int256 min, int256 max) = (type(int256).min, type(int256).max);
        _gives(_of(max, hex"22", 0), 3, max);
        _gives(_of(max, hex"22", 1), 1, 0);
        _gives(_of(min, hex"22", -1), 1, 0);
        _gives(_of(min, hex"23", 0), 3, min);
        _gives(_of(min, hex"23", 1), 1, 0);
        _gives(_of(max, hex"23", -1), 1, 0);
        _gives(_of(-1, hex"23", max), 3, min);
        _gives(_of(0, hex"23", min), 1, 0);
        _gives(_of(min, hex"24", 1), 3, min);
        _gives(_of(min, hex"24", -1), 1, 0);
        _gives(_of(-1, hex"24", min), 1, 0);
        _gives(_of(-1, hex"24", max), 3, -max);
        _gives(_of(2 ** 128, hex"24", 2 ** 127), 1, 0);
        _gives(_of(-(2 ** 128), hex"24", 2 ** 127), 3, min);
        _gives(_of(min, hex"25", -1), 1, 0);
        _gives(_of(min, hex"25", 1), 3, min);
        _gives(_of(min, hex"26", -1), 3, 0);
        _gives(abi.encodePacked(hex"0420", min, hex"11"), 1, 0);
        _gives(abi.encodePacked(hex"0420", max, hex"11"), 3, -max);
    }

    function test_StringsCompareWithoutCapitalsInTheOrderOfTheirBytes() public view {
        bytes memory others = hex"004041455a5b60617a7b80c1dae1faff";
        for (uint256 code; code < 256; ++code) {
            for (uint256 i; i < others.length; ++i) {
                (bytes1 left, bytes1 right) = (bytes1(uint8(code)), others[i]);
                // At the end, where a carry would show in the byte before, and where the sign of a word is.
                _compares(abi.encodePacked("Z", left), abi.encodePacked("z", right), left, right);
                _compares(abi.encodePacked(left, "z"), abi.encodePacked(right, "Z"), left, right);
            }
        }
    }

    function _compares(bytes memory left, bytes memory right, bytes1 one, bytes1 other) private view {
        bytes memory both = bytes.concat(Ads.text(left), Ads.text(right));
        (one, other) = (_lower(one), _lower(other));
        _gives(bytes.concat(both, hex"27"), 2, one < other ? int256(1) : int256(0));
        _gives(bytes.concat(both, hex"2b"), 2, one == other ? int256(1) : int256(0));
    }

    function _lower(bytes1 letter) private pure returns (bytes1) {
        return letter >= "A" && letter <= "Z" ? letter | 0x20 : letter;
    }
}
