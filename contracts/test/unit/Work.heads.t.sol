// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReveals} from "../../src/interfaces/IReveals.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {Inclusion} from "../../src/types/Batches.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";

/// A pool builds every head from the tasks that it gave: what else a worker seals is in no batch.
contract WorkHeadsTest is World {
    using ReferenceBatch for BatchIn;

    /// A friend of the pool is sealed over another's commitments, and opens them with the other's seed.
    function test_ACommitmentCopiedByAFriend() public {
        BatchIn memory batch = agreedBatch(1, openDeal(10), 0, 2, 2);
        bytes32 copied = batch.head(batch.ballots[0]);
        batch.ballots[1].seed = batch.ballots[0].seed;
        bytes32 root = _commitHeads(batch, copied, copied);
        Packed memory packed = packBatch(batch);
        packed.workers = bytes.concat(
            batch.packBallot(batch.ballots[0], copied, workDomain()),
            batch.packBallot(batch.ballots[1], copied, workDomain())
        );
        vm.expectPartialRevert(IWork.BadSeal.selector);
        settle(batch, packed, START);

        // Nor does it help to reveal first: its record rebuilds another head than it signed.
        Inclusion memory none;
        bytes memory record = batch.packBallot(batch.ballots[1], copied, workDomain());
        vm.expectPartialRevert(IWork.BadSeal.selector);
        reveals.forceReveal(pool, 1, root, START, packed.parts, record, none);
    }

    /// A worker seals, besides what the pool asked for, a head with a task that it was never given.
    function test_ATaskNeverGiven() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory asked = agreedBatch(1, terms, 0, 1, 3);
        BatchIn memory more = agreedBatch(1, terms, 0, 2, 3);
        _revealsAnotherHead(asked, more);
        vm.assertFalse(market.isSpoiled(idOf(terms), 1));
        commitAndSettle(agreedBatch(2, terms, 1, 1, 2));
        vm.assertTrue(market.isSettled(idOf(terms), 1));
    }

    /// The same with a task of a deal that does not exist: no settlement could ever name it.
    function test_ATaskOfNoDeal() public {
        DealTerms memory invented = openDeal(10);
        invented.bag = keccak256("invented");
        BatchIn memory more = agreedBatch(1, invented, 0, 1, 3);
        _revealsAnotherHead(agreedBatch(1, openDeal(10), 0, 1, 3), more);
    }

    /// A commitment that opens to nothing takes its place in the head; its worker is absent, nobody is held up.
    function test_ACommitmentThatOpensToNothing() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        bytes32 taskId = batch.taskIdOf(0);
        bytes32 hidden = keccak256(abi.encode(bytes32(0), taskId, keccak256("task of no deal")));
        bytes32 root = _commitHeads(batch, batch.head(batch.ballots[0]), hidden);
        Inclusion memory none;
        bytes memory record = batch.packBallot(batch.ballots[1], hidden, workDomain());
        Packed memory packed = packBatch(batch);
        vm.expectPartialRevert(IWork.BadSeal.selector);
        reveals.forceReveal(pool, 1, root, START, packed.parts, record, none);
        vm.warp(START + parameters.revealWindowSec() + 1);
        bytes memory absent = _absent(batch.ballots[1], hidden, batch);
        work.settleBatch(pool, 1, START, 0, packed.parts, _recordOf(batch, 0), absent);
        (,, uint32 faults,,) = standing.standingOf(workers[1].id);
        vm.assertEq(faults, 1);
    }

    /// The head says nothing of pool and nonce: the seal does.
    function test_AHeadOfAnotherPoolOrNonceReplayed() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        Packed memory packed = commit(batch);
        vm.prank(operator.id);
        work.commitBatch(pool, 2, packed.root);
        batch.nonce = 2;
        vm.expectPartialRevert(IWork.BadSeal.selector);
        settle(batch, packed, START);

        batch.nonce = 1;
        batch.pool = stranger.id;
        packed.workers = packBatch(batch).workers;
        vm.expectPartialRevert(IWork.BadSeal.selector);
        work.settleBatch(pool, 1, START, 0, packed.parts, packed.workers, "");
    }

    /// Worker 2 reveals on chain a head of its own; the batch holds the one of `asked`, and settles.
    function _revealsAnotherHead(BatchIn memory asked, BatchIn memory more) private {
        Packed memory packed = commit(asked);
        Packed memory other = packBatch(more);
        bytes memory record = more.packBallot(more.ballots[2], other.heads[2], workDomain());
        vm.expectRevert(abi.encodeWithSelector(IReveals.NotInBatch.selector, pool, 1, workers[2].id));
        reveals.forceReveal(pool, 1, packed.root, START, other.parts, record, placeOf(asked, packed, 2));
        Inclusion memory none;
        reveals.forceReveal(pool, 1, packed.root, START, other.parts, record, none);
        vm.warp(START + parameters.revealWindowSec() + 1);
        bytes memory present = bytes.concat(_recordOf(asked, 0), _recordOf(asked, 1));
        bytes memory absent = asked.packAbsent(asked.ballots[2], workDomain());
        work.settleBatch(pool, 1, START, 0, packed.parts, present, absent);
        vm.assertTrue(market.isSettled(idOf(asked.parts[0].terms), 0));
        (,, uint32 faults,,) = standing.standingOf(workers[2].id);
        vm.assertEq(faults, 1);
    }

    function _commitHeads(BatchIn memory batch, bytes32 first, bytes32 second)
        private
        returns (bytes32 root)
    {
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = ReferenceBatch.sealLeaf(batch.ballots[0], first);
        leaves[1] = ReferenceBatch.sealLeaf(batch.ballots[1], second);
        root = ReferenceBatch.merkleRoot(leaves);
        vm.prank(operator.id);
        work.commitBatch(pool, batch.nonce, root);
    }

    function _recordOf(BatchIn memory batch, uint256 w) private view returns (bytes memory) {
        return batch.packBallot(batch.ballots[w], batch.head(batch.ballots[w]), workDomain());
    }

    function _absent(Ballot memory ballot, bytes32 head, BatchIn memory batch)
        private
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(ballot.key, batch.sealHash(head, ballot.commitBy, workDomain()));
        return abi.encodePacked(vm.addr(ballot.key), head, r, s, v, ballot.commitBy);
    }
}
