// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One piece of work on sale. Windows are in seconds; each starts when the stage before it ends.
struct ServiceOffer {
    address provider;
    /// Names the offer among those of its provider; used once.
    uint256 nonce;
    /// Who may buy; zero: anybody.
    address buyer;
    /// Rules on a refusal that the provider does not accept.
    address arbiter;
    /// Content hash of what is to be done.
    bytes32 task;
    uint128 price;
    /// Of the provider: lost if nothing is delivered, or as far as the work is found wanting.
    uint128 stake;
    /// Locked by both sides; a ruling pays it to the arbiter once, by the side that was wrong.
    uint128 fee;
    uint48 acceptUntil;
    uint48 deliverSec;
    uint48 reviewSec;
    uint48 appealSec;
    uint48 rulingSec;
    /// How long what the provider earned takes to come free.
    uint48 maturitySec;
}
