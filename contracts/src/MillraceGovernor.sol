// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {
    GovernorCountingSimple
} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {
    GovernorPreventLateQuorum
} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {
    GovernorTimelockControl
} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {
    GovernorVotesQuorumFraction
} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
// Not used here: `Governor` gets it in the place of its own, by a remapping in foundry.toml.
import {SignatureChecker} from "./libraries/SignatureChecker.sol";
import {VotingRules} from "./types/Voting.sol";

/// @notice Where token holders decide: propose, vote, queue in the timelock, execute. OpenZeppelin's Governor, whose
/// own rules can only be changed by a vote, and only within the bounds below.
/// @dev Time is in seconds, as the token counts it.
contract MillraceGovernor is
    Governor,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorPreventLateQuorum,
    GovernorTimelockControl
{
    /// @notice Longest delay, period and extension of a vote.
    uint256 public constant MOST_SEC = 30 days;
    /// @notice Smallest and largest share of all tokens that must vote for or abstain, in percent.
    uint256 public constant LEAST_QUORUM = 1;
    uint256 public constant MOST_QUORUM = 50;
    /// @notice The votes needed to propose are at most one of this many parts of all tokens.
    uint256 public constant MOST_THRESHOLD_PARTS = 100;
    /// @notice Delay and period never get shorter than they began.
    uint256 public immutable LEAST_DELAY_SEC;
    uint256 public immutable LEAST_PERIOD_SEC;

    error RuleOutOfBounds(bytes32 rule, uint256 value, uint256 least, uint256 most);

    constructor(IVotes token, TimelockController timelock, VotingRules memory rules)
        Governor("Millrace")
        GovernorVotes(token)
        GovernorVotesQuorumFraction(rules.quorumPercent)
        GovernorSettings(rules.delaySec, rules.periodSec, rules.threshold)
        GovernorPreventLateQuorum(rules.extensionSec)
        GovernorTimelockControl(timelock)
    {
        LEAST_DELAY_SEC = rules.delaySec;
        LEAST_PERIOD_SEC = rules.periodSec;
    }

    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState)
    {
        return super.state(proposalId);
    }

    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorPreventLateQuorum)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    // The first call of each comes from a base's constructor, when the least values are still zero.
    function _setVotingDelay(uint48 delaySec) internal override {
        _checkRule("votingDelay", delaySec, LEAST_DELAY_SEC, MOST_SEC);
        super._setVotingDelay(delaySec);
    }

    function _setVotingPeriod(uint32 periodSec) internal override {
        _checkRule("votingPeriod", periodSec, LEAST_PERIOD_SEC, MOST_SEC);
        super._setVotingPeriod(periodSec);
    }

    function _setProposalThreshold(uint256 threshold) internal override {
        uint256 supply = IERC20(address(token())).totalSupply();
        _checkRule("proposalThreshold", threshold, 0, supply / MOST_THRESHOLD_PARTS);
        super._setProposalThreshold(threshold);
    }

    function _setLateQuorumVoteExtension(uint48 extensionSec) internal override {
        _checkRule("lateQuorumExtension", extensionSec, 0, MOST_SEC);
        super._setLateQuorumVoteExtension(extensionSec);
    }

    function _updateQuorumNumerator(uint256 percent) internal override {
        _checkRule("quorum", percent, LEAST_QUORUM, MOST_QUORUM);
        super._updateQuorumNumerator(percent);
    }

    function _checkRule(bytes32 rule, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert RuleOutOfBounds(rule, value, least, most);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
