// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaims} from "../../src/interfaces/IClaims.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IReveals} from "../../src/interfaces/IReveals.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {Inclusion} from "../../src/types/Batches.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, PartIn, ReferenceBatch} from "../reference/ReferenceBatch.sol";

/// What a pool may try with a batch that it drops, and who pays.
contract ClaimsForfeitTest is World {
    using ReferenceBatch for BatchIn;

    /// A pool makes up keys, seals their votes too and drops the batch: they would thin out the workers' shares.
    function test_KeysWithoutABondShareNoForfeit() public {
        DealTerms memory terms = openDeal(10);
        workers.push(newActor("made up"));
        (uint256 made, uint256 honest) = workers[5].id > workers[0].id ? (1, 0) : (0, 1);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        batch.ballots[made] = ballotOf(5, 1, 1);
        batch.ballots[honest] = ballotOf(0, 1, 1);
        Packed memory packed = commit(batch);
        vm.expectPartialRevert(IStanding.WorkerNotBonded.selector);
        revealOnChain(batch, made, packed.root, START);
        revealOnChain(batch, honest, packed.root, START);
        vm.warp(START + terms.settleWindowSec + 1);
        vm.expectEmit(address(claims));
        emit IClaims.BatchForfeited(pool, 1, workers[0].id, terms.poolStake / 2, 1);
        _forfeit(batch, packed, honest);
        vm.expectRevert(abi.encodeWithSelector(IClaims.NotRevealed.selector, pool, 1, workers[5].id));
        _forfeit(batch, packed, made);
    }

    /// A bond that came after the commit is none at the commit.
    function test_KeysBondedAfterTheCommitShareNoForfeit() public {
        BatchIn memory batch = agreedBatch(1, openDeal(10), 0, 1, 1);
        batch.ballots[0].key = newActor("late").key;
        Packed memory packed = commit(batch);
        vm.warp(START + 1);
        addWorker(newActor("late"));
        vm.expectPartialRevert(IStanding.WorkerNotBonded.selector);
        revealOnChain(batch, 0, packed.root, START);
    }

    /// Counts are bytes: one more would be paid out of the shares of the others.
    function test_NoMoreThan255ShareAForfeit() public {
        DealTerms memory terms = openDeal(1);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 1);
        Ballot[] memory ballots = new Ballot[](256);
        bytes32[] memory leaves = new bytes32[](256);
        for (uint256 n; n < 256; ++n) {
            ballots[n] = _aBondedBallot(n);
            leaves[n] = ReferenceBatch.sealLeaf(ballots[n], batch.head(ballots[n]));
        }
        bytes32 root = ReferenceBatch.merkleRoot(leaves);
        Packed memory packed = packBatch(batch);
        bytes32 domain = workDomain();
        for (uint256 n; n < 256; ++n) {
            bytes memory record = batch.packBallot(ballots[n], batch.head(ballots[n]), domain);
            Inclusion memory place = Inclusion(n, 256, this.proofOf(leaves, n));
            if (n == 255) {
                vm.expectRevert(
                    abi.encodeWithSelector(IReveals.TooManyCounted.selector, idOf(terms), uint256(0))
                );
            }
            reveals.forceReveal(pool, 1, root, START, packed.parts, record, place);
        }
        bytes32 name = keccak256(abi.encode(pool, uint64(1), root, START));
        vm.assertEq(reveals.countOf(name, idOf(terms), 0), 255);
    }

    /// A batch settles as a whole: with the first deal's window over it is dropped for all of them.
    function test_AForfeitOpensWithTheFirstDealsWindow() public {
        DealTerms memory short = openDeal(10);
        parameters.set("settleWindowSec", 2 hours);
        DealTerms memory long = openDeal(10);
        BatchIn memory batch = agreedBatch(1, short, 0, 1, 1);
        batch.parts = new PartIn[](2);
        (batch.parts[0], batch.parts[1]) = (partOf(short, 0, 1), partOf(long, 0, 1));
        batch.ballots[0] = ballotOf(0, 1, 2);
        Packed memory packed = commit(batch);
        revealOnChain(batch, 0, packed.root, START);
        uint48 closesAt = START + short.settleWindowSec;
        vm.warp(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IClaims.SettleWindowOpen.selector, pool, 1, closesAt));
        _forfeit(batch, packed, 0);
        vm.warp(closesAt + 1);
        vm.expectEmit(address(claims));
        emit IClaims.BatchForfeited(pool, 1, workers[0].id, 2 * uint256(short.poolStake / 2), 2);
        _forfeit(batch, packed, 0);
    }

    /// A pool gives one task to a friend and to honest workers, in two batches, and drops the friend's: the other
    /// can settle no more. The pool pays for all of it, and the honest workers have their forfeit.
    function test_ATaskInADroppedAndInALiveBatch() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory friends = agreedBatch(1, terms, 0, 1, 1);
        friends.ballots[0] = ballotOf(4, 1, 1);
        Packed memory first = commit(friends);
        revealOnChain(friends, 0, first.root, START);
        uint48 secondAt = START + terms.settleWindowSec;
        vm.warp(secondAt);
        BatchIn memory honest = agreedBatch(2, terms, 0, 3, 2);
        Packed memory second = commit(honest);
        vm.warp(secondAt + 1);
        uint256 poolBefore = escrow.lockedOf(poolOwner.id);
        _forfeit(friends, first, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarket.TaskAlreadySettled.selector, idOf(terms), 0));
        settle(honest, second, secondAt);

        for (uint256 w; w < 2; ++w) {
            revealOnChain(honest, w, second.root, secondAt);
        }
        vm.warp(secondAt + terms.settleWindowSec + 1);
        uint256 half = terms.poolStake / 2;
        for (uint256 w; w < 2; ++w) {
            uint256 before = escrow.freeOf(workers[w].id);
            _forfeit(honest, second, w, secondAt);
            vm.assertEq(escrow.freeOf(workers[w].id), before + 2 * (half / 2));
        }
        vm.assertEq(escrow.lockedOf(poolOwner.id), poolBefore - half - 4 * (half / 2));
        // The rest of all three stakes is the requester's, and its price comes back.
        for (uint32 i; i < 3; ++i) {
            vm.assertTrue(market.isSpoiled(idOf(terms), i));
        }
    }

    /// Apart, so that what it uses of memory is forgotten.
    function proofOf(bytes32[] memory leaves, uint256 n) external pure returns (bytes32[] memory) {
        return ReferenceBatch.merkleProof(leaves, n);
    }

    function _aBondedBallot(uint256 n) private returns (Ballot memory ballot) {
        Actor memory worker = newActor(string.concat("one of many ", string(abi.encodePacked(uint16(n)))));
        fund(worker.id);
        vm.prank(worker.id);
        standing.bond(BOND);
        ballot = ballotOf(0, 1, 1);
        ballot.key = worker.key;
    }

    function _forfeit(BatchIn memory batch, Packed memory packed, uint256 w) private {
        _forfeit(batch, packed, w, START);
    }

    function _forfeit(BatchIn memory batch, Packed memory packed, uint256 w, uint48 committedAt) private {
        bytes memory record = batch.packBallot(batch.ballots[w], packed.heads[w], workDomain());
        claims.forfeit(pool, batch.nonce, packed.root, committedAt, packed.parts, record);
    }
}
