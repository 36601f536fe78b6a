// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetPricing} from "../../src/interfaces/IAssetPricing.sol";
import {IPricing} from "../../src/interfaces/IPricing.sol";
import {vm} from "./Test.sol";
import {World} from "./World.sol";

/// A world with one pricing contract, asked as Market asks it.
abstract contract PricingWorld is World {
    function deployPricing(string memory name) internal returns (address) {
        return vm.deployCode(
            string.concat(name, ".sol:", name), abi.encode(address(market), address(registry), address(token))
        );
    }

    function charge(address pricing, address who, uint32 volume) internal returns (uint128) {
        vm.prank(address(market));
        return IPricing(pricing).charge(app, who, pool, volume);
    }

    function expectOnlyMarketCharges(address pricing) internal {
        vm.expectRevert(abi.encodeWithSelector(IAssetPricing.NotMarket.selector, appOwner.id));
        vm.prank(appOwner.id);
        IPricing(pricing).charge(app, requester.id, pool, 1);
    }

    function expectNoTariff(address pricing) internal {
        vm.expectRevert(abi.encodeWithSelector(IAssetPricing.NoTariff.selector, app));
        charge(pricing, requester.id, 1);
    }

    function expectNotOwner() internal {
        vm.expectRevert(
            abi.encodeWithSelector(IAssetPricing.NotAssetOwner.selector, app, datasetOwner.id, appOwner.id)
        );
        vm.prank(datasetOwner.id);
    }
}
