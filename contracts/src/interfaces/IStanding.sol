// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Bonds and records of workers.
interface IStanding {
    event Bonded(address indexed worker, uint256 amount, uint256 bond);
    event UnbondRequested(address indexed worker, uint48 availableAt);
    event Unbonded(address indexed worker, uint256 amount);
    event CheckPassed(address indexed worker, uint32 passed, uint32 checks);
    event FaultFound(address indexed worker, uint32 faults, uint256 slashed, uint48 bannedUntil);

    error BondTooSmall(uint256 bond, uint256 min);
    error NoBond(address worker);
    error UnbondingPending(address worker, uint48 availableAt);
    error NotAuthorisedCaller(address caller);

    /// @notice Locks `amount` of the sender's free balance as its bond. Stops an unbonding under way.
    function bond(uint256 amount) external;
    /// @notice Starts leaving: from now on the worker cannot vote, and after a delay may unbond.
    function requestUnbond() external;
    function unbond() external;

    function standingOf(address worker)
        external
        view
        returns (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil, uint48 unbondAt);
    /// @notice WAD odds that the worker is right, at the given share of saboteurs; 0 if it may not vote now.
    function oddsOf(address worker, uint16 saboteurBps) external view returns (uint256);
}
