// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Allocation, SaleTerms} from "../types/Distributions.sol";

/// @notice Hands out a token: allocations that vest, and a capped sale that is undone below its minimum.
/// @dev Everything is fixed at construction; there is no owner. The token must move exactly what it is told to.
/// Rounding is against the buyer and against who vests, and the last claim gives the whole rest.
interface IDistribution {
    event AllocationMade(
        uint256 indexed index,
        address indexed account,
        uint256 amount,
        uint48 startsAt,
        uint48 cliffSec,
        uint48 vestingSec
    );
    event Funded(address indexed from, uint256 amount);
    event AllocationClaimed(uint256 indexed index, address indexed account, uint256 amount);
    event Bought(address indexed buyer, uint256 paid, uint256 amount);
    event PurchaseClaimed(address indexed buyer, uint256 amount);
    event Refunded(address indexed buyer, address indexed to, uint256 paid);
    event Collected(address indexed beneficiary, uint256 coins, uint256 tokens);

    error BadSchedule(uint256 index, uint48 cliffSec, uint48 vestingSec);
    error BadAllocation(uint256 index, address account, uint128 amount);
    error UnknownAllocation(uint256 index);
    error BadSale(bytes32 field);
    error AlreadyFunded();
    error NotFunded();
    error SaleNotOpen(uint48 opensAt, uint48 closesAt);
    error SaleNotOver(uint48 closesAt);
    error SaleFailed(uint256 raised, uint128 minimum);
    error SaleSucceeded(uint256 raised, uint128 minimum);
    error CapExceeded(uint256 amount, uint256 left);
    error NothingDue();
    error CoinsRefused(address to);

    /// @notice Pulls all allocations and the tokens on sale from the sender, once. Nothing works before.
    function fund() external;
    /// @notice Sends to its account what an allocation has vested and not yet given. Open to anyone.
    function claimAllocation(uint256 index) external;
    /// @notice Buys tokens for the coins sent; they can be claimed once the sale has succeeded.
    function buy() external payable;
    /// @notice Sends to a buyer what it bought and has vested. Open to anyone.
    function claimPurchase(address buyer) external;
    /// @notice Gives the sender back all that it paid, when the sale closed below its minimum.
    function refund(address to) external;
    /// @notice After the sale: coins of a successful sale and tokens not sold go to the beneficiary. Open to anyone.
    function collect() external;

    function allocationOf(uint256 index) external view returns (Allocation memory allocation, uint256 claimed);
    function purchaseOf(address buyer) external view returns (uint256 paid, uint256 bought, uint256 claimed);
    /// @notice Part of an amount that has vested at a time.
    function vestedOf(uint256 amount, uint48 startsAt, uint48 cliffSec, uint48 vestingSec, uint256 time)
        external
        pure
        returns (uint256);
    function isSuccessful() external view returns (bool);
    function sold() external view returns (uint256);
    function raised() external view returns (uint256);
}
