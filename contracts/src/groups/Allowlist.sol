// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GroupList} from "../base/GroupList.sol";

/// @notice Admits whom its owner has listed, and nobody else.
contract Allowlist is GroupList {
    constructor(address owner) GroupList(owner) {}

    function isMember(address who) external view returns (bool) {
        return isListed[who];
    }
}
