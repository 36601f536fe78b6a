// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssetPricing} from "../base/AssetPricing.sol";
import {IPricing} from "../interfaces/IPricing.sol";

/// @notice A price for every task and one for every deal, shared by its tasks.
contract PerRunPricing is AssetPricing {
    /// @dev In token units.
    struct Tariff {
        uint128 taskPrice;
        uint128 dealPrice;
    }

    event TariffSet(address indexed asset, uint128 taskPrice, uint128 dealPrice);

    mapping(address asset => Tariff) public tariffOf;
    mapping(address asset => bool) private _known;

    constructor(address market, address registry) AssetPricing(market, registry) {}

    /// @notice Binds the matches that follow; the owner of the asset only. The order's price stays the most.
    function setTariff(address asset, Tariff calldata tariff) external {
        _checkOwner(asset);
        tariffOf[asset] = tariff;
        _known[asset] = true;
        emit TariffSet(asset, tariff.taskPrice, tariff.dealPrice);
    }

    /// @inheritdoc IPricing
    /// @dev Reverts with a price beyond 128 bits; no order admits that.
    function charge(address asset, address, address, uint32 volume) external view returns (uint128 price) {
        _checkMarket();
        if (!_known[asset]) revert NoTariff(asset);
        Tariff memory tariff = tariffOf[asset];
        return tariff.taskPrice + _perTask(tariff.dealPrice, volume);
    }
}
