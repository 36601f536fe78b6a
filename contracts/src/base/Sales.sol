// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    DepositTooSmall,
    NotParty,
    OfferUsed,
    Sale,
    SaleStage,
    TooEarly,
    TooLate,
    UnknownOffer,
    WindowOutOfBounds,
    WrongStage
} from "../types/Sales.sol";

/// @notice One-off sales, kept as hashes of their terms. What is past stays `Ended`, so no id comes again.
abstract contract Sales {
    uint256 private constant MIN_DEPOSIT_BPS = 1000;
    uint256 private immutable CHAIN_ID = block.chainid;

    mapping(bytes32 offerId => Sale) private _sales;

    function _offerIdOf(address seller, uint256 nonce) internal view returns (bytes32) {
        return keccak256(abi.encode(CHAIN_ID, address(this), seller, nonce));
    }

    function _saleOf(bytes32 offerId) internal view returns (Sale storage) {
        return _sales[offerId];
    }

    /// @dev The sender must be the seller, or anybody could use up its nonces.
    function _open(address seller, uint256 nonce, bytes32 termsHash, uint48 until)
        internal
        returns (bytes32 offerId)
    {
        offerId = _offerIdOf(seller, nonce);
        _checkParty(offerId, seller);
        Sale storage sale = _sales[offerId];
        if (sale.stage != SaleStage.None) revert OfferUsed(offerId);
        if (until <= block.timestamp) revert TooLate(offerId, until, uint48(block.timestamp));
        (sale.termsHash, sale.until, sale.stage) = (termsHash, until, SaleStage.Offered);
    }

    function _load(address seller, uint256 nonce, bytes32 termsHash)
        internal
        view
        returns (bytes32 offerId, Sale storage sale)
    {
        offerId = _offerIdOf(seller, nonce);
        sale = _sales[offerId];
        if (sale.termsHash != termsHash) revert UnknownOffer(offerId);
    }

    function _end(Sale storage sale) internal {
        delete sale.termsHash;
        (sale.buyer, sale.until, sale.stage) = (address(0), 0, SaleStage.Ended);
    }

    function _checkParty(bytes32 offerId, address party) internal view {
        if (msg.sender != party) revert NotParty(offerId, msg.sender, party);
    }

    /// @dev A step is possible strictly before `until`; from `until` on the sale can be ended: never both.
    function _checkStep(bytes32 offerId, Sale storage sale, SaleStage stage) internal view {
        if (sale.stage != stage) revert WrongStage(offerId, sale.stage);
        if (block.timestamp >= sale.until) revert TooLate(offerId, sale.until, uint48(block.timestamp));
    }

    function _checkOver(bytes32 offerId, Sale storage sale) internal view {
        if (block.timestamp < sale.until) revert TooEarly(offerId, sale.until, uint48(block.timestamp));
    }

    /// @dev A tenth of the price, rounded up for the buyer. With nothing to lose a seller could wait for the
    /// price to rise, at the buyer's cost alone.
    function _checkDeposit(uint256 deposit, uint256 price) internal pure {
        uint256 min = (price * MIN_DEPOSIT_BPS + 9999) / 10_000;
        if (deposit < min) revert DepositTooSmall(deposit, min);
    }

    function _checkWindow(uint48 valueSec, uint256 minSec, uint256 maxSec) internal pure {
        if (valueSec < minSec || valueSec > maxSec) revert WindowOutOfBounds(valueSec, minSec, maxSec);
    }
}
