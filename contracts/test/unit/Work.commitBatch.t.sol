// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {BatchFacts, Inclusion, TaskResult} from "../../src/types/Batches.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";

contract WorkCommitBatchTest is World {
    bytes32 private constant ROOT = keccak256("root");

    function test_BindsRootAndTime() public {
        vm.expectEmit(address(work));
        emit IWork.BatchCommitted(pool, 1, ROOT, START);
        vm.prank(operator.id);
        work.commitBatch(pool, 1, ROOT);
        vm.assertEq(work.batchOf(pool, 1), keccak256(abi.encode(ROOT, START)));
    }

    function test_TheOwnerMayCommit() public {
        vm.prank(poolOwner.id);
        work.commitBatch(pool, 2, ROOT);
    }

    function test_RevertWhen_NotAnOperator() public {
        vm.expectRevert(abi.encodeWithSelector(IWork.NotOperator.selector, pool, stranger.id));
        vm.prank(stranger.id);
        work.commitBatch(pool, 1, ROOT);
    }

    function test_RevertWhen_TheNonceIsUsed() public {
        vm.prank(operator.id);
        work.commitBatch(pool, 1, ROOT);
        vm.expectRevert(abi.encodeWithSelector(IWork.NonceUsed.selector, pool, 1));
        vm.prank(operator.id);
        work.commitBatch(pool, 1, keccak256("other"));
    }

    function test_ProvesEveryResultOfABatch() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 2, 3, 2);
        Packed memory packed = commit(batch);
        vm.warp(START + 9);
        settle(batch, packed, START);
        bytes32[3] memory leaves;
        for (uint32 i; i < 3; ++i) {
            bytes32 taskId = keccak256(abi.encode(idOf(terms), uint256(2 + i)));
            leaves[i] = keccak256(abi.encodePacked(hex"00", taskId, digestOf(2 + i), uint8(2)));
        }
        bytes32 left = keccak256(abi.encodePacked(hex"01", leaves[0], leaves[1]));
        bytes32 root = keccak256(abi.encodePacked(hex"01", left, leaves[2]));
        BatchFacts memory facts = BatchFacts(root, packed.root, START, START + 9);
        vm.assertEq(work.batchOf(pool, 1), keccak256(abi.encode(facts)));

        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = (leaves[0], leaves[2]);
        TaskResult memory result = TaskResult(idOf(terms), 3, digestOf(3), 2);
        _expect(true, facts, result, Inclusion(1, 3, proof));
        _expect(false, facts, result, Inclusion(0, 3, proof));
        _expect(false, facts, result, Inclusion(3, 3, proof));
        _expect(false, facts, TaskResult(idOf(terms), 3, digestOf(4), 2), Inclusion(1, 3, proof));
        _expect(false, facts, TaskResult(idOf(terms), 4, digestOf(3), 2), Inclusion(1, 3, proof));
        _expect(false, facts, TaskResult(idOf(terms), 3, digestOf(3), 3), Inclusion(1, 3, proof));
        bytes32[] memory short = new bytes32[](1);
        short[0] = left;
        _expect(false, facts, result, Inclusion(1, 3, short));
        TaskResult memory last = TaskResult(idOf(terms), 4, digestOf(4), 2);
        _expect(true, facts, last, Inclusion(2, 3, short));
        _expect(false, facts, last, Inclusion(2, 3, proof));
        facts.settledAt = START;
        _expect(false, facts, last, Inclusion(2, 3, short));
    }

    function test_ProvesEveryVoterOfABatch() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 2, 3, 3);
        Packed memory packed = commit(batch);
        vm.recordLogs();
        settle(batch, packed, START);
        bytes32[] memory leaves = new bytes32[](3);
        for (uint256 w; w < 3; ++w) {
            leaves[w] = ReferenceBatch.sealLeaf(batch.ballots[w], packed.heads[w]);
        }
        BatchFacts memory facts = factsIn(vm.getRecordedLogs(), packed.root, START);
        for (uint256 w; w < 3; ++w) {
            Inclusion memory place = Inclusion(w, 3, ReferenceBatch.merkleProof(leaves, w));
            vm.assertTrue(work.verifyVoter(pool, 1, facts, workers[w].id, packed.heads[w], place));
            vm.assertFalse(work.verifyVoter(pool, 1, facts, workers[3].id, packed.heads[w], place));
            vm.assertFalse(work.verifyVoter(pool, 2, facts, workers[w].id, packed.heads[w], place));
            vm.assertFalse(work.verifyVoter(pool, 1, facts, workers[w].id, bytes32(w), place));
        }
    }

    function test_ACommittedRootIsNoResultRoot() public {
        DealTerms memory terms = openDeal(10);
        vm.prank(operator.id);
        work.commitBatch(pool, 1, digestOf(0));
        TaskResult memory result = TaskResult(idOf(terms), 0, digestOf(0), 1);
        _expect(false, BatchFacts(digestOf(0), 0, START, 0), result, Inclusion(0, 1, new bytes32[](0)));
    }

    function _expect(bool expected, BatchFacts memory facts, TaskResult memory result, Inclusion memory place)
        private
        view
    {
        vm.assertEq(work.verifyResult(pool, 1, facts, result, place), expected);
    }
}
