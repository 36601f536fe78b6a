// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealStatus, DealTerms} from "../types/Deals.sol";
import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../types/Orders.sol";

/// @notice Matches four signed orders into a deal and keeps what changes of it.
interface IMarket {
    event OrdersMatched(
        bytes32 indexed dealId,
        address indexed requester,
        address indexed pool,
        bytes32 appOrderHash,
        bytes32 datasetOrderHash,
        bytes32 poolOrderHash,
        DealTerms terms
    );
    event OrderPlaced(bytes32 indexed orderHash, address indexed signer);
    event OrderCancelled(bytes32 indexed orderHash, address indexed signer);
    event DealExpired(bytes32 indexed dealId, uint32 unsettled, uint256 refund, uint256 stake);

    error OrderExpired(bytes32 orderHash, uint48 expiresAt);
    error OrderConsumed(bytes32 orderHash, uint256 volume);
    error BadSignature(bytes32 orderHash, address signer);
    error NotOrderSigner(bytes32 orderHash, address signer, address caller);
    error WrongApp(address asked, address offered);
    error WrongDataset(address asked, address offered);
    /// @dev `side` 0 app, 1 dataset, 2 pool, 3 requester: whose order refuses `who`.
    error Restricted(uint8 side, address only, address who);
    error PriceAbove(uint8 side, uint256 price, uint256 max);
    /// @dev `what` 0 fuel, 1 memory, 2 disk, 3 wall clock, 4 odds, 5 stake.
    error BeyondOffer(uint8 what, uint256 asked, uint256 offered);
    error BadDeadline(uint48 deadlineSec, uint48 maxSec);
    error BadMaturity(uint48 maturitySec, uint48 maxSec);
    error ZeroVolume();
    error UnknownDeal(bytes32 dealId);
    error DealClosed(bytes32 dealId);
    error DealNotExpired(bytes32 dealId, uint48 expirableAt, uint48 nowAt);
    error TaskOutOfRange(bytes32 dealId, uint256 index, uint32 volume);
    error TaskAlreadySettled(bytes32 dealId, uint256 index);
    error NotWork(address caller);

    /// @notice Opens a deal for as many tasks as all orders still have, at most `maxVolume`.
    /// @dev With no dataset asked for, `datasetOrder.dataset` is zero and its signature empty.
    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        PoolOrder calldata poolOrder,
        RequestOrder calldata requestOrder,
        bytes calldata appSignature,
        bytes calldata datasetSignature,
        bytes calldata poolSignature,
        bytes calldata requestSignature,
        uint32 maxVolume
    ) external returns (bytes32 dealId);

    /// @notice Signs on chain, for contract wallets and dapps; afterwards an empty signature is enough.
    function placeAppOrder(AppOrder calldata order) external;
    function placeDatasetOrder(DatasetOrder calldata order) external;
    function placePoolOrder(PoolOrder calldata order) external;
    function placeRequestOrder(RequestOrder calldata order) external;
    function cancelAppOrder(AppOrder calldata order) external;
    function cancelDatasetOrder(DatasetOrder calldata order) external;
    function cancelPoolOrder(PoolOrder calldata order) external;
    function cancelRequestOrder(RequestOrder calldata order) external;

    /// @notice Closes a deal past expiresAt + settleWindowSec: unsettled tasks are refunded and the
    /// pool's stake for them goes to the requester. Anyone may call.
    function expireDeal(DealTerms calldata terms) external;

    // What follows is for Work only.

    /// @notice Marks tasks of an open deal as settled.
    /// @param volume Of the deal's terms, which Work has hashed to `dealId`.
    /// @param results As in event TasksSettled: index (4 bytes) and digest (32 bytes) each.
    /// @param dust What division left of the workers' shares of these tasks; the pool's when the deal ends.
    /// @return complete True when no task is left.
    function settleTasks(bytes32 dealId, uint32 volume, bytes calldata results, uint256 dust)
        external
        returns (bool complete);
    /// @notice Ends a deal whose tasks are all settled.
    function completeDeal(DealTerms calldata terms) external;

    /// @notice Tasks of the order used up so far; a cancelled order is used up.
    function consumedOf(bytes32 orderHash) external view returns (uint256);
    function dealOf(bytes32 dealId) external view returns (DealStatus status, uint32 settled);
    function isSettled(bytes32 dealId, uint32 index) external view returns (bool);
    function domainSeparator() external view returns (bytes32);
}
