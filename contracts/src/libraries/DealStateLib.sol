// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealStatus} from "../types/Deals.sol";

/// @dev What changes of a deal, one word, lowest bits first: status 8, settled 32, dust 48, and the
/// settled bits of tasks 0 to 167. Further tasks have words of their own.
type DealState is uint256;

/// @notice Reads and makes states of deals.
library DealStateLib {
    uint256 private constant SETTLED_SHIFT = 8;
    uint256 private constant DUST_SHIFT = 40;
    uint256 private constant BITS_SHIFT = 88;
    /// @notice How many tasks have their bits in the state itself.
    uint256 internal constant INLINE_TASKS = 168;

    function make(DealStatus status_, uint256 settled_, uint256 dust_, uint256 bits_)
        internal
        pure
        returns (DealState)
    {
        return DealState.wrap(
            uint256(status_) | settled_ << SETTLED_SHIFT | dust_ << DUST_SHIFT | bits_ << BITS_SHIFT
        );
    }

    // These casts cut a field out of the word.
    // forge-lint: disable-start(unsafe-typecast)

    function status(DealState self) internal pure returns (DealStatus) {
        return DealStatus(uint8(DealState.unwrap(self)));
    }

    function settled(DealState self) internal pure returns (uint256) {
        return uint32(DealState.unwrap(self) >> SETTLED_SHIFT);
    }

    /// @notice Sum of what division left of the workers' shares, in token units.
    function dust(DealState self) internal pure returns (uint256) {
        return uint48(DealState.unwrap(self) >> DUST_SHIFT);
    }

    // forge-lint: disable-end(unsafe-typecast)

    function bits(DealState self) internal pure returns (uint256) {
        return DealState.unwrap(self) >> BITS_SHIFT;
    }

    /// @notice Where the settled bit of a task from INLINE_TASKS on is kept: which word, and its mask.
    function placeOf(uint256 index) internal pure returns (uint256 word, uint256 bit) {
        unchecked {
            uint256 place = index - INLINE_TASKS;
            return (place >> 8, 1 << (place & 255));
        }
    }
}
