// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {DigestLib} from "../../src/libraries/DigestLib.sol";
import {Preimage} from "../../src/types/Results.sol";

/// DigestLib from outside.
contract DigestHarness {
    function digestOf(Preimage calldata result, bytes32 taskId) external pure returns (bytes32) {
        return DigestLib.digestOf(result, taskId);
    }

    function checkContent(IDeliveries.Content calldata content, Preimage calldata result) external pure {
        DigestLib.checkContent(content, result);
    }
}
