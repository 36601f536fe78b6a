// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "./interfaces/IClassAds.sol";
import {AdTableLib} from "./libraries/AdTableLib.sol";
import {ClassAdLib} from "./libraries/ClassAdLib.sol";
import {ClassAdOperatorsLib} from "./libraries/ClassAdOperatorsLib.sol";

/// @notice Judges whether two ads fit each other; called by Market.
contract ClassAds is IClassAds {
    uint8 private constant LEFT = 0;
    uint8 private constant RIGHT = 1;
    uint8 private constant PROGRAM = 2;

    /// @inheritdoc IClassAds
    function matches(bytes calldata left, bytes calldata right) external pure returns (bool) {
        uint256 leftProgram = AdTableLib.check(LEFT, left);
        uint256 rightProgram = AdTableLib.check(RIGHT, right);
        bool leftHolds = _holds(LEFT, leftProgram, left, right);
        return _holds(RIGHT, rightProgram, right, left) && leftHolds;
    }

    /// @inheritdoc IClassAds
    function evaluate(bytes calldata program, bytes calldata my, bytes calldata target)
        external
        pure
        returns (uint8 kind, int256 value)
    {
        AdTableLib.check(LEFT, my);
        AdTableLib.check(RIGHT, target);
        (uint256 found, uint256 word) = ClassAdLib.run(PROGRAM, program, 0, my, target);
        // forge-lint: disable-next-line(unsafe-typecast) -- kinds are 0 to 4, and words hold two's complement
        return (uint8(found), int256(word));
    }

    /// @dev An ad without a program asks for nothing.
    function _holds(uint8 side, uint256 program, bytes calldata my, bytes calldata target)
        private
        pure
        returns (bool)
    {
        if (program == my.length) return true;
        (uint256 kind, uint256 word) = ClassAdLib.run(side, my, program, my, target);
        return ClassAdOperatorsLib.holds(kind, word);
    }
}
