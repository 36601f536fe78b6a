// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @notice Waits between a vote and what it decided, so that whoever disagrees can withdraw first. It is the governor
/// of `Parameters`, has no administrator but itself, and lets anyone carry out what is due.
contract Timelock is TimelockController {
    /// @notice Longest delay: a vote can be slowed down, not stopped for good.
    uint256 public constant MOST_DELAY = 30 days;
    /// @notice Shortest delay: the one it began with. No vote takes the notice away.
    uint256 public immutable LEAST_DELAY;

    // The base keeps its own where nothing can bound it; that one is never read.
    uint256 private _delay;

    error DelayOutOfBounds(uint256 delay, uint256 least, uint256 most);

    /// @param delay Seconds between queueing and execution.
    /// @param proposer The governor contract, which alone schedules and cancels.
    constructor(uint256 delay, address proposer)
        TimelockController(delay, _one(proposer), _one(address(0)), address(0))
    {
        if (delay > MOST_DELAY) revert DelayOutOfBounds(delay, 0, MOST_DELAY);
        LEAST_DELAY = delay;
        _delay = delay;
    }

    /// @notice Changes the delay of what is scheduled from now on. Only by a proposal that this contract executes.
    function updateDelay(uint256 newDelay) external override {
        if (msg.sender != address(this)) revert TimelockUnauthorizedCaller(msg.sender);
        if (newDelay < LEAST_DELAY || newDelay > MOST_DELAY) {
            revert DelayOutOfBounds(newDelay, LEAST_DELAY, MOST_DELAY);
        }
        emit MinDelayChange(_delay, newDelay);
        _delay = newDelay;
    }

    /// @notice Seconds between queueing and execution.
    function getMinDelay() public view override returns (uint256) {
        return _delay;
    }

    function _one(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
