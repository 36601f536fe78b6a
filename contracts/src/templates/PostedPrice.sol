// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolSeller} from "../base/PoolSeller.sol";
import {IPostedPrice} from "../interfaces/IPostedPrice.sol";
import {PoolOrder} from "../types/Orders.sol";
import {Purchase} from "../types/Purchases.sol";

/// @notice See IPostedPrice.
contract PostedPrice is IPostedPrice, PoolSeller {
    mapping(bytes32 listing => uint128) public priceOf;

    constructor(address market, address registry) PoolSeller(market, registry) {}

    /// @inheritdoc IPostedPrice
    function post(PoolOrder calldata order) external returns (bytes32 listing) {
        listing = keccak256(abi.encode(order));
        _list(listing, order, order.volume);
        priceOf[listing] = order.price;
        emit PriceSet(listing, order.price);
    }

    /// @inheritdoc IPostedPrice
    function setPrice(bytes32 listing, uint128 price) external {
        _checkSeller(listing);
        priceOf[listing] = price;
        emit PriceSet(listing, price);
    }

    /// @inheritdoc IPostedPrice
    function buy(PoolOrder calldata order, Purchase calldata purchase, uint128 maxPrice)
        external
        nonReentrant
        returns (uint64 sold)
    {
        bytes32 listing = keccak256(abi.encode(order));
        uint128 price = priceOf[listing];
        if (price > maxPrice) revert PriceRaised(listing, price, maxPrice);
        sold = _sell(listing, order, price, _openListing(listing).left, purchase);
        listingOf[listing].left -= sold;
    }
}
