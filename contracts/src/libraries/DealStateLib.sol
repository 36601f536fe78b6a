// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealStatus} from "../types/Deals.sol";

/// @dev What changes of a deal, one word, lowest bits first: status 7, whether stake was taken 1, settled 32,
/// spoiled 32, late 32, dust 48 (once closed: when), and the done bits of tasks 0 to 103. Further tasks have
/// words of their own.
type DealState is uint256;

/// @notice Reads and makes states of deals.
library DealStateLib {
    uint256 private constant STATUS_MASK = 0x7f;
    uint256 private constant TAKEN_BIT = 0x80;
    uint256 private constant SETTLED_SHIFT = 8;
    uint256 private constant SPOILED_SHIFT = 40;
    uint256 private constant LATE_SHIFT = 72;
    uint256 private constant DUST_SHIFT = 104;
    uint256 private constant BITS_SHIFT = 152;
    /// @notice How many tasks have their bits in the state itself.
    uint256 internal constant INLINE_TASKS = 104;

    /// @notice A deal that was just matched.
    function opened() internal pure returns (DealState) {
        return DealState.wrap(uint256(DealStatus.Open));
    }

    /// @notice The state after `settled_` more tasks have settled, `late_` of them late, with these bits.
    function withSettled(DealState self, uint256 settled_, uint256 late_, uint256 dust_, uint256 bits_)
        internal
        pure
        returns (DealState)
    {
        uint256 counts = DealState.unwrap(self) & ((1 << BITS_SHIFT) - 1);
        counts += settled_ << SETTLED_SHIFT | late_ << LATE_SHIFT | dust_ << DUST_SHIFT;
        return DealState.wrap(counts | bits_ << BITS_SHIFT);
    }

    /// @notice The state after `spoiled_` more tasks are spoiled, with these bits.
    function withSpoiled(DealState self, uint256 spoiled_, uint256 bits_) internal pure returns (DealState) {
        uint256 counts = DealState.unwrap(self) & ((1 << BITS_SHIFT) - 1);
        return DealState.wrap(counts + (spoiled_ << SPOILED_SHIFT) | bits_ << BITS_SHIFT);
    }

    /// @notice The state with a note that stake was taken.
    function withTaken(DealState self) internal pure returns (DealState) {
        return DealState.wrap(DealState.unwrap(self) | TAKEN_BIT);
    }

    /// @notice The state of a deal that ended at `endedAt_`.
    function closed(DealState self, uint256 endedAt_) internal pure returns (DealState) {
        uint256 rest = DealState.unwrap(self) & ~(STATUS_MASK | uint256(type(uint48).max) << DUST_SHIFT);
        return DealState.wrap(rest | uint256(DealStatus.Closed) | endedAt_ << DUST_SHIFT);
    }

    // These casts cut a field out of the word.
    // forge-lint: disable-start(unsafe-typecast)

    function status(DealState self) internal pure returns (DealStatus) {
        return DealStatus(uint8(DealState.unwrap(self) & STATUS_MASK));
    }

    /// @notice Whether some of the pool's stake was taken; how much is not in the word.
    function hasTaken(DealState self) internal pure returns (bool) {
        return DealState.unwrap(self) & TAKEN_BIT != 0;
    }

    function settled(DealState self) internal pure returns (uint256) {
        return uint32(DealState.unwrap(self) >> SETTLED_SHIFT);
    }

    /// @notice Tasks that can never settle, because their votes are public and do not agree.
    function spoiled(DealState self) internal pure returns (uint256) {
        return uint32(DealState.unwrap(self) >> SPOILED_SHIFT);
    }

    /// @notice Settled tasks that were committed after they were due.
    function late(DealState self) internal pure returns (uint256) {
        return uint32(DealState.unwrap(self) >> LATE_SHIFT);
    }

    /// @notice Of an open deal: sum of what division left of the workers' shares, in token units.
    function dust(DealState self) internal pure returns (uint256) {
        return uint48(DealState.unwrap(self) >> DUST_SHIFT);
    }

    /// @notice Of a closed deal: when it ended. In the place of the dust, which was paid then.
    function endedAt(DealState self) internal pure returns (uint48) {
        return uint48(DealState.unwrap(self) >> DUST_SHIFT);
    }

    // forge-lint: disable-end(unsafe-typecast)

    /// @notice Settled or spoiled, a bit a task.
    function bits(DealState self) internal pure returns (uint256) {
        return DealState.unwrap(self) >> BITS_SHIFT;
    }

    /// @notice Where the done bit of a task from INLINE_TASKS on is kept: which word, and its mask.
    function placeOf(uint256 index) internal pure returns (uint256 word, uint256 bit) {
        unchecked {
            uint256 place = index - INLINE_TASKS;
            return (place >> 8, 1 << (place & 255));
        }
    }
}
