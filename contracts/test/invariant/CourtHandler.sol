// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Appeal, AppealStatus, Jury, VoteProof} from "../../src/types/Appeals.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {vm} from "../lib/Test.sol";

/// Pools that settle lies and truths, appellants that are right or wrong, jurors that lie or are silent, and
/// anybody who moves an appeal on. What must work is called plainly: a refusal fails the run.
contract CourtHandler is AppealWorld {
    bytes[] private _settled;
    bytes32[] public appealIds;
    mapping(bytes32 taskId => uint256) private _settlementOf;
    mapping(bytes32 what => uint256) public done;

    function setUp() public override {
        super.setUp();
        parameters.set("banSec", 0);
        parameters.set("slashBps", 1000);
        seatPanel(12);
        fund(appellant.id);
    }

    function appealCount() external view returns (uint256) {
        return appealIds.length;
    }

    function protocol() external view returns (address, address, address, address, address) {
        return (address(token), address(escrow), address(standing), address(bench), address(court));
    }

    /// All that ever had money here.
    function actors() public view returns (address[] memory all) {
        all = new address[](panel.length + workers.length + 8);
        uint256 count;
        for (uint256 i; i < panel.length; ++i) {
            all[count++] = panel[i].id;
        }
        for (uint256 i; i < workers.length; ++i) {
            all[count++] = workers[i].id;
        }
        (all[count], all[count + 1], all[count + 2]) = (appOwner.id, datasetOwner.id, poolOwner.id);
        (all[count + 3], all[count + 4]) = (requester.id, appellant.id);
        (all[count + 5], all[count + 6], all[count + 7]) = (stranger.id, address(court), address(this));
    }

    function panelSize() external view returns (uint256) {
        return panel.length;
    }

    function settleSome(uint256 kind) external {
        for (uint256 w; w < 3; ++w) {
            // Who was slashed too often cannot vote any more.
            (uint128 bond,,,,) = standing.standingOf(workers[w].id);
            if (bond < 20 ether) {
                vm.prank(workers[w].id);
                standing.bond(50 ether);
            }
        }
        vm.warp(block.timestamp + 1);
        Settled memory settled = kind % 2 == 0 ? settleALie(1) : settleTheTruth(1, 2);
        _settled.push(abi.encode(settled));
        ++done[kind % 2 == 0 ? bytes32("lies") : bytes32("truths")];
    }

    /// With some of the voters shown, in time or not.
    function open(uint256 which, uint256 shown) external {
        if (_settled.length == 0) return;
        which = which % _settled.length;
        Settled memory settled = abi.decode(_settled[which], (Settled));
        bytes32 taskId = taskIdOf(settled, 0);
        if (court.appealOf(taskId).status != AppealStatus.None) return;
        if (block.timestamp >= settled.facts.settledAt + MATURITY) return;
        openAppeal(settled, 0, shown % (settled.batch.ballots.length + 1));
        appealIds.push(taskId);
        _settlementOf[taskId] = which;
        ++done["opened"];
    }

    /// Whatever is next for an appeal, done as `how` says; at most one phase.
    function moveOn(uint256 which, uint256 how) external {
        if (appealIds.length == 0) return;
        bytes32 taskId = appealIds[which % appealIds.length];
        _move(taskId, how);
    }

    function _move(bytes32 taskId, uint256 how) private {
        Appeal memory appeal = court.appealOf(taskId);
        if (appeal.status == AppealStatus.Drawing) _drawOrNot(taskId, appeal, how);
        else if (appeal.status == AppealStatus.Voting) _vote(taskId, appeal, how);
        else if (appeal.status == AppealStatus.Decided) _againOrClose(taskId, appeal, how);
        else if (appeal.status == AppealStatus.Ruling) _ruleOrClose(taskId, appeal, how);
    }

    function _drawOrNot(bytes32 taskId, Appeal memory appeal, uint256 how) private {
        if (block.timestamp <= appeal.until && how >> 200 & 3 != 0) {
            mineChance(taskId);
            court.drawJury(taskId);
            ++done["drawn"];
            return;
        }
        if (block.timestamp <= appeal.until) passTime(taskId);
        court.decide(taskId);
        ++done["failed"];
    }

    /// Two bits of `how` for each juror: truth, lie, silence, unable.
    function _vote(bytes32 taskId, Appeal memory appeal, uint256 how) private {
        Jury memory jury = lastJury(taskId);
        // More than half say the truth, or no jury would ever agree.
        how &= how >> 64;
        if (block.timestamp <= appeal.until - STEP) {
            for (uint256 i; i < jury.seats.length; ++i) {
                if (how >> (2 * i) & 3 != 2) commitAs(taskId, jury.seats[i], _saying(how >> (2 * i) & 3));
            }
            vm.warp(appeal.until - STEP + 1);
            for (uint256 i; i < jury.seats.length; ++i) {
                if (how >> (2 * i) & 3 != 2) revealAs(taskId, jury.seats[i], _saying(how >> (2 * i) & 3));
            }
        }
        if (block.timestamp <= appeal.until) passTime(taskId);
        court.decide(taskId);
        ++done[court.appealOf(taskId).status == AppealStatus.Decided ? bytes32("verdicts") : bytes32("hung")];
    }

    function _saying(uint256 mood) private pure returns (bytes32) {
        return mood == 1 ? lieOf(0) : mood == 3 ? UNABLE : digestOf(0);
    }

    function _againOrClose(bytes32 taskId, Appeal memory appeal, uint256 how) private {
        if (block.timestamp <= appeal.until && how % 3 == 0) {
            Actor memory who = how % 2 == 0 ? appellant : poolOwner;
            if (escrow.freeOf(who.id) < 100 ether) return;
            vm.prank(who.id);
            court.appealAgain(taskId);
            ++done["again"];
            return;
        }
        if (block.timestamp <= appeal.until) passTime(taskId);
        _close(taskId);
    }

    function _ruleOrClose(bytes32 taskId, Appeal memory appeal, uint256 how) private {
        if (block.timestamp <= appeal.until && how % 2 == 0) {
            court.rule(taskId, _saying(how >> 1 & 1));
            ++done["ruled"];
        } else if (block.timestamp <= appeal.until) {
            passTime(taskId);
        }
        _close(taskId);
    }

    function _close(bytes32 taskId) private {
        Settled memory settled = abi.decode(_settled[_settlementOf[taskId]], (Settled));
        court.closeAppeal(taskId, settled.terms);
        ++done["closed"];
    }

    /// Shows who has not been shown yet, at any time.
    function showMore(uint256 which, uint256 worker) external {
        if (appealIds.length == 0) return;
        bytes32 taskId = appealIds[which % appealIds.length];
        if (court.appealOf(taskId).status == AppealStatus.Closed) return;
        Settled memory settled = abi.decode(_settled[_settlementOf[taskId]], (Settled));
        VoteProof[] memory votes = new VoteProof[](1);
        votes[0] = voteOf(settled, worker % settled.batch.ballots.length, 0);
        try court.showVoters(taskId, settled.terms, settled.facts, votes) {
            ++done["shown"];
        } catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(bytes4(keccak256("VoterKnown(bytes32,address)"))));
        }
    }

    function wait_(uint256 sec) external {
        vm.warp(block.timestamp + sec % 3 days);
    }

    /// Anyone can end every appeal, with nobody's help.
    function endAll() external {
        for (uint256 i; i < appealIds.length; ++i) {
            for (uint256 steps; steps < 20; ++steps) {
                Appeal memory appeal = court.appealOf(appealIds[i]);
                if (appeal.status == AppealStatus.Closed) break;
                if (block.timestamp <= appeal.until) passTime(appealIds[i]);
                if (appeal.status == AppealStatus.Drawing || appeal.status == AppealStatus.Voting) {
                    court.decide(appealIds[i]);
                } else {
                    _close(appealIds[i]);
                }
            }
            vm.assertEq(uint256(court.appealOf(appealIds[i]).status), uint256(AppealStatus.Closed));
        }
    }
}
