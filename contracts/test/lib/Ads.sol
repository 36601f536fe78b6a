// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Ads and programs in the byte code of docs/protocol/classads-bytecode.md, good and bad ones.
library Ads {
    function integer(int8 value) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(0x04), uint8(1), value);
    }

    function text(bytes memory value) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(0x05), uint8(value.length), value);
    }

    function my(bytes memory name) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(0x06), uint8(name.length), name);
    }

    function target(bytes memory name) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(0x07), uint8(name.length), name);
    }

    function entry(bytes31 name, uint8 kind, uint256 value) internal pure returns (bytes memory) {
        return abi.encodePacked(name, kind, value);
    }

    /// An ad of one entry and a program; no entry for none.
    function ad(bytes memory entries, bytes memory program) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(1), uint8(entries.length / 64), entries, program);
    }

    /// `count` integers named by their numbers, from 1, in 31 bytes.
    function many(uint256 count) internal pure returns (bytes memory entries) {
        for (uint256 i = 1; i <= count; ++i) {
            entries = bytes.concat(entries, entry(bytes31(uint248(i)), 3, i));
        }
    }

    function repeat(bytes memory part, uint256 times) internal pure returns (bytes memory all) {
        for (uint256 i; i < times; ++i) {
            all = bytes.concat(all, part);
        }
    }
}
