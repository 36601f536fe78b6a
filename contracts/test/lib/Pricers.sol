// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {AppOrder} from "../../src/types/Orders.sol";

/// A stranger's pricing contract: honest in mode 0, and every other way in the others.
contract Pricer {
    IMarket private immutable MARKET;
    IEscrow private immutable ESCROW;
    uint256 public mode;
    uint256 public price;
    uint256 public calls;
    bytes32 public lastQuestion;
    /// A contract whose code is the call: cheap to read, so that it fits into the gas it gets.
    address private _attack;
    address private _target;

    constructor(IMarket market, IEscrow escrow) {
        (MARKET, ESCROW) = (market, escrow);
    }

    function set(uint256 mode_, uint256 price_) external {
        (mode, price) = (mode_, price_);
    }

    /// What mode 9 calls back.
    function setAttack(address target, bytes calldata attack) external {
        bytes memory code = abi.encodePacked(hex"61", uint16(attack.length), hex"80600a3d393df3", attack);
        address made;
        assembly {
            made := create(0, add(code, 0x20), mload(code))
        }
        (_target, _attack) = (target, made);
    }

    function cancel(AppOrder calldata order) external {
        MARKET.cancelAppOrder(order);
    }

    function charge(address asset, address requester, address pool, uint32 volume)
        external
        returns (uint256)
    {
        if (mode == 1) revert("no");
        if (mode == 2) while (true) {}
        if (mode == 3) _answer(31, 0);
        if (mode == 4) _answer(0, 0);
        if (mode == 5) _answer(1_000_000, 0);
        if (mode == 6) _bomb();
        if (mode == 7) return type(uint256).max;
        if (mode == 8) ESCROW.release(requester, 1);
        if (mode == 9) {
            _callBack();
            return price;
        }
        ++calls;
        lastQuestion = keccak256(abi.encode(asset, requester, pool, volume));
        return price;
    }

    function _answer(uint256 size, uint256 word) private pure {
        assembly {
            mstore(0, word)
            return(0, size)
        }
    }

    function _bomb() private pure {
        assembly {
            revert(0, 1000000)
        }
    }

    function _callBack() private {
        (bool done, bytes memory reason) = _target.call(_attack.code);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}

/// A stranger's answer to whether two ads match, for what Market makes of each.
contract AdJudge {
    uint256 public mode;
    bytes32 public yes;

    function set(uint256 mode_) external {
        mode = mode_;
    }

    /// The pair of ads that match.
    function setPair(bytes calldata left, bytes calldata right) external {
        yes = keccak256(abi.encode(left, right));
    }

    function matches(bytes calldata left, bytes calldata right) external returns (uint256) {
        if (mode == 1) revert("no");
        if (mode == 2) while (true) {}
        if (mode == 3) mode = 3;
        if (mode == 4) return 2;
        if (mode == 5) {
            assembly {
                mstore(0, 1)
                return(31, 1)
            }
        }
        return keccak256(abi.encode(left, right)) == yes ? 1 : 0;
    }
}
