// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../types/Orders.sol";

/// @notice EIP-712 struct hashes of orders. Every field takes one word, so the encoding is abi.encode.
library OrderLib {
    bytes32 private constant APP_TYPEHASH = keccak256(
        "AppOrder(address app,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,address onlyDataset,address onlyPool,address onlyRequester,address pricing,uint8 determinism)"
    );
    bytes32 private constant DATASET_TYPEHASH = keccak256(
        "DatasetOrder(address dataset,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,address onlyApp,address onlyPool,address onlyRequester,address pricing)"
    );
    bytes32 private constant POOL_TYPEHASH = keccak256(
        "PoolOrder(address pool,uint128 price,uint128 stake,uint128 maxOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint48 expiresAt,uint256 salt,address onlyApp,address onlyDataset,address onlyRequester,bytes32 ad,uint48 taskSec,uint16 slaBps,uint32 slots)"
    );
    bytes32 private constant REQUEST_TYPEHASH = keccak256(
        "RequestOrder(address requester,address beneficiary,address callback,address app,address dataset,address onlyPool,uint128 maxAppPrice,uint128 maxDatasetPrice,uint128 maxPoolPrice,uint128 minStake,uint128 minOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint32 bagCodec,uint48 deadlineSec,uint48 maturitySec,uint48 expiresAt,bytes32 bag,uint256 salt,bytes32 ad,address arbiter,uint32 callbackGas,uint48 taskSec,uint48 slotSec,uint16 slaBps)"
    );

    function hash(AppOrder calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(APP_TYPEHASH, order));
    }

    function hash(DatasetOrder calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(DATASET_TYPEHASH, order));
    }

    function hash(PoolOrder calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(POOL_TYPEHASH, order));
    }

    function hash(RequestOrder calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(REQUEST_TYPEHASH, order));
    }

    /// @notice What is signed of an order: keccak256(19 01 | domain of Market | struct hash).
    function typedHash(PoolOrder memory order, bytes32 domain) internal pure returns (bytes32) {
        return _typed(domain, keccak256(abi.encode(POOL_TYPEHASH, order)));
    }

    /// @notice What is signed of a request.
    function typedHash(RequestOrder memory order, bytes32 domain) internal pure returns (bytes32) {
        return _typed(domain, keccak256(abi.encode(REQUEST_TYPEHASH, order)));
    }

    function _typed(bytes32 domain, bytes32 structHash) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
