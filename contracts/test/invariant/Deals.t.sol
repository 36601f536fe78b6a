// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {Test, vm} from "../lib/Test.sol";
import {DealsHandler} from "./DealsHandler.sol";

/// The invariants of docs/protocol for deals with promises and stake at risk. Numbers are those of the list there.
contract DealsInvariantTest is Test {
    DealsHandler private _handler;
    IToken private _token;
    IEscrow private _escrow;
    IMarket private _market;

    function setUp() public {
        _handler = new DealsHandler();
        _handler.setUp();
        (address token, address escrow, address market) = _handler.protocol();
        (_token, _escrow, _market) = (IToken(token), IEscrow(escrow), IMarket(market));
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = DealsHandler.openADeal.selector;
        selectors[1] = DealsHandler.settle.selector;
        selectors[2] = DealsHandler.settle.selector;
        selectors[3] = DealsHandler.settle.selector;
        selectors[4] = DealsHandler.spoil.selector;
        selectors[5] = DealsHandler.takeStake.selector;
        selectors[6] = DealsHandler.expire.selector;
        selectors[7] = DealsHandler.wait_.selector;
        target(address(_handler), selectors);
    }

    /// 1. Tokens held = free + locked + maturing.
    function invariant_EveryTokenIsSomebodys() public view {
        address[] memory all = _handler.everybody();
        uint256 sum;
        for (uint256 i; i < all.length; ++i) {
            sum += _escrow.freeOf(all[i]) + _escrow.lockedOf(all[i]) + _escrow.maturingOf(all[i]);
        }
        vm.assertEq(_token.balanceOf(address(_escrow)), sum);
    }

    /// 2. No order beyond its volume; what is done is settled or spoiled, never both.
    function invariant_TasksAreSettledOrSpoiledOnce() public view {
        DealsHandler.Deal[] memory deals = _handler.deals();
        for (uint256 i; i < deals.length; ++i) {
            DealTerms memory terms = deals[i].terms;
            bytes32 dealId = keccak256(abi.encode(terms));
            (DealStatus status, uint32 settled) = _market.dealOf(dealId);
            (uint32 spoiled, uint32 late, uint48 endedAt) = _market.deliveryOf(dealId);
            vm.assertEq(status == DealStatus.Closed, deals[i].ended);
            vm.assertEq(endedAt != 0, deals[i].ended);
            vm.assertEq(settled, deals[i].settled);
            vm.assertEq(late, deals[i].late);
            vm.assertEq(settled + spoiled, deals[i].done);
            vm.assertLe(terms.firstIndex + terms.volume, _market.consumedOf(terms.requestHash));
        }
    }

    /// 3. What is locked is what open deals may still cost, and nothing else.
    function invariant_LocksAreThoseOfOpenDeals() public view {
        DealsHandler.Deal[] memory deals = _handler.deals();
        (uint256 money, uint256 stake) = (0, 0);
        address[] memory all = _handler.everybody();
        for (uint256 i; i < deals.length; ++i) {
            if (deals[i].ended) continue;
            DealTerms memory terms = deals[i].terms;
            uint256 workersPart = uint256(terms.poolPrice) * terms.workerShareBps / 10_000;
            uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
            money += price * terms.volume - workersPart * deals[i].settled;
            money -= (terms.poolPrice - workersPart) * deals[i].taken;
            stake += uint256(terms.poolStake) * (terms.volume - deals[i].taken);
        }
        vm.assertEq(_escrow.lockedOf(all[8]), money);
        vm.assertEq(_escrow.lockedOf(all[7]), stake);
    }

    /// 3. Anyone can end every deal once its time is over; then no lock is left.
    function afterInvariant() public {
        _handler.expireAll();
        invariant_EveryTokenIsSomebodys();
        invariant_TasksAreSettledOrSpoiledOnce();
        invariant_LocksAreThoseOfOpenDeals();
        vm.assertEq(_escrow.freeOf(_handler.APPELLANT()), _handler.stakeTaken());
    }

    /// The handler is no good if its calls come to nothing: in 400 steps everything has happened.
    function test_TheHandlerReachesEverything() public {
        for (uint256 i; i < 400; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            if (i % 5 == 0) _handler.openADeal(r, r >> 8, r >> 16);
            else if (i % 5 < 3) _handler.settle(r, r >> 8, r >> 16);
            else if (i % 10 == 3) _handler.spoil(r, (r >> 8) % 3);
            else if (i % 10 == 4) _handler.takeStake(r);
            else if (i % 20 == 8) _handler.expire(r);
            else _handler.wait_(r);
        }
        afterInvariant();
        bytes32[8] memory all =
            [bytes32("opened"), "refused", "settled", "spoiled", "taken", "spared", "expired", "completed"];
        for (uint256 i; i < 8; ++i) {
            vm.assertGt(_handler.count(all[i]), 0);
        }
    }
}
