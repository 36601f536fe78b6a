// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Asset, AssetKind} from "./types/Assets.sol";

/// @notice See IRegistry.
contract Registry is IRegistry, ERC721 {
    mapping(address asset => Asset) private _assets;
    mapping(address asset => string) private _uris;
    /// @dev When an operator was removed; FOREVER while it is one. By owner too: a pool that changes hands starts
    /// without operators.
    mapping(address pool => mapping(address owner => mapping(address operator => uint48))) private _operates;
    uint48 private constant FOREVER = type(uint48).max;

    constructor() ERC721("Millrace Assets", "MILLA") {}

    /// @inheritdoc IRegistry
    function register(
        AssetKind kind,
        bytes32 content,
        uint32 codec,
        string calldata uri,
        string calldata ad,
        bytes32 salt
    ) external returns (address asset) {
        if (kind == AssetKind.None) revert WrongKind(address(0), kind, AssetKind.App);
        asset = address(uint160(uint256(keccak256(abi.encode(kind, msg.sender, content, salt)))));
        if (_assets[asset].kind != AssetKind.None) revert AssetExists(asset);
        _assets[asset] = Asset({content: content, codec: codec, kind: kind});
        _uris[asset] = uri;
        emit AssetRegistered(asset, kind, msg.sender, content, codec, uri, ad);
        _mint(msg.sender, uint160(asset));
    }

    /// @inheritdoc IRegistry
    function update(address asset, string calldata uri, string calldata ad) external {
        _checkOwner(asset);
        _uris[asset] = uri;
        emit AssetUpdated(asset, uri, ad);
    }

    /// @inheritdoc IRegistry
    function setOperator(address pool, address operator, bool allowed) external {
        if (_assets[pool].kind != AssetKind.Pool) revert WrongKind(pool, _assets[pool].kind, AssetKind.Pool);
        _checkOwner(pool);
        uint48 until = _operates[pool][msg.sender][operator];
        if (allowed) _operates[pool][msg.sender][operator] = FOREVER;
        else if (until == FOREVER) _operates[pool][msg.sender][operator] = uint48(block.timestamp);
        emit OperatorSet(pool, operator, allowed);
    }

    /// @inheritdoc IRegistry
    function assetOf(address asset) external view returns (Asset memory) {
        return _assets[asset];
    }

    /// @inheritdoc IRegistry
    function ownerOfKind(address asset, AssetKind kind) external view returns (address owner) {
        owner = _ownerOf(uint160(asset));
        if (owner == address(0)) revert UnknownAsset(asset);
        if (_assets[asset].kind != kind) revert WrongKind(asset, _assets[asset].kind, kind);
    }

    /// @inheritdoc IRegistry
    /// @dev Only pools have operators; the owner of an app or data set passes, but no deal names it as pool.
    function isOperator(address pool, address who) external view returns (bool) {
        address owner = _ownerOf(uint160(pool));
        return who == owner ? who != address(0) : _operates[pool][owner][who] == FOREVER;
    }

    /// @inheritdoc IRegistry
    function wasOperator(address pool, address owner, address who, uint48 since)
        external
        view
        returns (bool)
    {
        return who == owner || _operates[pool][owner][who] > since;
    }

    /// @notice Where the content of an asset lies, as its owner says.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        // forge-lint: disable-next-line(unsafe-typecast)
        return _uris[address(uint160(tokenId))];
    }

    /// @inheritdoc IRegistry
    function isApprovedForAll(address owner, address operator)
        public
        view
        override(ERC721, IRegistry)
        returns (bool)
    {
        return super.isApprovedForAll(owner, operator);
    }

    function _checkOwner(address asset) private view {
        address owner = _ownerOf(uint160(asset));
        if (owner == address(0)) revert UnknownAsset(asset);
        if (owner != msg.sender) revert NotAssetOwner(asset, msg.sender, owner);
    }
}
