// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Where the chance comes from by which juries are drawn.
/// @dev A source must bind each request to a number that nobody knows when the request is made, and must never
/// give two numbers for one request. It may fail to give any: who asks must bear that.
interface IJurySource {
    /// @dev `readyAt` is the block or second, as the source counts, from which the number can be there.
    event RandomAsked(bytes32 indexed key, address indexed consumer, bytes32 id, uint256 readyAt);
    event RandomFound(bytes32 indexed key, bytes32 random);

    error AlreadyAsked(bytes32 key);

    /// @notice Asks for a number for the caller's `id`; once for each.
    function ask(bytes32 id) external;
    /// @notice The number that `consumer` asked for under `id`; zero as long as there is none.
    function randomOf(address consumer, bytes32 id) external view returns (bytes32);
    /// @notice Name of a request: keccak256(abi.encode(consumer, id)).
    function keyOf(address consumer, bytes32 id) external pure returns (bytes32);
}
