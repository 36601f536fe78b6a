// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice Signatures of keys (65 bytes, low s) and of contract wallets (ERC-1271).
library SignatureLib {
    /// @dev Enough for a wallet of many keys; whoever sends a match for others pays no more than this for one.
    uint256 private constant WALLET_GAS = 500_000;

    /// @dev The key is tried first: most signers are keys, and looking for code costs a cold access.
    /// Assumes nothing of a wallet: out of gas, revert, and whatever else it answers is a no; 32 bytes are read.
    function isValid(address signer, bytes32 hash, bytes calldata signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecover(hash, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        if (signer.code.length == 0) return false;
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (hash, signature));
        bytes32 answer;
        assembly ("memory-safe") {
            let success := staticcall(WALLET_GAS, signer, add(question, 0x20), mload(question), 0x00, 0x20)
            if and(success, gt(returndatasize(), 0x1f)) { answer := mload(0x00) }
        }
        return answer == bytes32(IERC1271.isValidSignature.selector);
    }
}
