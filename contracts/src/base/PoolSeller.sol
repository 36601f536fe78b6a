// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IPoolSeller} from "../interfaces/IPoolSeller.sol";
import {MatchLib} from "../libraries/MatchLib.sol";
import {OrderLib} from "../libraries/OrderLib.sol";
import {PoolOrder} from "../types/Orders.sol";
import {Purchase} from "../types/Purchases.sol";

/// @notice See IPoolSeller.
/// @dev Every sale is an order of its own, for one requester and the tasks asked for, placed and matched in one call:
/// nothing of it is left on the market for anybody else, or for later.
abstract contract PoolSeller is IPoolSeller, ReentrancyGuard {
    /// @dev Two slots. `busyUntilMs` as of an order, over all sales: each is an order of its own, on which nothing is
    /// booked yet.
    struct Listing {
        address seller;
        uint64 left;
        bool isOpen;
        uint48 busyUntilMs;
    }

    IMarket internal immutable MARKET;
    IERC721 private immutable REGISTRY;

    mapping(bytes32 listing => Listing) public listingOf;
    uint256 private _sales;

    constructor(address market, address registry) {
        (MARKET, REGISTRY) = (IMarket(market), IERC721(registry));
    }

    /// @inheritdoc IPoolSeller
    function withdraw(bytes32 listing) external {
        _checkSeller(listing);
        listingOf[listing].isOpen = false;
        emit Withdrawn(listing);
    }

    function _list(bytes32 listing, PoolOrder calldata order, uint64 left) internal {
        address owner = REGISTRY.ownerOf(uint160(order.pool));
        // Without this, whoever knows of an approval could offer another's pool at a price of 0.
        if (msg.sender != owner) revert NotAssetOwner(order.pool, msg.sender, owner);
        if (listingOf[listing].seller != address(0)) revert AlreadyListed(listing);
        listingOf[listing] = Listing(msg.sender, left, true, 0);
        emit Listed(listing, msg.sender, order.pool, order);
    }

    /// @dev Sells up to `limit` tasks of a listing and books what was sold.
    /// @return sold Tasks of the deal.
    function _sell(
        bytes32 listing,
        PoolOrder calldata listed,
        uint128 price,
        uint64 limit,
        Purchase calldata purchase
    ) internal returns (uint64 sold) {
        address requester = purchase.requestOrder.requester;
        if (msg.sender != requester) revert NotBuyer(msg.sender, requester);
        PoolOrder memory order = listed;
        order.price = price;
        order.volume = purchase.volume < limit ? purchase.volume : limit;
        order.onlyRequester = requester;
        order.salt = uint256(keccak256(abi.encode(address(this), ++_sales)));
        if (order.volume == 0) revert SoldOut(listing);
        _checkOwner(listing, order.pool);
        MARKET.placePoolOrder(order);
        bytes32 dealId = MARKET.matchOrders(
            purchase.appOrder,
            purchase.datasetOrder,
            order,
            purchase.requestOrder,
            purchase.proofs,
            purchase.volume
        );
        // forge-lint: disable-next-line(unsafe-typecast)
        sold = uint64(MARKET.consumedOf(OrderLib.typedHash(order, MARKET.domainSeparator())));
        if (sold < order.volume) MARKET.cancelPoolOrder(order);
        Listing storage state = listingOf[listing];
        state.busyUntilMs = MatchLib.book(listed, purchase.requestOrder, sold, state.busyUntilMs);
        emit Sold(listing, dealId, price, sold);
    }

    function _openListing(bytes32 listing) internal view returns (Listing storage found) {
        found = listingOf[listing];
        _sellerOf(listing);
        if (!found.isOpen) revert ListingClosed(listing);
    }

    function _checkSeller(bytes32 listing) internal view {
        address seller = _sellerOf(listing);
        if (msg.sender != seller) revert NotSeller(listing, msg.sender, seller);
    }

    function _sellerOf(bytes32 listing) internal view returns (address seller) {
        seller = listingOf[listing].seller;
        if (seller == address(0)) revert UnknownListing(listing);
    }

    function _checkOwner(bytes32 listing, address pool) private view {
        (address seller, address owner) = (_sellerOf(listing), REGISTRY.ownerOf(uint160(pool)));
        if (seller != owner) revert PoolChangedHands(listing, seller, owner);
    }
}
