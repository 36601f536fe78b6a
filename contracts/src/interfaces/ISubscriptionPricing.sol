// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetPricing} from "./IAssetPricing.sol";

/// @notice Subscribers pay an asset's owner by the period and get so many tasks in each for nothing.
/// @dev Holds no money: fees go from the sender to the owner in the call that subscribes.
interface ISubscriptionPricing is IAssetPricing {
    /// @dev `fee` a period and `taskPrice` in token units; the latter for tasks beyond `tasks` in a period, and for
    /// everybody who is not subscribed.
    struct Plan {
        uint128 fee;
        uint128 taskPrice;
        uint48 periodSec;
        uint32 tasks;
    }

    event PlanSet(address indexed asset, Plan plan);
    event Subscribed(address indexed asset, address indexed requester, uint48 endsAt, uint256 paid);
    /// @dev `used` tasks of the subscription's period number `period` so far.
    event TasksUsed(address indexed asset, address indexed requester, uint48 period, uint32 used);

    error BadPlan(uint48 periodSec, uint32 tasks);
    /// @dev The owner has changed the plan since the subscriber looked at it.
    error PlanChanged(address asset, bytes32 expected, bytes32 found);
    /// @dev A running subscription of another plan must end first.
    error StillSubscribed(address asset, address requester, uint48 endsAt);
    error ZeroPeriods();

    /// @notice Binds the matches of who is not subscribed, and the subscriptions that follow; the owner only.
    function setPlan(address asset, Plan calldata plan) external;
    /// @notice Subscribes `requester`, or adds periods to its subscription; the sender pays.
    /// @param planHash keccak256(abi.encode(plan)) of the plan that the sender means to buy.
    function subscribe(address asset, address requester, uint16 periods, bytes32 planHash) external;
    function planOf(address asset)
        external
        view
        returns (uint128 fee, uint128 taskPrice, uint48 periodSec, uint32 tasks);
    /// @notice The plan as it was paid for, with what is used of it.
    function subscriptionOf(address asset, address requester)
        external
        view
        returns (Plan memory plan, uint48 startedAt, uint48 endsAt, uint48 period, uint32 used);
}
