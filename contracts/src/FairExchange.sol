// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Sales} from "./base/Sales.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IFairExchange} from "./interfaces/IFairExchange.sol";
import {FileLib} from "./libraries/FileLib.sol";
import {ChunkProof, FileKey, FileOffer} from "./types/Files.sol";
import {Sale, SaleOutcome, SaleStage} from "./types/Sales.sol";

/// @notice See IFairExchange.
contract FairExchange is IFairExchange, Sales {
    using FileLib for FileOffer;

    /// @dev A complaint carries one chunk: the largest must fit a transaction with room to spare.
    uint256 private constant MAX_CHUNK_BYTES = 16_384;
    uint256 private constant MAX_SIZE_BYTES = 1 << 48;

    IEscrow private immutable ESCROW;

    constructor(address escrow) {
        ESCROW = IEscrow(escrow);
    }

    /// @inheritdoc IFairExchange
    function offerIdOf(address seller, uint256 nonce) external view returns (bytes32) {
        return _offerIdOf(seller, nonce);
    }

    /// @inheritdoc IFairExchange
    function exchangeOf(bytes32 offerId) external view returns (SaleStage, address, uint48) {
        Sale storage sale = _saleOf(offerId);
        return (sale.stage, sale.buyer, sale.until);
    }

    /// @inheritdoc IFairExchange
    function offer(FileOffer calldata terms, string calldata uri) external returns (bytes32 offerId) {
        _checkTerms(terms);
        offerId = _open(terms.seller, terms.nonce, keccak256(abi.encode(terms)), terms.acceptUntil);
        emit FileOffered(offerId, terms.seller, terms.buyer, terms, uri);
        ESCROW.lock(terms.seller, terms.deposit);
    }

    /// @inheritdoc IFairExchange
    function accept(FileOffer calldata terms) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        if (terms.buyer != address(0)) _checkParty(offerId, terms.buyer);
        _checkStep(offerId, sale, SaleStage.Offered);
        uint48 until = uint48(block.timestamp) + terms.revealSec;
        (sale.buyer, sale.until, sale.stage) = (msg.sender, until, SaleStage.Accepted);
        emit FileAccepted(offerId, msg.sender, until);
        ESCROW.lock(msg.sender, terms.price);
    }

    /// @inheritdoc IFairExchange
    function reveal(FileOffer calldata terms, FileKey calldata key) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        _checkStep(offerId, sale, SaleStage.Accepted);
        _checkKey(offerId, terms, key);
        uint48 until = uint48(block.timestamp) + terms.complainSec;
        (sale.until, sale.stage) = (until, SaleStage.Delivered);
        emit KeyRevealed(offerId, key, until);
    }

    /// @inheritdoc IFairExchange
    function complain(FileOffer calldata terms, FileKey calldata key, ChunkProof calldata chunk) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        _checkStep(offerId, sale, SaleStage.Delivered);
        _checkKey(offerId, terms, key);
        if (!terms.isCommitted(chunk)) revert ChunkNotCommitted(offerId, chunk.index);
        if (terms.isCorrect(offerId, key, chunk)) revert ChunkCorrect(offerId, chunk.index);
        _refund(offerId, sale, terms, SaleOutcome.Faulty);
    }

    /// @inheritdoc IFairExchange
    function finish(FileOffer calldata terms) external {
        (bytes32 offerId, Sale storage sale) = _loadOffer(terms);
        (SaleStage stage, address buyer) = (sale.stage, sale.buyer);
        if (msg.sender != (stage == SaleStage.Delivered ? buyer : terms.seller)) _checkOver(offerId, sale);
        if (stage == SaleStage.Offered) {
            _endAs(offerId, sale, terms, SaleOutcome.Lapsed);
            ESCROW.release(terms.seller, terms.deposit);
        } else if (stage == SaleStage.Accepted) {
            _refund(offerId, sale, terms, SaleOutcome.Withheld);
        } else {
            _endAs(offerId, sale, terms, SaleOutcome.Sold);
            ESCROW.pay(buyer, terms.seller, terms.price, 0);
            ESCROW.release(terms.seller, terms.deposit);
        }
    }

    /// @dev The price back and the deposit with it.
    function _refund(bytes32 offerId, Sale storage sale, FileOffer calldata terms, SaleOutcome outcome)
        private
    {
        address buyer = sale.buyer;
        _endAs(offerId, sale, terms, outcome);
        ESCROW.release(buyer, terms.price);
        ESCROW.pay(terms.seller, buyer, terms.deposit, 0);
    }

    function _endAs(bytes32 offerId, Sale storage sale, FileOffer calldata terms, SaleOutcome outcome)
        private
    {
        emit FileSaleEnded(offerId, terms.seller, sale.buyer, outcome);
        _end(sale);
    }

    function _loadOffer(FileOffer calldata terms) private view returns (bytes32, Sale storage) {
        return _load(terms.seller, terms.nonce, keccak256(abi.encode(terms)));
    }

    function _checkTerms(FileOffer calldata terms) private pure {
        if (terms.sizeBytes == 0 || terms.sizeBytes > MAX_SIZE_BYTES) {
            revert SizeOutOfBounds(terms.sizeBytes, 1, MAX_SIZE_BYTES);
        }
        if (terms.chunkBytes < 32 || terms.chunkBytes > MAX_CHUNK_BYTES) {
            revert ChunkSizeOutOfBounds(terms.chunkBytes, 32, MAX_CHUNK_BYTES);
        }
        _checkDeposit(terms.deposit, terms.price);
        _checkWindow(terms.revealSec, 1 minutes, 30 days);
        // Long enough that nobody can keep a complaint out of all its blocks.
        _checkWindow(terms.complainSec, 1 hours, 30 days);
    }

    function _checkKey(bytes32 offerId, FileOffer calldata terms, FileKey calldata key) private pure {
        if (FileLib.commitmentOf(offerId, key) != terms.keyCommitment) revert WrongKey(offerId);
    }
}
