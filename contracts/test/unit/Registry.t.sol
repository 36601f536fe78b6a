// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IRegistry} from "../../src/interfaces/IRegistry.sol";
import {Asset, AssetKind} from "../../src/types/Assets.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";

contract RegistryTest is World {
    IERC721 private _nft;

    function setUp() public override {
        super.setUp();
        _nft = IERC721(address(registry));
    }

    function test_NamesAnAssetByWhatItIsAndWhose() public {
        bytes32 content = keccak256("content");
        address expected = address(
            uint160(uint256(keccak256(abi.encode(AssetKind.App, stranger.id, content, bytes32("salt")))))
        );
        vm.expectEmit(address(registry));
        emit IRegistry.AssetRegistered(expected, AssetKind.App, stranger.id, content, 0x70, "ipfs://x", "[]");
        vm.prank(stranger.id);
        address asset = registry.register(AssetKind.App, content, 0x70, "ipfs://x", "[]", "salt");
        vm.assertEq(asset, expected);
        Asset memory kept = registry.assetOf(asset);
        vm.assertEq(kept.content, content);
        vm.assertEq(kept.codec, 0x70);
        vm.assertEq(uint256(kept.kind), uint256(AssetKind.App));
        vm.assertEq(registry.ownerOfKind(asset, AssetKind.App), stranger.id);
        vm.assertEq(_nft.ownerOf(uint160(asset)), stranger.id);
        vm.assertEq(_nft.balanceOf(stranger.id), 1);
        vm.assertEq(IERC721Metadata(address(registry)).tokenURI(uint160(asset)), "ipfs://x");
    }

    function test_RevertWhen_RegisteredTwice() public {
        vm.prank(stranger.id);
        address asset = registry.register(AssetKind.Pool, "c", 0, "", "", "s");
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetExists.selector, asset));
        registry.register(AssetKind.Pool, "c", 0, "", "", "s");
    }

    function test_RevertWhen_TheKindIsNone() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.WrongKind.selector, address(0), AssetKind.None, AssetKind.App)
        );
        registry.register(AssetKind.None, "c", 0, "", "", "s");
    }

    function test_RevertWhen_TheKindIsAnother() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.WrongKind.selector, app, AssetKind.App, AssetKind.Dataset)
        );
        registry.ownerOfKind(app, AssetKind.Dataset);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.UnknownAsset.selector, stranger.id));
        registry.ownerOfKind(stranger.id, AssetKind.App);
    }

    function test_OnlyTheOwnerUpdates() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.NotAssetOwner.selector, app, stranger.id, appOwner.id)
        );
        vm.prank(stranger.id);
        registry.update(app, "x", "y");
        vm.expectRevert(abi.encodeWithSelector(IRegistry.UnknownAsset.selector, stranger.id));
        registry.update(stranger.id, "x", "y");
        vm.expectEmit(address(registry));
        emit IRegistry.AssetUpdated(app, "x", "y");
        vm.prank(appOwner.id);
        registry.update(app, "x", "y");
        vm.assertEq(IERC721Metadata(address(registry)).tokenURI(uint160(app)), "x");
    }

    function test_OperatorsGoWithTheOwner() public {
        vm.assertTrue(registry.isOperator(pool, operator.id));
        vm.assertTrue(registry.isOperator(pool, poolOwner.id));
        vm.assertFalse(registry.isOperator(pool, stranger.id));
        vm.prank(poolOwner.id);
        _nft.transferFrom(poolOwner.id, stranger.id, uint160(pool));
        vm.assertFalse(registry.isOperator(pool, operator.id));
        vm.assertFalse(registry.isOperator(pool, poolOwner.id));
        vm.assertTrue(registry.isOperator(pool, stranger.id));
        vm.assertEq(_nft.balanceOf(stranger.id), 1);
        vm.assertEq(_nft.balanceOf(poolOwner.id), 0);
        vm.assertEq(registry.ownerOfKind(pool, AssetKind.Pool), stranger.id);
    }

    function test_OperatorsAreForPoolsAndTheirOwners() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.WrongKind.selector, app, AssetKind.App, AssetKind.Pool)
        );
        vm.prank(appOwner.id);
        registry.setOperator(app, operator.id, true);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.NotAssetOwner.selector, pool, stranger.id, poolOwner.id)
        );
        vm.prank(stranger.id);
        registry.setOperator(pool, operator.id, true);
        vm.prank(poolOwner.id);
        registry.setOperator(pool, operator.id, false);
        vm.assertFalse(registry.isOperator(pool, operator.id));
        vm.assertFalse(registry.isOperator(stranger.id, stranger.id));
        vm.assertFalse(registry.isOperator(stranger.id, address(0)));
    }

    function test_IsAnErc721() public view {
        vm.assertTrue(_nft.supportsInterface(type(IERC721).interfaceId));
        vm.assertTrue(_nft.supportsInterface(type(IERC721Metadata).interfaceId));
    }
}
