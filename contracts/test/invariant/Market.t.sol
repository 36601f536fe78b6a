// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {Test, vm} from "../lib/Test.sol";
import {Handler} from "./Handler.sol";
import {Ledger} from "./Ledger.sol";

/// The invariants of docs/protocol, after any sequence of what Handler does. Numbers are those of the list there.
contract MarketInvariantTest is Test {
    Handler private _handler;
    Ledger private _ledger;
    IToken private _token;
    IEscrow private _escrow;
    IMarket private _market;
    IStanding private _standing;

    function setUp() public {
        _handler = new Handler();
        _handler.setUp();
        _ledger = _handler.ledger();
        (address token, address escrow, address market, address standing) = _handler.protocol();
        (_token, _escrow, _market, _standing) =
        (IToken(token), IEscrow(escrow), IMarket(market), IStanding(standing));
        bytes4[] memory selectors = new bytes4[](14);
        selectors[0] = Handler.openADeal.selector;
        selectors[1] = Handler.commitABatch.selector;
        selectors[2] = Handler.commitABatch.selector;
        selectors[3] = Handler.commitABatch.selector;
        selectors[4] = Handler.settleABatch.selector;
        selectors[5] = Handler.settleABatch.selector;
        selectors[6] = Handler.settleOnTrust.selector;
        selectors[7] = Handler.expireADeal.selector;
        selectors[8] = Handler.comeOrGo.selector;
        selectors[9] = Handler.bondMore.selector;
        selectors[10] = Handler.claim.selector;
        selectors[11] = Handler.moveMoney.selector;
        selectors[12] = Handler.wait_.selector;
        selectors[13] = Handler.attack.selector;
        target(address(_handler), selectors);
    }

    /// 1. Tokens held = free + locked + maturing.  8. Every balance can be told from events.
    function invariant_EveryTokenIsSomebodys() public view {
        address[] memory all = _handler.actors();
        uint256 sum;
        for (uint256 i; i < all.length; ++i) {
            (uint256 free, uint256 locked, uint256 maturing,) = _ledger.accounts(all[i]);
            vm.assertEq(_escrow.freeOf(all[i]), free);
            vm.assertEq(_escrow.lockedOf(all[i]), locked);
            vm.assertEq(_escrow.maturingOf(all[i]), maturing);
            sum += free + locked + maturing;
        }
        vm.assertEq(_token.balanceOf(address(_escrow)), sum);
    }

    /// 2. No task settles twice (Ledger refuses to write it), and what is settled is what events say.
    function invariant_TasksSettleOnce() public view {
        for (uint256 i; i < _ledger.dealCount(); ++i) {
            (DealTerms memory terms, uint256 settled,) = _ledger.dealAt(i);
            bytes32 dealId = _ledger.dealIds(i);
            (DealStatus status, uint32 onChain) = _market.dealOf(dealId);
            vm.assertEq(onChain, settled);
            vm.assertLe(settled, terms.volume);
            vm.assertTrue(status != DealStatus.None);
            (uint32 spoiled,,) = _market.deliveryOf(dealId);
            vm.assertLe(settled + spoiled, terms.volume);
            if (settled + spoiled == terms.volume) vm.assertEq(uint256(status), uint256(DealStatus.Closed));
            vm.assertLe(terms.firstIndex + terms.volume, _market.consumedOf(terms.requestHash));
            for (uint32 index; index < terms.volume; ++index) {
                vm.assertEq(_market.isSettled(dealId, index), _ledger.digestOf(dealId, index) != 0);
            }
        }
    }

    /// 3. A bond is exactly as much as is locked for it.  8. Every record can be told from events.
    function invariant_RecordsAreWhatEventsSay() public view {
        address[] memory all = _handler.actors();
        for (uint256 i; i < 5; ++i) {
            (uint128 bonded, uint32 checks, uint32 faults, uint48 bannedUntil,) = _standing.standingOf(all[i]);
            (uint256 bond, uint256 passed, uint256 found, uint256 until) = _ledger.workers(all[i]);
            vm.assertEq(bonded, bond);
            vm.assertEq(checks, passed);
            vm.assertEq(faults, found);
            vm.assertEq(bannedUntil, until);
            vm.assertEq(_escrow.lockedOf(all[i]), bonded);
        }
    }

    /// The handler is no good if its calls come to nothing: in 300 steps everything has happened.
    function test_TheHandlerReachesEverything() public {
        for (uint256 i; i < 400; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            if (i % 6 == 0) _handler.openADeal(r, r >> 8, r >> 16);
            else if (i % 6 < 3) _handler.commitABatch(r, r >> 8, r >> 16, r >> 24, r >> 32);
            else if (i % 6 < 5) _handler.settleABatch(r);
            else if (i / 6 % 4 == 0) _handler.settleOnTrust(r, r >> 8, r >> 16, r >> 24);
            else if (i / 6 % 4 == 1) _handler.bondMore(r, 20 ether);
            else _handler.wait_(r);
        }
        invariant_EveryTokenIsSomebodys();
        invariant_TasksSettleOnce();
        invariant_RecordsAreWhatEventsSay();
        afterInvariant();
        vm.assertGt(_handler.done("settled"), 20);
        vm.assertGt(_handler.done("faults"), 3);
        vm.assertGt(_handler.done("trusted"), 0);
        vm.assertGt(_handler.done("expired"), 0);
    }

    /// 3. After a deal's expiry anyone can end it, and then no lock is left.  4. What tasks pay adds up to
    /// their prices exactly: the requester has paid that, and nothing else.
    function afterInvariant() public {
        _handler.expireAll();
        invariant_EveryTokenIsSomebodys();
        address requester = _handler.payer();
        vm.assertEq(_escrow.lockedOf(requester), 0);
        uint256 owed;
        for (uint256 i; i < _ledger.dealCount(); ++i) {
            (DealTerms memory terms, uint256 settled,) = _ledger.dealAt(i);
            (DealStatus status,) = _market.dealOf(_ledger.dealIds(i));
            vm.assertEq(uint256(status), uint256(DealStatus.Closed));
            vm.assertEq(_escrow.lockedOf(terms.poolOwner), 0);
            owed += (uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice) * settled;
        }
        (,,, uint256 paid) = _ledger.accounts(requester);
        vm.assertEq(paid, owed);
    }
}
