// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolOrder} from "../types/Orders.sol";
import {Purchase} from "../types/Purchases.sol";
import {IPoolSeller} from "./IPoolSeller.sol";

/// @notice A price that falls by the second from the order's price to a floor; who takes it first has it.
interface IDutchAuction is IPoolSeller {
    /// @dev From `order.price` at `startsAt` straight down to `floorPrice` at `floorAt`, where it stays.
    struct Auction {
        PoolOrder order;
        uint128 floorPrice;
        uint48 startsAt;
        uint48 floorAt;
    }

    error BadAuction(uint128 startPrice, uint128 floorPrice, uint48 startsAt, uint48 floorAt);
    error NotStarted(bytes32 listing, uint48 startsAt);
    error PriceAboveLimit(bytes32 listing, uint128 price, uint128 maxPrice);

    /// @notice Offers `order.volume` tasks. The sender must own the pool.
    /// @return listing keccak256(abi.encode(auction)).
    function open(Auction calldata auction) external returns (bytes32 listing);
    /// @notice Buys at the price of this moment; the requester itself.
    /// @param maxPrice The most that the buyer agreed to, per task: it waits no longer than it wants.
    function buy(Auction calldata auction, Purchase calldata purchase, uint128 maxPrice)
        external
        returns (uint64 sold);
    /// @notice Price per task at a time, rounded up: never below the floor.
    function priceAt(Auction calldata auction, uint48 time) external pure returns (uint128);
}
