// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The content of a result that is delivered to a contract.
/// @dev `status` and `exitCode` as in docs/protocol/digest.md: 0 is ok. `path` is empty for stdout, else that of a file
/// below /out. `finalAt` is when the result can no longer be appealed, Unix seconds; it may lie ahead.
struct Result {
    uint8 status;
    uint32 exitCode;
    uint64 fuel;
    uint48 finalAt;
    string path;
    bytes content;
}

/// @dev What a request's contract knows its task by. `bagIndex` is the task's place in the request's bag, and comes
/// once in all deals of the request; `index` is its place in the deal.
struct TaskRef {
    bytes32 requestHash;
    uint64 bagIndex;
    bytes32 dealId;
    uint32 index;
}

enum FailureReason {
    None,
    /// The deal ended without the task.
    Expired,
    /// Its workers did not agree; it can never settle.
    Spoiled,
    /// Its result fell on appeal; the price is refunded as far as those to blame could pay.
    Overturned
}

/// @dev The preimage of a digest but for the task id; hashes are SHA-256.
struct Preimage {
    uint8 status;
    uint32 exitCode;
    uint64 fuel;
    bytes32 stdoutDigest;
    bytes32 outRoot;
}
