// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDistribution} from "../../src/interfaces/IDistribution.sol";
import {Allocation, SaleTerms} from "../../src/types/Distributions.sol";
import {DistributionWorld} from "../lib/DistributionWorld.sol";
import {Maker} from "../lib/GovernanceWorld.sol";
import {vm} from "../lib/Test.sol";

contract DistributionAllocationsTest is DistributionWorld {
    function _refuseAt(uint256 time, uint256 index, bytes4 reason) private {
        vm.warp(time);
        vm.expectRevert(abi.encodeWithSelector(reason));
        distribution.claimAllocation(index);
    }

    function test_NothingBeforeTheCliffThenEvenlyThenAll() public {
        vm.expectEmit(address(distribution));
        emit IDistribution.Funded(address(this), 1700 ether + 6);
        distribution.fund();
        _refuseAt(START + 365 days - 1, 0, IDistribution.NothingDue.selector);
        vm.warp(START + 365 days);
        vm.expectEmit(address(distribution));
        emit IDistribution.AllocationClaimed(0, founder, 146 ether);
        distribution.claimAllocation(0);
        vm.assertEq(token.balanceOf(founder), 146 ether);
        _refuseAt(START + 365 days, 0, IDistribution.NothingDue.selector);
        vm.warp(START + 500 days);
        distribution.claimAllocation(0);
        vm.assertEq(token.balanceOf(founder), 200 ether);
        vm.warp(START + 1000 days);
        distribution.claimAllocation(0);
        vm.assertEq(token.balanceOf(founder), 400 ether);
        (Allocation memory a, uint256 claimed) = distribution.allocationOf(0);
        vm.assertEq(a.account, founder);
        vm.assertEq(claimed, 400 ether);
        _refuseAt(START + 2000 days, 0, IDistribution.NothingDue.selector);
    }

    function test_TheLastClaimGivesWhatRoundingKept() public {
        distribution.fund();
        vm.warp(START + 1 days);
        distribution.claimAllocation(1);
        vm.assertEq(token.balanceOf(team), (300 ether + 1) / uint256(7));
        vm.warp(START + 7 days);
        distribution.claimAllocation(1);
        vm.assertEq(token.balanceOf(team), 300 ether + 1);
        distribution.claimAllocation(2);
        vm.assertEq(token.balanceOf(team), 300 ether + 6);
    }

    function test_RevertWhen_NotFunded() public {
        _refuseAt(START + 9 days, 1, IDistribution.NotFunded.selector);
        vm.expectRevert(abi.encodeWithSelector(IDistribution.NotFunded.selector));
        buyAs(alice, 1 ether);
    }

    function test_RevertWhen_FundedTwice() public {
        distribution.fund();
        vm.expectRevert(abi.encodeWithSelector(IDistribution.AlreadyFunded.selector));
        distribution.fund();
    }

    function test_RevertWhen_ThereIsNoSuchAllocation() public {
        distribution.fund();
        vm.expectRevert(abi.encodeWithSelector(IDistribution.UnknownAllocation.selector, 3));
        distribution.claimAllocation(3);
    }

    function _refuse(SaleTerms memory sale, Allocation[] memory all, bytes memory reason) private {
        bytes memory arguments = abi.encode(address(token), address(treasury), sale, all);
        bytes memory code = bytes.concat(vm.getCode("Distribution.sol:Distribution"), arguments);
        vm.assertEq(new Maker().make(code), reason);
    }

    function test_RevertWhen_AnAllocationMakesNoSense() public {
        Allocation[] memory all = someAllocations();
        all[1].account = address(0);
        _refuse(
            someSale(),
            all,
            abi.encodeWithSelector(IDistribution.BadAllocation.selector, 1, address(0), 300 ether + 1)
        );
        all = someAllocations();
        all[2].amount = 0;
        _refuse(someSale(), all, abi.encodeWithSelector(IDistribution.BadAllocation.selector, 2, team, 0));
        all = someAllocations();
        all[0].cliffSec = 1001 days;
        _refuse(
            someSale(),
            all,
            abi.encodeWithSelector(IDistribution.BadSchedule.selector, 0, 1001 days, 1000 days)
        );
    }

    function _refuseSale(SaleTerms memory sale, bytes32 field) private {
        _refuse(sale, someAllocations(), abi.encodeWithSelector(IDistribution.BadSale.selector, field));
    }

    function test_RevertWhen_ASaleMakesNoSense() public {
        SaleTerms memory sale = someSale();
        sale.price = 0;
        _refuseSale(sale, "price");
        sale = someSale();
        sale.closesAt = sale.opensAt;
        _refuseSale(sale, "closesAt");
        sale = someSale();
        sale.cliffSec = sale.vestingSec + 1;
        _refuseSale(sale, "cliffSec");
        sale = someSale();
        sale.minimum = 500 ether + 1;
        _refuseSale(sale, "minimum");
    }

    function test_MayBeWithoutASale() public {
        SaleTerms memory none;
        distribution = IDistribution(make(none, someAllocations()));
        token.approve(address(distribution), type(uint256).max);
        distribution.fund();
        vm.assertEq(token.balanceOf(address(distribution)), 700 ether + 6);
        vm.expectRevert(abi.encodeWithSelector(IDistribution.SaleNotOpen.selector, 0, 0));
        buyAs(alice, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IDistribution.NothingDue.selector));
        distribution.collect();
    }

    /// Evenly, never more than all, never less than before.
    function testFuzz_VestsInOrder(uint128 amount, uint48 startsAt, uint48 cliff, uint48 length, uint48 time)
        public
        view
    {
        cliff = uint48(bound(cliff, 0, length));
        uint256 now_ = distribution.vestedOf(amount, startsAt, cliff, length, time);
        uint256 later = distribution.vestedOf(amount, startsAt, cliff, length, uint256(time) + 1);
        vm.assertLe(now_, later);
        vm.assertLe(later, amount);
        if (time < uint256(startsAt) + cliff) vm.assertEq(now_, 0);
        if (time >= uint256(startsAt) + length) vm.assertEq(now_, amount);
    }
}
