// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolOrder} from "../types/Orders.sol";

/// @notice What the templates have in common that sell for the owners of pools.
/// @dev An owner makes the template its ERC-721 operator (Registry.setApprovalForAll) and so lets it place pool
/// orders. That approval could also move the token, so only approve code that is known not to.
/// A listing is named by its hash; whoever acts on it passes its content back. All its sales together book the slots of
/// its order.
interface IPoolSeller {
    event Listed(bytes32 indexed listing, address indexed seller, address indexed pool, PoolOrder order);
    event Withdrawn(bytes32 indexed listing);
    event Sold(bytes32 indexed listing, bytes32 indexed dealId, uint128 price, uint64 sold);

    error NotAssetOwner(address asset, address caller, address owner);
    error AlreadyListed(bytes32 listing);
    error UnknownListing(bytes32 listing);
    error NotSeller(bytes32 listing, address caller, address seller);
    /// @dev The pool was sold since: what its former owner listed binds nobody.
    error PoolChangedHands(bytes32 listing, address seller, address owner);
    error NotBuyer(address caller, address requester);
    error SoldOut(bytes32 listing);
    error ListingClosed(bytes32 listing);

    /// @notice Ends a listing; its seller only. Deals that it made go on.
    function withdraw(bytes32 listing) external;
    /// @notice Who sells, how much is left to sell, whether it has not been withdrawn, and until when the slots are
    /// booked, in Unix milliseconds.
    function listingOf(bytes32 listing)
        external
        view
        returns (address seller, uint64 left, bool isOpen, uint48 busyUntilMs);
}
