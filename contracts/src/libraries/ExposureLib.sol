// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What a worker answers for, one word, lowest bits first: number of the base epoch 16, then six amounts of
/// 40 bits in units of 10^12, of what matures in the base epoch and in the five after it.
type Exposure is uint256;

/// @notice Reads and makes exposures. Amounts are rounded up and kept to the end of their epoch: against the
/// worker, by at most 14 days and one unit a batch.
library ExposureLib {
    uint256 internal constant EPOCH_SEC = 14 days;
    uint256 private constant EPOCHS = 6;
    uint256 private constant UNIT = 1e12;
    uint256 private constant MAX_UNITS = (1 << 40) - 1;
    /// @notice More than can be counted; no bond covers it.
    uint256 internal constant BOUNDLESS = type(uint128).max;

    /// @notice What has not matured at `nowAt`, in token units.
    function sum(Exposure self, uint256 nowAt) internal pure returns (uint256 amount) {
        uint256 base = _base(self);
        for (uint256 i = _firstLive(base, nowAt); i < EPOCHS; ++i) {
            uint256 units = _units(self, i);
            if (units == MAX_UNITS) return BOUNDLESS;
            amount += units * UNIT;
        }
    }

    /// @notice Adds an amount that matures at `maturesAt`, at most 70 days from now, and forgets what has matured.
    function add(Exposure self, uint256 nowAt, uint256 maturesAt, uint256 amount)
        internal
        pure
        returns (Exposure)
    {
        uint256 epoch = nowAt / EPOCH_SEC;
        uint256 passed = _firstLive(_base(self), nowAt);
        uint256 buckets = passed < EPOCHS ? Exposure.unwrap(self) >> (16 + 40 * passed) : 0;
        uint256 place = maturesAt / EPOCH_SEC - epoch;
        uint256 shift = 40 * (place < EPOCHS ? place : EPOCHS - 1);
        uint256 before = buckets >> shift & MAX_UNITS;
        uint256 units = (amount + UNIT - 1) / UNIT;
        uint256 later = units < MAX_UNITS - before ? before + units : MAX_UNITS;
        buckets = (buckets ^ before << shift) | later << shift;
        return Exposure.wrap(epoch | buckets << 16);
    }

    /// @notice When the last of it is forgotten; 0 for nothing.
    function endsAt(Exposure self) internal pure returns (uint256) {
        for (uint256 i = EPOCHS; i > 0; --i) {
            if (_units(self, i - 1) != 0) return (_base(self) + i) * EPOCH_SEC;
        }
        return 0;
    }

    function _base(Exposure self) private pure returns (uint256) {
        return Exposure.unwrap(self) & 0xffff;
    }

    function _units(Exposure self, uint256 i) private pure returns (uint256) {
        return Exposure.unwrap(self) >> (16 + 40 * i) & MAX_UNITS;
    }

    /// @dev How many of the six have passed.
    function _firstLive(uint256 base, uint256 nowAt) private pure returns (uint256) {
        uint256 epoch = nowAt / EPOCH_SEC;
        return epoch > base ? epoch - base : 0;
    }
}
