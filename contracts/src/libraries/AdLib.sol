// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../interfaces/IClassAds.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {MatchProofs, PoolOrder, RequestOrder} from "../types/Orders.sol";

/// @notice Matching of the ads of a pool's and a requester's order.
library AdLib {
    /// @dev Bounds what an ad can cost whoever sends the match; ClassAds takes at most 300,000.
    uint256 private constant MATCH_GAS = 400_000;

    /// @notice Reverts unless the ads are those of the orders and each meets the other's requirements.
    function check(
        address classAds,
        PoolOrder calldata pool,
        RequestOrder calldata request,
        MatchProofs calldata proofs
    ) internal view {
        bool poolHasAd = _checkAd(2, pool.ad, proofs.poolAd);
        bool requestHasAd = _checkAd(3, request.ad, proofs.requestAd);
        if ((poolHasAd || requestHasAd) && !_meet(classAds, proofs)) {
            revert IMarket.RequirementsNotMet(pool.ad, request.ad);
        }
    }

    function _checkAd(uint8 side, bytes32 expected, bytes calldata ad) private pure returns (bool) {
        if (expected == 0 && ad.length == 0) return false;
        bytes32 found = ad.length == 0 ? bytes32(0) : keccak256(ad);
        if (found != expected) revert IMarket.WrongAd(side, expected, found);
        return true;
    }

    /// @dev Whoever gives the call too little gas gets a no, as for an ad that needs more than its bound.
    function _meet(address classAds, MatchProofs calldata proofs) private view returns (bool met) {
        bytes memory question = abi.encodeCall(IClassAds.matches, (proofs.poolAd, proofs.requestAd));
        assembly ("memory-safe") {
            let success := staticcall(MATCH_GAS, classAds, add(question, 0x20), mload(question), 0x00, 0x20)
            met := and(and(success, gt(returndatasize(), 0x1f)), eq(mload(0x00), 1))
        }
    }
}
