// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFreeQuotaPricing} from "../../src/interfaces/IFreeQuotaPricing.sol";
import {PricingWorld} from "../lib/PricingWorld.sol";
import {vm} from "../lib/Test.sol";

contract FreeQuotaPricingTest is PricingWorld {
    IFreeQuotaPricing private _pricing;

    function setUp() public override {
        super.setUp();
        _pricing = IFreeQuotaPricing(deployPricing("FreeQuotaPricing"));
    }

    function _set(uint128 taskPrice, uint32 freeTasks, uint48 periodSec) private {
        vm.expectEmit(address(_pricing));
        emit IFreeQuotaPricing.TariffSet(app, taskPrice, freeTasks, periodSec);
        vm.prank(appOwner.id);
        _pricing.setTariff(app, taskPrice, freeTasks, periodSec);
    }

    function test_TheFirstTasksAreFree() public {
        _set(90, 10, 0);
        vm.expectEmit(address(_pricing));
        emit IFreeQuotaPricing.FreeTasksUsed(app, requester.id, 0, 8);
        vm.assertEq(charge(address(_pricing), requester.id, 8), 0);
        vm.assertEq(_pricing.freeTasksOf(app, requester.id), 2);
        // Two of three are free: 90 for the third, shared by all.
        vm.assertEq(charge(address(_pricing), requester.id, 3), 30);
        vm.assertEq(charge(address(_pricing), requester.id, 3), 90);
        vm.assertEq(_pricing.freeTasksOf(app, requester.id), 0);
    }

    function test_EveryRequesterAndEveryAssetHasItsOwn() public {
        _set(90, 1, 0);
        charge(address(_pricing), requester.id, 1);
        vm.assertEq(charge(address(_pricing), stranger.id, 1), 0);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 90);
    }

    function test_ANewPeriodHasNewFreeTasks() public {
        _set(90, 4, 1 days);
        charge(address(_pricing), requester.id, 4);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 90);
        vm.warp((block.timestamp / 1 days + 1) * 1 days - 1);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 90);
        vm.warp(block.timestamp + 1);
        vm.assertEq(_pricing.freeTasksOf(app, requester.id), 4);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 0);
    }

    function test_ASmallerQuotaTakesNothingBack() public {
        _set(90, 10, 0);
        charge(address(_pricing), requester.id, 8);
        _set(90, 5, 0);
        vm.assertEq(_pricing.freeTasksOf(app, requester.id), 0);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 90);
    }

    function test_RevertWhen_ThereIsNoTariff() public {
        expectNoTariff(address(_pricing));
    }

    /// Otherwise anybody could use up the free tasks of others.
    function test_RevertWhen_ChargedByAnybodyElse() public {
        _set(90, 10, 0);
        expectOnlyMarketCharges(address(_pricing));
    }

    function test_RevertWhen_SetByAnybodyElse() public {
        expectNotOwner();
        _pricing.setTariff(app, 1, 1, 1);
    }
}
