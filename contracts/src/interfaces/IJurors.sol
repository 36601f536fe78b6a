// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What is asked when a jury is drawn.
/// @dev `duty` names the jury. Seats stand where they stood before `askedAt`: so nobody can take or leave a seat to
/// move others once the seed is known.
struct Draw {
    bytes32 duty;
    bytes32 seed;
    address pool;
    uint48 askedAt;
    uint32 tries;
    uint32 wanted;
    uint128 risk;
}

/// @notice Seats of those who judge appeals: bonded workers that put up a further stake.
interface IJurors {
    struct Seat {
        address pool;
        uint48 since;
        uint48 leaveAt;
        uint128 stake;
        uint96 atRisk;
        uint32 place;
    }

    event SeatTaken(address indexed juror, address indexed pool, uint32 place, uint256 stake);
    event SeatLeaving(address indexed juror, uint48 leaveAt);
    /// @dev To the place of one that is leaving.
    event SeatMoved(address indexed juror, uint32 place);
    event SeatLeft(address indexed juror, uint256 stake);
    event JurorSummoned(bytes32 indexed duty, address indexed juror, uint256 risk);
    event JurorDismissed(bytes32 indexed duty, address indexed juror, uint256 risk);
    /// @dev Dismissed, and not drawn for this duty again.
    event JurorExcused(bytes32 indexed duty, address indexed juror, uint256 risk);
    event JurorPenalised(bytes32 indexed duty, address indexed juror, address indexed to, uint256 amount);

    error SeatHeld(address juror);
    error NoSeat(address juror);
    error SeatUnworthy(address juror, uint256 bond, uint256 needed, uint48 bannedUntil, uint48 unbondAt);
    error SeatLeavingAlready(address juror, uint48 leaveAt);
    error SeatWorthy(address juror, uint256 bond, uint256 stake, uint256 needed);
    error SeatBusy(address juror, uint48 leaveAt, uint256 atRisk);
    error SeatStakeShort(address juror, uint256 left, uint256 needed);
    error NotSummoned(bytes32 duty, address juror);
    error NotCourt(address caller);

    /// @notice Takes a seat for the sender, a worker that is bonded, not banned and not leaving. Locks as much as
    /// the least bond.
    /// @param pool Pool that the worker works for; zero for none. It does not judge that pool's results.
    function takeSeat(address pool) external;
    /// @notice Announces leaving: from now on the seat has no place, and is not drawn for what is asked later.
    function requestLeave() external;
    /// @notice The same for somebody else's seat that can never serve: its worker has no bond, or too little of the
    /// stake is left. Anyone may call, so that such seats do not fill the places.
    function unseat(address juror) external;
    /// @notice Leaves with what is left of the stake, after the delay and when no duty is left.
    function leaveSeat() external;

    // What follows is for Appeals and the source of chance only.

    /// @notice Draws jurors without replacement and summons them.
    /// @return jurors At most `wanted`; fewer if `tries` numbers found no more.
    /// @return tried How many numbers were used up, counted on from `draw.tries`.
    function drawJurors(Draw calldata draw) external returns (address[] memory jurors, uint32 tried);
    /// @notice Puts `risk` of a juror's stake behind a duty; reverts if its seat cannot bear it.
    function summon(bytes32 duty, address juror, uint128 risk) external;
    /// @notice Ends a duty and frees what was at risk; returns that.
    function dismiss(bytes32 duty, address juror) external returns (uint256);
    /// @notice Same, and the juror is not drawn for this duty again.
    function excuse(bytes32 duty, address juror) external;
    /// @notice Ends a duty and pays what was at risk to `to`; returns that.
    function penalise(bytes32 duty, address juror, address to) external returns (uint256);

    function seatOf(address juror) external view returns (Seat memory);
    /// @notice Seats that are not leaving; each has a place below this.
    function placeCount() external view returns (uint32);
    /// @notice Juror at a place; zero for a place that there is not.
    function jurorAt(uint32 place) external view returns (address);
    /// @notice What a duty has at risk of a juror; zero if it has no such duty.
    function riskOf(bytes32 duty, address juror) external view returns (uint256);
    /// @notice Whether a juror's seat may be drawn, see Draw.
    function canServe(address juror, address pool, uint48 askedAt, uint128 risk) external view returns (bool);
}
