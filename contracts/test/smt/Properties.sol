// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CredibilityLib} from "../../src/libraries/CredibilityLib.sol";

/// What `npm run smt` has z3 prove, for all values at once: that arithmetic without checks cannot overflow within the
/// bounds that its callers keep, and what follows from it. An early return is an assumption.
contract Properties {
    uint256 private constant WAD = 1e18;
    uint256 private constant CAP = 1e36;

    /// The product in `CredibilityLib.join`, whose factors are at most CAP.
    function joinDoesNotOverflow(uint256 group, uint256 odds) external pure {
        if (group > CAP || odds > CAP) return;
        assert(group * odds / WAD <= type(uint256).max);
    }

    function joinStaysBelowTheCap(uint256 group, uint256 odds) external pure {
        if (group > CAP || odds > CAP) return;
        assert(CredibilityLib.join(group, odds) <= CAP);
    }

    /// The terms of `CredibilityLib.workerOdds`, for the bounds of the parameter and fewer than 2^64 checks.
    function oddsOfAWorkerDoNotOverflow(uint64 checks, uint16 saboteurBps) external pure {
        if (saboteurBps < 100 || saboteurBps > 4900) return;
        uint256 f = uint256(saboteurBps) * 1e14;
        assert(f > 0 && f < WAD);
        assert((WAD - f) * WAD <= CAP);
        assert(uint256(checks) * 2_718_281_828_459_045_235 <= 2 ** 126);
        assert(2 ** 126 * (WAD - f) <= type(uint256).max);
    }

    /// Both sides of `CredibilityLib.isCredible`: at most 255 other groups.
    function judgingDoesNotOverflow(uint256 group, uint256 against, uint256 minOdds) external pure {
        if (group > CAP || against > WAD + 255 * CAP || minOdds > type(uint128).max) return;
        assert(group * WAD <= type(uint256).max);
        assert(minOdds * against <= type(uint256).max);
    }

    /// Workers' part of a price, as in `DealLib.workersPart`: never more than the price.
    function aShareIsNoMoreThanTheWhole(uint128 price, uint16 shareBps) external pure {
        if (shareBps > 10_000) return;
        assert(uint256(price) * shareBps / 10_000 <= price);
    }

    /// What all tasks of a deal cost fits a word.
    function theWholeDealFits(uint128 app, uint128 dataset, uint128 pool, uint32 volume) external pure {
        assert((uint256(app) + dataset + pool) * volume < 2 ** 162);
    }

    /// Vesting, as in `Distribution.vestedOf`: never more than all, and never less later.
    function vestingIsInOrder(uint128 amount, uint48 passed, uint48 vestingSec) external pure {
        if (passed >= vestingSec) return;
        assert(uint256(amount) * passed / vestingSec <= amount);
    }
}
