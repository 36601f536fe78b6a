// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../interfaces/IDeliveries.sol";
import {Preimage} from "../types/Results.sol";

/// @notice Digests and output trees as docs/protocol/digest.md has them; SHA-256 all over.
library DigestLib {
    /// @notice Digest of a result.
    function digestOf(Preimage calldata result, bytes32 taskId) internal pure returns (bytes32) {
        return sha256(
            abi.encodePacked(
                "millrace/result/1",
                taskId,
                result.status,
                result.exitCode,
                result.fuel,
                result.stdoutDigest,
                result.outRoot
            )
        );
    }

    /// @notice Reverts unless the bytes are stdout (empty path), or a file below /out, of a result.
    /// @dev The place in the tree is the caller's word; a leaf names its path, so a wrong one brings in nothing.
    function checkContent(IDeliveries.Content calldata item, Preimage calldata result) internal pure {
        bytes32 hash = sha256(item.content);
        bool good = bytes(item.path).length == 0
            ? hash == result.stdoutDigest
            : _isInTree(_leafOf(item.path, item.content.length, hash), item, result.outRoot);
        if (!good) revert IDeliveries.WrongContent(item.path, hash);
    }

    function _leafOf(string calldata path, uint256 size, bytes32 hash) private pure returns (bytes32) {
        // Calldata is far shorter than 2^32 bytes.
        // forge-lint: disable-next-line(unsafe-typecast)
        return sha256(abi.encodePacked(hex"00", uint32(bytes(path).length), uint64(size), path, hash));
    }

    function _isInTree(bytes32 leaf, IDeliveries.Content calldata item, bytes32 root)
        private
        pure
        returns (bool)
    {
        (uint256 index, uint256 used) = (item.place.position, 0);
        if (index >= item.place.count) return false;
        bytes32[] calldata proof = item.place.proof;
        bytes32 node = leaf;
        for (uint256 width = item.place.count; width > 1; width = (width + 1) >> 1) {
            if (index ^ 1 < width) {
                if (used == proof.length) return false;
                bytes32 sibling = proof[used++];
                node = index & 1 == 0 ? _nodeOf(node, sibling) : _nodeOf(sibling, node);
            }
            index >>= 1;
        }
        return used == proof.length && node == root;
    }

    function _nodeOf(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }
}
