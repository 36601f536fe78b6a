// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPricing} from "./IPricing.sol";

/// @notice What all pricing contracts of Millrace refuse: one contract serves the assets of many owners.
interface IAssetPricing is IPricing {
    error NotMarket(address caller);
    error NotAssetOwner(address asset, address caller, address owner);
    error NoTariff(address asset);
}
