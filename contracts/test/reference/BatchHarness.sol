// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleLib} from "../../src/libraries/MerkleLib.sol";
import {OutcomeLib} from "../../src/libraries/OutcomeLib.sol";
import {RecordLib} from "../../src/libraries/RecordLib.sol";
import {ResultsLib} from "../../src/libraries/ResultsLib.sol";
import {TableLib} from "../../src/libraries/TableLib.sol";
import {TallyLib} from "../../src/libraries/TallyLib.sol";
import {DealPart} from "../../src/types/Deals.sol";
import {IBatchHarness} from "./IBatchHarness.sol";

/// See IBatchHarness.
contract BatchHarness is IBatchHarness {
    using TableLib for TableLib.Table;
    using TallyLib for TableLib.Table;
    using OutcomeLib for TableLib.Table;

    function run(
        DealPart[] calldata parts,
        bytes calldata workers,
        uint256[] calldata odds,
        uint256 workersPart,
        uint256 minOdds
    ) external pure returns (Outcome memory outcome) {
        uint256[] memory current = new uint256[](1);
        (TableLib.Table memory table, uint256[] memory ends) = _read(parts, current);
        (RecordLib.Voter[] memory voters,) =
            RecordLib.scan(workers, RecordLib.VOTER_BYTES, RecordLib.VOTE_BYTES);
        outcome.heads = new bytes32[](voters.length);
        bytes32[] memory leaves = new bytes32[](voters.length);
        for (uint256 i; i < voters.length; ++i) {
            current[0] = odds[i];
            outcome.heads[i] = table.tally(voters[i]);
            leaves[i] = keccak256(abi.encodePacked(hex"00", voters[i].worker, outcome.heads[i]));
        }
        outcome.root = MerkleLib.root(leaves);
        _decide(table, ends, voters, outcome, workersPart, minOdds);
    }

    function _read(DealPart[] calldata parts, uint256[] memory odds)
        private
        pure
        returns (TableLib.Table memory table, uint256[] memory ends)
    {
        uint256 bytesOfTasks;
        for (uint256 p; p < parts.length; ++p) {
            bytesOfTasks += parts[p].tasks.length;
        }
        uint256 place;
        assembly {
            place := add(odds, 0x20)
        }
        table = TableLib.newTable(bytesOfTasks);
        ends = new uint256[](parts.length);
        for (uint256 p; p < parts.length; ++p) {
            table.addTasks(keccak256(abi.encode(parts[p].terms)), parts[p].tasks, place);
            ends[p] = table.taskCount();
        }
    }

    function _decide(
        TableLib.Table memory table,
        uint256[] memory ends,
        RecordLib.Voter[] memory voters,
        Outcome memory outcome,
        uint256 workersPart,
        uint256 minOdds
    ) private pure {
        bytes32[] memory leaves = new bytes32[](table.taskCount());
        outcome.results = new bytes[](ends.length);
        outcome.voteless = new uint256[](ends.length);
        outcome.spoiled = new bytes[](ends.length);
        uint256 settled;
        for (uint256 p; p < ends.length; ++p) {
            uint256 first = p == 0 ? 0 : ends[p - 1];
            bytes memory results = ResultsLib.newResults(ends[p] - first);
            uint256 common;
            (outcome.voteless[p], common) =
                table.decide(first, ends[p], settled, workersPart, minOdds, results, leaves);
            if (outcome.voteless[p] != ends[p]) return;
            uint256 count = ResultsLib.count(results);
            outcome.spoiled[p] = table.spoiledFrom(first, ends[p] - first - count);
            outcome.results[p] = results;
            settled += count;
            for (uint256 i; i < voters.length; ++i) {
                if (common != 0) table.reapCommon(voters[i], ends[p], RecordLib.VOTE_BYTES, common);
                else table.reap(voters[i], ends[p], address(1));
                voters[i].exposed += voters[i].won;
            }
        }
        assembly {
            mstore(leaves, settled)
        }
        if (settled != 0) outcome.resultRoot = MerkleLib.root(leaves);
        (outcome.rewards, outcome.passed, outcome.faults, outcome.won) =
        (
            new uint256[](voters.length),
            new uint256[](voters.length),
            new uint256[](voters.length),
            new uint256[](voters.length)
        );
        for (uint256 i; i < voters.length; ++i) {
            (outcome.rewards[i], outcome.passed[i], outcome.faults[i], outcome.won[i]) =
            (voters[i].reward, voters[i].passed, voters[i].faults, voters[i].exposed);
        }
    }
}
