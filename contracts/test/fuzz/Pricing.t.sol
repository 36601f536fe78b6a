// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFreeQuotaPricing} from "../../src/interfaces/IFreeQuotaPricing.sol";
import {IPerRunPricing} from "../../src/interfaces/IPerRunPricing.sol";
import {ISubscriptionPricing} from "../../src/interfaces/ISubscriptionPricing.sol";
import {IVolumeDiscountPricing} from "../../src/interfaces/IVolumeDiscountPricing.sol";
import {PricingWorld} from "../lib/PricingWorld.sol";
import {vm} from "../lib/Test.sol";

/// Each pricing contract against the same sum said plainly, task by task.
contract PricingFuzz is PricingWorld {
    function testFuzz_ADealNeverCostsMoreThanItsTariff(uint128 taskPrice, uint128 dealPrice, uint32 volume)
        public
    {
        (taskPrice, volume) = (taskPrice / 2, volume == 0 ? 1 : volume);
        IPerRunPricing pricing = IPerRunPricing(deployPricing("PerRunPricing"));
        vm.prank(appOwner.id);
        pricing.setTariff(app, IPerRunPricing.Tariff(taskPrice, dealPrice / 2));
        uint256 total = uint256(charge(address(pricing), requester.id, volume)) * volume;
        uint256 exact = uint256(taskPrice) * volume + dealPrice / 2;
        vm.assertLe(total, exact);
        vm.assertLe(exact - total, volume - 1);
    }

    function testFuzz_FreeTasksAreGivenOnceAPeriod(
        uint128 taskPrice,
        uint8 freeTasks,
        uint16[6] memory volumes,
        uint32[6] memory pauses
    ) public {
        IFreeQuotaPricing pricing = IFreeQuotaPricing(deployPricing("FreeQuotaPricing"));
        vm.prank(appOwner.id);
        pricing.setTariff(app, taskPrice, freeTasks, 1 weeks);
        uint256 period;
        uint256 used;
        for (uint256 i; i < volumes.length; ++i) {
            vm.warp(block.timestamp + pauses[i] % 2 weeks);
            if (block.timestamp / 1 weeks != period) (period, used) = (block.timestamp / 1 weeks, 0);
            uint32 volume = uint32(volumes[i] % 300) + 1;
            uint256 exact;
            for (uint256 task; task < volume; ++task) {
                if (used < freeTasks) ++used;
                else exact += taskPrice;
            }
            vm.assertEq(charge(address(pricing), requester.id, volume), exact / volume);
        }
    }

    function testFuzz_TiersCountTaskByTask(
        uint64[3] memory starts,
        uint128[3] memory prices,
        uint16[5] memory volumes
    ) public {
        IVolumeDiscountPricing pricing = IVolumeDiscountPricing(deployPricing("VolumeDiscountPricing"));
        IVolumeDiscountPricing.Tier[] memory tiers = _tiers(starts, prices);
        vm.prank(appOwner.id);
        pricing.setTiers(app, tiers);
        uint256 bought;
        for (uint256 i; i < volumes.length; ++i) {
            uint32 volume = uint32(volumes[i] % 400) + 1;
            uint256 exact;
            for (uint256 task; task < volume; ++task) {
                exact += _priceOf(tiers, bought++);
            }
            vm.assertEq(charge(address(pricing), requester.id, volume), exact / volume);
        }
        vm.assertEq(pricing.boughtOf(app, requester.id), bought);
    }

    function _tiers(uint64[3] memory starts, uint128[3] memory prices)
        private
        pure
        returns (IVolumeDiscountPricing.Tier[] memory tiers)
    {
        tiers = new IVolumeDiscountPricing.Tier[](4);
        tiers[0] = IVolumeDiscountPricing.Tier(0, type(uint128).max);
        for (uint256 i; i < 3; ++i) {
            tiers[i + 1].from = tiers[i].from + 1 + starts[i] % 500;
            tiers[i + 1].taskPrice = uint128(bound(prices[i], 0, tiers[i].taskPrice - 1 - (2 - i)));
            if (tiers[i + 1].taskPrice < 3) tiers[i + 1].taskPrice = uint128(2 - i);
        }
    }

    function _priceOf(IVolumeDiscountPricing.Tier[] memory tiers, uint256 task)
        private
        pure
        returns (uint256 price)
    {
        for (uint256 i; i < tiers.length; ++i) {
            if (task >= tiers[i].from) price = tiers[i].taskPrice;
        }
    }

    function testFuzz_ASubscriberGetsWhatItPaidFor(
        uint8 tasks,
        uint128 taskPrice,
        uint8 periods,
        uint16[6] memory volumes,
        uint32[6] memory pauses
    ) public {
        ISubscriptionPricing pricing = ISubscriptionPricing(deployPricing("SubscriptionPricing"));
        ISubscriptionPricing.Plan memory plan =
            ISubscriptionPricing.Plan(0, taskPrice, 1 weeks, uint32(tasks) + 1);
        vm.prank(appOwner.id);
        pricing.setPlan(app, plan);
        pricing.subscribe(app, requester.id, uint16(periods) + 1, keccak256(abi.encode(plan)));
        uint256 period;
        uint256 used;
        for (uint256 i; i < volumes.length; ++i) {
            vm.warp(block.timestamp + pauses[i] % 2 weeks);
            uint256 now_ = (block.timestamp - START) / 1 weeks;
            if (now_ != period) (period, used) = (now_, 0);
            uint32 volume = uint32(volumes[i] % 300) + 1;
            uint256 exact;
            for (uint256 task; task < volume; ++task) {
                if (now_ <= periods && used <= tasks) ++used;
                else exact += taskPrice;
            }
            vm.assertEq(charge(address(pricing), requester.id, volume), exact / volume);
        }
    }
}
