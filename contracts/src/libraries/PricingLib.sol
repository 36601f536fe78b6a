// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {IPricing} from "../interfaces/IPricing.sol";
import {DealTerms} from "../types/Deals.sol";

/// @notice Asks pricing contracts, which are strangers'.
library PricingLib {
    uint256 private constant CHARGE_GAS = 200_000;

    /// @notice The price per task of `asset` in a deal: what its order says, or what its pricing contract asks
    /// within that.
    /// @dev Assumes nothing of the contract: it may run out of its gas, revert, answer too much or nothing, and
    /// call back in. All that is about a match is written before, but the deal, which nobody can name yet.
    /// @param side 0 app, 1 data set.
    function quote(uint8 side, address pricing, address asset, uint128 price, DealTerms memory terms)
        internal
        returns (uint128)
    {
        if (pricing == address(0)) return price;
        bytes memory question =
            abi.encodeCall(IPricing.charge, (asset, terms.requester, terms.pool, terms.volume));
        bool answered;
        uint256 quoted;
        assembly ("memory-safe") {
            let success := call(CHARGE_GAS, pricing, 0, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(success, gt(returndatasize(), 0x1f))
            quoted := mload(0x00)
        }
        if (!answered) revert IMarket.PricingFailed(side, pricing);
        if (quoted > price) revert IMarket.PriceAbove(side, quoted, price);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint128(quoted);
    }
}
