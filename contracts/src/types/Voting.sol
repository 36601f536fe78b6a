// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice How token holders decide.
/// @param delaySec Between a proposal and its vote; who holds tokens then can vote.
/// @param periodSec Length of a vote.
/// @param extensionSec A vote that reaches its quorum late goes on for so long from then.
/// @param threshold Votes that a proposer must have, in base units.
/// @param quorumPercent Share of all tokens that must vote for or abstain.
struct VotingRules {
    uint48 delaySec;
    uint32 periodSec;
    uint48 extensionSec;
    uint256 threshold;
    uint256 quorumPercent;
}
