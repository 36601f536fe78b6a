// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Instruction codes and limits of docs/protocol/classads-bytecode.md; the upper four bits of a code are
/// the number of its operands.
library AdCodeLib {
    uint256 internal constant MAX_NODES = 64;
    uint256 internal constant MAX_DEPTH = 16;

    uint256 internal constant PUSH_UNDEFINED = 0x00;
    uint256 internal constant PUSH_ERROR = 0x01;
    uint256 internal constant PUSH_FALSE = 0x02;
    uint256 internal constant PUSH_TRUE = 0x03;
    uint256 internal constant PUSH_INTEGER = 0x04;
    uint256 internal constant PUSH_STRING = 0x05;
    uint256 internal constant PUSH_MY = 0x06;
    uint256 internal constant PUSH_TARGET = 0x07;

    uint256 internal constant NOT = 0x10;
    uint256 internal constant MINUS = 0x11;
    uint256 internal constant PLUS = 0x12;
    /// @dev IS_UNDEFINED + kind asks whether the operand is of this kind.
    uint256 internal constant IS_UNDEFINED = 0x13;
    uint256 internal constant IS_STRING = 0x17;

    uint256 internal constant AND = 0x20;
    uint256 internal constant OR = 0x21;
    uint256 internal constant ADD = 0x22;
    uint256 internal constant SUBTRACT = 0x23;
    uint256 internal constant MULTIPLY = 0x24;
    uint256 internal constant DIVIDE = 0x25;
    uint256 internal constant REMAINDER = 0x26;
    uint256 internal constant LESS = 0x27;
    uint256 internal constant LESS_OR_EQUAL = 0x28;
    uint256 internal constant GREATER = 0x29;
    uint256 internal constant GREATER_OR_EQUAL = 0x2a;
    uint256 internal constant EQUAL = 0x2b;
    uint256 internal constant NOT_EQUAL = 0x2c;
    uint256 internal constant IS = 0x2d;
    uint256 internal constant IS_NOT = 0x2e;
    uint256 internal constant OR_ELSE = 0x2f;

    uint256 internal constant CHOOSE = 0x30;
}
