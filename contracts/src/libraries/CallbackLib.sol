// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a request may ask for its callback.
library CallbackLib {
    /// @notice Most gas of one callback: with proofs and content, a delivery stays below 15 million.
    /// @dev A constant, so that no change of parameters can bar the delivery of a deal that is open.
    uint32 internal constant MAX_GAS = 5_000_000;

    /// @notice Whether a request with this callback may ask for this much gas: none without a callback.
    function admits(address callback, uint32 gasLimit) internal pure returns (bool) {
        return callback == address(0) ? gasLimit == 0 : gasLimit != 0 && gasLimit <= MAX_GAS;
    }

    /// @dev After the callback: its mark, its event. Before it: a cold account, memory.
    uint256 private constant REST_GAS = 60_000;

    /// @notice Gas that must be left before a callback, so that it gets all of its own: a call is given at most 63 of
    /// 64 parts of what is left (EIP-150).
    function gasNeeded(uint256 callbackGas) internal pure returns (uint256) {
        return callbackGas + callbackGas / 63 + REST_GAS;
    }
}
