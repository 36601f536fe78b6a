// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealPart} from "../../src/types/Deals.sol";

/// What TableLib, TallyLib and OutcomeLib make of a batch, without money, signatures and standing. The contract itself is compiled as
/// what is deployed is, and used from its artifact.
interface IBatchHarness {
    struct Outcome {
        bytes32[] heads;
        bytes32 root;
        bytes32 resultRoot;
        bytes[] results;
        uint256[] rewards;
        uint256[] passed;
        uint256[] faults;
        uint256[] won;
        uint256[] voteless;
        bytes[] spoiled;
    }

    /// @param odds Of each worker, the same for every deal.
    function run(
        DealPart[] calldata parts,
        bytes calldata workers,
        uint256[] calldata odds,
        uint256 workersPart,
        uint256 minOdds
    ) external pure returns (Outcome memory outcome);
}
