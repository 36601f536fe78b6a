// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../../src/types/Orders.sol";

struct Orders {
    AppOrder app;
    DatasetOrder dataset;
    PoolOrder pool;
    RequestOrder request;
}

/// EIP-712 hashes of orders, as a wallet makes them.
library ReferenceOrders {
    function hash(AppOrder memory order, bytes32 domain) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "AppOrder(address app,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,"
            "address onlyDataset,address onlyPool,address onlyRequester,address pricing,uint8 determinism)"
        );
        return typed(domain, keccak256(abi.encode(typeHash, order)));
    }

    function hash(DatasetOrder memory order, bytes32 domain) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "DatasetOrder(address dataset,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,"
            "address onlyApp,address onlyPool,address onlyRequester,address pricing)"
        );
        return typed(domain, keccak256(abi.encode(typeHash, order)));
    }

    function hash(PoolOrder memory order, bytes32 domain) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "PoolOrder(address pool,uint128 price,uint128 stake,uint128 maxOdds,uint64 volume,uint64 fuel,"
            "uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint48 expiresAt,uint256 salt,"
            "address onlyApp,address onlyDataset,address onlyRequester,bytes32 ad,uint48 taskSec,uint16 slaBps,"
            "uint32 slots)"
        );
        return typed(domain, keccak256(abi.encode(typeHash, order)));
    }

    function hash(RequestOrder memory order, bytes32 domain) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "RequestOrder(address requester,address beneficiary,address callback,address app,address dataset,"
            "address onlyPool,uint128 maxAppPrice,uint128 maxDatasetPrice,uint128 maxPoolPrice,uint128 minStake,"
            "uint128 minOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,"
            "uint32 bagCodec,uint48 deadlineSec,uint48 maturitySec,uint48 expiresAt,bytes32 bag,uint256 salt,"
            "bytes32 ad,address arbiter,uint32 callbackGas,uint48 taskSec,uint48 slotSec,uint16 slaBps)"
        );
        return typed(domain, keccak256(abi.encode(typeHash, order)));
    }

    function typed(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
