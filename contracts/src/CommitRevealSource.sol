// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitRevealSource} from "./interfaces/ICommitRevealSource.sol";
import {IJurors} from "./interfaces/IJurors.sol";
import {IJurySource} from "./interfaces/IJurySource.sol";
import {IParameters} from "./interfaces/IParameters.sol";

/// @notice See ICommitRevealSource.
contract CommitRevealSource is ICommitRevealSource {
    struct Round {
        bytes32 mix;
        uint48 askedAt;
        uint32 reveals;
    }

    uint256 private constant DEPOSIT_PARTS = 4;

    IJurors private immutable JURORS;
    IParameters private immutable PARAMETERS;
    /// @dev Length of each of the two phases.
    uint48 private immutable PHASE_SEC;

    mapping(bytes32 key => Round) private _rounds;
    mapping(bytes32 key => mapping(address candidate => bytes32)) private _commitments;

    constructor(address jurors, address parameters, uint48 phaseSec) {
        (JURORS, PARAMETERS, PHASE_SEC) = (IJurors(jurors), IParameters(parameters), phaseSec);
    }

    /// @inheritdoc IJurySource
    function ask(bytes32 id) external {
        bytes32 key = keyOf(msg.sender, id);
        if (_rounds[key].askedAt != 0) revert AlreadyAsked(key);
        _rounds[key].askedAt = uint48(block.timestamp);
        (, uint48 revealUntil) = timesOf(key);
        emit RandomAsked(key, msg.sender, id, revealUntil + 1);
    }

    /// @inheritdoc ICommitRevealSource
    function commitSecret(bytes32 key, bytes32 commitment) external {
        (uint48 until,) = timesOf(key);
        if (until == 0) revert NotAsked(key);
        if (block.timestamp > until) revert NotCommitTime(key, until, uint48(block.timestamp));
        if (commitment == 0) revert SecretMissing(key, msg.sender);
        if (_commitments[key][msg.sender] != 0) revert SecretPresent(key, msg.sender);
        _commitments[key][msg.sender] = commitment;
        emit SecretCommitted(key, msg.sender, commitment);
        JURORS.summon(key, msg.sender, uint128(depositOf()));
    }

    /// @inheritdoc ICommitRevealSource
    function revealSecret(bytes32 key, bytes32 secret) external {
        (uint48 from, uint48 until) = timesOf(key);
        if (block.timestamp <= from || block.timestamp > until) {
            revert NotRevealTime(key, from, until, uint48(block.timestamp));
        }
        bytes32 commitment = _commitments[key][msg.sender];
        if (commitment == 0) revert SecretMissing(key, msg.sender);
        bytes32 computed = keccak256(abi.encode(key, msg.sender, secret));
        if (computed != commitment) revert BadSecret(key, msg.sender, computed, commitment);
        delete _commitments[key][msg.sender];
        Round storage round = _rounds[key];
        // The order of reveals must not matter, or it would be one more choice.
        round.mix ^= keccak256(abi.encode(secret, msg.sender));
        ++round.reveals;
        emit SecretRevealed(key, msg.sender, secret, round.mix);
        JURORS.dismiss(key, msg.sender);
    }

    /// @inheritdoc ICommitRevealSource
    function forfeitSecret(bytes32 key, address candidate) external {
        (, uint48 until) = timesOf(key);
        if (block.timestamp <= until) revert RevealsPending(key, until);
        if (_commitments[key][candidate] == 0) revert SecretMissing(key, candidate);
        delete _commitments[key][candidate];
        address to = PARAMETERS.governor();
        uint256 deposit = JURORS.penalise(key, candidate, to);
        emit SecretForfeited(key, candidate, to, deposit);
    }

    /// @inheritdoc IJurySource
    function randomOf(address consumer, bytes32 id) external view returns (bytes32) {
        bytes32 key = keyOf(consumer, id);
        Round storage round = _rounds[key];
        (, uint48 until) = timesOf(key);
        if (round.reveals == 0 || block.timestamp <= until) return 0;
        return keccak256(abi.encode(round.mix, key));
    }

    /// @inheritdoc ICommitRevealSource
    function depositOf() public view returns (uint256) {
        return (uint256(PARAMETERS.minBond()) + DEPOSIT_PARTS - 1) / DEPOSIT_PARTS;
    }

    /// @inheritdoc ICommitRevealSource
    function timesOf(bytes32 key) public view returns (uint48 commitUntil, uint48 revealUntil) {
        uint48 askedAt = _rounds[key].askedAt;
        if (askedAt != 0) (commitUntil, revealUntil) = (askedAt + PHASE_SEC, askedAt + 2 * PHASE_SEC);
    }

    /// @inheritdoc IJurySource
    function keyOf(address consumer, bytes32 id) public pure returns (bytes32) {
        return keccak256(abi.encode(consumer, id));
    }
}
