// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitRevealSource} from "../../src/interfaces/ICommitRevealSource.sol";
import {IJurors} from "../../src/interfaces/IJurors.sol";
import {IJurySource} from "../../src/interfaces/IJurySource.sol";
import {JuryWorld} from "../lib/JuryWorld.sol";
import {vm} from "../lib/Test.sol";

contract CommitRevealSourceTest is JuryWorld {
    uint256 private constant DEPOSIT = 2.5 ether;
    bytes32 private _key;

    function setUp() public override {
        super.setUp();
        takeSeats(5);
        _key = keccak256(abi.encode(address(this), bytes32("id")));
    }

    function _secret(uint256 w) private pure returns (bytes32) {
        return keccak256(abi.encode("secret", w));
    }

    function _commit(uint256 w) private {
        bytes32 commitment = keccak256(abi.encode(_key, workers[w].id, _secret(w)));
        vm.prank(workers[w].id);
        source.commitSecret(_key, commitment);
    }

    function _reveal(uint256 w) private {
        vm.prank(workers[w].id);
        source.revealSecret(_key, _secret(w));
    }

    function _mixOf(uint256 w) private view returns (bytes32) {
        return keccak256(abi.encode(_secret(w), workers[w].id));
    }

    /// Three commit, and the time to reveal has come.
    function _threeCommitted() private {
        source.ask("id");
        for (uint256 w; w < 3; ++w) {
            _commit(w);
        }
        vm.warp(block.timestamp + PHASE + 1);
    }

    function test_AsksForARound() public {
        uint48 nowAt = uint48(block.timestamp);
        vm.expectEmit(address(source));
        emit IJurySource.RandomAsked(_key, address(this), "id", nowAt + 2 * PHASE + 1);
        source.ask("id");
        (uint48 commitUntil, uint48 revealUntil) = source.timesOf(_key);
        vm.assertEq(commitUntil, nowAt + PHASE);
        vm.assertEq(revealUntil, nowAt + 2 * PHASE);
        vm.assertEq(source.depositOf(), DEPOSIT);
        vm.expectRevert(abi.encodeWithSelector(IJurySource.AlreadyAsked.selector, _key));
        source.ask("id");
    }

    function test_NobodyAskedMeansNoTimes() public view {
        (uint48 commitUntil, uint48 revealUntil) = source.timesOf(_key);
        vm.assertEq(uint256(commitUntil) + revealUntil, 0);
    }

    function test_TheNumberIsMadeOfAllSecrets() public {
        _threeCommitted();
        for (uint256 w; w < 3; ++w) {
            vm.assertEq(source.randomOf(address(this), "id"), bytes32(0));
            _reveal(w);
        }
        (, uint48 revealUntil) = source.timesOf(_key);
        vm.warp(revealUntil);
        vm.assertEq(source.randomOf(address(this), "id"), bytes32(0));
        vm.warp(revealUntil + 1);
        bytes32 mix = _mixOf(0) ^ _mixOf(1) ^ _mixOf(2);
        vm.assertEq(source.randomOf(address(this), "id"), keccak256(abi.encode(mix, _key)));
    }

    function test_CommitPutsADepositAtRisk() public {
        source.ask("id");
        bytes32 commitment = keccak256(abi.encode(_key, workers[0].id, _secret(0)));
        vm.expectEmit(address(source));
        emit ICommitRevealSource.SecretCommitted(_key, workers[0].id, commitment);
        _commit(0);
        vm.assertEq(bench.riskOf(_key, workers[0].id), DEPOSIT);
    }

    function test_RevealFreesTheDeposit() public {
        _threeCommitted();
        vm.expectEmit(address(source));
        emit ICommitRevealSource.SecretRevealed(_key, workers[1].id, _secret(1), _mixOf(1));
        _reveal(1);
        vm.assertEq(bench.riskOf(_key, workers[1].id), 0);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.SecretMissing.selector, _key, workers[1].id)
        );
        _reveal(1);
    }

    function test_RevertWhen_CommitIsOutOfTime() public {
        vm.expectRevert(abi.encodeWithSelector(ICommitRevealSource.NotAsked.selector, _key));
        _commit(0);
        source.ask("id");
        (uint48 until,) = source.timesOf(_key);
        vm.warp(until);
        _commit(0);
        vm.warp(until + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.NotCommitTime.selector, _key, until, until + 1)
        );
        _commit(1);
    }

    function test_RevertWhen_CommittedTwiceOrToNothing() public {
        source.ask("id");
        _commit(0);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.SecretPresent.selector, _key, workers[0].id)
        );
        _commit(0);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.SecretMissing.selector, _key, workers[1].id)
        );
        vm.prank(workers[1].id);
        source.commitSecret(_key, 0);
    }

    /// Attack: numbers made by identities that cost nothing.
    function test_RevertWhen_TheCandidateHasNoSeat() public {
        source.ask("id");
        vm.expectRevert(abi.encodeWithSelector(IJurors.NoSeat.selector, stranger.id));
        vm.prank(stranger.id);
        source.commitSecret(_key, "commitment");
    }

    function test_RevertWhen_RevealIsOutOfTime() public {
        source.ask("id");
        _commit(0);
        (uint48 from, uint48 until) = source.timesOf(_key);
        vm.warp(from);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.NotRevealTime.selector, _key, from, until, from)
        );
        _reveal(0);
        vm.warp(until + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.NotRevealTime.selector, _key, from, until, until + 1)
        );
        _reveal(0);
    }

    function test_RevertWhen_TheSecretIsAnother() public {
        _threeCommitted();
        bytes32 commitment = keccak256(abi.encode(_key, workers[0].id, _secret(0)));
        bytes32 computed = keccak256(abi.encode(_key, workers[0].id, _secret(1)));
        vm.expectRevert(
            abi.encodeWithSelector(
                ICommitRevealSource.BadSecret.selector, _key, workers[0].id, computed, commitment
            )
        );
        vm.prank(workers[0].id);
        source.revealSecret(_key, _secret(1));
    }

    function test_RevertWhen_ForfeitedWrongly() public {
        _threeCommitted();
        (, uint48 until) = source.timesOf(_key);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(ICommitRevealSource.RevealsPending.selector, _key, until));
        source.forfeitSecret(_key, workers[0].id);
        _reveal(0);
        vm.warp(until + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.SecretMissing.selector, _key, workers[0].id)
        );
        source.forfeitSecret(_key, workers[0].id);
    }

    function test_NobodyRevealsNoNumber() public {
        _threeCommitted();
        vm.warp(block.timestamp + PHASE);
        vm.assertEq(source.randomOf(address(this), "id"), bytes32(0));
    }

    /// Attack: the last to reveal sees what comes out with and without its secret, and chooses. It has that one
    /// bit for exactly its deposit, which goes to nobody it could be; m such seats have 2^m choices for m
    /// deposits.
    function test_TheLastRevealerBuysOneBitForItsDeposit() public {
        _threeCommitted();
        _reveal(0);
        _reveal(1);
        bytes32 without = keccak256(abi.encode(_mixOf(0) ^ _mixOf(1), _key));
        bytes32 with_ = keccak256(abi.encode(_mixOf(0) ^ _mixOf(1) ^ _mixOf(2), _key));
        vm.assertTrue(with_ != without);
        uint256 held = heldBy(workers[2].id);
        (, uint48 until) = source.timesOf(_key);
        vm.warp(until + 1);
        vm.assertEq(source.randomOf(address(this), "id"), without);
        uint256 treasury = escrow.freeOf(parameters.governor());
        vm.expectEmit(address(source));
        emit ICommitRevealSource.SecretForfeited(_key, workers[2].id, parameters.governor(), DEPOSIT);
        source.forfeitSecret(_key, workers[2].id);
        vm.assertEq(held - heldBy(workers[2].id), DEPOSIT);
        vm.assertEq(escrow.freeOf(parameters.governor()) - treasury, DEPOSIT);
        vm.expectRevert(
            abi.encodeWithSelector(ICommitRevealSource.SecretMissing.selector, _key, workers[2].id)
        );
        source.forfeitSecret(_key, workers[2].id);
    }
}
