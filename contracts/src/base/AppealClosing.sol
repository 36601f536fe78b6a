// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAppeals} from "../interfaces/IAppeals.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IJurors} from "../interfaces/IJurors.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IStanding} from "../interfaces/IStanding.sol";
import {AppealLib} from "../libraries/AppealLib.sol";
import {DealLib} from "../libraries/DealLib.sol";
import {TillLib} from "../libraries/TillLib.sol";
import {Appeal, AppealStatus, Jury, Payout, Round, ShownVote} from "../types/Appeals.sol";
import {DealTerms} from "../types/Deals.sol";
import {FaultKind, Verdict} from "../types/Verdicts.sol";

/// @notice What is kept of appeals, and how their money ends.
/// @dev Until an appeal closes, bonds stay locked in the accounts of appellants, held credits in those of
/// workers, risks in those of jurors; the pool's stake is locked in the account of this contract. At the end all that
/// changes hands passes through that account, and nothing of the appeal is left in it.
abstract contract AppealClosing is IAppeals {
    using AppealLib for bytes32;
    using DealLib for DealTerms;
    using TillLib for TillLib.Till;

    /// @dev Workers of an appealed task, as far as anybody has shown them.
    struct Voters {
        address[] agreed;
        address[] dissented;
    }

    IStanding internal immutable STANDING;
    IEscrow internal immutable ESCROW;
    IParameters internal immutable PARAMETERS;
    IJurors internal immutable JURORS;

    mapping(bytes32 taskId => Appeal) internal _appeals;
    mapping(bytes32 taskId => Round[]) internal _rounds;
    mapping(bytes32 taskId => Jury[]) internal _juries;
    mapping(bytes32 taskId => Voters) internal _voters;
    mapping(bytes32 taskId => mapping(address worker => ShownVote)) internal _votes;
    mapping(bytes32 juryId => mapping(address juror => bytes32)) internal _commitments;
    mapping(bytes32 juryId => mapping(address juror => bytes32)) internal _said;
    mapping(bytes32 juryId => mapping(bytes32 digest => uint256)) internal _tally;

    constructor(address standing, address escrow, address parameters, address jurors) {
        (STANDING, ESCROW) = (IStanding(standing), IEscrow(escrow));
        (PARAMETERS, JURORS) = (IParameters(parameters), IJurors(jurors));
    }

    /// @inheritdoc IAppeals
    function closeAppeal(bytes32 taskId, DealTerms calldata terms) external {
        Appeal storage appeal = _appeals[taskId];
        if (appeal.status != AppealStatus.Ruling) _appealIn(taskId, AppealStatus.Decided);
        if (block.timestamp <= appeal.until) {
            revert NotInTime(taskId, appeal.until + 1, type(uint48).max, uint48(block.timestamp));
        }
        _checkTerms(appeal, terms);
        appeal.status = AppealStatus.Closed;
        bool stood = appeal.digest.stands(appeal.verdict);
        Payout memory payout;
        TillLib.Till memory till = TillLib.newTill(5 + AppealLib.MAX_VOTERS + _seatCount(taskId));
        uint256 due;
        (payout.pot, payout.waiting, due) = _closeBonds(taskId, appeal.fee, stood);
        payout.pot += _closeRisks(taskId, appeal, till);
        uint256 jurors = till.count;
        if (stood) _giveBack(taskId, terms, appeal.stake);
        else _takeAndShare(taskId, appeal, terms, till, payout, due);
        till.add(stood ? terms.poolOwner : terms.requester, payout.waiting);
        _sharePot(taskId, appeal, till, jurors, payout.pot);
        if (till.sum != 0) {
            // The stake is locked already, unless it went back.
            uint256 locked = stood ? 0 : appeal.stake;
            if (till.sum > locked) ESCROW.lock(address(this), till.sum - locked);
            (address[] memory payees, uint256[] memory amounts) = till.close();
            ESCROW.payEach(address(this), 0, payees, amounts);
        }
        emit AppealClosed(taskId, appeal.verdict, stood, payout);
    }

    /// @inheritdoc IAppeals
    function appealOf(bytes32 taskId) external view returns (Appeal memory) {
        return _appeals[taskId];
    }

    /// @inheritdoc IAppeals
    function roundsOf(bytes32 taskId) external view returns (Round[] memory) {
        return _rounds[taskId];
    }

    /// @inheritdoc IAppeals
    function juriesOf(bytes32 taskId) external view returns (Jury[] memory) {
        return _juries[taskId];
    }

    /// @inheritdoc IAppeals
    function ballotOf(bytes32 juryId, address juror) external view returns (bytes32, bytes32) {
        return (_commitments[juryId][juror], _said[juryId][juror]);
    }

    /// @inheritdoc IAppeals
    function outcomeOf(bytes32 taskId) external view returns (AppealStatus status, bool stands) {
        Appeal storage appeal = _appeals[taskId];
        return (appeal.status, appeal.digest.stands(appeal.verdict));
    }

    /// @inheritdoc IAppeals
    function judgeOf(bytes32 taskId) public view returns (address) {
        address judge = _appeals[taskId].judge;
        return judge == address(0) ? PARAMETERS.governor() : judge;
    }

    function _checkTerms(Appeal storage appeal, DealTerms calldata terms) internal view {
        bytes32 dealId = terms.hash();
        if (dealId != appeal.dealId) revert WrongTerms(dealId, appeal.dealId);
    }

    /// @dev Bonds of the wrong come here, and a seat's fee of each round that nobody heard: it held up money for
    /// nothing. The rest goes back.
    /// @return lost In all.
    /// @return waiting Those fees.
    /// @return due Fees of the juries whose appellants were right, to be paid out of what is taken.
    function _closeBonds(bytes32 taskId, uint256 fee, bool stood)
        private
        returns (uint256 lost, uint256 waiting, uint256 due)
    {
        Round[] storage rounds = _rounds[taskId];
        for (uint256 i; i < rounds.length; ++i) {
            Round memory round = rounds[i];
            uint256 bond = _bondOf(fee, i);
            uint256 taken;
            if (!round.heard) waiting += taken = fee;
            else if (round.claimsFall == stood) lost += taken = bond;
            else due += bond;
            if (taken != 0) ESCROW.pay(round.appellant, address(this), taken, 0);
            if (taken != bond) ESCROW.release(round.appellant, bond - taken);
        }
    }

    function _closeRisks(bytes32 taskId, Appeal storage appeal, TillLib.Till memory till)
        private
        returns (uint256 lost)
    {
        Jury[] storage juries = _juries[taskId];
        (bytes32 settled, bytes32 verdict) = (appeal.digest, appeal.verdict);
        for (uint256 number; number < juries.length; ++number) {
            lost += _closeJury(AppealLib.juryId(taskId, number), juries[number].seats, settled, verdict, till);
        }
    }

    /// @dev Jurors that were right are dismissed and noted in the till; the others lose what they risked.
    function _closeJury(
        bytes32 id,
        address[] memory seats,
        bytes32 settled,
        bytes32 verdict,
        TillLib.Till memory till
    ) private returns (uint256 lost) {
        for (uint256 i; i < seats.length; ++i) {
            address juror = seats[i];
            if (juror == address(0)) continue;
            if (settled.isRight(verdict, _said[id][juror])) {
                JURORS.dismiss(id, juror);
                till.note(juror);
            } else {
                lost += JURORS.penalise(id, juror, address(this));
            }
        }
    }

    function _giveBack(bytes32 taskId, DealTerms calldata terms, uint256 stake) private {
        address[] storage agreed = _voters[taskId].agreed;
        for (uint256 i; i < agreed.length; ++i) {
            uint256 held = _votes[taskId][agreed[i]].held;
            STANDING.thaw(agreed[i]);
            if (held != 0) ESCROW.release(agreed[i], held);
        }
        if (stake != 0) ESCROW.pay(address(this), terms.poolOwner, stake, 0);
    }

    /// @dev The result fell. Out of what is taken from those who are to blame come, in this order: the
    /// requester's price, what honest dissenters lost, the juries' fees, the appellant's bounty, and what is over.
    function _takeAndShare(
        bytes32 taskId,
        Appeal storage appeal,
        DealTerms calldata terms,
        TillLib.Till memory till,
        Payout memory payout,
        uint256 due
    ) private {
        payout.taken = appeal.stake + _takeShares(taskId);
        uint256 left = payout.taken;
        payout.refund = _least(left, terms.price());
        till.add(terms.requester, payout.refund);
        left -= payout.refund;
        address[] storage dissented = _voters[taskId].dissented;
        for (uint256 i; i < dissented.length; ++i) {
            if (_votes[taskId][dissented[i]].digest != appeal.verdict) continue;
            uint256 back = _least(left, STANDING.restore(dissented[i], appeal.pool, appeal.nonce));
            till.add(dissented[i], back);
            payout.restored += back;
            left -= back;
        }
        due = _least(left, due);
        payout.pot += due;
        _shareRest(taskId, appeal.fee, till, payout, left - due);
    }

    /// @dev Whoever lied knows it first and can appeal first: so the bounty is never more than half of what is left,
    /// nor than the bond that was put up, and the rest goes to nobody who has a say in the appeal.
    function _shareRest(
        bytes32 taskId,
        uint256 fee,
        TillLib.Till memory till,
        Payout memory payout,
        uint256 left
    ) private view {
        Round[] storage rounds = _rounds[taskId];
        uint256 last = rounds.length - 1;
        // The one that turned it: who let an earlier round go wrong earns nothing.
        while (!rounds[last].claimsFall || !rounds[last].heard) --last;
        payout.bounty = _least(left / 2, _bondOf(fee, last));
        payout.surplus = left - payout.bounty;
        till.add(rounds[last].appellant, payout.bounty);
        till.add(PARAMETERS.governor(), payout.surplus);
    }

    /// @dev Held credits of the workers that agreed on what fell, and slashes where no arbiter was named.
    function _takeShares(bytes32 taskId) private returns (uint256 taken) {
        address[] storage agreed = _voters[taskId].agreed;
        Verdict[] memory verdicts = new Verdict[](agreed.length);
        for (uint256 i; i < verdicts.length; ++i) {
            address worker = agreed[i];
            uint256 held = _votes[taskId][worker].held;
            STANDING.thaw(worker);
            taken += held;
            if (held != 0) ESCROW.pay(worker, address(this), held, 0);
            verdicts[i] = Verdict(worker, 0, 1, address(this), FaultKind.Appeal);
        }
        // Whom the requester alone has named rules about the pay of its tasks, never about bonds and standing.
        if (_appeals[taskId].judge != address(0)) return taken;
        uint256 before = ESCROW.freeOf(address(this));
        STANDING.record(_appeals[taskId].pool, _appeals[taskId].nonce, verdicts);
        taken += ESCROW.freeOf(address(this)) - before;
    }

    /// @dev Evenly among the jurors that were right, else to the arbiter, else to the governor's account, which
    /// also gets what division leaves.
    function _sharePot(
        bytes32 taskId,
        Appeal storage appeal,
        TillLib.Till memory till,
        uint256 jurors,
        uint256 pot
    ) private view {
        uint256 share = jurors == 0 ? 0 : pot / jurors;
        till.addEach(jurors, share);
        bool judged = appeal.judge != address(0) && _lastRound(taskId).heard;
        till.add(judged ? appeal.judge : PARAMETERS.governor(), pot - share * jurors);
    }

    function _appealIn(bytes32 taskId, AppealStatus status) internal view returns (Appeal storage appeal) {
        appeal = _appeals[taskId];
        if (appeal.status != status) revert WrongStatus(taskId, uint8(appeal.status), uint8(status));
    }

    function _lastRound(bytes32 taskId) internal view returns (Round storage) {
        return _rounds[taskId][_rounds[taskId].length - 1];
    }

    function _seatCount(bytes32 taskId) private view returns (uint256 count) {
        for (uint256 i; i < _juries[taskId].length; ++i) {
            count += _juries[taskId][i].seats.length;
        }
    }

    function _bondOf(uint256 fee, uint256 round) internal pure returns (uint256) {
        return fee * AppealLib.seatsOf(round);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
