// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteProof} from "../types/Appeals.sol";

/// @notice A worker's single vote: its commitment, and the head and the receipt that hold it. See
/// docs/protocol/batches.md; TallyLib.tally does the same for all of a worker's votes.
library VoteLib {
    /// @notice The head that holds this vote on the task.
    function head(VoteProof calldata vote, bytes32 taskId) internal pure returns (bytes32 link) {
        bytes32 own = commitment(vote.worker, vote.digest, vote.salt);
        link = keccak256(abi.encode(vote.before, taskId, own));
        for (uint256 i; i < vote.later.length; ++i) {
            link = keccak256(abi.encode(link, vote.later[i].taskId, vote.later[i].commitment));
        }
    }

    /// @notice What binds a worker to a digest without showing it.
    function commitment(address worker, bytes32 digest, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(digest, salt, worker));
    }

    /// @notice Leaf of a receipt's root.
    function receiptLeaf(bytes32 taskId, bytes32 committed) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"00", taskId, committed));
    }

    /// @notice Name of a task: keccak256(dealId | index).
    function taskOf(bytes32 dealId, uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(dealId, index));
    }
}
