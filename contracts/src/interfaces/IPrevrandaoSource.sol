// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJurySource} from "./IJurySource.sol";

/// @notice Randomness of the beacon chain: prevrandao of one certain block after the request.
/// @dev A proposer can only drop its block, which makes the next one the block of that number: it chooses among
/// as many numbers as it proposes blocks in a row, plus one, at the price of their rewards.
interface IPrevrandaoSource is IJurySource {
    error BlockUnknown(uint256 number);
    error HeaderMismatch(uint256 number, bytes32 computed, bytes32 expected);

    /// @notice Shows the header of a block of the last 256, which settles every request bound to it. Anyone may.
    /// @param number Of the block.
    /// @param header RLP, as hashed to the block's hash.
    function showHeader(uint256 number, bytes calldata header) external;
    /// @notice Blocks from a request to the block whose number it is bound to.
    function delayBlocks() external view returns (uint32);
    /// @notice Block that a request is bound to; 0 for none.
    function blockOf(bytes32 key) external view returns (uint256);
}
