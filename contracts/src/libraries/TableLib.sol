// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";
import {RecordLib} from "./RecordLib.sol";

/// @notice All tasks of a batch with the digests claimed for them.
/// @dev TallyLib adds votes to it, OutcomeLib decides. The loops of all three are assembly, because they are nearly
/// all that a large batch costs (contracts/gas.json); contracts/test/reference/ReferenceBatch.sol says the same in plain
/// Solidity, and a fuzz test compares the two. Positions are absolute in calldata; addresses are of memory.
library TableLib {
    /// @dev All tasks of a batch. A slot takes four words:
    ///   +00 task id
    ///   +20 position of the task's digests
    ///   +40 address of its first group; that of the next slot ends the last
    ///   +60 address of a voter's odds on tasks like this; once decided the outcome: share of each worker
    ///       that agrees (192 bits), whether that is a check (56), the winning digest's number (8)
    /// A group is one word, odds in WAD (128 bits) and votes (128); there is one for each digest.
    struct Table {
        uint256 firstSlot;
        uint256 endSlot;
        uint256 firstGroup;
        uint256 endGroup;
    }

    uint256 private constant TASK_HEAD_BYTES = 5;
    uint256 private constant DIGEST_BYTES = 32;

    /// @notice Room for all tasks of a batch.
    /// @param taskBytes Length of all packed tasks: a task takes 37 bytes or more, a digest 32.
    function newTable(uint256 taskBytes) internal pure returns (Table memory self) {
        uint256[] memory slots = new uint256[](4 * (taskBytes / (TASK_HEAD_BYTES + DIGEST_BYTES) + 1));
        uint256[] memory groups = new uint256[](taskBytes / DIGEST_BYTES);
        assembly ("memory-safe") {
            mstore(self, add(slots, 0x20))
            mstore(add(self, 0x20), add(slots, 0x20))
            mstore(add(self, 0x40), add(groups, 0x20))
            mstore(add(self, 0x60), add(groups, 0x20))
        }
    }

    function taskCount(Table memory self) internal pure returns (uint256) {
        unchecked {
            return (self.endSlot - self.firstSlot) / 128;
        }
    }

    function digestCount(Table memory self) internal pure returns (uint256) {
        return (self.endGroup - self.firstGroup) / 32;
    }

    /// @notice Reads the tasks of one deal behind those already read.
    /// @param odds Address where `tally` finds a voter's odds on these tasks.
    function addTasks(Table memory self, bytes32 dealId, bytes calldata tasks, uint256 odds) internal pure {
        uint256 pos;
        uint256 end;
        bool several;
        assembly ("memory-safe") {
            pos := tasks.offset
            end := add(pos, tasks.length)
            let slot := mload(add(self, 0x20))
            let group := mload(add(self, 0x60))
            mstore(0x00, dealId)
            for {} lt(pos, end) {} {
                let digests := add(pos, 5)
                let head := shr(216, calldataload(pos))
                let variants := and(head, 0xff)
                let next := add(digests, shl(5, variants))
                if or(iszero(variants), gt(next, end)) { break }
                mstore(0x20, shr(8, head))
                mstore(slot, keccak256(0x00, 0x40))
                mstore(add(slot, 0x20), digests)
                mstore(add(slot, 0x40), group)
                mstore(add(slot, 0x60), odds)
                several := or(several, gt(variants, 1))
                slot := add(slot, 0x80)
                group := add(group, shl(5, variants))
                pos := next
            }
            mstore(add(slot, 0x40), group)
            mstore(add(self, 0x20), slot)
            mstore(add(self, 0x60), group)
        }
        if (pos != end) revert IWork.BadEncoding(pos + tasks.length - end);
        if (several) _checkAscending(dealId, tasks);
    }

    /// @notice Index of the task at a slot within its deal.
    function indexAt(Table memory self, uint256 slot) internal pure returns (uint256) {
        uint256 place = self.firstSlot + 128 * slot + 32;
        uint256 digests;
        assembly ("memory-safe") {
            digests := mload(place)
        }
        return uint32(bytes4(RecordLib.word(digests - TASK_HEAD_BYTES)));
    }

    /// @dev One digest twice would split its votes; and of equal odds the first wins, whoever wrote them down.
    function _checkAscending(bytes32 dealId, bytes calldata tasks) private pure {
        for (uint256 pos; pos < tasks.length;) {
            uint256 end = pos + TASK_HEAD_BYTES + uint8(tasks[pos + 4]) * DIGEST_BYTES;
            for (uint256 next = pos + TASK_HEAD_BYTES + DIGEST_BYTES; next < end; next += DIGEST_BYTES) {
                if (bytes32(tasks[next:]) <= bytes32(tasks[next - DIGEST_BYTES:])) {
                    revert IWork.DigestsNotAscending(dealId, uint32(bytes4(tasks[pos:])));
                }
            }
            pos = end;
        }
    }
}
