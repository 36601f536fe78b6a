// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaims, Neighbour, Opening, Receipt} from "../../src/interfaces/IClaims.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IReveals} from "../../src/interfaces/IReveals.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {BatchFacts, Inclusion, TaskResult} from "../../src/types/Batches.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// Reveals that a pool did not take, and what it owes for that.
contract ClaimsTest is World {
    using ReferenceBatch for BatchIn;

    bytes32 private constant SALT = keccak256("salt");

    /// All that a claim of an omission shows.
    struct Shown {
        Receipt receipt;
        bytes signature;
        Opening opening;
        DealTerms terms;
        BatchFacts facts;
        Neighbour left;
        Neighbour right;
    }

    function test_AForcedReveal() public {
        (BatchIn memory batch, Packed memory packed) = _committed(2);
        vm.assertEq(uint256(_revealedAt(packed, 0)), 0);
        vm.warp(START + 5);
        revealOnChain(batch, 0, packed.root, START);
        vm.assertEq(uint256(_revealedAt(packed, 0)), START + 5);
        bytes32 name = keccak256(abi.encode(pool, uint64(1), packed.root, START));
        vm.assertTrue(reveals.isCounted(name, workers[0].id, packed.heads[0]));
        vm.assertFalse(reveals.isCounted(name, workers[1].id, packed.heads[1]));
        vm.assertEq(reveals.countOf(name, idOf(batch.parts[0].terms), 1), 1);
        vm.expectRevert(abi.encodeWithSelector(IReveals.AlreadyRevealed.selector, pool, 1, workers[0].id));
        revealOnChain(batch, 0, packed.root, START);
    }

    function test_AForcedRevealWithoutAProofProtectsAndIsNotCounted() public {
        (BatchIn memory batch, Packed memory packed) = _committed(2);
        Inclusion memory none;
        _force(batch, packed, none);
        vm.assertEq(uint256(_revealedAt(packed, 0)), START);
        bytes32 name = keccak256(abi.encode(pool, uint64(1), packed.root, START));
        vm.assertFalse(reveals.isCounted(name, workers[0].id, packed.heads[0]));
        // The proof may come later.
        revealOnChain(batch, 0, packed.root, START);
        vm.assertTrue(reveals.isCounted(name, workers[0].id, packed.heads[0]));
    }

    function test_RevertWhen_TheForcedRevealIsWrong() public {
        (BatchIn memory batch, Packed memory packed) = _committed(2);
        vm.expectRevert(abi.encodeWithSelector(IReveals.NotInBatch.selector, pool, 1, workers[0].id));
        _force(batch, packed, placeOf(batch, packed, 1));
        vm.warp(START + parameters.revealWindowSec() + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IReveals.RevealWindowClosed.selector, pool, 1, START + parameters.revealWindowSec()
            )
        );
        _force(batch, packed, placeOf(batch, packed, 0));
    }

    /// A worker that shows another head than it sealed with its pool is still absent.
    function test_ARevealOfAnotherHeadProtectsNobody() public {
        (BatchIn memory batch, Packed memory packed) = _committed(3);
        BatchIn memory other = agreedBatch(1, batch.parts[0].terms, 0, 1, 3);
        Packed memory fake = packBatch(other);
        Inclusion memory none;
        bytes memory record = other.packBallot(other.ballots[0], fake.heads[0], workDomain());
        reveals.forceReveal(pool, 1, packed.root, START, fake.parts, record, none);
        bytes memory absent = batch.packAbsent(batch.ballots[0], workDomain());
        bytes memory present;
        for (uint256 w = 1; w < 3; ++w) {
            present = bytes.concat(present, batch.packBallot(batch.ballots[w], packed.heads[w], workDomain()));
        }
        vm.warp(START + parameters.revealWindowSec() + 1);
        work.settleBatch(pool, 1, START, 0, packed.parts, present, absent);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, 1);
    }

    function test_ABatchDroppedAfterTheReveal() public {
        (BatchIn memory batch, Packed memory packed) = _committed(2);
        DealTerms memory terms = batch.parts[0].terms;
        revealOnChain(batch, 0, packed.root, START);
        revealOnChain(batch, 1, packed.root, START);
        vm.warp(START + terms.settleWindowSec);
        vm.expectRevert(
            abi.encodeWithSelector(IClaims.SettleWindowOpen.selector, pool, 1, START + terms.settleWindowSec)
        );
        _forfeit(batch, packed, 0);
        vm.warp(block.timestamp + 1);
        uint256 share = terms.poolStake / 2 / 2;
        for (uint256 w; w < 2; ++w) {
            uint256 before = escrow.freeOf(workers[w].id);
            vm.expectEmit(address(claims));
            emit IClaims.BatchForfeited(pool, 1, workers[w].id, 2 * share, 2);
            _forfeit(batch, packed, w);
            vm.assertEq(escrow.freeOf(workers[w].id), before + 2 * share);
        }
        vm.expectPartialRevert(IClaims.AlreadyClaimed.selector);
        _forfeit(batch, packed, 0);
        vm.assertTrue(market.isSpoiled(idOf(terms), 0) && market.isSpoiled(idOf(terms), 1));

        // The rest of the stake is the requester's when the deal ends.
        uint256 held = heldBy(requester.id);
        vm.warp(terms.expiresAt + terms.settleWindowSec + 1);
        market.expireDeal(terms);
        vm.assertEq(heldBy(requester.id), held + 10 * uint256(terms.poolStake) - 4 * share);
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
    }

    function test_RevertWhen_NothingWasRevealedOrDropped() public {
        (BatchIn memory batch, Packed memory packed) = _committed(2);
        vm.warp(START + batch.parts[0].terms.settleWindowSec + 1);
        vm.expectRevert(abi.encodeWithSelector(IClaims.NotRevealed.selector, pool, 1, workers[0].id));
        _forfeit(batch, packed, 0);
        batch.nonce = 2;
        vm.expectRevert(abi.encodeWithSelector(IClaims.NotDropped.selector, pool, 2));
        _forfeit(batch, packed, 0);
    }

    function test_ADealThatHasEndedPaysNoForfeit() public {
        (BatchIn memory batch, Packed memory packed) = _committed(2);
        DealTerms memory terms = batch.parts[0].terms;
        revealOnChain(batch, 0, packed.root, START);
        vm.warp(terms.expiresAt + terms.settleWindowSec + 1);
        market.expireDeal(terms);
        vm.expectRevert(abi.encodeWithSelector(IClaims.NothingToClaim.selector, pool, 1, workers[0].id));
        _forfeit(batch, packed, 0);
    }

    /// The pool saw that worker 2 disagrees, and settled without it.
    function test_ADissenterLeftOutOfABatch() public {
        DealTerms memory terms = _maturingDeal();
        (BatchFacts memory facts, Packed memory packed) = _settledWithout(terms);
        uint256[2] memory before = [escrow.freeOf(workers[2].id), heldBy(requester.id)];
        vm.expectEmit(address(claims));
        emit IClaims.OmissionProven(idOf(terms), 0, workers[2].id, terms.poolStake / 2);
        _claim(terms, facts, packed, START + 60, operator);
        vm.assertEq(escrow.freeOf(workers[2].id), before[0] + terms.poolStake / 2);
        vm.assertEq(heldBy(requester.id), before[1] + terms.poolStake - terms.poolStake / 2);
        vm.expectPartialRevert(IClaims.AlreadyClaimed.selector);
        _claim(terms, facts, packed, START + 60, operator);
    }

    function test_AnOperatorRemovedBeforeTheCommitIsBoundByItsReceipts() public {
        DealTerms memory terms = _maturingDeal();
        vm.prank(poolOwner.id);
        registry.setOperator(pool, operator.id, false);
        vm.prank(poolOwner.id);
        registry.setOperator(pool, stranger.id, true);
        operator = stranger;
        (BatchFacts memory facts, Packed memory packed) = _settledWithout(terms);
        _claim(terms, facts, packed, START + 60, newActor("operator"));
        vm.assertGt(escrow.freeOf(workers[2].id), FUNDS - BOND);
    }

    function test_RevertWhen_TheOmissionIsNotShown() public {
        DealTerms memory terms = _maturingDeal();
        (BatchFacts memory facts, Packed memory packed) = _settledWithout(terms);
        vm.expectRevert(abi.encodeWithSelector(IClaims.ReceiptExpired.selector, START - 1, START));
        _claim(terms, facts, packed, START - 1, operator);
        vm.expectPartialRevert(IClaims.BadReceipt.selector);
        _claim(terms, facts, packed, START + 60, requester);
        facts.settledAt += 1;
        vm.expectPartialRevert(IClaims.NotSettledThere.selector);
        _claim(terms, facts, packed, START + 60, operator);
    }

    function test_AWorkerThatIsInTheBatchWasNotOmitted() public {
        DealTerms memory terms = _maturingDeal();
        (BatchFacts memory facts, Packed memory packed) = _settledWithout(terms);
        // Worker 1 voted: no two neighbours have it between them.
        Shown memory shown = _shown(terms, facts, packed, 1, START + 60, operator);
        BatchIn memory batch = _others(terms);
        shown.left = Neighbour(workers[0].id, packed.heads[0], placeOf(batch, packed, 0));
        _expectNotOmitted(shown);
        Neighbour memory nobody;
        shown.right = nobody;
        _expectNotOmitted(shown);
        (shown.left, shown.right) = (nobody, nobody);
        _expectNotOmitted(shown);
        shown.left = Neighbour(workers[3].id, packed.heads[2], placeOf(batch, packed, 2));
        _expectNotOmitted(shown);
        shown.opening.salt = 0;
        vm.expectPartialRevert(IClaims.NotCommittedTo.selector);
        _send(shown);
    }

    function _expectNotOmitted(Shown memory shown) private {
        vm.expectRevert(abi.encodeWithSelector(IClaims.NotOmitted.selector, pool, 1, workers[1].id));
        _send(shown);
    }

    function test_OnlyClaimsTakesStakeForThem() public {
        DealTerms memory terms = openDeal(3);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotClaims.selector, address(this)));
        market.splitStake(terms, stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotClaims.selector, address(this)));
        market.payStake(terms, stranger.id, 1);
    }

    function _committed(uint256 voters) private returns (BatchIn memory batch, Packed memory packed) {
        batch = agreedBatch(1, openDeal(10), 0, 2, voters);
        packed = commit(batch);
    }

    function _revealedAt(Packed memory packed, uint256 w) private view returns (uint48) {
        return reveals.revealedAt(pool, 1, workers[w].id, packed.heads[w]);
    }

    function _force(BatchIn memory batch, Packed memory packed, Inclusion memory place) private {
        bytes memory record = batch.packBallot(batch.ballots[0], packed.heads[0], workDomain());
        reveals.forceReveal(pool, batch.nonce, packed.root, START, packed.parts, record, place);
    }

    function _forfeit(BatchIn memory batch, Packed memory packed, uint256 w) private {
        bytes memory record = batch.packBallot(batch.ballots[w], packed.heads[w], workDomain());
        claims.forfeit(pool, batch.nonce, packed.root, START, packed.parts, record);
    }

    function _maturingDeal() private returns (DealTerms memory) {
        Orders memory orders = someOrders();
        orders.request.maturitySec = 14 days;
        return openDeal(orders, 10);
    }

    /// Workers 0, 1 and 3 on task 0.
    function _others(DealTerms memory terms) private view returns (BatchIn memory batch) {
        batch = agreedBatch(1, terms, 0, 1, 3);
        batch.ballots[2] = ballotOf(3, 1, 1);
    }

    function _settledWithout(DealTerms memory terms)
        private
        returns (BatchFacts memory facts, Packed memory packed)
    {
        BatchIn memory batch = _others(terms);
        packed = commit(batch);
        vm.recordLogs();
        settle(batch, packed, START);
        facts = factsIn(vm.getRecordedLogs(), packed.root, START);
    }

    /// Worker 2, which would stand between workers 1 and 3.
    function _claim(
        DealTerms memory terms,
        BatchFacts memory facts,
        Packed memory packed,
        uint48 until,
        Actor memory signer
    ) private {
        _send(_shown(terms, facts, packed, 2, until, signer));
    }

    function _send(Shown memory shown) private {
        claims.claimOmission(
            shown.receipt,
            shown.signature,
            shown.opening,
            shown.terms,
            1,
            shown.facts,
            _result(shown.terms),
            _alone(),
            shown.left,
            shown.right
        );
    }

    /// A receipt for worker `w`'s only commitment, to another digest of task 0.
    function _shown(
        DealTerms memory terms,
        BatchFacts memory facts,
        Packed memory packed,
        uint256 w,
        uint48 until,
        Actor memory signer
    ) private view returns (Shown memory shown) {
        bytes32 taskId = keccak256(abi.encode(idOf(terms), uint256(0)));
        shown.opening = Opening(keccak256("dissent"), SALT, _alone());
        bytes32 commitment = keccak256(abi.encode(shown.opening.digest, SALT, workers[w].id));
        bytes32 leaf = keccak256(abi.encodePacked(hex"00", taskId, commitment));
        shown.receipt = Receipt(pool, 1, workers[w].id, leaf, until);
        bytes32 typeHash =
            keccak256("Receipt(address pool,uint64 nonce,address worker,bytes32 root,uint48 until)");
        bytes32 structHash = keccak256(abi.encode(typeHash, shown.receipt));
        shown.signature = signAs(signer, ReferenceOrders.typed(workDomain(), structHash));
        (shown.terms, shown.facts) = (terms, facts);
        BatchIn memory batch = _others(terms);
        shown.left = Neighbour(workers[1].id, packed.heads[1], placeOf(batch, packed, 1));
        shown.right = Neighbour(workers[3].id, packed.heads[2], placeOf(batch, packed, 2));
    }

    function _result(DealTerms memory terms) private pure returns (TaskResult memory) {
        return TaskResult(idOf(terms), 0, digestOf(0), 3);
    }

    function _alone() private pure returns (Inclusion memory) {
        return Inclusion(0, 1, new bytes32[](0));
    }
}
