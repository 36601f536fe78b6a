// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Appeal, AppealStatus, Jury, Payout, ResultClaim, Round, VoteProof} from "../types/Appeals.sol";
import {BatchFacts, Inclusion} from "../types/Batches.sol";
import {DealTerms} from "../types/Deals.sol";
import {RequestOrder} from "../types/Orders.sol";

/// @notice Disputes on settled results and their juries. Rules: docs/protocol/appeals.md.
/// @dev An appeal has the id of its task; a task is appealed once, in several rounds.
interface IAppeals {
    event AppealOpened(
        bytes32 indexed taskId,
        bytes32 indexed dealId,
        address indexed pool,
        uint32 index,
        bytes32 digest,
        uint8 votes,
        uint64 nonce,
        address judge,
        uint256 fee,
        uint256 risk,
        uint256 stake
    );
    /// @dev `claimsFall`: what the appellant is right in if it comes out.
    event RoundOpened(
        bytes32 indexed taskId, uint8 indexed round, address indexed appellant, bool claimsFall, uint256 bond
    );
    event VoterShown(bytes32 indexed taskId, address indexed worker, bytes32 digest, uint256 held);
    /// @dev `number` counts juries through all rounds.
    event JuryAsked(
        bytes32 indexed taskId, uint256 indexed number, bytes32 juryId, uint32 wanted, uint48 drawUntil
    );
    event JuryDrawn(bytes32 indexed taskId, uint256 indexed number, address[] jurors, uint48 until);
    event JurorReplaced(
        bytes32 indexed taskId, uint256 indexed number, address juror, address by, uint48 until
    );
    event VoteCommitted(
        bytes32 indexed taskId, uint256 indexed number, address indexed juror, bytes32 commitment
    );
    event VoteRevealed(bytes32 indexed taskId, uint256 indexed number, address indexed juror, bytes32 digest);
    /// @dev `verdict` is in force, and final from `until` on if nobody appeals again.
    event VerdictReached(bytes32 indexed taskId, bytes32 verdict, uint48 until);
    event JuryFailed(bytes32 indexed taskId, uint256 indexed number);
    /// @dev The judge has until then; else what is in force stands.
    event JudgeAsked(bytes32 indexed taskId, address indexed judge, uint48 until);
    event AppealClosed(bytes32 indexed taskId, bytes32 verdict, bool stood, Payout payout);

    error NotSettled(bytes32 taskId);
    error AppealWindowClosed(bytes32 taskId, uint48 closedAt, uint48 nowAt);
    error AppealExists(bytes32 taskId);
    error WrongRequest(bytes32 expected, bytes32 found);
    error NotRequester(bytes32 taskId, address requester, address caller);
    error NothingAtStake(bytes32 taskId);
    error WrongStatus(bytes32 taskId, uint8 status, uint8 needed);
    error WrongTerms(bytes32 dealId, bytes32 expected);
    error VoterUnproven(bytes32 taskId, address worker);
    error VoterKnown(bytes32 taskId, address worker);
    /// @dev Of those that agreed, or of those that did not.
    error TooManyVoters(bytes32 taskId, address worker, uint256 max);
    error ChanceMissing(bytes32 taskId, bytes32 juryId);
    error NotInTime(bytes32 taskId, uint48 from, uint48 until, uint48 nowAt);
    error NotJuror(bytes32 juryId, address caller);
    error BadBallot(bytes32 juryId, address juror, bytes32 computed, bytes32 commitment);
    error NotJudge(bytes32 taskId, address judge, address caller);

    /// @notice Appeals a settled task inside its maturity window, for a bond from the sender's free balance.
    /// @dev If the request names an arbiter only the requester may, and the arbiter rules in place of juries.
    /// @param request As signed: its hash is in the terms.
    /// @param voters Workers of the task to be shown at once, see `showVoters`.
    function openAppeal(
        DealTerms calldata terms,
        RequestOrder calldata request,
        ResultClaim calldata claim,
        VoteProof[] calldata voters
    ) external;
    /// @notice Shows votes on the task. The share of one that agreed is held if it has not matured; it pays if
    /// the result falls. One that dissented is restored if it turns out right.
    function showVoters(
        bytes32 taskId,
        DealTerms calldata terms,
        BatchFacts calldata facts,
        VoteProof[] calldata voters
    ) external;
    /// @notice Draws the jury that was asked for, once the source has its number.
    function drawJury(bytes32 taskId) external;
    /// @notice Replaces a juror that voted in the batch at issue; in the first half of the time for votes.
    /// @dev `facts`, `head` and `inclusion` as IWork.verifyVoter asks.
    function replaceJuror(
        bytes32 taskId,
        BatchFacts calldata facts,
        address juror,
        bytes32 head,
        Inclusion calldata inclusion
    ) external;
    /// @param commitment keccak256(abi.encode(juryId, juror, digest, salt)).
    function commitVote(bytes32 taskId, bytes32 commitment) external;
    /// @param digest Of the run; 1 for a task that the juror could not run.
    function revealVote(bytes32 taskId, bytes32 digest, bytes32 salt) external;
    /// @notice Ends a phase whose time is over: a jury that was never drawn, or has voted. Anyone may call.
    function decide(bytes32 taskId) external;
    /// @notice Appeals the verdict in force to a jury twice as large, or at last to the governor.
    function appealAgain(bytes32 taskId) external;
    /// @notice The judge's word, which is final. Any digest but the settled one lets the result fall.
    function rule(bytes32 taskId, bytes32 digest) external;
    /// @notice Ends an appeal whose verdict is final: every bond, credit, stake and juror's risk. Anyone may call.
    function closeAppeal(bytes32 taskId, DealTerms calldata terms) external;

    function appealOf(bytes32 taskId) external view returns (Appeal memory);
    /// @notice Whether a task is or was appealed, and whether its result stands as things are.
    function outcomeOf(bytes32 taskId) external view returns (AppealStatus status, bool stands);
    function roundsOf(bytes32 taskId) external view returns (Round[] memory);
    function juriesOf(bytes32 taskId) external view returns (Jury[] memory);
    /// @notice What a juror committed to and said; zeros if nothing.
    function ballotOf(bytes32 juryId, address juror)
        external
        view
        returns (bytes32 commitment, bytes32 digest);
    /// @notice Who may rule, while an appeal is with its judge.
    function judgeOf(bytes32 taskId) external view returns (address);
}
