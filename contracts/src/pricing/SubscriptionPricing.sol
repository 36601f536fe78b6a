// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AssetPricing} from "../base/AssetPricing.sol";
import {ISubscriptionPricing} from "../interfaces/ISubscriptionPricing.sol";
import {IPricing} from "../interfaces/IPricing.sol";

/// @notice See ISubscriptionPricing.
contract SubscriptionPricing is ISubscriptionPricing, AssetPricing {
    using SafeERC20 for IERC20;

    /// @dev With the plan as it was paid for: an owner that changes it changes nothing for who has paid.
    struct Subscription {
        Plan plan;
        uint48 startedAt;
        uint48 endsAt;
        uint48 period;
        uint32 used;
    }

    IERC20 private immutable TOKEN;

    mapping(address asset => Plan) public planOf;
    mapping(address asset => mapping(address requester => Subscription)) public subscriptionOf;

    constructor(address market, address registry, address token) AssetPricing(market, registry) {
        TOKEN = IERC20(token);
    }

    /// @inheritdoc ISubscriptionPricing
    function setPlan(address asset, Plan calldata plan) external {
        _checkOwner(asset);
        if (plan.periodSec == 0 || plan.tasks == 0) revert BadPlan(plan.periodSec, plan.tasks);
        planOf[asset] = plan;
        emit PlanSet(asset, plan);
    }

    /// @inheritdoc ISubscriptionPricing
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
