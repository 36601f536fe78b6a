// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealState, DealStateLib} from "../../src/libraries/DealStateLib.sol";
import {Ending, Taken} from "../../src/libraries/EndLib.sol";
import {MaturityLib} from "../../src/libraries/MaturityLib.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {EndHarness} from "../reference/EndHarness.sol";
import {Test, vm} from "../lib/Test.sol";

/// Laws of a deal's state and of the money of its end.
contract DealsFuzzTest is Test {
    using DealStateLib for DealState;

    EndHarness private immutable HARNESS = new EndHarness();

    struct Facts {
        uint128[4] prices;
        uint32 volume;
        uint32 settled;
        uint32 late;
        uint32 takenTasks;
        uint32 takenSpoiled;
        uint16 slaBps;
        uint16 workerShareBps;
    }

    /// Both locks end to the last unit, whatever was promised, delivered and taken before.
    function testFuzz_TheEndOfADealPaysExactlyWhatIsLocked(Facts memory facts) public view {
        DealTerms memory terms = _terms(facts);
        uint256 settled = bound(facts.settled, 0, terms.volume);
        uint256 late = bound(facts.late, 0, settled);
        Taken memory taken;
        // What Market lets be taken, see EndLib.takableTasks.
        uint256 takable = terms.slaBps == 0 ? settled : settled - late;
        taken.tasks = uint32(bound(facts.takenTasks, 0, takable));
        taken.spoiled = uint128(terms.poolStake * bound(facts.takenSpoiled, 0, terms.volume - settled));
        (Ending memory end, bool breached) = HARNESS.ending(terms, settled, late, 0, taken);
        uint256 workers = uint256(terms.poolPrice) * terms.workerShareBps / 10_000 * settled;
        uint256 part = terms.poolPrice - uint256(terms.poolPrice) * terms.workerShareBps / 10_000;
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        vm.assertEq(
            workers + end.appPay + end.datasetPay + end.poolPay + end.refund + end.lateRefund + taken.tasks
                * part,
            price * terms.volume
        );
        vm.assertEq(
            end.refundStake + end.lateStake + end.poolStake + taken.tasks * uint256(terms.poolStake)
                + taken.spoiled,
            uint256(terms.poolStake) * terms.volume
        );
        vm.assertEq(breached, (settled - late) * 10_000 < uint256(terms.slaBps) * terms.volume);
        if (!breached) vm.assertEq(end.lateRefund + end.lateStake, 0);
        // Nobody's appeal moves what a breach gives the requester.
        else vm.assertEq(end.lateStake, terms.poolStake * late);
    }

    function _terms(Facts memory facts) private pure returns (DealTerms memory terms) {
        terms.appPrice = uint128(bound(facts.prices[0], 0, type(uint96).max));
        terms.datasetPrice = uint128(bound(facts.prices[1], 0, type(uint96).max));
        terms.poolPrice = uint128(bound(facts.prices[2], 0, type(uint96).max));
        terms.poolStake = uint128(bound(facts.prices[3], 0, type(uint96).max));
        terms.volume = uint32(bound(facts.volume, 1, type(uint32).max));
        terms.slaBps = uint16(bound(facts.slaBps, 0, 10_000));
        terms.workerShareBps = uint16(bound(facts.workerShareBps, 0, 10_000));
    }

    /// Each field keeps its value through everything that happens to the others.
    function testFuzz_AStateKeepsItsFieldsApart(
        uint32 settled,
        uint32 spoiled,
        uint32 late,
        uint40 dust,
        uint104 bits,
        bool isTaken
    ) public pure {
        uint256 half = settled / 2;
        DealState state = DealStateLib.opened().withSettled(half, late / 2, dust, 1);
        state = state.withSpoiled(spoiled, 3);
        if (isTaken) state = state.withTaken();
        state = state.withSettled(settled - half, late - late / 2, dust, bits);
        vm.assertEq(uint256(state.status()), uint256(DealStatus.Open));
        _assertCounts(state, [uint256(settled), spoiled, late, bits], isTaken);
        vm.assertEq(state.dust(), 2 * uint256(dust));
        DealState closed = state.closed(1_800_000_000);
        vm.assertEq(uint256(closed.status()), uint256(DealStatus.Closed));
        vm.assertEq(closed.endedAt(), 1_800_000_000);
        _assertCounts(closed, [uint256(settled), spoiled, late, bits], isTaken);
    }

    function _assertCounts(DealState state, uint256[4] memory expected, bool isTaken) private pure {
        vm.assertEq(state.settled(), expected[0]);
        vm.assertEq(state.spoiled(), expected[1]);
        vm.assertEq(state.late(), expected[2]);
        vm.assertEq(state.bits(), expected[3]);
        vm.assertEq(state.hasTaken(), isTaken);
    }

    function testFuzz_NoTwoTasksShareABit(uint32 a, uint32 b) public pure {
        uint256 first = bound(a, DealStateLib.INLINE_TASKS, type(uint32).max);
        uint256 second = bound(b, DealStateLib.INLINE_TASKS, type(uint32).max);
        (uint256 word, uint256 bit) = DealStateLib.placeOf(first);
        (uint256 otherWord, uint256 otherBit) = DealStateLib.placeOf(second);
        vm.assertEq(first == second, word == otherWord && bit == otherBit);
    }

    /// Credits come free on a full hour, not before their time and less than an hour after it.
    function testFuzz_CreditsMatureOnTheHour(uint40 madeAt, uint32 maturitySec) public pure {
        uint48 due = MaturityLib.maturesAt(madeAt, maturitySec);
        if (maturitySec == 0) {
            vm.assertEq(due, 0);
            return;
        }
        vm.assertEq(due % 1 hours, 0);
        vm.assertLe(uint256(madeAt) + maturitySec, due);
        vm.assertGt(uint256(madeAt) + maturitySec + 1 hours, due);
    }
}
