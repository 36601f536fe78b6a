// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RecordLib} from "./RecordLib.sol";
import {TableLib} from "./TableLib.sol";

/// @notice Decides the tasks of a batch and adds up what each vote comes to.
/// @dev See TableLib.
library OutcomeLib {
    /// @dev Number of a winning digest that no vote can name: a task that nobody wins.
    uint256 private constant NO_DIGEST = 255;

    /// @notice Decides the tasks of slots `first` to `end` - 1: the digest with the best odds wins, of equals
    /// the first and so the smallest, if its odds are enough; else the task is spoiled.
    /// @param settledBefore Tasks of slots before `first` that are settled.
    /// @param workersPart What the workers of a task share, rounded down for each.
    /// @param results Gets index and winning digest of each settled task, and as its length theirs.
    /// @param leaves Gets from `settledBefore` on the leaves of the result root,
    /// keccak256(00 | task id | digest | votes).
    /// @return voteless The first slot on which nobody voted; `end` if there is none.
    /// @return common The outcome of every vote if all are on winning digests and worth the same, else 0.
    function decide(
        TableLib.Table memory self,
        uint256 first,
        uint256 end,
        uint256 settledBefore,
        uint256 workersPart,
        uint256 minOdds,
        bytes memory results,
        bytes32[] memory leaves
    ) internal pure returns (uint256 voteless, uint256 common) {
        uint256 result;
        uint256 leaf;
        assembly ("memory-safe") {
            result := add(results, 0x20)
            leaf := add(leaves, add(0x20, shl(5, settledBefore)))
        }
        uint256 base = self.firstSlot;
        uint256 last;
        unchecked {
            (voteless, last, common) =
                _decide(base + 128 * first, base + 128 * end, result, leaf, workersPart, minOdds);
            voteless = (voteless - base) / 128;
        }
        assembly ("memory-safe") {
            mstore(results, sub(last, result))
        }
    }

    /// @dev Slots from `slot` up to `limit`. Few variables, so that none has to be kept in memory.
    function _decide(
        uint256 slot,
        uint256 limit,
        uint256 result,
        uint256 leaf,
        uint256 workersPart,
        uint256 minOdds
    ) private pure returns (uint256 voteless, uint256 last, uint256 common) {
        assembly ("memory-safe") {
            // A leaf in the making: one byte 00, task, digest, votes.
            mstore8(mload(0x40), 0)
            {
                // What all are worth if none has several digests and all have as many votes as the first.
                let votes := shr(128, mload(mload(add(slot, 0x40))))
                common := or(div(workersPart, votes), shl(192, gt(votes, 1)))
            }
            for {} lt(slot, limit) { slot := add(slot, 0x80) } {
                let group := mload(add(slot, 0x40))
                let variant := 0
                let votes := mload(group)
                // With nothing against it, WAD * odds >= minOdds * WAD.
                let enough := minOdds
                {
                    let endGroup := mload(add(slot, 0xc0))
                    if gt(sub(endGroup, group), 0x20) {
                        common := 0
                        let against := 1000000000000000000
                        for { let i := add(group, 0x20) } lt(i, endGroup) { i := add(i, 0x20) } {
                            let other := mload(i)
                            if gt(
                                and(other, 0xffffffffffffffffffffffffffffffff),
                                and(votes, 0xffffffffffffffffffffffffffffffff)
                            ) {
                                let loser := votes
                                votes := other
                                variant := sub(i, group)
                                other := loser
                            }
                            against := add(against, and(other, 0xffffffffffffffffffffffffffffffff))
                        }
                        // Rounded up: WAD * odds >= minOdds * against.
                        enough := div(add(mul(minOdds, against), 999999999999999999), 1000000000000000000)
                    }
                }
                {
                    let odds := and(votes, 0xffffffffffffffffffffffffffffffff)
                    if iszero(odds) { break }
                    if lt(odds, enough) {
                        mstore(add(slot, 0x60), shl(248, NO_DIGEST))
                        common := 0
                        continue
                    }
                }

                votes := shr(128, votes)
                {
                    let outcome := or(or(div(workersPart, votes), shl(192, gt(votes, 1))), shl(243, variant))
                    mstore(add(slot, 0x60), outcome)
                    common := mul(common, eq(outcome, common))
                }

                let digests := mload(add(slot, 0x20))
                let digest := calldataload(add(digests, variant))
                mstore(result, calldataload(sub(digests, 5)))
                mstore(add(result, 0x04), digest)
                result := add(result, 36)

                let made := mload(0x40)
                mstore(add(made, 0x01), mload(slot))
                mstore(add(made, 0x21), digest)
                if gt(votes, 255) { votes := 255 }
                mstore8(add(made, 0x41), votes)
                mstore(leaf, keccak256(made, 0x42))
                leaf := add(leaf, 0x20)
            }
            voteless := slot
            last := result
        }
    }

    /// @notice Indexes of `count` spoiled tasks among the slots from `slot` on, packed, 4 bytes each.
    function spoiledFrom(TableLib.Table memory self, uint256 slot, uint256 count)
        internal
        pure
        returns (bytes memory indexes)
    {
        indexes = new bytes(4 * count);
        for (uint256 i; i < 4 * count; i += 4) {
            slot = firstSpoiled(self, slot);
            uint256 index = TableLib.indexAt(self, slot++);
            assembly ("memory-safe") {
                // Words overlap from left to right; the last ends at most 28 bytes behind the others' room.
                mstore(add(add(indexes, 0x20), i), shl(224, index))
            }
        }
    }

    /// @notice The first spoiled slot from `slot` on; there must be one.
    function firstSpoiled(TableLib.Table memory self, uint256 slot) internal pure returns (uint256 found) {
        for (found = slot;; ++found) {
            uint256 place = self.firstSlot + 128 * found + 96;
            uint256 outcome;
            assembly ("memory-safe") {
                outcome := mload(place)
            }
            if (outcome >> 248 == NO_DIGEST) return found;
        }
    }

    /// @notice What is for and against the best digest of a slot that is not decided, for an error.
    function oddsAt(TableLib.Table memory self, uint256 slot)
        internal
        pure
        returns (uint256 index, uint256 odds, uint256 against)
    {
        uint256 each = self.firstSlot + 128 * slot;
        against = 1e18;
        uint256 group;
        uint256 end;
        assembly ("memory-safe") {
            group := mload(add(each, 0x40))
            end := mload(add(each, 0xc0))
        }
        index = TableLib.indexAt(self, slot);
        for (; group < end; group += 32) {
            uint256 other;
            assembly ("memory-safe") {
                other := and(mload(group), 0xffffffffffffffffffffffffffffffff)
            }
            if (other > odds) (odds, other) = (other, odds);
            against += other;
        }
    }

    /// @notice Adds up what a worker's votes on decided slots below `end` earn it, and moves on behind them.
    /// @return reward For these slots alone.
    function reap(TableLib.Table memory self, RecordLib.Voter memory voter, uint256 end, address requester)
        internal
        pure
        returns (uint256 reward)
    {
        uint256 sum;
        uint256 faults;
        uint256 won;
        assembly ("memory-safe") {
            let outcomes := add(mload(self), 0x60)
            let pos := mload(add(voter, 0x40))
            let last := mload(add(voter, 0x60))
            for {} lt(pos, last) { pos := add(pos, 3) } {
                let vote := calldataload(pos)
                let slot := shr(240, vote)
                if iszero(lt(slot, end)) { break }
                // The winner's number cancels out against an equal one, which leaves share and check.
                let outcome := mload(add(outcomes, shl(7, slot)))
                let gain := xor(outcome, shl(248, byte(2, vote)))
                switch shr(248, gain)
                case 0 {
                    sum := add(sum, gain)
                    won := add(won, 1)
                }
                default { faults := add(faults, lt(shr(248, outcome), NO_DIGEST)) }
            }
            mstore(add(voter, 0x40), pos)
        }
        reward = _gain(voter, sum);
        voter.won = won;
        if (faults != 0 && voter.faults == 0) voter.harmed = requester;
        voter.faults += faults;
    }

    /// @notice Same where every vote has the outcome `common`: the votes are counted, not looked at.
    function reapCommon(
        TableLib.Table memory self,
        RecordLib.Voter memory voter,
        uint256 end,
        uint256 voteBytes,
        uint256 common
    ) internal pure returns (uint256 reward) {
        uint256 from = voter.pos;
        uint256 pos = voter.end;
        if (end != TableLib.taskCount(self)) {
            assembly ("memory-safe") {
                let last := pos
                pos := from
                for {} lt(pos, last) { pos := add(pos, voteBytes) } {
                    if iszero(lt(shr(240, calldataload(pos)), end)) { break }
                }
            }
        }
        voter.pos = pos;
        unchecked {
            voter.won = (pos - from) / voteBytes;
            reward = _gain(voter, voter.won * common);
        }
    }

    /// @param sum Shares (192 bits) and checks of several votes; at most 65,536 of them, so neither spills.
    function _gain(RecordLib.Voter memory voter, uint256 sum) private pure returns (uint256 reward) {
        // forge-lint: disable-next-line(unsafe-typecast)
        reward = uint192(sum);
        unchecked {
            voter.reward += reward;
            voter.passed += sum >> 192;
        }
    }
}
