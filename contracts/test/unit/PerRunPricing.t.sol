// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPerRunPricing} from "../../src/interfaces/IPerRunPricing.sol";
import {PricingWorld} from "../lib/PricingWorld.sol";
import {vm} from "../lib/Test.sol";

contract PerRunPricingTest is PricingWorld {
    IPerRunPricing private _pricing;

    function setUp() public override {
        super.setUp();
        _pricing = IPerRunPricing(deployPricing("PerRunPricing"));
    }

    function _set(uint128 taskPrice, uint128 dealPrice) private {
        vm.expectEmit(address(_pricing));
        emit IPerRunPricing.TariffSet(app, taskPrice, dealPrice);
        vm.prank(appOwner.id);
        _pricing.setTariff(app, IPerRunPricing.Tariff(taskPrice, dealPrice));
    }

    function test_SharesThePriceOfTheDealAmongItsTasks() public {
        _set(5, 100);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 105);
        vm.assertEq(charge(address(_pricing), requester.id, 10), 15);
        vm.assertEq(charge(address(_pricing), requester.id, 3), 38);
        (uint128 taskPrice, uint128 dealPrice) = _pricing.tariffOf(app);
        vm.assertEq(taskPrice, 5);
        vm.assertEq(dealPrice, 100);
    }

    function test_ATariffMayBeNothing() public {
        _set(0, 0);
        vm.assertEq(charge(address(_pricing), requester.id, 7), 0);
    }

    function test_RevertWhen_ThereIsNoTariff() public {
        expectNoTariff(address(_pricing));
    }

    function test_RevertWhen_ChargedByAnybodyElse() public {
        _set(5, 0);
        expectOnlyMarketCharges(address(_pricing));
    }

    function test_RevertWhen_SetByAnybodyElse() public {
        expectNotOwner();
        _pricing.setTariff(app, IPerRunPricing.Tariff(1, 1));
    }
}
