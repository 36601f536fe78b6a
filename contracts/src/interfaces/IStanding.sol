// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FaultKind, Verdict} from "../types/Verdicts.sol";

/// @notice Bonds and records of workers.
interface IStanding {
    event Bonded(address indexed worker, uint256 amount, uint256 bond);
    event UnbondRequested(address indexed worker, uint48 availableAt);
    event Unbonded(address indexed worker, uint256 amount);
    /// @dev `checks` counts all since the last fault.
    event CheckPassed(address indexed worker, uint32 passed, uint32 checks);
    /// @dev `faults` counts all that the worker ever had.
    event FaultFound(
        address indexed worker, FaultKind kind, uint32 faults, uint256 slashed, uint48 bannedUntil
    );
    /// @dev `amount` is what the worker now answers for until `maturesAt`, besides what it did before.
    event Exposed(address indexed worker, uint256 amount, uint48 maturesAt);

    /// @dev A dissent was right after all, on appeal. `slashed` is what it had cost, for Appeals to pay.
    event Restored(address indexed worker, uint32 checks, uint32 faults, uint256 slashed, uint48 bannedUntil);

    error BondTooSmall(uint256 bond, uint256 min);
    error BondTooLarge(uint256 bond, uint256 max);
    error NoBond(address worker);
    error UnbondingPending(address worker, uint48 availableAt);
    error UnbondNotRequested(address worker);
    error BondFrozen(address worker, uint256 appeals);
    error NotAuthorisedCaller(address caller);
    error WorkerNotBonded(address worker, uint256 bond, uint256 needed);
    error WorkerBanned(address worker, uint48 bannedUntil);
    error WorkerUnbonding(address worker, uint48 since);

    /// @notice Locks `amount` of the sender's free balance as its bond. Stops an unbonding under way.
    /// @dev The bond must then be at least `minBond`; `amount` 0 only stops an unbonding.
    function bond(uint256 amount) external;
    /// @notice Starts leaving: from now on the worker cannot vote, and after a delay may unbond.
    function requestUnbond() external;
    /// @notice Gives the bond back once its delay is over and nothing is left that the worker answers for, in appeals or
    /// until it matures.
    function unbond() external;

    function standingOf(address worker)
        external
        view
        returns (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil, uint48 unbondAt);
    /// @notice WAD odds that the worker is right, at the given share of saboteurs: what its record earns, at most
    /// what its bond covers of `value` and of its exposure; 0 if it may not vote now.
    /// @param value What it would vote on, in token units.
    function oddsOf(address worker, uint16 saboteurBps, uint256 value) external view returns (uint256);
    /// @notice What the worker answers for: prices of settled tasks whose credits have not matured, in token
    /// units. uint128.max for more than can be counted.
    function exposureOf(address worker) external view returns (uint256);

    /// @notice Weights of workers whose votes were committed at `committedAt`; reverts naming one that
    /// was not bonded, banned or leaving at that time.
    /// @dev What happens after a commit cannot void it, or a worker could hold up its batch by leaving.
    /// A worker found at fault since then keeps its vote without any weight: type(uint256).max.
    /// @return weights From the lowest bits: exposure 128, bond 96, checks 32.
    function weightsAt(address[] calldata workers, uint48 committedAt)
        external
        view
        returns (uint256[] memory weights);
    /// @notice Writes down what a batch, a jury or a spot check says about workers; protocol contracts only.
    /// @dev A fault costs `slashBps` of the bond, paid to `harmed`, once per verdict; it resets the checks
    /// and starts a ban.
    /// @param pool, nonce The batch that the verdicts are about.
    function record(address pool, uint64 nonce, Verdict[] calldata verdicts) external;
    /// @notice Adds to what workers answer for until `maturesAt`; Work only.
    /// @param amounts Prices of the tasks that each settled, in token units.
    function expose(address[] calldata workers, uint256[] calldata amounts, uint48 maturesAt) external;
    /// @notice Takes back one fault of a worker's dissent in a batch; Appeals only.
    /// @dev With the last of a batch its checks come back, and its ban ends unless another fault stands behind it.
    /// Votes committed before the fault stay without weight.
    /// @return slashed What that fault had cost, for the caller to pay; 0 if there is nothing to take back.
    function restore(address worker, address pool, uint64 nonce) external returns (uint256 slashed);
    /// @notice Holds a worker's bond until as many calls of `thaw`; Appeals only.
    /// @dev For a worker that an open appeal may yet slash, whatever has matured meanwhile.
    function freeze(address worker) external;
    /// @notice Lets go of what one `freeze` held; Appeals only.
    function thaw(address worker) external;
}
