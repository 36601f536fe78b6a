// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealTerms} from "../types/Deals.sol";
import {DealLib} from "./DealLib.sol";
import {DealState, DealStateLib} from "./DealStateLib.sol";

/// @dev What was taken of a pool's stake before a deal's end, of settled and of spoiled tasks. One slot.
struct Taken {
    uint128 settled;
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

    /// @dev Workers were paid batch by batch. What was taken of the stake of settled tasks counts against the
    /// tasks that were in time first: a pool that owes both pays both.
    function ending(DealTerms calldata terms, DealState state, Taken memory taken)
        internal
        pure
        returns (Ending memory end)
    {
        uint256 settled = state.settled();
        uint256 unsettled = terms.volume - settled;
        uint256 late = lateTasks(terms, state);
        uint256 poolPart = terms.poolPrice - terms.workersPart();
        uint256 stake = terms.poolStake;
        end.appPay = terms.appPrice * settled;
        end.datasetPay = terms.datasetPrice * settled;
        end.poolPay = poolPart * (settled - late) + state.dust();
        end.refund = terms.price() * unsettled;
        end.lateRefund = poolPart * late;
        end.refundStake = stake * unsettled - taken.spoiled;
        uint256 left = stake * settled - taken.settled;
        end.poolStake = stakeLeft(stake * (settled - late), taken.settled);
        end.lateStake = left - end.poolStake;
    }

    /// @notice `stake` less `taken`, and not less than nothing.
    function stakeLeft(uint256 stake, uint256 taken) internal pure returns (uint256) {
        return taken < stake ? stake - taken : 0;
    }
}
