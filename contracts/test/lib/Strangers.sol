// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Contracts of others that Market asks: well behaved in mode 0, and every other way in the others.

contract Group {
    mapping(address => bool) private _members;
    uint256 private _mode;

    function set(address who, bool member) external {
        _members[who] = member;
    }

    function setMode(uint256 mode) external {
        _mode = mode;
    }

    function isMember(address who) external returns (bool) {
        if (_mode == 1) revert("no");
        if (_mode == 2) while (true) {}
        if (_mode == 3) _members[who] = false;
        if (_mode == 4) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        if (_mode == 5) {
            assembly {
                mstore(0, 1)
                return(31, 1)
            }
        }
        return _members[who];
    }
}

contract Wallet {
    address private immutable OWNER;
    uint256 private _mode;

    constructor(address owner) {
        OWNER = owner;
    }

    function setMode(uint256 mode) external {
        _mode = mode;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external returns (bytes4) {
        if (_mode == 1) revert("no");
        if (_mode == 2) return 0xffffffff;
        if (_mode == 3) _mode = 3;
        if (_mode == 5) while (true) {}
        if (_mode == 6) {
            assembly {
                return(0, 1000000)
            }
        }
        if (_mode == 4) {
            assembly {
                return(0, 4)
            }
        }
        (bytes32 r, bytes32 s) = abi.decode(signature[:64], (bytes32, bytes32));
        return ecrecover(hash, uint8(signature[64]), r, s) == OWNER ? bytes4(0x1626ba7e) : bytes4(0);
    }
}
