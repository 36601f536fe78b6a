// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {Preimage} from "../../src/types/Results.sol";
import {Test, vm} from "../lib/Test.sol";
import {DigestHarness} from "../reference/DigestHarness.sol";

/// Digests and file proofs as TypeScript makes them: contracts/tools/writeVectors.ts.
contract DigestLibTest is Test {
    DigestHarness private _harness = new DigestHarness();

    function _json() private view returns (string memory) {
        return vm.readFile("contracts/test/vectors/results.json");
    }

    function test_DigestsOfEveryStatus() public view {
        string memory json = _json();
        bytes32[] memory digests = vm.parseJsonBytes32Array(json, ".digests");
        bytes32[] memory taskIds = vm.parseJsonBytes32Array(json, ".taskIds");
        for (uint256 i; i < digests.length; ++i) {
            vm.assertEq(_harness.digestOf(_preimage(json, i), taskIds[i]), digests[i]);
        }
        vm.assertEq(digests.length, 8);
    }

    function _preimage(string memory json, uint256 i) private pure returns (Preimage memory preimage) {
        preimage.status = uint8(vm.parseJsonUintArray(json, ".statuses")[i]);
        preimage.exitCode = uint32(vm.parseJsonUintArray(json, ".exitCodes")[i]);
        preimage.fuel = uint64(vm.parseJsonUintArray(json, ".fuels")[i]);
        preimage.stdoutDigest = vm.parseJsonBytes32Array(json, ".stdouts")[i];
        preimage.outRoot = vm.parseJsonBytes32Array(json, ".outRoots")[i];
    }

    function test_EveryFileOfEveryTree() public view {
        string memory json = _json();
        for (uint256 t; t < 5; ++t) {
            string memory tree = string.concat(".trees[", _digit(t), "]");
            Preimage memory preimage;
            preimage.outRoot = vm.parseJsonBytes32(json, string.concat(tree, ".root"));
            for (uint256 f; f <= t; ++f) {
                IDeliveries.Content memory content =
                    _content(json, string.concat(tree, ".files[", _digit(f), "]"));
                _harness.checkContent(content, preimage);
            }
        }
    }

    function _content(string memory json, string memory key)
        private
        pure
        returns (IDeliveries.Content memory content)
    {
        content.path = string(vm.parseJsonBytes(json, string.concat(key, ".path")));
        content.content = vm.parseJsonBytes(json, string.concat(key, ".content"));
        content.place.position = vm.parseJsonUint(json, string.concat(key, ".position"));
        content.place.count = vm.parseJsonUint(json, string.concat(key, ".count"));
        content.place.proof = vm.parseJsonBytes32Array(json, string.concat(key, ".proof"));
    }

    function _digit(uint256 i) private pure returns (string memory) {
        return string(abi.encodePacked(uint8(48 + i)));
    }
}
