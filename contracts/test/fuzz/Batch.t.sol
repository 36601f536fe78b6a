// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {CredibilityLib} from "../../src/libraries/CredibilityLib.sol";
import {MerkleLib} from "../../src/libraries/MerkleLib.sol";
import {DealPart} from "../../src/types/Deals.sol";
import {Test, vm} from "../lib/Test.sol";
import {IBatchHarness} from "../reference/IBatchHarness.sol";
import {
    Ballot,
    BatchIn,
    PartIn,
    Packed,
    ReferenceBatch,
    TaskIn,
    Vote,
    Winner
} from "../reference/ReferenceBatch.sol";

/// TableLib, TallyLib and OutcomeLib, in assembly, against ReferenceBatch, in plain Solidity.
contract BatchFuzzTest is Test {
    using ReferenceBatch for BatchIn;

    IBatchHarness private immutable HARNESS =
        IBatchHarness(vm.deployCode("BatchHarness.sol:BatchHarness", ""));
    uint256 private constant WORKERS_PART = 1e18 + 1;
    uint256 private _random;

    /// forge-config: default.fuzz.runs = 150
    /// forge-config: soak.fuzz.runs = 100000
    /// A batch of up to three deals, eight tasks each, four digests a task and six workers, as chance has it.
    function testFuzz_AgreesWithTheReference(uint256 seed, uint128 minOdds) public {
        _random = seed;
        BatchIn memory batch = _someBatch();
        uint256[] memory odds = _someOdds(batch.ballots.length);
        minOdds = uint128(bound(minOdds, 0, 1e21));
        batch.sortDigests();
        Packed memory packed = batch.pack(0);
        IBatchHarness.Outcome memory outcome =
            HARNESS.run(packed.parts, packed.workers, odds, WORKERS_PART, minOdds);
        vm.assertEq(outcome.root, packed.root);
        for (uint256 w; w < odds.length; ++w) {
            vm.assertEq(outcome.heads[w], packed.heads[w]);
        }
        _compareTasks(batch, odds, minOdds, outcome);
    }

    struct Expected {
        uint256[] rewards;
        uint256[] passed;
        uint256[] faults;
        uint256[] won;
        bytes32[] leaves;
        uint256 slot;
        uint256 settled;
    }

    function _compareTasks(
        BatchIn memory batch,
        uint256[] memory odds,
        uint256 minOdds,
        IBatchHarness.Outcome memory outcome
    ) private pure {
        Expected memory expected;
        expected.rewards = new uint256[](odds.length);
        expected.passed = new uint256[](odds.length);
        expected.faults = new uint256[](odds.length);
        expected.won = new uint256[](odds.length);
        expected.leaves = new bytes32[](_slots(batch));
        for (uint256 p; p < batch.parts.length; ++p) {
            if (!_comparePart(batch, p, odds, minOdds, outcome, expected)) return;
        }
        bytes32[] memory leaves = expected.leaves;
        uint256 settled = expected.settled;
        assembly {
            mstore(leaves, settled)
        }
        vm.assertEq(outcome.resultRoot, settled == 0 ? bytes32(0) : ReferenceBatch.merkleRoot(leaves));
        for (uint256 w; w < odds.length; ++w) {
            vm.assertEq(outcome.rewards[w], expected.rewards[w]);
            vm.assertEq(outcome.passed[w], expected.passed[w]);
            vm.assertEq(outcome.faults[w], expected.faults[w]);
            vm.assertEq(outcome.won[w], expected.won[w]);
        }
    }

    /// False if nobody voted on a task of the part.
    function _comparePart(
        BatchIn memory batch,
        uint256 p,
        uint256[] memory odds,
        uint256 minOdds,
        IBatchHarness.Outcome memory outcome,
        Expected memory expected
    ) private pure returns (bool) {
        bytes memory results;
        bytes memory spoiled;
        for (uint256 i; i < batch.parts[p].tasks.length; ++i) {
            Winner memory won = batch.winner(odds, expected.slot);
            if (won.votes == 0) {
                vm.assertEq(outcome.voteless[p], expected.slot);
                return false;
            }
            TaskIn memory task = batch.parts[p].tasks[i];
            if (!ReferenceBatch.isAccepted(won, minOdds)) {
                spoiled = abi.encodePacked(spoiled, task.index);
            } else {
                expected.leaves[expected.settled++] = _leaf(batch, expected.slot, won);
                results = abi.encodePacked(results, task.index, task.digests[won.variant]);
                _reap(batch, won, expected);
            }
            ++expected.slot;
        }
        vm.assertEq(outcome.voteless[p], expected.slot);
        vm.assertEq(outcome.results[p], results);
        vm.assertEq(outcome.spoiled[p], spoiled);
        return true;
    }

    function _reap(BatchIn memory batch, Winner memory won, Expected memory expected) private pure {
        for (uint256 w; w < batch.ballots.length; ++w) {
            for (uint256 i; i < batch.ballots[w].votes.length; ++i) {
                Vote memory vote = batch.ballots[w].votes[i];
                if (vote.slot != expected.slot) continue;
                if (vote.variant != won.variant) {
                    ++expected.faults[w];
                } else {
                    expected.rewards[w] += WORKERS_PART / won.votes;
                    ++expected.won[w];
                    if (won.votes > 1) ++expected.passed[w];
                }
            }
        }
    }

    function _leaf(BatchIn memory batch, uint256 slot, Winner memory won) private pure returns (bytes32) {
        (bytes32 dealId, TaskIn memory task,) = batch.taskOf(slot);
        bytes32 taskId = keccak256(abi.encode(dealId, uint256(task.index)));
        return keccak256(abi.encodePacked(hex"00", taskId, task.digests[won.variant], uint8(won.votes)));
    }

    /// Whatever bytes come: they are read to the end, or refused by one of five names.
    function testFuzz_RefusesRubbishByName(uint256 seed, bytes calldata tasks, bytes calldata workers)
        public
    {
        _random = seed;
        DealPart[] memory parts = new DealPart[](1);
        parts[0].tasks = tasks;
        bytes memory voters = workers;
        if (_below(2) == 0) (parts[0].tasks, voters) = _damaged();
        try HARNESS.run(parts, voters, new uint256[](99), WORKERS_PART, 0) {}
        catch (bytes memory refusal) {
            bytes4 name = bytes4(refusal);
            bool known = name == IWork.BadEncoding.selector || name == IWork.EmptyBatch.selector
                || name == IWork.BadSlot.selector || name == IWork.SlotsNotAscending.selector
                || name == IWork.DigestsNotAscending.selector;
            vm.assertTrue(known, "an unnamed refusal");
        }
    }

    function testFuzz_MerkleRoot(bytes32[] memory leaves) public pure {
        vm.assume(leaves.length != 0);
        bytes32[] memory copy = new bytes32[](leaves.length);
        for (uint256 i; i < leaves.length; ++i) {
            copy[i] = leaves[i];
        }
        vm.assertEq(MerkleLib.root(leaves), ReferenceBatch.merkleRoot(copy));
    }

    /// A good batch with one byte changed, cut off or added.
    function _damaged() private returns (bytes memory tasks, bytes memory workers) {
        Packed memory packed = _someBatch().pack(0);
        (tasks, workers) = (packed.parts[0].tasks, packed.workers);
        bytes memory hit = _below(2) == 0 ? tasks : workers;
        uint256 length = hit.length;
        uint256 how = _below(3);
        if (how == 0) hit[_below(length)] = bytes1(uint8(_below(256)));
        if (how == 1) {
            assembly {
                mstore(hit, sub(length, 1))
            }
        }
        if (how == 2) workers = bytes.concat(workers, bytes1(uint8(_below(256))));
    }

    function _someBatch() private returns (BatchIn memory batch) {
        batch.pool = address(uint160(_next()));
        batch.nonce = uint64(_next());
        batch.parts = new PartIn[](1 + _below(3));
        for (uint256 p; p < batch.parts.length; ++p) {
            batch.parts[p].terms.bag = bytes32(_next());
            batch.parts[p].tasks = new TaskIn[](1 + _below(8));
            // Mostly one digest, as in a quiet batch; sometimes several.
            uint256 most = _below(3) == 0 ? 4 : 1;
            for (uint256 i; i < batch.parts[p].tasks.length; ++i) {
                batch.parts[p].tasks[i].index = uint32(_next());
                batch.parts[p].tasks[i].digests = new bytes32[](1 + _below(most));
                for (uint256 v; v < batch.parts[p].tasks[i].digests.length; ++v) {
                    batch.parts[p].tasks[i].digests[v] = bytes32(_next());
                }
            }
        }
        batch.ballots = new Ballot[](1 + _below(6));
        // Everybody on everything, or some on some.
        bool all = _below(3) == 0;
        for (uint256 w; w < batch.ballots.length; ++w) {
            batch.ballots[w].key = 1 + _below(1e9);
            batch.ballots[w].seed = bytes32(_next());
            batch.ballots[w].votes = _someVotes(batch, all);
        }
    }

    function _someVotes(BatchIn memory batch, bool all) private returns (Vote[] memory votes) {
        uint256 slots = _slots(batch);
        votes = new Vote[](slots);
        uint256 count;
        for (uint16 slot; slot < slots; ++slot) {
            if (!all && _below(3) == 0 && !(count == 0 && slot == slots - 1)) continue;
            (, TaskIn memory task,) = batch.taskOf(slot);
            votes[count++] = Vote(slot, uint8(_below(task.digests.length)));
        }
        assembly {
            mstore(votes, count)
        }
    }

    function _someOdds(uint256 count) private returns (uint256[] memory odds) {
        odds = new uint256[](count);
        for (uint256 w; w < count; ++w) {
            odds[w] = _below(10) == 0 ? CredibilityLib.CAP : CredibilityLib.workerOdds(_below(20), 2000);
        }
    }

    function _slots(BatchIn memory batch) private pure returns (uint256 slots) {
        for (uint256 p; p < batch.parts.length; ++p) {
            slots += batch.parts[p].tasks.length;
        }
    }

    function _below(uint256 limit) private returns (uint256) {
        return _next() % limit;
    }

    function _next() private returns (uint256) {
        return _random = uint256(keccak256(abi.encode(_random)));
    }
}
