// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ICallSubscription} from "../interfaces/ICallSubscription.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {OrderLib} from "../libraries/OrderLib.sol";
import {RequestOrder} from "../types/Orders.sol";

/// @notice See ICallSubscription.
contract CallSubscription is ICallSubscription, Ownable2Step {
    using SafeERC20 for IERC20;

    IMarket private immutable MARKET;
    IEscrow private immutable ESCROW;

    Plan public planOf;
    uint48 private _startedAt;
    uint48 private _period;
    uint64 private _used;
    mapping(bytes32 requestHash => bool) private _called;

    constructor(address market, address escrow, address owner, Plan memory plan) Ownable(owner) {
        (MARKET, ESCROW) = (IMarket(market), IEscrow(escrow));
        _setPlan(plan);
    }

    /// @inheritdoc ICallSubscription
    function call(RequestOrder calldata order) external returns (bytes32 requestHash) {
        Plan memory plan = planOf;
        if (msg.sender != plan.dapp) revert NotDapp(msg.sender, plan.dapp);
        _checkWithin(plan, order);
        requestHash = OrderLib.typedHash(order, MARKET.domainSeparator());
        if (_called[requestHash]) revert AlreadyCalled(requestHash);
        (uint48 period, uint64 used) = _usedNow(plan);
        if (order.volume > plan.tasks - used) revert TooManyTasks(order.volume, plan.tasks - used);
        uint256 needed = uint256(plan.maxTaskPrice) * order.volume;
        uint256 free = ESCROW.freeOf(address(this));
        if (free < needed) revert TooLittlePrepaid(free, needed);
        _called[requestHash] = true;
        (_period, _used) = (period, used + order.volume);
        emit CallPlaced(requestHash, order.volume, period, used + order.volume);
        emit RequestPlaced(requestHash, order);
        MARKET.placeRequestOrder(order);
    }

    /// @inheritdoc ICallSubscription
    function cancel(RequestOrder calldata order) external {
        if (msg.sender != planOf.dapp && msg.sender != owner()) revert NotDapp(msg.sender, planOf.dapp);
        emit CallCancelled(OrderLib.typedHash(order, MARKET.domainSeparator()));
        MARKET.cancelRequestOrder(order);
    }

    /// @inheritdoc ICallSubscription
    function setPlan(Plan calldata plan) external onlyOwner {
        _setPlan(plan);
    }

    /// @inheritdoc ICallSubscription
    function withdraw(uint256 amount) external onlyOwner {
        address to = owner();
        emit Withdrawn(to, amount);
        ESCROW.withdraw(amount);
        IERC20(ESCROW.token()).safeTransfer(to, amount);
    }

    /// @inheritdoc ICallSubscription
    function tasksLeft() external view returns (uint64) {
        Plan memory plan = planOf;
        if (block.timestamp > plan.endsAt) return 0;
        (, uint64 used) = _usedNow(plan);
        return plan.tasks - used;
    }

    function _setPlan(Plan memory plan) private {
        if (plan.dapp == address(0) || plan.periodSec == 0) revert BadPlan(plan.dapp, plan.periodSec);
        (planOf, _startedAt, _period, _used) = (plan, uint48(block.timestamp), 0, 0);
        emit PlanSet(plan);
    }

    function _checkWithin(Plan memory plan, RequestOrder calldata order) private view {
        if (order.requester != address(this)) revert NotPayer(order.requester, address(this));
        if (order.callback != plan.dapp) revert WrongCallback(order.callback, plan.dapp);
        if (plan.app != address(0) && order.app != plan.app) revert WrongApp(order.app, plan.app);
        uint256 price = uint256(order.maxAppPrice) + order.maxDatasetPrice + order.maxPoolPrice;
        if (price > plan.maxTaskPrice) revert TooDear(price, plan.maxTaskPrice);
        if (block.timestamp > plan.endsAt || order.expiresAt > plan.endsAt) {
            revert SubscriptionEnded(plan.endsAt, order.expiresAt);
        }
    }

    function _usedNow(Plan memory plan) private view returns (uint48 period, uint64 used) {
        period = (uint48(block.timestamp) - _startedAt) / plan.periodSec;
        if (period == _period) used = _used;
    }
}
