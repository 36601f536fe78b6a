// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Tunable numbers, each within hard bounds. A deal keeps those it started with.
interface IParameters {
    event ParameterSet(bytes32 indexed name, uint256 value);
    event GovernorProposed(address indexed governor);
    event GovernorChanged(address indexed governor);

    error OutOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max);
    error UnknownParameter(bytes32 name);
    error NotGovernor(address caller);

    /// @notice Share of saboteurs that credibility assumes; bounds 100 to 4900, first 2000.
    function saboteurBps() external view returns (uint16);
    /// @notice Workers' part of the pool price; bounds 5000 to 10000, first 9000.
    function workerShareBps() external view returns (uint16);
    /// @notice Part of a bond that a fault costs; bounds 100 to 10000, first 5000.
    function slashBps() external view returns (uint16);
    /// @notice Smallest bond with which a worker may start to vote; bounds 1 to 1e27, first 10e18.
    /// @dev Raising it binds who bonds from then on, so that no vote under way is lost.
    function minBond() external view returns (uint128);
    /// @notice Time without a vote after a fault; bounds 0 to 31536000, first 604800.
    function banSec() external view returns (uint48);
    /// @notice Time between asking for a bond and getting it; bounds 604800 to 31536000, first 604800.
    /// @dev Never shorter than the longest settle window: a vote is judged while its bond is there.
    function unbondSec() external view returns (uint48);
    /// @notice Time between commit and settlement at most; bounds 60 to 604800, first 3600.
    /// @dev Always more than `revealWindowSec`.
    function settleWindowSec() external view returns (uint48);
    /// @notice Time after a commit in which a worker may reveal on chain; then it may be declared absent. Bounds
    /// 30 to 302400, first 1200.
    function revealWindowSec() external view returns (uint48);
    /// @notice The reveal window of batches committed at `time`, whatever was changed since.
    /// @dev A change binds batches committed in a later second.
    function revealWindowAt(uint48 time) external view returns (uint48);
    /// @notice A step of an appeal: a jury is drawn within one, votes within two, reveals within one, is appealed
    /// again within two, and its judge has fourteen; bounds 60 to 1209600, first 86400.
    function appealStepSec() external view returns (uint32);
    /// @notice Longest deadline of a request; bounds 60 to 31536000, first 2592000.
    function maxDeadlineSec() external view returns (uint48);
    /// @notice Longest maturity of a request; bounds 0 to 6048000 (70 days), first 6048000.
    /// @dev So far ahead Standing keeps what a worker answers for.
    function maxMaturitySec() external view returns (uint48);
    /// @notice The six that a match reads, in one call.
    function dealRules()
        external
        view
        returns (
            uint16 saboteurBps,
            uint16 workerShareBps,
            uint48 settleWindowSec,
            uint48 maxDeadlineSec,
            uint48 maxMaturitySec,
            uint48 revealWindowSec
        );
    function governor() external view returns (address);

    /// @param name Name of the getter above as a left-aligned short string.
    function set(bytes32 name, uint256 value) external;
    /// @notice Offers the governor's place; it changes hands when `next` accepts.
    function proposeGovernor(address next) external;
    function acceptGovernor() external;
}
