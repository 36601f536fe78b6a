// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealStatus, DealTerms} from "../types/Deals.sol";
import {AppOrder, DatasetOrder, MatchProofs, PoolOrder, RequestOrder} from "../types/Orders.sol";

/// @notice Matches four signed orders into a deal and keeps what changes of it.
interface IMarket {
    /// @dev `busyUntilMs` as `busyUntilOf` says of the pool's order from now on.
    event OrdersMatched(
        bytes32 indexed dealId,
        address indexed requester,
        address indexed pool,
        bytes32 appOrderHash,
        bytes32 datasetOrderHash,
        bytes32 poolOrderHash,
        uint48 busyUntilMs,
        DealTerms terms
    );
    event OrderPlaced(bytes32 indexed orderHash, address indexed signer);
    event OrderCancelled(bytes32 indexed orderHash, address indexed signer);
    /// @dev `refund` and `stake` are what the requester got back and got of the pool's stake for tasks that did
    /// not settle.
    event DealExpired(bytes32 indexed dealId, uint32 unsettled, uint256 refund, uint256 stake);
    /// @dev The same for a deal that ended before its time because its other tasks are spoiled.
    event DealRefunded(bytes32 indexed dealId, uint32 spoiled, uint256 refund, uint256 stake);
    /// @dev Fewer tasks than promised settled in time: for the late ones the requester got the pool's own part
    /// of the price back and its stake.
    event SlaBreached(bytes32 indexed dealId, uint32 inTime, uint32 late, uint256 refund, uint256 stake);
    /// @dev `indexes` is packed, 4 bytes each, big endian.
    event TasksSpoiled(bytes32 indexed dealId, bytes indexes);
    event StakeTaken(bytes32 indexed dealId, address indexed to, uint256 amount);

    error OrderExpired(bytes32 orderHash, uint48 expiresAt);
    error OrderConsumed(bytes32 orderHash, uint256 volume);
    error BadSignature(bytes32 orderHash, address signer);
    error NotOrderSigner(bytes32 orderHash, address signer, address caller);
    error WrongApp(address asked, address offered);
    error WrongDataset(address asked, address offered);
    /// @dev `side` 0 app, 1 dataset, 2 pool, 3 requester: whose order refuses `who`.
    error Restricted(uint8 side, address only, address who);
    error PriceAbove(uint8 side, uint256 price, uint256 max);
    error PricingFailed(uint8 side, address pricing);
    /// @dev `what` 0 fuel, 1 memory, 2 disk, 3 wall clock, 4 odds, 5 stake, 6 SLA share.
    error BeyondOffer(uint8 what, uint256 asked, uint256 offered);
    error BadDeadline(uint48 deadlineSec, uint48 maxSec);
    /// @dev The last task of a deal would start too late to be done before the deal's deadline.
    error TooLittleTime(uint48 deadlineSec, uint256 neededSec);
    /// @dev `offeredSec` counts the wait for what is booked before; 0: the pool promises no time.
    error TooSlow(uint48 askedSec, uint256 offeredSec);
    /// @dev Between the tasks of such a lease the pool's slots would stand idle, booked and not paid for.
    error SlotsTooFar(uint48 slotSec, uint256 maxSec);
    /// @dev A stake needs `taskSec` and `slots`, from which it follows what can be done at all.
    error UnboundedStake(uint128 stake, uint48 taskSec, uint32 slots);
    error BadSla(uint16 slaBps);
    /// @dev Runs of this app cannot be compared: only the pool's word (minOdds 0) and an arbiter will do.
    error NotReplicable(address app, uint256 minOdds, address arbiter);
    /// @dev An offer with a stake takes arbiters only of requesters that it names.
    error ArbiterUnwanted(address arbiter, uint256 stake);
    error BadDeterminism(uint8 determinism);
    /// @dev A callback has 1 to `max` gas, a request without one has none.
    error BadCallbackGas(uint32 callbackGas, uint32 max);
    /// @dev `found` is the hash of the ad that came with the orders; zero for none.
    error WrongAd(uint8 side, bytes32 expected, bytes32 found);
    error RequirementsNotMet(bytes32 poolAd, bytes32 requestAd);
    error BadMaturity(uint48 maturitySec, uint48 maxSec);
    error ZeroVolume();
    error UnknownDeal(bytes32 dealId);
    error DealClosed(bytes32 dealId);
    error DealNotExpired(bytes32 dealId, uint48 expirableAt, uint48 nowAt);
    error TaskOutOfRange(bytes32 dealId, uint256 index, uint32 volume);
    error TaskAlreadySettled(bytes32 dealId, uint256 index);
    error StakeExceeded(bytes32 dealId, uint256 amount, uint256 left);
    error NotWork(address caller);
    error NotAppeals(address caller);
    error NotClaims(address caller);

