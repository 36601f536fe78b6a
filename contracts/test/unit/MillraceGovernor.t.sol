// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {VotingRules} from "../../src/types/Voting.sol";
import {GovernanceWorld, Motion} from "../lib/GovernanceWorld.sol";
import {Wallet} from "../lib/Strangers.sol";
import {vm} from "../lib/Test.sol";

/// What the governor adds to OpenZeppelin's interface.
interface IRules {
    error RuleOutOfBounds(bytes32 rule, uint256 value, uint256 least, uint256 most);

    function setVotingDelay(uint48 delaySec) external;
    function setVotingPeriod(uint32 periodSec) external;
    function setProposalThreshold(uint256 threshold) external;
    function setLateQuorumVoteExtension(uint48 extensionSec) external;
    function updateQuorumNumerator(uint256 percent) external;
    function quorumNumerator() external view returns (uint256);
    function lateQuorumVoteExtension() external view returns (uint48);
    function timelock() external view returns (address);
}

contract MillraceGovernorTest is GovernanceWorld {
    Motion private _motion;

    function setUp() public override {
        super.setUp();
        _motion = Motion(address(parameters), abi.encodeCall(IParameters.set, ("slashBps", 6000)));
    }

    function test_AVoteChangesAParameterAfterTheTimelock() public {
        string memory description = adopt(_motion);
        vm.expectPartialRevert(bytes4(keccak256("TimelockUnexpectedOperationState(bytes32,bytes32)")));
        execute(_motion, description);
        vm.warp(block.timestamp + TIMELOCK_SEC);
        vm.expectEmit(address(parameters));
        emit IParameters.ParameterSet("slashBps", 6000);
        vm.prank(stranger.id);
        execute(_motion, description);
        vm.assertEq(parameters.slashBps(), 6000);
        vm.assertEq(parameters.governor(), address(timelock));
    }

    function test_IsMadeOfTheTokenTheTimelockAndItsRules() public view {
        vm.assertEq(governor.name(), "Millrace");
        vm.assertEq(IRules(address(governor)).timelock(), address(timelock));
        vm.assertEq(governor.votingDelay(), DELAY_SEC);
        vm.assertEq(governor.votingPeriod(), PERIOD_SEC);
        vm.assertEq(governor.proposalThreshold(), THRESHOLD);
        vm.assertEq(governor.quorum(block.timestamp - 1), 0.04e27);
        vm.assertTrue(governor.proposalNeedsQueuing(0));
        vm.assertEq(governor.CLOCK_MODE(), "mode=timestamp");
        vm.assertEq(IERC6372(address(token)).CLOCK_MODE(), "mode=timestamp");
        vm.assertEq(governor.clock(), block.timestamp);
    }

    function test_RevertWhen_TheProposerHasTooFewVotes() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, stranger.id, 0, THRESHOLD
            )
        );
        vm.prank(stranger.id);
        governor.propose(new address[](1), new uint256[](1), new bytes[](1), "mine");
    }

    function test_TokensBoughtAfterTheProposalDoNotVote() public {
        (uint256 id,) = propose(_motion);
        vm.warp(block.timestamp + DELAY_SEC + 1);
        vm.prank(council.id);
        token.transfer(stranger.id, 1e26);
        vm.prank(stranger.id);
        IVotes(address(token)).delegate(stranger.id);
        vm.prank(stranger.id);
        vm.assertEq(governor.castVote(id, 1), 0);
    }

    function test_AVoteWithoutQuorumIsLost() public {
        vm.prank(council.id);
        token.transfer(stranger.id, 0.03e27);
        vm.prank(stranger.id);
        IVotes(address(token)).delegate(stranger.id);
        (uint256 id,) = propose(_motion);
        vm.warp(block.timestamp + DELAY_SEC + 1);
        vm.prank(stranger.id);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + PERIOD_SEC);
        vm.assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Defeated));
    }

    function test_AQuorumReachedLateLengthensTheVote() public {
        (uint256 id,) = propose(_motion);
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline);
        vm.prank(council.id);
        governor.castVote(id, 1);
        vm.assertEq(governor.proposalDeadline(id), deadline + 2 days);
    }

    function test_TheProposerTakesItsProposalBackBeforeTheVote() public {
        (uint256 id, string memory description) = propose(_motion);
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        (targets[0], calls[0]) = (_motion.target, _motion.data);
        vm.prank(council.id);
        governor.cancel(targets, new uint256[](1), calls, keccak256(bytes(description)));
        vm.assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Canceled));
    }

    function _ballotHash(uint256 id, address voter) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Millrace"),
                keccak256("1"),
                block.chainid,
                address(governor)
            )
        );
        bytes32 ballot = keccak256("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");
        return
            keccak256(
                abi.encodePacked(bytes2(0x1901), domain, keccak256(abi.encode(ballot, id, 1, voter, 0)))
            );
    }

    function test_KeysAndWalletsVoteBySignature() public {
        Wallet wallet = new Wallet(requester.id);
        vm.prank(council.id);
        token.transfer(address(wallet), 7);
        vm.prank(address(wallet));
        IVotes(address(token)).delegate(address(wallet));
        (uint256 id,) = propose(_motion);
        vm.warp(block.timestamp + DELAY_SEC + 1);
        bytes memory signature = signAs(council, _ballotHash(id, council.id));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, stranger.id));
        governor.castVoteBySig(id, 1, stranger.id, signature);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, council.id));
        governor.castVoteBySig(id, 1, council.id, "short");
        vm.assertGt(governor.castVoteBySig(id, 1, council.id, signature), 0);
        bytes memory ofWallet = signAs(requester, _ballotHash(id, address(wallet)));
        for (uint256 mode = 1; mode < 5; ++mode) {
            wallet.setMode(mode);
            vm.expectRevert(
                abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, address(wallet))
            );
            governor.castVoteBySig(id, 1, address(wallet), ofWallet);
        }
        wallet.setMode(0);
        vm.assertEq(governor.castVoteBySig(id, 1, address(wallet), ofWallet), 7);
    }

    function _refuse(bytes memory call, bytes32 rule, uint256 value, uint256 least, uint256 most) private {
        bytes memory reason =
            abi.encodeWithSelector(IRules.RuleOutOfBounds.selector, rule, value, least, most);
        expectRefused(Motion(address(governor), call), reason);
    }

    function test_NoVoteMovesARuleOutOfItsBounds() public {
        _refuse(
            abi.encodeCall(IRules.setVotingDelay, (DELAY_SEC - 1)),
            "votingDelay",
            DELAY_SEC - 1,
            DELAY_SEC,
            30 days
        );
        _refuse(
            abi.encodeCall(IRules.setVotingDelay, (30 days + 1)),
            "votingDelay",
            30 days + 1,
            DELAY_SEC,
            30 days
        );
        _refuse(
            abi.encodeCall(IRules.setVotingPeriod, (PERIOD_SEC - 1)),
            "votingPeriod",
            PERIOD_SEC - 1,
            PERIOD_SEC,
            30 days
        );
        _refuse(
            abi.encodeCall(IRules.setVotingPeriod, (30 days + 1)),
            "votingPeriod",
            30 days + 1,
            PERIOD_SEC,
            30 days
        );
        _refuse(
            abi.encodeCall(IRules.setProposalThreshold, (1e25 + 1)), "proposalThreshold", 1e25 + 1, 0, 1e25
        );
        _refuse(
            abi.encodeCall(IRules.setLateQuorumVoteExtension, (30 days + 1)),
            "lateQuorumExtension",
            30 days + 1,
            0,
            30 days
        );
        _refuse(abi.encodeCall(IRules.updateQuorumNumerator, (0)), "quorum", 0, 1, 50);
        _refuse(abi.encodeCall(IRules.updateQuorumNumerator, (51)), "quorum", 51, 1, 50);
    }

    function test_AVoteMovesTheRulesWithinTheirBounds() public {
        address self = address(governor);
        pass(Motion(self, abi.encodeCall(IRules.setProposalThreshold, (1e25))));
        pass(Motion(self, abi.encodeCall(IRules.setLateQuorumVoteExtension, (30 days))));
        pass(Motion(self, abi.encodeCall(IRules.updateQuorumNumerator, (50))));
        pass(Motion(self, abi.encodeCall(IRules.setVotingDelay, (DELAY_SEC))));
        pass(Motion(self, abi.encodeCall(IRules.setVotingPeriod, (30 days))));
        vm.assertEq(governor.proposalThreshold(), 1e25);
        vm.assertEq(IRules(self).lateQuorumVoteExtension(), 30 days);
        vm.assertEq(IRules(self).quorumNumerator(), 50);
        vm.assertEq(governor.votingPeriod(), 30 days);
    }

    function test_RevertWhen_ItsRulesAreSetWithoutAVote() public {
        bytes memory reason = abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, council.id);
        vm.expectRevert(reason);
        vm.prank(council.id);
        IRules(address(governor)).setVotingPeriod(PERIOD_SEC);
    }

    function test_RevertWhen_BornWithRulesOutOfBounds() public {
        VotingRules memory rules = someRules();
        rules.delaySec = 30 days + 1;
        bytes memory reason = birthErrorOf(
            "MillraceGovernor.sol:MillraceGovernor", abi.encode(address(token), address(timelock), rules)
        );
        vm.assertEq(
            reason,
            abi.encodeWithSelector(
                IRules.RuleOutOfBounds.selector, bytes32("votingDelay"), 30 days + 1, 0, 30 days
            )
        );
    }
}
