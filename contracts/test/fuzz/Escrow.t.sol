// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {Test, vm} from "../lib/Test.sol";

/// Any moves of three accounts, by the protocol and by themselves, against sums kept beside.
contract EscrowFuzzTest is Test {
    struct Move {
        uint8 what;
        uint8 from;
        uint8 to;
        uint64 amount;
        uint16 time;
    }

    uint48 private constant START = 1_800_000_000;
    IEscrow private _escrow;
    address private _token;
    uint256[3] private _free;
    uint256[3] private _locked;
    uint256[3] private _maturing;
    mapping(uint256 who => mapping(uint48 maturesAt => uint256)) private _credits;

    function setUp() public {
        vm.warp(START);
        _token = vm.deployCode("Token.sol:Token", abi.encode(address(this), 1e27));
        // This test is the contract Market of its Escrow.
        _escrow = IEscrow(
            vm.deployCode(
                "Escrow.sol:Escrow",
                abi.encode(
                    _token,
                    address(this),
                    address(0),
                    address(0),
                    address(0),
                    address(0),
                    address(0),
                    address(0)
                )
            )
        );
        (bool approved,) =
            _token.call(abi.encodeWithSignature("approve(address,uint256)", address(_escrow), 1e27));
        vm.assertTrue(approved);
        for (uint256 i; i < 3; ++i) {
            _escrow.depositFor(_account(i), 1e20);
            _free[i] = 1e20;
        }
    }

    /// Each call moves what it says between the three kinds of balance, or refuses and moves nothing.
    function testFuzz_MovesAddUp(Move[12] memory moves) public {
        for (uint256 i; i < moves.length; ++i) {
            Move memory move = moves[i];
            (move.from, move.to) = (move.from % 3, move.to % 3);
            uint256 kind = move.what % 6;
            if (kind == 0) _lock(move);
            else if (kind == 1) _release(move);
            else if (kind == 2) _pay(move);
            else if (kind == 3) _hold(move);
            else if (kind == 4) _claim(move);
            else _withdraw(move);
            vm.warp(block.timestamp + move.time);
        }
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(_escrow.freeOf(_account(i)), _free[i]);
            vm.assertEq(_escrow.lockedOf(_account(i)), _locked[i]);
            vm.assertEq(_escrow.maturingOf(_account(i)), _maturing[i]);
        }
    }

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(0xACC0 + i));
    }

    function _lock(Move memory move) private {
        bool fits = move.amount <= _free[move.from];
        if (!fits) vm.expectPartialRevert(IEscrow.InsufficientFree.selector);
        _escrow.lock(_account(move.from), move.amount);
        if (!fits) return;
        _free[move.from] -= move.amount;
        _locked[move.from] += move.amount;
    }

    function _release(Move memory move) private {
        bool fits = move.amount <= _locked[move.from];
        if (!fits) vm.expectPartialRevert(IEscrow.InsufficientLocked.selector);
        _escrow.release(_account(move.from), move.amount);
        if (!fits) return;
        _locked[move.from] -= move.amount;
        _free[move.from] += move.amount;
    }

    function _pay(Move memory move) private {
        bool fits = move.amount <= _locked[move.from];
        uint48 maturitySec = move.what > 127 ? move.time : 0;
        if (!fits) vm.expectPartialRevert(IEscrow.InsufficientLocked.selector);
        _escrow.pay(_account(move.from), _account(move.to), move.amount, maturitySec);
        if (!fits) return;
        _locked[move.from] -= move.amount;
        if (maturitySec == 0) {
            _free[move.to] += move.amount;
        } else {
            _maturing[move.to] += move.amount;
            _credits[move.to][_hour(block.timestamp + maturitySec)] += move.amount;
        }
    }

    function _hold(Move memory move) private {
        uint48 at = _hour(block.timestamp + move.time);
        uint256 amount = move.what > 127 ? _credits[move.from][at] : move.amount;
        bool fits = amount <= _credits[move.from][at];
        if (!fits) vm.expectPartialRevert(IEscrow.InsufficientMaturing.selector);
        _escrow.hold(_account(move.from), at, amount);
        if (!fits) return;
        _credits[move.from][at] -= amount;
        _maturing[move.from] -= amount;
        _locked[move.from] += amount;
    }

    function _claim(Move memory move) private {
        uint48[] memory times = new uint48[](1);
        times[0] = _hour(block.timestamp) - 1 hours * uint48(move.time % 4);
        uint256 due = _credits[move.from][times[0]];
        if (times[0] > block.timestamp) vm.expectPartialRevert(IEscrow.NotMatured.selector);
        else if (due == 0) vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        _escrow.claimMatured(_account(move.from), times);
        if (due == 0 || times[0] > block.timestamp) return;
        _credits[move.from][times[0]] = 0;
        _maturing[move.from] -= due;
        _free[move.from] += due;
    }

    function _withdraw(Move memory move) private {
        bool fits = move.amount <= _free[move.from];
        if (move.amount == 0) vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        else if (!fits) vm.expectPartialRevert(IEscrow.InsufficientFree.selector);
        vm.prank(_account(move.from));
        _escrow.withdraw(move.amount);
        if (fits) _free[move.from] -= move.amount;
    }

    function _hour(uint256 time) private pure returns (uint48) {
        return uint48((time + 3599) / 3600 * 3600);
    }
}
