// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";
import {RecordLib} from "./RecordLib.sol";
import {TableLib} from "./TableLib.sol";

/// @notice Rebuilds what workers bound themselves to, and adds up their votes.
/// @dev See TableLib.
library TallyLib {
    /// @notice Rebuilds the chained hash of a worker's commitments and adds its votes to their groups.
    function tally(TableLib.Table memory self, RecordLib.Voter memory voter)
        internal
        pure
        returns (bytes32 head)
    {
        uint256 seed = uint256(RecordLib.word(voter.head + 20));
        uint256 bad;
        assembly ("memory-safe") {
            let slots := mload(self)
            let limit := mload(add(self, 0x20))
            let pos := mload(add(voter, 0x40))
            let end := mload(add(voter, 0x60))
            // Below every slot, so that the first one passes as higher than the last.
            let last := 0
            mstore(0x00, seed)
            // A commitment and a link: digest, salt, worker; head, task, commitment.
            let words := mload(0x40)
            mstore(add(words, 0x40), mload(voter))
            mstore(add(words, 0x60), 0)
            for {} lt(pos, end) { pos := add(pos, 3) } {
                let vote := shr(232, calldataload(pos))
                let slot := add(slots, shl(7, shr(8, vote)))
                if iszero(and(gt(slot, last), lt(slot, limit))) {
                    bad := pos
                    break
                }
                last := slot
                let variant := shl(5, and(vote, 0xff))
                let group := add(mload(add(slot, 0x40)), variant)
                if iszero(lt(group, mload(add(slot, 0xc0)))) {
                    bad := pos
                    break
                }

                let task := mload(slot)
                mstore(0x20, task)
                mstore(add(words, 0x80), task)
                mstore(words, calldataload(add(mload(add(slot, 0x20)), variant)))
                mstore(add(words, 0x20), keccak256(0x00, 0x40))
                mstore(add(words, 0xa0), keccak256(words, 0x60))
                mstore(add(words, 0x60), keccak256(add(words, 0x60), 0x60))

                // As CredibilityLib.join.
                let odds := mload(mload(add(slot, 0x60)))
                let votes := mload(group)
                if votes {
                    odds := div(
                        mul(and(votes, 0xffffffffffffffffffffffffffffffff), odds),
                        1000000000000000000
                    )
                    if gt(odds, 1000000000000000000000000000000000000) {
                        odds := 1000000000000000000000000000000000000
                    }
                }
                mstore(group, or(odds, shl(128, add(shr(128, votes), 1))))
            }
            head := mload(add(words, 0x60))
        }
        if (bad != 0) _revertAtVote(voter, bad, RecordLib.VOTE_BYTES);
    }

    /// @notice Walks the slots of a payee: strictly ascending, each covered by nobody else.
    /// @dev For a table of one digest per task, so that slots and groups have the same numbers.
    function cover(TableLib.Table memory self, RecordLib.Voter memory voter) internal pure {
        uint256 tasks = TableLib.taskCount(self);
        uint256 least;
        for (uint256 pos = voter.pos; pos < voter.end; pos += RecordLib.SLOT_BYTES) {
            uint256 slot = RecordLib.slotAt(pos);
            if (slot < least || slot >= tasks) _revertAtVote(voter, pos, RecordLib.SLOT_BYTES);
            least = slot + 1;
            uint256 group = self.firstGroup + 32 * slot;
            uint256 covered;
            assembly ("memory-safe") {
                covered := mload(group)
                // One vote, whatever its odds.
                mstore(group, or(1, shl(128, 1)))
            }
            if (covered != 0) revert IWork.SlotCoveredTwice(slot);
        }
    }

    /// @notice Demands that every slot is covered.
    function checkCovered(TableLib.Table memory self) internal pure {
        uint256 tasks = TableLib.taskCount(self);
        for (uint256 slot; slot < tasks; ++slot) {
            uint256 covered;
            uint256 group = self.firstGroup + 32 * slot;
            assembly ("memory-safe") {
                covered := mload(group)
            }
            if (covered == 0) revert IWork.SlotNotCovered(slot);
        }
    }

    /// @dev Names what is wrong with the vote at `bad`.
    function _revertAtVote(RecordLib.Voter memory voter, uint256 bad, uint256 voteBytes) private pure {
        uint256 slot = RecordLib.slotAt(bad);
        if (bad != voter.pos) {
            uint256 previous = RecordLib.slotAt(bad - voteBytes);
            if (slot <= previous) revert IWork.SlotsNotAscending(voter.worker, previous, slot);
        }
        revert IWork.BadSlot(
            voter.worker, slot, voteBytes == RecordLib.VOTE_BYTES ? uint8(RecordLib.word(bad)[2]) : 0
        );
    }
}
