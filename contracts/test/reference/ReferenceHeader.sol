// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A block header in RLP, written plainly: what HeaderLib has to read.
library ReferenceHeader {
    /// `extra` is of any length up to 32 bytes; small numbers take a byte, as in a young chain.
    function encode(bytes32 prevrandao, uint256 number, bytes memory extra)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory items;
        items = abi.encodePacked(items, text(abi.encode(keccak256("parent"))));
        items = abi.encodePacked(items, text(abi.encode(keccak256("ommers"))));
        items = abi.encodePacked(items, text(abi.encodePacked(address(0xfee))));
        items = abi.encodePacked(items, text(abi.encode(keccak256("state"))));
        items = abi.encodePacked(items, text(abi.encode(keccak256("transactions"))));
        items = abi.encodePacked(items, text(abi.encode(keccak256("receipts"))));
        items = abi.encodePacked(items, text(new bytes(256)));
        items = abi.encodePacked(items, text(integer(0)), text(integer(number)), text(integer(30_000_000)));
        items = abi.encodePacked(items, text(integer(21_000)), text(integer(1_800_000_000)), text(extra));
        items = abi.encodePacked(items, text(abi.encode(prevrandao)), text(new bytes(8)));
        items = abi.encodePacked(items, text(integer(1 gwei)), text(abi.encode(keccak256("withdrawals"))));
        return abi.encodePacked(hex"f9", uint16(items.length), items);
    }

    function text(bytes memory value) internal pure returns (bytes memory) {
        if (value.length == 1 && uint8(value[0]) < 0x80) return value;
        if (value.length < 56) return abi.encodePacked(uint8(0x80 + value.length), value);
        if (value.length < 256) return abi.encodePacked(uint8(0xb8), uint8(value.length), value);
        return abi.encodePacked(uint8(0xb9), uint16(value.length), value);
    }

    /// Big endian without leading zeros.
    function integer(uint256 value) internal pure returns (bytes memory digits) {
        for (; value != 0; value >>= 8) {
            digits = abi.encodePacked(uint8(value), digits);
        }
    }
}
