// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice When credits come free.
library MaturityLib {
    /// @dev Credits of one hour are paid out together.
    uint256 private constant STEP = 1 hours;

    /// @notice The first full hour (of Unix time) at or after `madeAt + maturitySec`; 0, for at once, if
    /// `maturitySec` is 0.
    function maturesAt(uint256 madeAt, uint48 maturitySec) internal pure returns (uint48) {
        if (maturitySec == 0) return 0;
        uint256 due = madeAt + maturitySec;
        // Times to come have 48 bits for longer than anybody waits.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint48((due + STEP - 1) / STEP * STEP);
    }
}
