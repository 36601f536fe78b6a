// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGroup} from "./IGroup.sol";

/// @notice A group kept by its owner as a list: of those it admits (Allowlist) or of those it does not (Blacklist).
/// @dev Ids are those of orders: an app, a data set or a pool by its asset id, a requester by its account.
interface IGroupList is IGroup {
    event ListedSet(address indexed who, bool listed);

    error ZeroMember();

    /// @notice Puts `whos` on the list or takes them off it; owner only. A change binds the next match, no open deal.
    function setListed(address[] calldata whos, bool listed) external;
    function isListed(address who) external view returns (bool);
}
