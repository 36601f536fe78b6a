// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Sales} from "./base/Sales.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IServices} from "./interfaces/IServices.sol";
import {Sale, SaleOutcome, SaleStage} from "./types/Sales.sol";
import {ServiceOffer} from "./types/Services.sol";

/// @notice See IServices.
contract Services is IServices, Sales {
    /// @dev What each side does not get back of what it locked.
    struct Split {
        uint256 toProvider;
        uint256 stakeLost;
        uint256 feeOfBuyer;
        uint256 feeOfProvider;
    }

    uint256 private constant ALL_BPS = 10_000;

    IEscrow private immutable ESCROW;

    constructor(address escrow) {
        ESCROW = IEscrow(escrow);
    }

    /// @inheritdoc IServices
    function offerIdOf(address provider, uint256 nonce) external view returns (bytes32) {
        return _offerIdOf(provider, nonce);
    }

    /// @inheritdoc IServices
    function serviceOf(bytes32 offerId) external view returns (SaleStage, address, uint48) {
        Sale storage sale = _saleOf(offerId);
        return (sale.stage, sale.buyer, sale.until);
    }

    /// @inheritdoc IServices
    function offer(ServiceOffer calldata terms, string calldata uri) external returns (bytes32 offerId) {
        if (terms.arbiter == address(0)) revert NoArbiter(terms.provider, terms.nonce);
        _checkDeposit(terms.stake, terms.price);
        _checkWindow(terms.deliverSec, 1 hours, 365 days);
        _checkWindow(terms.reviewSec, 1 hours, 30 days);
        _checkWindow(terms.appealSec, 1 hours, 30 days);
        _checkWindow(terms.rulingSec, 1 hours, 30 days);
        _checkWindow(terms.maturitySec, 0, 90 days);
        offerId = _open(terms.provider, terms.nonce, keccak256(abi.encode(terms)), terms.acceptUntil);
        emit ServiceOffered(offerId, terms.provider, terms.buyer, terms, uri);
        ESCROW.lock(terms.provider, uint256(terms.stake) + terms.fee);
    }

    /// @inheritdoc IServices
    function accept(ServiceOffer calldata terms) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        if (terms.buyer != address(0)) _checkParty(offerId, terms.buyer);
        _checkStep(offerId, sale, SaleStage.Offered);
        sale.buyer = msg.sender;
        uint48 until = _advance(sale, SaleStage.Accepted, terms.deliverSec);
        emit ServiceAccepted(offerId, msg.sender, until);
        ESCROW.lock(msg.sender, uint256(terms.price) + terms.fee);
    }

    /// @inheritdoc IServices
    function deliver(ServiceOffer calldata terms, bytes32 content) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        _checkParty(offerId, terms.provider);
        _checkStep(offerId, sale, SaleStage.Accepted);
        emit ServiceDelivered(offerId, content, _advance(sale, SaleStage.Delivered, terms.reviewSec));
    }

    /// @inheritdoc IServices
    function refuse(ServiceOffer calldata terms, bytes32 reason) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        _checkParty(offerId, sale.buyer);
        _checkStep(offerId, sale, SaleStage.Delivered);
        emit ServiceRefused(offerId, reason, _advance(sale, SaleStage.Refused, terms.appealSec));
    }

    /// @inheritdoc IServices
    function appeal(ServiceOffer calldata terms, bytes32 reason) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        _checkParty(offerId, terms.provider);
        _checkStep(offerId, sale, SaleStage.Refused);
        emit ServiceAppealed(offerId, reason, _advance(sale, SaleStage.Appealed, terms.rulingSec));
    }

    /// @inheritdoc IServices
    function rule(ServiceOffer calldata terms, uint16 providerBps) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        _checkParty(offerId, terms.arbiter);
        _checkStep(offerId, sale, SaleStage.Appealed);
        if (providerBps > ALL_BPS) revert ShareOutOfBounds(providerBps, ALL_BPS);
        // Rounded down: for the buyer in the price, for the provider in the stake.
        uint256 feeOfBuyer = uint256(terms.fee) * providerBps / ALL_BPS;
        Split memory split = Split({
            toProvider: uint256(terms.price) * providerBps / ALL_BPS,
            stakeLost: uint256(terms.stake) * (ALL_BPS - providerBps) / ALL_BPS,
            feeOfBuyer: feeOfBuyer,
            feeOfProvider: terms.fee - feeOfBuyer
        });
        _close(offerId, sale, terms, SaleOutcome.Ruled, providerBps, split);
    }

    /// @inheritdoc IServices
    function finish(ServiceOffer calldata terms) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        SaleStage stage = sale.stage;
        if (msg.sender != _whoGivesUp(terms, sale)) _checkOver(offerId, sale);
        if (stage == SaleStage.Offered) {
            emit ServiceEnded(offerId, terms.provider, address(0), SaleOutcome.Lapsed, 0);
            _end(sale);
            ESCROW.release(terms.provider, uint256(terms.stake) + terms.fee);
        } else if (stage == SaleStage.Delivered) {
            _close(offerId, sale, terms, SaleOutcome.Sold, 10_000, Split(terms.price, 0, 0, 0));
        } else if (stage == SaleStage.Appealed) {
            // Half each: whoever the arbiter's silence favoured would be the one to bring it about.
            _close(offerId, sale, terms, SaleOutcome.Undecided, 5000, Split(terms.price / 2, 0, 0, 0));
        } else {
            SaleOutcome outcome = stage == SaleStage.Accepted ? SaleOutcome.Withheld : SaleOutcome.Faulty;
            _close(offerId, sale, terms, outcome, 0, Split(0, terms.stake, 0, 0));
        }
    }

    /// @dev Ends an accepted sale: both sides get back all that the split does not take from them.
    function _close(
        bytes32 offerId,
        Sale storage sale,
        ServiceOffer calldata terms,
        SaleOutcome outcome,
        uint16 providerBps,
        Split memory split
    ) private {
        (address provider, address buyer) = (terms.provider, sale.buyer);
        emit ServiceEnded(offerId, provider, buyer, outcome, providerBps);
        _end(sale);
        _pay(buyer, provider, split.toProvider, terms.maturitySec);
        _pay(buyer, terms.arbiter, split.feeOfBuyer, 0);
        ESCROW.release(buyer, uint256(terms.price) + terms.fee - split.toProvider - split.feeOfBuyer);
        _pay(provider, buyer, split.stakeLost, 0);
        _pay(provider, terms.arbiter, split.feeOfProvider, 0);
        ESCROW.release(provider, uint256(terms.stake) + terms.fee - split.stakeLost - split.feeOfProvider);
    }

    function _pay(address from, address to, uint256 amount, uint48 maturitySec) private {
        if (amount != 0) ESCROW.pay(from, to, amount, maturitySec);
    }

    function _advance(Sale storage sale, SaleStage stage, uint48 windowSec) private returns (uint48 until) {
        until = uint48(block.timestamp) + windowSec;
        (sale.until, sale.stage) = (until, stage);
    }

    function _whoGivesUp(ServiceOffer calldata terms, Sale storage sale) private view returns (address) {
        if (sale.stage == SaleStage.Appealed) return address(0);
        return sale.stage == SaleStage.Delivered ? sale.buyer : terms.provider;
    }

    function _loadOffer(ServiceOffer calldata terms) private view returns (bytes32, Sale storage) {
        return _load(terms.provider, terms.nonce, keccak256(abi.encode(terms)));
    }
}
