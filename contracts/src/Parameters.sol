// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IParameters} from "./interfaces/IParameters.sol";

/// @notice See IParameters.
contract Parameters is IParameters {
    using Checkpoints for Checkpoints.Trace208;

    // Slot 0: what a match reads, and what a fault reads. 240 bits.
    uint16 public saboteurBps;
    uint16 public workerShareBps;
    uint16 public slashBps;
    uint48 public settleWindowSec;
    uint48 public maxDeadlineSec;
    uint48 public maxMaturitySec;
    uint48 public banSec;
    // Slot 1: what bonding reads.
    uint128 public minBond;
    uint48 public unbondSec;
    uint48 public revealWindowSec;

    uint32 public appealStepSec;

    address public governor;
    address private _proposedGovernor;
    /// @dev From the second after each change on.
    Checkpoints.Trace208 private _revealWindows;

    constructor(address firstGovernor) {
        _changeGovernor(firstGovernor);
        _set("saboteurBps", 2000);
        _set("workerShareBps", 9000);
        _set("slashBps", 5000);
        _set("settleWindowSec", 1 hours);
        _set("revealWindowSec", 20 minutes);
        _set("maxDeadlineSec", 30 days);
        _set("maxMaturitySec", 70 days);
        _set("banSec", 7 days);
        _set("minBond", 10 ether);
        _set("unbondSec", 7 days);
        _set("appealStepSec", 1 days);
    }

    /// @inheritdoc IParameters
    function dealRules() external view returns (uint16, uint16, uint48, uint48, uint48, uint48) {
        return (saboteurBps, workerShareBps, settleWindowSec, maxDeadlineSec, maxMaturitySec, revealWindowSec);
    }

    /// @inheritdoc IParameters
    function revealWindowAt(uint48 time) external view returns (uint48) {
        // Only values of 48 bits are pushed.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint48(_revealWindows.upperLookupRecent(time));
    }

    /// @inheritdoc IParameters
    function set(bytes32 name, uint256 value) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender);
        _set(name, value);
    }

    /// @inheritdoc IParameters
    function proposeGovernor(address next) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender);
        _proposedGovernor = next;
        emit GovernorProposed(next);
    }

    /// @inheritdoc IParameters
    function acceptGovernor() external {
        if (msg.sender != _proposedGovernor) revert NotGovernor(msg.sender);
        delete _proposedGovernor;
        _changeGovernor(msg.sender);
    }

    // Every value is checked to fit its bounds, and those fit its type: the casts lose nothing.
    // forge-lint: disable-start(unsafe-typecast)
    function _set(bytes32 name, uint256 value) private {
        if (name == "saboteurBps") saboteurBps = uint16(_within(name, value, 100, 4900));
        else if (name == "workerShareBps") workerShareBps = uint16(_within(name, value, 5000, 10_000));
        else if (name == "slashBps") slashBps = uint16(_within(name, value, 100, 10_000));
        else if (name == "settleWindowSec") settleWindowSec = uint48(_settleWindow(value));
        else if (name == "revealWindowSec") _setRevealWindow(uint48(_revealWindow(value)));
        else if (name == "maxDeadlineSec") maxDeadlineSec = uint48(_within(name, value, 60, 365 days));
        else if (name == "maxMaturitySec") maxMaturitySec = uint48(_within(name, value, 0, 70 days));
        else if (name == "banSec") banSec = uint48(_within(name, value, 0, 365 days));
        else if (name == "minBond") minBond = uint128(_within(name, value, 1, 1e27));
        else if (name == "unbondSec") unbondSec = uint48(_within(name, value, 7 days, 365 days));
        else if (name == "appealStepSec") appealStepSec = uint32(_within(name, value, 10, 14 days));
        else revert UnknownParameter(name);
        emit ParameterSet(name, value);
    }

    // forge-lint: disable-end(unsafe-typecast)

    function _setRevealWindow(uint48 value) private {
        uint48 from = _revealWindows.length() == 0 ? 0 : uint48(block.timestamp) + 1;
        _revealWindows.push(from, value);
        revealWindowSec = value;
    }

    /// @dev Who is declared absent only after the reveal window must leave its pool time to settle.
    function _settleWindow(uint256 value) private view returns (uint256) {
        return _within("settleWindowSec", value, revealWindowSec < 60 ? 60 : revealWindowSec + 1, 7 days);
    }

    function _revealWindow(uint256 value) private view returns (uint256) {
        uint256 most = uint256(settleWindowSec) - 1;
        return _within("revealWindowSec", value, 30, most < 3.5 days ? most : 3.5 days);
    }

    function _within(bytes32 name, uint256 value, uint256 min, uint256 max) private pure returns (uint256) {
        if (value < min || value > max) revert OutOfBounds(name, value, min, max);
        return value;
    }

    function _changeGovernor(address next) private {
        governor = next;
        emit GovernorChanged(next);
    }
}
