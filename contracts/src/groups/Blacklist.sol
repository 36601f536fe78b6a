// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GroupList} from "../base/GroupList.sol";

/// @notice Admits everybody but those whom its owner has listed.
contract Blacklist is GroupList {
    constructor(address owner) GroupList(owner) {}

    function isMember(address who) external view returns (bool) {
        return !isListed[who];
    }
}
