// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {MatchProofs} from "../../src/types/Orders.sol";
import {Ads} from "../lib/Ads.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

/// Orders match by what their ads require of each other, judged by the real ClassAds.
contract MarketRequirementsTest is World {
    address private _classAds;

    function setUp() public override {
        _classAds = vm.deployCode("ClassAds.sol:ClassAds", "");
        super.setUp();
    }

    function classAds() internal view override returns (address) {
        return _classAds;
    }

    function _pool(uint256 memoryMiB) private pure returns (bytes memory) {
        bytes memory entries = bytes.concat(
            Ads.entry("arch", 4, uint256(bytes32("x86_64"))), Ads.entry("memorymib", 3, memoryMiB)
        );
        // MY.memorymib >= TARGET.needmib
        return Ads.ad(entries, bytes.concat(Ads.my("memorymib"), Ads.target("needmib"), hex"2a"));
    }

    function _request(bytes memory arch) private pure returns (bytes memory) {
        // TARGET.memorymib > 100 && TARGET.arch == arch
        bytes memory program = bytes.concat(
            Ads.target("memorymib"), Ads.integer(100), hex"29", Ads.target("arch"), Ads.text(arch), hex"2b20"
        );
        return Ads.ad(Ads.entry("needmib", 3, 512), program);
    }

    function _proofs(bytes memory poolAd, bytes memory requestAd)
        private
        returns (Orders memory orders, MatchProofs memory proofs)
    {
        orders = someOrders();
        orders.pool.ad = keccak256(poolAd);
        orders.request.ad = keccak256(requestAd);
        bytes[4] memory signed = signAll(orders);
        proofs = MatchProofs(signed[0], signed[1], signed[2], signed[3], poolAd, requestAd);
    }

    function _matches(bytes memory poolAd, bytes memory requestAd) private {
        (Orders memory orders, MatchProofs memory proofs) = _proofs(poolAd, requestAd);
        market.matchOrders(orders.app, orders.dataset, orders.pool, orders.request, proofs, 1);
    }

    function _isRefused(bytes memory poolAd, bytes memory requestAd) private {
        (Orders memory orders, MatchProofs memory proofs) = _proofs(poolAd, requestAd);
        vm.expectRevert(
            abi.encodeWithSelector(IMarket.RequirementsNotMet.selector, orders.pool.ad, orders.request.ad)
        );
        market.matchOrders(orders.app, orders.dataset, orders.pool, orders.request, proofs, 1);
    }

    function test_MatchesWhereBothRequirementsHold() public {
        _matches(_pool(512), _request("X86_64"));
    }

    function test_RefusesWhereTheRequestAsksForMore() public {
        _isRefused(_pool(512), _request("aarch64"));
    }

    function test_RefusesWhereThePoolAsksForMore() public {
        _isRefused(_pool(511), _request("x86_64"));
    }

    function test_RefusesWhatIsUndefined() public {
        _isRefused(Ads.ad("", ""), _request("x86_64"));
    }

    function test_RefusesAnAdThatCannotBeRead() public {
        _isRefused(bytes.concat(_pool(512), hex"ff"), _request("x86_64"));
    }

    /// Nobody can make a match dear for others: the dearest ads there are stay within what Market gives them.
    function test_TheDearestAdsStillMatch() public {
        bytes memory miss = Ads.my(abi.encodePacked(uint248(33)));
        // 20 failed look-ups through a full table, each compared and turned round.
        bytes memory program = bytes.concat(hex"03", Ads.repeat(bytes.concat(miss, hex"2d10"), 20), hex"0321");
        bytes memory dear = Ads.ad(Ads.many(32), program);
        _matches(dear, dear);
    }
}
