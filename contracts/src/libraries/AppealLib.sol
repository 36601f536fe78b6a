// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Rules of appeals: sizes, bonds, windows, verdicts. Twin: packages/protocol/src/appeal.ts.
library AppealLib {
    /// @notice What a juror says who could not run the task again; the appeal fails for it.
    bytes32 internal constant UNABLE = bytes32(uint256(1));
    /// @notice Rounds with a jury; the one after them is the judge's.
    uint256 internal constant JURY_ROUNDS = 4;
    /// @notice Juries that a round may ask for until one has a verdict.
    uint256 internal constant MAX_DRAWS = 3;
    /// @notice Voters of a task that an appeal deals with, on each side.
    uint256 internal constant MAX_VOTERS = 64;

    uint256 private constant FIRST_JURY = 3;
    /// @dev Of the least bond: a seat's fee, and what a juror risks.
    uint256 private constant FEE_PARTS = 20;
    uint256 private constant RISK_PARTS = 4;

    // Windows in steps of `appealStepSec`.
    uint256 internal constant DRAW_STEPS = 1;
    uint256 internal constant VOTE_STEPS = 2;
    uint256 internal constant REVEAL_STEPS = 1;
    uint256 internal constant AGAIN_STEPS = 2;
    uint256 internal constant RULE_STEPS = 14;

    /// @notice Seats of a round's jury: 3, 7, 15, 31; 63 sets the bond of the judge's round.
    function seatsOf(uint256 round) internal pure returns (uint256) {
        return ((FIRST_JURY + 1) << round) - 1;
    }

    /// @notice Fee of a seat: a twentieth of the least bond, or what the task pays its workers if that is more.
    function feeOf(uint256 minBond, uint256 workersPart) internal pure returns (uint256) {
        uint256 least = (minBond + FEE_PARTS - 1) / FEE_PARTS;
        return workersPart > least ? workersPart : least;
    }

    /// @notice What a juror risks: a quarter of the least bond, rounded up so that it is never nothing.
    function riskOf(uint256 minBond) internal pure returns (uint256) {
        return (minBond + RISK_PARTS - 1) / RISK_PARTS;
    }

    /// @notice Whether a jury has a verdict: more than half of its seats revealed, and more than half of those
    /// the same.
    function hasVerdict(uint256 wanted, uint256 revealed, uint256 best) internal pure returns (bool) {
        return 2 * revealed > wanted && 2 * best > revealed;
    }

    /// @notice Whether the settled result stands under a verdict.
    function stands(bytes32 settled, bytes32 verdict) internal pure returns (bool) {
        return verdict == settled || verdict == UNABLE;
    }

    /// @notice Whether a juror who revealed `said` was right; zero for who was silent.
    /// @dev To confirm what stands is never wrong, also where most could not run the task.
    function isRight(bytes32 settled, bytes32 verdict, bytes32 said) internal pure returns (bool) {
        return said != 0 && (said == verdict || (said == settled && stands(settled, verdict)));
    }

    /// @notice Name of an appeal's jury, counted through all its rounds.
    function juryId(bytes32 appealId, uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode(appealId, number));
    }

    /// @notice What a juror commits to.
    function ballot(bytes32 jury, address juror, bytes32 digest, bytes32 salt)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(jury, juror, digest, salt));
    }
}
