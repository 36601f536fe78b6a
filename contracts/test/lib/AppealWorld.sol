// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "../../src/interfaces/IAppeals.sol";
import {IJurors} from "../../src/interfaces/IJurors.sol";
import {IPrevrandaoSource} from "../../src/interfaces/IPrevrandaoSource.sol";
import {ISpotChecks} from "../../src/interfaces/ISpotChecks.sol";
import {Jury, Link, ResultClaim, VoteProof} from "../../src/types/Appeals.sol";
import {BatchFacts, Inclusion} from "../../src/types/Batches.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {RequestOrder} from "../../src/types/Orders.sol";
import {Ballot, BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";
import {ReferenceHeader} from "../reference/ReferenceHeader.sol";
import {Orders} from "../reference/ReferenceOrders.sol";
import {vm} from "./Test.sol";
import {World} from "./World.sol";

/// A settled batch of one deal, with what everybody off chain knows of it.
struct Settled {
    DealTerms terms;
    RequestOrder request;
    BatchIn batch;
    BatchFacts facts;
    bytes32[] digests;
    uint8[] votes;
}

/// A world with a court: jurors of no pool, chance from block headers, and batches that are worth an appeal.
abstract contract AppealWorld is World {
    using ReferenceBatch for BatchIn;

    uint48 internal constant STEP = 1 days;
    uint48 internal constant MATURITY = 14 days;
    uint256 internal constant FEE = 0.9 ether + 7;
    uint256 internal constant RISK = 2.5 ether;
    uint32 private constant DELAY = 2;
    bytes32 internal constant UNABLE = bytes32(uint256(1));

    uint256 private _base;
    IJurors internal bench;
    IPrevrandaoSource internal source;
    IAppeals internal court;
    ISpotChecks internal checks;
    /// Seats, in the order of their places.
    Actor[] internal panel;
    Actor internal appellant;
    uint64 internal nonce;
    uint256 private _chances;

    function setUp() public virtual override {
        _base = vm.getNonce(address(this)) + CORE_CONTRACTS;
        super.setUp();
        bench = IJurors(_make("Jurors", abi.encode(escrow, parameters, standing, appeals(), address(0))));
        source = IPrevrandaoSource(_make("PrevrandaoSource", abi.encode(DELAY)));
        court =
            IAppeals(_make("Appeals", abi.encode(market, work, standing, escrow, parameters, bench, source)));
        checks = ISpotChecks(_make("SpotChecks", abi.encode(registry, work, standing)));
        vm.assertEq(address(bench), jurors());
        vm.assertEq(address(court), appeals());
        vm.assertEq(address(checks), spotChecks());
        appellant = newActor("appellant");
        fund(appellant.id);
        vm.roll(1000);
    }

    function jurors() internal view override returns (address) {
        return vm.computeCreateAddress(address(this), _base);
    }

    function appeals() internal view override returns (address) {
        return vm.computeCreateAddress(address(this), _base + 2);
    }

    function spotChecks() internal view override returns (address) {
        return vm.computeCreateAddress(address(this), _base + 3);
    }

    function _make(string memory name, bytes memory arguments) private returns (address) {
        return vm.deployCode(string.concat(name, ".sol:", name), arguments);
    }

    /// `count` more seats; a second later they count.
    function seatPanel(uint256 count) internal {
        for (uint256 i; i < count; ++i) {
            Actor memory juror =
                newActor(string.concat("juror ", string(abi.encodePacked(uint8(65 + panel.length)))));
            fund(juror.id);
            vm.prank(juror.id);
            standing.bond(BOND);
            vm.prank(juror.id);
            bench.takeSeat(address(0));
            panel.push(juror);
        }
        vm.warp(block.timestamp + 1);
    }

    function lieOf(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("lie", index));
    }

    function someOrdersToAppeal() internal returns (Orders memory orders) {
        orders = someOrders();
        orders.request.minOdds = 3e18;
        orders.request.maturitySec = MATURITY;
    }

    /// Workers 0 and 1 agree on a lie about the first of `tasks`, worker 2 says the truth and is outvoted.
    function settleALie(uint32 tasks) internal returns (Settled memory settled) {
        return settleALie(someOrdersToAppeal(), tasks);
    }

    function settleALie(Orders memory orders, uint32 tasks) internal returns (Settled memory settled) {
        settled = _prepare(orders, tasks, 3);
        addDigest(settled.batch.parts[0].tasks[0], lieOf(0));
        settled.batch.ballots[0].votes[0].variant = 1;
        settled.batch.ballots[1].votes[0].variant = 1;
        (settled.digests[0], settled.votes[0]) = (lieOf(0), 2);
        _settle(settled);
    }

    /// `voters` workers agree on the truth.
    function settleTheTruth(uint32 tasks, uint8 voters) internal returns (Settled memory settled) {
        Orders memory orders = someOrdersToAppeal();
        return settleTheTruth(orders, tasks, voters);
    }

    function settleTheTruth(Orders memory orders, uint32 tasks, uint8 voters)
        internal
        returns (Settled memory settled)
    {
        settled = _prepare(orders, tasks, voters);
        _settle(settled);
    }

    /// A task on which `voters` workers sealed the truth, and the last of them did not reveal.
    function settleWithoutTheLast(uint8 voters) internal returns (Settled memory settled) {
        settled = _prepare(someOrdersToAppeal(), 1, voters);
        settled.votes[0] = voters - 1;
        Packed memory packed = commit(settled.batch);
        uint48 committedAt = uint48(block.timestamp);
        vm.warp(committedAt + parameters.revealWindowSec() + 1);
        bytes memory present;
        for (uint256 w; w + 1 < voters; ++w) {
            present = bytes.concat(
                present, settled.batch.packBallot(settled.batch.ballots[w], packed.heads[w], workDomain())
            );
        }
        bytes memory absent = settled.batch.packAbsent(settled.batch.ballots[voters - 1], workDomain());
        vm.recordLogs();
        work.settleBatch(pool, settled.batch.nonce, committedAt, 0, packed.parts, present, absent);
        bytes32 kept = ReferenceBatch.merkleRoot(_leavesWithoutTheLast(settled));
        settled.facts = factsIn(vm.getRecordedLogs(), kept, committedAt);
    }

    /// Where worker `w` stands in the root that is kept of such a batch.
    function inclusionWithoutTheLast(Settled memory settled, uint256 w)
        internal
        pure
        returns (Inclusion memory)
    {
        bytes32[] memory leaves = _leavesWithoutTheLast(settled);
        return Inclusion(w, leaves.length, ReferenceBatch.merkleProof(leaves, w));
    }

    function _leavesWithoutTheLast(Settled memory settled) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](settled.batch.ballots.length);
        for (uint256 i; i < leaves.length; ++i) {
            bytes32 head = i + 1 < leaves.length ? headOf(settled, i) : bytes32(0);
            leaves[i] = ReferenceBatch.sealLeaf(settled.batch.ballots[i], head);
        }
    }

    /// All of an open deal, agreed by `voters` workers.
    function settleDeal(Settled memory settled, uint8 voters) internal returns (Settled memory) {
        _prepareBatch(settled, voters);
        _settle(settled);
        return settled;
    }

    function _prepare(Orders memory orders, uint32 tasks, uint8 voters)
        private
        returns (Settled memory settled)
    {
        settled.request = orders.request;
        settled.terms = openDeal(orders, tasks);
        _prepareBatch(settled, voters);
    }

    function _prepareBatch(Settled memory settled, uint8 voters) private {
        uint32 tasks = settled.terms.volume;
        settled.batch = agreedBatch(++nonce, settled.terms, 0, tasks, voters);
        settled.digests = new bytes32[](tasks);
        settled.votes = new uint8[](tasks);
        for (uint256 i; i < tasks; ++i) {
            (settled.digests[i], settled.votes[i]) = (digestOf(i), voters);
        }
    }

    function _settle(Settled memory settled) private {
        Packed memory packed = commit(settled.batch);
        uint48 committedAt = uint48(block.timestamp);
        vm.recordLogs();
        settle(settled.batch, packed, committedAt);
        settled.facts = factsIn(vm.getRecordedLogs(), packed.root, committedAt);
    }

    function taskIdOf(Settled memory settled, uint256 slot) internal pure returns (bytes32) {
        return keccak256(abi.encode(idOf(settled.terms), slot));
    }

    function claimOf(Settled memory settled, uint32 slot) internal pure returns (ResultClaim memory claim) {
        bytes32[] memory leaves = new bytes32[](settled.digests.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = keccak256(
                abi.encodePacked(hex"00", taskIdOf(settled, i), settled.digests[i], settled.votes[i])
            );
        }
        claim.index = slot;
        claim.digest = settled.digests[slot];
        claim.votes = settled.votes[slot];
        claim.nonce = settled.batch.nonce;
        claim.facts = settled.facts;
        claim.inclusion = Inclusion(slot, leaves.length, ReferenceBatch.merkleProof(leaves, slot));
    }

    /// The vote of worker `w` on a slot; every worker voted on every task.
    function voteOf(Settled memory settled, uint256 w, uint256 slot)
        internal
        pure
        returns (VoteProof memory vote)
    {
        BatchIn memory batch = settled.batch;
        uint256 count = batch.ballots[w].votes.length;
        vote.worker = vm.addr(batch.ballots[w].key);
        vote.digest = batch.parts[0].tasks[slot].digests[batch.ballots[w].votes[slot].variant];
        vote.salt = keccak256(abi.encode(batch.ballots[w].seed, taskIdOf(settled, slot)));
        vote.later = new Link[](count - slot - 1);
        for (uint256 i; i < count; ++i) {
            Ballot memory ballot = batch.ballots[w];
            if (i < slot) vote.before = batch.chain(vote.before, ballot, ballot.votes[i]);
            if (i <= slot) continue;
            bytes32 commitment = batch.commitment(ballot, ballot.votes[i]);
            vote.later[i - slot - 1] = Link(taskIdOf(settled, i), commitment);
        }
        vote.inclusion = inclusionOf(settled, w);
    }

    function headOf(Settled memory settled, uint256 w) internal pure returns (bytes32) {
        return settled.batch.head(settled.batch.ballots[w]);
    }

    function inclusionOf(Settled memory settled, uint256 w) internal pure returns (Inclusion memory) {
        bytes32[] memory leaves = new bytes32[](settled.batch.ballots.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = ReferenceBatch.sealLeaf(settled.batch.ballots[i], headOf(settled, i));
        }
        return Inclusion(w, leaves.length, ReferenceBatch.merkleProof(leaves, w));
    }

    function votesOf(Settled memory settled, uint256 slot, uint256 voters)
        internal
        pure
        returns (VoteProof[] memory votes)
    {
        votes = new VoteProof[](voters);
        for (uint256 w; w < voters; ++w) {
            votes[w] = voteOf(settled, w, slot);
        }
    }

    /// Opens with all voters shown.
    function openAppeal(Settled memory settled, uint32 slot) internal returns (bytes32) {
        return openAppeal(settled, slot, settled.batch.ballots.length);
    }

    function openAppeal(Settled memory settled, uint32 slot, uint256 voters) internal returns (bytes32) {
        VoteProof[] memory votes = votesOf(settled, slot, voters);
        ResultClaim memory claim = claimOf(settled, slot);
        vm.prank(appellant.id);
        court.openAppeal(settled.terms, settled.request, claim, votes);
        return taskIdOf(settled, slot);
    }

    /// The block that the last jury waits for, and the draw.
    function draw(bytes32 taskId) internal returns (address[] memory) {
        mineChance(taskId);
        court.drawJury(taskId);
        return lastJury(taskId).seats;
    }

    function mineChance(bytes32 taskId) internal {
        bytes32 key = source.keyOf(address(court), lastJuryId(taskId));
        uint256 number = source.blockOf(key);
        bytes memory header = ReferenceHeader.encode(keccak256(abi.encode("chance", ++_chances)), number, "");
        vm.roll(number + 1);
        vm.setBlockhash(number, keccak256(header));
        source.showHeader(number, header);
    }

    function lastJury(bytes32 taskId) internal view returns (Jury memory) {
        Jury[] memory juries = court.juriesOf(taskId);
        return juries[juries.length - 1];
    }

    function lastJuryId(bytes32 taskId) internal view returns (bytes32) {
        return keccak256(abi.encode(taskId, court.juriesOf(taskId).length - 1));
    }

    function commitAs(bytes32 taskId, address juror, bytes32 digest) internal {
        bytes32 ballot = keccak256(abi.encode(lastJuryId(taskId), juror, digest, bytes32("salt")));
        vm.prank(juror);
        court.commitVote(taskId, ballot);
    }

    function revealAs(bytes32 taskId, address juror, bytes32 digest) internal {
        vm.prank(juror);
        court.revealVote(taskId, digest, "salt");
    }

    /// All that were drawn vote: the first `liars` for the lie, the others for the truth. Then the verdict.
    function voteAndDecide(bytes32 taskId, uint256 liars, bytes32 lie, bytes32 truth) internal {
        address[] memory seats = draw(taskId);
        for (uint256 i; i < seats.length; ++i) {
            commitAs(taskId, seats[i], i < liars ? lie : truth);
        }
        vm.warp(court.appealOf(taskId).until - STEP + 1);
        for (uint256 i; i < seats.length; ++i) {
            revealAs(taskId, seats[i], i < liars ? lie : truth);
        }
        passTime(taskId);
        court.decide(taskId);
    }

    function passTime(bytes32 taskId) internal {
        vm.warp(uint256(court.appealOf(taskId).until) + 1);
    }

    function closeAfterTime(bytes32 taskId, DealTerms memory terms) internal {
        passTime(taskId);
        court.closeAppeal(taskId, terms);
    }

    function heldBySelf() internal view returns (uint256) {
        return heldBy(address(court));
    }
}
