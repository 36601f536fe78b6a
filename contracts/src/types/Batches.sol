// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What is kept of a settled batch, as its hash. `batchRoot` is zero for a batch settled on trust, and
/// `committedAt` is then the time of its settlement.
struct BatchFacts {
    bytes32 resultRoot;
    bytes32 batchRoot;
    uint48 committedAt;
    uint48 settledAt;
}

/// @dev A settled task: `votes` is how many workers agreed on its digest, 255 for more.
struct TaskResult {
    bytes32 dealId;
    uint32 index;
    bytes32 digest;
    uint8 votes;
}

/// @dev Where a leaf stands in a tree of `count` leaves, with its siblings from the bottom up.
struct Inclusion {
    uint256 position;
    uint256 count;
    bytes32[] proof;
}
