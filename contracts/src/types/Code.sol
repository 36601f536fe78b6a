// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a contract of the catalogue is for; it tells a reader which interface to expect.
enum CodeKind {
    None,
    MarketTemplate,
    Pricing,
    Group,
    Arbiter,
    Callback
}

/// @notice Where a code stands. Approved is the only one that can be deployed; Revoked is final.
enum CodeStatus {
    None,
    Approved,
    Revoked
}

/// @notice What is asked of governance: that this code may be deployed from the catalogue.
/// @param codeHash keccak256 of the creation code, without constructor arguments.
/// @param source sha2-256 of the compiler's standard JSON input, which compiles to that code: its CID is v1, raw.
/// @param description sha2-256 of a UTF-8 text that says what the code is for; CID as above.
/// @param audit Link to an audit, or empty.
struct CodeProposal {
    CodeKind kind;
    bytes32 codeHash;
    bytes32 source;
    bytes32 description;
    string audit;
}

/// @dev Two slots.
struct CodeReview {
    bytes32 codeHash;
    CodeKind kind;
    uint48 reviewUntil;
}
