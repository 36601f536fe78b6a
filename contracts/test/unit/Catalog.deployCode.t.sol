// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../src/interfaces/ICatalog.sol";
import {CodeStatus} from "../../src/types/Code.sol";
import {CatalogWorld, Sample} from "../lib/CatalogWorld.sol";
import {vm} from "../lib/Test.sol";

contract CatalogDeployTest is CatalogWorld {
    bytes private _code;
    bytes32 private _codeHash;

    function setUp() public override {
        super.setUp();
        _code = type(Sample).creationCode;
        _codeHash = keccak256(_code);
    }

    function _addressFor(address deployer, uint256 number) private view returns (address) {
        bytes32 initCodeHash = keccak256(bytes.concat(_code, abi.encode(number)));
        return catalog.addressOf(deployer, "salt", initCodeHash);
    }

    function test_DeploysApprovedCodeAndRecordsWhatFromWhat() public {
        approveSome();
        address expected = _addressFor(stranger.id, 7);
        vm.expectEmit(address(catalog));
        emit ICatalog.CodeDeployed(expected, _codeHash, stranger.id, "salt", abi.encode(7));
        vm.prank(stranger.id);
        address deployed = catalog.deployCode(_code, abi.encode(7), "salt");
        vm.assertEq(deployed, expected);
        vm.assertEq(Sample(deployed).number(), 7);
        vm.assertEq(Sample(deployed).maker(), address(catalog));
        vm.assertEq(uint256(Sample(deployed).statusAtBirth()), uint256(CodeStatus.Approved));
        (bytes32 codeHash, CodeStatus status) = catalog.originOf(deployed);
        vm.assertEq(codeHash, _codeHash);
        vm.assertEq(uint256(status), uint256(CodeStatus.Approved));
    }

    function test_NobodyTakesAnothersAddress() public {
        approveSome();
        vm.prank(requester.id);
        address other = catalog.deployCode(_code, abi.encode(7), "salt");
        vm.prank(stranger.id);
        address mine = catalog.deployCode(_code, abi.encode(7), "salt");
        vm.assertEq(mine, _addressFor(stranger.id, 7));
        vm.assertEq(other, _addressFor(requester.id, 7));
        vm.assertTrue(mine != other);
    }

    function _refuse(bytes memory code, CodeStatus status) private {
        bytes memory reason =
            abi.encodeWithSelector(ICatalog.CodeNotApproved.selector, keccak256(code), status);
        vm.expectRevert(reason);
        catalog.deployCode(code, abi.encode(7), "salt");
    }

    function test_RevertWhen_TheCodeIsNotApproved() public {
        _refuse(_code, CodeStatus.None);
        catalog.proposeCode(someProposal());
        _refuse(_code, CodeStatus.None);
        approveOther();
        bytes memory longer = bytes.concat(_code, hex"00");
        _refuse(longer, CodeStatus.None);
        _refuse("", CodeStatus.None);
    }

    function approveOther() private {
        vm.prank(stranger.id);
        bytes32 id = catalog.proposeCode(someProposal());
        vm.warp(block.timestamp + REVIEW_SEC);
        vm.prank(address(timelock));
        catalog.approveCode(id);
    }

    function test_RevocationStopsNewOnesAndMarksThoseThatExist() public {
        approveSome();
        address deployed = catalog.deployCode(_code, abi.encode(7), "salt");
        revokeSome();
        _refuse(_code, CodeStatus.Revoked);
        (bytes32 codeHash, CodeStatus status) = catalog.originOf(deployed);
        vm.assertEq(codeHash, _codeHash);
        vm.assertEq(uint256(status), uint256(CodeStatus.Revoked));
        vm.assertEq(Sample(deployed).number(), 7);
    }

    function test_AStrangersContractHasNoOrigin() public {
        approveSome();
        (bytes32 codeHash, CodeStatus status) = catalog.originOf(address(new NotFromHere()));
        vm.assertEq(codeHash, bytes32(0));
        vm.assertEq(uint256(status), uint256(CodeStatus.None));
    }

    function test_PassesTheErrorOfAConstructorOn() public {
        approveSome();
        vm.expectRevert(abi.encodeWithSelector(Sample.Unlucky.selector, 13));
        catalog.deployCode(_code, abi.encode(13), "salt");
        (bytes32 codeHash,) = catalog.originOf(_addressFor(address(this), 13));
        vm.assertEq(codeHash, bytes32(0));
    }

    function test_RevertWhen_TheSameIsDeployedTwice() public {
        approveSome();
        address deployed = catalog.deployCode(_code, abi.encode(7), "salt");
        vm.expectRevert(abi.encodeWithSelector(ICatalog.AlreadyDeployed.selector, deployed));
        catalog.deployCode(_code, abi.encode(7), "salt");
    }
}

contract NotFromHere {}
