// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Evaluates compiled ClassAds. Encoding: docs/protocol/classads.md.
interface IClassAds {
    /// @notice Whether the requirements of each of two ads are true of the other.
    /// @param left One compiled ad; empty for none, which requires nothing and describes nothing.
    /// @param right The other.
    function matches(bytes calldata left, bytes calldata right) external view returns (bool);
}
