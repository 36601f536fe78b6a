// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ISealedBidAuction} from "../../src/interfaces/ISealedBidAuction.sol";
import {AssetKind} from "../../src/types/Assets.sol";
import {MatchProofs, PoolOrder, RequestOrder} from "../../src/types/Orders.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";
import {vm} from "./Test.sol";
import {World} from "./World.sol";

/// A request up for auction and four owners of pools that bid for it.
abstract contract AuctionWorld is World {
    using ReferenceOrders for *;

    struct Wiring {
        address market;
        address registry;
        address escrow;
        address token;
    }

    uint128 internal constant DEPOSIT = 2 ether;
    uint48 internal constant BIDDING = START + 100;
    uint48 internal constant REVEAL = START + 200;
    uint48 internal constant SETTLE = START + 300;

    ISealedBidAuction internal auction;
    Orders internal orders;
    Actor[] internal bidders;
    mapping(address bidder => address) internal poolOf;

    function setUp() public virtual override {
        super.setUp();
        orders = someOrders();
        orders.request.volume = 6;
        auction = deployAuction(orders.request, ISealedBidAuction.Rules(DEPOSIT, BIDDING, REVEAL, SETTLE));
        orders.request.onlyPool = address(auction);
        vm.prank(requester.id);
        market.placeRequestOrder(orders.request);
        for (uint256 i; i < 4; ++i) {
            addBidder(newActor(string.concat("bidder ", string(abi.encodePacked(uint8(65 + i))))));
        }
    }

    function deployAuction(RequestOrder memory request, ISealedBidAuction.Rules memory rules)
        internal
        returns (ISealedBidAuction)
    {
        return ISealedBidAuction(
            vm.deployCode(
                "SealedBidAuction.sol:SealedBidAuction",
                abi.encode(
                    Wiring(address(market), address(registry), address(escrow), address(token)),
                    request,
                    rules
                )
            )
        );
    }

    function addBidder(Actor memory bidder) internal {
        bidders.push(bidder);
        poolOf[bidder.id] = register(bidder, AssetKind.Pool);
        fund(bidder.id);
        token.transfer(bidder.id, 100 ether);
        vm.prank(bidder.id);
        token.approve(address(auction), type(uint256).max);
    }

    /// A bid of somebody: an order that fits, at this price.
    function bidOf(Actor memory bidder, uint128 price) internal view returns (PoolOrder memory order) {
        order = orders.pool;
        order.pool = poolOf[bidder.id];
        order.price = price;
        order.volume = orders.request.volume;
        order.onlyRequester = address(auction);
    }

    function saltOf(Actor memory bidder) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", bidder.id));
    }

    function commitmentOf(Actor memory bidder, PoolOrder memory order) internal view returns (bytes32) {
        bytes32 orderHash = order.hash(market.domainSeparator());
        return keccak256(abi.encode(address(auction), bidder.id, orderHash, saltOf(bidder)));
    }

    function signatureOf(Actor memory bidder, PoolOrder memory order) internal view returns (bytes memory) {
        return signAs(bidder, order.hash(market.domainSeparator()));
    }

    function bid(Actor memory bidder, PoolOrder memory order) internal {
        bytes32 commitment = commitmentOf(bidder, order);
        vm.prank(bidder.id);
        auction.bid(commitment);
    }

    function reveal(Actor memory bidder, PoolOrder memory order) internal {
        bytes memory signature = signatureOf(bidder, order);
        vm.prank(bidder.id);
        auction.reveal(order, saltOf(bidder), signature);
    }

    function revealRefused(Actor memory bidder, PoolOrder memory order, bytes memory refusal) internal {
        bytes memory signature = signatureOf(bidder, order);
        vm.expectRevert(refusal);
        vm.prank(bidder.id);
        auction.reveal(order, saltOf(bidder), signature);
    }

    function proofsOf(Actor memory bidder, PoolOrder memory order)
        internal
        view
        returns (MatchProofs memory proofs)
    {
        bytes32 domain = market.domainSeparator();
        proofs.appSignature = signAs(appOwner, orders.app.hash(domain));
        proofs.datasetSignature = signAs(datasetOwner, orders.dataset.hash(domain));
        proofs.poolSignature = signatureOf(bidder, order);
    }

    function settleAuction(Actor memory bidder, PoolOrder memory order) internal returns (bytes32) {
        return auction.settle(orders.app, orders.dataset, order, proofsOf(bidder, order));
    }

    function settleRefused(Actor memory bidder, PoolOrder memory order, bytes memory refusal) internal {
        MatchProofs memory proofs = proofsOf(bidder, order);
        vm.expectRevert(refusal);
        auction.settle(orders.app, orders.dataset, order, proofs);
    }

    function sellPoolOf(Actor memory bidder) internal {
        vm.prank(bidder.id);
        IERC721(address(registry)).transferFrom(bidder.id, stranger.id, uint160(poolOf[bidder.id]));
    }
}
