// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {Test, vm} from "../lib/Test.sol";
import {CheatsHandler} from "./CheatsHandler.sol";

/// Cheating pools, workers and requesters in any order. The handler fails where a step works that must not, or the
/// other way round; the numbers are those of the invariants in docs/protocol.
contract CheatsInvariantTest is Test {
    CheatsHandler private _handler;
    IToken private _token;
    IEscrow private _escrow;
    IStanding private _standing;

    function setUp() public {
        _handler = new CheatsHandler();
        _handler.setUp();
        (address token, address escrow, address standing) = _handler.protocol();
        (_token, _escrow, _standing) = (IToken(token), IEscrow(escrow), IStanding(standing));
        bytes4[] memory selectors = new bytes4[](12);
        selectors[0] = CheatsHandler.askForTheImpossible.selector;
        selectors[1] = selectors[2] = CheatsHandler.commitABatch.selector;
        selectors[3] = selectors[4] = CheatsHandler.forceReveal.selector;
        selectors[5] = CheatsHandler.settleWithout.selector;
        selectors[6] = CheatsHandler.settleAll.selector;
        selectors[7] = CheatsHandler.forfeit.selector;
        selectors[8] = CheatsHandler.claimOmission.selector;
        selectors[9] = CheatsHandler.expire.selector;
        selectors[10] = selectors[11] = CheatsHandler.wait_.selector;
        target(address(_handler), selectors);
    }

    /// 1. Tokens held = free + locked + maturing of everybody.
    function invariant_EveryTokenIsSomebodys() public view {
        address[] memory all = _handler.actors();
        uint256 sum;
        for (uint256 i; i < all.length; ++i) {
            sum += _escrow.freeOf(all[i]) + _escrow.lockedOf(all[i]) + _escrow.maturingOf(all[i]);
        }
        vm.assertEq(_token.balanceOf(address(_escrow)), sum);
    }

    /// 6. Nobody is at fault but who did not reveal, once for each batch that was settled without it.
    function invariant_OnlyTheAbsentAreAtFault() public view {
        address[] memory all = _handler.actors();
        for (uint256 w; w < 5; ++w) {
            (,, uint32 faults,,) = _standing.standingOf(all[w]);
            vm.assertEq(faults, _handler.faults(w));
        }
    }

    /// 3. Then nothing is locked but bonds.
    function afterInvariant() public {
        _handler.expireAll();
        invariant_EveryTokenIsSomebodys();
        invariant_OnlyTheAbsentAreAtFault();
        address[] memory all = _handler.actors();
        for (uint256 i; i < all.length; ++i) {
            (uint128 bond,,,,) = _standing.standingOf(all[i]);
            vm.assertEq(_escrow.lockedOf(all[i]), bond);
        }
    }

    /// The handler is no good if its calls come to nothing: in 1,500 steps everything has happened.
    function test_TheHandlerReachesEverything() public {
        for (uint256 i; i < 1500; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            uint256 kind = i % 10;
            if (kind == 0) _handler.commitABatch(r, r >> 8);
            else if (kind < 3) _handler.forceReveal(r, r >> 8);
            else if (kind == 3) _handler.askForTheImpossible(r, uint48(r >> 8));
            else if (kind == 4) _handler.settleWithout(r, r >> 8);
            else if (kind == 5 && i % 3 == 0) _handler.settleAll(r);
            else if (kind == 6) _handler.claimOmission(r);
            else if (kind == 7) _handler.forfeit(r, r >> 8);
            else if (kind == 8) i % 4 == 0 ? _handler.expire(r) : _handler.settleWithout(r, r >> 8);
            else _handler.wait_(i % 60 == 59 ? r - r % 13 : r);
        }
        bytes32[9] memory all = [
            bytes32("opened"),
            "refused",
            "committed",
            "revealed",
            "absent",
            "settled",
            "forfeited",
            "omitted",
            "expired"
        ];
        afterInvariant();
        for (uint256 i; i < all.length; ++i) {
            vm.assertTrue(_handler.done(all[i]) > 0, string(abi.encodePacked(all[i])));
        }
    }
}
