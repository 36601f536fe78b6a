// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../types/Orders.sol";
import {CallbackLib} from "./CallbackLib.sol";
import {GroupLib} from "./GroupLib.sol";

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
        _checkSla(pool, request);
        if (!CallbackLib.admits(request.callback, request.callbackGas)) {
            revert IMarket.BadCallbackGas(request.callbackGas, CallbackLib.MAX_GAS);
        }
    }

    /// @notice Reverts unless the last of `volume` tasks starts early enough for what the pool says it needs.
    /// @dev Else a requester could ask for what cannot be done, and get the pool's stake for it.
    function checkTime(PoolOrder calldata pool, RequestOrder calldata request, uint256 volume) internal pure {
        uint256 needed = request.slotSec * (volume - 1) + pool.taskSec;
        if (needed > request.deadlineSec) revert IMarket.TooLittleTime(request.deadlineSec, needed);
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

    function _checkSla(PoolOrder calldata pool, RequestOrder calldata request) private pure {
        uint16 slaBps = request.slaBps;
        if (slaBps == 0) return;
        if (slaBps > BPS) revert IMarket.BadSla(slaBps);
        _checkNeed(6, slaBps, pool.slaBps);
        if (pool.taskSec == 0 || pool.taskSec > request.taskSec) {
            revert IMarket.TooSlow(request.taskSec, pool.taskSec);
        }
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
