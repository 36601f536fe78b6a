// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../interfaces/IClassAds.sol";
import {AdCodeLib} from "./AdCodeLib.sol";
import {AdTableLib} from "./AdTableLib.sol";
import {ClassAdOperatorsLib} from "./ClassAdOperatorsLib.sol";

/// @notice A stack machine without jumps: every instruction runs once, in the order of the bytes.
library ClassAdLib {
    /// @dev Values that wait, below the newest of `height`; that one is in `kind` and `word`.
    struct Machine {
        uint8 side;
        uint256 height;
        uint256 kind;
        uint256 word;
        uint256[16] kinds;
        uint256[16] words;
    }

    /// @notice Value of the program in `code` from byte `start` on; ads must have passed `AdTableLib.check`.
    /// @param side For errors, whose offsets count from the beginning of `code`.
    function run(uint8 side, bytes calldata code, uint256 start, bytes calldata my, bytes calldata target)
        internal
        pure
        returns (uint256 kind, uint256 word)
    {
        Machine memory machine;
        machine.side = side;
        uint256 offset = start;
        unchecked {
            for (uint256 nodes; offset < code.length; ++nodes) {
                if (nodes == AdCodeLib.MAX_NODES) revert IClassAds.ProgramTooLong(side, offset);
                uint256 instruction = AdTableLib.load(code, offset) >> 248;
                if (instruction > AdCodeLib.PUSH_TARGET) {
                    _apply(machine, instruction, offset++);
                } else {
                    offset = _push(machine, instruction, code, offset, my, target);
                }
            }
        }
        if (machine.height != 1) revert IClassAds.ProgramUnbalanced(side, offset);
        return (machine.kind, machine.word);
    }

    function _push(
        Machine memory machine,
        uint256 instruction,
        bytes calldata code,
        uint256 offset,
        bytes calldata my,
        bytes calldata target
    ) private pure returns (uint256 next) {
        uint256 height = machine.height;
        unchecked {
            if (height == AdCodeLib.MAX_DEPTH) revert IClassAds.ProgramTooDeep(machine.side, offset);
            if (height > 0) {
                (machine.kinds[height - 1], machine.words[height - 1]) = (machine.kind, machine.word);
            }
            machine.height = height + 1;
            if (instruction < AdCodeLib.PUSH_INTEGER) {
                (machine.kind, machine.word) = instruction < AdCodeLib.PUSH_FALSE
                    ? (instruction, 0)
                    : (AdTableLib.BOOLEAN, instruction - AdCodeLib.PUSH_FALSE);
                return offset + 1;
            }
            (uint256 operand, uint256 length) = _operand(machine.side, instruction, code, offset);
            if (instruction == AdCodeLib.PUSH_INTEGER) {
                (machine.kind, machine.word) = (AdTableLib.INTEGER, _extend(operand, length));
            } else if (instruction == AdCodeLib.PUSH_STRING) {
                (machine.kind, machine.word) = (AdTableLib.STRING, operand);
            } else {
                (machine.kind, machine.word) =
                    AdTableLib.find(instruction == AdCodeLib.PUSH_MY ? my : target, operand >> 8);
            }
            return offset + 2 + length;
        }
    }

    /// @dev A length byte and as many bytes, left-aligned in a word.
    function _operand(uint8 side, uint256 instruction, bytes calldata code, uint256 offset)
        private
        pure
        returns (uint256 operand, uint256 length)
    {
        unchecked {
            uint256 left = code.length - offset;
            if (left < 2) revert IClassAds.ProgramTruncated(side, offset);
            length = AdTableLib.load(code, offset + 1) >> 248;
            uint256 least = instruction == AdCodeLib.PUSH_STRING ? 0 : 1;
            uint256 most = instruction < AdCodeLib.PUSH_MY ? 32 : 31;
            if (length < least || length > most) revert IClassAds.BadInstruction(side, offset);
            if (left < 2 + length) revert IClassAds.ProgramTruncated(side, offset);
            operand = AdTableLib.load(code, offset + 2) & ~(type(uint256).max >> (8 * length));
        }
    }

    /// @dev Two's complement of `length` bytes, left-aligned, in 32 bytes.
    function _extend(uint256 word, uint256 length) private pure returns (uint256) {
        // forge-lint: disable-next-line(unsafe-typecast) -- the shift keeps the sign
        return uint256(int256(word) >> (256 - 8 * length));
    }

    function _apply(Machine memory machine, uint256 instruction, uint256 offset) private pure {
        uint256 operands = instruction >> 4;
        if (
            operands == 0 || instruction > AdCodeLib.CHOOSE
                || (operands == 1 && instruction > AdCodeLib.IS_STRING)
        ) {
            revert IClassAds.BadInstruction(machine.side, offset);
        }
        uint256 height = machine.height;
        if (height < operands) revert IClassAds.ProgramUnbalanced(machine.side, offset);
        (uint256 kind, uint256 word) = (machine.kind, machine.word);
        unchecked {
            uint256 first = height - operands;
            machine.height = first + 1;
            if (operands == 1) {
                (machine.kind, machine.word) = ClassAdOperatorsLib.unary(instruction, kind, word);
            } else if (operands == 2) {
                (machine.kind, machine.word) = ClassAdOperatorsLib.binary(
                    instruction, machine.kinds[first], machine.words[first], kind, word
                );
            } else {
                (machine.kind, machine.word) = ClassAdOperatorsLib.choose(
                    machine.kinds[first],
                    machine.words[first],
                    machine.kinds[first + 1],
                    machine.words[first + 1],
                    kind,
                    word
                );
            }
        }
    }
}
