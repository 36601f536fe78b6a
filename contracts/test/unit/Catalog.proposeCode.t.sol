// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../src/interfaces/ICatalog.sol";
import {CodeKind, CodeProposal, CodeReview, CodeStatus} from "../../src/types/Code.sol";
import {CatalogWorld} from "../lib/CatalogWorld.sol";
import {vm} from "../lib/Test.sol";

contract CatalogProposeTest is CatalogWorld {
    function test_AnyoneProposesAndAnyoneObjects() public {
        CodeProposal memory proposal = someProposal();
        bytes32 id = keccak256(abi.encode(stranger.id, proposal));
        uint48 until = uint48(block.timestamp) + REVIEW_SEC;
        vm.expectEmit(address(catalog));
        emit ICatalog.CodeProposed(
            id,
            proposal.codeHash,
            stranger.id,
            proposal.kind,
            proposal.source,
            proposal.description,
            proposal.audit,
            until
        );
        vm.prank(stranger.id);
        vm.assertEq(catalog.proposeCode(proposal), id);
        CodeReview memory review = catalog.reviewOf(id);
        vm.assertEq(review.codeHash, proposal.codeHash);
        vm.assertEq(uint256(review.kind), uint256(proposal.kind));
        vm.assertEq(review.reviewUntil, until);
        vm.assertEq(uint256(catalog.statusOf(proposal.codeHash)), uint256(CodeStatus.None));
        vm.expectEmit(address(catalog));
        emit ICatalog.CodeObjected(id, requester.id, "why");
        vm.prank(requester.id);
        catalog.objectToCode(id, "why");
    }

    function _refuse(CodeProposal memory proposal, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(ICatalog.ProposalIncomplete.selector, field));
        catalog.proposeCode(proposal);
    }

    function test_RevertWhen_AFieldIsMissing() public {
        CodeProposal memory proposal = someProposal();
        proposal.kind = CodeKind.None;
        _refuse(proposal, "kind");
        proposal = someProposal();
        proposal.codeHash = 0;
        _refuse(proposal, "codeHash");
        proposal = someProposal();
        proposal.source = 0;
        _refuse(proposal, "source");
        proposal = someProposal();
        proposal.description = 0;
        _refuse(proposal, "description");
        proposal = someProposal();
        proposal.audit = "";
        catalog.proposeCode(proposal);
    }

    /// Attack: the same code first, with a false source, so that the true proposal finds its place taken.
    function test_NobodyTakesACodeHashFromItsAuthor() public {
        CodeProposal memory lie = someProposal();
        lie.source = "another source";
        vm.prank(stranger.id);
        catalog.proposeCode(lie);
        vm.prank(stranger.id);
        catalog.proposeCode(someProposal());
        bytes32 id = catalog.proposeCode(someProposal());
        vm.expectRevert(abi.encodeWithSelector(ICatalog.CodeProposalExists.selector, id));
        catalog.proposeCode(someProposal());
        vm.warp(block.timestamp + REVIEW_SEC);
        vm.prank(address(timelock));
        catalog.approveCode(id);
        vm.assertEq(uint256(catalog.statusOf(lie.codeHash)), uint256(CodeStatus.Approved));
    }

    function test_RevertWhen_TheCodeIsDecided() public {
        bytes32 id = approveSome();
        bytes32 codeHash = someProposal().codeHash;
        bytes memory reason =
            abi.encodeWithSelector(ICatalog.CodeDecided.selector, codeHash, CodeStatus.Approved);
        vm.expectRevert(reason);
        vm.prank(stranger.id);
        catalog.proposeCode(someProposal());
        vm.expectRevert(reason);
        catalog.objectToCode(id, "too late");
    }

    function test_RevertWhen_NobodyProposedWhatIsObjectedTo() public {
        vm.expectRevert(abi.encodeWithSelector(ICatalog.UnknownCodeProposal.selector, bytes32("none")));
        catalog.objectToCode("none", "why");
    }
}
