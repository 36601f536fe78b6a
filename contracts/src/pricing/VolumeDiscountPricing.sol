// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssetPricing} from "../base/AssetPricing.sol";
import {IVolumeDiscountPricing} from "../interfaces/IVolumeDiscountPricing.sol";
import {IPricing} from "../interfaces/IPricing.sol";

/// @notice See IVolumeDiscountPricing.
contract VolumeDiscountPricing is IVolumeDiscountPricing, AssetPricing {
    uint256 private constant MAX_TIERS = 8;

    mapping(address asset => Tier[]) private _tiers;
    mapping(address asset => mapping(address requester => uint64)) public boughtOf;

    constructor(address market, address registry) AssetPricing(market, registry) {}

    /// @inheritdoc IVolumeDiscountPricing
    function setTiers(address asset, Tier[] calldata tiers) external {
        _checkOwner(asset);
        if (tiers.length > MAX_TIERS) revert TooManyTiers(tiers.length, MAX_TIERS);
        delete _tiers[asset];
        for (uint256 i; i < tiers.length; ++i) {
            Tier calldata tier = tiers[i];
            bool good = i == 0
                ? tier.from == 0
                : tier.from > tiers[i - 1].from && tier.taskPrice < tiers[i - 1].taskPrice;
            if (!good) revert BadTier(i, tier.from, tier.taskPrice);
            _tiers[asset].push(tier);
        }
        emit TiersSet(asset, tiers);
    }

    /// @inheritdoc IPricing
    function charge(address asset, address requester, address, uint32 volume)
        external
        returns (uint128 price)
    {
        _checkMarket();
        uint64 first = boughtOf[asset][requester];
        uint64 end = first + volume;
        Tier[] memory tiers = _tiers[asset];
        if (tiers.length == 0) revert NoTariff(asset);
        boughtOf[asset][requester] = end;
        emit TasksBought(asset, requester, end);
        return _perTask(_priceOf(tiers, first, end), volume);
    }

    /// @inheritdoc IVolumeDiscountPricing
    function tiersOf(address asset) external view returns (Tier[] memory) {
        return _tiers[asset];
    }

    /// @dev Of tasks `first` to `end` - 1, each at the price of its tier.
    function _priceOf(Tier[] memory tiers, uint256 first, uint256 end) private pure returns (uint256 total) {
        for (uint256 i; i < tiers.length; ++i) {
            uint256 from = tiers[i].from > first ? tiers[i].from : first;
            uint256 to = i + 1 < tiers.length && tiers[i + 1].from < end ? tiers[i + 1].from : end;
            if (from < to) total += (to - from) * tiers[i].taskPrice;
        }
    }
}
