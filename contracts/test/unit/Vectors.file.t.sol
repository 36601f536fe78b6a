// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FileKey} from "../../src/types/Files.sol";
import {Test, vm} from "../lib/Test.sol";
import {FileHarness} from "../reference/FileHarness.sol";
import {ReferenceFile, SealedFile} from "../reference/ReferenceFile.sol";

/// What TypeScript makes of the same file: contracts/tools/fileVectors.ts.
contract FileVectorsTest is Test {
    using ReferenceFile for *;

    function test_AFileOnSale() public {
        string memory json = vm.readFile("contracts/test/vectors/file.json");
        FileKey memory key = FileKey(_word(json, ".secret"), _word(json, ".salt"));
        bytes32 offerId = keccak256(
            abi.encode(
                vm.parseJsonUint(json, ".chainId"),
                vm.parseJsonAddress(json, ".verifyingContract"),
                vm.parseJsonAddress(json, ".seller"),
                vm.parseJsonUint(json, ".nonce")
            )
        );
        vm.assertEq(offerId, _word(json, ".offerId"));
        vm.assertEq(offerId.commitment(key), _word(json, ".keyCommitment"));
        SealedFile memory file = ReferenceFile.seal(
            vm.parseJsonBytes(json, ".content"), vm.parseJsonUint(json, ".chunkBytes"), offerId, key
        );
        bytes32[] memory plainHashes = vm.parseJsonBytes32Array(json, ".plainHashes");
        vm.assertEq(file.cipher.length, plainHashes.length);
        FileHarness harness = FileHarness(vm.deployCode("FileHarness.sol:FileHarness", ""));
        bytes memory ciphers;
        for (uint256 i; i < plainHashes.length; ++i) {
            vm.assertEq(file.plainHashes[i], plainHashes[i]);
            ciphers = abi.encodePacked(ciphers, file.cipher[i]);
            vm.assertEq(
                harness.plainHashOf(offerId.streamKey(key), key.salt, i, file.cipher[i]), plainHashes[i]
            );
        }
        vm.assertEq(ciphers, vm.parseJsonBytes(json, ".ciphers"));
        vm.assertEq(file.leaves().rootOf(), _word(json, ".root"));
        bytes32[] memory path = vm.parseJsonBytes32Array(json, ".pathOf4");
        vm.assertEq(abi.encode(path), abi.encode(file.leaves().pathOf(4)));
    }

    function _word(string memory json, string memory name) private pure returns (bytes32) {
        return vm.parseJsonBytes32(json, name);
    }
}
