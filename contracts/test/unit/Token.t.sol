// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";

contract TokenTest is World {
    function test_HasAFixedSupplyOfEighteenDecimals() public view {
        vm.assertEq(token.totalSupply(), 1e27);
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.symbol(), "MILL");
    }

    function test_CountsVotesOnceDelegated() public {
        token.transfer(stranger.id, 5);
        IVotes votes = IVotes(address(token));
        vm.assertEq(votes.getVotes(stranger.id), 0);
        vm.prank(stranger.id);
        votes.delegate(stranger.id);
        vm.assertEq(votes.getVotes(stranger.id), 5);
        vm.prank(stranger.id);
        token.transfer(requester.id, 2);
        vm.assertEq(votes.getVotes(stranger.id), 3);
    }
}
