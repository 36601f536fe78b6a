// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {MatchProofs} from "../../src/types/Orders.sol";
import {AdJudge} from "../lib/Pricers.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

/// Ads come with the orders that name them, and both requirements must be true. What ads mean is ClassAds' part.
contract MarketAdsTest is World {
    bytes private constant POOL_AD = "the pool's";
    bytes private constant REQUEST_AD = "the request's";
    AdJudge private _judge;
    address private _evaluator;
    bool private _judgeless;

    function setUp() public override {
        _judge = new AdJudge();
        _evaluator = vm.deployCode("ClassAds.sol:ClassAds", "");
        super.setUp();
    }

    function classAds() internal view override returns (address) {
        return _judgeless ? _evaluator : address(_judge);
    }

    function _withAds(bytes memory poolAd, bytes memory requestAd) private returns (Orders memory orders) {
        orders = someOrders();
        orders.pool.ad = poolAd.length == 0 ? bytes32(0) : keccak256(poolAd);
        orders.request.ad = requestAd.length == 0 ? bytes32(0) : keccak256(requestAd);
    }

    function _match(Orders memory orders, bytes memory poolAd, bytes memory requestAd) private {
        this.matchWithAds(orders, signAll(orders), poolAd, requestAd);
    }

    function matchWithAds(
        Orders memory orders,
        bytes[4] memory signed,
        bytes memory poolAd,
        bytes memory requestAd
    ) external {
        MatchProofs memory proofs = MatchProofs(signed[0], signed[1], signed[2], signed[3], poolAd, requestAd);
        market.matchOrders(orders.app, orders.dataset, orders.pool, orders.request, proofs, 1);
    }

    function test_AdsThatMeetEachOtherMatch() public {
        Orders memory orders = _withAds(POOL_AD, REQUEST_AD);
        _judge.setPair(POOL_AD, REQUEST_AD);
        _match(orders, POOL_AD, REQUEST_AD);
    }

    function test_OneSideAloneMayHaveAnAd() public {
        Orders memory orders = _withAds("", REQUEST_AD);
        _judge.setPair("", REQUEST_AD);
        _match(orders, "", REQUEST_AD);
        orders = _withAds(POOL_AD, "");
        _judge.setPair(POOL_AD, "");
        _match(orders, POOL_AD, "");
    }

    function test_WithoutAdsNobodyIsAsked() public {
        _judge.set(1);
        _match(_withAds("", ""), "", "");
    }

    function test_RevertWhen_TheRequirementsAreNotMet() public {
        Orders memory orders = _withAds(POOL_AD, REQUEST_AD);
        bytes memory refusal = abi.encodeWithSelector(
            IMarket.RequirementsNotMet.selector, keccak256(POOL_AD), keccak256(REQUEST_AD)
        );
        bytes[4] memory signed = signAll(orders);
        _judge.setPair(REQUEST_AD, POOL_AD);
        for (uint256 mode; mode < 6; ++mode) {
            _judge.set(mode);
            vm.expectRevert(refusal);
            this.matchWithAds(orders, signed, POOL_AD, REQUEST_AD);
        }
    }

    function test_RevertWhen_AnAdIsNotTheOrders() public {
        Orders memory orders = _withAds(POOL_AD, REQUEST_AD);
        bytes[4] memory signed = signAll(orders);
        (bytes32 poolAd, bytes32 requestAd) = (orders.pool.ad, orders.request.ad);
        bytes4 wrong = IMarket.WrongAd.selector;
        vm.expectRevert(abi.encodeWithSelector(wrong, 2, poolAd, keccak256("other")));
        this.matchWithAds(orders, signed, "other", REQUEST_AD);
        vm.expectRevert(abi.encodeWithSelector(wrong, 2, poolAd, bytes32(0)));
        this.matchWithAds(orders, signed, "", REQUEST_AD);
        vm.expectRevert(abi.encodeWithSelector(wrong, 3, requestAd, keccak256("other")));
        this.matchWithAds(orders, signed, POOL_AD, "other");
        orders = _withAds("", "");
        signed = signAll(orders);
        vm.expectRevert(abi.encodeWithSelector(wrong, 3, bytes32(0), requestAd));
        this.matchWithAds(orders, signed, "", REQUEST_AD);
    }

    /// With the evaluator itself, and ads as TypeScript compiles them.
    function test_TheEvaluatorDecides() public {
        _judgeless = true;
        super.setUp();
        string memory json = vm.readFile("contracts/test/vectors/marketAds.json");
        bytes memory poolAd = vm.parseJsonBytes(json, ".pool");
        bytes memory good = vm.parseJsonBytes(json, ".request");
        bytes memory greedy = vm.parseJsonBytes(json, ".greedy");
        _match(_withAds(poolAd, good), poolAd, good);
        Orders memory orders = _withAds(poolAd, greedy);
        bytes[4] memory signed = signAll(orders);
        vm.expectPartialRevert(IMarket.RequirementsNotMet.selector);
        this.matchWithAds(orders, signed, poolAd, greedy);
        orders = _withAds("", good);
        signed = signAll(orders);
        vm.expectPartialRevert(IMarket.RequirementsNotMet.selector);
        this.matchWithAds(orders, signed, "", good);
        bytes memory broken = hex"ff00";
        orders = _withAds(broken, "");
        signed = signAll(orders);
        vm.expectPartialRevert(IMarket.RequirementsNotMet.selector);
        this.matchWithAds(orders, signed, broken, "");
    }

    /// The hash of no bytes is no ad: an order that names it can come with nothing.
    function test_RevertWhen_AnOrderNamesTheHashOfNothing() public {
        Orders memory orders = someOrders();
        orders.pool.ad = keccak256("");
        bytes[4] memory signed = signAll(orders);
        vm.expectRevert(abi.encodeWithSelector(IMarket.WrongAd.selector, 2, keccak256(""), bytes32(0)));
        this.matchWithAds(orders, signed, "", "");
    }
}
