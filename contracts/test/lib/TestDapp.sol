// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICallback} from "../../src/interfaces/ICallback.sol";
import {FailureReason, Result, TaskRef} from "../../src/types/Results.sol";

/// A contract that is called back: well behaved in mode 0, and every other way in the others.
contract TestDapp is ICallback {
    uint256 public calls;
    uint256 public failures;
    TaskRef private _task;
    Result private _result;
    FailureReason public reason;
    uint256 public gasGiven;

    uint256 private _mode;
    address private _target;
    bytes private _data;
    bytes public answer;

    function setMode(uint256 mode) external {
        _mode = mode;
    }

    function prepare(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function lastTask() external view returns (TaskRef memory) {
        return _task;
    }

    function lastResult() external view returns (Result memory) {
        return _result;
    }

    function onResult(TaskRef calldata task, Result calldata result) external {
        gasGiven = gasleft();
        _misbehave();
        (_task, _result) = (task, result);
        ++calls;
    }

    function onFailure(TaskRef calldata task, FailureReason why) external {
        _misbehave();
        (_task, reason) = (task, why);
        ++failures;
    }

    function _misbehave() private {
        if (_mode == 1) revert("no");
        if (_mode == 2) while (true) {}
        if (_mode == 3) {
            // A revert with far more data than anybody wants to pay for.
            assembly {
                revert(0, 200000)
            }
        }
        if (_mode == 4) {
            bool success;
            (success, answer) = _target.call(_data);
        }
        if (_mode == 5) {
            assembly {
                return(0, 200000)
            }
        }
    }
}
