// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {CredibilityLib} from "../../src/libraries/CredibilityLib.sol";
import {DealPart, DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, ReferenceBatch, Winner} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";
import {Ledger} from "./Ledger.sol";

/// Everybody, doing something: honest workers, liars, pools that settle late or twice, workers that leave.
/// What must always succeed or always fail is asserted where it is done; the invariants look at what is left.
contract Handler is World {
    using ReferenceBatch for BatchIn;

    /// A batch under way, as its pool keeps it.
    struct Pending {
        bytes batch;
        uint48 committedAt;
    }

    Ledger public ledger;
    Pending[] private _pending;
    uint64 private _nonce;
    mapping(bytes32 call => uint256) public done;

    function setUp() public override {
        ledger = new Ledger();
        vm.recordLogs();
        super.setUp();
        // Liars come back soon, to lie again.
        parameters.set("banSec", 5 minutes);
        parameters.set("slashBps", 1000);
        ledger.write(vm.getRecordedLogs());
    }

    /// Whatever happens is told to the ledger, as events tell it.
    modifier logged() {
        vm.recordLogs();
        _;
        ledger.write(vm.getRecordedLogs());
        ++done[msg.sig];
    }

    function openADeal(uint256 volume, uint256 kind, uint256 price) external logged {
        Orders memory orders = someOrders();
        if (kind % 3 == 0) orders.request.minOdds = 0;
        if (kind % 4 == 0) orders.request.maturitySec = uint48(bound(kind, 1, 3 days));
        if (kind % 5 == 0) orders.request.deadlineSec = 60;
        orders.pool.price = uint128(bound(price, 0, 10 ether));
        orders.pool.stake = uint128(bound(price >> 128, 0, 1 ether));
        uint256 cost = uint256(orders.app.price) + orders.dataset.price + orders.pool.price;
        volume = bound(volume, 1, 20);
        if (escrow.freeOf(requester.id) < cost * volume) return;
        if (escrow.freeOf(poolOwner.id) < orders.pool.stake * volume) return;
        matchOrders(orders, uint32(volume));
    }

    function commitABatch(uint256 deal, uint256 voters, uint256 first, uint256 count, uint256 lies)
        external
        logged
    {
        if (ledger.dealCount() == 0) return;
        (DealTerms memory terms,,) = ledger.dealAt(_recent(deal, ledger.dealCount()));
        first = bound(first, 0, terms.volume - 1);
        count = bound(count, 1, terms.volume - first);
        voters = bound(voters, 1, 5);
        BatchIn memory batch = agreedBatch(++_nonce, terms, uint32(first), uint32(count), voters);
        // Workers 3 and 4 lie when they can, now and then with one voice.
        for (uint256 w = 3; w < voters; ++w) {
            for (uint256 i; i < count; ++i) {
                if (lies >> (8 * w + i) & 3 != 0) continue;
                uint256 variant = batch.parts[0].tasks[i].digests.length;
                addDigest(
                    batch.parts[0].tasks[i], keccak256(abi.encode("lie", lies & 1 == 0 ? 0 : w, i, _nonce))
                );
                if (variant == 2 && lies & 1 == 0) continue;
                batch.ballots[w].votes[i].variant = uint8(variant);
            }
        }
        _dropDuplicates(batch);
        commit(batch);
        _pending.push(Pending(abi.encode(batch), uint48(block.timestamp)));
    }

    /// Anybody settles what was committed; it works exactly when the rules say so.
    function settleABatch(uint256 which) external logged {
        if (_pending.length == 0) return;
        Pending memory pending = _pending[_recent(which, _pending.length)];
        BatchIn memory batch = abi.decode(pending.batch, (BatchIn));
        bytes4 expected = _expectedRefusal(batch, pending.committedAt);
        Packed memory packed = packBatch(batch);
        uint256[5] memory faults = _faults();
        try work.settleBatch(pool, batch.nonce, pending.committedAt, 0, packed.parts, packed.workers, "") {
            vm.assertEq(bytes32(expected), bytes32(0));
            _checkFaults(batch, faults);
            ++done["settled"];
        } catch (bytes memory refusal) {
            // forge keeps what a refused call had logged.
            vm.getRecordedLogs();
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(expected));
        }
    }

    function settleOnTrust(uint256 deal, uint256 first, uint256 count, uint256 worker) external logged {
        if (ledger.dealCount() == 0) return;
        (DealTerms memory terms,,) = ledger.dealAt(_recent(deal, ledger.dealCount()));
        first = bound(first, 0, terms.volume - 1);
        count = bound(count, 1, terms.volume - first);
        DealPart[] memory parts = oneDealPart(terms, uint32(first), uint32(count));
        bool allowed =
            terms.minOdds == 0 && block.timestamp <= terms.expiresAt && _allOpen(terms, first, count);
        vm.prank(operator.id);
        try work.settleTrusted(pool, ++_nonce, 0, parts, payee(worker % 5, 0, uint16(count))) {
            vm.assertTrue(allowed, "trusted though it should not be");
            ++done["trusted"];
        } catch {
            vm.assertFalse(allowed);
        }
    }

    function expireADeal(uint256 deal) external logged {
        if (ledger.dealCount() == 0) return;
        _expire(_recent(deal, ledger.dealCount()));
    }

    /// After everything anyone can end every deal.
    function expireAll() external logged {
        vm.warp(block.timestamp + 40 days);
        for (uint256 i; i < ledger.dealCount(); ++i) {
            _expire(i);
        }
    }

    function comeOrGo(uint256 worker) external logged {
        address who = workers[worker % 5].id;
        (uint128 bonded,,,, uint48 unbondAt) = standing.standingOf(who);
        if (bonded == 0) return;
        vm.prank(who);
        if (unbondAt == 0) standing.requestUnbond();
        else if (block.timestamp >= unbondAt) standing.unbond();
        else standing.bond(bonded < 10 ether ? 10 ether : 0);
    }

    function bondMore(uint256 worker, uint256 amount) external logged {
        address who = workers[worker % 5].id;
        uint256 free = escrow.freeOf(who);
        amount = bound(amount, 10 ether, 1000 ether);
        if (free < amount) return;
        vm.prank(who);
        standing.bond(amount);
    }

    function claim(uint256 worker) external logged {
        address who = worker % 2 == 0 ? workers[worker % 5].id : appOwner.id;
        uint48[] memory all = ledger.creditsOf(who);
        uint48[] memory due = new uint48[](all.length);
        uint256 sum;
        for (uint256 i; i < all.length; ++i) {
            if (all[i] > block.timestamp) continue;
            due[i] = all[i];
            sum += escrow.maturingAt(who, all[i]);
        }
        if (sum != 0) escrow.claimMatured(who, due);
    }

    function moveMoney(uint256 amount, uint256 who) external logged {
        address account = who % 2 == 0 ? requester.id : poolOwner.id;
        amount = bound(amount, 1, 100 ether);
        if (who % 3 == 0) {
            escrow.depositFor(account, amount);
        } else if (escrow.freeOf(account) >= amount) {
            vm.prank(account);
            escrow.withdraw(amount);
        }
    }

    function wait_(uint256 time) external {
        uint256 most = time % 31 == 0 ? 9 days : time % 5 == 0 ? 2 hours : 5 minutes;
        vm.warp(block.timestamp + bound(time, 1, most));
    }

    /// Calls of the wrong people fail, whatever the state.
    function attack(uint256 deal, uint256 which) external {
        vm.prank(stranger.id);
        (bool worked,) = which % 4 == 0
            ? address(escrow).call(abi.encodeCall(escrow.release, (requester.id, 1)))
            : which % 4 == 1
                ? address(work).call(abi.encodeCall(work.commitBatch, (pool, 1e9, bytes32(deal))))
                : which % 4 == 2
                    ? address(market)
                        .call(abi.encodeCall(market.settleTasks, (bytes32(deal), 1, new bytes(36), 0, 0)))
                    : address(escrow).call(abi.encodeCall(escrow.pay, (poolOwner.id, stranger.id, 1, 0)));
        vm.assertFalse(worked);
    }

    function actors() external view returns (address[] memory all) {
        all = new address[](10);
        for (uint256 i; i < 5; ++i) {
            all[i] = workers[i].id;
        }
        (all[5], all[6], all[7], all[8], all[9]) =
        (appOwner.id, datasetOwner.id, poolOwner.id, requester.id, stranger.id);
    }

    function protocol() external view returns (address, address, address, address) {
        return (address(token), address(escrow), address(market), address(standing));
    }

    function payer() external view returns (address) {
        return requester.id;
    }

    /// Mostly one of the last few, where things still happen; sometimes an old one.
    function _recent(uint256 random, uint256 count) private pure returns (uint256) {
        uint256 back = random % 8 == 0 ? random % count : random % 3;
        return back < count ? count - 1 - back : count - 1;
    }

    function _expire(uint256 i) private {
        (DealTerms memory terms,,) = ledger.dealAt(i);
        (DealStatus status,) = market.dealOf(idOf(terms));
        bool due = block.timestamp > uint256(terms.expiresAt) + terms.settleWindowSec;
        try market.expireDeal(terms) {
            vm.assertTrue(due && status == DealStatus.Open, "expired though it should not be");
            ++done["expired"];
        } catch {
            vm.assertFalse(due && status == DealStatus.Open);
        }
    }

    /// The rules of a settlement, in the order in which the contracts look.
    function _expectedRefusal(BatchIn memory batch, uint48 committedAt) private view returns (bytes4) {
        DealTerms memory terms = batch.parts[0].terms;
        bytes32 packedRoot = packBatch(batch).root;
        if (committedAt > terms.expiresAt) return IWork.CommittedTooLate.selector;
        if (block.timestamp > uint256(committedAt) + terms.settleWindowSec) {
            return IWork.SettleWindowClosed.selector;
        }
        (uint256[] memory odds, bytes4 refusal) = _oddsAt(batch, committedAt, terms.saboteurBps);
        if (refusal != 0) return refusal;
        if (work.batchOf(pool, batch.nonce) != keccak256(abi.encode(packedRoot, committedAt))) {
            return IWork.RootMismatch.selector;
        }
        (DealStatus status,) = market.dealOf(idOf(terms));
        if (status == DealStatus.Closed) return IMarket.DealClosed.selector;
        if (!_allOpen(terms, batch.parts[0].tasks[0].index, batch.parts[0].tasks.length)) {
            return IMarket.TaskAlreadySettled.selector;
        }
        for (uint256 slot; slot < batch.parts[0].tasks.length; ++slot) {
            Winner memory won = batch.winner(odds, slot);
            if (ReferenceBatch.isAccepted(won, terms.minOdds)) return 0;
        }
        return IWork.NotCredible.selector;
    }

    /// Voters' odds as Standing gives them for votes of that time.
    function _oddsAt(BatchIn memory batch, uint48 committedAt, uint256 saboteurBps)
        private
        view
        returns (uint256[] memory odds, bytes4 refusal)
    {
        address[] memory voters = new address[](batch.ballots.length);
        odds = new uint256[](voters.length);
        for (uint256 w; w < voters.length; ++w) {
            voters[w] = vm.addr(batch.ballots[w].key);
        }
        DealTerms memory terms = batch.parts[0].terms;
        uint256 atStake = uint256(terms.poolPrice) + terms.poolStake;
        try standing.weightsAt(voters, committedAt) returns (uint256[] memory weights) {
            for (uint256 w; w < voters.length; ++w) {
                odds[w] = weights[w] == type(uint256).max
                    ? CredibilityLib.WAD
                    : _least(
                        CredibilityLib.workerOdds(weights[w] >> 224, saboteurBps),
                        CredibilityLib.coveredOdds(
                            uint96(weights[w] >> 128),
                            uint128(weights[w]) + atStake * batch.ballots[w].votes.length
                        )
                    );
            }
        } catch (bytes memory reason) {
            refusal = bytes4(reason);
        }
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _allOpen(DealTerms memory terms, uint256 first, uint256 count) private view returns (bool) {
        (DealStatus status,) = market.dealOf(idOf(terms));
        if (status != DealStatus.Open) return false;
        for (uint256 i = first; i < first + count; ++i) {
            if (market.isSettled(idOf(terms), uint32(i)) || market.isSpoiled(idOf(terms), uint32(i))) {
                return false;
            }
        }
        return true;
    }

    function _faults() private view returns (uint256[5] memory faults) {
        for (uint256 w; w < 5; ++w) {
            (,, faults[w],,) = standing.standingOf(workers[w].id);
        }
    }

    /// Nobody is at fault but whoever voted for something else than what won, and only once a task.
    function _checkFaults(BatchIn memory batch, uint256[5] memory before) private {
        ledger.write(vm.getRecordedLogs());
        bytes32 dealId = idOf(batch.parts[0].terms);
        for (uint256 w; w < batch.ballots.length; ++w) {
            uint256 wrong;
            for (uint256 i; i < batch.ballots[w].votes.length; ++i) {
                if (market.isSpoiled(dealId, batch.parts[0].tasks[i].index)) continue;
                bytes32 claimed = batch.parts[0].tasks[i].digests[batch.ballots[w].votes[i].variant];
                if (claimed != ledger.digestOf(dealId, batch.parts[0].tasks[i].index)) ++wrong;
            }
            (,, uint32 faults,,) = standing.standingOf(workers[w].id);
            vm.assertEq(faults, before[w] + wrong);
            done["faults"] += wrong;
        }
    }

    /// Liars of one voice name the same digest: it must be listed once.
    function _dropDuplicates(BatchIn memory batch) private pure {
        for (uint256 i; i < batch.parts[0].tasks.length; ++i) {
            bytes32[] memory digests = batch.parts[0].tasks[i].digests;
            if (digests.length != 3 || digests[1] != digests[2]) continue;
            assembly ("memory-safe") {
                mstore(digests, 2)
            }
            for (uint256 w; w < batch.ballots.length; ++w) {
                if (batch.ballots[w].votes[i].variant == 2) batch.ballots[w].votes[i].variant = 1;
            }
        }
    }
}
