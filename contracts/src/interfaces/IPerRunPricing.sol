// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetPricing} from "./IAssetPricing.sol";

/// @notice A price for every task and one for every deal, shared by its tasks.
interface IPerRunPricing is IAssetPricing {
    /// @dev In token units.
    struct Tariff {
        uint128 taskPrice;
        uint128 dealPrice;
    }

    event TariffSet(address indexed asset, uint128 taskPrice, uint128 dealPrice);

    /// @notice Binds the matches that follow; the owner of the asset only. The order's price stays the most.
    /// @dev A sum beyond 128 bits makes every charge revert; no order admits it anyway.
    function setTariff(address asset, Tariff calldata tariff) external;
    function tariffOf(address asset) external view returns (uint128 taskPrice, uint128 dealPrice);
}
