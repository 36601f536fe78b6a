// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";

/// @notice Reads packed batches: tasks, votes, groups of equal digests. Encodings: docs/protocol/batches.md.
/// @dev The loops over tasks and votes are assembly, since they are nearly all that a large batch costs:
/// `npm run test:contracts` measures them, contracts/test/reference/ReferenceBatch.sol says the same
/// in plain Solidity, and a fuzz test compares the two. Offsets into calldata are absolute.
library BatchLib {
    /// @dev Per slot two words of `slots`: the task id; then `described`, and once decided `outcome`.
    ///   described: calldata offset of the digests (64 bits), how many (8), class (16), address of the first
    ///     group (64), from the lowest bits
    ///   outcome: share of each agreeing worker (128), winning variant (8), whether it counts as a check (1)
    /// Per digest one word of `groups`: odds in WAD (128), votes (128).
    struct Table {
        uint256[] slots;
        uint256[] groups;
        uint256 tasks;
        uint256 digests;
    }

    /// @dev A worker's record in `workers`: its head, and its votes from `pos` to `end`.
    struct Voter {
        address worker;
        uint256 head;
        uint256 pos;
        uint256 end;
        uint256 reward;
        uint32 tasks;
        uint32 passed;
        uint32 faults;
        address harmed;
        bool weightless;
    }

    uint256 private constant COUNT_BYTES = 2;

    /// @notice Memory for all tasks of a batch.
    /// @param taskBytes Length of all packed tasks: a task takes 37 bytes or more, a digest 32.
    function newTable(uint256 taskBytes) internal pure returns (Table memory self) {
        self.slots = new uint256[](taskBytes / 37 * 2);
        self.groups = new uint256[](taskBytes / 32);
    }

    /// @notice Reads the tasks of one deal behind those already read.
    /// @param class What the odds of a voter on these tasks depend on, as `tally` numbers them.
    function addTasks(Table memory self, bytes32 dealId, bytes calldata tasks, uint256 class) internal pure {
        uint256 pos;
        uint256 end;
        assembly ("memory-safe") {
            pos := tasks.offset
            end := add(pos, tasks.length)
        }
        while (pos < end) {
            uint256 digests = pos + 5;
            uint256 variants = uint8(_word(pos)[4]);
            uint256 next = digests + variants * 32;
            if (variants == 0 || next > end) revert IWork.BadEncoding(pos + tasks.length - end);
            if (variants > 1) _checkDistinct(dealId, pos, variants);
            assembly ("memory-safe") {
                let slot := mload(add(self, 0x40))
                let group := mload(add(self, 0x60))
                mstore(add(self, 0x40), add(slot, 1))
                mstore(add(self, 0x60), add(group, variants))
                slot := add(add(mload(self), 0x20), shl(6, slot))
                group := add(add(mload(add(self, 0x20)), 0x20), shl(5, group))
                mstore(0x00, dealId)
                mstore(0x20, shr(224, calldataload(pos)))
                mstore(slot, keccak256(0x00, 0x40))
                mstore(
                    add(slot, 0x20),
                    or(or(digests, shl(64, variants)), or(shl(72, class), shl(88, group)))
                )
            }
            pos = next;
        }
    }

    /// @notice Finds the records of `workers`: `headBytes` starting with the address and ending with a count
    /// of votes (2 bytes), then that many votes of `voteBytes`.
    /// @dev Refuses a record without votes, and anything left over.
    function scan(bytes calldata workers, uint256 headBytes, uint256 voteBytes)
        internal
        pure
        returns (Voter[] memory voters)
    {
        uint256 base;
        assembly ("memory-safe") {
            base := workers.offset
        }
        uint256 count;
        for (uint256 pos; pos < workers.length; ++count) {
            uint256 votes;
            if (pos + headBytes <= workers.length) votes = _count(base + pos + headBytes - COUNT_BYTES);
            uint256 end = pos + headBytes + votes * voteBytes;
            if (votes == 0 || end > workers.length) revert IWork.BadEncoding(pos);
            pos = end;
        }
        voters = new Voter[](count);
        uint256 offset = base;
        for (uint256 i; i < count; ++i) {
            Voter memory voter = voters[i];
            uint256 votes = _count(offset + headBytes - COUNT_BYTES);
            voter.worker = _address(offset);
            voter.head = offset;
            voter.pos = offset + headBytes;
            offset = voter.pos + votes * voteBytes;
            voter.end = offset;
            // forge-lint: disable-next-line(unsafe-typecast)
            voter.tasks = uint32(votes);
        }
    }

    /// @notice Rebuilds the chained hash of a worker's commitments and adds its votes to their groups.
    /// @param words Six words of memory, those of a commitment: pool, nonce, task, worker, digest, salt; the
    /// first two and the worker are filled in.
    /// @param odds The worker's, per class of tasks; at most CredibilityLib.CAP.
    function tally(Table memory self, Voter memory voter, uint256[6] memory words, uint256[] memory odds)
        internal
        pure
        returns (bytes32 head)
    {
        bytes32 seed = seedOf(voter);
        uint256 bad;
        assembly ("memory-safe") {
            let slots := add(mload(self), 0x20)
            let count := mload(add(self, 0x40))
            let pos := mload(add(voter, 0x40))
            let end := mload(add(voter, 0x60))
            let least := 0
            for {} lt(pos, end) { pos := add(pos, 3) } {
                let vote := shr(232, calldataload(pos))
                let slot := shr(8, vote)
                if or(lt(slot, least), iszero(lt(slot, count))) {
                    bad := pos
                    break
                }
                least := add(slot, 1)
                slot := add(slots, shl(6, slot))
                let variant := and(vote, 0xff)
                let described := mload(add(slot, 0x20))
                if iszero(lt(variant, and(shr(64, described), 0xff))) {
                    bad := pos
                    break
                }

                let task := mload(slot)
                mstore(0x00, seed)
                mstore(0x20, task)
                mstore(add(words, 0xa0), keccak256(0x00, 0x40))
                mstore(add(words, 0x40), task)
                mstore(
                    add(words, 0x80),
                    calldataload(add(and(described, 0xffffffffffffffff), shl(5, variant)))
                )
                mstore(0x00, head)
                mstore(0x20, keccak256(words, 0xc0))
                head := keccak256(0x00, 0x40)

                let group := add(shr(88, described), shl(5, variant))
                let votes := mload(group)
                let joined := mload(add(add(odds, 0x20), shl(5, and(shr(72, described), 0xffff))))
                if votes {
                    joined := div(
                        mul(and(votes, 0xffffffffffffffffffffffffffffffff), joined),
                        1000000000000000000
                    )
                    if gt(joined, 1000000000000000000000000000000000000) {
                        joined := 1000000000000000000000000000000000000
                    }
                }
                mstore(group, or(joined, shl(128, add(shr(128, votes), 1))))
            }
        }
        if (bad != 0) _revertAtVote(voter, bad, 3);
    }

    /// @notice Walks the slots of a payee: strictly ascending, each covered by nobody else.
    /// @dev Every task has one digest, so that slots and groups have the same numbers.
    function cover(Table memory self, Voter memory voter) internal pure {
        uint256 least;
        for (uint256 pos = voter.pos; pos < voter.end; pos += 2) {
            uint256 slot = _count(pos);
            if (slot < least || slot >= self.tasks) _revertAtVote(voter, pos, 2);
            least = slot + 1;
            if (self.groups[slot] != 0) revert IWork.SlotCoveredTwice(slot);
            self.groups[slot] = 1;
        }
    }

    /// @notice Finds the digest with the best odds; of equals the first.
    /// @return variant The digest's number.
    /// @return odds Its odds; 0 if nobody voted for anything.
    /// @return against WAD and the odds of all other digests.
    /// @return votes How many workers agree on it.
    function best(Table memory self, uint256 slot)
        internal
        pure
        returns (uint256 variant, uint256 odds, uint256 against, uint256 votes)
    {
        assembly ("memory-safe") {
            let described := mload(add(add(mload(self), 0x40), shl(6, slot)))
            let group := shr(88, described)
            let end := add(group, shl(5, and(shr(64, described), 0xff)))
            against := 1000000000000000000
            for { let i := group } lt(i, end) { i := add(i, 0x20) } {
                let word := mload(i)
                let each := and(word, 0xffffffffffffffffffffffffffffffff)
                switch gt(each, odds)
                case 1 {
                    against := add(against, odds)
                    odds := each
                    votes := shr(128, word)
                    variant := shr(5, sub(i, group))
                }
                default { against := add(against, each) }
            }
        }
    }

    /// @notice Room for the results of `tasks` tasks, filled by `decide`.
    function newResults(uint256 tasks) internal pure returns (bytes memory results) {
        results = new bytes(36 * tasks);
        assembly ("memory-safe") {
            mstore(results, 0)
        }
    }

    /// @notice Writes down how a task ended, and appends its index and winning digest to `results`.
    /// @param share What each worker that agrees is paid; below 2^128.
    /// @return leaf Of the result root: keccak256(00 | task id | digest).
    function decide(
        Table memory self,
        uint256 slot,
        uint256 variant,
        uint256 share,
        bool checked,
        bytes memory results
    ) internal pure returns (bytes32 leaf) {
        assembly ("memory-safe") {
            let word := add(add(mload(self), 0x20), shl(6, slot))
            let digests := and(mload(add(word, 0x20)), 0xffffffffffffffff)
            let digest := calldataload(add(digests, shl(5, variant)))
            mstore(add(word, 0x20), or(or(share, shl(128, variant)), shl(136, checked)))

            let length := mload(results)
            let to := add(add(results, 0x20), length)
            calldatacopy(to, sub(digests, 5), 4)
            mstore(add(to, 4), digest)
            mstore(results, add(length, 36))

            let free := mload(0x40)
            mstore8(free, 0)
            mstore(add(free, 0x01), mload(word))
            mstore(add(free, 0x21), digest)
            leaf := keccak256(free, 0x41)
        }
    }

    /// @notice Adds up what a worker's votes on decided slots below `end` earn it, and moves on behind them.
    /// @param voteBytes 3, slot and variant, or 2, slot alone.
    /// @return reward For these slots alone.
    function reap(Table memory self, Voter memory voter, uint256 end, uint256 voteBytes, address requester)
        internal
        pure
        returns (uint256 reward)
    {
        uint256 passed;
        uint256 faults;
        assembly ("memory-safe") {
            let outcomes := add(mload(self), 0x40)
            let pos := mload(add(voter, 0x40))
            let last := mload(add(voter, 0x60))
            let narrow := eq(voteBytes, 2)
            for {} lt(pos, last) { pos := add(pos, voteBytes) } {
                let vote := calldataload(pos)
                let slot := shr(240, vote)
                if iszero(lt(slot, end)) { break }
                let variant := and(shr(232, vote), 0xff)
                if narrow { variant := 0 }
                let outcome := mload(add(outcomes, shl(6, slot)))
                switch eq(variant, and(shr(128, outcome), 0xff))
                case 1 {
                    reward := add(reward, and(outcome, 0xffffffffffffffffffffffffffffffff))
                    passed := add(passed, shr(136, outcome))
                }
                default { faults := add(faults, 1) }
            }
            mstore(add(voter, 0x40), pos)
        }
        voter.reward += reward;
        // At most 65,535 votes a worker.
        // forge-lint: disable-start(unsafe-typecast)
        voter.passed += uint32(passed);
        if (faults != 0 && voter.faults == 0) voter.harmed = requester;
        voter.faults += uint32(faults);
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @dev Two groups of one digest would split its votes and make the smaller half wrong.
    function _checkDistinct(bytes32 dealId, uint256 pos, uint256 variants) private pure {
        for (uint256 i = 1; i < variants; ++i) {
            for (uint256 j; j < i; ++j) {
                if (_word(pos + 5 + 32 * i) == _word(pos + 5 + 32 * j)) {
                    revert IWork.DuplicateDigest(dealId, uint32(bytes4(_word(pos))));
                }
            }
        }
    }

    /// @dev Names what is wrong with the vote pos `bad`.
    function _revertAtVote(Voter memory voter, uint256 bad, uint256 voteBytes) private pure {
        uint256 slot = _count(bad);
        uint256 variant = voteBytes == 3 ? uint8(_word(bad + 2)[0]) : 0;
        if (bad != voter.pos) {
            uint256 previous = _count(bad - voteBytes);
            if (slot <= previous) revert IWork.SlotsNotAscending(voter.worker, previous, slot);
        }
        revert IWork.BadSlot(voter.worker, slot, variant);
    }

    /// @notice The seed of a voter's record, behind its address.
    function seedOf(Voter memory voter) internal pure returns (bytes32) {
        return _word(voter.head + 20);
    }

    /// @notice The signature of a voter's record, behind its seed.
    function signatureOf(Voter memory voter) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        uint256 pos = voter.head + 52;
        return (_word(pos), _word(pos + 32), uint8(_word(pos + 64)[0]));
    }

    /// @notice Index of the task in a slot that is not yet decided.
    function indexOf(Table memory self, uint256 slot) internal pure returns (uint256) {
        uint256 digests = uint64(self.slots[2 * slot + 1]);
        return uint32(bytes4(_word(digests - 5)));
    }

    function _address(uint256 pos) private pure returns (address) {
        return address(bytes20(_word(pos)));
    }

    function _count(uint256 pos) private pure returns (uint256) {
        return uint16(bytes2(_word(pos)));
    }

    function _word(uint256 pos) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(pos)
        }
    }
}
