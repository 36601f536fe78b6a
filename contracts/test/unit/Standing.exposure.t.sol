// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStanding} from "../../src/interfaces/IStanding.sol";
import {Exposure, ExposureLib} from "../../src/libraries/ExposureLib.sol";
import {FaultKind, Verdict} from "../../src/types/Verdicts.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";

/// What workers answer for until it matures.
contract StandingExposureTest is World {
    using ExposureLib for Exposure;

    uint256 private constant EPOCH = 14 days;

    function _expose(uint256 amount, uint48 maturesAt) private {
        address[] memory list = new address[](2);
        (list[0], list[1]) = (workers[0].id, workers[1].id);
        uint256[] memory amounts = new uint256[](2);
        amounts[0] = amount;
        vm.prank(address(work));
        standing.expose(list, amounts, maturesAt);
    }

    function test_AddsUpRoundsUpAndForgetsWhatHasMatured() public {
        vm.expectEmit(address(standing));
        emit IStanding.Exposed(workers[0].id, 1, START + 1 days);
        _expose(1, START + 1 days);
        _expose(3e12, START + 70 days);
        vm.assertEq(standing.exposureOf(workers[0].id), 4e12);
        vm.assertEq(standing.exposureOf(workers[1].id), 0);
        vm.warp((START + 1 days) / EPOCH * EPOCH + EPOCH);
        vm.assertEq(standing.exposureOf(workers[0].id), 3e12);
        // A new one leaves out what is over and keeps what is not.
        _expose(1e12, uint48(block.timestamp));
        vm.assertEq(standing.exposureOf(workers[0].id), 4e12);
        vm.warp((START + 70 days) / EPOCH * EPOCH + EPOCH);
        vm.assertEq(standing.exposureOf(workers[0].id), 0);
        _expose(2e12, uint48(block.timestamp));
        vm.assertEq(standing.exposureOf(workers[0].id), 2e12);
    }

    function test_MoreThanCanBeCountedIsCoveredByNoBond() public {
        _expose(type(uint128).max, START + 1 days);
        vm.assertEq(standing.exposureOf(workers[0].id), type(uint128).max);
        vm.assertEq(standing.oddsOf(workers[0].id, 2000, 0), 1e18);
        vm.assertEq(standing.oddsOf(workers[1].id, 2000, 0), 4e18);
        address[] memory list = new address[](1);
        list[0] = workers[0].id;
        vm.assertEq(standing.weightsAt(list, START)[0], uint256(BOND) << 128 | type(uint128).max);
    }

    function test_TheBondStaysAsLongAsAnyOfIt() public {
        _expose(1, START + 14 days);
        uint256 freeAt = ((START + 14 days) / EPOCH + 1) * EPOCH;
        vm.expectEmit(address(standing));
        emit IStanding.UnbondRequested(workers[0].id, uint48(freeAt));
        vm.prank(workers[0].id);
        standing.requestUnbond();
        vm.warp(freeAt - 1);
        vm.prank(workers[0].id);
        vm.expectRevert(
            abi.encodeWithSelector(IStanding.UnbondingPending.selector, workers[0].id, uint48(freeAt))
        );
        standing.unbond();
        vm.warp(freeAt);
        vm.prank(workers[0].id);
        standing.unbond();
    }

    function test_RevertWhen_NotWork() public {
        vm.expectRevert(abi.encodeWithSelector(IStanding.NotAuthorisedCaller.selector, address(this)));
        standing.expose(new address[](0), new uint256[](0), START);
    }

    function test_FaultsAreCountedToTheirHighestNumber() public {
        Verdict[] memory verdicts = new Verdict[](1);
        verdicts[0] = Verdict(workers[0].id, 0, type(uint32).max, requester.id, FaultKind.SpotCheck);
        vm.prank(address(work));
        standing.record(pool, 1, verdicts);
        (,, uint32 faults,,) = standing.standingOf(workers[0].id);
        vm.assertEq(faults, type(uint24).max);
    }

    /// Never less than what has not matured, never more than one unit an entry and one epoch beyond.
    function testFuzz_AgreesWithAList(uint256[8] calldata amounts, uint256[8] calldata times) public pure {
        Exposure exposure;
        uint256 nowAt = 1_800_000_000;
        uint256[8] memory kept;
        uint256[8] memory ends;
        for (uint256 i; i < 8; ++i) {
            nowAt += times[i] % 20 days;
            uint256 maturesAt = nowAt + uint256(keccak256(abi.encode(times[i]))) % (70 days + 1);
            kept[i] = amounts[i] % 1e22;
            ends[i] = (maturesAt / EPOCH + 1) * EPOCH;
            exposure = exposure.add(nowAt, maturesAt, kept[i]);
            uint256 sum;
            uint256 last;
            for (uint256 j; j <= i; ++j) {
                if (ends[j] > nowAt) sum += (kept[j] + 1e12 - 1) / 1e12 * 1e12;
                if (ends[j] > nowAt && kept[j] != 0 && ends[j] > last) last = ends[j];
            }
            vm.assertEq(exposure.sum(nowAt), sum);
            vm.assertEq(exposure.endsAt(), last);
        }
    }
}
