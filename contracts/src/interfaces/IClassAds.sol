// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Requirement expressions of ads, in byte code: docs/protocol/classads-bytecode.md.
/// @dev Without storage and without calls, so that the same bytes always give the same answer. `side` in errors:
/// 0 the left or own ad, 1 the right or other ad, 2 the program passed to `evaluate`; `offset` counts its bytes.
interface IClassAds {
    error AdTruncated(uint8 side, uint256 length);
    error AdVersionUnknown(uint8 side, uint8 version);
    error TooManyAttributes(uint8 side, uint256 count);
    error AttributesNotAscending(uint8 side, uint256 offset);
    error BadAttribute(uint8 side, uint256 offset);
    error ProgramTruncated(uint8 side, uint256 offset);
    error BadInstruction(uint8 side, uint256 offset);
    error ProgramTooLong(uint8 side, uint256 offset);
    error ProgramTooDeep(uint8 side, uint256 offset);
    error ProgramUnbalanced(uint8 side, uint256 offset);

    /// @notice Whether the requirements of both ads hold: boolean true, or an integer other than 0.
    /// @dev Undefined, error and strings do not match. Both programs run whatever the other gives, so that a bad
    /// encoding is always refused. Gas is bounded: see the page above.
    /// @param left An ad; empty: no attributes and no requirements. So is a program of no bytes.
    function matches(bytes calldata left, bytes calldata right) external pure returns (bool);

    /// @notice Value of a program with `MY` and `TARGET` bound to two ads, whose own programs are not looked at.
    /// @return kind 0 undefined, 1 error, 2 boolean, 3 integer, 4 string.
    /// @return value 0 or 1 for a boolean; the up to 32 bytes of a string, zeros behind; 0 for undefined and error.
    function evaluate(bytes calldata program, bytes calldata my, bytes calldata target)
        external
        pure
        returns (uint8 kind, int256 value);
}
