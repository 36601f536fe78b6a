// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A contract that others call and that calls back in; as a pricing contract, its price is nothing.
contract Reenterer {
    address private _target;
    bytes private _data;
    bool public tried;
    bytes public answer;

    function prepare(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function run(address target, bytes calldata data) external {
        (bool success, bytes memory returned) = target.call(data);
        if (!success) {
            assembly {
                revert(add(returned, 0x20), mload(returned))
            }
        }
    }

    function charge(address, address, address, uint32) external returns (uint128) {
        _comeBack();
        return 0;
    }

    function _comeBack() internal {
        if (_target == address(0) || tried) return;
        tried = true;
        (, answer) = _target.call(_data);
    }

    fallback() external {
        _comeBack();
    }
}
