// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Inclusion} from "../types/Batches.sol";

/// @notice The tree of batch roots and result roots. Leaves are hashed by the caller behind a byte 00; a
/// node is keccak256(01 | left | right); an odd node moves up unchanged.
library MerkleLib {
    /// @notice Root over at least one leaf. Overwrites the leaves.
    function root(bytes32[] memory leaves) internal pure returns (bytes32 top) {
        assembly ("memory-safe") {
            let base := add(leaves, 0x20)
            let width := mload(leaves)
            let free := mload(0x40)
            mstore8(free, 1)
            for {} gt(width, 1) {} {
                let from := base
                let to := base
                let last := add(base, shl(5, and(width, not(1))))
                for {} lt(from, last) { from := add(from, 0x40) } {
                    mstore(add(free, 0x01), mload(from))
                    mstore(add(free, 0x21), mload(add(from, 0x20)))
                    mstore(to, keccak256(free, 0x41))
                    to := add(to, 0x20)
                }
                if and(width, 1) { mstore(to, mload(from)) }
                width := shr(1, add(width, 1))
            }
            top := mload(base)
        }
    }

    /// @notice Whether `leaf` stands where `place` says in a tree with this root.
    function includes(bytes32 leaf, Inclusion calldata place, bytes32 top) internal pure returns (bool) {
        return verify(leaf, place.position, place.count, place.proof, top);
    }

    /// @notice Whether `leaf` stands at `index` of a tree of `count` leaves with this root.
    /// @dev `count` is the caller's word: a wrong one can misplace a leaf, never bring in a foreign one.
    function verify(bytes32 leaf, uint256 index, uint256 count, bytes32[] calldata proof, bytes32 top)
        internal
        pure
        returns (bool)
    {
        if (index >= count) return false;
        uint256 used;
        bytes32 node = leaf;
        for (uint256 width = count; width > 1; width = (width + 1) >> 1) {
            if (index ^ 1 < width) {
                if (used == proof.length) return false;
                bytes32 sibling = proof[used++];
                node = index & 1 == 0 ? hashNode(node, sibling) : hashNode(sibling, node);
            }
            index >>= 1;
        }
        return used == proof.length && node == top;
    }

    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"01", left, right));
    }
}
