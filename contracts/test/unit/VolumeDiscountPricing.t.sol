// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVolumeDiscountPricing} from "../../src/interfaces/IVolumeDiscountPricing.sol";
import {PricingWorld} from "../lib/PricingWorld.sol";
import {vm} from "../lib/Test.sol";

contract VolumeDiscountPricingTest is PricingWorld {
    IVolumeDiscountPricing private _pricing;

    function setUp() public override {
        super.setUp();
        _pricing = IVolumeDiscountPricing(deployPricing("VolumeDiscountPricing"));
    }

    function _threeTiers() private pure returns (IVolumeDiscountPricing.Tier[] memory tiers) {
        tiers = new IVolumeDiscountPricing.Tier[](3);
        tiers[0] = IVolumeDiscountPricing.Tier(0, 100);
        tiers[1] = IVolumeDiscountPricing.Tier(10, 70);
        tiers[2] = IVolumeDiscountPricing.Tier(30, 20);
    }

    function _set(IVolumeDiscountPricing.Tier[] memory tiers) private {
        vm.prank(appOwner.id);
        _pricing.setTiers(app, tiers);
    }

    function test_EachTaskCostsWhatItsTierSays() public {
        vm.expectEmit(address(_pricing));
        emit IVolumeDiscountPricing.TiersSet(app, _threeTiers());
        _set(_threeTiers());
        vm.assertEq(_pricing.tiersOf(app).length, 3);
        vm.assertEq(charge(address(_pricing), requester.id, 8), 100);
        // 2 at 100, 20 at 70, 8 at 20: 1760 for 30.
        vm.expectEmit(address(_pricing));
        emit IVolumeDiscountPricing.TasksBought(app, requester.id, 38);
        vm.assertEq(charge(address(_pricing), requester.id, 30), 58);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 20);
        vm.assertEq(_pricing.boughtOf(app, requester.id), 39);
    }

    function test_EveryRequesterStartsAtTheFirstTier() public {
        _set(_threeTiers());
        charge(address(_pricing), requester.id, 50);
        vm.assertEq(charge(address(_pricing), stranger.id, 1), 100);
    }

    function test_NewTiersKeepWhatWasBought() public {
        _set(_threeTiers());
        charge(address(_pricing), requester.id, 50);
        IVolumeDiscountPricing.Tier[] memory one = new IVolumeDiscountPricing.Tier[](1);
        one[0].taskPrice = 9;
        _set(one);
        vm.assertEq(charge(address(_pricing), requester.id, 1), 9);
        vm.assertEq(_pricing.boughtOf(app, requester.id), 51);
    }

    function test_RevertWhen_ATierIsOutOfOrder() public {
        IVolumeDiscountPricing.Tier[] memory tiers = _threeTiers();
        tiers[0].from = 1;
        _expectBad(tiers, 0);
        tiers = _threeTiers();
        tiers[1].from = 0;
        _expectBad(tiers, 1);
        tiers = _threeTiers();
        tiers[2].taskPrice = 70;
        _expectBad(tiers, 2);
    }

    function _expectBad(IVolumeDiscountPricing.Tier[] memory tiers, uint256 place) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IVolumeDiscountPricing.BadTier.selector, place, tiers[place].from, tiers[place].taskPrice
            )
        );
        _set(tiers);
    }

    function test_RevertWhen_ThereAreTooManyTiers() public {
        IVolumeDiscountPricing.Tier[] memory tiers = new IVolumeDiscountPricing.Tier[](9);
        vm.expectRevert(abi.encodeWithSelector(IVolumeDiscountPricing.TooManyTiers.selector, 9, 8));
        _set(tiers);
    }

    function test_RevertWhen_ThereAreNoTiers() public {
        expectNoTariff(address(_pricing));
    }

    function test_RevertWhen_ChargedByAnybodyElse() public {
        _set(_threeTiers());
        expectOnlyMarketCharges(address(_pricing));
    }

    function test_RevertWhen_SetByAnybodyElse() public {
        IVolumeDiscountPricing.Tier[] memory tiers = _threeTiers();
        expectNotOwner();
        _pricing.setTiers(app, tiers);
    }
}
