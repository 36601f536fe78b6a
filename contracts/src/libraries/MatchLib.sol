// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../types/Orders.sol";
import {CallbackLib} from "./CallbackLib.sol";
import {GroupLib} from "./GroupLib.sol";
import {SlotLib} from "./SlotLib.sol";

/// @notice Whether four orders fit each other; packages/protocol/src/match/checkMatch.ts says the same.
library MatchLib {
    using GroupLib for address;

    /// @dev Determinism of an app of which no two runs can be compared.
    uint8 private constant NONE = 3;
    uint256 private constant BPS = 10_000;

    /// @notice Reverts with the first reason why they do not.
    function check(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        PoolOrder calldata pool,
        RequestOrder calldata request
    ) internal view {
        if (app.app != request.app) revert IMarket.WrongApp(request.app, app.app);
        if (dataset.dataset != request.dataset) {
            revert IMarket.WrongDataset(request.dataset, dataset.dataset);
        }
        _checkApp(app, pool, request);
        if (request.dataset != address(0)) _checkDataset(dataset, pool, request);
        _checkPool(pool, request);
        if (request.slaBps > BPS) revert IMarket.BadSla(request.slaBps);
        _checkNeed(6, request.slaBps, pool.slaBps);
        if (!CallbackLib.admits(request.callback, request.callbackGas)) {
            revert IMarket.BadCallbackGas(request.callbackGas, CallbackLib.MAX_GAS);
        }
    }

    /// @notice Books `volume` tasks on the slots of a pool's order; reverts unless they can all be done in time, each
    /// taking as long as the pool says. Else a requester could ask for what cannot be done, to get the stake.
    /// @param busyUntilMs Until when the slots are taken by what was booked before, in Unix milliseconds.
    /// @return The same after this booking; at most the deal's deadline.
    function book(PoolOrder calldata pool, RequestOrder calldata request, uint256 volume, uint256 busyUntilMs)
        internal
        view
        returns (uint48)
    {
        (uint48 taskSec, uint32 slots, uint48 slotSec) = (pool.taskSec, pool.slots, request.slotSec);
        if (pool.stake != 0 && (taskSec == 0 || slots == 0)) {
            revert IMarket.UnboundedStake(pool.stake, taskSec, slots);
        }
        uint256 nowMs = block.timestamp * SlotLib.MS;
        uint256 queueMs = busyUntilMs > nowMs ? busyUntilMs - nowMs : 0;
        SlotLib.Service memory service = SlotLib.serve(taskSec, slots, slotSec, volume, queueMs);
        if (service.isSparse) revert IMarket.SlotsTooFar(slotSec, taskSec / slots);
        if (service.neededSec > request.deadlineSec) {
            revert IMarket.TooLittleTime(request.deadlineSec, service.neededSec);
        }
        if (request.slaBps != 0) {
            uint256 offeredSec = taskSec == 0 ? 0 : service.waitSec + taskSec;
            if (taskSec == 0 || offeredSec > request.taskSec) {
                revert IMarket.TooSlow(request.taskSec, offeredSec);
            }
        }
        if (slots == 0) return 0;
        // Seconds fit 48 bits in a deadline, and milliseconds until far beyond it.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint48(nowMs + queueMs + service.bookedMs);
    }

    function _checkApp(AppOrder calldata app, PoolOrder calldata pool, RequestOrder calldata request)
        private
        view
    {
        _checkAdmits(0, app.onlyDataset, request.dataset);
        _checkAdmits(0, app.onlyPool, pool.pool);
        _checkAdmits(0, app.onlyRequester, request.requester);
        _checkPrice(0, app.price, request.maxAppPrice);
        if (app.determinism > NONE) revert IMarket.BadDeterminism(app.determinism);
        if (app.determinism == NONE && (request.minOdds != 0 || request.arbiter == address(0))) {
            revert IMarket.NotReplicable(app.app, request.minOdds, request.arbiter);
        }
        // An arbiter may be the requester's friend, or itself: it judges a stake only for whom the pool has named.
        if (request.arbiter != address(0) && pool.stake != 0 && pool.onlyRequester == address(0)) {
            revert IMarket.ArbiterUnwanted(request.arbiter, pool.stake);
        }
    }

    function _checkDataset(
        DatasetOrder calldata dataset,
        PoolOrder calldata pool,
        RequestOrder calldata request
    ) private view {
        _checkAdmits(1, dataset.onlyApp, request.app);
        _checkAdmits(1, dataset.onlyPool, pool.pool);
        _checkAdmits(1, dataset.onlyRequester, request.requester);
        _checkPrice(1, dataset.price, request.maxDatasetPrice);
    }

    function _checkPool(PoolOrder calldata pool, RequestOrder calldata request) private view {
        _checkAdmits(2, pool.onlyApp, request.app);
        _checkAdmits(2, pool.onlyDataset, request.dataset);
        _checkAdmits(2, pool.onlyRequester, request.requester);
        _checkAdmits(3, request.onlyPool, pool.pool);
        _checkPrice(2, pool.price, request.maxPoolPrice);
        _checkNeed(0, request.fuel, pool.fuel);
        _checkNeed(1, request.memoryMiB, pool.memoryMiB);
        _checkNeed(2, request.diskMiB, pool.diskMiB);
        _checkNeed(3, request.wallSec, pool.wallSec);
        _checkNeed(4, request.minOdds, pool.maxOdds);
        _checkNeed(5, request.minStake, pool.stake);
    }

    function _checkAdmits(uint8 side, address only, address who) private view {
        if (!only.admits(who)) revert IMarket.Restricted(side, only, who);
    }

    function _checkPrice(uint8 side, uint256 price, uint256 max) private pure {
        if (price > max) revert IMarket.PriceAbove(side, price, max);
    }

    function _checkNeed(uint8 what, uint256 asked, uint256 offered) private pure {
        if (asked > offered) revert IMarket.BeyondOffer(what, asked, offered);
    }
}
