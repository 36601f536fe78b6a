// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolOrder} from "../types/Orders.sol";
import {Purchase} from "../types/Purchases.sol";
import {IPoolSeller} from "./IPoolSeller.sol";

/// @notice A shop window: a pool's owner posts a price, changes it when it likes, and who pays it is served.
interface IPostedPrice is IPoolSeller {
    event PriceSet(bytes32 indexed listing, uint128 price);

    /// @dev The seller has raised its price since the buyer looked.
    error PriceRaised(bytes32 listing, uint128 price, uint128 maxPrice);

    /// @notice Offers `order.volume` tasks at `order.price` each. The sender must own the pool.
    /// @return listing keccak256(abi.encode(order)).
    function post(PoolOrder calldata order) external returns (bytes32 listing);
    /// @notice Sets the price of the sales that follow; the seller only.
    function setPrice(bytes32 listing, uint128 price) external;
    /// @notice Buys at the posted price; the requester itself.
    /// @param order As it was posted.
    /// @param maxPrice The most that the buyer agreed to, per task.
    function buy(PoolOrder calldata order, Purchase calldata purchase, uint128 maxPrice)
        external
        returns (uint64 sold);
    function priceOf(bytes32 listing) external view returns (uint128);
}
