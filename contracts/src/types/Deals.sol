// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Everything that a match fixes. Storage keeps only `keccak256(abi.encode(terms))` and what
/// changes; every later call passes the terms back. Prices and stake are per task.
/// Task i starts at openedAt + i * slotSec and, unless taskSec is 0, is due taskSec later.
/// Indices of the deal are 0 to volume - 1 and stand for firstIndex + index of the request's bag.
struct DealTerms {
    bytes32 requestHash;
    bytes32 bag;
    address requester;
    address beneficiary;
    address callback;
    address app;
    address appOwner;
    address dataset;
    address datasetOwner;
    address pool;
    address poolOwner;
    uint128 appPrice;
    uint128 datasetPrice;
    uint128 poolPrice;
    uint128 poolStake;
    uint128 minOdds;
    uint64 firstIndex;
    uint64 fuel;
    uint32 volume;
    uint32 memoryMiB;
    uint32 diskMiB;
    uint32 wallSec;
    uint32 bagCodec;
    uint48 openedAt;
    uint48 expiresAt;
    uint48 settleWindowSec;
    uint48 maturitySec;
    uint16 workerShareBps;
    uint16 saboteurBps;
    uint48 taskSec;
    uint48 slotSec;
    uint16 slaBps;
}

enum DealStatus {
    None,
    Open,
    Closed
}

/// @dev One deal's tasks inside a batch. `tasks` is packed, see docs/protocol/batches.md.
struct DealPart {
    DealTerms terms;
    bytes tasks;
}
