// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One sale of one file. All hashes are those of docs/protocol/fair-exchange.md.
struct FileOffer {
    address seller;
    /// Names the offer among those of its seller; used once.
    uint256 nonce;
    /// Who may buy; zero: anybody.
    address buyer;
    /// Root over (index, plain hash, cipher hash) of all chunks: what the seller is held to.
    bytes32 root;
    /// Root over the plain hashes: what the buyer wants. The contract never needs it.
    bytes32 plainRoot;
    bytes32 keyCommitment;
    uint64 sizeBytes;
    uint32 chunkBytes;
    uint128 price;
    /// Lost to the buyer if the key is withheld or a chunk is wrong.
    uint128 deposit;
    uint48 acceptUntil;
    /// From acceptance; the seller shows the key within it.
    uint48 revealSec;
    /// From the reveal; a wrong chunk can be shown within it.
    uint48 complainSec;
}

/// @notice What opens a file: the secret of its offer, and the salt of its plain hashes (zero: unsalted).
struct FileKey {
    bytes32 secret;
    bytes32 salt;
}

/// @notice One chunk as its buyer got it, and the way from its leaf to the root.
struct ChunkProof {
    uint256 index;
    bytes32 plainHash;
    bytes cipher;
    bytes32[] path;
}
