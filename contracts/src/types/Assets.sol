// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

enum AssetKind {
    None,
    App,
    Dataset,
    Pool
}

/// @dev `content` and `codec` name what the asset stands for (sha256 multihash digest and IPLD codec
/// of its CID): the manifest of an app or data set, the description of a pool.
struct Asset {
    bytes32 content;
    uint32 codec;
    AssetKind kind;
}
