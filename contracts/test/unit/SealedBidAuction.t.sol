// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {ISealedBidAuction} from "../../src/interfaces/ISealedBidAuction.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {MatchProofs, PoolOrder, RequestOrder} from "../../src/types/Orders.sol";
import {AuctionWorld} from "../lib/AuctionWorld.sol";
import {Reenterer} from "../lib/Reenterer.sol";
import {Wallet} from "../lib/Strangers.sol";
import {vm} from "../lib/Test.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";

contract SealedBidAuctionTest is AuctionWorld {
    using ReferenceOrders for *;

    function _wrongPhase(uint48 from, uint48 until) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ISealedBidAuction.WrongPhase.selector, from, until, uint48(block.timestamp)
            );
    }

    /// Bidders 0 to 2 bid 3, 1 and 2 ether and reveal.
    function _threeBids() private {
        uint128[3] memory prices = [uint128(3 ether), 1 ether, 2 ether];
        for (uint256 i; i < 3; ++i) {
            bid(bidders[i], bidOf(bidders[i], prices[i]));
        }
        vm.warp(BIDDING + 1);
        for (uint256 i; i < 3; ++i) {
            reveal(bidders[i], bidOf(bidders[i], prices[i]));
        }
    }

    function test_TheLowestBidServesTheRequest() public {
        _threeBids();
        address[] memory ranking = auction.ranking();
        vm.assertEq(ranking.length, 3);
        vm.assertEq(ranking[0], bidders[1].id);
        vm.assertEq(ranking[1], bidders[2].id);
        vm.assertEq(ranking[2], bidders[0].id);
        vm.assertEq(auction.priceOf(bidders[2].id), 2 ether);
        vm.warp(REVEAL + 1);
        vm.recordLogs();
        bytes32 dealId = settleAuction(bidders[1], bidOf(bidders[1], 1 ether));
        DealTerms memory terms = termsOf(vm.getRecordedLogs());
        vm.assertEq(idOf(terms), dealId);
        vm.assertEq(terms.poolPrice, 1 ether);
        vm.assertEq(terms.pool, poolOf[bidders[1].id]);
        vm.assertEq(terms.volume, 6);
        for (uint256 i; i < 3; ++i) {
            vm.expectEmit(address(auction));
            emit ISealedBidAuction.DepositReturned(bidders[i].id, DEPOSIT);
            auction.returnDeposit(bidders[i].id);
            vm.assertEq(token.balanceOf(bidders[i].id), 100 ether);
        }
        vm.assertEq(token.balanceOf(address(auction)), 0);
    }

    function test_SaysWhatItDoes() public {
        PoolOrder memory order = bidOf(bidders[0], 1 ether);
        bytes32 commitment = commitmentOf(bidders[0], order);
        vm.expectEmit(address(auction));
        emit ISealedBidAuction.BidCommitted(bidders[0].id, commitment);
        vm.prank(bidders[0].id);
        auction.bid(commitment);
        vm.assertEq(token.balanceOf(address(auction)), DEPOSIT);
        vm.warp(BIDDING + 1);
        bytes memory signature = signatureOf(bidders[0], order);
        vm.expectEmit(address(auction));
        emit ISealedBidAuction.BidRevealed(bidders[0].id, order.hash(market.domainSeparator()), 1 ether);
        vm.prank(bidders[0].id);
        auction.reveal(order, saltOf(bidders[0]), signature);
        (uint128 deposit, uint48 biddingEndsAt, uint48 revealEndsAt, uint48 settleEndsAt) = auction.rules();
        vm.assertEq(deposit, DEPOSIT);
        vm.assertEq(biddingEndsAt, BIDDING);
        vm.assertEq(revealEndsAt, REVEAL);
        vm.assertEq(settleEndsAt, SETTLE);
        vm.assertEq(keccak256(abi.encode(auction.request())), keccak256(abi.encode(orders.request)));
    }

    function test_OfEqualBidsTheFirstWins() public {
        bid(bidders[2], bidOf(bidders[2], 1 ether));
        bid(bidders[0], bidOf(bidders[0], 1 ether));
        vm.warp(BIDDING + 1);
        reveal(bidders[0], bidOf(bidders[0], 1 ether));
        reveal(bidders[2], bidOf(bidders[2], 1 ether));
        vm.assertEq(auction.ranking()[0], bidders[2].id);
    }

    /// Bid copying: the copy of a commitment is bound to its maker and opens for nobody else.
    function test_BidCopying() public {
        PoolOrder memory order = bidOf(bidders[0], 1 ether);
        bytes32 seen = commitmentOf(bidders[0], order);
        bid(bidders[0], order);
        vm.prank(bidders[1].id);
        auction.bid(seen);
        vm.warp(BIDDING + 1);
        bytes memory signature = signatureOf(bidders[0], order);
        bytes32 opened = keccak256(
            abi.encode(
                address(auction), bidders[1].id, order.hash(market.domainSeparator()), saltOf(bidders[0])
            )
        );
        vm.expectRevert(
            abi.encodeWithSelector(ISealedBidAuction.WrongOpening.selector, bidders[1].id, seen, opened)
        );
        vm.prank(bidders[1].id);
        auction.reveal(order, saltOf(bidders[0]), signature);
        vm.warp(REVEAL + 1);
        auction.forfeitDeposit(bidders[1].id);
        vm.assertEq(token.balanceOf(requester.id), DEPOSIT);
    }

    /// Front-running: whoever sees a reveal cannot bid below it any more.
    function test_RevertWhen_BiddingAfterTheFirstReveal() public {
        bid(bidders[0], bidOf(bidders[0], 1 ether));
        vm.warp(BIDDING + 1);
        reveal(bidders[0], bidOf(bidders[0], 1 ether));
        bytes32 commitment = commitmentOf(bidders[1], bidOf(bidders[1], 1 ether - 1));
        vm.expectRevert(_wrongPhase(0, BIDDING));
        vm.prank(bidders[1].id);
        auction.bid(commitment);
    }

    /// No reveal: the deposit is lost, and goes to the requester.
    function test_NoRevealCostsTheDeposit() public {
        bid(bidders[0], bidOf(bidders[0], 1 ether));
        vm.warp(REVEAL);
        vm.expectRevert(_wrongPhase(REVEAL, type(uint48).max));
        auction.forfeitDeposit(bidders[0].id);
        vm.warp(REVEAL + 1);
        revealRefused(bidders[0], bidOf(bidders[0], 1 ether), _wrongPhase(BIDDING, REVEAL));
        vm.expectEmit(address(auction));
        emit ISealedBidAuction.DepositForfeited(bidders[0].id, DEPOSIT);
        auction.forfeitDeposit(bidders[0].id);
        vm.assertEq(token.balanceOf(requester.id), DEPOSIT);
        vm.expectRevert(abi.encodeWithSelector(ISealedBidAuction.NoBid.selector, bidders[0].id));
        auction.forfeitDeposit(bidders[0].id);
        settleRefused(
            bidders[0],
            bidOf(bidders[0], 1 ether),
            abi.encodeWithSelector(ISealedBidAuction.NoBid.selector, address(0))
        );
    }

    /// Neither order can be matched but by the auction: not before, not after, not with another.
    function test_OutsideTheAuctionNeitherOrderMatches() public {
        _threeBids();
        PoolOrder memory order = bidOf(bidders[1], 1 ether);
        Orders memory four = orders;
        MatchProofs memory proofs = proofsOf(bidders[1], order);
        vm.expectRevert(
            abi.encodeWithSelector(IMarket.Restricted.selector, uint8(2), address(auction), requester.id)
        );
        market.matchOrders(four.app, four.dataset, order, four.request, proofs, 6);
        order.onlyRequester = address(0);
        proofs = proofsOf(bidders[1], order);
        vm.expectRevert(
            abi.encodeWithSelector(IMarket.Restricted.selector, uint8(3), address(auction), order.pool)
        );
        market.matchOrders(four.app, four.dataset, order, four.request, proofs, 6);
        vm.assertFalse(auction.isMember(order.pool));
        vm.assertFalse(auction.isMember(requester.id));
    }

    /// Price above the winning one: in the middle of the settlement the winner's friend matches the request with a
    /// dearer order of the same pool. Some of it, or all: both fail.
    function test_ReentrancyWithADearerOrder() public {
        _threeBids();
        vm.warp(REVEAL + 1);
        _settleWithAFriend(2);
        _settleWithAFriend(6);
    }

    function _settleWithAFriend(uint32 volume) private {
        PoolOrder memory order = bidOf(bidders[1], 1 ether);
        PoolOrder memory dear = bidOf(bidders[1], 9 ether);
        bytes memory nested = abi.encodeCall(
            IMarket.matchOrders,
            (orders.app, orders.dataset, dear, orders.request, proofsOf(bidders[1], dear), volume)
        );
        Reenterer friend = new Reenterer();
        friend.prepare(address(market), nested);
        orders.app.pricing = address(friend);
        try auction.settle(orders.app, orders.dataset, order, proofsOf(bidders[1], order)) {
            // The inner match was refused by Market: then all of the request went to the winning order.
            vm.assertEq(market.consumedOf(order.hash(market.domainSeparator())), 6);
        } catch {}
        vm.assertEq(market.consumedOf(dear.hash(market.domainSeparator())), 0);
        orders.app.pricing = address(0);
    }

    function test_AWinnerWithoutItsStakeIsDisqualified() public {
        _threeBids();
        vm.warp(REVEAL + 1);
        PoolOrder memory order = bidOf(bidders[1], 1 ether);
        bytes memory signature = signatureOf(bidders[1], order);
        vm.expectRevert(abi.encodeWithSelector(ISealedBidAuction.WinnerIsFit.selector, bidders[1].id));
        auction.disqualify(order, signature);
        uint256 free = escrow.freeOf(bidders[1].id);
        vm.prank(bidders[1].id);
        escrow.withdraw(free - uint256(order.stake) * 6 + 1);
        vm.expectEmit(address(auction));
        emit ISealedBidAuction.WinnerDisqualified(bidders[1].id);
        auction.disqualify(order, signature);
        vm.assertEq(token.balanceOf(requester.id), DEPOSIT);
        vm.assertEq(auction.ranking().length, 2);
        settleAuction(bidders[2], bidOf(bidders[2], 2 ether));
    }

    function test_AWinnerThatCancelsIsDisqualified() public {
        _threeBids();
        vm.warp(REVEAL + 1);
        PoolOrder memory order = bidOf(bidders[1], 1 ether);
        vm.prank(bidders[1].id);
        market.cancelPoolOrder(order);
        auction.disqualify(order, signatureOf(bidders[1], order));
        vm.assertEq(auction.ranking()[0], bidders[2].id);
    }

    function test_AWinnerThatSoldItsPoolIsDisqualified() public {
        _threeBids();
        vm.warp(REVEAL + 1);
        sellPoolOf(bidders[1]);
        PoolOrder memory order = bidOf(bidders[1], 1 ether);
        auction.disqualify(order, signatureOf(bidders[1], order));
        vm.assertEq(auction.ranking()[0], bidders[2].id);
    }

    /// A contract wallet that takes its word back cannot hold up the auction.
    function test_AWinnerThatDisownsItsSignatureIsDisqualified() public {
        Actor memory maker = newActor("maker of a wallet");
        Wallet wallet = new Wallet(maker.id);
        Actor memory bidder = Actor(address(wallet), maker.key);
        addBidderWallet(bidder);
        PoolOrder memory order = bidOf(bidder, 1 ether);
        bid(bidder, order);
        vm.warp(BIDDING + 1);
        reveal(bidder, order);
        vm.warp(REVEAL + 1);
        wallet.setMode(2);
        bytes memory signature = signatureOf(bidder, order);
        bytes memory other = abi.encodePacked(signature, uint8(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISealedBidAuction.WrongSignature.selector, keccak256(signature), keccak256(other)
            )
        );
        auction.disqualify(order, other);
        auction.disqualify(order, signature);
        vm.assertEq(auction.ranking().length, 0);
    }

    function addBidderWallet(Actor memory bidder) private {
        addBidder(bidder);
    }

    function test_WithoutASettlementDepositsComeBack() public {
        _threeBids();
        vm.warp(SETTLE);
        vm.expectRevert(abi.encodeWithSelector(ISealedBidAuction.NothingToReturn.selector, bidders[0].id));
        auction.returnDeposit(bidders[0].id);
        vm.warp(SETTLE + 1);
        auction.returnDeposit(bidders[0].id);
        vm.assertEq(token.balanceOf(bidders[0].id), 100 ether);
        vm.expectRevert(abi.encodeWithSelector(ISealedBidAuction.NothingToReturn.selector, bidders[0].id));
        auction.returnDeposit(bidders[0].id);
        settleRefused(bidders[1], bidOf(bidders[1], 1 ether), _wrongPhase(REVEAL, SETTLE));
    }

    function test_ABetterBidPushesOutTheWorst() public {
        for (uint256 i = 4; i < 19; ++i) {
            addBidder(newActor(string.concat("bidder ", string(abi.encodePacked(uint8(65 + i))))));
        }
        for (uint256 i; i < 18; ++i) {
            bid(bidders[i], bidOf(bidders[i], uint128((20 - i) * 0.1 ether)));
        }
        bid(bidders[18], bidOf(bidders[18], 9 ether));
        vm.warp(BIDDING + 1);
        for (uint256 i; i < 16; ++i) {
            reveal(bidders[i], bidOf(bidders[i], uint128((20 - i) * 0.1 ether)));
        }
        vm.expectEmit(address(auction));
        emit ISealedBidAuction.BidDropped(bidders[0].id);
        reveal(bidders[16], bidOf(bidders[16], 0.4 ether));
        vm.expectEmit(address(auction));
        emit ISealedBidAuction.BidDropped(bidders[18].id);
        reveal(bidders[18], bidOf(bidders[18], 9 ether));
        address[] memory ranking = auction.ranking();
        vm.assertEq(ranking.length, 16);
        vm.assertEq(ranking[0], bidders[16].id);
        vm.assertEq(ranking[15], bidders[1].id);
        auction.returnDeposit(bidders[0].id);
        auction.returnDeposit(bidders[18].id);
        vm.assertEq(token.balanceOf(bidders[0].id), 100 ether);
    }

    function test_RevertWhen_SettledWithAnotherThanTheWinningOrder() public {
        _threeBids();
        vm.warp(REVEAL + 1);
        PoolOrder memory order = bidOf(bidders[2], 2 ether);
        bytes32 domain = market.domainSeparator();
        settleRefused(
            bidders[2],
            order,
            abi.encodeWithSelector(
                ISealedBidAuction.WrongOrder.selector,
                bidOf(bidders[1], 1 ether).hash(domain),
                order.hash(domain)
            )
        );
        order = bidOf(bidders[1], 1 ether);
        settleAuction(bidders[1], order);
        settleRefused(bidders[1], order, abi.encodeWithSelector(ISealedBidAuction.AlreadySettled.selector));
    }

    /// An app order that is too small would serve a part of the request, and leave the rest to nobody.
    function test_RevertWhen_NotAllIsServed() public {
        _threeBids();
        vm.warp(REVEAL + 1);
        orders.app.volume = 5;
        settleRefused(
            bidders[1],
            bidOf(bidders[1], 1 ether),
            abi.encodeWithSelector(ISealedBidAuction.NotAllServed.selector, 5, 6)
        );
    }

    function test_RevertWhen_BiddingTwice() public {
        bid(bidders[0], bidOf(bidders[0], 1 ether));
        bytes32 commitment = commitmentOf(bidders[0], bidOf(bidders[0], 2 ether));
        vm.expectRevert(abi.encodeWithSelector(ISealedBidAuction.AlreadyBid.selector, bidders[0].id));
        vm.prank(bidders[0].id);
        auction.bid(commitment);
    }

    function test_RevertWhen_RevealingWithoutABid() public {
        vm.warp(BIDDING + 1);
        revealRefused(
            bidders[0],
            bidOf(bidders[0], 1 ether),
            abi.encodeWithSelector(ISealedBidAuction.NoBid.selector, bidders[0].id)
        );
    }

    function test_RevertWhen_ThePoolIsNotTheBidders() public {
        PoolOrder memory order = bidOf(bidders[0], 1 ether);
        order.pool = pool;
        bid(bidders[0], order);
        vm.warp(BIDDING + 1);
        revealRefused(
            bidders[0],
            order,
            abi.encodeWithSelector(ISealedBidAuction.NotPoolOwner.selector, pool, bidders[0].id, poolOwner.id)
        );
    }

    function test_RevertWhen_TheOrderIsNotSigned() public {
        PoolOrder memory order = bidOf(bidders[0], 1 ether);
        bid(bidders[0], order);
        vm.warp(BIDDING + 1);
        bytes memory signature = signatureOf(bidders[1], order);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISealedBidAuction.NotSigned.selector, order.hash(market.domainSeparator()), bidders[0].id
            )
        );
        vm.prank(bidders[0].id);
        auction.reveal(order, saltOf(bidders[0]), signature);
    }

    /// A bid that Market would refuse never stands: it could win and then hold up everybody.
    function test_RevertWhen_TheBidDoesNotFit() public {
        for (uint8 what; what < 19; ++what) {
            uint256 snapshot = vm.snapshotState();
            PoolOrder memory order = _unfit(bidOf(bidders[0], 1 ether), what);
            bid(bidders[0], order);
            vm.warp(BIDDING + 1);
            uint8 named = what < 13 ? what : what == 13 || what == 14 ? 10 : 12;
            revealRefused(
                bidders[0], order, abi.encodeWithSelector(ISealedBidAuction.UnfitBid.selector, named)
            );
            vm.revertToState(snapshot);
        }
    }

    function _unfit(PoolOrder memory order, uint8 what) private returns (PoolOrder memory) {
        if (what == 0) order.fuel -= 1;
        if (what == 1) order.memoryMiB -= 1;
        if (what == 2) order.diskMiB -= 1;
        if (what == 3) order.wallSec -= 1;
        if (what == 4) order.maxOdds = orders.request.minOdds - 1;
        if (what == 5 || what == 6 || what > 14) _askForMore(what);
        if (what == 5) order.stake = 1;
        if (what == 17) order.slots = 0;
        if (what == 18) order.taskSec = 0;
        if (what == 15) (order.slaBps, order.taskSec, order.stake) = (1, 0, 0);
        if (what == 7) order.price = 10 ether + 1;
        if (what == 8) order.volume = 7;
        if (what == 9) order.expiresAt = SETTLE - 1;
        if (what == 10) order.onlyRequester = requester.id;
        if (what == 11) order.ad = "ad";
        if (what == 12) order.taskSec = orders.request.deadlineSec + 1;
        if (what == 13) order.onlyApp = dataset;
        if (what == 14) order.onlyDataset = app;
        if (what == 16) (order.slaBps, order.taskSec) = (1, orders.request.taskSec + 1);
        order.onlyRequester = order.onlyRequester == requester.id ? requester.id : address(auction);
        return order;
    }

    /// From now on the auction is for a request with a stake, and with an SLA.
    function _askForMore(uint8 what) private {
        if (what != 15) orders.request.minStake = 2;
        if (what != 5 && what < 17) (orders.request.slaBps, orders.request.taskSec) = (1, 60);
        auction = deployAuction(orders.request, ISealedBidAuction.Rules(DEPOSIT, BIDDING, REVEAL, SETTLE));
        vm.prank(bidders[0].id);
        token.approve(address(auction), type(uint256).max);
    }

    function test_RevertWhen_TheRulesMakeNoSense() public {
        _rulesRefused(ISealedBidAuction.Rules(0, BIDDING, REVEAL, SETTLE));
        _rulesRefused(ISealedBidAuction.Rules(DEPOSIT, START, REVEAL, SETTLE));
        _rulesRefused(ISealedBidAuction.Rules(DEPOSIT, BIDDING, BIDDING, SETTLE));
        _rulesRefused(ISealedBidAuction.Rules(DEPOSIT, BIDDING, REVEAL, REVEAL));
    }

    function _rulesRefused(ISealedBidAuction.Rules memory rules) private {
        try this.deployOutside(orders.request, rules) {
            revert("deployed");
        } catch {}
    }

    function deployOutside(RequestOrder calldata request, ISealedBidAuction.Rules calldata rules) external {
        deployAuction(request, rules);
    }

    function test_RevertWhen_TheRequestCannotBeAuctioned() public {
        orders.request.ad = "ad";
        _rulesRefused(ISealedBidAuction.Rules(DEPOSIT, BIDDING, REVEAL, SETTLE));
        (orders.request.ad, orders.request.volume) = (0, 0);
        _rulesRefused(ISealedBidAuction.Rules(DEPOSIT, BIDDING, REVEAL, SETTLE));
        orders.request.volume = uint64(type(uint32).max) + 1;
        _rulesRefused(ISealedBidAuction.Rules(DEPOSIT, BIDDING, REVEAL, SETTLE));
    }

    function testFuzz_TheRankingIsByPriceAndThenByPlace(uint8[12] memory prices, uint256 order) public {
        for (uint256 i = 4; i < 12; ++i) {
            addBidder(newActor(string.concat("bidder ", string(abi.encodePacked(uint8(65 + i))))));
        }
        for (uint256 i; i < 12; ++i) {
            bid(bidders[i], bidOf(bidders[i], uint128(prices[i] % 6) + 1));
        }
        vm.warp(BIDDING + 1);
        // Revealed in any order: a step of 1, 5, 7 or 11 goes round all twelve.
        uint256 step = [uint256(1), 5, 7, 11][order % 4];
        for (uint256 i; i < 12; ++i) {
            uint256 who = (order / 4 % 12 + i * step) % 12;
            reveal(bidders[who], bidOf(bidders[who], uint128(prices[who] % 6) + 1));
        }
        address[] memory ranking = auction.ranking();
        vm.assertEq(ranking.length, 12);
        for (uint256 i = 1; i < 12; ++i) {
            (uint256 before, uint256 place) = (_placeOf(ranking[i - 1]), _placeOf(ranking[i]));
            uint256 a = prices[before] % 6;
            uint256 b = prices[place] % 6;
            vm.assertTrue(a < b || (a == b && before < place));
        }
    }

    function _placeOf(address bidder) private view returns (uint256 place) {
        while (bidders[place].id != bidder) ++place;
    }
}
