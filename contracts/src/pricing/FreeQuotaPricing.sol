// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssetPricing} from "../base/AssetPricing.sol";
import {IFreeQuotaPricing} from "../interfaces/IFreeQuotaPricing.sol";
import {IPricing} from "../interfaces/IPricing.sol";

/// @notice See IFreeQuotaPricing.
contract FreeQuotaPricing is IFreeQuotaPricing, AssetPricing {
    struct Tariff {
        uint128 taskPrice;
        uint32 freeTasks;
        uint48 periodSec;
        bool known;
    }

    struct Use {
        uint48 period;
        uint32 tasks;
    }

    mapping(address asset => Tariff) public tariffOf;
    mapping(address asset => mapping(address requester => Use)) private _uses;

    constructor(address market, address registry) AssetPricing(market, registry) {}

    /// @inheritdoc IFreeQuotaPricing
    function setTariff(address asset, uint128 taskPrice, uint32 freeTasks, uint48 periodSec) external {
        _checkOwner(asset);
        tariffOf[asset] = Tariff(taskPrice, freeTasks, periodSec, true);
        emit TariffSet(asset, taskPrice, freeTasks, periodSec);
    }

    /// @inheritdoc IPricing
    function charge(address asset, address requester, address, uint32 volume)
        external
        returns (uint128 price)
    {
        _checkMarket();
        Tariff memory tariff = tariffOf[asset];
        if (!tariff.known) revert NoTariff(asset);
        uint48 period = _periodAt(tariff);
        uint32 left = _left(tariff, _uses[asset][requester], period);
        uint32 free = volume < left ? volume : left;
        if (free != 0) {
            uint32 tasks = tariff.freeTasks - left + free;
            _uses[asset][requester] = Use(period, tasks);
            emit FreeTasksUsed(asset, requester, period, tasks);
        }
        return _perTask(uint256(tariff.taskPrice) * (volume - free), volume);
    }

    /// @inheritdoc IFreeQuotaPricing
    function freeTasksOf(address asset, address requester) external view returns (uint32) {
        Tariff memory tariff = tariffOf[asset];
        return _left(tariff, _uses[asset][requester], _periodAt(tariff));
    }

    function _periodAt(Tariff memory tariff) private view returns (uint48) {
        return tariff.periodSec == 0 ? 0 : uint48(block.timestamp) / tariff.periodSec;
    }

    function _left(Tariff memory tariff, Use memory used, uint48 period) private pure returns (uint32) {
        if (used.period != period) return tariff.freeTasks;
        return used.tasks < tariff.freeTasks ? tariff.freeTasks - used.tasks : 0;
    }
}
