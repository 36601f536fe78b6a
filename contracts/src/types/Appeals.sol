// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchFacts, Inclusion} from "./Batches.sol";

/// @dev A settled result, with where it stands in the result root of batch `nonce`.
struct ResultClaim {
    uint32 index;
    bytes32 digest;
    uint8 votes;
    uint64 nonce;
    BatchFacts facts;
    Inclusion inclusion;
}

/// @dev A worker's commitment to a task, as chained into its head.
struct Link {
    bytes32 taskId;
    bytes32 commitment;
}

/// @dev One vote of a settled batch: the commitment that `digest` and `salt` open stands in the worker's chained
/// head between `before` and the links `later`; the head stands in the batch root.
struct VoteProof {
    address worker;
    bytes32 digest;
    bytes32 salt;
    bytes32 before;
    Link[] later;
    Inclusion inclusion;
}

/// @dev What is known of a voter of an appealed task, and what is held of its share.
struct ShownVote {
    bytes32 digest;
    uint128 held;
    bool isShown;
}

/// @dev Where an appeal stands. `Voting` covers both phases of a jury.
enum AppealStatus {
    None,
    Drawing,
    Voting,
    Decided,
    Ruling,
    Closed
}

/// @dev An appealed task; its id is the task's. `verdict` is the digest in force. Seven slots. `judge` is the
/// arbiter that the request names, then there is no jury; or zero. `fee` is of one seat, `risk` of one juror;
/// `stake` is what the pool put up for the task, kept by Appeals meanwhile.
struct Appeal {
    bytes32 dealId;
    bytes32 digest;
    bytes32 verdict;
    address pool;
    uint32 index;
    uint64 nonce;
    uint48 settledAt;
    uint48 maturesAt;
    uint48 until;
    uint32 stepSec;
    uint8 votes;
    uint8 draws;
    AppealStatus status;
    address judge;
    uint96 risk;
    uint128 fee;
    uint128 stake;
}

/// @dev Who paid for a round. `heard` once a jury or the judge has given a verdict in it.
struct Round {
    address appellant;
    bool claimsFall;
    bool heard;
}

/// @dev A jury of a round; several if the first did not do. `leader` is the digest with `best` reveals.
struct Jury {
    bytes32 leader;
    bytes32 seed;
    uint48 askedAt;
    uint32 tries;
    uint32 wanted;
    uint32 revealed;
    uint32 best;
    address[] seats;
}

/// @dev What an appeal's end comes to, in token units. `taken`: from wrong workers and the pool; of that
/// `refund` to the requester, `restored` to workers that were right all along, `bounty` to the appellant, `surplus` to
/// the governor's account, the rest into `pot`. `pot`: lost bonds and what jurors lost besides, for the jurors that
/// were right. `waiting`: of bonds of rounds that nobody heard, to the side that had to wait.
struct Payout {
    uint256 taken;
    uint256 refund;
    uint256 restored;
    uint256 bounty;
    uint256 surplus;
    uint256 pot;
    uint256 waiting;
}
