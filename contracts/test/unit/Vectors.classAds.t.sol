// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../../src/interfaces/IClassAds.sol";
import {Test, vm} from "../lib/Test.sol";

/// What TypeScript makes of every operator on every kind of operand: contracts/tools/classAdVectors.ts.
contract VectorsClassAdsTest is Test {
    IClassAds private ads = IClassAds(vm.deployCode("ClassAds.sol:ClassAds", ""));

    function test_EveryOperatorOnEveryKindOfOperand() public view {
        string memory json = vm.readFile("contracts/test/vectors/classAds.json");
        bytes memory cases = vm.parseJsonBytes(json, ".cases");
        uint256 count;
        for (uint256 offset; offset < cases.length; ++count) {
            bytes memory program = _slice(cases, offset);
            offset += 1 + program.length;
            bytes memory push = _slice(cases, offset);
            offset += 1 + push.length;
            (uint8 kind, int256 value) = ads.evaluate(program, "", "");
            (uint8 expectedKind, int256 expected) = ads.evaluate(push, "", "");
            vm.assertTrue(kind == expectedKind && value == expected, string(bytes.concat("case ", program)));
        }
        vm.assertEq(count, vm.parseJsonUint(json, ".count"));
        vm.assertGt(count, 2000);
    }

    function _slice(bytes memory all, uint256 offset) private pure returns (bytes memory part) {
        part = new bytes(uint8(all[offset]));
        for (uint256 i; i < part.length; ++i) {
            part[i] = all[offset + 1 + i];
        }
    }
}
