// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealState, DealStateLib} from "../../src/libraries/DealStateLib.sol";
import {Ending, EndLib, Taken} from "../../src/libraries/EndLib.sol";
import {DealTerms} from "../../src/types/Deals.sol";

/// EndLib with terms as calldata, which is how Market has them.
contract EndHarness {
    using DealStateLib for DealState;

    function ending(
        DealTerms calldata terms,
        uint256 settled,
        uint256 late,
        uint256 dust,
        Taken calldata taken
    ) external pure returns (Ending memory end, bool breached) {
        DealState state = DealStateLib.opened().withSettled(settled, late, dust, 0);
        return (EndLib.ending(terms, state, taken), EndLib.isBreached(terms, state));
    }
}
