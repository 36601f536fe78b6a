// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IGroupList} from "../interfaces/IGroupList.sol";

/// @notice See IGroupList.
abstract contract GroupList is IGroupList, Ownable2Step {
    mapping(address who => bool) public isListed;

    constructor(address owner) Ownable(owner) {}

    /// @inheritdoc IGroupList
    function setListed(address[] calldata whos, bool listed) external onlyOwner {
        for (uint256 i; i < whos.length; ++i) {
            // Zero is how a request says that it wants no data set: a list must not decide about that.
            if (whos[i] == address(0)) revert ZeroMember();
            isListed[whos[i]] = listed;
            emit ListedSet(whos[i], listed);
        }
    }
}
