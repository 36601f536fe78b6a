// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IGroupList} from "../../src/interfaces/IGroupList.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

contract GroupListTest is World {
    IGroupList private _allowlist;
    IGroupList private _blacklist;

    function setUp() public override {
        super.setUp();
        _allowlist = IGroupList(vm.deployCode("Allowlist.sol:Allowlist", abi.encode(address(this))));
        _blacklist = IGroupList(vm.deployCode("Blacklist.sol:Blacklist", abi.encode(address(this))));
    }

    function _one(address who) private pure returns (address[] memory whos) {
        whos = new address[](1);
        whos[0] = who;
    }

    function test_ABlacklistAdmitsAllOthers() public {
        vm.assertTrue(_blacklist.isMember(pool));
        vm.expectEmit(address(_blacklist));
        emit IGroupList.ListedSet(pool, true);
        _blacklist.setListed(_one(pool), true);
        vm.assertTrue(_blacklist.isListed(pool));
        vm.assertFalse(_blacklist.isMember(pool));
        vm.assertTrue(_blacklist.isMember(app));
        _blacklist.setListed(_one(pool), false);
        vm.assertTrue(_blacklist.isMember(pool));
    }

    function test_AnAllowlistAdmitsNobodyElse() public {
        vm.assertFalse(_allowlist.isMember(pool));
        _allowlist.setListed(_one(pool), true);
        vm.assertTrue(_allowlist.isMember(pool));
        vm.assertFalse(_allowlist.isMember(app));
    }

    function test_ARequestRefusesTheBlacklistedPool() public {
        Orders memory orders = someOrders();
        orders.request.onlyPool = address(_blacklist);
        openDeal(orders, 1);
        _blacklist.setListed(_one(pool), true);
        bytes[4] memory signatures = signAll(orders);
        vm.expectRevert(
            abi.encodeWithSelector(IMarket.Restricted.selector, uint8(3), address(_blacklist), pool)
        );
        matchSigned(orders, signatures, 1);
    }

    function test_RevertWhen_ListingNobody() public {
        vm.expectRevert(abi.encodeWithSelector(IGroupList.ZeroMember.selector));
        _allowlist.setListed(_one(address(0)), true);
    }

    function test_RevertWhen_AStrangerLists() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger.id));
        vm.prank(stranger.id);
        _allowlist.setListed(_one(pool), true);
    }

    function test_AnOwnerHandsOverInTwoSteps() public {
        Ownable2Step(address(_allowlist)).transferOwnership(stranger.id);
        _allowlist.setListed(_one(pool), true);
        vm.prank(stranger.id);
        Ownable2Step(address(_allowlist)).acceptOwnership();
        vm.prank(stranger.id);
        _allowlist.setListed(_one(pool), false);
        vm.assertFalse(_allowlist.isMember(pool));
    }
}
