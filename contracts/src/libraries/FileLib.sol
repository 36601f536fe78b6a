// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChunkProof, FileKey, FileOffer} from "../types/Files.sol";
import {MerkleLib} from "./MerkleLib.sol";

/// @notice How a file on sale is cut, hashed and encrypted; docs/protocol/fair-exchange.md. The first byte of
/// what is hashed tells kinds of hashes apart: 00 leaf, 01 node, 02 plain chunk, 03 stream key, 04 commitment.
library FileLib {
    function commitmentOf(bytes32 offerId, FileKey calldata key) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"04", offerId, key.secret, key.salt));
    }

    function chunksOf(FileOffer calldata terms) internal pure returns (uint256) {
        return (uint256(terms.sizeBytes) + terms.chunkBytes - 1) / terms.chunkBytes;
    }

    /// @notice Whether the seller bound itself to this chunk at this place.
    function isCommitted(FileOffer calldata terms, ChunkProof calldata chunk) internal pure returns (bool) {
        // The number of chunks follows from the size, so the length of the path does too.
        uint256 count = chunksOf(terms);
        if (chunk.index >= count) return false;
        // forge-lint: disable-next-line(unsafe-typecast)
        uint64 index = uint64(chunk.index);
        bytes32 leaf = keccak256(abi.encodePacked(hex"00", index, chunk.plainHash, keccak256(chunk.cipher)));
        return MerkleLib.verify(leaf, index, count, chunk.path, terms.root);
    }

    /// @notice Whether a committed chunk opens to what its plain hash and the terms say.
    function isCorrect(
        FileOffer calldata terms,
        bytes32 offerId,
        FileKey calldata key,
        ChunkProof calldata chunk
    ) internal pure returns (bool) {
        uint256 start = chunk.index * terms.chunkBytes;
        uint256 left = terms.sizeBytes - start;
        if (chunk.cipher.length != (left < terms.chunkBytes ? left : terms.chunkBytes)) return false;
        bytes32 streamKey = keccak256(abi.encodePacked(hex"03", offerId, key.secret));
        return plainHashOf(streamKey, key.salt, chunk.index, chunk.cipher) == chunk.plainHash;
    }

    /// @notice keccak256(02 | index | salt | plain), where word w of plain is that of cipher xor
    /// keccak256(streamKey | index | w). Index and w are 8 bytes.
    /// @dev `ReferenceFile` is the same in plain Solidity at 4 times the gas; a fuzz test compares them.
    function plainHashOf(bytes32 streamKey, bytes32 salt, uint256 index, bytes calldata cipher)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let stream := mload(0x40)
            mstore(stream, streamKey)
            mstore(add(stream, 0x20), shl(192, index))
            // Past the 32 bytes that the counter of words is written with.
            let plain := add(stream, 0x60)
            mstore8(plain, 2)
            mstore(add(plain, 0x01), shl(192, index))
            mstore(add(plain, 0x09), salt)
            let to := add(plain, 0x29)
            let last := add(cipher.offset, cipher.length)
            let word := 0
            for { let from := cipher.offset } lt(from, last) { from := add(from, 0x20) } {
                mstore(add(stream, 0x28), shl(192, word))
                mstore(to, xor(calldataload(from), keccak256(stream, 0x30)))
                word := add(word, 1)
                to := add(to, 0x20)
            }
            hash := keccak256(plain, add(cipher.length, 0x29))
        }
    }
}
