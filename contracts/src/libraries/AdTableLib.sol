// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../interfaces/IClassAds.sol";

/// @notice The attributes of an ad: sorted entries of name (31 bytes), kind (1 byte) and value (32 bytes).
library AdTableLib {
    uint256 internal constant UNDEFINED = 0;
    uint256 internal constant ERROR = 1;
    uint256 internal constant BOOLEAN = 2;
    uint256 internal constant INTEGER = 3;
    uint256 internal constant STRING = 4;

    uint256 internal constant MAX_ATTRIBUTES = 32;
    uint8 private constant VERSION = 1;
    uint256 private constant HEAD = 2;
    uint256 private constant ENTRY = 64;

    /// @notice Reverts unless the table is well formed; `find` relies on it.
    /// @return end Where the table ends and the program begins.
    function check(uint8 side, bytes calldata ad) internal pure returns (uint256 end) {
        if (ad.length == 0) return 0;
        if (ad.length < HEAD) revert IClassAds.AdTruncated(side, ad.length);
        if (uint8(ad[0]) != VERSION) revert IClassAds.AdVersionUnknown(side, uint8(ad[0]));
        uint256 count = uint8(ad[1]);
        if (count > MAX_ATTRIBUTES) revert IClassAds.TooManyAttributes(side, count);
        end = HEAD + ENTRY * count;
        if (ad.length < end) revert IClassAds.AdTruncated(side, ad.length);
        uint256 previous;
        for (uint256 offset = HEAD; offset < end;) {
            uint256 head = load(ad, offset);
            if (head >> 8 <= previous) revert IClassAds.AttributesNotAscending(side, offset);
            unchecked {
                if (!_isCanonical(head & 0xff, load(ad, offset + 32))) {
                    revert IClassAds.BadAttribute(side, offset);
                }
                offset += ENTRY;
            }
            previous = head >> 8;
        }
    }

    /// @notice Value of an attribute by binary search; undefined when the ad has none of this name.
    function find(bytes calldata ad, uint256 name) internal pure returns (uint256, uint256) {
        if (ad.length == 0) return (UNDEFINED, 0);
        unchecked {
            uint256 low;
            uint256 high = (load(ad, 0) >> 240) & 0xff;
            while (low < high) {
                uint256 middle = (low + high) >> 1;
                uint256 head = load(ad, HEAD + ENTRY * middle);
                uint256 found = head >> 8;
                if (found == name) return (head & 0xff, load(ad, HEAD + ENTRY * middle + 32));
                if (found < name) low = middle + 1;
                else high = middle;
            }
        }
        return (UNDEFINED, 0);
    }

    /// @notice 32 bytes of calldata from `offset` on; callers know how many of them are theirs.
    function load(bytes calldata data, uint256 offset) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }

    function _isCanonical(uint256 kind, uint256 word) private pure returns (bool) {
        if (kind >= INTEGER) return kind <= STRING;
        return word <= (kind == BOOLEAN ? 1 : 0);
    }
}
