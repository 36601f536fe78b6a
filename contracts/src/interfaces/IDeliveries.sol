// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchFacts, Inclusion} from "../types/Batches.sol";
import {DealTerms} from "../types/Deals.sol";
import {RequestOrder} from "../types/Orders.sol";
import {FailureReason, Preimage, Result} from "../types/Results.sol";

/// @notice Brings results to the contracts that asked for them. Open to anyone, and nothing waits for it.
interface IDeliveries {
    /// @dev Which task: the deal's terms and the request that they hash, and the place in the deal.
    struct Task {
        DealTerms terms;
        RequestOrder request;
        uint32 index;
    }

    /// @dev Where the chain says that it settled.
    struct Settlement {
        uint64 nonce;
        BatchFacts facts;
        uint8 votes;
        Inclusion place;
    }

    /// @dev A file below /out with its place in the tree of docs/protocol/digest.md; stdout with an empty path.
    struct Content {
        string path;
        bytes content;
        Inclusion place;
    }

    /// @dev `isCalled` is false for a callback that failed: the result is kept as a hash and waits for `retry`.
    event ResultDelivered(
        bytes32 indexed dealId,
        uint32 indexed index,
        address indexed callback,
        bytes32 requestHash,
        bytes32 resultHash,
        bool isCalled
    );
    event FailureDelivered(
        bytes32 indexed dealId,
        uint32 indexed index,
        address indexed callback,
        bytes32 requestHash,
        FailureReason reason,
        bool isCalled
    );

    error WrongRequest(bytes32 expected, bytes32 found);
    error NoCallback(bytes32 dealId);
    error BadCallbackGas(uint32 callbackGas, uint32 max);
    error AlreadyDelivered(bytes32 dealId, uint32 index);
    error ResultNotSettled(bytes32 dealId, uint32 index, bytes32 digest);
    /// @dev Its appeal is not over yet, or has overturned it.
    error ResultDisputed(bytes32 taskId, uint8 status);
    /// @dev The bytes do not hash to what the digest says of stdout or of this file.
    error WrongContent(string path, bytes32 found);
    /// @dev `expected` is zero when nothing waits.
    error WrongResult(bytes32 expected, bytes32 found);
    error TooLittleGas(uint256 left, uint256 needed);
    error IndexOutOfRange(uint32 index, uint32 volume);
    error DealStillOpen(bytes32 dealId);
    error TaskHasSettled(bytes32 dealId, uint32 index);

    /// @notice Checks a settled result down to its bytes, keeps its hash, and calls `onResult`.
    /// @dev While the result is appealed it waits; if it stands it can be brought later. A callback that fails changes nothing but the kept hash. May be called again with other content then.
    /// @return isCalled Whether the callback returned.
    function deliver(
        Task calldata task,
        Settlement calldata settlement,
        Preimage calldata preimage,
        Content calldata content
    ) external returns (bool isCalled);
    /// @notice Calls again with a result that was checked before, for less gas.
    /// @param result As it was delivered.
    function retry(Task calldata task, Result calldata result) external returns (bool isCalled);
    /// @notice Calls `onFailure` for a task that its deal ended without, or whose result an appeal has overturned,
    /// also where that result was called back before.
    function deliverFailure(Task calldata task) external returns (bool isCalled);

    /// @notice True once a callback of the task has returned.
    function isDelivered(bytes32 dealId, uint32 index) external view returns (bool);
    /// @notice keccak256(abi.encode(Result)) of the result that waits for `retry`; zero for none.
    function pendingOf(bytes32 dealId, uint32 index) external view returns (bytes32);
}
