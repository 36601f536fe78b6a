// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolOrder} from "../types/Orders.sol";
import {Purchase} from "../types/Purchases.sol";
import {IPoolSeller} from "./IPoolSeller.sol";

/// @notice Capacity by subscription: a fee by the period buys the right to so many tasks in each, at a fixed price.
/// @dev Fees wait here until their period begins; a subscriber that leaves gets back those of later ones. So a
/// seller that stops serving (it needs only to withdraw its approval) has at most one period's fee for nothing.
interface ISubscriptionMarket is IPoolSeller {
    /// @dev `order.price` is per task, `order.volume` the tasks of a period; `fee` in token units.
    struct Plan {
        PoolOrder order;
        uint128 fee;
        uint48 periodSec;
    }

    event Subscribed(bytes32 indexed listing, address indexed subscriber, uint48 endsAt, uint256 paid);
    event Left(bytes32 indexed listing, address indexed subscriber, uint48 endsAt, uint256 refund);
    event FeesCollected(bytes32 indexed listing, address indexed subscriber, uint256 amount);
    event TasksDrawn(bytes32 indexed listing, address indexed subscriber, uint32 period, uint64 used);

    error BadPlan(uint48 periodSec, uint64 volume);
    error ZeroPeriods();
    error NotSubscribed(bytes32 listing, address subscriber, uint48 endsAt);
    error NothingToCollect(bytes32 listing, address subscriber);

    /// @notice Offers `seats` subscriptions. The sender must own the pool.
    /// @return listing keccak256(abi.encode(plan)); a plan never changes.
    function offer(Plan calldata plan, uint64 seats) external returns (bytes32 listing);
    /// @notice Subscribes the sender, or adds periods; it pays `fee` for each into this contract.
    function subscribe(Plan calldata plan, uint16 periods) external;
    /// @notice Ends the sender's subscription with the period at hand, and gives back the fees of later ones.
    function quit(Plan calldata plan) external;
    /// @notice Pays the seller the fees of periods that have begun; open to anyone.
    function collect(Plan calldata plan, address subscriber) external;
    /// @notice Opens a deal within the period's tasks; the subscriber itself.
    function draw(Plan calldata plan, Purchase calldata purchase) external returns (uint64 sold);
    function subscriptionOf(bytes32 listing, address subscriber)
        external
        view
        returns (uint48 startedAt, uint48 endsAt, uint32 collected, uint32 period, uint64 used);
}
