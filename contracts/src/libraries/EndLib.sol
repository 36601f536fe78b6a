// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealStatus, DealTerms} from "../types/Deals.sol";
import {DealLib} from "./DealLib.sol";
import {DealState, DealStateLib} from "./DealStateLib.sol";

/// @dev For how many settled tasks a pool's stake and own part were taken, and how much of its stake for spoiled
/// ones. One slot.
struct Taken {
    uint32 tasks;
    uint128 spoiled;
}

/// @dev Who gets what when a deal ends, in token units: out of the requester's lock to app owner, data set owner
/// and pool owner and back to the requester, for tasks that did not settle and for late ones; out of the
/// pool's stake to the requester likewise, and back to the pool.
struct Ending {
    uint256 appPay;
    uint256 datasetPay;
    uint256 poolPay;
    uint256 refund;
    uint256 lateRefund;
    uint256 refundStake;
    uint256 lateStake;
    uint256 poolStake;
}

/// @notice The money of a deal's end; packages/protocol/src/dealEnd.ts says the same.
library EndLib {
    using DealLib for DealTerms;
    using DealStateLib for DealState;

    uint256 private constant BPS = 10_000;

    /// @notice Whether fewer tasks settled in time than the deal's SLA promises.
    function isBreached(DealTerms calldata terms, DealState state) internal pure returns (bool) {
        return (state.settled() - state.late()) * BPS < uint256(terms.slaBps) * terms.volume;
    }

    /// @notice Settled tasks for which the pool keeps neither its part of the price nor its stake.
    function lateTasks(DealTerms calldata terms, DealState state) internal pure returns (uint256) {
        return isBreached(terms, state) ? state.late() : 0;
    }

    /// @notice Settled tasks of which stake may be taken; never fewer later on.
    /// @dev As long as late ones may still be the requester's, others are not paid out of them.
    function takableTasks(DealTerms calldata terms, DealState state) internal pure returns (uint256) {
        if (state.status() != DealStatus.Open) return state.settled() - lateTasks(terms, state);
        return state.settled() - (terms.slaBps == 0 ? 0 : state.late());
    }

    /// @notice The pool's own part of a task's price.
    function poolPart(DealTerms calldata terms) internal pure returns (uint256) {
        return terms.poolPrice - terms.workersPart();
    }

    /// @dev Workers were paid batch by batch. Never more tasks were taken than `takableTasks`.
    function ending(DealTerms calldata terms, DealState state, Taken memory taken)
        internal
        pure
        returns (Ending memory end)
    {
        uint256 settled = state.settled();
        uint256 unsettled = terms.volume - settled;
        uint256 late = lateTasks(terms, state);
        uint256 kept = settled - late - taken.tasks;
        uint256 part = poolPart(terms);
        uint256 stake = terms.poolStake;
        end.appPay = terms.appPrice * settled;
        end.datasetPay = terms.datasetPrice * settled;
        end.poolPay = part * kept + state.dust();
        end.refund = terms.price() * unsettled;
        end.lateRefund = part * late;
        end.refundStake = stake * unsettled - taken.spoiled;
        end.lateStake = stake * late;
        end.poolStake = stake * kept;
    }
}
