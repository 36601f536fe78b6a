// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FileLib} from "../../src/libraries/FileLib.sol";

/// What FileLib keeps to itself, compiled as it is deployed.
contract FileHarness {
    function plainHashOf(bytes32 streamKey, bytes32 salt, uint256 index, bytes calldata cipher)
        external
        pure
        returns (bytes32)
    {
        return FileLib.plainHashOf(streamKey, salt, index, cipher);
    }
}
