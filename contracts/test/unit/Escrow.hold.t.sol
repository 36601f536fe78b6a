// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {Test, vm} from "../lib/Test.sol";

/// Escrow alone, with an account in each place that may move locked money.
contract EscrowHoldTest is Test {
    address private constant PAYER = address(0xA1);
    address private constant PAYEE = address(0xB1);
    uint48 private constant START = 1_800_000_000;
    IEscrow private _escrow;
    address private _token;
    /// Market, Work, Standing, Appeals, FairExchange, Services, Jurors.
    address[7] private _protocol = [
        address(0x51),
        address(0x52),
        address(0x53),
        address(0x54),
        address(0x55),
        address(0x56),
        address(0x57)
    ];

    function setUp() public {
        vm.warp(START);
        _token = vm.deployCode("Token.sol:Token", abi.encode(address(this), 1e27));
        _escrow = IEscrow(vm.deployCode("Escrow.sol:Escrow", abi.encode(_token, _protocol)));
        (bool approved,) =
            _token.call(abi.encodeWithSignature("approve(address,uint256)", address(_escrow), 1e27));
        vm.assertTrue(approved);
        _escrow.depositFor(PAYER, 1000);
        vm.prank(_protocol[0]);
        _escrow.lock(PAYER, 1000);
        vm.prank(_protocol[1]);
        _escrow.pay(PAYER, PAYEE, 600, 1 hours);
    }

    function test_LocksCreditsAgain() public {
        vm.expectEmit(address(_escrow));
        emit IEscrow.Held(PAYEE, 200, START + 1 hours);
        vm.prank(_protocol[3]);
        _escrow.hold(PAYEE, START + 1 hours, 200);
        vm.assertEq(_escrow.maturingOf(PAYEE), 400);
        vm.assertEq(_escrow.maturingAt(PAYEE, START + 1 hours), 400);
        vm.assertEq(_escrow.lockedOf(PAYEE), 200);
        vm.prank(_protocol[3]);
        _escrow.pay(PAYEE, PAYER, 150, 0);
        vm.prank(_protocol[3]);
        _escrow.release(PAYEE, 50);
        vm.assertEq(_escrow.freeOf(PAYER), 150);
        vm.assertEq(_escrow.freeOf(PAYEE), 50);
    }

    function test_AnHeldCreditCannotBeClaimed() public {
        vm.prank(_protocol[3]);
        _escrow.hold(PAYEE, START + 1 hours, 600);
        vm.warp(START + 1 hours);
        uint48[] memory times = new uint48[](1);
        times[0] = START + 1 hours;
        vm.expectPartialRevert(IEscrow.ZeroAmount.selector);
        _escrow.claimMatured(PAYEE, times);
    }

    function test_RevertWhen_LessMaturesThen() public {
        bytes4 refusal = IEscrow.InsufficientMaturing.selector;
        vm.expectRevert(abi.encodeWithSelector(refusal, PAYEE, START + 1 hours, 600, 601));
        vm.prank(_protocol[3]);
        _escrow.hold(PAYEE, START + 1 hours, 601);
        vm.expectRevert(abi.encodeWithSelector(refusal, PAYEE, START + 2 hours, 0, 1));
        vm.prank(_protocol[3]);
        _escrow.hold(PAYEE, START + 2 hours, 1);
    }

    function test_EveryContractOfTheProtocolMayMoveLockedMoney() public {
        for (uint256 i; i < 7; ++i) {
            vm.prank(_protocol[i]);
            _escrow.hold(PAYEE, START + 1 hours, 10);
        }
        vm.assertEq(_escrow.lockedOf(PAYEE), 70);
    }

    function test_RevertWhen_AStrangerMovesLockedMoney() public {
        bytes memory refusal = abi.encodeWithSelector(IEscrow.NotAuthorised.selector, address(this));
        vm.expectRevert(refusal);
        _escrow.hold(PAYEE, START + 1 hours, 1);
        vm.expectRevert(refusal);
        _escrow.lock(PAYER, 1);
        vm.expectRevert(refusal);
        _escrow.release(PAYER, 1);
        vm.expectRevert(refusal);
        _escrow.pay(PAYER, PAYEE, 1, 0);
        vm.expectRevert(refusal);
        _escrow.payEach(PAYER, 0, new address[](0), new uint256[](0));
    }

    /// A set without some of these contracts leaves their places to nobody.
    function test_APlaceThatIsZeroIsNobodys() public {
        address[7] memory none;
        IEscrow bare = IEscrow(vm.deployCode("Escrow.sol:Escrow", abi.encode(_token, none)));
        vm.expectRevert(abi.encodeWithSelector(IEscrow.NotAuthorised.selector, address(this)));
        bare.lock(PAYER, 1);
    }
}
