// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {IWork} from "../interfaces/IWork.sol";
import {DealTerms} from "../types/Deals.sol";

/// @notice Results of a part of a batch on their way to Market and into the log.
/// @dev They are the largest thing a settlement handles: 36 bytes a task. Written by hand, both are sent from
/// where they lie; encoded by the compiler they would be copied twice, at some 250 gas a task.
library ResultsLib {
    uint256 private constant RESULT_BYTES = 36;
    uint256 private constant ROOM_BYTES = 192;

    /// @notice Room for the results of `tasks` tasks.
    /// @dev Before it lie six words for the head of a call: selector, deal, volume, offset, dust, late.
    function newResults(uint256 tasks) internal pure returns (bytes memory results) {
        bytes memory room = new bytes(ROOM_BYTES + RESULT_BYTES * tasks);
        assembly ("memory-safe") {
            results := add(room, ROOM_BYTES)
            mstore(results, mul(RESULT_BYTES, tasks))
        }
    }

    /// @notice How many tasks the results are of.
    function count(bytes memory results) internal pure returns (uint256) {
        return results.length / RESULT_BYTES;
    }

    /// @notice How many of the tasks were done after they were due; refuses one done before it began.
    /// @param doneAt When they were committed, or settled on trust.
    function countLate(bytes memory results, bytes32 dealId, DealTerms calldata terms, uint48 doneAt)
        internal
        pure
        returns (uint256 late)
    {
        (uint256 openedAt, uint256 slotSec, uint256 taskSec) = (terms.openedAt, terms.slotSec, terms.taskSec);
        for (uint256 pos = 32; pos < results.length + 32; pos += RESULT_BYTES) {
            uint256 index;
            assembly ("memory-safe") {
                index := shr(224, mload(add(results, pos)))
            }
            uint256 startsAt = openedAt + index * slotSec;
            // Market opens no deal whose last task starts after its end.
            // forge-lint: disable-next-line(unsafe-typecast)
            if (doneAt < startsAt) revert IWork.TaskNotStarted(dealId, index, uint48(startsAt));
            if (taskSec != 0 && doneAt > startsAt + taskSec) ++late;
        }
    }

    /// @notice IMarket.settleTasks, of results from `newResults`.
    function settleTasks(
        bytes memory results,
        IMarket market,
        bytes32 dealId,
        uint256 volume,
        uint256 dust,
        uint256 late
    ) internal returns (bool complete) {
        bytes32 selector = IMarket.settleTasks.selector;
        assembly ("memory-safe") {
            mstore(sub(results, 0xc0), shr(224, selector))
            mstore(sub(results, 0xa0), dealId)
            mstore(sub(results, 0x80), volume)
            mstore(sub(results, 0x60), 0xa0)
            mstore(sub(results, 0x40), dust)
            mstore(sub(results, 0x20), late)
            let size := add(0xc4, and(add(mload(results), 31), not(31)))
            if iszero(call(gas(), market, 0, sub(results, 0xa4), size, 0x00, 0x20)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            complete := mload(0x00)
        }
    }

    /// @notice IWork.TasksSettled, of results from `newResults`.
    function emitTasksSettled(bytes memory results, bytes32 dealId, address pool, uint64 nonce) internal {
        bytes32 topic = IWork.TasksSettled.selector;
        assembly ("memory-safe") {
            mstore(sub(results, 0x20), 0x20)
            let size := add(0x40, and(add(mload(results), 31), not(31)))
            log4(sub(results, 0x20), size, topic, dealId, pool, nonce)
        }
    }
}
