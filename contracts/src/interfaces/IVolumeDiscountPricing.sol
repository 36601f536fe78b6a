// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetPricing} from "./IAssetPricing.sol";

/// @notice The more tasks a requester has bought of an asset, the less the next ones cost.
interface IVolumeDiscountPricing is IAssetPricing {
    /// @dev Tasks from number `from` (0 is the first) cost `taskPrice` token units, until the next tier begins.
    struct Tier {
        uint64 from;
        uint128 taskPrice;
    }

    event TiersSet(address indexed asset, Tier[] tiers);
    event TasksBought(address indexed asset, address indexed requester, uint64 total);

    error TooManyTiers(uint256 count, uint256 max);
    /// @dev The first tier begins at 0, each other after the one before and at a lower price.
    error BadTier(uint256 place, uint64 from, uint128 taskPrice);

    /// @notice Binds the matches that follow; the owner of the asset only. What was bought stays counted.
    function setTiers(address asset, Tier[] calldata tiers) external;
    function tiersOf(address asset) external view returns (Tier[] memory);
    /// @notice Tasks that a requester has bought of an asset in all its deals, expired ones too.
    function boughtOf(address asset, address requester) external view returns (uint64);
}
