// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssetPricing} from "../base/AssetPricing.sol";
import {IPerRunPricing} from "../interfaces/IPerRunPricing.sol";
import {IPricing} from "../interfaces/IPricing.sol";

/// @notice See IPerRunPricing.
contract PerRunPricing is IPerRunPricing, AssetPricing {
    mapping(address asset => Tariff) public tariffOf;
    mapping(address asset => bool) private _known;

    constructor(address market, address registry) AssetPricing(market, registry) {}

    /// @inheritdoc IPerRunPricing
    function setTariff(address asset, Tariff calldata tariff) external {
        _checkOwner(asset);
        tariffOf[asset] = tariff;
        _known[asset] = true;
        emit TariffSet(asset, tariff.taskPrice, tariff.dealPrice);
    }

    /// @inheritdoc IPricing
    function charge(address asset, address, address, uint32 volume) external view returns (uint128 price) {
        _checkMarket();
        if (!_known[asset]) revert NoTariff(asset);
        Tariff memory tariff = tariffOf[asset];
        return tariff.taskPrice + _perTask(tariff.dealPrice, volume);
    }
}
