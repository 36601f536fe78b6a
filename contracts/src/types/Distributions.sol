// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Tokens of one account: nothing before `startsAt + cliffSec`, then what has vested evenly since `startsAt`,
/// and everything from `startsAt + vestingSec` on.
/// @param amount Base units.
struct Allocation {
    address account;
    uint128 amount;
    uint48 startsAt;
    uint48 cliffSec;
    uint48 vestingSec;
}

/// @notice A sale for the chain's own coin.
/// @param offered Tokens on sale, base units: the cap. Zero: there is no sale.
/// @param price Coins for one whole token (1e18 base units), in wei.
/// @param minimum Coins below which the sale has failed, in wei.
/// @param opensAt First second at which one can buy.
/// @param closesAt First second at which one cannot; what was bought vests from here.
struct SaleTerms {
    uint128 offered;
    uint128 price;
    uint128 minimum;
    uint48 opensAt;
    uint48 closesAt;
    uint48 cliffSec;
    uint48 vestingSec;
}
