// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetPricing} from "./IAssetPricing.sol";

/// @notice The first tasks of every requester in every period are free, the others have a price.
/// @dev A requester is an account, and those are free to make: whoever gives much away should admit by list.
interface IFreeQuotaPricing is IAssetPricing {
    event TariffSet(address indexed asset, uint128 taskPrice, uint32 freeTasks, uint48 periodSec);
    /// @dev `tasks` free ones used in the period so far.
    event FreeTasksUsed(address indexed asset, address indexed requester, uint48 period, uint32 tasks);

    /// @notice Binds the matches that follow; the owner of the asset only. What was used stays used.
    /// @param taskPrice Token units for each task beyond the free ones.
    /// @param freeTasks In each period.
    /// @param periodSec Counted from Unix time 0; 0: once and for all.
    function setTariff(address asset, uint128 taskPrice, uint32 freeTasks, uint48 periodSec) external;
    /// @notice Free tasks that a requester still has in this period.
    function freeTasksOf(address asset, address requester) external view returns (uint32);
}
