// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolSeller} from "../base/PoolSeller.sol";
import {IDutchAuction} from "../interfaces/IDutchAuction.sol";
import {Purchase} from "../types/Purchases.sol";

/// @notice See IDutchAuction.
contract DutchAuction is IDutchAuction, PoolSeller {
    constructor(address market, address registry) PoolSeller(market, registry) {}

    /// @inheritdoc IDutchAuction
    function open(Auction calldata auction) external returns (bytes32 listing) {
        if (auction.floorPrice > auction.order.price || auction.startsAt >= auction.floorAt) {
            revert BadAuction(auction.order.price, auction.floorPrice, auction.startsAt, auction.floorAt);
        }
        listing = keccak256(abi.encode(auction));
        _list(listing, auction.order, auction.order.volume);
    }

    /// @inheritdoc IDutchAuction
    function buy(Auction calldata auction, Purchase calldata purchase, uint128 maxPrice)
        external
        nonReentrant
        returns (uint64 sold)
    {
        bytes32 listing = keccak256(abi.encode(auction));
        // First, because the price of an auction that nobody opened need not be a number.
        uint64 left = _openListing(listing).left;
        if (block.timestamp < auction.startsAt) revert NotStarted(listing, auction.startsAt);
        uint128 price = priceAt(auction, uint48(block.timestamp));
        if (price > maxPrice) revert PriceAboveLimit(listing, price, maxPrice);
        sold = _sell(listing, auction.order, price, left, purchase);
        listingOf[listing].left -= sold;
    }

    /// @inheritdoc IDutchAuction
    function priceAt(Auction calldata auction, uint48 time) public pure returns (uint128) {
        if (time <= auction.startsAt) return auction.order.price;
        if (time >= auction.floorAt) return auction.floorPrice;
        uint256 fallen = uint256(auction.order.price - auction.floorPrice) * (time - auction.startsAt);
        // Less than the whole fall, which is of 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        return auction.order.price - uint128(fallen / (auction.floorAt - auction.startsAt));
    }
}
