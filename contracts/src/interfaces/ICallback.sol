// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FailureReason, Result, TaskRef} from "../types/Results.sol";

/// @notice What a contract implements that buys computations. Both calls come from Deliveries alone: check that
/// the sender is it, and that the request is one of yours.
/// @dev A call that reverts, or needs more than the request's `callbackGas`, changes nothing and can be repeated by
/// anybody; nobody's payment waits for it. Revert to refuse a content that you do not want (another file): the right
/// one can still come. Once a call has returned, the task is never called back again, but for one case: a result that was
/// taken before `finalAt` and fell on appeal is followed by a failure.
interface ICallback {
    /// @notice A task has settled with this result.
    function onResult(TaskRef calldata task, Result calldata result) external;
    /// @notice A task will never settle, or its result fell; its price is refunded.
    function onFailure(TaskRef calldata task, FailureReason reason) external;
}
