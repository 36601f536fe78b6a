// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {BatchFacts, Inclusion} from "../../src/types/Batches.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, ReferenceBatch, Vote} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

/// What a pool, its friends and its workers may try with a batch, each by its name.
contract WorkAttacksTest is World {
    using ReferenceBatch for BatchIn;

    /// A friend of the pool has seen another's commitment or whole head, and presents it as its own.
    function test_ACommitmentOrHeadCopiedByAFriendOfThePool() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        bytes32 stolen = batch.head(batch.ballots[0]);
        // The friend can sign the head; but what is rebuilt from its record has its own address in it.
        bytes32 domain = workDomain();
        bytes memory seal = signAs(workers[1], batch.sealHash(stolen, batch.ballots[1].commitBy, domain));
        Packed memory packed = packBatch(batch);
        batch.ballots[1].seed = batch.ballots[0].seed;
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = ReferenceBatch.sealLeaf(batch.ballots[0], stolen);
        leaves[1] = ReferenceBatch.sealLeaf(batch.ballots[1], stolen);
        vm.prank(operator.id);
        work.commitBatch(pool, 1, ReferenceBatch.merkleRoot(leaves));
        uint256 second = packed.workers.length / 2;
        for (uint256 i; i < 65; ++i) {
            packed.workers[second + 52 + i] = seal[i];
        }
        vm.expectPartialRevert(IWork.BadSeal.selector);
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_OneVoteCountedTwice() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 1);
        Vote[] memory twice = new Vote[](2);
        batch.ballots[0].votes = twice;
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.SlotsNotAscending.selector, workers[0].id, 0, 0));
        settle(batch, packed, START);

        // Under two slots of the same task it would settle the task twice.
        BatchIn memory other = agreedBatch(2, terms, 0, 2, 1);
        other.parts[0].tasks[1] = other.parts[0].tasks[0];
        packed = commit(other);
        vm.expectRevert(abi.encodeWithSelector(IMarket.TaskAlreadySettled.selector, idOf(terms), 0));
        settle(other, packed, START);

        // As two workers of one key it does not ascend.
        BatchIn memory third = agreedBatch(3, terms, 0, 1, 2);
        third.ballots[1] = third.ballots[0];
        packed = commit(third);
        vm.expectPartialRevert(IWork.WorkersNotAscending.selector);
        settle(third, packed, START);
    }

    function test_TwoRootsForANonce() public {
        vm.prank(operator.id);
        work.commitBatch(pool, 1, keccak256("one"));
        vm.prank(operator.id);
        vm.expectRevert(abi.encodeWithSelector(IWork.NonceUsed.selector, pool, 1));
        work.commitBatch(pool, 1, keccak256("two"));
    }

    /// A worker that has not revealed can be left out only as absent, and that costs the pool its time.
    function test_AWorkerFramedAsAbsent() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 3);
        Packed memory packed = commit(batch);
        (bytes memory present, bytes memory absent) = _without(batch, 2);

        // Before the reveal window is over nobody is absent.
        uint48 closesAt = START + parameters.revealWindowSec();
        vm.warp(closesAt);
        packed.workers = present;
        vm.expectRevert(abi.encodeWithSelector(IWork.RevealWindowOpen.selector, pool, 1, closesAt));
        _settle(batch, packed, absent);

        // Who has revealed on chain is not absent, whatever the pool says.
        revealOnChain(batch, 2, packed.root, START);
        vm.warp(closesAt + 1);
        vm.expectRevert(abi.encodeWithSelector(IWork.RevealedOnChain.selector, pool, 1, workers[2].id));
        _settle(batch, packed, absent);
        settle(batch, packBatch(batch), START);
        (uint128 bonded,,,,) = standing.standingOf(workers[2].id);
        vm.assertEq(bonded, BOND);
    }

    /// A seal ends: a pool cannot commit years later, when the worker has forgotten its secrets.
    function test_ASealKeptForLater() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 3);
        batch.ballots[2].commitBy = START - 1;
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.SealExpired.selector, workers[2].id, START - 1, START));
        settle(batch, packed, START);
        (bytes memory present, bytes memory absent) = _without(batch, 2);
        packed.workers = present;
        vm.warp(START + parameters.revealWindowSec() + 1);
        vm.expectRevert(abi.encodeWithSelector(IWork.SealExpired.selector, workers[2].id, START - 1, START));
        _settle(batch, packed, absent);
    }

    function test_AnAbsentWorkerPaysThePoolAndHoldsUpNobody() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 4);
        Packed memory packed = commit(batch);
        vm.warp(START + parameters.revealWindowSec() + 1);
        uint256 before = escrow.freeOf(poolOwner.id);
        for (uint256 absentee; absentee < 4; absentee += 3) {
            // The first, then the last by address.
            bytes memory absent;
            (packed.workers, absent) = _without(batch, absentee);
            if (absentee == 0) {
                // As present and absent at once it does not ascend.
                packed.workers = packBatch(batch).workers;
                vm.expectPartialRevert(IWork.WorkersNotAscending.selector);
                _settle(batch, packed, absent);
                continue;
            }
            vm.expectEmit(address(work));
            emit IWork.WorkerAbsent(pool, 1, workers[absentee].id);
            _settle(batch, packed, absent);
        }
        vm.assertTrue(market.isSettled(idOf(terms), 1));
        (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil,) =
            standing.standingOf(workers[3].id);
        vm.assertEq(bonded, BOND / 2);
        vm.assertEq(checks, 0);
        vm.assertEq(faults, 1);
        vm.assertGt(bannedUntil, block.timestamp);
        vm.assertEq(escrow.freeOf(poolOwner.id), before + BOND / 2);
    }

    function test_RevertWhen_TheAbsentAreMalformed() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.BadEncoding.selector, 122));
        _settle(batch, packed, new bytes(122));
    }

    /// Whoever settles may name tasks that nobody voted on; they are not spoiled by that.
    function test_AStrangerCannotSpoilTasksThatNobodyVotedOn() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        for (uint256 w; w < 2; ++w) {
            batch.ballots[w] = ballotOf(w, 1, 1);
        }
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.NotCredible.selector, idOf(terms), 1, 0, 1e18));
        settle(batch, packed, START);
    }

    /// Votes are public once revealed: a task that they do not carry can never be voted on again.
    function test_ATaskWithoutEnoughOddsIsSpoiledAndTheOthersSettle() public {
        DealTerms memory terms = openDeal(3);
        BatchIn memory batch = agreedBatch(1, terms, 0, 3, 3);
        addDigest(batch.parts[0].tasks[1], keccak256("other"));
        batch.ballots[2].votes[1].variant = 1;
        uint256 poolBefore = heldBy(poolOwner.id);
        Packed memory packed = commit(batch);
        vm.expectEmit(address(market));
        emit IMarket.TasksSpoiled(idOf(terms), hex"00000001");
        settle(batch, packed, START);
        vm.assertTrue(market.isSettled(idOf(terms), 0) && market.isSettled(idOf(terms), 2));
        vm.assertTrue(market.isSpoiled(idOf(terms), 1));
        (, uint32 checks, uint32 faults,,) = standing.standingOf(workers[2].id);
        vm.assertEq(checks, 2);
        vm.assertEq(faults, 0);
        // All tasks are settled or spoiled: the deal is over, and the pool has lost the stake of one.
        (DealStatus status,) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        uint256 workersPart = uint256(terms.poolPrice) * 9000 / 10_000;
        uint256 earned = 2 * (terms.poolPrice - workersPart) + 2 * (workersPart - 3 * (workersPart / 3));
        vm.assertEq(heldBy(poolOwner.id), poolBefore + earned - terms.poolStake);
    }

    /// Checks are farmed on tasks that cost next to nothing; the bond says how far they are believed.
    function test_StandingFarmedWithNothingAtStake() public {
        Orders memory cheap = someOrders();
        (cheap.pool.price, cheap.pool.stake) = (1, 0);
        commitAndSettle(agreedBatch(1, openDeal(cheap, 100), 0, 100, 2));
        (, uint32 checks,,,) = standing.standingOf(workers[0].id);
        vm.assertEq(checks, 100);
        vm.assertGt(standing.oddsOf(workers[0].id, 2000, 0), 1000e18);

        // A task worth ten times the bond: odds of 1.1, of a worker whose record says a thousand.
        Orders memory dear = someOrders();
        (dear.pool.price, dear.pool.stake) = (600 ether, 400 ether);
        dear.request.maxPoolPrice = 1000 ether;
        DealTerms memory terms = openDeal(dear, 2);
        vm.assertEq(standing.oddsOf(workers[0].id, 2000, 1000 ether), 1.1e18);
        BatchIn memory batch = agreedBatch(2, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.NotCredible.selector, idOf(terms), 0, 1.21e18, 1e18));
        settle(batch, packed, START);
    }

    /// Each batch adds to what the bond answers for until its credits mature.
    function test_OneBondBehindManyBatches() public {
        Orders memory orders = someOrders();
        orders.request.maturitySec = 14 days;
        DealTerms memory terms = openDeal(orders, 100);
        uint256 atStake = uint256(terms.poolPrice) + terms.poolStake;
        commitAndSettle(agreedBatch(1, terms, 0, 25, 2));
        // In units of 10^12, rounded up.
        vm.assertEq(standing.exposureOf(workers[0].id), (25 * atStake + 1e12 - 1) / 1e12 * 1e12);
        uint256 covered = standing.oddsOf(workers[0].id, 2000, 25 * atStake);
        vm.assertTrue(covered < 3e18);
        BatchIn memory batch = agreedBatch(2, terms, 25, 25, 2);
        Packed memory packed = commit(batch);
        vm.expectPartialRevert(IWork.NotCredible.selector);
        settle(batch, packed, START);

        // And it stays as long as somebody may appeal.
        vm.prank(workers[0].id);
        standing.requestUnbond();
        vm.warp(START + 8 days);
        vm.prank(workers[0].id);
        (bool left,) = address(standing).call(abi.encodeCall(standing.unbond, ()));
        vm.assertFalse(left);
        vm.warp(START + 29 days);
        vm.assertEq(standing.exposureOf(workers[0].id), 0);
        vm.prank(workers[0].id);
        standing.unbond();
    }

    /// A requester that owns the app pays its price to itself: it must not hold down other people's votes with it.
    function test_AnAppThatCostsItsOwnerNothingInflatesNoExposure() public {
        Orders memory orders = someOrders();
        (orders.request.maturitySec, orders.request.maxAppPrice) = (14 days, 1000 ether);
        orders.app.price = 1000 ether;
        DealTerms memory terms = openDeal(orders, 10);
        commitAndSettle(agreedBatch(1, terms, 0, 5, 2));
        uint256 atStake = 5 * (uint256(terms.poolPrice) + terms.poolStake);
        vm.assertEq(standing.exposureOf(workers[0].id), (atStake + 1e12 - 1) / 1e12 * 1e12);
        commitAndSettle(agreedBatch(2, terms, 5, 5, 2));
        vm.assertTrue(market.isSettled(idOf(terms), 9));
    }

    /// Trust so small that one vote outweighs another of equal odds: the smallest digest wins, whoever settles.
    function test_WhoeverSettlesCannotChooseTheWinnerOfATie() public {
        Orders memory orders = someOrders();
        orders.request.minOdds = 1;
        DealTerms memory terms = openDeal(orders, 2);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        bytes32[2] memory others = [bytes32(uint256(1)), bytes32(type(uint256).max)];
        for (uint256 i; i < 2; ++i) {
            addDigest(batch.parts[0].tasks[i], others[i]);
            batch.ballots[1].votes[i].variant = 1;
        }
        Packed memory unsorted = batch.pack(workDomain());
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.DigestsNotAscending.selector, idOf(terms), 0));
        settle(batch, unsorted, START);
        vm.expectEmit(address(work));
        emit IWork.TasksSettled(
            idOf(terms), pool, 1, abi.encodePacked(uint32(0), others[0], uint32(1), digestOf(1))
        );
        settle(batch, packed, START);
    }

    /// Parameters change while batches are under way: those keep the window that they were committed in.
    function test_AChangeOfTheRevealWindowBindsLaterBatchesOnly() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 3);
        Packed memory packed = commit(batch);
        bytes memory absent;
        (packed.workers, absent) = _without(batch, 2);
        parameters.set("revealWindowSec", 30);
        vm.warp(START + 31);
        vm.expectRevert(abi.encodeWithSelector(IWork.RevealWindowOpen.selector, pool, 1, START + 1200));
        _settle(batch, packed, absent);
        revealOnChain(batch, 2, packed.root, START);

        // The next one has the short window.
        BatchIn memory later = agreedBatch(2, terms, 1, 1, 3);
        Packed memory next = commit(later);
        (next.workers, absent) = _without(later, 2);
        vm.warp(START + 31 + 31);
        work.settleBatch(pool, 2, START + 31, 0, next.parts, next.workers, absent);
        vm.assertTrue(market.isSettled(idOf(terms), 1));
    }

    /// Nobody has shown what an absent worker sealed: no vote of it can be proven, only its absence.
    function test_TheHeadOfAnAbsentWorkerProvesNothing() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 4);
        Packed memory packed = commit(batch);
        bytes memory absent;
        (packed.workers, absent) = _without(batch, 1);
        vm.warp(START + parameters.revealWindowSec() + 1);
        bytes32[] memory leaves = new bytes32[](4);
        for (uint256 w; w < 4; ++w) {
            leaves[w] = ReferenceBatch.sealLeaf(batch.ballots[w], w == 1 ? bytes32(0) : packed.heads[w]);
        }
        bytes32 kept = ReferenceBatch.merkleRoot(leaves);
        vm.recordLogs();
        vm.expectEmit(address(work));
        emit IWork.AbsentLeftOut(pool, 1, kept);
        _settle(batch, packed, absent);
        BatchFacts memory facts = factsIn(vm.getRecordedLogs(), kept, START);
        for (uint256 w; w < 4; ++w) {
            Inclusion memory place = Inclusion(w, 4, ReferenceBatch.merkleProof(leaves, w));
            address worker = workers[w].id;
            vm.assertEq(work.verifyVoter(pool, 1, facts, worker, packed.heads[w], place), w != 1);
            vm.assertEq(work.verifyVoter(pool, 1, facts, worker, 0, place), w == 1);
        }
    }

    /// One voter takes on more elsewhere meanwhile: only what hangs on its own vote is spoiled.
    function test_AWorkerThatRaisesItsExposureCannotBlockTheOthers() public {
        Orders memory orders = someOrders();
        orders.request.maturitySec = 14 days;
        DealTerms memory terms = openDeal(orders, 200);
        // Tasks 0 and 1: workers 0 and 1; task 2: workers 0 and 4.
        BatchIn memory batch = agreedBatch(1, terms, 0, 3, 3);
        batch.ballots[2] = ballotOf(4, 1, 3);
        (batch.ballots[1].votes, batch.ballots[2].votes) = (new Vote[](2), new Vote[](1));
        batch.ballots[1].votes[1].slot = 1;
        batch.ballots[2].votes[0].slot = 2;
        Packed memory packed = commit(batch);
        // Worker 4 meanwhile settles a hundred tasks with workers 2 and 3, for somebody who asks for less.
        Orders memory easy = someOrders();
        (easy.request.maturitySec, easy.request.minOdds) = (14 days, 1e18);
        BatchIn memory elsewhere = agreedBatch(2, openDeal(easy, 100), 0, 100, 3);
        for (uint256 w; w < 3; ++w) {
            elsewhere.ballots[w] = ballotOf(2 + w, 2, 100);
        }
        commitAndSettle(elsewhere);
        settle(batch, packed, START);
        vm.assertTrue(market.isSettled(idOf(terms), 0) && market.isSettled(idOf(terms), 1));
        vm.assertTrue(market.isSpoiled(idOf(terms), 2));
    }

    /// True or false: salted, neither can be told from the commitment before the reveal.
    function test_AnswersFromASpaceOfTwoValues() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        bytes32[2] memory answers = [keccak256("true"), keccak256("false")];
        batch.parts[0].tasks[0].digests[0] = answers[0];
        bytes32 public_ = batch.head(batch.ballots[0]);
        // Everything but the seed is known to whoever tries both answers.
        batch.ballots[0].seed = keccak256("a guess");
        for (uint256 i; i < 2; ++i) {
            batch.parts[0].tasks[0].digests[0] = answers[i];
            vm.assertTrue(batch.head(batch.ballots[0]) != public_);
        }
        // The same answer twice gives different commitments: nobody sees from them who agrees.
        batch.parts[0].tasks[0].digests[0] = answers[0];
        BatchIn memory again = agreedBatch(2, terms, 0, 1, 1);
        again.parts[0].tasks[0].digests[0] = answers[0];
        vm.assertTrue(batch.head(batch.ballots[0]) != again.head(again.ballots[0]));
    }

    /// Settlement and expiry exclude each other: one ends in the second before the other begins.
    function test_AnExpiryRacedAgainstASettlement() public {
        DealTerms memory terms = openDeal(10);
        vm.warp(terms.expiresAt);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.warp(terms.expiresAt + terms.settleWindowSec);
        vm.expectPartialRevert(IMarket.DealNotExpired.selector);
        market.expireDeal(terms);
        vm.warp(block.timestamp + 1);
        vm.expectPartialRevert(IWork.SettleWindowClosed.selector);
        settle(batch, packed, terms.expiresAt);
        market.expireDeal(terms);
        vm.expectPartialRevert(IWork.SettleWindowClosed.selector);
        settle(batch, packed, terms.expiresAt);
    }

    function test_ATaskOfALeaseIsNotDoneBeforeItsSlot() public {
        Orders memory orders = someOrders();
        (orders.request.slotSec, orders.request.taskSec) = (1 hours, 10 minutes);
        (orders.pool.taskSec, orders.pool.slaBps, orders.pool.slots) = (10 minutes, 10_000, 0);
        orders.pool.stake = 0;
        DealTerms memory terms = openDeal(orders, 3);
        vm.warp(START + 1 hours - 1);
        BatchIn memory batch = agreedBatch(1, terms, 1, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(
            abi.encodeWithSelector(IWork.TaskNotStarted.selector, idOf(terms), 1, START + 1 hours)
        );
        settle(batch, packed, START + 1 hours - 1);
        vm.warp(START + 70 minutes);
        commitAndSettle(agreedBatch(2, terms, 1, 1, 2));
        (, uint32 late,) = market.deliveryOf(idOf(terms));
        vm.assertEq(late, 0);
        vm.warp(START + 2 hours + 10 minutes + 1);
        commitAndSettle(agreedBatch(3, terms, 2, 1, 2));
        (, late,) = market.deliveryOf(idOf(terms));
        vm.assertEq(late, 1);
    }

    /// Records of all but one, and that one's as absent.
    function _without(BatchIn memory batch, uint256 absentee)
        private
        view
        returns (bytes memory present, bytes memory absent)
    {
        bytes32 domain = workDomain();
        for (uint256 w; w < batch.ballots.length; ++w) {
            Ballot memory ballot = batch.ballots[w];
            if (w == absentee) absent = batch.packAbsent(ballot, domain);
            else present = bytes.concat(present, batch.packBallot(ballot, batch.head(ballot), domain));
        }
    }

    function _settle(BatchIn memory batch, Packed memory packed, bytes memory absent) private {
        work.settleBatch(pool, batch.nonce, START, 0, packed.parts, packed.workers, absent);
    }
}
