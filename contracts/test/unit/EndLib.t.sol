// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ending, Taken} from "../../src/libraries/EndLib.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {EndHarness} from "../reference/EndHarness.sol";
import {Test, vm} from "../lib/Test.sol";

/// The money of deals' ends as TypeScript has it: contracts/tools/writeVectors.ts.
contract EndLibTest is Test {
    function test_SaysWhatTypeScriptSays() public {
        EndHarness harness = new EndHarness();
        string memory json = vm.readFile("contracts/test/vectors/ends.json");
        uint256[] memory rows = vm.parseJsonUintArray(json, ".deliveries");
        uint256[] memory breached = vm.parseJsonUintArray(json, ".breached");
        uint256[] memory ends = vm.parseJsonUintArray(json, ".ends");
        vm.assertGt(breached.length, 7);
        for (uint256 i; i < breached.length; ++i) {
            string memory key = string.concat(".terms[", string(abi.encodePacked(uint8(48 + i))), "]");
            DealTerms memory terms = abi.decode(vm.parseJsonBytes(json, key), (DealTerms));
            Taken memory taken = Taken(uint32(rows[5 * i + 3]), uint128(rows[5 * i + 4]));
            (Ending memory end, bool isBreached) =
                harness.ending(terms, rows[5 * i], rows[5 * i + 1], rows[5 * i + 2], taken);
            vm.assertEq(isBreached, breached[i] == 1);
            uint256[8] memory made = [
                end.appPay,
                end.datasetPay,
                end.poolPay,
                end.refund,
                end.lateRefund,
                end.refundStake,
                end.lateStake,
                end.poolStake
            ];
            for (uint256 j; j < 8; ++j) {
                vm.assertEq(made[j], ends[8 * i + j]);
            }
        }
    }
}
