// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Tunable numbers, each within hard bounds. A deal keeps those it started with.
interface IParameters {
    event ParameterSet(bytes32 indexed name, uint256 value);

    error OutOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max);
    error UnknownParameter(bytes32 name);
    error NotGovernor(address caller);

    /// @notice Share of saboteurs that credibility assumes; bounds 100 to 4900, first 2000.
    function saboteurBps() external view returns (uint16);
    /// @notice Workers' part of the pool price; bounds 5000 to 10000, first 9000.
    function workerShareBps() external view returns (uint16);
    /// @notice Part of a bond that a fault costs; bounds 100 to 10000, first 5000.
    function slashBps() external view returns (uint16);
    /// @notice Smallest bond with which a worker may vote.
    function minBond() external view returns (uint128);
    function banSec() external view returns (uint48);
    function unbondSec() external view returns (uint48);
    /// @notice Time between commit and settlement at most; bounds 60 to 604800.
    function settleWindowSec() external view returns (uint48);
    function maxDeadlineSec() external view returns (uint48);
    function maxMaturitySec() external view returns (uint48);
    /// @param name Name of the getter above as a left-aligned short string.
    function set(bytes32 name, uint256 value) external;
}
