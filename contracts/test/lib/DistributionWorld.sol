// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDistribution} from "../../src/interfaces/IDistribution.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {Allocation, SaleTerms} from "../../src/types/Distributions.sol";
import {Test, vm} from "./Test.sol";

/// Takes coins, or does not.
contract Purse {
    bool public open = true;

    function set(bool open_) external {
        open = open_;
    }

    receive() external payable {
        if (!open) revert("closed");
    }
}

/// A token that hands out three allocations and sells 1,000 at a half coin each; 200 coins are the minimum.
abstract contract DistributionWorld is Test {
    uint48 internal constant START = 1_800_000_000;
    uint48 internal constant OPENS = START + 1 days;
    uint48 internal constant CLOSES = START + 11 days;

    IToken internal token;
    IDistribution internal distribution;
    Purse internal treasury;
    address internal founder = address(0xF0);
    address internal team = address(0x7EA);
    address internal alice = address(0xA11CE);
    address internal bob = address(0xB0B);

    function setUp() public virtual {
        vm.warp(START);
        token = IToken(vm.deployCode("Token.sol:Token", abi.encode(address(this), 1e27)));
        treasury = new Purse();
        distribution = IDistribution(make(someSale(), someAllocations()));
        token.approve(address(distribution), type(uint256).max);
        vm.deal(alice, 1000 ether);
        vm.deal(bob, 1000 ether);
    }

    function make(SaleTerms memory sale, Allocation[] memory allocations) internal returns (address) {
        bytes memory arguments = abi.encode(address(token), address(treasury), sale, allocations);
        return vm.deployCode("Distribution.sol:Distribution", arguments);
    }

    function someSale() internal pure returns (SaleTerms memory) {
        return SaleTerms({
            offered: 1000 ether,
            price: 0.5 ether,
            minimum: 200 ether,
            opensAt: OPENS,
            closesAt: CLOSES,
            cliffSec: 10 days,
            vestingSec: 100 days
        });
    }

    function someAllocations() internal view returns (Allocation[] memory all) {
        all = new Allocation[](3);
        all[0] = Allocation(founder, 400 ether, START, 365 days, 1000 days);
        all[1] = Allocation(team, 300 ether + 1, START, 0, 7 days);
        all[2] = Allocation(team, 5, START + 3 days, 0, 0);
    }

    function buyAs(address buyer, uint256 coins) internal {
        vm.prank(buyer);
        distribution.buy{value: coins}();
    }
}
