// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Odds c / (1 - c) in WAD, as in docs/protocol/credibility.md.
library CredibilityLib {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant CAP = 1e36;
    uint256 private constant E_WAD = 2_718_281_828_459_045_235;

    /// @notice Odds of a worker with `checks` passed since its last fault: max((1-f)/f, k e (1-f)/f - 1).
    /// @dev Floors against the worker. Nothing overflows for checks below 2^64 and bps in 1 to 4999.
    function workerOdds(uint256 checks, uint256 saboteurBps) internal pure returns (uint256 odds) {
        unchecked {
            uint256 f = saboteurBps * (WAD / 10_000);
            odds = (WAD - f) * WAD / f;
            uint256 earned = checks * E_WAD * (WAD - f) / f;
            if (earned > odds + WAD) odds = earned - WAD;
            if (odds > CAP) odds = CAP;
        }
    }

    /// @notice Odds that a bond covers: 1 + bond / value at stake, rounded down.
    /// @param bond Below 2^96.
    /// @param value All that the worker answers for, the batch at hand included.
    function coveredOdds(uint256 bond, uint256 value) internal pure returns (uint256 odds) {
        if (value == 0) return CAP;
        unchecked {
            odds = WAD + bond * WAD / value;
            if (odds > CAP) odds = CAP;
        }
    }

    /// @notice Odds of a group joined by one more worker, saturating.
    /// @dev Both at most CAP, so the product stays below 2^240.
    function join(uint256 group, uint256 odds) internal pure returns (uint256 joined) {
        unchecked {
            joined = group * odds / WAD;
            if (joined > CAP) joined = CAP;
        }
    }

    /// @notice Whether a group is believed: group >= minOdds * (1 + sum of the other groups).
    /// @param against WAD + sum of the other groups; at most 256 groups, so below 2^128.
    /// @param minOdds Below 2^128; the products stay below 2^256 (proved: `npm run smt`).
    function isCredible(uint256 group, uint256 against, uint256 minOdds) internal pure returns (bool) {
        unchecked {
            return group * WAD >= minOdds * against;
        }
    }
}
