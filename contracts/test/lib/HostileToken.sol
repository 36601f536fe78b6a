// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A token that calls back into the market whenever it is paid out.
contract HostileToken {
    mapping(address => uint256) public balanceOf;
    address private _target;
    bytes private _call;
    uint256 public tried;
    uint256 public succeeded;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function callBack(address to, bytes calldata data) external {
        (_target, _call) = (to, data);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        ++tried;
        (bool ok,) = _target.call(_call);
        if (ok) ++succeeded;
        return true;
    }
}
