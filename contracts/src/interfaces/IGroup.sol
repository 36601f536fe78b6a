// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Whom an order admits, asked by Market while it matches; see the fields `only...` of orders.
interface IGroup {
    function isMember(address who) external view returns (bool);
}
