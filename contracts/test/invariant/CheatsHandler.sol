// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaims, Neighbour, Opening, Receipt} from "../../src/interfaces/IClaims.sol";
import {BatchFacts, Inclusion, TaskResult} from "../../src/types/Batches.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// A pool that drops what was revealed and leaves out who holds its receipt, workers that do not reveal or must do so
/// on chain, requesters that ask for the impossible. A model beside it says what may work.
contract CheatsHandler is World {
    using ReferenceBatch for BatchIn;

    struct Case {
        bytes batch;
        bytes32 root;
        uint48 committedAt;
        uint48 settledAt;
        bytes32 resultRoot;
        /// A bit for each ballot: revealed on chain; has claimed what was forfeited.
        uint8 revealed;
        uint8 claimed;
        bool omitted;
    }

    /// All that a claim of an omission shows.
    struct Shown {
        Receipt receipt;
        Opening opening;
        DealTerms terms;
        BatchFacts facts;
        TaskResult result;
        Inclusion place;
        Neighbour left;
        Neighbour right;
    }

    Case[] private _cases;
    uint64 private _nonce;
    mapping(bytes32 what => uint256) public done;
    mapping(uint256 worker => uint256) public faults;
    DealTerms[] private _deals;

    function setUp() public override {
        super.setUp();
        parameters.set("banSec", 0);
        parameters.set("slashBps", 1000);
    }

    function openADeal(uint256 volume, uint256 kind) public {
        Orders memory orders = someOrders();
        if (kind % 2 == 0) orders.request.maturitySec = 14 days;
        orders.request.minOdds = 3e18;
        _deals.push(openDeal(orders, uint32(2 + volume % 4)));
        ++done["opened"];
    }

    /// A deadline that is over at once, never comes, or overflows: the market refuses, and nothing is locked.
    function askForTheImpossible(uint256 kind, uint48 deadlineSec) external {
        Orders memory orders = someOrders();
        (orders.pool.slaBps, orders.request.slaBps) = (9000, 9000);
        (orders.pool.taskSec, orders.request.taskSec) = (1 hours, 1 hours);
        uint48 most = parameters.maxDeadlineSec();
        if (kind % 3 == 0) orders.request.deadlineSec = uint48(bound(deadlineSec, 0, 1 hours - 1));
        if (kind % 3 == 1) {
            orders.request.deadlineSec = uint48(bound(deadlineSec, most + 1, type(uint48).max));
        }
        if (kind % 3 == 2) orders.request.expiresAt = uint48(block.timestamp - 1 - kind % 100);
        bytes[4] memory signatures = signAll(orders);
        uint256[2] memory before = [heldBy(requester.id), escrow.lockedOf(requester.id)];
        try this.matchAll(orders, signatures, 3) {
            revert("matched the impossible");
        } catch (bytes memory reason) {
            vm.assertGt(reason.length, 3);
        }
        vm.assertEq(heldBy(requester.id), before[0]);
        vm.assertEq(escrow.lockedOf(requester.id), before[1]);
        ++done["refused"];
    }

    function matchAll(Orders memory orders, bytes[4] memory signatures, uint32 volume) external {
        matchSigned(orders, signatures, volume);
    }

    /// A batch of a deal less its last task, so that it stays open; with three to five voters, so that one can be missing.
    function commitABatch(uint256 voters, uint256 kind) external {
        openADeal(kind, kind >> 8);
        DealTerms memory terms = _deals[_deals.length - 1];
        for (uint256 w; w < 5; ++w) {
            (uint128 bond,,,,) = standing.standingOf(workers[w].id);
            if (bond >= BOND) continue;
            vm.prank(workers[w].id);
            standing.bond(BOND);
        }
        vm.warp(block.timestamp + 1);
        BatchIn memory batch = agreedBatch(++_nonce, terms, 0, terms.volume - 1, 3 + voters % 3);
        Packed memory packed = commit(batch);
        Case storage made = _cases.push();
        (made.batch, made.root) = (abi.encode(batch), packed.root);
        made.committedAt = uint48(block.timestamp);
        ++done["committed"];
    }

    /// 6. Works for every sealed worker as long as the window is open, and never after it.
    function forceReveal(uint256 which, uint256 w) external {
        if (_cases.length == 0) return;
        Case storage known = _pick(which);
        BatchIn memory batch = abi.decode(known.batch, (BatchIn));
        w = w % batch.ballots.length;
        bool inTime = block.timestamp <= _revealsUntil(known);
        bool expected = inTime && known.revealed >> w & 1 == 0;
        try this.revealAs(batch, w, known.root, known.committedAt) {
            vm.assertTrue(expected, "revealed late or twice");
            known.revealed |= uint8(1 << w);
            ++done["revealed"];
        } catch {
            vm.assertFalse(expected);
        }
    }

    function revealAs(BatchIn memory batch, uint256 w, bytes32 root, uint48 committedAt) external {
        revealOnChain(batch, w, root, committedAt);
    }

    /// The pool settles without worker `w`, as absent; 6. it is at fault exactly if it never revealed.
    function settleWithout(uint256 which, uint256 w) external {
        if (_cases.length == 0) return;
        Case storage known = _pick(which);
        BatchIn memory batch = abi.decode(known.batch, (BatchIn));
        w = w % batch.ballots.length;
        bool expected =
            _isOpen(known) && block.timestamp > _revealsUntil(known) && known.revealed >> w & 1 == 0;
        if (_settle(known, batch, w, expected)) {
            ++faults[_placeOf(batch, w)];
            // Nobody claims an omission there: the root is another, with the absent worker's head left out.
            known.resultRoot = 0;
            ++done["absent"];
        }
    }

    /// Anybody settles what everybody revealed.
    function settleAll(uint256 which) external {
        if (_cases.length == 0) return;
        Case storage known = _pick(which);
        BatchIn memory batch = abi.decode(known.batch, (BatchIn));
        if (_settle(known, batch, type(uint256).max, _isOpen(known))) ++done["settled"];
    }

    function _settle(Case storage known, BatchIn memory batch, uint256 absentee, bool expected)
        private
        returns (bool)
    {
        Packed memory packed = packBatch(batch);
        bytes memory absent;
        if (absentee < batch.ballots.length) {
            packed.workers = "";
            for (uint256 w; w < batch.ballots.length; ++w) {
                Ballot memory ballot = batch.ballots[w];
                if (w == absentee) {
                    absent = batch.packAbsent(ballot, workDomain());
                } else {
                    packed.workers =
                        bytes.concat(packed.workers, batch.packBallot(ballot, packed.heads[w], workDomain()));
                }
            }
        }
        vm.recordLogs();
        try work.settleBatch(pool, batch.nonce, known.committedAt, 0, packed.parts, packed.workers, absent) {
            vm.assertTrue(expected, "settled though it should not");
            BatchFacts memory facts = factsIn(vm.getRecordedLogs(), known.root, known.committedAt);
            (known.settledAt, known.resultRoot) = (facts.settledAt, facts.resultRoot);
            return true;
        } catch {
            vm.getRecordedLogs();
            vm.assertFalse(expected);
            return false;
        }
    }

    /// The pool let the batch drop; each worker that revealed on chain is paid once, out of the stake.
    function forfeit(uint256 which, uint256 w) external {
        if (_cases.length == 0) return;
        Case storage known = _pick(which);
        BatchIn memory batch = abi.decode(known.batch, (BatchIn));
        w = w % batch.ballots.length;
        DealTerms memory terms = batch.parts[0].terms;
        (DealStatus status,) = market.dealOf(idOf(terms));
        bool expected = known.settledAt == 0 && status == DealStatus.Open
            && block.timestamp > uint256(known.committedAt) + terms.settleWindowSec
            && known.revealed >> w & 1 == 1 && known.claimed >> w & 1 == 0;
        uint256 before = escrow.freeOf(vm.addr(batch.ballots[w].key));
        if (!_forfeit(known, batch, w)) return vm.assertFalse(expected);
        vm.assertTrue(expected, "forfeited though it should not");
        vm.assertGt(escrow.freeOf(vm.addr(batch.ballots[w].key)), before);
        known.claimed |= uint8(1 << w);
        ++done["forfeited"];
    }

    function _forfeit(Case storage known, BatchIn memory batch, uint256 w) private returns (bool) {
        Packed memory packed = packBatch(batch);
        bytes memory record = batch.packBallot(batch.ballots[w], packed.heads[w], workDomain());
        try claims.forfeit(pool, batch.nonce, known.root, known.committedAt, packed.parts, record) {
            return true;
        } catch {
            return false;
        }
    }

    /// A worker with a receipt for a task was left out of the batch that settled it: it gets half the stake, once.
    function claimOmission(uint256 which) external {
        if (_cases.length == 0) return;
        Case storage known = _pick(which);
        BatchIn memory batch = abi.decode(known.batch, (BatchIn));
        if (batch.ballots.length == 5) return;
        Actor memory omitted = workers[batch.ballots.length];
        DealTerms memory terms = batch.parts[0].terms;
        (DealStatus status,) = market.dealOf(idOf(terms));
        if (status != DealStatus.Open) return;
        bool expected = known.resultRoot != 0 && !known.omitted;
        uint256 before = heldBy(omitted.id);
        if (!_claim(known, batch, omitted)) return vm.assertFalse(expected);
        vm.assertTrue(expected, "paid for an omission though it should not");
        vm.assertEq(heldBy(omitted.id), before + terms.poolStake / 2);
        known.omitted = true;
        ++done["omitted"];
    }

    function _claim(Case storage known, BatchIn memory batch, Actor memory omitted) private returns (bool) {
        Shown memory shown;
        shown.terms = batch.parts[0].terms;
        shown.opening = Opening(keccak256("dissent"), "salt", _alone());
        shown.receipt = _receiptOf(batch.nonce, shown.terms, shown.opening, omitted, known.committedAt);
        uint256 last = batch.ballots.length - 1;
        Packed memory packed = packBatch(batch);
        shown.left = Neighbour(workers[last].id, packed.heads[last], placeOf(batch, packed, last));
        shown.facts = BatchFacts(known.resultRoot, known.root, known.committedAt, known.settledAt);
        shown.result = TaskResult(idOf(shown.terms), 0, digestOf(0), uint8(batch.ballots.length));
        shown.place = _firstOf(batch);
        try this.sendClaim(shown) {
            return true;
        } catch {
            return false;
        }
    }

    function sendClaim(Shown memory shown) external {
        claims.claimOmission(
            shown.receipt,
            _signed(shown.receipt),
            shown.opening,
            shown.terms,
            shown.receipt.nonce,
            shown.facts,
            shown.result,
            shown.place,
            shown.left,
            shown.right
        );
    }

    function _receiptOf(
        uint64 nonce,
        DealTerms memory terms,
        Opening memory opening,
        Actor memory omitted,
        uint48 until
    ) private view returns (Receipt memory) {
        bytes32 taskId = keccak256(abi.encode(idOf(terms), uint256(0)));
        bytes32 commitment = keccak256(abi.encode(opening.digest, opening.salt, omitted.id));
        bytes32 root = keccak256(abi.encodePacked(hex"00", taskId, commitment));
        return Receipt(pool, nonce, omitted.id, root, until);
    }

    function _signed(Receipt memory receipt) private view returns (bytes memory) {
        bytes32 typeHash =
            keccak256("Receipt(address pool,uint64 nonce,address worker,bytes32 root,uint48 until)");
        return signAs(operator, ReferenceOrders.typed(workDomain(), keccak256(abi.encode(typeHash, receipt))));
    }

    /// Where the result of task 0 stands among those of its batch.
    function _firstOf(BatchIn memory batch) private pure returns (Inclusion memory) {
        bytes32[] memory leaves = new bytes32[](batch.parts[0].tasks.length);
        bytes32 dealId = idOf(batch.parts[0].terms);
        for (uint256 i; i < leaves.length; ++i) {
            bytes32 taskId = keccak256(abi.encode(dealId, i));
            leaves[i] = keccak256(abi.encodePacked(hex"00", taskId, digestOf(i), uint8(batch.ballots.length)));
        }
        return Inclusion(0, leaves.length, ReferenceBatch.merkleProof(leaves, 0));
    }

    function _alone() private pure returns (Inclusion memory) {
        return Inclusion(0, 1, new bytes32[](0));
    }

    function expire(uint256 which) external {
        if (_deals.length == 0) return;
        _expire(_deals[which % _deals.length]);
    }

    function _expire(DealTerms memory terms) private {
        (DealStatus status,) = market.dealOf(idOf(terms));
        bool due = block.timestamp > uint256(terms.expiresAt) + terms.settleWindowSec;
        bool expected = due && status == DealStatus.Open;
        vm.prank(stranger.id);
        try market.expireDeal(terms) {
            vm.assertTrue(expected);
            ++done["expired"];
        } catch {
            vm.assertFalse(expected);
        }
    }

    function wait_(uint256 time) external {
        uint256 most = time % 13 == 0 ? 2 days : 15 minutes;
        vm.warp(block.timestamp + bound(time >> 8, 1, most));
    }

    /// 3. Whatever happened, anyone can end every deal once its time is over.
    function expireAll() external {
        vm.warp(block.timestamp + 40 days);
        for (uint256 i; i < _deals.length; ++i) {
            _expire(_deals[i]);
            (DealStatus status,) = market.dealOf(idOf(_deals[i]));
            vm.assertTrue(status == DealStatus.Closed);
        }
    }

    function actors() public view returns (address[] memory all) {
        all = new address[](10);
        for (uint256 i; i < 5; ++i) {
            all[i] = workers[i].id;
        }
        (all[5], all[6], all[7], all[8], all[9]) =
        (appOwner.id, datasetOwner.id, poolOwner.id, requester.id, stranger.id);
    }

    function protocol() external view returns (address, address, address) {
        return (address(token), address(escrow), address(standing));
    }

    /// Mostly the last few, where something can still happen.
    function _pick(uint256 which) private view returns (Case storage) {
        uint256 back = which % 3;
        return _cases[back < _cases.length ? _cases.length - 1 - back : 0];
    }

    function _isOpen(Case storage known) private view returns (bool) {
        BatchIn memory batch = abi.decode(known.batch, (BatchIn));
        DealTerms memory terms = batch.parts[0].terms;
        return known.settledAt == 0 && block.timestamp <= uint256(known.committedAt) + terms.settleWindowSec;
    }

    function _revealsUntil(Case storage known) private view returns (uint256) {
        return uint256(known.committedAt) + parameters.revealWindowAt(known.committedAt);
    }

    /// Place of a ballot's worker among all workers.
    function _placeOf(BatchIn memory batch, uint256 w) private view returns (uint256 place) {
        while (workers[place].key != batch.ballots[w].key) ++place;
    }
}
