// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PoolOrder, RequestOrder} from "../types/Orders.sol";
import {ISealedBidAuction} from "../interfaces/ISealedBidAuction.sol";
import {SlotLib} from "./SlotLib.sol";

/// @notice Whether a bid can serve the auction's request, as Market will ask when they are matched.
library BidLib {
    /// @dev Fields that Market compares by ClassAd are not known at the reveal: bids have no ad.
    function check(
        PoolOrder calldata order,
        RequestOrder memory request,
        address auction,
        uint48 settleEndsAt
    ) internal pure {
        if (order.fuel < request.fuel) revert ISealedBidAuction.UnfitBid(0);
        if (order.memoryMiB < request.memoryMiB) revert ISealedBidAuction.UnfitBid(1);
        if (order.diskMiB < request.diskMiB) revert ISealedBidAuction.UnfitBid(2);
        if (order.wallSec < request.wallSec) revert ISealedBidAuction.UnfitBid(3);
        if (order.maxOdds < request.minOdds) revert ISealedBidAuction.UnfitBid(4);
        if (order.stake < request.minStake) revert ISealedBidAuction.UnfitBid(5);
        if (order.slaBps < request.slaBps) revert ISealedBidAuction.UnfitBid(6);
        if (order.price > request.maxPoolPrice) revert ISealedBidAuction.UnfitBid(7);
        if (order.volume != request.volume) revert ISealedBidAuction.UnfitBid(8);
        if (order.expiresAt < settleEndsAt) revert ISealedBidAuction.UnfitBid(9);
        if (!_isFree(order, request, auction)) revert ISealedBidAuction.UnfitBid(10);
        if (order.ad != 0) revert ISealedBidAuction.UnfitBid(11);
        if (!_isQuick(order, request)) revert ISealedBidAuction.UnfitBid(12);
    }

    /// @dev Restricted to the auction, and to no other app or data set than those asked for.
    function _isFree(PoolOrder calldata order, RequestOrder memory request, address auction)
        private
        pure
        returns (bool)
    {
        return order.onlyRequester == auction && (order.onlyApp == address(0) || order.onlyApp == request.app)
            && (order.onlyDataset == address(0) || order.onlyDataset == request.dataset);
    }

    /// @dev As Market asks of an order that nothing is booked on yet.
    function _isQuick(PoolOrder calldata order, RequestOrder memory request) private pure returns (bool) {
        (uint48 taskSec, uint32 slots) = (order.taskSec, order.slots);
        if (order.stake != 0 && (taskSec == 0 || slots == 0)) return false;
        SlotLib.Service memory service = SlotLib.serve(taskSec, slots, request.slotSec, request.volume, 0);
        if (service.isSparse || service.neededSec > request.deadlineSec) return false;
        return request.slaBps == 0 || (taskSec != 0 && service.waitSec + taskSec <= request.taskSec);
    }
}
