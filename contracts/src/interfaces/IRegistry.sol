// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Asset, AssetKind} from "../types/Assets.sol";

/// @notice Apps, data sets and pools as ERC-721 tokens. The token id is the asset's id as a number.
interface IRegistry {
    /// @dev `uri` says where the content lies; `ad` is the asset's ClassAd description, UTF-8.
    event AssetRegistered(
        address indexed asset,
        AssetKind indexed kind,
        address indexed owner,
        bytes32 content,
        uint32 codec,
        string uri,
        string ad
    );
    event AssetUpdated(address indexed asset, string uri, string ad);
    event OperatorSet(address indexed pool, address indexed operator, bool allowed);

    error AssetExists(address asset);
    error UnknownAsset(address asset);
    error WrongKind(address asset, AssetKind kind, AssetKind expected);
    error NotAssetOwner(address asset, address caller, address owner);

    /// @notice Registers an asset owned by the sender.
    /// @dev Id: low 20 bytes of keccak256(abi.encode(kind, owner, content, salt)).
    function register(
        AssetKind kind,
        bytes32 content,
        uint32 codec,
        string calldata uri,
        string calldata ad,
        bytes32 salt
    ) external returns (address asset);
    /// @notice Replaces location and description; what the asset stands for never changes.
    function update(address asset, string calldata uri, string calldata ad) external;
    /// @notice Lets `operator` act for a pool: commit and settle batches, sign assignments.
    function setOperator(address pool, address operator, bool allowed) external;

    function assetOf(address asset) external view returns (Asset memory);
    /// @notice Owner of an asset of the given kind; reverts when there is none of that kind.
    function ownerOfKind(address asset, AssetKind kind) external view returns (address);
    /// @notice ERC-721: whether `operator` may act for all assets of `owner`.
    function isApprovedForAll(address owner, address operator) external view returns (bool);
    /// @notice True for the pool's owner and its operators.
    function isOperator(address pool, address who) external view returns (bool);
    /// @notice True for somebody who was the pool's operator under `owner` at some time after `since`, and for
    /// that owner.
    /// @dev What an operator signed is not void because it was removed since.
    function wasOperator(address pool, address owner, address who, uint48 since) external view returns (bool);
}
