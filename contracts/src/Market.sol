// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TypedData} from "./base/TypedData.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {DealState, DealStateLib} from "./libraries/DealStateLib.sol";
import {MatchLib} from "./libraries/MatchLib.sol";
import {OrderLib} from "./libraries/OrderLib.sol";
import {SignatureLib} from "./libraries/SignatureLib.sol";
import {AssetKind} from "./types/Assets.sol";
import {DealStatus, DealTerms} from "./types/Deals.sol";
import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "./types/Orders.sol";

/// @notice See IMarket.
/// @dev Calls strangers (ERC-1271 wallets, group contracts) only by STATICCALL, so nobody can come back in.
contract Market is IMarket, TypedData {
    using DealLib for DealTerms;
    using DealStateLib for DealState;
    using OrderLib for *;

    /// @dev One slot. `consumed` is the highest number once cancelled.
    struct OrderState {
        uint64 consumed;
        address placedBy;
    }

    uint256 private constant RESULT_BYTES = 36;

    IEscrow private immutable ESCROW;
    IRegistry private immutable REGISTRY;
    IParameters private immutable PARAMETERS;
    address private immutable WORK;

    mapping(bytes32 orderHash => OrderState) private _orders;
    mapping(bytes32 dealId => DealState) private _deals;
    /// @dev Settled bits of the tasks that have no place in the deal's state, 256 a word.
    mapping(bytes32 dealId => mapping(uint256 word => uint256)) private _bits;

    constructor(address escrow, address registry, address parameters, address work) {
        (ESCROW, REGISTRY, PARAMETERS, WORK) =
        (IEscrow(escrow), IRegistry(registry), IParameters(parameters), work);
    }

    /// @inheritdoc IMarket
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
    ) external returns (bytes32 dealId) {
        if (maxVolume == 0) revert ZeroVolume();
        MatchLib.check(appOrder, datasetOrder, poolOrder, requestOrder);

        DealTerms memory terms = _newTerms(appOrder, datasetOrder, poolOrder, requestOrder);
        bytes32 appHash = _checkApp(appOrder, appSignature, terms);
        bytes32 datasetHash = _checkDataset(datasetOrder, datasetSignature, terms);
        bytes32 poolHash = _checkPool(poolOrder, poolSignature, terms);
        _checkRequest(requestOrder, requestSignature, terms);

        uint256 volume = maxVolume;
        volume = _least(volume, _left(appHash, appOrder.volume, appOrder.expiresAt));
        if (datasetHash != 0) {
            volume = _least(volume, _left(datasetHash, datasetOrder.volume, datasetOrder.expiresAt));
        }
        volume = _least(volume, _left(poolHash, poolOrder.volume, poolOrder.expiresAt));
        volume = _least(volume, _left(terms.requestHash, requestOrder.volume, requestOrder.expiresAt));
        // forge-lint: disable-next-line(unsafe-typecast)
        terms.volume = uint32(volume);
        terms.firstIndex = _orders[terms.requestHash].consumed;

        _consume(appHash, volume);
        if (datasetHash != 0) _consume(datasetHash, volume);
        _consume(poolHash, volume);
        _consume(terms.requestHash, volume);
        dealId = keccak256(abi.encode(terms));
        _deals[dealId] = DealStateLib.make(DealStatus.Open, 0, 0, 0);
        emit OrdersMatched(dealId, terms.requester, terms.pool, appHash, datasetHash, poolHash, terms);

        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        if (price != 0) ESCROW.lock(terms.requester, price * volume);
        if (terms.poolStake != 0) ESCROW.lock(terms.poolOwner, uint256(terms.poolStake) * volume);
    }

    /// @inheritdoc IMarket
    function placeAppOrder(AppOrder calldata order) external {
        _place(order.hash(), REGISTRY.ownerOfKind(order.app, AssetKind.App));
    }

    /// @inheritdoc IMarket
    function placeDatasetOrder(DatasetOrder calldata order) external {
        _place(order.hash(), REGISTRY.ownerOfKind(order.dataset, AssetKind.Dataset));
    }

    /// @inheritdoc IMarket
    function placePoolOrder(PoolOrder calldata order) external {
        _place(order.hash(), REGISTRY.ownerOfKind(order.pool, AssetKind.Pool));
    }

    /// @inheritdoc IMarket
    function placeRequestOrder(RequestOrder calldata order) external {
        _place(order.hash(), order.requester);
    }

    /// @inheritdoc IMarket
    function cancelAppOrder(AppOrder calldata order) external {
        _cancel(order.hash(), REGISTRY.ownerOfKind(order.app, AssetKind.App));
    }

    /// @inheritdoc IMarket
    function cancelDatasetOrder(DatasetOrder calldata order) external {
        _cancel(order.hash(), REGISTRY.ownerOfKind(order.dataset, AssetKind.Dataset));
    }

    /// @inheritdoc IMarket
    function cancelPoolOrder(PoolOrder calldata order) external {
        _cancel(order.hash(), REGISTRY.ownerOfKind(order.pool, AssetKind.Pool));
    }

    /// @inheritdoc IMarket
    function cancelRequestOrder(RequestOrder calldata order) external {
        _cancel(order.hash(), order.requester);
    }

    /// @inheritdoc IMarket
    function expireDeal(DealTerms calldata terms) external {
        bytes32 dealId = terms.hash();
        DealState state = _openState(dealId);
        uint48 expirableAt = terms.expiresAt + terms.settleWindowSec + 1;
        if (block.timestamp < expirableAt) {
            revert DealNotExpired(dealId, expirableAt, uint48(block.timestamp));
        }
        uint256 unsettled = terms.volume - state.settled();
        (uint256 refund, uint256 stake) = (terms.price() * unsettled, terms.poolStake * unsettled);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit DealExpired(dealId, uint32(unsettled), refund, stake);
        _end(dealId, terms, state);
    }

    /// @inheritdoc IMarket
    function settleTasks(bytes32 dealId, uint32 volume, bytes calldata results, uint256 dust)
        external
        returns (bool complete)
    {
        if (msg.sender != WORK) revert NotWork(msg.sender);
        DealState state = _openState(dealId);
        uint256 bits = state.bits();
        uint256 word = type(uint256).max;
        uint256 wordBits;
        for (uint256 pos; pos < results.length; pos += RESULT_BYTES) {
            uint256 index = _indexAt(results, pos);
            if (index >= volume) revert TaskOutOfRange(dealId, index, volume);
            if (index < DealStateLib.INLINE_TASKS) {
                if (bits >> index & 1 != 0) revert TaskAlreadySettled(dealId, index);
                bits |= 1 << index;
                continue;
            }
            (uint256 place, uint256 bit) = DealStateLib.placeOf(index);
            if (place != word) {
                if (word != type(uint256).max) _bits[dealId][word] = wordBits;
                word = place;
                wordBits = _bits[dealId][word];
            }
            if (wordBits & bit != 0) revert TaskAlreadySettled(dealId, index);
            wordBits |= bit;
        }
        if (word != type(uint256).max) _bits[dealId][word] = wordBits;
        uint256 settled = state.settled() + results.length / RESULT_BYTES;
        _deals[dealId] = DealStateLib.make(DealStatus.Open, settled, state.dust() + dust, bits);
        return settled == volume;
    }

    /// @inheritdoc IMarket
    function completeDeal(DealTerms calldata terms) external {
        if (msg.sender != WORK) revert NotWork(msg.sender);
        bytes32 dealId = terms.hash();
        _end(dealId, terms, _openState(dealId));
    }

    /// @inheritdoc IMarket
    function consumedOf(bytes32 orderHash) external view returns (uint256) {
        return _orders[orderHash].consumed;
    }

    /// @inheritdoc IMarket
    function dealOf(bytes32 dealId) external view returns (DealStatus status, uint32 settled) {
        DealState state = _deals[dealId];
        // forge-lint: disable-next-line(unsafe-typecast)
        return (state.status(), uint32(state.settled()));
    }

    /// @inheritdoc IMarket
    function isSettled(bytes32 dealId, uint32 index) external view returns (bool) {
        if (index < DealStateLib.INLINE_TASKS) return _deals[dealId].bits() >> index & 1 != 0;
        (uint256 place, uint256 bit) = DealStateLib.placeOf(index);
        return _bits[dealId][place] & bit != 0;
    }

    /// @inheritdoc IMarket
    function domainSeparator() public view override(IMarket, TypedData) returns (bytes32) {
        return super.domainSeparator();
    }

    /// @dev All that does not depend on owners, hashes and volumes.
    function _newTerms(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        PoolOrder calldata poolOrder,
        RequestOrder calldata requestOrder
    ) private view returns (DealTerms memory terms) {
        uint48 maxDeadlineSec;
        uint48 maxMaturitySec;
        (terms.saboteurBps, terms.workerShareBps, terms.settleWindowSec, maxDeadlineSec, maxMaturitySec) =
            PARAMETERS.dealRules();
        uint48 deadlineSec = requestOrder.deadlineSec;
        uint48 maturitySec = requestOrder.maturitySec;
        if (deadlineSec == 0 || deadlineSec > maxDeadlineSec) {
            revert BadDeadline(deadlineSec, maxDeadlineSec);
        }
        if (maturitySec > maxMaturitySec) revert BadMaturity(maturitySec, maxMaturitySec);
        terms.openedAt = uint48(block.timestamp);
        terms.expiresAt = terms.openedAt + deadlineSec;
        terms.maturitySec = maturitySec;
        terms.bag = requestOrder.bag;
        terms.bagCodec = requestOrder.bagCodec;
        terms.requester = requestOrder.requester;
        terms.beneficiary = requestOrder.beneficiary;
        terms.callback = requestOrder.callback;
        terms.app = requestOrder.app;
        terms.dataset = requestOrder.dataset;
        terms.pool = poolOrder.pool;
        terms.appPrice = appOrder.price;
        if (requestOrder.dataset != address(0)) terms.datasetPrice = datasetOrder.price;
        terms.poolPrice = poolOrder.price;
        terms.poolStake = poolOrder.stake;
        terms.minOdds = requestOrder.minOdds;
        terms.fuel = requestOrder.fuel;
        terms.memoryMiB = requestOrder.memoryMiB;
        terms.diskMiB = requestOrder.diskMiB;
        terms.wallSec = requestOrder.wallSec;
    }

    function _checkApp(AppOrder calldata order, bytes calldata signature, DealTerms memory terms)
        private
        view
        returns (bytes32 orderHash)
    {
        orderHash = _typedHash(order.hash());
        terms.appOwner = REGISTRY.ownerOfKind(order.app, AssetKind.App);
        _checkSigned(orderHash, terms.appOwner, signature);
    }

    /// @dev Zero if the request asks for no data set.
    function _checkDataset(DatasetOrder calldata order, bytes calldata signature, DealTerms memory terms)
        private
        view
        returns (bytes32 orderHash)
    {
        if (order.dataset == address(0)) return 0;
        orderHash = _typedHash(order.hash());
        terms.datasetOwner = REGISTRY.ownerOfKind(order.dataset, AssetKind.Dataset);
        _checkSigned(orderHash, terms.datasetOwner, signature);
    }

    function _checkPool(PoolOrder calldata order, bytes calldata signature, DealTerms memory terms)
        private
        view
        returns (bytes32 orderHash)
    {
        orderHash = _typedHash(order.hash());
        terms.poolOwner = REGISTRY.ownerOfKind(order.pool, AssetKind.Pool);
        _checkSigned(orderHash, terms.poolOwner, signature);
    }

    function _checkRequest(RequestOrder calldata order, bytes calldata signature, DealTerms memory terms)
        private
        view
    {
        terms.requestHash = _typedHash(order.hash());
        _checkSigned(terms.requestHash, order.requester, signature);
    }

    /// @dev An empty signature stands for an order placed on chain by the same signer.
    function _checkSigned(bytes32 orderHash, address signer, bytes calldata signature) private view {
        bool signed = signature.length == 0
            ? signer != address(0) && _orders[orderHash].placedBy == signer
            : SignatureLib.isValid(signer, orderHash, signature);
        if (!signed) revert BadSignature(orderHash, signer);
    }

    function _left(bytes32 orderHash, uint64 volume, uint48 expiresAt) private view returns (uint256) {
        if (expiresAt < block.timestamp) revert OrderExpired(orderHash, expiresAt);
        uint64 consumed = _orders[orderHash].consumed;
        if (consumed >= volume) revert OrderConsumed(orderHash, volume);
        return volume - consumed;
    }

    /// @dev `_left` has checked that so much is left of the order.
    function _consume(bytes32 orderHash, uint256 volume) private {
        // forge-lint: disable-next-line(unsafe-typecast)
        _orders[orderHash].consumed += uint64(volume);
    }

    function _place(bytes32 structHash, address signer) private {
        bytes32 orderHash = _typedHash(structHash);
        if (msg.sender != signer) revert NotOrderSigner(orderHash, signer, msg.sender);
        _orders[orderHash].placedBy = signer;
        emit OrderPlaced(orderHash, signer);
    }

    function _cancel(bytes32 structHash, address signer) private {
        bytes32 orderHash = _typedHash(structHash);
        if (msg.sender != signer) revert NotOrderSigner(orderHash, signer, msg.sender);
        _orders[orderHash].consumed = type(uint64).max;
        emit OrderCancelled(orderHash, signer);
    }

    function _openState(bytes32 dealId) private view returns (DealState state) {
        state = _deals[dealId];
        DealStatus status = state.status();
        if (status == DealStatus.None) revert UnknownDeal(dealId);
        if (status == DealStatus.Closed) revert DealClosed(dealId);
    }

    /// @dev Closes a deal and ends its locks. Workers were paid batch by batch. For settled tasks app, data
    /// set and pool get their price, the pool with what division left of the workers' part, and its
    /// stake back; for the others the requester gets its money back and the pool's stake.
    function _end(bytes32 dealId, DealTerms calldata terms, DealState state) private {
        uint256 settled = state.settled();
        uint256 unsettled = terms.volume - settled;
        _deals[dealId] = DealStateLib.make(DealStatus.Closed, settled, state.dust(), state.bits());
        if (settled != 0) {
            address[] memory payees = new address[](3);
            uint256[] memory amounts = new uint256[](3);
            (payees[0], amounts[0]) = (terms.appOwner, terms.appPrice * settled);
            (payees[1], amounts[1]) = (terms.datasetOwner, terms.datasetPrice * settled);
            uint256 poolPart = terms.poolPrice - terms.workersPart();
            (payees[2], amounts[2]) = (terms.poolOwner, poolPart * settled + state.dust());
            ESCROW.payEach(terms.requester, terms.maturitySec, payees, amounts);
            if (terms.poolStake != 0) ESCROW.release(terms.poolOwner, terms.poolStake * settled);
        }
        if (unsettled != 0) {
            uint256 price = terms.price();
            if (price != 0) ESCROW.release(terms.requester, price * unsettled);
            if (terms.poolStake != 0) {
                ESCROW.pay(terms.poolOwner, terms.requester, terms.poolStake * unsettled, 0);
            }
        }
    }

    function _indexAt(bytes calldata results, uint256 pos) private pure returns (uint256 index) {
        assembly ("memory-safe") {
            index := shr(224, calldataload(add(results.offset, pos)))
        }
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
