// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {Draw, IJurors} from "./interfaces/IJurors.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {AppealLib} from "./libraries/AppealLib.sol";

/// @notice See IJurors.
/// @dev Who leaves gives up its place at once, and the last seat moves there: so no place is ever empty. What stood at
/// a place is kept through time: a draw by place means the same seats from its asking to its end.
contract Jurors is IJurors {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev Longer than an appeal may wait for its jury.
    uint48 internal constant LEAVE_SEC = 30 days;
    uint32 internal constant MAX_TRIES = 512;

    IEscrow private immutable ESCROW;
    IParameters private immutable PARAMETERS;
    IStanding private immutable STANDING;
    address private immutable APPEALS;
    address private immutable SOURCE;

    mapping(address juror => Seat) private _seats;
    mapping(uint256 place => Checkpoints.Trace208) private _places;
    Checkpoints.Trace208 private _count;
    mapping(bytes32 duty => mapping(address juror => bool)) private _excused;
    /// @inheritdoc IJurors
    mapping(bytes32 duty => mapping(address juror => uint256)) public riskOf;

    /// @param source Source of chance that takes deposits of seats; zero for one that takes none.
    constructor(address escrow, address parameters, address standing, address appeals, address source) {
        (ESCROW, PARAMETERS, STANDING) = (IEscrow(escrow), IParameters(parameters), IStanding(standing));
        (APPEALS, SOURCE) = (appeals, source);
    }

    modifier onlyCourt() {
        if (msg.sender != APPEALS && msg.sender != SOURCE) revert NotCourt(msg.sender);
        _;
    }

    /// @inheritdoc IJurors
    function takeSeat(address pool) external {
        if (_seats[msg.sender].since != 0) revert SeatHeld(msg.sender);
        uint128 stake = PARAMETERS.minBond();
        (uint128 bond,,, uint48 bannedUntil, uint48 unbondAt) = STANDING.standingOf(msg.sender);
        if (bond < stake || bannedUntil > block.timestamp || unbondAt != 0) {
            revert SeatUnworthy(msg.sender, bond, stake, bannedUntil, unbondAt);
        }
        uint32 place = _takePlace(msg.sender);
        _seats[msg.sender] = Seat(pool, uint48(block.timestamp), 0, stake, 0, place);
        emit SeatTaken(msg.sender, pool, place, stake);
        ESCROW.lock(msg.sender, stake);
    }

    /// @inheritdoc IJurors
    function requestLeave() external {
        _startLeaving(msg.sender);
    }

    /// @inheritdoc IJurors
    function unseat(address juror) external {
        uint128 stake = _seatOf(juror).stake;
        uint256 needed = AppealLib.riskOf(PARAMETERS.minBond());
        (uint128 bond,,,,) = STANDING.standingOf(juror);
        if (bond != 0 && stake >= needed) revert SeatWorthy(juror, bond, stake, needed);
        _startLeaving(juror);
    }

    /// @inheritdoc IJurors
    function leaveSeat() external {
        Seat memory seat = _seatOf(msg.sender);
        if (seat.leaveAt == 0 || seat.leaveAt > block.timestamp || seat.atRisk != 0) {
            revert SeatBusy(msg.sender, seat.leaveAt, seat.atRisk);
        }
        delete _seats[msg.sender];
        emit SeatLeft(msg.sender, seat.stake);
        ESCROW.release(msg.sender, seat.stake);
    }

    /// @inheritdoc IJurors
    function drawJurors(Draw calldata draw)
        external
        onlyCourt
        returns (address[] memory jurors, uint32 tried)
    {
        jurors = new address[](draw.wanted);
        uint256 found;
        uint48 seenAt = draw.askedAt - 1;
        uint256 places = _count.upperLookupRecent(seenAt);
        for (tried = draw.tries; found < draw.wanted && tried < MAX_TRIES && places != 0; ++tried) {
            uint256 place = uint256(keccak256(abi.encode(draw.seed, tried))) % places;
            address juror = _jurorOf(_places[place].upperLookupRecent(seenAt));
            if (riskOf[draw.duty][juror] != 0 || _excused[draw.duty][juror]) continue;
            if (!canServe(juror, draw.pool, draw.askedAt, draw.risk)) continue;
            jurors[found++] = juror;
            _summon(draw.duty, juror, draw.risk);
        }
        assembly ("memory-safe") {
            mstore(jurors, found)
        }
    }

    /// @inheritdoc IJurors
    function summon(bytes32 duty, address juror, uint128 risk) external onlyCourt {
        Seat storage seat = _seatOf(juror);
        uint256 left = seat.stake - seat.atRisk;
        if (left < risk || riskOf[duty][juror] != 0) revert SeatStakeShort(juror, left, risk);
        _summon(duty, juror, risk);
    }

    /// @inheritdoc IJurors
    function dismiss(bytes32 duty, address juror) external onlyCourt returns (uint256 risk) {
        risk = _endDuty(duty, juror);
        emit JurorDismissed(duty, juror, risk);
    }

    /// @inheritdoc IJurors
    function excuse(bytes32 duty, address juror) external onlyCourt {
        uint256 risk = _endDuty(duty, juror);
        _excused[duty][juror] = true;
        emit JurorExcused(duty, juror, risk);
    }

    /// @inheritdoc IJurors
    function penalise(bytes32 duty, address juror, address to) external onlyCourt returns (uint256 risk) {
        risk = _endDuty(duty, juror);
        // What is at risk is part of the stake, which fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        _seats[juror].stake -= uint128(risk);
        emit JurorPenalised(duty, juror, to, risk);
        ESCROW.pay(juror, to, risk, 0);
    }

    /// @inheritdoc IJurors
    function seatOf(address juror) external view returns (Seat memory) {
        return _seats[juror];
    }

    /// @inheritdoc IJurors
    function placeCount() external view returns (uint32) {
        // A place costs a bond and a stake, so there are never 2^32.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint32(_count.latest());
    }

    /// @inheritdoc IJurors
    function jurorAt(uint32 place) external view returns (address) {
        return place < _count.latest() ? _jurorOf(_places[place].latest()) : address(0);
    }

    /// @inheritdoc IJurors
    function canServe(address juror, address pool, uint48 askedAt, uint128 risk) public view returns (bool) {
        Seat memory seat = _seats[juror];
        if (seat.since == 0 || seat.since >= askedAt) return false;
        if (seat.leaveAt != 0 && seat.leaveAt < askedAt + LEAVE_SEC) return false;
        if (pool != address(0) && seat.pool == pool) return false;
        if (seat.stake - seat.atRisk < risk) return false;
        (uint128 bond,,, uint48 bannedUntil,) = STANDING.standingOf(juror);
        return bond != 0 && bannedUntil <= block.timestamp;
    }

    function _takePlace(address juror) private returns (uint32 place) {
        // forge-lint: disable-next-line(unsafe-typecast)
        place = uint32(_count.latest());
        _places[place].push(uint48(block.timestamp), uint160(juror));
        _count.push(uint48(block.timestamp), place + 1);
    }

    function _startLeaving(address juror) private {
        Seat storage seat = _seatOf(juror);
        if (seat.leaveAt != 0) revert SeatLeavingAlready(juror, seat.leaveAt);
        seat.leaveAt = uint48(block.timestamp) + LEAVE_SEC;
        emit SeatLeaving(juror, seat.leaveAt);
        _giveUpPlace(seat.place);
    }

    /// @dev For the seat at the last place, which moves there.
    function _giveUpPlace(uint32 place) private {
        uint208 last = _count.latest() - 1;
        _count.push(uint48(block.timestamp), last);
        if (place == last) return;
        uint208 moved = _places[last].latest();
        _places[place].push(uint48(block.timestamp), moved);
        address juror = _jurorOf(moved);
        _seats[juror].place = place;
        emit SeatMoved(juror, place);
    }

    function _summon(bytes32 duty, address juror, uint128 risk) private {
        riskOf[duty][juror] = risk;
        // No more than the stake, which is a least bond: at most 1e27.
        // forge-lint: disable-next-line(unsafe-typecast)
        _seats[juror].atRisk += uint96(risk);
        emit JurorSummoned(duty, juror, risk);
    }

    function _endDuty(bytes32 duty, address juror) private returns (uint256 risk) {
        risk = riskOf[duty][juror];
        if (risk == 0) revert NotSummoned(duty, juror);
        delete riskOf[duty][juror];
        // forge-lint: disable-next-line(unsafe-typecast)
        _seats[juror].atRisk -= uint96(risk);
    }

    function _seatOf(address juror) private view returns (Seat storage seat) {
        seat = _seats[juror];
        if (seat.since == 0) revert NoSeat(juror);
    }

    function _jurorOf(uint208 entry) private pure returns (address) {
        // What was put in was an address.
        // forge-lint: disable-next-line(unsafe-typecast)
        return address(uint160(entry));
    }
}
