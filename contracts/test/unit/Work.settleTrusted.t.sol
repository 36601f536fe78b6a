// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {BatchFacts, Inclusion, TaskResult} from "../../src/types/Batches.sol";
import {DealPart, DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {PartIn, ReferenceBatch} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

contract WorkSettleTrustedTest is World {
    function test_PaysEachWorkerForItsTasks() public {
        DealTerms memory terms = openTrustedDeal(5);
        settleTrusted(1, oneDealPart(terms, 0, 4), bytes.concat(payee(1, 0, 3), payee(0, 3, 1)));
        uint256 part = uint256(terms.poolPrice) * 9000 / 10_000;
        vm.assertEq(escrow.freeOf(workers[1].id), FUNDS - BOND + 3 * part);
        vm.assertEq(escrow.freeOf(workers[0].id), FUNDS - BOND + part);
        (, uint32 settled) = market.dealOf(idOf(terms));
        vm.assertEq(settled, 4);
        (, uint32 checks,,,) = standing.standingOf(workers[1].id);
        vm.assertEq(checks, 0);
    }

    function test_EndsTheDealWithItsLastTask() public {
        DealTerms memory terms = openTrustedDeal(3);
        settleTrusted(1, oneDealPart(terms, 0, 3), payee(0, 0, 3));
        (DealStatus status,) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        vm.assertEq(escrow.freeOf(appOwner.id), 3 * uint256(terms.appPrice));
        vm.assertEq(escrow.lockedOf(requester.id), 0);
    }

    function test_NeedsNoBondedWorker() public {
        DealTerms memory terms = openTrustedDeal(3);
        settleTrusted(1, oneDealPart(terms, 0, 1), abi.encodePacked(stranger.id, uint16(1), uint16(0)));
        vm.assertEq(escrow.freeOf(stranger.id), uint256(terms.poolPrice) * 9000 / 10_000);
    }

    function test_PaysNothingWhenThePoolPriceIsNothing() public {
        Orders memory orders = someOrders();
        orders.request.minOdds = 0;
        orders.pool.price = 0;
        DealTerms memory terms = openDeal(orders, 2);
        settleTrusted(1, oneDealPart(terms, 0, 2), payee(0, 0, 2));
        vm.assertEq(escrow.freeOf(workers[0].id), FUNDS - BOND);
        vm.assertEq(escrow.freeOf(appOwner.id), 2 * uint256(terms.appPrice));
    }

    function test_SettlesPartsOfSeveralDeals() public {
        DealTerms[2] memory terms = [openTrustedDeal(3), openTrustedDeal(3)];
        DealPart[] memory parts = new DealPart[](2);
        for (uint256 p; p < 2; ++p) {
            parts[p] = DealPart(terms[p], ReferenceBatch.packTasks(partOf(terms[p], 0, 2).tasks));
        }
        settleTrusted(1, parts, bytes.concat(payee(0, 0, 3), payee(1, 3, 1)));
        uint256 part = uint256(terms[0].poolPrice) * 9000 / 10_000;
        vm.assertEq(escrow.freeOf(workers[0].id), FUNDS - BOND + 3 * part);
        vm.assertEq(escrow.freeOf(workers[1].id), FUNDS - BOND + part);
    }

    function test_KeepsTheResultRootOnlyForContractsThatAsk() public {
        DealTerms memory terms = openTrustedDeal(3);
        settleTrusted(1, oneDealPart(terms, 0, 1), payee(0, 0, 1));
        vm.assertEq(work.batchOf(pool, 1), bytes32(0));

        Orders memory orders = someOrders();
        orders.request.minOdds = 0;
        (orders.request.callback, orders.request.callbackGas) = (address(0xCA11), 1);
        terms = openDeal(orders, 3);
        vm.recordLogs();
        settleTrusted(2, oneDealPart(terms, 0, 1), payee(0, 0, 1));
        BatchFacts memory facts = factsIn(vm.getRecordedLogs(), 0, START);
        TaskResult memory result = TaskResult(idOf(terms), 0, digestOf(0), 1);
        Inclusion memory place = Inclusion(0, 1, new bytes32[](0));
        vm.assertTrue(work.verifyResult(pool, 2, facts, result, place));
        vm.assertEq(facts.batchRoot, bytes32(0));
        vm.assertEq(uint256(facts.committedAt), facts.settledAt);
        (orders.request.callback, orders.request.callbackGas) = (address(0), 0);
        orders.request.maturitySec = 1;
        orders.request.salt += 1e6;
        DealTerms memory maturing = openDeal(orders, 3);
        settleTrusted(3, oneDealPart(maturing, 0, 1), payee(0, 0, 1));
        vm.assertTrue(work.batchOf(pool, 3) != 0);
        vm.prank(operator.id);
        vm.expectRevert(abi.encodeWithSelector(IWork.NonceUsed.selector, pool, 2));
        work.settleTrusted(pool, 2, 0, oneDealPart(terms, 1, 1), payee(0, 0, 1));
    }

    function test_RevertWhen_TrustIsAskedFor() public {
        DealTerms memory terms = openDeal(3);
        vm.prank(operator.id);
        vm.expectRevert(abi.encodeWithSelector(IWork.TrustRequired.selector, idOf(terms), 9e18));
        work.settleTrusted(pool, 1, 0, oneDealPart(terms, 0, 1), payee(0, 0, 1));
    }

    function test_RevertWhen_NotAnOperator() public {
        DealTerms memory terms = openTrustedDeal(3);
        vm.expectRevert(abi.encodeWithSelector(IWork.NotOperator.selector, pool, address(this)));
        work.settleTrusted(pool, 1, 0, oneDealPart(terms, 0, 1), payee(0, 0, 1));
    }

    function test_RevertWhen_TheDeadlineIsPast() public {
        DealTerms memory terms = openTrustedDeal(3);
        DealPart[] memory parts = oneDealPart(terms, 0, 1);
        vm.warp(terms.expiresAt + 1);
        vm.prank(operator.id);
        vm.expectRevert(
            abi.encodeWithSelector(
                IWork.CommittedTooLate.selector, idOf(terms), terms.expiresAt + 1, terms.expiresAt
            )
        );
        work.settleTrusted(pool, 1, 0, parts, payee(0, 0, 1));
        vm.warp(terms.expiresAt);
        settleTrusted(1, parts, payee(0, 0, 1));
    }

    function test_RevertWhen_ATaskHasTwoDigests() public {
        DealTerms memory terms = openTrustedDeal(3);
        PartIn memory part = partOf(terms, 0, 2);
        addDigest(part.tasks[1], bytes32(type(uint256).max));
        DealPart[] memory parts = new DealPart[](1);
        parts[0] = DealPart(terms, ReferenceBatch.packTasks(part.tasks));
        vm.prank(operator.id);
        vm.expectRevert(abi.encodeWithSelector(IWork.OneDigestExpected.selector, 2, 3));
        work.settleTrusted(pool, 1, 0, parts, payee(0, 0, 2));
    }

    function test_RevertWhen_SlotsAreNotCoveredOnce() public {
        DealTerms memory terms = openTrustedDeal(9);
        DealPart[] memory parts = oneDealPart(terms, 0, 4);
        _expectRevert(parts, payee(0, 0, 3), abi.encodeWithSelector(IWork.SlotNotCovered.selector, 3));
        _expectRevert(
            parts,
            bytes.concat(payee(0, 0, 3), payee(1, 2, 2)),
            abi.encodeWithSelector(IWork.SlotCoveredTwice.selector, 2)
        );
        _expectRevert(
            parts,
            bytes.concat(payee(0, 0, 3), abi.encodePacked(workers[1].id, uint16(2), uint16(3), uint16(3))),
            abi.encodeWithSelector(IWork.SlotsNotAscending.selector, workers[1].id, 3, 3)
        );
        _expectRevert(
            parts, payee(0, 0, 5), abi.encodeWithSelector(IWork.BadSlot.selector, workers[0].id, 4, 0)
        );
        _expectRevert(
            parts,
            bytes.concat(payee(0, 0, 4), hex"01"),
            abi.encodeWithSelector(IWork.BadEncoding.selector, 30)
        );
        _expectRevert(parts, payee(0, 0, 0), abi.encodeWithSelector(IWork.BadEncoding.selector, 0));
        _expectRevert(parts, "", abi.encodeWithSelector(IWork.EmptyBatch.selector));
    }

    function _expectRevert(DealPart[] memory parts, bytes memory payees, bytes memory refusal) private {
        vm.prank(operator.id);
        vm.expectRevert(refusal);
        work.settleTrusted(pool, 1, 0, parts, payees);
    }
}
