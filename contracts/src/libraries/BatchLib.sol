// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";

/// @notice Reads packed batches: tasks, votes, groups of equal digests. Encodings: docs/protocol/batches.md.
/// @dev The loops over tasks and votes are assembly, because they are nearly all that a large batch costs
/// (contracts/gas.json). contracts/test/reference/ReferenceBatch.sol says the same in plain Solidity, and a
/// fuzz test compares the two. Positions are absolute in calldata; addresses are of memory.
library BatchLib {
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

    /// @dev A record of `workers`: it starts at `head`; its votes from `pos` to `end` are still to be paid. `won`
    /// counts those on winning digests of the part at hand.
    struct Voter {
        address worker;
        uint256 head;
        uint256 pos;
        uint256 end;
        uint256 reward;
        uint256 passed;
        uint256 faults;
        uint256 won;
        uint256 exposed;
        address harmed;
        bool weightless;
    }

    /// @dev A record of `absent`: who was sealed into a batch and did not reveal. `place` is that of its leaf.
    struct Absentee {
        address worker;
        uint256 place;
        bytes32 head;
        bytes32 r;
        bytes32 s;
        uint8 v;
        uint48 commitBy;
    }

    uint256 private constant TASK_HEAD_BYTES = 5;
    uint256 private constant DIGEST_BYTES = 32;
    // A voter's record: address 20, seed 32, r 32, s 32, v 1, commitBy 6, count 2, then votes of slot 2 and
    // variant 1.
    uint256 internal constant VOTER_BYTES = 125;
    uint256 internal constant VOTE_BYTES = 3;
    // A payee's record: address 20, count 2, then slots of 2.
    uint256 internal constant PAYEE_BYTES = 22;
    uint256 internal constant SLOT_BYTES = 2;
    uint256 private constant COUNT_BYTES = 2;
    // An absentee's record: address 20, head 32, r 32, s 32, v 1, commitBy 6.
    uint256 private constant ABSENTEE_BYTES = 123;
    /// @dev Number of a winning digest that no vote can name: a task that nobody wins.
    uint256 private constant NO_DIGEST = 255;

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

    /// @notice Finds the records of `workers`: `headBytes` starting with the address and ending with a count
    /// of votes (2 bytes), then that many votes of `voteBytes`.
    /// @dev Refuses a record without votes, and anything left over.
    function scan(bytes calldata workers, uint256 headBytes, uint256 voteBytes)
        internal
        pure
        returns (Voter[] memory voters, address[] memory names)
    {
        uint256 base;
        assembly ("memory-safe") {
            base := workers.offset
        }
        uint256 limit = base + workers.length;
        uint256 count;
        for (uint256 pos = base; pos < limit; ++count) {
            uint256 votes = _twoBytes(pos + headBytes - COUNT_BYTES);
            uint256 end = pos + headBytes + votes * voteBytes;
            if (votes == 0 || end > limit) revert IWork.BadEncoding(pos - base);
            pos = end;
        }
        if (count == 0) revert IWork.EmptyBatch();
        voters = new Voter[](count);
        names = new address[](count);
        for (uint256 i; i < count; ++i) {
            Voter memory voter = voters[i];
            names[i] = voter.worker = address(bytes20(_word(base)));
            voter.head = base;
            voter.pos = base + headBytes;
            base = voter.pos + _twoBytes(voter.pos - COUNT_BYTES) * voteBytes;
            voter.end = base;
        }
    }

    /// @notice Reads the records of `absent`.
    function scanAbsent(bytes calldata absent) internal pure returns (Absentee[] memory absentees) {
        if (absent.length % ABSENTEE_BYTES != 0) revert IWork.BadEncoding(absent.length);
        absentees = new Absentee[](absent.length / ABSENTEE_BYTES);
        uint256 pos;
        assembly ("memory-safe") {
            pos := absent.offset
        }
        for (uint256 i; i < absentees.length; ++i) {
            Absentee memory each = absentees[i];
            each.worker = address(bytes20(_word(pos)));
            (each.head, each.r, each.s) = (_word(pos + 20), _word(pos + 52), _word(pos + 84));
            each.v = uint8(_word(pos + 116)[0]);
            each.commitBy = uint48(bytes6(_word(pos + 117)));
            pos += ABSENTEE_BYTES;
        }
    }

    /// @notice How many votes of `voteBytes` a record holds, in batches of 3 or 2 bytes a vote.
    function voteCount(Voter memory voter, uint256 voteBytes) internal pure returns (uint256) {
        uint256 headBytes = voteBytes == VOTE_BYTES ? VOTER_BYTES : PAYEE_BYTES;
        unchecked {
            return (voter.end - voter.head - headBytes) / voteBytes;
        }
    }

    /// @notice Leaf of a batch root.
    function leafOf(address worker, bytes32 head) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"00", worker, head));
    }

    /// @notice The seal in a voter's record.
    function sealOf(Voter memory voter)
        internal
        pure
        returns (bytes32 r, bytes32 s, uint8 v, uint48 commitBy)
    {
        uint256 pos = voter.head + 52;
        return (_word(pos), _word(pos + 32), uint8(_word(pos + 64)[0]), uint48(bytes6(_word(pos + 65))));
    }

    /// @notice Rebuilds the chained hash of a worker's commitments and adds its votes to their groups.
    function tally(Table memory self, Voter memory voter) internal pure returns (bytes32 head) {
        uint256 seed = uint256(_word(voter.head + 20));
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
        if (bad != 0) _revertAtVote(voter, bad, VOTE_BYTES);
    }

    /// @notice Walks the slots of a payee: strictly ascending, each covered by nobody else.
    /// @dev For a table of one digest per task, so that slots and groups have the same numbers.
    function cover(Table memory self, Voter memory voter) internal pure {
        uint256 tasks = taskCount(self);
        uint256 least;
        for (uint256 pos = voter.pos; pos < voter.end; pos += SLOT_BYTES) {
            uint256 slot = _twoBytes(pos);
            if (slot < least || slot >= tasks) _revertAtVote(voter, pos, SLOT_BYTES);
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
    function checkCovered(Table memory self) internal pure {
        uint256 tasks = taskCount(self);
        for (uint256 slot; slot < tasks; ++slot) {
            uint256 covered;
            uint256 group = self.firstGroup + 32 * slot;
            assembly ("memory-safe") {
                covered := mload(group)
            }
            if (covered == 0) revert IWork.SlotNotCovered(slot);
        }
    }

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
        Table memory self,
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
    function spoiledFrom(Table memory self, uint256 slot, uint256 count)
        internal
        pure
        returns (bytes memory indexes)
    {
        indexes = new bytes(4 * count);
        for (uint256 i; i < 4 * count; i += 4) {
            slot = firstSpoiled(self, slot);
            uint256 index = indexAt(self, slot++);
            assembly ("memory-safe") {
                // Words overlap from left to right; the last ends at most 28 bytes behind the others' room.
                mstore(add(add(indexes, 0x20), i), shl(224, index))
            }
        }
    }

    /// @notice The first spoiled slot from `slot` on; there must be one.
    function firstSpoiled(Table memory self, uint256 slot) internal pure returns (uint256 found) {
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
    function oddsAt(Table memory self, uint256 slot)
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
        index = indexAt(self, slot);
        for (; group < end; group += 32) {
            uint256 other;
            assembly ("memory-safe") {
                other := and(mload(group), 0xffffffffffffffffffffffffffffffff)
            }
            if (other > odds) (odds, other) = (other, odds);
            against += other;
        }
    }

    /// @notice Index of the task at a slot within its deal.
    function indexAt(Table memory self, uint256 slot) internal pure returns (uint256) {
        uint256 place = self.firstSlot + 128 * slot + 32;
        uint256 digests;
        assembly ("memory-safe") {
            digests := mload(place)
        }
        return uint32(bytes4(_word(digests - TASK_HEAD_BYTES)));
    }

    /// @notice Slot of the vote at a position in calldata.
    function slotAt(uint256 pos) internal pure returns (uint256) {
        return _twoBytes(pos);
    }

    /// @notice Adds up what a worker's votes on decided slots below `end` earn it, and moves on behind them.
    /// @return reward For these slots alone.
    function reap(Table memory self, Voter memory voter, uint256 end, address requester)
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
    function reapCommon(Table memory self, Voter memory voter, uint256 end, uint256 voteBytes, uint256 common)
        internal
        pure
        returns (uint256 reward)
    {
        uint256 from = voter.pos;
        uint256 pos = voter.end;
        if (end != taskCount(self)) {
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
    function _gain(Voter memory voter, uint256 sum) private pure returns (uint256 reward) {
        // forge-lint: disable-next-line(unsafe-typecast)
        reward = uint192(sum);
        unchecked {
            voter.reward += reward;
            voter.passed += sum >> 192;
        }
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

    /// @dev Names what is wrong with the vote at `bad`.
    function _revertAtVote(Voter memory voter, uint256 bad, uint256 voteBytes) private pure {
        uint256 slot = _twoBytes(bad);
        if (bad != voter.pos) {
            uint256 previous = _twoBytes(bad - voteBytes);
            if (slot <= previous) revert IWork.SlotsNotAscending(voter.worker, previous, slot);
        }
        revert IWork.BadSlot(voter.worker, slot, voteBytes == VOTE_BYTES ? uint8(_word(bad)[2]) : 0);
    }

    function _twoBytes(uint256 pos) private pure returns (uint256) {
        return uint16(bytes2(_word(pos)));
    }

    function _word(uint256 pos) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(pos)
        }
    }
}
