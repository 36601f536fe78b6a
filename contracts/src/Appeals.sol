// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AppealClosing} from "./base/AppealClosing.sol";
import {IAppeals} from "./interfaces/IAppeals.sol";
import {Draw} from "./interfaces/IJurors.sol";
import {IJurySource} from "./interfaces/IJurySource.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IWork} from "./interfaces/IWork.sol";
import {AppealLib} from "./libraries/AppealLib.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {MaturityLib} from "./libraries/MaturityLib.sol";
import {OrderLib} from "./libraries/OrderLib.sol";
import {VoteLib} from "./libraries/VoteLib.sol";
import {Appeal, AppealStatus, Jury, ResultClaim, Round, ShownVote, VoteProof} from "./types/Appeals.sol";
import {BatchFacts, Inclusion, TaskResult} from "./types/Batches.sol";
import {DealTerms} from "./types/Deals.sol";
import {RequestOrder} from "./types/Orders.sol";

/// @notice See IAppeals. How an appeal goes; how it ends is in AppealClosing.
contract Appeals is AppealClosing {
    using AppealLib for *;
    using DealLib for DealTerms;
    using OrderLib for RequestOrder;
    using VoteLib for VoteProof;

    IMarket private immutable MARKET;
    IWork private immutable WORK;
    IJurySource private immutable SOURCE;

    constructor(
        address market,
        address work,
        address standing,
        address escrow,
        address parameters,
        address jurors,
        address source
    ) AppealClosing(standing, escrow, parameters, jurors) {
        (MARKET, WORK, SOURCE) = (IMarket(market), IWork(work), IJurySource(source));
    }

    /// @inheritdoc IAppeals
    function openAppeal(
        DealTerms calldata terms,
        RequestOrder calldata request,
        ResultClaim calldata claim,
        VoteProof[] calldata voters
    ) external {
        bytes32 dealId = terms.hash();
        bytes32 taskId = VoteLib.taskOf(dealId, claim.index);
        _checkOpen(taskId, dealId, terms, claim);
        address judge = _arbiterOf(taskId, terms, request);
        Appeal storage appeal = _appeals[taskId];
        uint128 minBond = PARAMETERS.minBond();
        (appeal.dealId, appeal.pool, appeal.judge) = (dealId, terms.pool, judge);
        (appeal.digest, appeal.verdict) = (claim.digest, claim.digest);
        (appeal.index, appeal.votes, appeal.nonce) = (claim.index, claim.votes, claim.nonce);
        appeal.settledAt = claim.facts.settledAt;
        appeal.maturesAt = MaturityLib.maturesAt(claim.facts.settledAt, terms.maturitySec);
        appeal.stepSec = PARAMETERS.appealStepSec();
        // Both are parts of 128 bits, and a least bond is at most 1e27.
        // forge-lint: disable-start(unsafe-typecast)
        appeal.fee = uint128(AppealLib.feeOf(minBond, terms.workersPart()));
        appeal.risk = uint96(AppealLib.riskOf(minBond));
        appeal.stake = uint128(_takeStake(terms));
        // forge-lint: disable-end(unsafe-typecast)
        emit AppealOpened(
            taskId,
            dealId,
            terms.pool,
            claim.index,
            claim.digest,
            claim.votes,
            claim.nonce,
            judge,
            appeal.fee,
            appeal.risk,
            appeal.stake
        );
        _openRound(taskId, appeal, true);
        _showVoters(taskId, terms, claim.facts, voters);
    }

    /// @inheritdoc IAppeals
    function showVoters(
        bytes32 taskId,
        DealTerms calldata terms,
        BatchFacts calldata facts,
        VoteProof[] calldata voters
    ) external {
        Appeal storage appeal = _appeals[taskId];
        if (appeal.status == AppealStatus.None || appeal.status == AppealStatus.Closed) {
            revert WrongStatus(taskId, uint8(appeal.status), uint8(AppealStatus.Drawing));
        }
        _checkTerms(appeal, terms);
        _showVoters(taskId, terms, facts, voters);
    }

    /// @inheritdoc IAppeals
    function drawJury(bytes32 taskId) external {
        Appeal storage appeal = _appealIn(taskId, AppealStatus.Drawing);
        (uint256 number, bytes32 id, Jury storage jury) = _lastJury(taskId);
        if (block.timestamp > appeal.until) {
            revert NotInTime(taskId, jury.askedAt, appeal.until, uint48(block.timestamp));
        }
        bytes32 seed = SOURCE.randomOf(address(this), id);
        if (seed == 0) revert ChanceMissing(taskId, id);
        jury.seed = seed;
        appeal.status = AppealStatus.Voting;
        appeal.until = _after(appeal, AppealLib.VOTE_STEPS + AppealLib.REVEAL_STEPS);
        address[] memory jurors = _draw(id, jury, appeal, jury.wanted);
        jury.seats = jurors;
        emit JuryDrawn(taskId, number, jurors, appeal.until);
    }

    /// @inheritdoc IAppeals
    function replaceJuror(
        bytes32 taskId,
        BatchFacts calldata facts,
        address juror,
        bytes32 head,
        Inclusion calldata inclusion
    ) external {
        Appeal storage appeal = _appealIn(taskId, AppealStatus.Voting);
        // A juror that comes in has still half of the time to run the task.
        uint48 until = appeal.until - _steps(appeal, AppealLib.REVEAL_STEPS + AppealLib.VOTE_STEPS / 2);
        if (block.timestamp > until) revert NotInTime(taskId, 0, until, uint48(block.timestamp));
        if (!WORK.verifyVoter(appeal.pool, appeal.nonce, facts, juror, head, inclusion)) {
            revert VoterUnproven(taskId, juror);
        }
        (uint256 number, bytes32 id, Jury storage jury) = _lastJury(taskId);
        JURORS.excuse(id, juror);
        delete _commitments[id][juror];
        address[] memory drawn = _draw(id, jury, appeal, 1);
        address by = drawn.length == 0 ? address(0) : drawn[0];
        uint256 seat;
        while (jury.seats[seat] != juror) ++seat;
        jury.seats[seat] = by;
        emit JurorReplaced(taskId, number, juror, by, appeal.until);
    }

    /// @inheritdoc IAppeals
    function commitVote(bytes32 taskId, bytes32 commitment) external {
        Appeal storage appeal = _appealIn(taskId, AppealStatus.Voting);
        uint48 until = appeal.until - _steps(appeal, AppealLib.REVEAL_STEPS);
        if (block.timestamp > until) revert NotInTime(taskId, 0, until, uint48(block.timestamp));
        (uint256 number, bytes32 id,) = _lastJury(taskId);
        if (JURORS.riskOf(id, msg.sender) == 0) revert NotJuror(id, msg.sender);
        _commitments[id][msg.sender] = commitment;
        emit VoteCommitted(taskId, number, msg.sender, commitment);
    }

    /// @inheritdoc IAppeals
    function revealVote(bytes32 taskId, bytes32 digest, bytes32 salt) external {
        Appeal storage appeal = _appealIn(taskId, AppealStatus.Voting);
        uint48 from = appeal.until - _steps(appeal, AppealLib.REVEAL_STEPS);
        if (block.timestamp <= from || block.timestamp > appeal.until) {
            revert NotInTime(taskId, from, appeal.until, uint48(block.timestamp));
        }
        (uint256 number, bytes32 id, Jury storage jury) = _lastJury(taskId);
        bytes32 commitment = _commitments[id][msg.sender];
        bytes32 computed = AppealLib.ballot(id, msg.sender, digest, salt);
        if (computed != commitment || digest == 0) revert BadBallot(id, msg.sender, computed, commitment);
        delete _commitments[id][msg.sender];
        _said[id][msg.sender] = digest;
        // Juries have at most 31 seats.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint32 same = uint32(++_tally[id][digest]);
        ++jury.revealed;
        if (same > jury.best) (jury.best, jury.leader) = (same, digest);
        emit VoteRevealed(taskId, number, msg.sender, digest);
    }

    /// @inheritdoc IAppeals
    function decide(bytes32 taskId) external {
        Appeal storage appeal = _appeals[taskId];
        if (appeal.status != AppealStatus.Drawing) _appealIn(taskId, AppealStatus.Voting);
        if (block.timestamp <= appeal.until) {
            revert NotInTime(taskId, appeal.until + 1, type(uint48).max, uint48(block.timestamp));
        }
        (uint256 number,, Jury storage jury) = _lastJury(taskId);
        if (AppealLib.hasVerdict(jury.wanted, jury.revealed, jury.best)) {
            _lastRound(taskId).heard = true;
            appeal.verdict = jury.leader;
            appeal.status = AppealStatus.Decided;
            appeal.until = _after(appeal, AppealLib.AGAIN_STEPS);
            emit VerdictReached(taskId, jury.leader, appeal.until);
            return;
        }
        emit JuryFailed(taskId, number);
        if (++appeal.draws < AppealLib.MAX_DRAWS) _askJury(taskId, appeal);
        else _askJudge(taskId, appeal);
    }

    /// @inheritdoc IAppeals
    function appealAgain(bytes32 taskId) external {
        Appeal storage appeal = _appealIn(taskId, AppealStatus.Decided);
        if (block.timestamp > appeal.until) {
            revert NotInTime(taskId, 0, appeal.until, uint48(block.timestamp));
        }
        _openRound(taskId, appeal, appeal.digest.stands(appeal.verdict));
    }

    /// @inheritdoc IAppeals
    function rule(bytes32 taskId, bytes32 digest) external {
        Appeal storage appeal = _appealIn(taskId, AppealStatus.Ruling);
        address judge = judgeOf(taskId);
        if (msg.sender != judge) revert NotJudge(taskId, judge, msg.sender);
        if (block.timestamp > appeal.until) {
            revert NotInTime(taskId, 0, appeal.until, uint48(block.timestamp));
        }
        _lastRound(taskId).heard = true;
        // Nobody can appeal again: the time for that is over.
        (appeal.verdict, appeal.status, appeal.until) = (digest, AppealStatus.Decided, 0);
        emit VerdictReached(taskId, digest, 0);
    }

    /// @dev A settled task of this deal, in its window, not appealed before, with something to take.
    function _checkOpen(bytes32 taskId, bytes32 dealId, DealTerms calldata terms, ResultClaim calldata claim)
        private
        view
    {
        if (_appeals[taskId].status != AppealStatus.None) revert AppealExists(taskId);
        TaskResult memory result = TaskResult(dealId, claim.index, claim.digest, claim.votes);
        bool settled = WORK.verifyResult(terms.pool, claim.nonce, claim.facts, result, claim.inclusion);
        if (!settled) revert NotSettled(taskId);
        uint48 closedAt = claim.facts.settledAt + terms.maturitySec;
        if (block.timestamp >= closedAt) {
            revert AppealWindowClosed(taskId, closedAt, uint48(block.timestamp));
        }
        // On the pool's word nobody signed a vote: there is only the pool to hold to it.
        if (claim.facts.batchRoot == 0 && terms.poolStake == 0) revert NothingAtStake(taskId);
    }

    /// @dev The arbiter of the request, whom only the requester may call; zero for a task that juries run.
    function _arbiterOf(bytes32 taskId, DealTerms calldata terms, RequestOrder calldata request)
        private
        view
        returns (address)
    {
        bytes32 hash = keccak256(abi.encodePacked(hex"1901", MARKET.domainSeparator(), request.hash()));
        if (hash != terms.requestHash) revert WrongRequest(terms.requestHash, hash);
        if (request.arbiter != address(0) && msg.sender != terms.requester) {
            revert NotRequester(taskId, terms.requester, msg.sender);
        }
        return request.arbiter;
    }

    /// @dev Into this contract's account, where it waits for the verdict.
    function _takeStake(DealTerms calldata terms) private returns (uint256 stake) {
        if (terms.poolStake == 0) return 0;
        stake = MARKET.takeStake(terms, address(this));
        if (stake != 0) ESCROW.lock(address(this), stake);
    }

    function _openRound(bytes32 taskId, Appeal storage appeal, bool claimsFall) private {
        uint256 round = _rounds[taskId].length;
        _rounds[taskId].push(Round(msg.sender, claimsFall, false));
        uint256 bond = _bondOf(appeal.fee, round);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit RoundOpened(taskId, uint8(round), msg.sender, claimsFall, bond);
        ESCROW.lock(msg.sender, bond);
        appeal.draws = 0;
        if (appeal.judge != address(0) || round == AppealLib.JURY_ROUNDS) _askJudge(taskId, appeal);
        else _askJury(taskId, appeal);
    }

    function _askJury(bytes32 taskId, Appeal storage appeal) private {
        uint256 number = _juries[taskId].length;
        bytes32 id = AppealLib.juryId(taskId, number);
        Jury storage jury = _juries[taskId].push();
        // forge-lint: disable-next-line(unsafe-typecast)
        jury.wanted = uint32(AppealLib.seatsOf(_rounds[taskId].length - 1));
        jury.askedAt = uint48(block.timestamp);
        (appeal.status, appeal.until) = (AppealStatus.Drawing, _after(appeal, AppealLib.DRAW_STEPS));
        emit JuryAsked(taskId, number, id, jury.wanted, appeal.until);
        SOURCE.ask(id);
    }

    function _askJudge(bytes32 taskId, Appeal storage appeal) private {
        (appeal.status, appeal.until) = (AppealStatus.Ruling, _after(appeal, AppealLib.RULE_STEPS));
        emit JudgeAsked(taskId, judgeOf(taskId), appeal.until);
    }

    function _draw(bytes32 id, Jury storage jury, Appeal storage appeal, uint32 wanted)
        private
        returns (address[] memory jurors)
    {
        Draw memory draw = Draw({
            duty: id,
            seed: jury.seed,
            pool: appeal.pool,
            askedAt: jury.askedAt,
            tries: jury.tries,
            wanted: wanted,
            risk: appeal.risk
        });
        (jurors, jury.tries) = JURORS.drawJurors(draw);
    }

    function _showVoters(
        bytes32 taskId,
        DealTerms calldata terms,
        BatchFacts calldata facts,
        VoteProof[] calldata voters
    ) private {
        Appeal storage appeal = _appeals[taskId];
        Voters storage known = _voters[taskId];
        // A count of 255 stands for more: then nobody knows the share, and nothing is held.
        uint256 share = appeal.votes == 255 ? 0 : terms.workersPart() / appeal.votes;
        for (uint256 i; i < voters.length; ++i) {
            VoteProof calldata vote = voters[i];
            _checkVote(taskId, appeal, facts, vote);
            bool agreed = vote.digest == appeal.digest;
            address[] storage side = agreed ? known.agreed : known.dissented;
            // Each side has places of its own, or one could take those of the other.
            if (side.length == AppealLib.MAX_VOTERS) revert TooManyVoters(taskId, vote.worker, side.length);
            side.push(vote.worker);
            uint256 held = agreed && block.timestamp < appeal.maturesAt ? share : 0;
            // forge-lint: disable-next-line(unsafe-typecast)
            _votes[taskId][vote.worker] = ShownVote(vote.digest, uint128(held), true);
            emit VoterShown(taskId, vote.worker, vote.digest, held);
            // It answers for its vote to the end of the appeal, whatever matures meanwhile.
            if (agreed) STANDING.freeze(vote.worker);
            if (held != 0) ESCROW.hold(vote.worker, appeal.maturesAt, held);
        }
    }

    function _checkVote(
        bytes32 taskId,
        Appeal storage appeal,
        BatchFacts calldata facts,
        VoteProof calldata vote
    ) private view {
        if (_votes[taskId][vote.worker].isShown) {
            revert VoterKnown(taskId, vote.worker);
        }
        bytes32 head = vote.head(taskId);
        if (!WORK.verifyVoter(appeal.pool, appeal.nonce, facts, vote.worker, head, vote.inclusion)) {
            revert VoterUnproven(taskId, vote.worker);
        }
    }

    function _lastJury(bytes32 taskId) private view returns (uint256 number, bytes32 id, Jury storage jury) {
        number = _juries[taskId].length - 1;
        return (number, AppealLib.juryId(taskId, number), _juries[taskId][number]);
    }

    function _steps(Appeal storage appeal, uint256 steps) private view returns (uint48) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint48(steps * appeal.stepSec);
    }

    function _after(Appeal storage appeal, uint256 steps) private view returns (uint48) {
        return uint48(block.timestamp) + _steps(appeal, steps);
    }
}
