// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "./interfaces/IEscrow.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {CredibilityLib} from "./libraries/CredibilityLib.sol";
import {Exposure, ExposureLib} from "./libraries/ExposureLib.sol";
import {FaultKind, Verdict} from "./types/Verdicts.sol";

/// @notice See IStanding.
contract Standing is IStanding {
    using ExposureLib for Exposure;

    /// @dev One slot, all that a vote reads: a batch counts if votesFrom <= committedAt <= votesUntil.
    /// `isExposed` says that there is a second one to read.
    struct Record {
        uint96 bond;
        uint32 checks;
        uint24 faults;
        bool isExposed;
        uint48 votesFrom;
        uint48 votesUntil;
    }

    /// @dev Read only for a worker whose vote the first slot does not admit, or that leaves. `appeals` counts those
    /// that may still ask for the bond; `batch` is that of the dissent behind the ban, zero for another fault.
    struct Trouble {
        uint48 faultAt;
        uint48 bannedUntil;
        uint48 unbondAt;
        uint32 appeals;
        bytes32 batch;
    }

    /// @dev What a dissent cost, for as many tasks as it was about, until appeals find all of them right.
    /// `bannedBefore` and `batchBefore` are the ban that it came on top of.
    struct Loss {
        uint96 slashed;
        uint32 checks;
        uint24 faults;
        uint48 bannedBefore;
        bool isMended;
        bytes32 batchBefore;
    }

    uint48 private constant FOREVER = type(uint48).max;
    uint256 private constant WEIGHTLESS = type(uint256).max;

    IEscrow private immutable ESCROW;
    IParameters private immutable PARAMETERS;
    address private immutable WORK;
    address private immutable APPEALS;
    address private immutable SPOT_CHECKS;

    mapping(address worker => Record) private _records;
    mapping(address worker => Trouble) private _troubles;
    /// @dev By keccak256(abi.encode(pool, nonce)): a batch is settled once.
    mapping(address worker => mapping(bytes32 batch => Loss)) private _losses;
    mapping(address worker => Exposure) private _exposures;

    constructor(address escrow, address parameters, address work, address appeals, address spotChecks) {
        (ESCROW, PARAMETERS) = (IEscrow(escrow), IParameters(parameters));
        (WORK, APPEALS, SPOT_CHECKS) = (work, appeals, spotChecks);
    }

    /// @inheritdoc IStanding
    function bond(uint256 amount) external {
        Record storage self = _records[msg.sender];
        Trouble storage trouble = _troubles[msg.sender];
        uint256 bonded = self.bond + amount;
        uint256 min = PARAMETERS.minBond();
        if (bonded < min) revert BondTooSmall(bonded, min);
        if (bonded > type(uint96).max) revert BondTooLarge(bonded, type(uint96).max);
        // forge-lint: disable-next-line(unsafe-typecast)
        self.bond = uint96(bonded);
        // A bond that was there all along keeps its votes; a new or mended one starts now.
        if (self.votesUntil == 0) self.votesFrom = _later(uint48(block.timestamp), trouble.bannedUntil);
        self.votesUntil = FOREVER;
        trouble.unbondAt = 0;
        emit Bonded(msg.sender, amount, bonded);
        if (amount != 0) ESCROW.lock(msg.sender, amount);
    }

    /// @inheritdoc IStanding
    function requestUnbond() external {
        Record storage self = _records[msg.sender];
        Trouble storage trouble = _troubles[msg.sender];
        if (self.bond == 0) revert NoBond(msg.sender);
        if (trouble.unbondAt != 0) revert UnbondingPending(msg.sender, trouble.unbondAt);
        uint48 availableAt = uint48(block.timestamp) + PARAMETERS.unbondSec();
        trouble.unbondAt = availableAt;
        if (self.votesUntil != 0) self.votesUntil = uint48(block.timestamp);
        emit UnbondRequested(msg.sender, _availableAt(msg.sender, availableAt));
    }

    /// @inheritdoc IStanding
    function unbond() external {
        Record storage self = _records[msg.sender];
        Trouble storage trouble = _troubles[msg.sender];
        if (trouble.unbondAt == 0) revert UnbondNotRequested(msg.sender);
        if (trouble.appeals != 0) revert BondFrozen(msg.sender, trouble.appeals);
        uint48 availableAt = _availableAt(msg.sender, trouble.unbondAt);
        if (block.timestamp < availableAt) revert UnbondingPending(msg.sender, availableAt);
        uint256 amount = self.bond;
        (self.bond, self.votesUntil, trouble.unbondAt) = (0, 0, 0);
        emit Unbonded(msg.sender, amount);
        ESCROW.release(msg.sender, amount);
    }

    /// @inheritdoc IStanding
    function record(address pool, uint64 nonce, Verdict[] calldata verdicts) external {
        if (msg.sender != WORK && msg.sender != APPEALS && msg.sender != SPOT_CHECKS) {
            revert NotAuthorisedCaller(msg.sender);
        }
        for (uint256 i; i < verdicts.length; ++i) {
            Verdict calldata verdict = verdicts[i];
            if (verdict.faults != 0) _fault(verdict, _nameOf(pool, nonce));
            else if (verdict.passed != 0) _pass(verdict.worker, verdict.passed);
        }
    }

    /// @inheritdoc IStanding
    function expose(address[] calldata workers, uint256[] calldata amounts, uint48 maturesAt) external {
        if (msg.sender != WORK) revert NotAuthorisedCaller(msg.sender);
        for (uint256 i; i < workers.length; ++i) {
            if (amounts[i] == 0) continue;
            _exposures[workers[i]] = _exposures[workers[i]].add(block.timestamp, maturesAt, amounts[i]);
            _records[workers[i]].isExposed = true;
            emit Exposed(workers[i], amounts[i], maturesAt);
        }
    }

    /// @inheritdoc IStanding
    function restore(address worker, address pool, uint64 nonce) external returns (uint256 slashed) {
        if (msg.sender != APPEALS) revert NotAuthorisedCaller(msg.sender);
        Loss storage loss = _losses[worker][_nameOf(pool, nonce)];
        if (loss.faults == 0) return 0;
        slashed = loss.slashed / loss.faults;
        // Part of 96 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        loss.slashed -= uint96(slashed);
        --loss.faults;
        Record storage self = _records[worker];
        if (self.faults != 0) --self.faults;
        if (loss.faults == 0) _mend(worker, loss);
        emit Restored(worker, self.checks, self.faults, slashed, _troubles[worker].bannedUntil);
    }

    /// @inheritdoc IStanding
    function freeze(address worker) external {
        if (msg.sender != APPEALS) revert NotAuthorisedCaller(msg.sender);
        ++_troubles[worker].appeals;
    }

    /// @inheritdoc IStanding
    function thaw(address worker) external {
        if (msg.sender != APPEALS) revert NotAuthorisedCaller(msg.sender);
        --_troubles[worker].appeals;
    }

    /// @inheritdoc IStanding
    function standingOf(address worker)
        external
        view
        returns (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil, uint48 unbondAt)
    {
        Record storage self = _records[worker];
        Trouble storage trouble = _troubles[worker];
        return (self.bond, self.checks, self.faults, trouble.bannedUntil, trouble.unbondAt);
    }

    /// @inheritdoc IStanding
    function oddsOf(address worker, uint16 saboteurBps, uint256 value) external view returns (uint256) {
        Record storage self = _records[worker];
        if (block.timestamp < self.votesFrom || self.votesUntil != FOREVER) return 0;
        uint256 earned = CredibilityLib.workerOdds(self.checks, saboteurBps);
        uint256 covered = CredibilityLib.coveredOdds(self.bond, _exposureOf(worker) + value);
        return earned < covered ? earned : covered;
    }

    /// @inheritdoc IStanding
    function exposureOf(address worker) external view returns (uint256) {
        return _exposureOf(worker);
    }

    /// @inheritdoc IStanding
    function weightsAt(address[] calldata workers, uint48 committedAt)
        external
        view
        returns (uint256[] memory weights)
    {
        weights = new uint256[](workers.length);
        for (uint256 i; i < workers.length; ++i) {
            Record memory self = _records[workers[i]];
            bool votes = self.votesFrom <= committedAt && committedAt <= self.votesUntil;
            if (!votes) {
                weights[i] = _weightlessOrRevert(workers[i], committedAt);
                continue;
            }
            uint256 exposure = self.isExposed ? _exposureOf(workers[i]) : 0;
            weights[i] = exposure | uint256(self.bond) << 128 | uint256(self.checks) << 224;
        }
    }

    function _weightlessOrRevert(address worker, uint48 committedAt) private view returns (uint256) {
        Record storage self = _records[worker];
        Trouble memory trouble = _troubles[worker];
        if (trouble.faultAt != 0 && trouble.faultAt >= committedAt) return WEIGHTLESS;
        if (trouble.bannedUntil > committedAt) revert WorkerBanned(worker, trouble.bannedUntil);
        if (trouble.unbondAt != 0) revert WorkerUnbonding(worker, self.votesUntil);
        revert WorkerNotBonded(worker, self.bond, PARAMETERS.minBond());
    }

    function _pass(address worker, uint32 passed) private {
        Record storage self = _records[worker];
        uint256 checks = uint256(self.checks) + passed;
        if (checks > type(uint32).max) checks = type(uint32).max;
        // forge-lint: disable-start(unsafe-typecast)
        self.checks = uint32(checks);
        emit CheckPassed(worker, passed, uint32(checks));
        // forge-lint: disable-end(unsafe-typecast)
    }

    function _fault(Verdict calldata verdict, bytes32 batch) private {
        address worker = verdict.worker;
        Record memory self = _records[worker];
        Trouble storage trouble = _troubles[worker];
        uint48 nowAt = uint48(block.timestamp);
        uint48 bannedUntil = _later(nowAt + PARAMETERS.banSec(), trouble.bannedUntil);
        uint256 slashed = uint256(self.bond) * PARAMETERS.slashBps() / 10_000;
        bool isDissent = verdict.kind == FaultKind.Dissent;
        if (isDissent) _keepLoss(verdict, batch, self.checks, slashed, trouble);
        // forge-lint: disable-next-line(unsafe-typecast)
        self.bond -= uint96(slashed);
        self.checks = 0;
        uint256 faults = uint256(self.faults) + verdict.faults;
        // forge-lint: disable-next-line(unsafe-typecast)
        self.faults = faults > type(uint24).max ? type(uint24).max : uint24(faults);
        // What is left must be topped up before the next vote if it is below the least bond.
        if (self.bond < PARAMETERS.minBond()) self.votesUntil = 0;
        else self.votesFrom = bannedUntil;
        _records[worker] = self;
        (trouble.faultAt, trouble.bannedUntil) = (nowAt, bannedUntil);
        trouble.batch = isDissent ? batch : bytes32(0);
        emit FaultFound(worker, verdict.kind, self.faults, slashed, bannedUntil);
        if (slashed != 0) ESCROW.pay(worker, verdict.harmed, slashed, 0);
    }

    function _keepLoss(
        Verdict calldata verdict,
        bytes32 batch,
        uint32 checks,
        uint256 slashed,
        Trouble storage trouble
    ) private {
        Loss storage loss = _losses[verdict.worker][batch];
        // A slash is part of a bond; a batch has at most 65,536 votes.
        // forge-lint: disable-start(unsafe-typecast)
        (loss.slashed, loss.checks, loss.faults) = (uint96(slashed), checks, uint24(verdict.faults));
        // forge-lint: disable-end(unsafe-typecast)
        (loss.bannedBefore, loss.batchBefore) = (trouble.bannedUntil, trouble.batch);
    }

    /// @dev Every vote of the fault was right after all: the checks come back, and the ban ends as far as no other
    /// fault stands behind it. `faultAt` stays, or a batch committed before the fault could not settle any more.
    function _mend(address worker, Loss storage loss) private {
        Record storage self = _records[worker];
        Trouble storage trouble = _troubles[worker];
        uint256 checks = uint256(self.checks) + loss.checks;
        // forge-lint: disable-next-line(unsafe-typecast)
        self.checks = checks > type(uint32).max ? type(uint32).max : uint32(checks);
        loss.isMended = true;
        Loss storage last = _losses[worker][trouble.batch];
        while (last.isMended) {
            (trouble.bannedUntil, trouble.batch) = (last.bannedBefore, last.batchBefore);
            last = _losses[worker][last.batchBefore];
        }
        uint48 nowAt = uint48(block.timestamp);
        if (self.votesFrom > nowAt) self.votesFrom = _later(nowAt, trouble.bannedUntil);
    }

    function _nameOf(address pool, uint64 nonce) private pure returns (bytes32) {
        return keccak256(abi.encode(pool, nonce));
    }

    /// @dev A bond stays while an appeal may still ask for it.
    function _availableAt(address worker, uint48 unbondAt) private view returns (uint48) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return _later(unbondAt, uint48(_exposures[worker].endsAt()));
    }

    function _exposureOf(address worker) private view returns (uint256) {
        return _exposures[worker].sum(block.timestamp);
    }

    function _later(uint48 a, uint48 b) private pure returns (uint48) {
        return a > b ? a : b;
    }
}
