// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AppOrder, DatasetOrder, MatchProofs, PoolOrder, RequestOrder} from "../types/Orders.sol";
import {IGroup} from "./IGroup.sol";

/// @notice One requester, many pools: they bid in secret for its request, the lowest bid serves it.
/// @dev One contract is one auction. The request names it as the group of pools that it admits, every bid as the group
/// of requesters, and it admits nobody but while it settles: neither order can be matched anywhere else.
/// A bid is committed under its bidder's address, so a copy of it opens for nobody; a bid that is not revealed, or
/// that its bidder cannot keep, costs the deposit, which the requester gets.
interface ISealedBidAuction is IGroup {
    /// @dev Bids until `biddingEndsAt`, reveals until `revealEndsAt`, settles until `settleEndsAt` (Unix seconds).
    /// `deposit` is in token units, for each bid.
    struct Rules {
        uint128 deposit;
        uint48 biddingEndsAt;
        uint48 revealEndsAt;
        uint48 settleEndsAt;
    }

    event AuctionOpened(RequestOrder request, Rules rules);
    event BidCommitted(address indexed bidder, bytes32 commitment);
    event BidRevealed(address indexed bidder, bytes32 indexed orderHash, uint128 price);
    event BidDropped(address indexed bidder);
    event WinnerDisqualified(address indexed bidder);
    event AuctionSettled(address indexed bidder, bytes32 indexed dealId, uint128 price);
    event DepositReturned(address indexed bidder, uint128 amount);
    event DepositForfeited(address indexed bidder, uint128 amount);

    error BadRules(uint128 deposit, uint48 biddingEndsAt, uint48 revealEndsAt, uint48 settleEndsAt);
    error NoAdsHere(bytes32 ad);
    error BadVolume(uint64 volume);
    error WrongPhase(uint48 startsAt, uint48 endsAt, uint48 nowAt);
    error AlreadyBid(address bidder);
    error NoBid(address bidder);
    error WrongOpening(address bidder, bytes32 committed, bytes32 opened);
    error NotPoolOwner(address pool, address bidder, address owner);
    error NotSigned(bytes32 orderHash, address bidder);
    /// @dev `what` as in IMarket.BeyondOffer; 7 price, 8 volume, 9 expiry, 10 restrictions, 11 ad, 12 task time.
    error UnfitBid(uint8 what);
    error WrongOrder(bytes32 expected, bytes32 found);
    error WrongSignature(bytes32 expected, bytes32 found);
    error WinnerIsFit(address bidder);
    error AlreadySettled();
    error NotAllServed(uint256 served, uint64 volume);
    error NothingToReturn(address bidder);

    /// @notice Commits the sender to a bid and takes its deposit; one bid for each address.
    /// @param commitment keccak256(abi.encode(auction, bidder, orderHash, salt)).
    function bid(bytes32 commitment) external;
    /// @notice Opens the sender's bid: an order of a pool that it owns, for all of the request and nothing else.
    /// @dev A bid that is not among the best 16 is dropped; its deposit can be taken back at once.
    function reveal(PoolOrder calldata order, bytes32 salt, bytes calldata signature) external;
    /// @notice Matches the winner's order with the request; open to anyone.
    /// @param proofs `poolSignature` is the one that was revealed.
    function settle(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        PoolOrder calldata poolOrder,
        MatchProofs calldata proofs
    ) external returns (bytes32 dealId);
    /// @notice Removes a winner that has cancelled its order, disowned it, sold its pool, or lacks its stake; open to anyone.
    /// @param signature The one that was revealed.
    function disqualify(PoolOrder calldata poolOrder, bytes calldata signature) external;
    /// @notice Returns a deposit: of a dropped bid at once, of the others once all is settled or too late.
    function returnDeposit(address bidder) external;
    /// @notice Gives the requester the deposit of a bid that was not revealed.
    function forfeitDeposit(address bidder) external;

    function rules()
        external
        view
        returns (uint128 deposit, uint48 biddingEndsAt, uint48 revealEndsAt, uint48 settleEndsAt);
    function request() external view returns (RequestOrder memory);
    /// @notice The bidders whose bids stand, the best first; of equal bids the one that was committed first.
    function ranking() external view returns (address[] memory);
    function priceOf(address bidder) external view returns (uint128);
}
