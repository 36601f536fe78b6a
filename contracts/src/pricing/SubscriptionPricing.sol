// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AssetPricing} from "../base/AssetPricing.sol";
import {IPricing} from "../interfaces/IPricing.sol";

/// @notice Subscribers pay an asset's owner by the period and get so many tasks in each for nothing.
/// @dev Holds no money: fees go from the subscriber to the owner in the call that subscribes.
contract SubscriptionPricing is AssetPricing {
    using SafeERC20 for IERC20;

    /// @dev `taskPrice` is for tasks beyond `tasks` in a period, and for everybody else.
    struct Plan {
        uint128 fee;
        uint128 taskPrice;
        uint48 periodSec;
        uint32 tasks;
    }

    /// @dev With the plan as it was paid for: an owner that changes it changes nothing for who has paid.
    struct Subscription {
        Plan plan;
        uint48 startedAt;
        uint48 endsAt;
        uint48 period;
        uint32 used;
    }

    event PlanSet(address indexed asset, Plan plan);
    event Subscribed(address indexed asset, address indexed requester, uint48 endsAt, uint256 paid);
    event TasksUsed(address indexed asset, address indexed requester, uint48 period, uint32 used);

    error BadPlan(uint48 periodSec, uint32 tasks);
    /// @dev The owner has changed the plan since the subscriber looked at it.
    error PlanChanged(address asset, bytes32 expected, bytes32 found);
    /// @dev A running subscription of another plan must end first.
    error StillSubscribed(address asset, address requester, uint48 endsAt);
    error ZeroPeriods();

    IERC20 private immutable TOKEN;

    mapping(address asset => Plan) public planOf;
    mapping(address asset => mapping(address requester => Subscription)) public subscriptionOf;

    constructor(address market, address registry, address token) AssetPricing(market, registry) {
        TOKEN = IERC20(token);
    }

    /// @notice Binds the matches of who is not subscribed, and the subscriptions that follow; the owner only.
    function setPlan(address asset, Plan calldata plan) external {
        _checkOwner(asset);
        if (plan.periodSec == 0 || plan.tasks == 0) revert BadPlan(plan.periodSec, plan.tasks);
        planOf[asset] = plan;
        emit PlanSet(asset, plan);
    }

    /// @notice Subscribes `requester`, or adds periods to its subscription; the sender pays.
    /// @param planHash keccak256(abi.encode(plan)) of the plan that the sender means to buy.
    function subscribe(address asset, address requester, uint16 periods, bytes32 planHash) external {
        if (periods == 0) revert ZeroPeriods();
        Plan memory plan = planOf[asset];
        bytes32 found = keccak256(abi.encode(plan));
        if (plan.periodSec == 0) revert NoTariff(asset);
        if (found != planHash) revert PlanChanged(asset, planHash, found);
        Subscription storage subscription = subscriptionOf[asset][requester];
        if (subscription.endsAt > block.timestamp) {
            if (keccak256(abi.encode(subscription.plan)) != found) {
                revert StillSubscribed(asset, requester, subscription.endsAt);
            }
        } else {
            uint48 startsAt = uint48(block.timestamp);
            subscriptionOf[asset][requester] = Subscription(plan, startsAt, startsAt, 0, 0);
        }
        subscription.endsAt += plan.periodSec * periods;
        uint256 paid = uint256(plan.fee) * periods;
        emit Subscribed(asset, requester, subscription.endsAt, paid);
        if (paid != 0) TOKEN.safeTransferFrom(msg.sender, _ownerOf(asset), paid);
    }

    /// @inheritdoc IPricing
    function charge(address asset, address requester, address, uint32 volume)
        external
        returns (uint128 price)
    {
        _checkMarket();
        Subscription storage subscription = subscriptionOf[asset][requester];
        if (block.timestamp >= subscription.endsAt) {
            Plan memory offered = planOf[asset];
            if (offered.periodSec == 0) revert NoTariff(asset);
            return offered.taskPrice;
        }
        Plan memory plan = subscription.plan;
        uint48 period = (uint48(block.timestamp) - subscription.startedAt) / plan.periodSec;
        uint32 used = subscription.period == period ? subscription.used : 0;
        uint32 free = volume < plan.tasks - used ? volume : plan.tasks - used;
        (subscription.period, subscription.used) = (period, used + free);
        emit TasksUsed(asset, requester, period, used + free);
        return _perTask(uint256(plan.taskPrice) * (volume - free), volume);
    }
}
