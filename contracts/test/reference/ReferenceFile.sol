// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChunkProof, FileKey} from "../../src/types/Files.sol";

/// A file as its seller prepares it.
struct SealedFile {
    bytes[] plain;
    bytes32[] plainHashes;
    bytes[] cipher;
}

/// docs/protocol/fair-exchange.md in plain Solidity, sharing nothing with FileLib.
library ReferenceFile {
    function seal(bytes memory content, uint256 chunkBytes, bytes32 offerId, FileKey memory key)
        internal
        pure
        returns (SealedFile memory file)
    {
        uint256 count = (content.length + chunkBytes - 1) / chunkBytes;
        file.plain = new bytes[](count);
        file.plainHashes = new bytes32[](count);
        file.cipher = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            file.plain[i] = cut(content, i * chunkBytes, chunkBytes);
            file.plainHashes[i] = plainHash(i, key.salt, file.plain[i]);
            file.cipher[i] = crypt(streamKey(offerId, key), i, file.plain[i]);
        }
    }

    function cut(bytes memory content, uint256 from, uint256 length)
        internal
        pure
        returns (bytes memory part)
    {
        if (from + length > content.length) length = content.length - from;
        part = new bytes(length);
        for (uint256 i; i < length; ++i) {
            part[i] = content[from + i];
        }
    }

    function streamKey(bytes32 offerId, FileKey memory key) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"03", offerId, key.secret));
    }

    function commitment(bytes32 offerId, FileKey memory key) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"04", offerId, key.secret, key.salt));
    }

    function plainHash(uint256 index, bytes32 salt, bytes memory plain) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"02", uint64(index), salt, plain));
    }

    /// Both ways.
    function crypt(bytes32 key, uint256 index, bytes memory data) internal pure returns (bytes memory out) {
        out = new bytes(data.length);
        for (uint256 i; i < data.length; ++i) {
            bytes32 stream = keccak256(abi.encodePacked(key, uint64(index), uint64(i / 32)));
            out[i] = data[i] ^ stream[i % 32];
        }
    }

    function leaf(SealedFile memory file, uint256 i) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"00", uint64(i), file.plainHashes[i], keccak256(file.cipher[i])));
    }

    function leaves(SealedFile memory file) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](file.cipher.length);
        for (uint256 i; i < all.length; ++i) {
            all[i] = leaf(file, i);
        }
    }

    function rootOf(bytes32[] memory level) internal pure returns (bytes32) {
        while (level.length > 1) level = above(level);
        return level[0];
    }

    function proofOf(SealedFile memory file, uint256 index) internal pure returns (ChunkProof memory chunk) {
        chunk.index = index;
        chunk.plainHash = file.plainHashes[index];
        chunk.cipher = file.cipher[index];
        chunk.path = pathOf(leaves(file), index);
    }

    function pathOf(bytes32[] memory level, uint256 index) internal pure returns (bytes32[] memory path) {
        while (level.length > 1) {
            if (index ^ 1 < level.length) path = append(path, level[index ^ 1]);
            level = above(level);
            index /= 2;
        }
    }

    function append(bytes32[] memory list, bytes32 item) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = item;
    }

    function above(bytes32[] memory level) private pure returns (bytes32[] memory next) {
        next = new bytes32[]((level.length + 1) / 2);
        for (uint256 i; i < next.length; ++i) {
            next[i] = 2 * i + 1 == level.length
                ? level[2 * i]
                : keccak256(abi.encodePacked(hex"01", level[2 * i], level[2 * i + 1]));
        }
    }
}
