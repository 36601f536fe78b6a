// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJurySource} from "./IJurySource.sol";

/// @notice Chance by commit and reveal among seats of Jurors, for chains without prevrandao.
/// @dev One honest candidate is enough to make the number unknown to all others until the last reveal. Who
/// sees all other secrets may withhold his: one bit of choice for each deposit that he loses.
interface ICommitRevealSource is IJurySource {
    event SecretCommitted(bytes32 indexed key, address indexed candidate, bytes32 commitment);
    event SecretRevealed(bytes32 indexed key, address indexed candidate, bytes32 secret, bytes32 mix);
    event SecretForfeited(
        bytes32 indexed key, address indexed candidate, address indexed to, uint256 deposit
    );

    error NotAsked(bytes32 key);
    error NotCommitTime(bytes32 key, uint48 until, uint48 nowAt);
    error NotRevealTime(bytes32 key, uint48 from, uint48 until, uint48 nowAt);
    error SecretMissing(bytes32 key, address candidate);
    error SecretPresent(bytes32 key, address candidate);
    error BadSecret(bytes32 key, address candidate, bytes32 computed, bytes32 commitment);
    error RevealsPending(bytes32 key, uint48 until);

    /// @notice Takes part with a secret; puts `depositOf` of the seat's stake at risk.
    /// @param commitment keccak256(abi.encode(key, candidate, secret)).
    function commitSecret(bytes32 key, bytes32 commitment) external;
    /// @notice Shows the sender's secret and frees its deposit.
    function revealSecret(bytes32 key, bytes32 secret) external;
    /// @notice Takes the deposit of who did not reveal in time; anyone may call. It goes to the governor's
    /// account, because among those who revealed there may be a friend of who did not.
    function forfeitSecret(bytes32 key, address candidate) external;

    /// @notice What a candidate has at stake: a quarter of the least bond, rounded up.
    function depositOf() external view returns (uint256);
    /// @notice Until when secrets can be committed, and then revealed; zeros if nobody asked.
    function timesOf(bytes32 key) external view returns (uint48 commitUntil, uint48 revealUntil);
}
