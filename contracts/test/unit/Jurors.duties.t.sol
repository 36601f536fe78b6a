// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Draw, IJurors} from "../../src/interfaces/IJurors.sol";
import {JuryWorld} from "../lib/JuryWorld.sol";
import {vm} from "../lib/Test.sol";

contract JurorsDutiesTest is JuryWorld {
    function test_DrawsWithoutReplacement() public {
        takeSeats(5);
        (address[] memory drawn, uint32 tried) = bench.drawJurors(someDraw(5));
        vm.assertEq(drawn.length, 5);
        vm.assertTrue(tried >= 5);
        for (uint256 i; i < 5; ++i) {
            vm.assertEq(bench.riskOf("duty", drawn[i]), RISK);
            vm.assertEq(bench.seatOf(drawn[i]).atRisk, RISK);
            for (uint256 j; j < i; ++j) {
                vm.assertTrue(drawn[i] != drawn[j]);
            }
        }
    }

    function test_DrawsFewerWhenThereAreNoMore() public {
        takeSeats(2);
        (address[] memory drawn, uint32 tried) = bench.drawJurors(someDraw(3));
        vm.assertEq(drawn.length, 2);
        vm.assertEq(tried, 512);
    }

    function test_NobodyIsDrawnFromNoPlaces() public {
        (address[] memory drawn, uint32 tried) = bench.drawJurors(someDraw(3));
        vm.assertEq(drawn.length + tried, 0);
    }

    function test_TheSameSeedDrawsTheSame() public {
        takeSeats(5);
        Draw memory draw = someDraw(2);
        (address[] memory first, uint32 tried) = bench.drawJurors(draw);
        draw.duty = "another";
        (address[] memory second,) = bench.drawJurors(draw);
        vm.assertEq(keccak256(abi.encode(first)), keccak256(abi.encode(second)));
        draw.tries = tried;
        (address[] memory next,) = bench.drawJurors(draw);
        vm.assertTrue(next[0] != first[0] && next[0] != first[1]);
    }

    function test_JurorsOfThePoolAreNotDrawn() public {
        address own = takeSeat(0, pool);
        takeSeat(1, app);
        vm.warp(block.timestamp + 1);
        (address[] memory drawn,) = bench.drawJurors(someDraw(2));
        vm.assertEq(drawn.length, 1);
        vm.assertTrue(drawn[0] != own);
    }

    /// Attack: a seat taken once the seed is known, at a place that the seed draws.
    function test_ASeatTakenAfterTheAskingIsNotDrawn() public {
        address late = takeSeat(0, address(0));
        vm.assertFalse(bench.canServe(late, pool, uint48(block.timestamp), RISK));
        vm.assertTrue(bench.canServe(late, pool, uint48(block.timestamp) + 1, RISK));
        (address[] memory drawn,) = bench.drawJurors(someDraw(1));
        vm.assertEq(drawn.length, 0);
    }

    /// Attack: leaving seats once the seed is known, to move others. A draw sees the places as they were when it was
    /// asked for, so only the one that goes is missing, and only in what is asked later.
    function test_LeavingMovesNobody() public {
        takeSeats(5);
        Draw memory draw = someDraw(3);
        (address[] memory first,) = bench.drawJurors(draw);
        for (uint256 i; i < 3; ++i) {
            bench.dismiss("duty", first[i]);
        }
        vm.warp(block.timestamp + 1);
        vm.prank(first[1]);
        bench.requestLeave();
        (address[] memory second,) = bench.drawJurors(draw);
        vm.assertEq(keccak256(abi.encode(second)), keccak256(abi.encode(first)));
        draw.duty = "later";
        draw.askedAt = uint48(block.timestamp) + 1;
        draw.wanted = 5;
        (address[] memory third,) = bench.drawJurors(draw);
        vm.assertEq(third.length, 4);
        for (uint256 i; i < 4; ++i) {
            vm.assertTrue(third[i] != first[1]);
        }
    }

    /// Attack: seats are taken and left, so that places are empty and no draw finds anybody.
    function test_SeatsTakenAndLeftStarveNoDraw() public {
        takeSeats(2);
        for (uint256 i; i < 100; ++i) {
            Actor memory squatter = newActor(string(abi.encodePacked("squatter", uint8(i))));
            fund(squatter.id);
            vm.prank(squatter.id);
            standing.bond(10 ether);
            vm.prank(squatter.id);
            bench.takeSeat(address(0));
            vm.prank(squatter.id);
            bench.requestLeave();
        }
        vm.warp(block.timestamp + 1);
        vm.assertEq(bench.placeCount(), 2);
        (address[] memory drawn, uint32 tried) = bench.drawJurors(someDraw(2));
        vm.assertEq(drawn.length, 2);
        vm.assertTrue(tried < 16);
    }

    /// However seats come and go, all that are there have one place each, without a hole.
    function testFuzz_PlacesHaveNoHoles(uint256[20] calldata steps) public {
        uint256 seats;
        for (uint256 i; i < steps.length; ++i) {
            address juror = workers[steps[i] % 5].id;
            IJurors.Seat memory seat = bench.seatOf(juror);
            if (seat.leaveAt != 0) continue;
            vm.prank(juror);
            if (seat.since == 0) bench.takeSeat(address(0));
            else bench.requestLeave();
            seats = seat.since == 0 ? seats + 1 : seats - 1;
            vm.assertEq(bench.placeCount(), seats);
            for (uint32 place; place < seats; ++place) {
                vm.assertEq(bench.seatOf(bench.jurorAt(place)).place, place);
            }
        }
    }

    function test_TheBannedAndTheUnbondedAreNotDrawn() public {
        takeSeats(2);
        vm.prank(workers[0].id);
        standing.requestUnbond();
        vm.warp(block.timestamp + 7 days);
        vm.prank(workers[0].id);
        standing.unbond();
        (address[] memory drawn,) = bench.drawJurors(someDraw(2));
        vm.assertEq(drawn.length, 1);
        vm.assertEq(drawn[0], workers[1].id);
    }

    function test_ASeatBearsAsManyDutiesAsItsStakeCovers() public {
        takeSeats(1);
        address juror = workers[0].id;
        for (uint256 i; i < 4; ++i) {
            vm.assertTrue(bench.canServe(juror, pool, uint48(block.timestamp), RISK));
            vm.expectEmit(address(bench));
            emit IJurors.JurorSummoned(bytes32(i), juror, RISK);
            bench.summon(bytes32(i), juror, RISK);
        }
        vm.assertFalse(bench.canServe(juror, pool, uint48(block.timestamp), RISK));
        vm.expectRevert(abi.encodeWithSelector(IJurors.SeatStakeShort.selector, juror, 0, RISK));
        bench.summon("fifth", juror, RISK);
    }

    function test_RevertWhen_SummonedTwice() public {
        takeSeats(1);
        bench.summon("duty", workers[0].id, RISK);
        vm.expectRevert(
            abi.encodeWithSelector(IJurors.SeatStakeShort.selector, workers[0].id, 7.5 ether, RISK)
        );
        bench.summon("duty", workers[0].id, RISK);
    }

    function test_RevertWhen_SummoningAStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IJurors.NoSeat.selector, stranger.id));
        bench.summon("duty", stranger.id, RISK);
    }

    function test_DismissesWithEverything() public {
        takeSeats(1);
        bench.summon("duty", workers[0].id, RISK);
        vm.expectEmit(address(bench));
        emit IJurors.JurorDismissed("duty", workers[0].id, RISK);
        vm.assertEq(bench.dismiss("duty", workers[0].id), RISK);
        vm.assertEq(bench.seatOf(workers[0].id).atRisk, 0);
        vm.assertEq(bench.seatOf(workers[0].id).stake, 10 ether);
    }

    function test_PenalisesOnce() public {
        takeSeats(1);
        address juror = workers[0].id;
        uint256 held = heldBy(juror);
        bench.summon("duty", juror, RISK);
        vm.expectEmit(address(bench));
        emit IJurors.JurorPenalised("duty", juror, stranger.id, RISK);
        vm.assertEq(bench.penalise("duty", juror, stranger.id), RISK);
        vm.assertEq(bench.seatOf(juror).stake, 7.5 ether);
        vm.assertEq(escrow.freeOf(stranger.id), RISK);
        vm.assertEq(heldBy(juror), held - RISK);
        vm.expectRevert(abi.encodeWithSelector(IJurors.NotSummoned.selector, bytes32("duty"), juror));
        bench.penalise("duty", juror, stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IJurors.NotSummoned.selector, bytes32("duty"), juror));
        bench.dismiss("duty", juror);
        vm.expectRevert(abi.encodeWithSelector(IJurors.NotSummoned.selector, bytes32("duty"), juror));
        bench.excuse("duty", juror);
    }

    function test_WhoIsExcusedIsNotDrawnAgain() public {
        takeSeats(2);
        Draw memory draw = someDraw(2);
        bench.drawJurors(draw);
        vm.expectEmit(address(bench));
        emit IJurors.JurorExcused("duty", workers[0].id, RISK);
        bench.excuse("duty", workers[0].id);
        vm.assertEq(bench.seatOf(workers[0].id).atRisk, RISK - RISK);
        (address[] memory drawn,) = bench.drawJurors(draw);
        vm.assertEq(drawn.length, 0);
    }

    function test_RevertWhen_NotTheCourt() public {
        takeSeats(1);
        Draw memory draw = someDraw(1);
        bytes memory refusal = abi.encodeWithSelector(IJurors.NotCourt.selector, stranger.id);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        bench.drawJurors(draw);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        bench.summon("duty", workers[0].id, RISK);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        bench.dismiss("duty", workers[0].id);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        bench.excuse("duty", workers[0].id);
        vm.expectRevert(refusal);
        vm.prank(stranger.id);
        bench.penalise("duty", workers[0].id, stranger.id);
    }

    /// However seats come and go, what is at risk is the sum of duties, and never more than the stake.
    function testFuzz_RisksAreBornByStakes(uint256[20] calldata steps) public {
        takeSeats(3);
        uint256[3] memory atRisk;
        for (uint256 i; i < steps.length; ++i) {
            uint256 w = steps[i] % 3;
            bytes32 duty = bytes32(steps[i] >> 8 & 7);
            address juror = workers[w].id;
            uint256 risk = bench.riskOf(duty, juror);
            if (risk == 0) {
                uint128 asked = uint128(bound(steps[i] >> 16, 1, 6 ether));
                if (bench.seatOf(juror).stake - bench.seatOf(juror).atRisk < asked) continue;
                bench.summon(duty, juror, asked);
                atRisk[w] += asked;
            } else {
                atRisk[w] -= risk;
                if (steps[i] >> 16 & 1 == 0) bench.dismiss(duty, juror);
                else bench.penalise(duty, juror, requester.id);
            }
            IJurors.Seat memory seat = bench.seatOf(juror);
            vm.assertEq(seat.atRisk, atRisk[w]);
            vm.assertLe(seat.atRisk, seat.stake);
            vm.assertEq(escrow.lockedOf(juror), BOND + seat.stake);
        }
    }
}
