// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RequestOrder} from "../types/Orders.sol";

/// @notice What a contract says when it places a request, so that others can match it and deliver its results.
/// @dev Market keeps only hashes. Readers look for the event from any address and believe it by its hash alone.
interface IRequester {
    /// @param requestHash EIP-712 hash of the order under Market's domain, as in OrderPlaced and in deal terms.
    event RequestPlaced(bytes32 indexed requestHash, RequestOrder order);
    /// @notice The bytes of a bag that was made on chain, for somebody to put into storage.
    /// @param bag sha256 of the bytes, as the request names it.
    event BagPosted(bytes32 indexed bag, bytes content);
}
