// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Orders are signed off chain (EIP-712) by the owner of what they offer, or placed on chain by it.
// An asset (app, dataset, pool) is named by an address-shaped id that Registry hands out.
// `only...` restricts the other side: zero admits anybody; otherwise the other side's id must equal
// it, or the contract living there must answer true to isMember(id).

/// @dev Price in token units per task, volume in tasks. `pricing` names a contract that quotes the price
/// of each deal (IPricing); `price` is then the most that it may say. `determinism` is what two runs of a
/// task have in common: 0 every byte, 1 every byte on equal platforms, 2 a canonical form, 3 nothing.
struct AppOrder {
    address app;
    uint128 price;
    uint64 volume;
    uint48 expiresAt;
    uint256 salt;
    address onlyDataset;
    address onlyPool;
    address onlyRequester;
    address pricing;
    uint8 determinism;
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
    address pricing;
}

/// @dev `stake` is what the pool puts up per task; resources are the most one task may use;
/// `maxOdds` is the most trust the pool promises to reach, in WAD odds. `ad` is the keccak256 of its
/// compiled description and requirements; zero for none. `taskSec` is the time it needs for a task from
/// the start on, 0 for no promise; `slaBps` the share of a deal's tasks that it promises in their time.
/// `slots` is how many tasks it runs at once under this order, 0 for any number. Stake needs both of them.
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
    bytes32 ad;
    uint48 taskSec;
    uint16 slaBps;
    uint32 slots;
}

/// @dev `bag` and `bagCodec` name the task list (sha256 multihash digest and IPLD codec of its CID).
/// `minOdds` is the trust asked for, in WAD odds; 0 means that the pool's word is enough.
/// `deadlineSec` counts from the match; `maturitySec` is how long credits may be appealed.
/// `ad` as in PoolOrder. `arbiter` judges results of apps without determinism; an offer with a stake must then name the
/// requester (`onlyRequester`). `callbackGas` is for the
/// call of `callback`. Task i of a deal starts `i * slotSec` after the match (a lease of slots; 0 for all
/// at once) and is due `taskSec` later (0 for never); `slaBps` is the share that must be in time.
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
    bytes32 ad;
    address arbiter;
    uint32 callbackGas;
    uint48 taskSec;
    uint48 slotSec;
    uint16 slaBps;
}

/// @dev What goes with four orders: an empty signature stands for an order placed on chain; ads are the bytes
/// that the orders' `ad` are hashes of.
struct MatchProofs {
    bytes appSignature;
    bytes datasetSignature;
    bytes poolSignature;
    bytes requestSignature;
    bytes poolAd;
    bytes requestAd;
}
