// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test, vm} from "../lib/Test.sol";
import {SalesHandler} from "./SalesHandler.sol";

/// Sales of files and services after any sequence of steps by anybody. The handler itself fails where a step
/// succeeds that its model forbids, or the other way round.
contract SalesInvariantTest is Test {
    SalesHandler private _handler;

    function setUp() public {
        _handler = new SalesHandler();
        _handler.setUp();
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = SalesHandler.offerAFile.selector;
        selectors[1] = SalesHandler.offerAService.selector;
        selectors[2] = SalesHandler.wait_.selector;
        for (uint256 i = 3; i < 7; ++i) {
            selectors[i] = SalesHandler.tryAStep.selector;
        }
        selectors[7] = selectors[8] = SalesHandler.goOn.selector;
        target(address(_handler), selectors);
    }

    /// 1. Tokens held = free + locked + maturing.  3. What is locked is what open sales lock.
    function invariant_LocksAreThoseOfOpenSales() public view {
        address[4] memory all = _handler.actors();
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            (uint256 locked, uint256 held) = _handler.escrowOf(all[i]);
            vm.assertEq(locked, _handler.lockedOf(all[i]));
            sum += held;
        }
        vm.assertEq(sum, _handler.tokensHeld());
    }

    /// 3. Every sale ends once; when its time has come anyone can end it, and then no lock is left.
    function afterInvariant() public {
        _handler.finishAll();
        vm.assertEq(_handler.ended(), _handler.count());
        invariant_LocksAreThoseOfOpenSales();
        address[4] memory all = _handler.actors();
        for (uint256 i; i < 4; ++i) {
            vm.assertEq(_handler.lockedOf(all[i]), 0);
        }
    }

    /// The handler is no good if its calls come to nothing: in 4,000 steps each kind has succeeded.
    function test_TheHandlerReachesEveryStep() public {
        for (uint256 i; i < 4000; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            if (i % 40 == 0) _handler.offerAFile(r);
            else if (i % 40 == 20) _handler.offerAService(r);
            else if (i % 8 == 7) _handler.wait_(r % 30 minutes);
            else if (i % 2 == 0) _handler.goOn(r, r >> 16);
            else _handler.tryAStep(r, r >> 16, r >> 32);
        }
        afterInvariant();
        for (uint256 step; step < 6; ++step) {
            vm.assertGt(_handler.done(SalesHandler.Step(step)), 2);
        }
    }
}
