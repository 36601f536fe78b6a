// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDistribution} from "../../src/interfaces/IDistribution.sol";
import {DistributionWorld, Purse} from "../lib/DistributionWorld.sol";
import {vm} from "../lib/Test.sol";

/// Buys, and on being paid back asks again.
contract Reentrant {
    IDistribution private immutable SALE;
    uint256 public refused;

    constructor(IDistribution sale) payable {
        SALE = sale;
    }

    function buy(uint256 coins) external {
        SALE.buy{value: coins}();
    }

    function refund() external {
        SALE.refund(address(this));
    }

    receive() external payable {
        try SALE.refund(address(this)) {}
        catch {
            ++refused;
        }
    }
}

contract DistributionSaleTest is DistributionWorld {
    function setUp() public override {
        super.setUp();
        distribution.fund();
        vm.warp(OPENS);
    }

    function _expect(bytes memory reason) private {
        vm.expectRevert(reason);
    }

    function test_ASuccessfulSalePaysTheBeneficiaryAndVests() public {
        vm.expectEmit(address(distribution));
        emit IDistribution.Bought(alice, 100 ether, 200 ether);
        buyAs(alice, 100 ether);
        buyAs(bob, 100 ether);
        vm.assertEq(distribution.sold(), 400 ether);
        vm.assertEq(distribution.raised(), 200 ether);
        vm.assertFalse(distribution.isSuccessful());
        vm.warp(CLOSES);
        vm.assertTrue(distribution.isSuccessful());
        _expect(abi.encodeWithSelector(IDistribution.NothingDue.selector));
        distribution.claimPurchase(alice);
        vm.warp(CLOSES + 25 days);
        vm.expectEmit(address(distribution));
        emit IDistribution.PurchaseClaimed(alice, 50 ether);
        distribution.claimPurchase(alice);
        vm.warp(CLOSES + 100 days);
        distribution.claimPurchase(alice);
        vm.assertEq(token.balanceOf(alice), 200 ether);
        (uint256 paid, uint256 bought, uint256 claimed) = distribution.purchaseOf(alice);
        vm.assertEq(paid, 100 ether);
        vm.assertEq(bought, 200 ether);
        vm.assertEq(claimed, 200 ether);
        _expect(abi.encodeWithSelector(IDistribution.SaleSucceeded.selector, 200 ether, 200 ether));
        vm.prank(bob);
        distribution.refund(bob);
        vm.expectEmit(address(distribution));
        emit IDistribution.Collected(address(treasury), 200 ether, 600 ether);
        distribution.collect();
        vm.assertEq(address(treasury).balance, 200 ether);
        vm.assertEq(token.balanceOf(address(treasury)), 600 ether);
        _expect(abi.encodeWithSelector(IDistribution.NothingDue.selector));
        distribution.collect();
    }

    function test_ASaleBelowItsMinimumGivesEverythingBack() public {
        buyAs(alice, 199 ether);
        vm.warp(CLOSES);
        vm.assertFalse(distribution.isSuccessful());
        _expect(abi.encodeWithSelector(IDistribution.SaleFailed.selector, 199 ether, 200 ether));
        distribution.claimPurchase(alice);
        vm.expectEmit(address(distribution));
        emit IDistribution.Collected(address(treasury), 0, 1000 ether);
        distribution.collect();
        vm.assertEq(address(treasury).balance, 0);
        vm.expectEmit(address(distribution));
        emit IDistribution.Refunded(alice, bob, 199 ether);
        vm.prank(alice);
        distribution.refund(bob);
        vm.assertEq(bob.balance, 1199 ether);
        _expect(abi.encodeWithSelector(IDistribution.NothingDue.selector));
        vm.prank(alice);
        distribution.refund(alice);
    }

    function test_RevertWhen_TheSaleIsNotOpen() public {
        vm.warp(OPENS - 1);
        _expect(abi.encodeWithSelector(IDistribution.SaleNotOpen.selector, OPENS, CLOSES));
        buyAs(alice, 1 ether);
        vm.warp(CLOSES);
        _expect(abi.encodeWithSelector(IDistribution.SaleNotOpen.selector, OPENS, CLOSES));
        buyAs(alice, 1 ether);
    }

    function test_RevertWhen_TheSaleIsNotOver() public {
        buyAs(alice, 300 ether);
        bytes memory reason = abi.encodeWithSelector(IDistribution.SaleNotOver.selector, CLOSES);
        vm.warp(CLOSES - 1);
        _expect(reason);
        distribution.claimPurchase(alice);
        _expect(reason);
        vm.prank(alice);
        distribution.refund(alice);
        _expect(reason);
        distribution.collect();
    }

    function test_SellsUpToItsCapAndNoMore() public {
        buyAs(alice, 499 ether);
        _expect(abi.encodeWithSelector(IDistribution.CapExceeded.selector, 2 ether + 2, 2 ether));
        buyAs(bob, 1 ether + 1);
        buyAs(bob, 1 ether);
        _expect(abi.encodeWithSelector(IDistribution.CapExceeded.selector, 2, 0));
        buyAs(bob, 1);
        _expect(abi.encodeWithSelector(IDistribution.NothingDue.selector));
        buyAs(bob, 0);
    }

    /// Attack: a buyer that asks for its refund again while it is paid.
    function test_NobodyIsRefundedTwice() public {
        Reentrant thief = new Reentrant{value: 10 ether}(distribution);
        buyAs(alice, 100 ether);
        thief.buy(10 ether);
        vm.warp(CLOSES);
        thief.refund();
        vm.assertEq(thief.refused(), 1);
        vm.assertEq(address(thief).balance, 10 ether);
        vm.assertEq(address(distribution).balance, 100 ether);
    }

    function test_RevertWhen_CoinsAreRefused() public {
        buyAs(alice, 100 ether);
        vm.warp(CLOSES);
        Purse closed = new Purse();
        closed.set(false);
        _expect(abi.encodeWithSelector(IDistribution.CoinsRefused.selector, address(closed)));
        vm.prank(alice);
        distribution.refund(address(closed));
        vm.prank(alice);
        distribution.refund(alice);
        vm.assertEq(alice.balance, 1000 ether);
    }
}
