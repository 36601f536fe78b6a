// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AdCodeLib} from "./AdCodeLib.sol";
import {AdTableLib} from "./AdTableLib.sol";

/// @notice The operators of the simplified ClassAd language. They are total: whatever the operands, there is a
/// value, so that evaluating all operands of && || ?: gives what lazy evaluation would.
/// @dev packages/protocol/src/classAd/bytecode/operators.ts says the same. Values are (kind, word).
library ClassAdOperatorsLib {
    uint256 private constant UNDEFINED = AdTableLib.UNDEFINED;
    uint256 private constant ERROR = AdTableLib.ERROR;
    uint256 private constant BOOLEAN = AdTableLib.BOOLEAN;
    uint256 private constant INTEGER = AdTableLib.INTEGER;
    uint256 private constant STRING = AdTableLib.STRING;

    /// @dev A truth is 0, 1 or one of these.
    uint256 private constant UNKNOWN = 2;
    uint256 private constant WRONG = 3;

    int256 private constant MIN = type(int256).min;
    uint256 private constant EACH_BYTE = type(uint256).max / 0xff;

    /// @notice Whether a value counts as true: boolean true, or an integer other than 0.
    function holds(uint256 kind, uint256 word) internal pure returns (bool) {
        return _truth(kind, word) == 1;
    }

    /// @param code NOT to IS_STRING.
    function unary(uint256 code, uint256 kind, uint256 word) internal pure returns (uint256, uint256) {
        if (code >= AdCodeLib.IS_UNDEFINED) return (BOOLEAN, _bit(kind == code - AdCodeLib.IS_UNDEFINED));
        if (kind <= ERROR) return (kind, 0);
        if (code == AdCodeLib.NOT) return kind == STRING ? (ERROR, 0) : (BOOLEAN, _bit(word == 0));
        if (kind != INTEGER) return (ERROR, 0);
        return code == AdCodeLib.PLUS ? (kind, word) : _subtract(0, _signed(word));
    }

    /// @param code AND to OR_ELSE.
    function binary(uint256 code, uint256 leftKind, uint256 left, uint256 rightKind, uint256 right)
        internal
        pure
        returns (uint256, uint256)
    {
        if (code <= AdCodeLib.OR) {
            return _logic(code - AdCodeLib.AND, _truth(leftKind, left), _truth(rightKind, right));
        }
        if (code < AdCodeLib.IS) return _strict(code, leftKind, left, rightKind, right);
        if (code == AdCodeLib.OR_ELSE) return leftKind == UNDEFINED ? (rightKind, right) : (leftKind, left);
        bool same = leftKind == rightKind && left == right;
        return (BOOLEAN, _bit(same == (code == AdCodeLib.IS)));
    }

    /// @notice `c ? yes : no`.
    function choose(uint256 kind, uint256 word, uint256 yesKind, uint256 yes, uint256 noKind, uint256 no)
        internal
        pure
        returns (uint256, uint256)
    {
        uint256 truth = _truth(kind, word);
        if (truth > 1) return _value(truth);
        return truth == 1 ? (yesKind, yes) : (noKind, no);
    }

    /// @dev Arithmetic and comparison: error goes before undefined, undefined before a wrong type.
    function _strict(uint256 code, uint256 leftKind, uint256 left, uint256 rightKind, uint256 right)
        private
        pure
        returns (uint256, uint256)
    {
        if (leftKind == ERROR || rightKind == ERROR) return (ERROR, 0);
        if (leftKind == UNDEFINED || rightKind == UNDEFINED) return (UNDEFINED, 0);
        bool isText = leftKind == STRING;
        if (isText != (rightKind == STRING)) return (ERROR, 0);
        if (code >= AdCodeLib.LESS) {
            if (isText) (left, right) = (_ordinal(left), _ordinal(right));
            return (BOOLEAN, _bit(_compare(code, _signed(left), _signed(right))));
        }
        return isText ? (ERROR, 0) : _calculate(code, _signed(left), _signed(right));
    }

    /// @param decider What decides at once: 0 for `and`, 1 for `or`. On the left an error does so too, but not
    /// on the right of a decider, nor of an unknown before one.
    function _logic(uint256 decider, uint256 left, uint256 right) private pure returns (uint256, uint256) {
        if (left == decider || left == WRONG) return _value(left);
        if (left != UNKNOWN || right == decider || right == WRONG) return _value(right);
        return (UNDEFINED, 0);
    }

    function _truth(uint256 kind, uint256 word) private pure returns (uint256) {
        if (kind == UNDEFINED) return UNKNOWN;
        if (kind == ERROR || kind == STRING) return WRONG;
        return _bit(word != 0);
    }

    function _value(uint256 truth) private pure returns (uint256, uint256) {
        if (truth <= 1) return (BOOLEAN, truth);
        return (truth == UNKNOWN ? UNDEFINED : ERROR, 0);
    }

    function _compare(uint256 code, int256 left, int256 right) private pure returns (bool) {
        if (code == AdCodeLib.LESS) return left < right;
        if (code == AdCodeLib.LESS_OR_EQUAL) return left <= right;
        if (code == AdCodeLib.GREATER) return left > right;
        if (code == AdCodeLib.GREATER_OR_EQUAL) return left >= right;
        return (left == right) == (code == AdCodeLib.EQUAL);
    }

    /// @dev A string with A to Z in lower case, as a signed number that sorts like its bytes. No sum carries from
    /// one byte to the next, because all are below 0x80 before.
    function _ordinal(uint256 word) private pure returns (uint256) {
        unchecked {
            uint256 low = word & (EACH_BYTE * 0x7f);
            uint256 fromA = low + EACH_BYTE * (0x80 - 0x41);
            uint256 afterZ = low + EACH_BYTE * (0x80 - 0x5b);
            uint256 capitals = fromA & ~afterZ & ~word & (EACH_BYTE * 0x80);
            return (word | (capitals >> 2)) ^ (1 << 255);
        }
    }

    /// @dev Whatever does not fit 256 bits with sign is an error.
    function _calculate(uint256 code, int256 left, int256 right) private pure returns (uint256, uint256) {
        if (code == AdCodeLib.ADD) return _add(left, right);
        if (code == AdCodeLib.SUBTRACT) return _subtract(left, right);
        if (code == AdCodeLib.MULTIPLY) return _multiply(left, right);
        if (right == 0) return (ERROR, 0);
        unchecked {
            if (code == AdCodeLib.REMAINDER) return _integer(left % right);
            return left == MIN && right == -1 ? (ERROR, 0) : _integer(left / right);
        }
    }

    function _add(int256 left, int256 right) private pure returns (uint256, uint256) {
        unchecked {
            int256 sum = left + right;
            return (right >= 0) == (sum >= left) ? _integer(sum) : (ERROR, 0);
        }
    }

    function _subtract(int256 left, int256 right) private pure returns (uint256, uint256) {
        unchecked {
            int256 difference = left - right;
            return (right >= 0) == (difference <= left) ? _integer(difference) : (ERROR, 0);
        }
    }

    function _multiply(int256 left, int256 right) private pure returns (uint256, uint256) {
        if (left == 0) return (INTEGER, 0);
        unchecked {
            int256 product = left * right;
            bool fits = product / left == right && !(left == -1 && right == MIN);
            return fits ? _integer(product) : (ERROR, 0);
        }
    }

    function _integer(int256 value) private pure returns (uint256, uint256) {
        // forge-lint: disable-next-line(unsafe-typecast) -- a word holds two's complement
        return (INTEGER, uint256(value));
    }

    function _signed(uint256 word) private pure returns (int256) {
        // forge-lint: disable-next-line(unsafe-typecast) -- a word holds two's complement
        return int256(word);
    }

    function _bit(bool condition) private pure returns (uint256) {
        return condition ? 1 : 0;
    }
}
