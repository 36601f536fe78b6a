// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealTerms} from "../types/Deals.sol";

/// @notice What follows from the terms of a deal.
library DealLib {
    uint256 private constant TERMS_BYTES = 32 * 32;
    uint256 private constant BPS = 10_000;

    /// @notice Id of a deal: keccak256(abi.encode(terms)).
    /// @dev Hashes the calldata as it is. Terms with dirty high bits get an id that no deal has.
    function hash(DealTerms calldata terms) internal pure returns (bytes32 dealId) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, terms, TERMS_BYTES)
            dealId := keccak256(free, TERMS_BYTES)
        }
    }

    /// @notice Workers' part of a task's pool price, shared evenly among those that agree; rounded down.
    function workersPart(DealTerms calldata terms) internal pure returns (uint256) {
        return uint256(terms.poolPrice) * terms.workerShareBps / BPS;
    }

    /// @notice What a vote on a task answers for: what its pool is paid and puts up, all that an appeal can take.
    /// @dev Not what app and data set cost: whoever owns them could name any price and pay it to itself.
    function atStake(DealTerms calldata terms) internal pure returns (uint256) {
        return uint256(terms.poolPrice) + terms.poolStake;
    }

    /// @notice What the requester pays for a task.
    function price(DealTerms calldata terms) internal pure returns (uint256) {
        return uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
    }
}
