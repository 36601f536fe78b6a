// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "../../src/interfaces/IAppeals.sol";
import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {Appeal, AppealStatus, ResultClaim, Round, VoteProof} from "../../src/types/Appeals.sol";
import {BatchFacts} from "../../src/types/Batches.sol";
import {DealPart} from "../../src/types/Deals.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {Orders} from "../reference/ReferenceOrders.sol";
import {vm} from "../lib/Test.sol";

contract AppealsOpenAppealTest is AppealWorld {
    /// With the pool's own part of the price.
    uint256 private constant STAKE = 0.5 ether + 3 + 0.1 ether + 1;
    uint256 private constant SHARE = 0.45 ether + 3;
    bytes private _many;

    function _refuse(bytes memory refusal, Settled memory settled, ResultClaim memory claim) private {
        vm.expectRevert(refusal);
        vm.prank(appellant.id);
        court.openAppeal(settled.terms, settled.request, claim, new VoteProof[](0));
    }

    function test_LocksTheBondAndTakesTheStake() public {
        Settled memory settled = settleALie(2);
        bytes32 taskId = taskIdOf(settled, 0);
        vm.expectEmit(address(court));
        emit IAppeals.AppealOpened(
            taskId, idOf(settled.terms), pool, 0, lieOf(0), 2, 1, address(0), FEE, RISK, STAKE
        );
        vm.expectEmit(address(court));
        emit IAppeals.RoundOpened(taskId, 0, appellant.id, true, 3 * FEE);
        vm.expectEmit(address(court));
        bytes32 juryId = keccak256(abi.encode(taskId, uint256(0)));
        emit IAppeals.JuryAsked(taskId, 0, juryId, 3, uint48(block.timestamp) + STEP);
        openAppeal(settled, 0, 0);
        vm.assertEq(escrow.lockedOf(appellant.id), 3 * FEE);
        vm.assertEq(escrow.lockedOf(address(court)), STAKE);
        Appeal memory appeal = court.appealOf(taskId);
        vm.assertEq(uint256(appeal.status), uint256(AppealStatus.Drawing));
        vm.assertEq(appeal.verdict, lieOf(0));
        vm.assertEq(appeal.until, block.timestamp + STEP);
        Round[] memory rounds = court.roundsOf(taskId);
        vm.assertEq(rounds.length, 1);
        vm.assertTrue(rounds[0].claimsFall && !rounds[0].heard);
    }

    function test_HoldsWhatTheAgreeingWorkersEarned() public {
        Settled memory settled = settleALie(2);
        uint256 maturing = escrow.maturingOf(workers[0].id);
        bytes32 taskId = taskIdOf(settled, 0);
        vm.expectEmit(address(court));
        emit IAppeals.VoterShown(taskId, workers[0].id, lieOf(0), SHARE);
        openAppeal(settled, 0);
        vm.assertEq(escrow.maturingOf(workers[0].id), maturing - SHARE);
        vm.assertEq(escrow.lockedOf(workers[0].id), BOND + SHARE);
        vm.assertEq(escrow.lockedOf(workers[1].id), BOND + SHARE);
        vm.assertEq(escrow.lockedOf(workers[2].id), BOND / 2);
    }

    function test_LargeTasksCostLargeBonds() public {
        Orders memory orders = someOrdersToAppeal();
        (orders.pool.price, orders.request.maxPoolPrice) = (100 ether, 100 ether);
        Settled memory settled = settleTheTruth(orders, 1, 3);
        openAppeal(settled, 0);
        vm.assertEq(escrow.lockedOf(appellant.id), 3 * 90 ether);
    }

    function test_RevertWhen_NotSettledLikeThat() public {
        Settled memory settled = settleALie(2);
        bytes memory refusal = abi.encodeWithSelector(IAppeals.NotSettled.selector, taskIdOf(settled, 0));
        ResultClaim memory claim = claimOf(settled, 0);
        claim.digest = digestOf(0);
        _refuse(refusal, settled, claim);
        claim = claimOf(settled, 0);
        claim.votes = 1;
        _refuse(refusal, settled, claim);
        claim = claimOf(settled, 0);
        claim.facts.settledAt += 1;
        _refuse(refusal, settled, claim);
        claim = claimOf(settled, 0);
        claim.nonce = 99;
        _refuse(refusal, settled, claim);
    }

    function test_RevertWhen_TheWindowIsOver() public {
        Settled memory settled = settleALie(1);
        uint48 closedAt = settled.facts.settledAt + MATURITY;
        vm.warp(closedAt);
        _refuse(
            abi.encodeWithSelector(
                IAppeals.AppealWindowClosed.selector, taskIdOf(settled, 0), closedAt, closedAt
            ),
            settled,
            claimOf(settled, 0)
        );
        vm.warp(closedAt - 1);
        openAppeal(settled, 0);
    }

    function test_RevertWhen_AppealedAlready() public {
        Settled memory settled = settleALie(2);
        bytes32 taskId = openAppeal(settled, 0);
        _refuse(abi.encodeWithSelector(IAppeals.AppealExists.selector, taskId), settled, claimOf(settled, 0));
        openAppeal(settled, 1);
    }

    function test_RevertWhen_TheRequestIsAnother() public {
        Settled memory settled = settleALie(1);
        settled.request.salt ^= 1;
        vm.expectPartialRevert(IAppeals.WrongRequest.selector);
        openAppeal(settled, 0);
    }

    function test_RevertWhen_TheBondIsNotThere() public {
        Settled memory settled = settleALie(1);
        appellant = stranger;
        vm.expectRevert(abi.encodeWithSelector(IEscrow.InsufficientFree.selector, stranger.id, 0, 3 * FEE));
        vm.prank(stranger.id);
        court.openAppeal(settled.terms, settled.request, claimOf(settled, 0), new VoteProof[](0));
    }

    /// Attack: votes that nobody gave, or somebody else's, to take honest credits.
    function test_RevertWhen_AVoteIsNotInTheBatch() public {
        Settled memory settled = settleALie(2);
        bytes32 taskId = openAppeal(settled, 0, 0);
        VoteProof[] memory votes = new VoteProof[](1);
        votes[0] = voteOf(settled, 2, 0);
        votes[0].digest = lieOf(0);
        _refuseVotes(settled, taskId, votes);
        votes[0] = voteOf(settled, 0, 0);
        votes[0].worker = workers[3].id;
        _refuseVotes(settled, taskId, votes);
        votes[0] = voteOf(settled, 0, 1);
        _refuseVotes(settled, taskId, votes);
        votes[0] = voteOf(settled, 0, 0);
        settled.facts.batchRoot = bytes32("mine");
        _refuseVotes(settled, taskId, votes);
    }

    function _refuseVotes(Settled memory settled, bytes32 taskId, VoteProof[] memory votes) private {
        vm.expectRevert(abi.encodeWithSelector(IAppeals.VoterUnproven.selector, taskId, votes[0].worker));
        court.showVoters(taskId, settled.terms, settled.facts, votes);
    }

    function test_AnyoneShowsVotersOnce() public {
        Settled memory settled = settleALie(3);
        bytes32 taskId = openAppeal(settled, 0, 0);
        VoteProof[] memory votes = votesOf(settled, 0, 3);
        vm.prank(stranger.id);
        court.showVoters(taskId, settled.terms, settled.facts, votes);
        vm.assertEq(escrow.lockedOf(workers[1].id), BOND + SHARE);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.VoterKnown.selector, taskId, votes[0].worker));
        court.showVoters(taskId, settled.terms, settled.facts, votes);
    }

    /// Attack: identities that seal a vote and are then absent cost next to nothing; shown as voters they would fill
    /// the places of those who lied. What they sealed was never opened, so it proves nothing.
    function test_RevertWhen_AnAbsentWorkerIsShownAsAVoter() public {
        Settled memory settled = settleWithoutTheLast(3);
        bytes32 taskId = openAppeal(settled, 0, 0);
        VoteProof[] memory votes = new VoteProof[](1);
        votes[0] = voteOf(settled, 2, 0);
        _refuseVotes(settled, taskId, votes);
        votes[0].inclusion = inclusionWithoutTheLast(settled, 2);
        _refuseVotes(settled, taskId, votes);
        votes[0] = voteOf(settled, 0, 0);
        votes[0].inclusion = inclusionWithoutTheLast(settled, 0);
        court.showVoters(taskId, settled.terms, settled.facts, votes);
    }

    function test_RevertWhen_VotersAreShownOfNoAppeal() public {
        Settled memory settled = settleALie(1);
        bytes32 taskId = taskIdOf(settled, 0);
        vm.expectRevert(abi.encodeWithSelector(IAppeals.WrongStatus.selector, taskId, 0, 1));
        court.showVoters(taskId, settled.terms, settled.facts, new VoteProof[](0));
        openAppeal(settled, 0);
        settled.terms.poolPrice += 1;
        vm.expectPartialRevert(IAppeals.WrongTerms.selector);
        court.showVoters(taskId, settled.terms, settled.facts, new VoteProof[](0));
    }

    /// Each side has places of its own: who disagreed cannot take those of who agreed.
    function test_RevertWhen_ThereAreTooManyVoters() public {
        for (uint256 i = workers.length; i < 65; ++i) {
            addWorker(newActor(string(abi.encodePacked("more", uint8(i)))));
        }
        Settled memory settled = settleTheTruth(1, 65);
        bytes32 taskId = openAppeal(settled, 0, 0);
        _many = abi.encode(settled);
        for (uint256 w; w < 64; ++w) {
            this.showOneOfMany(w);
        }
        vm.expectRevert(abi.encodeWithSelector(IAppeals.TooManyVoters.selector, taskId, workers[64].id, 64));
        this.showOneOfMany(64);
    }

    /// In a call of its own, because what its proof takes of memory is free again after it.
    function showOneOfMany(uint256 w) external {
        Settled memory settled = abi.decode(_many, (Settled));
        VoteProof[] memory votes = new VoteProof[](1);
        votes[0] = voteOf(settled, w, 0);
        court.showVoters(taskIdOf(settled, 0), settled.terms, settled.facts, votes);
    }

    /// What has matured is its worker's; the fault is not forgiven for it.
    function test_AVoterShownTooLateKeepsItsShareAndNotItsBond() public {
        seatPanel(5);
        Settled memory settled = settleALie(1);
        vm.warp(settled.facts.settledAt + MATURITY - 1);
        bytes32 taskId = openAppeal(settled, 0, 0);
        vm.warp(block.timestamp + 2 hours);
        court.showVoters(taskId, settled.terms, settled.facts, votesOf(settled, 0, 2));
        vm.assertEq(escrow.lockedOf(workers[0].id), BOND);
        voteAndDecide(taskId, 0, 0, digestOf(0));
        closeAfterTime(taskId, settled.terms);
        (uint128 bond,,,,) = standing.standingOf(workers[0].id);
        vm.assertEq(bond, BOND / 2);
        vm.assertEq(heldBySelf(), 0);
    }

    /// Attack: the liars start to leave as soon as they are paid, and are gone before the verdict.
    function test_ABondStaysUntilItsAppealIsOver() public {
        seatPanel(5);
        Settled memory settled = settleALie(1);
        address liar = workers[0].id;
        vm.prank(liar);
        standing.requestUnbond();
        vm.warp(settled.facts.settledAt + MATURITY - 1);
        bytes32 taskId = openAppeal(settled, 0);
        voteAndDecide(taskId, 0, 0, digestOf(0));
        vm.warp(block.timestamp + 60 days);
        vm.expectRevert(abi.encodeWithSelector(IStanding.BondFrozen.selector, liar, 1));
        vm.prank(liar);
        standing.unbond();
        court.closeAppeal(taskId, settled.terms);
        uint256 held = heldBy(liar);
        vm.prank(liar);
        standing.unbond();
        vm.assertEq(heldBy(liar), held);
        vm.assertEq(escrow.lockedOf(liar), 0);
        (uint128 bond,, uint32 faults,,) = standing.standingOf(liar);
        vm.assertEq(bond, 0);
        vm.assertEq(faults, 1);
    }

    /// A result that stands holds nobody.
    function test_ABondIsFreeAgainWhenItsResultStands() public {
        seatPanel(5);
        Settled memory settled = settleTheTruth(1, 2);
        bytes32 taskId = openAppeal(settled, 0);
        voteAndDecide(taskId, 0, 0, digestOf(0));
        closeAfterTime(taskId, settled.terms);
        vm.prank(workers[0].id);
        standing.requestUnbond();
        vm.warp(block.timestamp + 60 days);
        vm.prank(workers[0].id);
        standing.unbond();
        vm.assertEq(escrow.lockedOf(workers[0].id), 0);
    }

    function _trusted(uint128 stake) private returns (Settled memory settled) {
        Orders memory orders = someOrdersToAppeal();
        (orders.request.minOdds, orders.pool.stake) = (0, stake);
        settled.request = orders.request;
        settled.terms = openDeal(orders, 1);
        DealPart[] memory parts = oneDealPart(settled.terms, 0, 1);
        settled.batch.nonce = ++nonce;
        (settled.digests, settled.votes) = (new bytes32[](1), new uint8[](1));
        (settled.digests[0], settled.votes[0]) = (digestOf(0), 1);
        vm.recordLogs();
        settleTrusted(nonce, parts, payee(0, 0, 1));
        settled.facts = factsIn(vm.getRecordedLogs(), 0, uint48(block.timestamp));
    }

    /// On the pool's word there are no votes to hold anybody to: the pool's stake is what falls.
    function test_AResultOnThePoolsWordCostsThePool() public {
        seatPanel(5);
        Settled memory settled = _trusted(2 ether);
        uint256 held = heldBy(requester.id);
        bytes32 taskId = openAppeal(settled, 0, 0);
        voteAndDecide(taskId, 0, 0, keccak256("truth"));
        closeAfterTime(taskId, settled.terms);
        vm.assertEq(heldBy(requester.id) - held, 1.18 ether + 8);
        vm.assertEq(heldBySelf(), 0);
    }

    function test_RevertWhen_NothingIsAtStake() public {
        Settled memory settled = _trusted(0);
        _refuse(
            abi.encodeWithSelector(IAppeals.NothingAtStake.selector, taskIdOf(settled, 0)),
            settled,
            claimOf(settled, 0)
        );
    }
}
