// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../src/interfaces/ICatalog.sol";
import {CodeKind, CodeProposal, CodeStatus} from "../../src/types/Code.sol";
import {CatalogWorld} from "../lib/CatalogWorld.sol";
import {Motion} from "../lib/GovernanceWorld.sol";
import {vm} from "../lib/Test.sol";

contract CatalogApproveTest is CatalogWorld {
    bytes32 private _codeHash;

    function setUp() public override {
        super.setUp();
        _codeHash = someProposal().codeHash;
    }

    function _decided(CodeStatus status) private view returns (bytes memory) {
        return abi.encodeWithSelector(ICatalog.CodeDecided.selector, _codeHash, status);
    }

    function test_AVoteApprovesAndRevokes() public {
        bytes32 id = catalog.proposeCode(someProposal());
        Motion memory motion = Motion(address(catalog), abi.encodeCall(ICatalog.approveCode, (id)));
        string memory description = adopt(motion);
        vm.warp(block.timestamp + TIMELOCK_SEC);
        vm.expectEmit(address(catalog));
        emit ICatalog.CodeApproved(_codeHash, id, CodeKind.Pricing);
        execute(motion, description);
        vm.assertEq(uint256(catalog.statusOf(_codeHash)), uint256(CodeStatus.Approved));
        vm.expectEmit(address(catalog));
        emit ICatalog.CodeRevoked(_codeHash, "leaks");
        vm.prank(address(timelock));
        catalog.revokeCode(_codeHash, "leaks");
        vm.assertEq(uint256(catalog.statusOf(_codeHash)), uint256(CodeStatus.Revoked));
    }

    /// The vote is on time, but not even everybody together can skip the review.
    function test_NoVoteShortensTheReview() public {
        CodeProposal memory proposal = someProposal();
        bytes32 id = keccak256(abi.encode(address(this), proposal));
        Motion memory motion = Motion(address(catalog), abi.encodeCall(ICatalog.approveCode, (id)));
        string memory description = adopt(motion);
        vm.warp(block.timestamp + TIMELOCK_SEC);
        vm.expectRevert(abi.encodeWithSelector(ICatalog.UnknownCodeProposal.selector, id));
        execute(motion, description);
        catalog.proposeCode(proposal);
        uint48 until = uint48(block.timestamp) + REVIEW_SEC;
        vm.assertEq(catalog.REVIEW_SEC(), REVIEW_SEC);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(ICatalog.CodeUnderReview.selector, id, until));
        execute(motion, description);
        vm.warp(until);
        execute(motion, description);
        vm.assertEq(uint256(catalog.statusOf(_codeHash)), uint256(CodeStatus.Approved));
    }

    function test_RevertWhen_AKeyApprovesOrRevokes() public {
        bytes32 id = catalog.proposeCode(someProposal());
        vm.warp(block.timestamp + REVIEW_SEC);
        address[3] memory keys = [address(this), council.id, address(governor)];
        for (uint256 i; i < 3; ++i) {
            bytes memory reason = abi.encodeWithSelector(ICatalog.NotGovernor.selector, keys[i]);
            vm.expectRevert(reason);
            vm.prank(keys[i]);
            catalog.approveCode(id);
            vm.expectRevert(reason);
            vm.prank(keys[i]);
            catalog.revokeCode(_codeHash, "no");
        }
    }

    function test_RevocationIsFinal() public {
        vm.prank(stranger.id);
        bytes32 second = catalog.proposeCode(someProposal());
        bytes32 first = approveSome();
        vm.expectRevert(_decided(CodeStatus.Approved));
        vm.prank(address(timelock));
        catalog.approveCode(second);
        revokeSome();
        bytes32[2] memory ids = [first, second];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(_decided(CodeStatus.Revoked));
            vm.prank(address(timelock));
            catalog.approveCode(ids[i]);
        }
        vm.expectRevert(_decided(CodeStatus.Revoked));
        catalog.proposeCode(someProposal());
    }

    function test_RevertWhen_WhatIsRevokedWasNotApproved() public {
        bytes memory reason =
            abi.encodeWithSelector(ICatalog.CodeNotApproved.selector, _codeHash, CodeStatus.None);
        vm.expectRevert(reason);
        vm.prank(address(timelock));
        catalog.revokeCode(_codeHash, "why");
    }

    function test_TheGovernorIsWhomTheParametersName() public {
        bytes32 id = approveSome();
        vm.assertGt(uint256(id), 0);
        vm.prank(address(timelock));
        parameters.proposeGovernor(stranger.id);
        vm.prank(stranger.id);
        parameters.acceptGovernor();
        vm.expectRevert(abi.encodeWithSelector(ICatalog.NotGovernor.selector, address(timelock)));
        vm.prank(address(timelock));
        catalog.revokeCode(_codeHash, "why");
        vm.prank(stranger.id);
        catalog.revokeCode(_codeHash, "why");
    }
}
