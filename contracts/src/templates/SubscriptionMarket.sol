// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {PoolSeller} from "../base/PoolSeller.sol";
import {ISubscriptionMarket} from "../interfaces/ISubscriptionMarket.sol";
import {Purchase} from "../types/Purchases.sol";

/// @notice See ISubscriptionMarket.
contract SubscriptionMarket is ISubscriptionMarket, PoolSeller {
    using SafeERC20 for IERC20;

    /// @dev One slot. Fees of the first `collected` periods are the seller's already; `used` counts in `period`.
    struct Subscription {
        uint48 startedAt;
        uint48 endsAt;
        uint32 collected;
        uint32 period;
        uint64 used;
    }

    IERC20 private immutable TOKEN;

    mapping(bytes32 listing => mapping(address subscriber => Subscription)) public subscriptionOf;

    constructor(address market, address registry, address token) PoolSeller(market, registry) {
        TOKEN = IERC20(token);
    }

    /// @inheritdoc ISubscriptionMarket
    function offer(Plan calldata plan, uint64 seats) external returns (bytes32 listing) {
        if (plan.periodSec == 0 || plan.order.volume == 0) {
            revert BadPlan(plan.periodSec, plan.order.volume);
        }
        listing = keccak256(abi.encode(plan));
        _list(listing, plan.order, seats);
    }

    /// @inheritdoc ISubscriptionMarket
    function subscribe(Plan calldata plan, uint16 periods) external nonReentrant {
        if (periods == 0) revert ZeroPeriods();
        bytes32 listing = keccak256(abi.encode(plan));
        Subscription storage subscription = subscriptionOf[listing][msg.sender];
        Listing storage listed = _openListing(listing);
        if (subscription.endsAt <= block.timestamp) {
            if (listed.left == 0) revert SoldOut(listing);
            --listed.left;
            _collect(plan, listing, msg.sender);
            uint48 startsAt = uint48(block.timestamp);
            subscriptionOf[listing][msg.sender] = Subscription(startsAt, startsAt, 0, 0, 0);
        }
        subscription.endsAt += plan.periodSec * periods;
        uint256 paid = uint256(plan.fee) * periods;
        emit Subscribed(listing, msg.sender, subscription.endsAt, paid);
        TOKEN.safeTransferFrom(msg.sender, address(this), paid);
    }

    /// @inheritdoc ISubscriptionMarket
    function quit(Plan calldata plan) external nonReentrant {
        bytes32 listing = keccak256(abi.encode(plan));
        Subscription storage subscription = _running(listing, msg.sender);
        uint48 endsAt = subscription.startedAt + plan.periodSec * (_periodOf(plan, subscription) + 1);
        uint256 refund = uint256(plan.fee) * ((subscription.endsAt - endsAt) / plan.periodSec);
        subscription.endsAt = endsAt;
        emit Left(listing, msg.sender, endsAt, refund);
        TOKEN.safeTransfer(msg.sender, refund);
    }

    /// @inheritdoc ISubscriptionMarket
    function collect(Plan calldata plan, address subscriber) external nonReentrant {
        bytes32 listing = keccak256(abi.encode(plan));
        if (_collect(plan, listing, subscriber) == 0) revert NothingToCollect(listing, subscriber);
    }

    /// @inheritdoc ISubscriptionMarket
    function draw(Plan calldata plan, Purchase calldata purchase)
        external
        nonReentrant
        returns (uint64 sold)
    {
        bytes32 listing = keccak256(abi.encode(plan));
        Subscription storage subscription = _running(listing, msg.sender);
        uint32 period = _periodOf(plan, subscription);
        uint64 used = subscription.period == period ? subscription.used : 0;
        sold = _sell(listing, plan.order, plan.order.price, plan.order.volume - used, purchase);
        (subscription.period, subscription.used) = (period, used + sold);
        emit TasksDrawn(listing, msg.sender, period, used + sold);
    }

    function _collect(Plan calldata plan, bytes32 listing, address subscriber)
        private
        returns (uint256 amount)
    {
        Subscription storage subscription = subscriptionOf[listing][subscriber];
        if (subscription.startedAt == 0) return 0;
        uint32 begun = _periodOf(plan, subscription) + 1;
        // forge-lint: disable-next-line(unsafe-typecast)
        uint32 paid = uint32((subscription.endsAt - subscription.startedAt) / plan.periodSec);
        if (begun > paid) begun = paid;
        amount = uint256(plan.fee) * (begun - subscription.collected);
        if (amount == 0) return 0;
        subscription.collected = begun;
        emit FeesCollected(listing, subscriber, amount);
        TOKEN.safeTransfer(_sellerOf(listing), amount);
    }

    function _running(bytes32 listing, address subscriber)
        private
        view
        returns (Subscription storage subscription)
    {
        subscription = subscriptionOf[listing][subscriber];
        uint48 endsAt = subscription.endsAt;
        if (endsAt <= block.timestamp) revert NotSubscribed(listing, subscriber, endsAt);
    }

    function _periodOf(Plan calldata plan, Subscription storage subscription) private view returns (uint32) {
        // In 136 years of periods of a second each this would be too narrow.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint32((block.timestamp - subscription.startedAt) / plan.periodSec);
    }
}
