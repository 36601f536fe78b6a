// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RequestOrder} from "../types/Orders.sol";
import {IRequester} from "./IRequester.sol";

/// @notice An account on chain that pays for the calls of one dapp, within a plan.
/// @dev One contract is one subscription, and its balance in Escrow is the prepaid money: anybody fills it with
/// `Escrow.depositFor`, refunds and compensation come back to it, and only the owner can take it out. It is the
/// requester of all that the dapp asks for; results go to the dapp.
interface ICallSubscription is IRequester {
    /// @dev `maxTaskPrice` in token units bounds app, data set and pool together; `tasks` in each `periodSec` from the
    /// subscription's start on, until `endsAt` (Unix seconds). `app` zero admits any app.
    struct Plan {
        address dapp;
        address app;
        uint128 maxTaskPrice;
        uint64 tasks;
        uint48 periodSec;
        uint48 endsAt;
    }

    event PlanSet(Plan plan);
    event CallPlaced(bytes32 indexed requestHash, uint64 volume, uint48 period, uint64 used);
    event CallCancelled(bytes32 indexed requestHash);
    event Withdrawn(address indexed to, uint256 amount);

    error BadPlan(address dapp, uint48 periodSec);
    error NotDapp(address caller, address dapp);
    error NotPayer(address requester, address subscription);
    error WrongCallback(address callback, address dapp);
    error WrongApp(address asked, address offered);
    error TooDear(uint256 price, uint128 maxTaskPrice);
    error TooManyTasks(uint64 asked, uint64 left);
    error SubscriptionEnded(uint48 endsAt, uint48 until);
    error TooLittlePrepaid(uint256 free, uint256 needed);
    error AlreadyCalled(bytes32 requestHash);

    /// @notice Places a request of this subscription on the market; the plan's dapp only.
    /// @dev What is asked for counts against the period even if nobody takes the request. The money is only looked
    /// at: several open requests may together be more than there is, and then the last of them finds no match.
    /// @param order Its requester is this contract, its callback the dapp, its expiry within the plan.
    function call(RequestOrder calldata order) external returns (bytes32 requestHash);
    /// @notice Takes a request back as far as it is not matched; the dapp or the owner.
    function cancel(RequestOrder calldata order) external;
    /// @notice Replaces the plan and starts its first period; the owner only. Requests that are out stay.
    function setPlan(Plan calldata plan) external;
    /// @notice Takes prepaid money out to the owner; the owner only.
    /// @param amount Token units.
    function withdraw(uint256 amount) external;
    function planOf()
        external
        view
        returns (
            address dapp,
            address app,
            uint128 maxTaskPrice,
            uint64 tasks,
            uint48 periodSec,
            uint48 endsAt
        );
    /// @notice Tasks that the dapp may still ask for in this period.
    function tasksLeft() external view returns (uint64);
}
