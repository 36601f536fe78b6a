// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "../../src/interfaces/IAppeals.sol";
import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IJurors} from "../../src/interfaces/IJurors.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {Appeal, AppealStatus} from "../../src/types/Appeals.sol";
import {Test, vm} from "../lib/Test.sol";
import {CourtHandler} from "./CourtHandler.sol";

/// Appeals with lying jurors, appellants and pools: money is conserved, and every lock ends.
contract CourtInvariantTest is Test {
    CourtHandler private _handler;
    IToken private _token;
    IEscrow private _escrow;
    IStanding private _standing;
    IJurors private _bench;
    IAppeals private _court;

    function setUp() public {
        _handler = new CourtHandler();
        _handler.setUp();
        (address token, address escrow, address standing, address bench, address court) = _handler.protocol();
        (_token, _escrow, _standing) = (IToken(token), IEscrow(escrow), IStanding(standing));
        (_bench, _court) = (IJurors(bench), IAppeals(court));
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = CourtHandler.settleSome.selector;
        selectors[1] = CourtHandler.open.selector;
        selectors[2] = CourtHandler.open.selector;
        selectors[3] = CourtHandler.moveOn.selector;
        selectors[4] = CourtHandler.moveOn.selector;
        selectors[5] = CourtHandler.moveOn.selector;
        selectors[6] = CourtHandler.showMore.selector;
        selectors[7] = CourtHandler.wait_.selector;
        target(address(_handler), selectors);
    }

    /// 1. Tokens held = free + locked + maturing of everybody.
    function invariant_EveryTokenIsSomebodys() public view {
        address[] memory all = _handler.actors();
        uint256 sum;
        for (uint256 i; i < all.length; ++i) {
            sum += _escrow.freeOf(all[i]) + _escrow.lockedOf(all[i]) + _escrow.maturingOf(all[i]);
        }
        vm.assertEq(_token.balanceOf(address(_escrow)), sum);
    }

    /// 3. Between calls Appeals keeps the stakes of open appeals and nothing else.
    function invariant_AppealsKeepsStakesOnly() public view {
        uint256 stakes;
        for (uint256 i; i < _handler.appealCount(); ++i) {
            Appeal memory appeal = _court.appealOf(_handler.appealIds(i));
            if (appeal.status != AppealStatus.Closed) stakes += appeal.stake;
        }
        vm.assertEq(_escrow.lockedOf(address(_court)), stakes);
        vm.assertEq(_escrow.freeOf(address(_court)), 0);
    }

    /// 3. What a juror has at risk is the sum of its duties; what is locked of it is bond and stake.
    function invariant_RisksAreTheSumOfDuties() public view {
        address[] memory all = _handler.actors();
        for (uint256 j; j < _handler.panelSize(); ++j) {
            uint256 duties;
            for (uint256 i; i < _handler.appealCount(); ++i) {
                bytes32 taskId = _handler.appealIds(i);
                if (_court.appealOf(taskId).status == AppealStatus.Closed) continue;
                uint256 juries = _court.juriesOf(taskId).length;
                for (uint256 n; n < juries; ++n) {
                    duties += _bench.riskOf(keccak256(abi.encode(taskId, n)), all[j]);
                }
            }
            IJurors.Seat memory seat = _bench.seatOf(all[j]);
            vm.assertEq(seat.atRisk, duties);
            vm.assertLe(seat.atRisk, seat.stake);
            (uint128 bond,,,,) = _standing.standingOf(all[j]);
            vm.assertEq(_escrow.lockedOf(all[j]), bond + seat.stake);
        }
    }

    /// The handler is no good if its calls come to nothing: in 400 steps everything has happened.
    function test_TheHandlerReachesEverything() public {
        for (uint256 i; i < 400; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            if (i % 10 == 0) _handler.settleSome(r);
            else if (i % 10 == 1) _handler.open(i / 10, r >> 8);
            else if (i % 10 == 2) _handler.showMore(r, r >> 8);
            else _handler.moveOn(r, r >> 8);
        }
        vm.assertGt(_handler.done("verdicts"), 3);
        vm.assertGt(_handler.done("hung") + _handler.done("failed"), 0);
        vm.assertGt(_handler.done("again"), 0);
        vm.assertGt(_handler.done("closed"), 3);
        vm.assertGt(_handler.done("shown"), 0);
        afterInvariant();
    }

    /// 3. Anyone can end every appeal; then no bond, credit, stake or risk of it is locked.
    function afterInvariant() public {
        _handler.endAll();
        invariant_EveryTokenIsSomebodys();
        invariant_AppealsKeepsStakesOnly();
        invariant_RisksAreTheSumOfDuties();
        vm.assertEq(_escrow.lockedOf(address(_court)), 0);
        address[] memory all = _handler.actors();
        for (uint256 i; i < all.length; ++i) {
            IJurors.Seat memory seat = _bench.seatOf(all[i]);
            vm.assertEq(seat.atRisk, 0);
            (uint128 bond,,,,) = _standing.standingOf(all[i]);
            vm.assertEq(_escrow.lockedOf(all[i]), bond + seat.stake);
        }
    }
}