    /// @notice Opens a deal for as many tasks as all orders still have, at most `maxVolume`.
    /// @dev With no dataset asked for, `datasetOrder.dataset` is zero and its signature empty. Money is locked of
    /// `requestOrder.requester`, who signed it, and stake of the pool's owner, who signed that, whoever calls.
    /// A contract that an order names (group, pricing, wallet) can refuse a match and do nothing else.
    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        PoolOrder calldata poolOrder,
        RequestOrder calldata requestOrder,
        MatchProofs calldata proofs,
        uint32 maxVolume
    ) external returns (bytes32 dealId);

    /// @notice Signs on chain, for contract wallets and dapps; afterwards an empty signature is enough.
    /// @dev For an asset's order, also an ERC-721 operator of the asset's owner (`setApprovalForAll`) may: this
    /// is how a market template offers for an owner. For a request, only the requester.
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
    /// @dev For settled tasks the pool gets its stake back, maturing as the workers' credits do.
    function expireDeal(DealTerms calldata terms) external;

    // What follows is for Work only.

    /// @notice Marks tasks of an open deal as settled.
    /// @param volume Of the deal's terms, which Work has hashed to `dealId`.
    /// @param results As in event TasksSettled: index (4 bytes) and digest (32 bytes) each.
    /// @param dust What division left of the workers' shares of these tasks; the pool's when the deal ends.
    /// @param late How many of them were committed after they were due.
    /// @return complete True when no task is left.
    function settleTasks(bytes32 dealId, uint32 volume, bytes calldata results, uint256 dust, uint256 late)
        external
        returns (bool complete);
    /// @notice Marks tasks that can never settle: at the deal's end they are refunded, with the pool's stake.
    /// @param indexes Packed, 4 bytes each, big endian.
    /// @return complete True when no task is left.
    function spoilTasks(bytes32 dealId, uint32 volume, bytes calldata indexes)
        external
        returns (bool complete);
    /// @notice Pays somebody out of the pool's stake for spoiled tasks of an open deal; Claims only.
    function payStake(DealTerms calldata terms, address to, uint256 amount) external;
    /// @notice Ends a deal whose tasks are all settled or spoiled.
    function completeDeal(DealTerms calldata terms) external;

    // What follows is for Appeals and Claims.

    /// @notice Gives `to` what the pool has at stake in one settled task, its stake and its own part of the price: from
    /// the open deal's locks or the closed one's maturing credit.
    /// @dev The caller sees to it that a task is taken at most once; here all tasks of a deal are counted
    /// together. Late tasks of a deal with an SLA are left out as long as it can be breached: theirs is the requester's.
    /// @return amount Both; nothing when the rest is gone: free again, or the requester's.
    function takeStake(DealTerms calldata terms, address to) external returns (uint256 amount);
    /// @notice The same for Claims: `to` gets half of the stake, rounded down, and the requester the rest.
    /// @return amount What `to` got.
    function splitStake(DealTerms calldata terms, address to) external returns (uint256 amount);

    /// @notice Tasks of the order used up so far; a cancelled order is used up.
    function consumedOf(bytes32 orderHash) external view returns (uint256);
    /// @notice Until when the slots of a pool's order are booked, in Unix milliseconds; 0 before the first booking.
    function busyUntilOf(bytes32 orderHash) external view returns (uint48);
    function dealOf(bytes32 dealId) external view returns (DealStatus status, uint32 settled);
    function isSettled(bytes32 dealId, uint32 index) external view returns (bool);
    function isSpoiled(bytes32 dealId, uint32 index) external view returns (bool);
    /// @notice What else is known of a deal: spoiled and late tasks, and when it ended (0 while open).
    function deliveryOf(bytes32 dealId) external view returns (uint32 spoiled, uint32 late, uint48 endedAt);
    /// @notice For how many settled tasks stake was taken so far, and how much of the stake for spoiled ones.
    function takenOf(bytes32 dealId) external view returns (uint32 tasks, uint128 spoiled);
    function domainSeparator() external view returns (bytes32);
}
