// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrderBook} from "./base/OrderBook.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {AdLib} from "./libraries/AdLib.sol";
import {DealLib} from "./libraries/DealLib.sol";
import {DealState, DealStateLib} from "./libraries/DealStateLib.sol";
import {Ending, EndLib, Taken} from "./libraries/EndLib.sol";
import {MatchLib} from "./libraries/MatchLib.sol";
import {MaturityLib} from "./libraries/MaturityLib.sol";
import {PricingLib} from "./libraries/PricingLib.sol";
import {DealStatus, DealTerms} from "./types/Deals.sol";
import {AppOrder, DatasetOrder, MatchProofs, PoolOrder, RequestOrder} from "./types/Orders.sol";

/// @notice See IMarket.
/// @dev Calls strangers (wallets, groups, ads) by STATICCALL; only pricing contracts may write, see PricingLib.
contract Market is OrderBook {
    using DealLib for DealTerms;
    using DealStateLib for DealState;

    /// @dev Hashes of the orders of a match, and until when the pool's is booked with it.
    struct Booking {
        bytes32 app;
        bytes32 dataset;
        bytes32 pool;
        uint48 busyUntilMs;
    }

    uint256 private constant RESULT_BYTES = 36;
    uint256 private constant INDEX_BYTES = 4;
    /// @dev A deal can be ended by anyone after at most 1 + this many times its own deadline, or soon after the reveals.
    uint256 private constant WINDOW_PER_DEADLINE = 8;
    /// @dev Between the end of the reveals, when absent workers are known, and that of the settlement.
    uint256 private constant AFTER_REVEALS = 60;

    IEscrow private immutable ESCROW;
    IParameters private immutable PARAMETERS;
    address private immutable WORK;
    address private immutable APPEALS;
    address private immutable CLAIMS;
    address private immutable CLASS_ADS;

    mapping(bytes32 dealId => DealState) private _deals;
    /// @dev Done bits (settled or spoiled) of the tasks that have no place in the deal's state, 256 a word.
    mapping(bytes32 dealId => mapping(uint256 word => uint256)) private _bits;
    /// @dev Which of the done are spoiled, 256 a word.
    mapping(bytes32 dealId => mapping(uint256 word => uint256)) private _spoiled;
    mapping(bytes32 dealId => Taken) public takenOf;

    constructor(
        address escrow,
        address registry,
        address parameters,
        address work,
        address appeals,
        address classAds,
        address claims
    ) OrderBook(registry) {
        (ESCROW, PARAMETERS, WORK) = (IEscrow(escrow), IParameters(parameters), work);
        (APPEALS, CLASS_ADS, CLAIMS) = (appeals, classAds, claims);
    }

    /// @inheritdoc IMarket
    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        PoolOrder calldata poolOrder,
        RequestOrder calldata requestOrder,
        MatchProofs calldata proofs,
        uint32 maxVolume
    ) external returns (bytes32 dealId) {
        if (maxVolume == 0) revert ZeroVolume();
        MatchLib.check(appOrder, datasetOrder, poolOrder, requestOrder);
        AdLib.check(CLASS_ADS, poolOrder, requestOrder, proofs);

        DealTerms memory terms = _newTerms(requestOrder);
        Booking memory hashes;
        (hashes.app, terms.appOwner) = _checkApp(appOrder, proofs.appSignature);
        (hashes.dataset, terms.datasetOwner) = _checkDataset(datasetOrder, proofs.datasetSignature);
        (hashes.pool, terms.poolOwner) = _checkPool(poolOrder, proofs.poolSignature);
        terms.requestHash = _checkRequest(requestOrder, proofs.requestSignature);
        (terms.pool, terms.poolPrice, terms.poolStake) = (poolOrder.pool, poolOrder.price, poolOrder.stake);

        uint256 volume = maxVolume;
        volume = _least(volume, _left(hashes.app, appOrder.volume, appOrder.expiresAt));
        if (hashes.dataset != 0) {
            volume = _least(volume, _left(hashes.dataset, datasetOrder.volume, datasetOrder.expiresAt));
        }
        volume = _least(volume, _left(hashes.pool, poolOrder.volume, poolOrder.expiresAt));
        volume = _least(volume, _left(terms.requestHash, requestOrder.volume, requestOrder.expiresAt));
        hashes.busyUntilMs = MatchLib.book(poolOrder, requestOrder, volume, busyUntilOf(hashes.pool));
        // forge-lint: disable-next-line(unsafe-typecast)
        terms.volume = uint32(volume);
        // forge-lint: disable-next-line(unsafe-typecast)
        terms.firstIndex = uint64(consumedOf(terms.requestHash));

        _consume(hashes.app, volume);
        if (hashes.dataset != 0) _consume(hashes.dataset, volume);
        _book(hashes.pool, volume, hashes.busyUntilMs);
        _consume(terms.requestHash, volume);

        terms.appPrice = PricingLib.quote(0, appOrder.pricing, appOrder.app, appOrder.price, terms);
        if (hashes.dataset != 0) {
            terms.datasetPrice =
                PricingLib.quote(1, datasetOrder.pricing, datasetOrder.dataset, datasetOrder.price, terms);
        }
        return _open(terms, hashes);
    }

    /// @inheritdoc IMarket
    function expireDeal(DealTerms calldata terms) external {
        bytes32 dealId = terms.hash();
        DealState state = _openState(dealId);
        uint48 expirableAt = terms.expiresAt + terms.settleWindowSec + 1;
        if (block.timestamp < expirableAt) {
            revert DealNotExpired(dealId, expirableAt, uint48(block.timestamp));
        }
        (Ending memory end, uint256 unsettled) = _end(dealId, terms, state);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit DealExpired(dealId, uint32(unsettled), end.refund, end.refundStake);
        _pay(terms, end);
    }

    /// @inheritdoc IMarket
    function settleTasks(bytes32 dealId, uint32 volume, bytes calldata results, uint256 dust, uint256 late)
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
        state = state.withSettled(results.length / RESULT_BYTES, late, dust, bits);
        _deals[dealId] = state;
        return state.settled() + state.spoiled() == volume;
    }

    /// @inheritdoc IMarket
    function spoilTasks(bytes32 dealId, uint32 volume, bytes calldata indexes)
        external
        returns (bool complete)
    {
        if (msg.sender != WORK && msg.sender != CLAIMS) revert NotWork(msg.sender);
        DealState state = _openState(dealId);
        uint256 bits = state.bits();
        for (uint256 pos; pos < indexes.length; pos += INDEX_BYTES) {
            uint256 index = _indexAt(indexes, pos);
            if (index >= volume) revert TaskOutOfRange(dealId, index, volume);
            _spoiled[dealId][index >> 8] |= 1 << (index & 255);
            if (index < DealStateLib.INLINE_TASKS) {
                if (bits >> index & 1 != 0) revert TaskAlreadySettled(dealId, index);
                bits |= 1 << index;
                continue;
            }
            (uint256 place, uint256 bit) = DealStateLib.placeOf(index);
            if (_bits[dealId][place] & bit != 0) revert TaskAlreadySettled(dealId, index);
            _bits[dealId][place] |= bit;
        }
        state = state.withSpoiled(indexes.length / INDEX_BYTES, bits);
        _deals[dealId] = state;
        emit TasksSpoiled(dealId, indexes);
        return state.settled() + state.spoiled() == volume;
    }

    /// @inheritdoc IMarket
    function completeDeal(DealTerms calldata terms) external {
        if (msg.sender != WORK) revert NotWork(msg.sender);
        bytes32 dealId = terms.hash();
        DealState state = _openState(dealId);
        (Ending memory end, uint256 spoiled) = _end(dealId, terms, state);
        // forge-lint: disable-next-line(unsafe-typecast)
        if (spoiled != 0) emit DealRefunded(dealId, uint32(spoiled), end.refund, end.refundStake);
        _pay(terms, end);
    }

    /// @inheritdoc IMarket
    function payStake(DealTerms calldata terms, address to, uint256 amount) external {
        if (msg.sender != CLAIMS) revert NotClaims(msg.sender);
        bytes32 dealId = terms.hash();
        DealState state = _openState(dealId);
        Taken storage taken = takenOf[dealId];
        uint256 left = terms.poolStake * state.spoiled() - taken.spoiled;
        if (amount > left) revert StakeExceeded(dealId, amount, left);
        // A part of what is locked, which fits 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        taken.spoiled += uint128(amount);
        _deals[dealId] = state.withTaken();
        emit StakeTaken(dealId, to, amount);
        _payFree(terms.poolOwner, to, amount);
    }

    /// @inheritdoc IMarket
    function takeStake(DealTerms calldata terms, address to) external returns (uint256 amount) {
        if (msg.sender != APPEALS) revert NotAppeals(msg.sender);
        (bytes32 dealId, uint256 part, address partFrom) = _takeTask(terms);
        if (dealId == 0) return 0;
        amount = terms.poolStake + part;
        emit StakeTaken(dealId, to, amount);
        _payFree(terms.poolOwner, to, terms.poolStake);
        _payFree(partFrom, to, part);
    }

    /// @inheritdoc IMarket
    function splitStake(DealTerms calldata terms, address to) external returns (uint256 amount) {
        if (msg.sender != CLAIMS) revert NotClaims(msg.sender);
        (bytes32 dealId, uint256 part, address partFrom) = _takeTask(terms);
        if (dealId == 0) return 0;
        amount = terms.poolStake / 2;
        uint256 rest = terms.poolStake - amount;
        emit StakeTaken(dealId, to, amount);
        emit StakeTaken(dealId, terms.requester, rest + part);
        _payFree(terms.poolOwner, to, amount);
        _payFree(terms.poolOwner, terms.requester, rest);
        _payFree(partFrom, terms.requester, part);
    }

    /// @inheritdoc IMarket
    function dealOf(bytes32 dealId) external view returns (DealStatus status, uint32 settled) {
        DealState state = _deals[dealId];
        // forge-lint: disable-next-line(unsafe-typecast)
        return (state.status(), uint32(state.settled()));
    }

    /// @inheritdoc IMarket
    function deliveryOf(bytes32 dealId) external view returns (uint32 spoiled, uint32 late, uint48 endedAt) {
        DealState state = _deals[dealId];
        // forge-lint: disable-start(unsafe-typecast)
        (spoiled, late) = (uint32(state.spoiled()), uint32(state.late()));
        // forge-lint: disable-end(unsafe-typecast)
        if (state.status() == DealStatus.Closed) endedAt = state.endedAt();
    }

    /// @inheritdoc IMarket
    function isSettled(bytes32 dealId, uint32 index) external view returns (bool) {
        return _isDone(dealId, index) && !isSpoiled(dealId, index);
    }

    /// @inheritdoc IMarket
    function isSpoiled(bytes32 dealId, uint32 index) public view returns (bool) {
        return _spoiled[dealId][index >> 8] >> (index & 255) & 1 != 0;
    }

    /// @dev All that a request and the rules of the day decide.
    function _newTerms(RequestOrder calldata request) private view returns (DealTerms memory terms) {
        uint48 maxDeadlineSec;
        uint48 maxMaturitySec;
        uint48 revealWindowSec;
        (
            terms.saboteurBps,
            terms.workerShareBps,
            terms.settleWindowSec,
            maxDeadlineSec,
            maxMaturitySec,
            revealWindowSec
        ) = PARAMETERS.dealRules();
        (uint48 deadlineSec, uint48 maturitySec) = (request.deadlineSec, request.maturitySec);
        if (deadlineSec == 0 || deadlineSec > maxDeadlineSec) {
            revert BadDeadline(deadlineSec, maxDeadlineSec);
        }
        if (maturitySec > maxMaturitySec) revert BadMaturity(maturitySec, maxMaturitySec);
        // Money of a short job is not locked for the settlement of long ones, but a pool can always settle without
        // the workers that were absent.
        uint256 window = _least(terms.settleWindowSec, uint256(deadlineSec) * WINDOW_PER_DEADLINE);
        uint256 least = revealWindowSec + AFTER_REVEALS;
        // forge-lint: disable-next-line(unsafe-typecast)
        terms.settleWindowSec = uint48(window < least ? least : window);
        terms.openedAt = uint48(block.timestamp);
        terms.expiresAt = terms.openedAt + deadlineSec;
        terms.maturitySec = maturitySec;
        (terms.taskSec, terms.slotSec, terms.slaBps) = (request.taskSec, request.slotSec, request.slaBps);
        (terms.bag, terms.bagCodec) = (request.bag, request.bagCodec);
        terms.requester = request.requester;
        terms.beneficiary = request.beneficiary;
        terms.callback = request.callback;
        (terms.app, terms.dataset) = (request.app, request.dataset);
        terms.minOdds = request.minOdds;
        (terms.fuel, terms.memoryMiB) = (request.fuel, request.memoryMiB);
        (terms.diskMiB, terms.wallSec) = (request.diskMiB, request.wallSec);
    }

    /// @dev Stores a deal, tells of it, and locks what each side puts up: the requester that signed for the
    /// prices, the pool's owner that signed for the stake.
    function _open(DealTerms memory terms, Booking memory hashes) private returns (bytes32 dealId) {
        dealId = keccak256(abi.encode(terms));
        _deals[dealId] = DealStateLib.opened();
        emit OrdersMatched(
            dealId,
            terms.requester,
            terms.pool,
            hashes.app,
            hashes.dataset,
            hashes.pool,
            hashes.busyUntilMs,
            terms
        );
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        uint256 volume = terms.volume;
        if (price != 0) ESCROW.lock(terms.requester, price * volume);
        if (terms.poolStake != 0) ESCROW.lock(terms.poolOwner, terms.poolStake * volume);
    }

    /// @dev Counts one more settled task as taken. From now on the stake is locked, to be paid, and so is the pool's
    /// own part of the price, of the requester or, once the deal has paid it, of the pool's owner.
    /// @return dealId Zero when nothing is left to take.
    function _takeTask(DealTerms calldata terms)
        private
        returns (bytes32 dealId, uint256 part, address partFrom)
    {
        dealId = terms.hash();
        DealState state = _deals[dealId];
        if (state.status() == DealStatus.None) revert UnknownDeal(dealId);
        bool isOpen = state.status() == DealStatus.Open;
        Taken storage taken = takenOf[dealId];
        // Without maturity the stake of a deal that has ended is free again.
        bool isFree = !isOpen && terms.maturitySec == 0;
        if (isFree || taken.tasks >= EndLib.takableTasks(terms, state)) return (0, 0, address(0));
        ++taken.tasks;
        _deals[dealId] = state.withTaken();
        (part, partFrom) = (EndLib.poolPart(terms), terms.requester);
        if (!isOpen) {
            partFrom = terms.poolOwner;
            uint48 maturesAt = MaturityLib.maturesAt(state.endedAt(), terms.maturitySec);
            ESCROW.hold(partFrom, maturesAt, terms.poolStake + part);
        }
    }

    function _openState(bytes32 dealId) private view returns (DealState state) {
        state = _deals[dealId];
        DealStatus status = state.status();
        if (status == DealStatus.None) revert UnknownDeal(dealId);
        if (status == DealStatus.Closed) revert DealClosed(dealId);
    }

    function _isDone(bytes32 dealId, uint32 index) private view returns (bool) {
        if (index < DealStateLib.INLINE_TASKS) return _deals[dealId].bits() >> index & 1 != 0;
        (uint256 place, uint256 bit) = DealStateLib.placeOf(index);
        return _bits[dealId][place] & bit != 0;
    }

    /// @dev Closes a deal and says who gets what of its locks.
    function _end(bytes32 dealId, DealTerms calldata terms, DealState state)
        private
        returns (Ending memory end, uint256 unsettled)
    {
        Taken memory taken;
        if (state.hasTaken()) taken = takenOf[dealId];
        end = EndLib.ending(terms, state, taken);
        unsettled = terms.volume - state.settled();
        _deals[dealId] = state.closed(block.timestamp);
        if (EndLib.isBreached(terms, state)) {
            uint256 late = state.late();
            // forge-lint: disable-start(unsafe-typecast)
            emit SlaBreached(
                dealId, uint32(state.settled() - late), uint32(late), end.lateRefund, end.lateStake
            );
            // forge-lint: disable-end(unsafe-typecast)
        }
    }

    /// @dev Workers were paid batch by batch; here the others are, and both locks end. The pool's stake comes
    /// free with the workers' credits, so that an appeal can still take it.
    function _pay(DealTerms calldata terms, Ending memory end) private {
        (address requester, address poolOwner) = (terms.requester, terms.poolOwner);
        address[] memory payees = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        (payees[0], amounts[0]) = (terms.appOwner, end.appPay);
        (payees[1], amounts[1]) = (terms.datasetOwner, end.datasetPay);
        (payees[2], amounts[2]) = (poolOwner, end.poolPay);
        ESCROW.payEach(requester, terms.maturitySec, payees, amounts);
        uint256 back = end.refund + end.lateRefund;
        if (back != 0) ESCROW.release(requester, back);
        _payFree(poolOwner, requester, end.refundStake + end.lateStake);
        if (end.poolStake == 0) return;
        if (terms.maturitySec == 0) ESCROW.release(poolOwner, end.poolStake);
        else ESCROW.pay(poolOwner, poolOwner, end.poolStake, terms.maturitySec);
    }

    /// @dev Out of a lock, free at once.
    function _payFree(address from, address to, uint256 amount) private {
        if (amount != 0) ESCROW.pay(from, to, amount, 0);
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
