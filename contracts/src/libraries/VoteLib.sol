// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteProof} from "../types/Appeals.sol";

/// @notice Finds one vote in a worker's chained head, see docs/protocol/batches.md.
library VoteLib {
    /// @notice The head that holds this vote on the task.
    function head(VoteProof calldata vote, address pool, uint64 nonce, bytes32 taskId)
        internal
        pure
        returns (bytes32 link)
    {
        bytes32 commitment = keccak256(abi.encode(pool, nonce, taskId, vote.worker, vote.digest, vote.salt));
        link = keccak256(abi.encode(vote.before, commitment));
        for (uint256 i; i < vote.later.length; ++i) {
            link = keccak256(abi.encode(link, vote.later[i]));
        }
    }

    /// @notice Name of a task: keccak256(dealId | index).
    function taskOf(bytes32 dealId, uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(dealId, index));
    }
}
