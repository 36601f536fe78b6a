// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Quotes what an app or a data set costs in a deal; named by the orders of its owner.
/// @dev Market calls it once a match, with bounded gas, and refuses a price above the order's. A revert or a wrong
/// answer fails that match and nothing else.
interface IPricing {
    /// @notice Books `volume` tasks and returns their price. Market only: the tasks count against quotas.
    /// @param asset The app or data set.
    /// @param requester Who pays.
    /// @param pool Where the tasks run.
    /// @param volume Tasks of the deal, at least 1.
    /// @return price Per task, in token units; the same for every task of the deal.
    function charge(address asset, address requester, address pool, uint32 volume)
        external
        returns (uint128 price);
}
