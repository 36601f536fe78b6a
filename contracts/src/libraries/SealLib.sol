// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";

/// @notice Seals: what a worker signs over its part of a batch.
library SealLib {
    bytes32 private constant SEAL_TYPEHASH =
        keccak256("Seal(address pool,uint64 nonce,bytes32 head,uint48 commitBy)");
    /// @dev Half the order of secp256k1: a signature with a higher s is the twin of one with a lower.
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice EIP-712 struct hash of a seal.
    /// @param commitBy The pool must commit until then; the worker need not remember its secrets for longer.
    function hash(address pool, uint64 nonce, bytes32 head, uint48 commitBy) internal pure returns (bytes32) {
        return keccak256(abi.encode(SEAL_TYPEHASH, pool, nonce, head, commitBy));
    }

    /// @notice Refuses a signature of `typedHash` by anybody but the worker.
    function check(address worker, bytes32 typedHash, bytes32 r, bytes32 s, uint8 v) internal pure {
        address signer = uint256(s) > MAX_S ? address(0) : ecrecover(typedHash, v, r, s);
        if (signer == address(0) || signer != worker) revert IWork.BadSeal(worker, signer);
    }
}
