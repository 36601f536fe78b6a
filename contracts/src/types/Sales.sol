// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Where a sale stands. `Delivered`: the key of a file, or the content of a service, was shown.
enum SaleStage {
    None,
    Offered,
    Accepted,
    Delivered,
    Refused,
    Appealed,
    Ended
}

/// @notice How a sale ended. `Lapsed`: nobody accepted. `Withheld`: accepted, never delivered.
/// `Faulty`: what was delivered is not what was sold. `Sold`: paid. `Ruled`: as the arbiter said.
/// `Undecided`: the arbiter said nothing.
enum SaleOutcome {
    None,
    Lapsed,
    Withheld,
    Faulty,
    Sold,
    Ruled,
    Undecided
}

/// @dev Two slots: the hash of the terms, and what changes (20 + 6 + 1 bytes).
struct Sale {
    bytes32 termsHash;
    address buyer;
    uint48 until;
    SaleStage stage;
}

/// No open sale has this id and these terms.
error UnknownOffer(bytes32 offerId);
/// The seller has used this nonce already.
error OfferUsed(bytes32 offerId);
error WrongStage(bytes32 offerId, SaleStage stage);
/// The step was possible only before `until`.
error TooLate(bytes32 offerId, uint48 until, uint48 nowAt);
/// The step is possible only from `until` on.
error TooEarly(bytes32 offerId, uint48 until, uint48 nowAt);
error NotParty(bytes32 offerId, address caller, address party);
error WindowOutOfBounds(uint256 valueSec, uint256 minSec, uint256 maxSec);
error DepositTooSmall(uint256 deposit, uint256 min);
