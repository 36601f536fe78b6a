// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice When tasks are done that all take their longest; packages/protocol/src/match/slots.ts says the same.
/// @dev The slots of a pool's order serve in the order of the matches. A task for which `slots` servers take `taskSec`
/// starts no later there than with one server that is `slots` times as fast, and that one's queue is a single number.
/// It is kept in milliseconds: in whole seconds small deals would book much more than they take.
library SlotLib {
    /// @notice Milliseconds in a second.
    uint256 internal constant MS = 1000;

    /// @dev What tasks of a deal get of a pool's slots.
    /// `bookedMs`: how long the slots are taken. `neededSec`: until the last task is done, from the match on. `waitSec`:
    /// the longest that a task waits after its own start. `isSparse`: the slots would stand idle between the tasks.
    struct Service {
        uint256 bookedMs;
        uint256 neededSec;
        uint256 waitSec;
        bool isSparse;
    }

    /// @param slots 0 for any number.
    /// @param slotSec Between the starts of two tasks.
    /// @param queueMs How long the slots are taken by what was booked before.
    function serve(uint256 taskSec, uint256 slots, uint256 slotSec, uint256 volume, uint256 queueMs)
        internal
        pure
        returns (Service memory service)
    {
        uint256 spreadMs = slotSec * (volume - 1) * MS;
        uint256 lastMs = spreadMs;
        if (slots != 0) {
            service.bookedMs = ceilDiv(volume * taskSec * MS, slots);
            lastMs = queueMs + ceilDiv((volume - 1) * taskSec * MS, slots);
            service.isSparse = spreadMs > lastMs;
            uint256 behindMs = service.isSparse ? 0 : lastMs - spreadMs;
            service.waitSec = ceilDiv(behindMs > queueMs ? behindMs : queueMs, MS);
        }
        service.neededSec = ceilDiv(lastMs, MS) + taskSec;
    }

    /// @notice Rounded up.
    function ceilDiv(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
