// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Orders are signed off chain (EIP-712) by the owner of what they offer, or placed on chain by it.
// An asset (app, dataset, pool) is named by an address-shaped id that Registry hands out.
// `only...` restricts the other side: zero admits anybody; otherwise the other side's id must equal
// it, or the contract living there must answer true to isMember(id).

/// @dev Price in token units per task, volume in tasks.
struct AppOrder {
    address app;
    uint128 price;
    uint64 volume;
    uint48 expiresAt;
    uint256 salt;
    address onlyDataset;
    address onlyPool;
    address onlyRequester;
}

struct DatasetOrder {
    address dataset;
    uint128 price;
    uint64 volume;
    uint48 expiresAt;
    uint256 salt;
    address onlyApp;
    address onlyPool;
    address onlyRequester;
}

/// @dev `stake` is what the pool puts up per task; resources are the most one task may use;
/// `maxOdds` is the most trust the pool promises to reach, in WAD odds.
struct PoolOrder {
    address pool;
    uint128 price;
    uint128 stake;
    uint128 maxOdds;
    uint64 volume;
    uint64 fuel;
    uint32 memoryMiB;
    uint32 diskMiB;
    uint32 wallSec;
    uint48 expiresAt;
    uint256 salt;
    address onlyApp;
    address onlyDataset;
    address onlyRequester;
}

/// @dev `bag` and `bagCodec` name the task list (sha256 multihash digest and IPLD codec of its CID).
/// `minOdds` is the trust asked for, in WAD odds; 0 means that the pool's word is enough.
/// `deadlineSec` counts from the match; `maturitySec` is how long credits may be appealed.
struct RequestOrder {
    address requester;
    address beneficiary;
    address callback;
    address app;
    address dataset;
    address onlyPool;
    uint128 maxAppPrice;
    uint128 maxDatasetPrice;
    uint128 maxPoolPrice;
    uint128 minStake;
    uint128 minOdds;
    uint64 volume;
    uint64 fuel;
    uint32 memoryMiB;
    uint32 diskMiB;
    uint32 wallSec;
    uint32 bagCodec;
    uint48 deadlineSec;
    uint48 maturitySec;
    uint48 expiresAt;
    bytes32 bag;
    uint256 salt;
}
