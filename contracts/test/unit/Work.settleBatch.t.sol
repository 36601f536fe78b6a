// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, PartIn, ReferenceBatch, Vote} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

contract WorkSettleBatchTest is World {
    function test_PaysWorkersTheirSharesAtOnce() public {
        DealTerms memory terms = openDeal(10);
        uint256 lockedBefore = escrow.lockedOf(requester.id);
        uint256[2] memory before = [escrow.freeOf(workers[0].id), escrow.freeOf(workers[1].id)];

        commitAndSettle(agreedBatch(1, terms, 0, 3, 2));

        uint256 workersPart = uint256(terms.poolPrice) * 9000 / 10_000;
        uint256 reward = 3 * (workersPart / 2);
        vm.assertEq(escrow.freeOf(workers[0].id), before[0] + reward);
        vm.assertEq(escrow.freeOf(workers[1].id), before[1] + reward);
        vm.assertEq(escrow.lockedOf(requester.id), lockedBefore - 2 * reward);
        (DealStatus status, uint32 settled) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Open));
        vm.assertEq(settled, 3);
        vm.assertTrue(market.isSettled(idOf(terms), 2));
        vm.assertFalse(market.isSettled(idOf(terms), 3));
    }

    function test_EndsTheDealWithItsLastTask() public {
        uint256 requesterBefore = heldBy(requester.id);
        DealTerms memory terms = openDeal(4);
        uint256 poolBefore = escrow.freeOf(poolOwner.id);
        commitAndSettle(agreedBatch(1, terms, 0, 3, 3));
        commitAndSettle(agreedBatch(2, terms, 3, 1, 2));

        (DealStatus status,) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        vm.assertEq(escrow.freeOf(appOwner.id), 4 * uint256(terms.appPrice));
        vm.assertEq(escrow.freeOf(datasetOwner.id), 4 * uint256(terms.datasetPrice));
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        vm.assertEq(heldBy(requester.id), requesterBefore - 4 * price);
        vm.assertEq(escrow.lockedOf(requester.id), 0);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        // What division leaves goes to the pool: three workers share 0.9 of a price that 3 does not divide.
        uint256 workersPart = uint256(terms.poolPrice) * 9000 / 10_000;
        uint256 paidToWorkers = 3 * 3 * (workersPart / 3) + 2 * (workersPart / 2);
        vm.assertTrue(workersPart % 3 != 0);
        vm.assertEq(
            escrow.freeOf(poolOwner.id),
            poolBefore + 4 * uint256(terms.poolStake) + 4 * uint256(terms.poolPrice) - paidToWorkers
        );
    }

    function test_CountsChecksOnlyWhereWorkersAgree() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        commitAndSettle(batch);
        (, uint32 checks, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(checks, 2);
        vm.assertEq(faults, 0);

        // With two checks a worker is trusted alone, and gets no check for it.
        batch = agreedBatch(2, terms, 2, 3, 1);
        commitAndSettle(batch);
        (, checks,,,) = standing.standingOf(workers[0].id);
        vm.assertEq(checks, 2);
    }

    function test_SlashesADissenterOnceABatch() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 3, 4);
        for (uint256 i = 1; i < 3; ++i) {
            addDigest(batch.parts[0].tasks[i], keccak256("wrong"));
            batch.ballots[3].votes[i].variant = 1;
        }
        address liar = workers[3].id;
        uint256 requesterBefore = heldBy(requester.id);
        uint256 paid = 3 * (uint256(terms.poolPrice) * 9000 / 10_000);
        commitAndSettle(batch);

        (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil,) = standing.standingOf(liar);
        vm.assertEq(bonded, BOND / 2);
        vm.assertEq(checks, 0);
        vm.assertEq(faults, 2);
        vm.assertEq(bannedUntil, block.timestamp + 7 days);
        vm.assertEq(standing.oddsOf(liar, 2000, 0), 0);
        // It is paid for the one task it got right; the requester gets the slash.
        uint256 share4 = uint256(terms.poolPrice) * 9000 / 10_000 / 4;
        vm.assertEq(escrow.freeOf(liar), FUNDS - BOND + share4);
        vm.assertTrue(heldBy(requester.id) > requesterBefore + BOND / 2 - paid);
    }

    function test_RefusesWhatIsNotCredible() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 3);
        addDigest(batch.parts[0].tasks[0], keccak256("other"));
        batch.ballots[2].votes[0].variant = 1;
        Packed memory packed = commit(batch);
        // Two newcomers have odds 16, one against them 4: 16 is below 9 * (1 + 4).
        vm.expectRevert(abi.encodeWithSelector(IWork.NotCredible.selector, idOf(terms), 0, 16e18, 5e18));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RefusesATaskWithoutVotes() public {
        Orders memory orders = someOrders();
        orders.request.minOdds = 0;
        DealTerms memory terms = openDeal(orders, 10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 1);
        batch.ballots[0] = ballotOf(0, 1, 1);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.NotCredible.selector, idOf(terms), 1, 0, 1e18));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_SettlesPartsOfSeveralDeals() public {
        DealTerms memory first = openDeal(2);
        parameters.set("saboteurBps", 1000);
        Orders memory orders = someOrders();
        orders.request.maturitySec = 1;
        DealTerms memory second = openDeal(orders, 5);
        BatchIn memory batch;
        (batch.pool, batch.nonce) = (pool, 7);
        batch.parts = new PartIn[](2);
        batch.parts[0] = partOf(first, 0, 2);
        batch.parts[1] = partOf(second, 4, 1);
        batch.ballots = new Ballot[](2);
        batch.ballots[0] = ballotOf(0, 7, 3);
        batch.ballots[1] = ballotOf(1, 7, 3);
        commitAndSettle(batch);

        (DealStatus status,) = market.dealOf(idOf(first));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        vm.assertTrue(market.isSettled(idOf(second), 4));
        uint256 each = uint256(first.poolPrice) * 9000 / 10_000 / 2;
        vm.assertEq(escrow.freeOf(workers[0].id), FUNDS - BOND + 2 * each);
        vm.assertEq(escrow.maturingOf(workers[0].id), each);
    }

    function test_KeepsTasksBeyondTheFirstWord() public {
        Orders memory orders = someOrders();
        DealTerms memory terms = openDeal(orders, 700);
        uint32[6] memory indices = [uint32(0), 167, 168, 423, 424, 699];
        BatchIn memory batch = agreedBatch(1, terms, 0, 6, 2);
        for (uint256 i; i < 6; ++i) {
            batch.parts[0].tasks[i].index = indices[i];
        }
        commitAndSettle(batch);
        for (uint32 i; i < 700; ++i) {
            bool among = i == 0 || i == 167 || i == 168 || i == 423 || i == 424 || i == 699;
            vm.assertEq(market.isSettled(idOf(terms), i), among);
        }
    }

    function test_RevertWhen_ATaskSettlesTwice() public {
        DealTerms memory terms = openDeal(300);
        for (uint32 index = 100; index < 300; index += 150) {
            commitAndSettle(agreedBatch(uint64(index), terms, index, 1, 2));
            BatchIn memory again = agreedBatch(uint64(index) + 1, terms, index, 1, 2);
            Packed memory packed = commit(again);
            vm.expectRevert(
                abi.encodeWithSelector(IMarket.TaskAlreadySettled.selector, idOf(terms), uint256(index))
            );
            settle(again, packed, uint48(block.timestamp));
        }
    }

    function test_RevertWhen_ATaskIsTwiceInABatch() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        batch.parts[0].tasks[1] = batch.parts[0].tasks[0];
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IMarket.TaskAlreadySettled.selector, idOf(terms), 0));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_TheIndexIsNoTask() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 10, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IMarket.TaskOutOfRange.selector, idOf(terms), 10, 10));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_NotCommitted() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = packBatch(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.BatchNotCommitted.selector, pool, 1));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_SettledBefore() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        settle(batch, packed, uint48(block.timestamp));
        vm.expectPartialRevert(IWork.RootMismatch.selector);
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_AnythingIsNotWhatWasCommitted() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 2, 2);
        Packed memory packed = commit(batch);
        uint48 committedAt = uint48(block.timestamp);

        vm.expectPartialRevert(IWork.RootMismatch.selector);
        settle(batch, packed, committedAt + 1);

        // A digest, a seed, a vote: each changes the worker's head, so that its seal fails first.
        BatchIn memory other = agreedBatch(1, terms, 0, 2, 2);
        other.parts[0].tasks[1].digests[0] = keccak256("other");
        packed.parts[0].tasks = packBatch(other).parts[0].tasks;
        vm.expectPartialRevert(IWork.BadSeal.selector);
        settle(batch, packed, committedAt);

        // Sealed anew it is another batch.
        vm.expectPartialRevert(IWork.RootMismatch.selector);
        settle(other, packBatch(other), committedAt);

        // Somebody left out.
        other = agreedBatch(1, terms, 0, 2, 1);
        vm.expectPartialRevert(IWork.RootMismatch.selector);
        settle(other, packBatch(other), committedAt);
    }

    function test_RevertWhen_CommittedAfterTheDeadline() public {
        DealTerms memory terms = openDeal(10);
        vm.warp(terms.expiresAt + 1);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(
            abi.encodeWithSelector(
                IWork.CommittedTooLate.selector, idOf(terms), terms.expiresAt + 1, terms.expiresAt
            )
        );
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_SettlesToTheEndOfItsWindowThoughTheDeadlineIsPast() public {
        DealTerms memory terms = openDeal(10);
        vm.warp(terms.expiresAt);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        uint48 closesAt = terms.expiresAt + terms.settleWindowSec;
        vm.warp(closesAt + 1);
        vm.expectRevert(abi.encodeWithSelector(IWork.SettleWindowClosed.selector, pool, 1, closesAt));
        settle(batch, packed, terms.expiresAt);
        vm.warp(closesAt);
        vm.expectPartialRevert(IMarket.DealNotExpired.selector);
        market.expireDeal(terms);
        settle(batch, packed, terms.expiresAt);
        vm.assertTrue(market.isSettled(idOf(terms), 0));
    }

    function test_RevertWhen_TheDealIsOfAnotherPool() public {
        DealTerms memory terms = openDeal(10);
        terms.pool = stranger.id;
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IWork.WrongPool.selector, idOf(terms), pool, stranger.id));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_TheTermsAreInvented() public {
        DealTerms memory terms = openDeal(10);
        terms.poolPrice *= 2;
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IMarket.UnknownDeal.selector, idOf(terms)));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_AVoterIsNotBonded() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        batch.ballots[0].key = stranger.key;
        if (workers[1].id < stranger.id) {
            (batch.ballots[0], batch.ballots[1]) = (batch.ballots[1], batch.ballots[0]);
        }
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IStanding.WorkerNotBonded.selector, stranger.id, 0, 10 ether));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_AVoterBondedAfterTheCommit() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 1);
        batch.ballots[0].key = stranger.key;
        fund(stranger.id);
        Packed memory packed = commit(batch);
        uint48 committedAt = uint48(block.timestamp);
        vm.warp(committedAt + 1);
        vm.prank(stranger.id);
        standing.bond(BOND);
        vm.expectPartialRevert(IStanding.WorkerNotBonded.selector);
        settle(batch, packed, committedAt);
    }

    function test_RevertWhen_AVoterWasLeavingAtTheCommit() public {
        DealTerms memory terms = openDeal(10);
        vm.prank(workers[1].id);
        standing.requestUnbond();
        vm.warp(START + 1);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IStanding.WorkerUnbonding.selector, workers[1].id, START));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_AVoterCannotHoldUpABatchByLeaving() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.prank(workers[1].id);
        standing.requestUnbond();
        vm.warp(START + 10);
        settle(batch, packed, START);
        vm.assertTrue(market.isSettled(idOf(terms), 0));
    }

    function test_AVoterFoundAtFaultSinceTheCommitHasNoWeight() public {
        DealTerms memory terms = openDeal(10);
        // Workers 0 to 2 agree on a batch in which 3 lies; a batch of 0 and 3 is under way.
        BatchIn memory underWay = agreedBatch(1, terms, 5, 1, 2);
        underWay.ballots[1] = ballotOf(3, 1, 1);
        Packed memory packed = commit(underWay);
        uint48 committedAt = uint48(block.timestamp);
        vm.warp(committedAt + 5);
        BatchIn memory lie = agreedBatch(2, terms, 0, 1, 4);
        addDigest(lie.parts[0].tasks[0], keccak256("lie"));
        lie.ballots[3].votes[0].variant = 1;
        commitAndSettle(lie);

        // Not a revert that names the worker: what it has done since the commit must not void the batch. But
        // its vote is worth nothing, so that worker 0 stands alone.
        (, uint32 checks,,,) = standing.standingOf(workers[0].id);
        vm.assertEq(checks, 1);
        uint256 alone = standing.oddsOf(workers[0].id, 2000, 0);
        vm.assertTrue(alone < 10e18);
        if (alone >= 9e18) {
            settle(underWay, packed, committedAt);
        } else {
            vm.expectRevert(abi.encodeWithSelector(IWork.NotCredible.selector, idOf(terms), 5, alone, 1e18));
            settle(underWay, packed, committedAt);
        }
    }

    function test_ABannedVoterIsNamed() public {
        DealTerms memory terms = openDeal(10);
        BatchIn memory lie = agreedBatch(1, terms, 0, 1, 4);
        addDigest(lie.parts[0].tasks[0], keccak256("lie"));
        lie.ballots[3].votes[0].variant = 1;
        commitAndSettle(lie);
        vm.warp(START + 100);
        BatchIn memory batch = agreedBatch(2, terms, 1, 1, 4);
        Packed memory packed = commit(batch);
        vm.expectRevert(
            abi.encodeWithSelector(IStanding.WorkerBanned.selector, workers[3].id, START + 7 days)
        );
        settle(batch, packed, uint48(block.timestamp));
    }
}
