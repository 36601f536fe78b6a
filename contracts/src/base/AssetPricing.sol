// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IAssetPricing} from "../interfaces/IAssetPricing.sol";

/// @notice Who may do what with a tariff: the owner of an asset sets it, Market alone books tasks on it.
/// @dev A tariff stays when its asset is sold; the new owner's orders need not name this contract.
abstract contract AssetPricing is IAssetPricing {
    address private immutable MARKET;
    IERC721 private immutable REGISTRY;

    constructor(address market, address registry) {
        (MARKET, REGISTRY) = (market, IERC721(registry));
    }

    /// @dev Anybody else who could book would use up the quota of others.
    function _checkMarket() internal view {
        if (msg.sender != MARKET) revert NotMarket(msg.sender);
    }

    function _checkOwner(address asset) internal view {
        address owner = _ownerOf(asset);
        if (msg.sender != owner) revert NotAssetOwner(asset, msg.sender, owner);
    }

    function _ownerOf(address asset) internal view returns (address) {
        return REGISTRY.ownerOf(uint160(asset));
    }

    /// @dev Rounded down: together the tasks of a deal never cost more than the tariff says.
    function _perTask(uint256 total, uint256 volume) internal pure returns (uint128) {
        // The total is a sum of `volume` prices of 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint128(total / volume);
    }
}
