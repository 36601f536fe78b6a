// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {OrderLib} from "../libraries/OrderLib.sol";
import {SignatureLib} from "../libraries/SignatureLib.sol";
import {AssetKind} from "../types/Assets.sol";
import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../types/Orders.sol";
import {TypedData} from "./TypedData.sol";

/// @notice Orders of Market: who has signed them, and how much of them is used up.
abstract contract OrderBook is IMarket, TypedData {
    using OrderLib for *;

    /// @dev One slot. `consumed` is the highest number once cancelled; a count of tasks does not get there.
    struct OrderState {
        uint48 consumed;
        uint48 busyUntilMs;
        address placedBy;
    }

    /// @dev Whose word an order needs, and whether the caller can give it.
    struct Signer {
        address id;
        bool isCaller;
    }

    IRegistry private immutable REGISTRY;

    mapping(bytes32 orderHash => OrderState) private _orders;

    constructor(address registry) {
        REGISTRY = IRegistry(registry);
    }

    /// @inheritdoc IMarket
    function placeAppOrder(AppOrder calldata order) external {
        _place(order.hash(), _signerFor(order.app, AssetKind.App));
    }

    /// @inheritdoc IMarket
    function placeDatasetOrder(DatasetOrder calldata order) external {
        _place(order.hash(), _signerFor(order.dataset, AssetKind.Dataset));
    }

    /// @inheritdoc IMarket
    function placePoolOrder(PoolOrder calldata order) external {
        _place(order.hash(), _signerFor(order.pool, AssetKind.Pool));
    }

    /// @inheritdoc IMarket
    function placeRequestOrder(RequestOrder calldata order) external {
        _place(order.hash(), Signer(order.requester, msg.sender == order.requester));
    }

    /// @inheritdoc IMarket
    function cancelAppOrder(AppOrder calldata order) external {
        _cancel(order.hash(), _signerFor(order.app, AssetKind.App));
    }

    /// @inheritdoc IMarket
    function cancelDatasetOrder(DatasetOrder calldata order) external {
        _cancel(order.hash(), _signerFor(order.dataset, AssetKind.Dataset));
    }

    /// @inheritdoc IMarket
    function cancelPoolOrder(PoolOrder calldata order) external {
        _cancel(order.hash(), _signerFor(order.pool, AssetKind.Pool));
    }

    /// @inheritdoc IMarket
    function cancelRequestOrder(RequestOrder calldata order) external {
        _cancel(order.hash(), Signer(order.requester, msg.sender == order.requester));
    }

    /// @inheritdoc IMarket
    function consumedOf(bytes32 orderHash) public view returns (uint256 consumed) {
        consumed = _orders[orderHash].consumed;
        if (consumed == type(uint48).max) consumed = type(uint64).max;
    }

    /// @inheritdoc IMarket
    function busyUntilOf(bytes32 orderHash) public view returns (uint48) {
        return _orders[orderHash].busyUntilMs;
    }

    /// @inheritdoc IMarket
    function domainSeparator() public view override(IMarket, TypedData) returns (bytes32) {
        return super.domainSeparator();
    }

    /// @dev Hash and owner of an app's order that is signed.
    function _checkApp(AppOrder calldata order, bytes calldata signature)
        internal
        view
        returns (bytes32 orderHash, address owner)
    {
        owner = REGISTRY.ownerOfKind(order.app, AssetKind.App);
        orderHash = _checkSigned(order.hash(), owner, signature);
    }

    /// @dev Zeros if the request asks for no data set.
    function _checkDataset(DatasetOrder calldata order, bytes calldata signature)
        internal
        view
        returns (bytes32 orderHash, address owner)
    {
        if (order.dataset == address(0)) return (0, address(0));
        owner = REGISTRY.ownerOfKind(order.dataset, AssetKind.Dataset);
        orderHash = _checkSigned(order.hash(), owner, signature);
    }

    function _checkPool(PoolOrder calldata order, bytes calldata signature)
        internal
        view
        returns (bytes32 orderHash, address owner)
    {
        owner = REGISTRY.ownerOfKind(order.pool, AssetKind.Pool);
        orderHash = _checkSigned(order.hash(), owner, signature);
    }

    function _checkRequest(RequestOrder calldata order, bytes calldata signature)
        internal
        view
        returns (bytes32 orderHash)
    {
        return _checkSigned(order.hash(), order.requester, signature);
    }

    /// @return How many tasks are left of an order that has not expired.
    function _left(bytes32 orderHash, uint64 volume, uint48 expiresAt) internal view returns (uint256) {
        if (expiresAt < block.timestamp) revert OrderExpired(orderHash, expiresAt);
        uint256 consumed = consumedOf(orderHash);
        if (consumed >= volume) revert OrderConsumed(orderHash, volume);
        return volume - consumed;
    }

    /// @dev `_left` has checked that so much is left of the order, and a deal has at most 2^32 tasks.
    function _consume(bytes32 orderHash, uint256 volume) internal {
        // forge-lint: disable-next-line(unsafe-typecast)
        _orders[orderHash].consumed += uint48(volume);
    }

    /// @dev Of a pool's order, which also keeps until when its slots are booked.
    function _book(bytes32 orderHash, uint256 volume, uint48 busyUntilMs) internal {
        OrderState storage order = _orders[orderHash];
        // forge-lint: disable-next-line(unsafe-typecast)
        (order.consumed, order.busyUntilMs) = (order.consumed + uint48(volume), busyUntilMs);
    }

    function _signerFor(address asset, AssetKind kind) private view returns (Signer memory) {
        address owner = REGISTRY.ownerOfKind(asset, kind);
        return Signer(owner, msg.sender == owner || REGISTRY.isApprovedForAll(owner, msg.sender));
    }

    /// @dev An empty signature stands for an order placed on chain by the same signer.
    function _checkSigned(bytes32 structHash, address signer, bytes calldata signature)
        private
        view
        returns (bytes32 orderHash)
    {
        orderHash = _typedHash(structHash);
        bool signed = signature.length == 0
            ? signer != address(0) && _orders[orderHash].placedBy == signer
            : SignatureLib.isValid(signer, orderHash, signature);
        if (!signed) revert BadSignature(orderHash, signer);
    }

    function _place(bytes32 structHash, Signer memory signer) private {
        bytes32 orderHash = _checkCaller(structHash, signer);
        _orders[orderHash].placedBy = signer.id;
        emit OrderPlaced(orderHash, signer.id);
    }

    function _cancel(bytes32 structHash, Signer memory signer) private {
        bytes32 orderHash = _checkCaller(structHash, signer);
        _orders[orderHash].consumed = type(uint48).max;
        emit OrderCancelled(orderHash, signer.id);
    }

    function _checkCaller(bytes32 structHash, Signer memory signer) private view returns (bytes32 orderHash) {
        orderHash = _typedHash(structHash);
        if (!signer.isCaller) revert NotOrderSigner(orderHash, signer.id, msg.sender);
    }
}
