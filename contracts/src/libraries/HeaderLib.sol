// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Reads the RLP of a block header.
/// @dev For bytes whose hash was compared with the chain's: they are well formed, so only what is needed is
/// checked, that no read goes beyond them.
library HeaderLib {
    uint256 private constant PREVRANDAO_ITEM = 13;

    error ShortHeader();

    /// @notice The 14th item of the list, prevrandao (before the merge: mixHash).
    function prevrandao(bytes calldata header) internal pure returns (bytes32 random) {
        // A header is longer than 255 bytes, so its list begins with f9 and two bytes of length.
        uint256 pos = 3;
        for (uint256 item; item < PREVRANDAO_ITEM; ++item) {
            pos += _itemBytes(header, pos);
        }
        // a0: a string of 32 bytes.
        if (pos + 33 > header.length || header[pos] != 0xa0) revert ShortHeader();
        return bytes32(header[pos + 1:pos + 33]);
    }

    /// @dev Length of a string item, prefix included.
    function _itemBytes(bytes calldata header, uint256 pos) private pure returns (uint256) {
        if (pos + 2 >= header.length) revert ShortHeader();
        uint256 prefix = uint8(header[pos]);
        if (prefix < 0x80) return 1;
        if (prefix < 0xb8) return prefix - 0x7f;
        uint256 bytesOfLength = prefix - 0xb7;
        if (bytesOfLength == 1) return 2 + uint8(header[pos + 1]);
        if (bytesOfLength == 2) return 3 + (uint256(uint8(header[pos + 1])) << 8 | uint8(header[pos + 2]));
        revert ShortHeader();
    }
}
