// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";

/// @notice Reads the packed records of a batch: voters, payees, the absent. Encodings: docs/protocol/batches.md.
/// @dev Positions are absolute in calldata.
library RecordLib {
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
            uint256 votes = slotAt(pos + headBytes - COUNT_BYTES);
            uint256 end = pos + headBytes + votes * voteBytes;
            if (votes == 0 || end > limit) revert IWork.BadEncoding(pos - base);
            pos = end;
        }
        if (count == 0) revert IWork.EmptyBatch();
        voters = new Voter[](count);
        names = new address[](count);
        for (uint256 i; i < count; ++i) {
            Voter memory voter = voters[i];
            names[i] = voter.worker = address(bytes20(word(base)));
            voter.head = base;
            voter.pos = base + headBytes;
            base = voter.pos + slotAt(voter.pos - COUNT_BYTES) * voteBytes;
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
            each.worker = address(bytes20(word(pos)));
            (each.head, each.r, each.s) = (word(pos + 20), word(pos + 52), word(pos + 84));
            each.v = uint8(word(pos + 116)[0]);
            each.commitBy = uint48(bytes6(word(pos + 117)));
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
        return (word(pos), word(pos + 32), uint8(word(pos + 64)[0]), uint48(bytes6(word(pos + 65))));
    }

    /// @notice Slot of the vote at a position in calldata.
    function slotAt(uint256 pos) internal pure returns (uint256) {
        return uint16(bytes2(word(pos)));
    }

    /// @notice The 32 bytes of calldata at a position.
    function word(uint256 pos) internal pure returns (bytes32 read) {
        assembly ("memory-safe") {
            read := calldataload(pos)
        }
    }
}
