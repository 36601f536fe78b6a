// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJurySource} from "./interfaces/IJurySource.sol";
import {IPrevrandaoSource} from "./interfaces/IPrevrandaoSource.sol";
import {HeaderLib} from "./libraries/HeaderLib.sol";

/// @notice See IPrevrandaoSource.
/// @dev Reads the number from the header of a block fixed by the request, not from the block in which it is
/// called: whoever sends the call, and when, has no say in it.
contract PrevrandaoSource is IPrevrandaoSource {
    /// @inheritdoc IPrevrandaoSource
    uint32 public immutable delayBlocks;

    /// @inheritdoc IPrevrandaoSource
    mapping(bytes32 key => uint256) public blockOf;
    mapping(uint256 number => bytes32) private _randoms;

    /// @param delayBlocks_ At least 1. On a chain whose proposers are known ahead, longer than they are known.
    constructor(uint32 delayBlocks_) {
        delayBlocks = delayBlocks_ == 0 ? 1 : delayBlocks_;
    }

    /// @inheritdoc IJurySource
    function ask(bytes32 id) external {
        bytes32 key = keyOf(msg.sender, id);
        if (blockOf[key] != 0) revert AlreadyAsked(key);
        uint256 number = block.number + delayBlocks;
        blockOf[key] = number;
        emit RandomAsked(key, msg.sender, id, number);
    }

    /// @inheritdoc IPrevrandaoSource
    function showHeader(uint256 number, bytes calldata header) external {
        bytes32 expected = blockhash(number);
        if (expected == 0) revert BlockUnknown(number);
        bytes32 computed = keccak256(header);
        if (computed != expected) revert HeaderMismatch(number, computed, expected);
        bytes32 random = HeaderLib.prevrandao(header);
        _randoms[number] = random;
        emit RandomFound(bytes32(number), random);
    }

    /// @inheritdoc IJurySource
    function randomOf(address consumer, bytes32 id) external view returns (bytes32) {
        bytes32 key = keyOf(consumer, id);
        bytes32 random = _randoms[blockOf[key]];
        // Requests bound to one block share its number, but not what is drawn with it.
        return random == 0 ? bytes32(0) : keccak256(abi.encode(random, key));
    }

    /// @inheritdoc IJurySource
    function keyOf(address consumer, bytes32 id) public pure returns (bytes32) {
        return keccak256(abi.encode(consumer, id));
    }
}
