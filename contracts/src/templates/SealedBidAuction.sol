// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {ISealedBidAuction} from "../interfaces/ISealedBidAuction.sol";
import {BidLib} from "../libraries/BidLib.sol";
import {OrderLib} from "../libraries/OrderLib.sol";
import {SignatureLib} from "../libraries/SignatureLib.sol";
import {AppOrder, DatasetOrder, MatchProofs, PoolOrder, RequestOrder} from "../types/Orders.sol";

/// @notice See ISealedBidAuction.
contract SealedBidAuction is ISealedBidAuction, ReentrancyGuard {
    using SafeERC20 for IERC20;

    enum Stage {
        None,
        Committed,
        Standing,
        Returnable,
        Done
    }

    struct Bid {
        bytes32 commitment;
        bytes32 orderHash;
        bytes32 signatureHash;
        uint128 price;
        uint32 place;
        Stage stage;
    }

    struct Wiring {
        address market;
        address registry;
        address escrow;
        address token;
    }

    /// @dev Enough for a better bid always to find its place, few enough to be sorted on chain.
    uint256 private constant MAX_STANDING = 16;

    IMarket private immutable MARKET;
    IERC721 private immutable REGISTRY;
    IEscrow private immutable ESCROW;
    IERC20 private immutable TOKEN;

    Rules public rules;
    RequestOrder private _request;
    mapping(address bidder => Bid) private _bids;
    address[] private _ranking;
    uint32 private _places;
    bool private _isSettled;
    /// @dev Whom the auction admits: set only while it settles.
    address private _admittedPool;

    /// @param order The request; its `onlyPool` becomes this contract. Place it on Market, or hand its signature in.
    constructor(Wiring memory wiring, RequestOrder memory order, Rules memory rules_) {
        if (
            rules_.deposit == 0 || rules_.biddingEndsAt <= block.timestamp
                || rules_.revealEndsAt <= rules_.biddingEndsAt || rules_.settleEndsAt <= rules_.revealEndsAt
        ) {
            revert BadRules(rules_.deposit, rules_.biddingEndsAt, rules_.revealEndsAt, rules_.settleEndsAt);
        }
        if (order.ad != 0) revert NoAdsHere(order.ad);
        if (order.volume == 0 || order.volume > type(uint32).max) revert BadVolume(order.volume);
        (MARKET, REGISTRY) = (IMarket(wiring.market), IERC721(wiring.registry));
        (ESCROW, TOKEN) = (IEscrow(wiring.escrow), IERC20(wiring.token));
        order.onlyPool = address(this);
        (_request, rules) = (order, rules_);
        emit AuctionOpened(order, rules_);
    }

    /// @inheritdoc ISealedBidAuction
    function bid(bytes32 commitment) external nonReentrant {
        _checkPhase(0, rules.biddingEndsAt);
        Bid storage mine = _bids[msg.sender];
        if (mine.stage != Stage.None) revert AlreadyBid(msg.sender);
        (mine.commitment, mine.place, mine.stage) = (commitment, _places++, Stage.Committed);
        emit BidCommitted(msg.sender, commitment);
        TOKEN.safeTransferFrom(msg.sender, address(this), rules.deposit);
    }

    /// @inheritdoc ISealedBidAuction
    function reveal(PoolOrder calldata order, bytes32 salt, bytes calldata signature) external nonReentrant {
        _checkPhase(rules.biddingEndsAt, rules.revealEndsAt);
        Bid storage mine = _bids[msg.sender];
        if (mine.stage != Stage.Committed) revert NoBid(msg.sender);
        bytes32 orderHash = OrderLib.typedHash(order, MARKET.domainSeparator());
        bytes32 opened = keccak256(abi.encode(address(this), msg.sender, orderHash, salt));
        if (opened != mine.commitment) revert WrongOpening(msg.sender, mine.commitment, opened);
        address owner = REGISTRY.ownerOf(uint160(order.pool));
        if (owner != msg.sender) revert NotPoolOwner(order.pool, msg.sender, owner);
        BidLib.check(order, _request, address(this), rules.settleEndsAt);
        if (!SignatureLib.isValid(msg.sender, orderHash, signature)) revert NotSigned(orderHash, msg.sender);
        (mine.orderHash, mine.price, mine.stage) = (orderHash, order.price, Stage.Standing);
        mine.signatureHash = keccak256(signature);
        emit BidRevealed(msg.sender, orderHash, order.price);
        _rank(msg.sender);
    }

    /// @inheritdoc ISealedBidAuction
    function settle(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        PoolOrder calldata poolOrder,
        MatchProofs calldata proofs
    ) external nonReentrant returns (bytes32 dealId) {
        (address winner, bytes32 orderHash) = _checkWinner(poolOrder);
        uint64 volume = _request.volume;
        _isSettled = true;
        _admittedPool = poolOrder.pool;
        // forge-lint: disable-next-line(unsafe-typecast)
        dealId = MARKET.matchOrders(appOrder, datasetOrder, poolOrder, _request, proofs, uint32(volume));
        _admittedPool = address(0);
        // A stranger that Market asks meanwhile (a pricing contract) could have matched another order of the pool.
        uint256 served = MARKET.consumedOf(orderHash);
        if (served != volume) revert NotAllServed(served, volume);
        emit AuctionSettled(winner, dealId, poolOrder.price);
    }

    /// @inheritdoc ISealedBidAuction
    function disqualify(PoolOrder calldata poolOrder, bytes calldata signature) external nonReentrant {
        (address winner, bytes32 orderHash) = _checkWinner(poolOrder);
        bytes32 signatureHash = _bids[winner].signatureHash;
        if (keccak256(signature) != signatureHash) {
            revert WrongSignature(signatureHash, keccak256(signature));
        }
        // Nobody else can have consumed it: the order admits this auction alone. A key signs once and for all, a
        // contract wallet may take its word back.
        bool isFit = SignatureLib.isValid(winner, orderHash, signature) && MARKET.consumedOf(orderHash) == 0
            && REGISTRY.ownerOf(uint160(poolOrder.pool)) == winner
            && ESCROW.freeOf(winner) >= uint256(poolOrder.stake) * poolOrder.volume;
        if (isFit) revert WinnerIsFit(winner);
        for (uint256 i = 1; i < _ranking.length; ++i) {
            _ranking[i - 1] = _ranking[i];
        }
        _ranking.pop();
        emit WinnerDisqualified(winner);
        _forfeit(winner);
    }

    /// @inheritdoc ISealedBidAuction
    function returnDeposit(address bidder) external nonReentrant {
        Stage stage = _bids[bidder].stage;
        bool isOver = _isSettled || block.timestamp > rules.settleEndsAt;
        if (stage != Stage.Returnable && (stage != Stage.Standing || !isOver)) {
            revert NothingToReturn(bidder);
        }
        _bids[bidder].stage = Stage.Done;
        emit DepositReturned(bidder, rules.deposit);
        TOKEN.safeTransfer(bidder, rules.deposit);
    }

    /// @inheritdoc ISealedBidAuction
    function forfeitDeposit(address bidder) external nonReentrant {
        _checkPhase(rules.revealEndsAt, type(uint48).max);
        if (_bids[bidder].stage != Stage.Committed) revert NoBid(bidder);
        _forfeit(bidder);
    }

    function isMember(address who) external view returns (bool) {
        address pool = _admittedPool;
        return pool != address(0) && (who == pool || who == _request.requester);
    }

    /// @inheritdoc ISealedBidAuction
    function request() external view returns (RequestOrder memory) {
        return _request;
    }

    /// @inheritdoc ISealedBidAuction
    function ranking() external view returns (address[] memory) {
        return _ranking;
    }

    /// @inheritdoc ISealedBidAuction
    function priceOf(address bidder) external view returns (uint128) {
        return _bids[bidder].price;
    }

    /// @dev Phases begin the second after the one before has ended.
    function _checkPhase(uint48 after_, uint48 until) private view {
        if (block.timestamp <= after_ || block.timestamp > until) {
            revert WrongPhase(after_, until, uint48(block.timestamp));
        }
    }

    function _checkWinner(PoolOrder calldata order) private view returns (address winner, bytes32 orderHash) {
        _checkPhase(rules.revealEndsAt, rules.settleEndsAt);
        if (_isSettled) revert AlreadySettled();
        if (_ranking.length == 0) revert NoBid(address(0));
        winner = _ranking[0];
        orderHash = OrderLib.typedHash(order, MARKET.domainSeparator());
        bytes32 expected = _bids[winner].orderHash;
        if (orderHash != expected) revert WrongOrder(expected, orderHash);
    }

    /// @dev Inserts a bid where it belongs; with all places taken the worst one falls out.
    function _rank(address bidder) private {
        if (_ranking.length == MAX_STANDING) {
            address worst = _ranking[MAX_STANDING - 1];
            address dropped = _isBetter(bidder, worst) ? worst : bidder;
            _bids[dropped].stage = Stage.Returnable;
            emit BidDropped(dropped);
            if (dropped == bidder) return;
            _ranking.pop();
        }
        _ranking.push(bidder);
        for (uint256 i = _ranking.length - 1; i > 0 && _isBetter(bidder, _ranking[i - 1]); --i) {
            (_ranking[i], _ranking[i - 1]) = (_ranking[i - 1], bidder);
        }
    }

    function _isBetter(address a, address b) private view returns (bool) {
        Bid storage bidA = _bids[a];
        Bid storage bidB = _bids[b];
        return bidA.price != bidB.price ? bidA.price < bidB.price : bidA.place < bidB.place;
    }

    function _forfeit(address bidder) private {
        _bids[bidder].stage = Stage.Done;
        emit DepositForfeited(bidder, rules.deposit);
        TOKEN.safeTransfer(_request.requester, rules.deposit);
    }
}
