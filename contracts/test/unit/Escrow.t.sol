// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

contract EscrowTest is World {
    function test_DepositsAndWithdraws() public {
        uint256 before = token.balanceOf(address(this));
        escrow.deposit(5);
        vm.assertEq(escrow.freeOf(address(this)), 5);
        vm.assertEq(token.balanceOf(address(this)), before - 5);
        vm.expectEmit(address(escrow));
        emit IEscrow.Withdrawn(address(this), 3);
        escrow.withdraw(3);
        vm.assertEq(escrow.freeOf(address(this)), 2);
        vm.assertEq(token.balanceOf(address(this)), before - 2);
    }

    function test_RevertWhen_TheAmountIsZero() public {
        vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        escrow.deposit(0);
        vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        escrow.withdraw(0);
        vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        escrow.claimMatured(requester.id, new uint48[](0));
    }

    function test_RevertWhen_MoreIsTakenThanIsFree() public {
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.InsufficientFree.selector, requester.id, FUNDS, FUNDS + 1)
        );
        vm.prank(requester.id);
        escrow.withdraw(FUNDS + 1);
    }

    function test_RevertWhen_TheBondIsTakenOut() public {
        vm.expectPartialRevert(IEscrow.InsufficientFree.selector);
        vm.prank(workers[0].id);
        escrow.withdraw(FUNDS);
    }

    function test_DepositsWithAPermitEvenIfSomebodyUsedItFirst() public {
        token.transfer(stranger.id, 100);
        bytes32 digest = _permitHash(stranger.id, 100);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(stranger.key, digest);
        token.permit(stranger.id, address(escrow), 100, block.timestamp, v, r, s);
        vm.prank(stranger.id);
        escrow.depositWithPermit(100, block.timestamp, v, r, s);
        vm.assertEq(escrow.freeOf(stranger.id), 100);
    }

    function test_DepositsWithAPermit() public {
        token.transfer(stranger.id, 100);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(stranger.key, _permitHash(stranger.id, 100));
        vm.prank(stranger.id);
        escrow.depositWithPermit(100, block.timestamp, v, r, s);
        vm.assertEq(escrow.freeOf(stranger.id), 100);
    }

    function test_CreditsMatureAtTheFullHour() public {
        Orders memory orders = someOrders();
        orders.request.minOdds = 0;
        orders.request.maturitySec = 3000;
        DealTerms memory terms = openDeal(orders, 2);
        vm.warp(START + 7);
        settleTrusted(1, oneDealPart(terms, 0, 1), payee(0, 0, 1));
        address worker = workers[0].id;
        uint256 reward = uint256(terms.poolPrice) * 9000 / 10_000;
        uint48 due = START + 3600;
        vm.assertEq(START % 3600, 0);
        vm.assertEq(escrow.maturingOf(worker), reward);
        vm.assertEq(escrow.maturingAt(worker, due), reward);
        vm.assertEq(escrow.freeOf(worker), FUNDS - BOND);

        uint48[] memory times = new uint48[](2);
        (times[0], times[1]) = (START, due);
        vm.warp(due - 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.NotMatured.selector, worker, due, due - 1));
        escrow.claimMatured(worker, times);
        vm.warp(due);
        escrow.claimMatured(worker, times);
        vm.assertEq(escrow.freeOf(worker), FUNDS - BOND + reward);
        vm.assertEq(escrow.maturingOf(worker), 0);
        vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        escrow.claimMatured(worker, times);
    }

    function test_ATimeGivenTwiceIsPaidOnce() public {
        Orders memory orders = someOrders();
        orders.request.minOdds = 0;
        orders.request.maturitySec = 3600;
        DealTerms memory terms = openDeal(orders, 2);
        settleTrusted(1, oneDealPart(terms, 0, 1), payee(0, 0, 1));
        vm.warp(START + 3600);
        uint48[] memory times = new uint48[](2);
        (times[0], times[1]) = (START + 3600, START + 3600);
        escrow.claimMatured(workers[0].id, times);
        vm.assertEq(escrow.freeOf(workers[0].id), FUNDS - BOND + uint256(terms.poolPrice) * 9000 / 10_000);
    }

    function test_RevertWhen_AStrangerMovesMoney() public {
        bytes memory refused = abi.encodeWithSelector(IEscrow.NotAuthorised.selector, address(this));
        vm.expectRevert(refused);
        escrow.lock(requester.id, 1);
        vm.expectRevert(refused);
        escrow.release(requester.id, 1);
        vm.expectRevert(refused);
        escrow.pay(requester.id, address(this), 1, 0);
        vm.expectRevert(refused);
        escrow.payEach(requester.id, 0, new address[](0), new uint256[](0));
    }

    function test_RevertWhen_MoreIsPaidThanIsLocked() public {
        vm.expectRevert(abi.encodeWithSelector(IEscrow.InsufficientLocked.selector, requester.id, 0, 1));
        vm.prank(address(work));
        escrow.pay(requester.id, address(this), 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.InsufficientLocked.selector, requester.id, 0, 1));
        vm.prank(address(standing));
        escrow.release(requester.id, 1);
    }

    function test_PaysEvenThePayer() public {
        vm.prank(address(market));
        escrow.lock(requester.id, 10);
        vm.prank(address(work));
        escrow.pay(requester.id, requester.id, 4, 0);
        vm.assertEq(escrow.freeOf(requester.id), FUNDS - 6);
        vm.assertEq(escrow.lockedOf(requester.id), 6);
    }

    function _permitHash(address owner, uint256 value) private view returns (bytes32) {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Millrace"),
                keccak256("1"),
                block.chainid,
                address(token)
            )
        );
        bytes32 permit = keccak256(
            abi.encode(typeHash, owner, address(escrow), value, token.nonces(owner), block.timestamp)
        );
        return keccak256(abi.encodePacked(hex"1901", domain, permit));
    }
}
