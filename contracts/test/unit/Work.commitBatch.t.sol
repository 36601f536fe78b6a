// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {BatchIn} from "../reference/ReferenceBatch.sol";

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
        commitAndSettle(batch);
        bytes32[3] memory leaves;
        for (uint32 i; i < 3; ++i) {
            bytes32 taskId = keccak256(abi.encode(idOf(terms), uint256(2 + i)));
            leaves[i] = keccak256(abi.encodePacked(hex"00", taskId, digestOf(2 + i)));
        }
        bytes32 left = keccak256(abi.encodePacked(hex"01", leaves[0], leaves[1]));
        vm.assertEq(work.batchOf(pool, 1), keccak256(abi.encodePacked(hex"01", left, leaves[2])));

        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = (leaves[0], leaves[2]);
        vm.assertTrue(work.verifyResult(pool, 1, idOf(terms), 3, digestOf(3), 1, 3, proof));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 3, digestOf(4), 1, 3, proof));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 4, digestOf(3), 1, 3, proof));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 3, digestOf(3), 0, 3, proof));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 3, digestOf(3), 3, 3, proof));
        vm.assertFalse(work.verifyResult(pool, 2, idOf(terms), 3, digestOf(3), 1, 3, proof));
        bytes32[] memory short = new bytes32[](1);
        short[0] = left;
        vm.assertTrue(work.verifyResult(pool, 1, idOf(terms), 4, digestOf(4), 2, 3, short));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 4, digestOf(4), 2, 3, proof));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 3, digestOf(3), 1, 3, short));
    }

    function test_ACommittedRootIsNoResultRoot() public {
        DealTerms memory terms = openDeal(10);
        vm.prank(operator.id);
        work.commitBatch(pool, 1, digestOf(0));
        vm.assertFalse(work.verifyResult(pool, 1, idOf(terms), 0, digestOf(0), 0, 1, new bytes32[](0)));
    }
}
