// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CredibilityLib} from "../../src/libraries/CredibilityLib.sol";
import {DealPart, DealTerms} from "../../src/types/Deals.sol";
import {ReferenceOrders} from "./ReferenceOrders.sol";
import {vm} from "../lib/Test.sol";

struct TaskIn {
    uint32 index;
    bytes32[] digests;
}

struct PartIn {
    DealTerms terms;
    TaskIn[] tasks;
}

struct Vote {
    uint16 slot;
    uint8 variant;
}

struct Ballot {
    uint256 key;
    bytes32 seed;
    uint48 commitBy;
    Vote[] votes;
}

struct BatchIn {
    address pool;
    uint64 nonce;
    PartIn[] parts;
    Ballot[] ballots;
}

struct Winner {
    uint256 variant;
    uint256 odds;
    uint256 against;
    uint256 votes;
}

struct Packed {
    bytes32 root;
    DealPart[] parts;
    bytes workers;
    bytes32[] heads;
}

/// What a batch means, said plainly: structs, no packed bytes, no assembly. TableLib, TallyLib and OutcomeLib must agree with it.
library ReferenceBatch {
    function taskOf(BatchIn memory self, uint256 slot)
        internal
        pure
        returns (bytes32 dealId, TaskIn memory task, DealTerms memory terms)
    {
        for (uint256 p; p < self.parts.length; ++p) {
            PartIn memory part = self.parts[p];
            if (slot < part.tasks.length) {
                return (keccak256(abi.encode(part.terms)), part.tasks[slot], part.terms);
            }
            slot -= part.tasks.length;
        }
        revert("no such slot");
    }

    function commitment(BatchIn memory self, Ballot memory ballot, Vote memory vote)
        internal
        pure
        returns (bytes32)
    {
        (, TaskIn memory task,) = taskOf(self, vote.slot);
        bytes32 salt = keccak256(abi.encode(ballot.seed, taskIdOf(self, vote.slot)));
        return keccak256(abi.encode(task.digests[vote.variant], salt, vm.addr(ballot.key)));
    }

    function head(BatchIn memory self, Ballot memory ballot) internal pure returns (bytes32 link) {
        for (uint256 i; i < ballot.votes.length; ++i) {
            link = chain(self, link, ballot, ballot.votes[i]);
        }
    }

    /// The next link of a worker's chain behind `link`.
    function chain(BatchIn memory self, bytes32 link, Ballot memory ballot, Vote memory vote)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(link, taskIdOf(self, vote.slot), commitment(self, ballot, vote)));
    }

    function taskIdOf(BatchIn memory self, uint256 slot) internal pure returns (bytes32) {
        (bytes32 dealId, TaskIn memory task,) = taskOf(self, slot);
        return keccak256(abi.encode(dealId, uint256(task.index)));
    }

    function sealHash(BatchIn memory self, bytes32 head_, uint48 commitBy, bytes32 domain)
        internal
        pure
        returns (bytes32)
    {
        bytes32 typeHash = keccak256("Seal(address pool,uint64 nonce,bytes32 head,uint48 commitBy)");
        bytes32 structHash = keccak256(abi.encode(typeHash, self.pool, self.nonce, head_, commitBy));
        return ReferenceOrders.typed(domain, structHash);
    }

    /// Puts the digests of every task into ascending order, and the votes after them.
    function sortDigests(BatchIn memory self) internal pure {
        uint256 slot;
        for (uint256 p; p < self.parts.length; ++p) {
            for (uint256 t; t < self.parts[p].tasks.length; ++t) {
                bytes32[] memory digests = self.parts[p].tasks[t].digests;
                for (uint256 i = 1; i < digests.length; ++i) {
                    for (uint256 j = i; j > 0 && digests[j] < digests[j - 1]; --j) {
                        (digests[j], digests[j - 1]) = (digests[j - 1], digests[j]);
                        swapVariants(self, slot, j);
                    }
                }
                ++slot;
            }
        }
    }

    /// Votes on digest j of a slot go to j - 1, and the other way round.
    function swapVariants(BatchIn memory self, uint256 slot, uint256 j) internal pure {
        for (uint256 w; w < self.ballots.length; ++w) {
            for (uint256 i; i < self.ballots[w].votes.length; ++i) {
                Vote memory vote = self.ballots[w].votes[i];
                if (vote.slot != slot) continue;
                if (vote.variant == j) vote.variant = uint8(j - 1);
                else if (vote.variant == j - 1) vote.variant = uint8(j);
            }
        }
    }

    function packTasks(TaskIn[] memory tasks) internal pure returns (bytes memory packed) {
        for (uint256 i; i < tasks.length; ++i) {
            packed = abi.encodePacked(packed, tasks[i].index, uint8(tasks[i].digests.length));
            for (uint256 v; v < tasks[i].digests.length; ++v) {
                packed = abi.encodePacked(packed, tasks[i].digests[v]);
            }
        }
    }

    function packVotes(Vote[] memory votes) internal pure returns (bytes memory packed) {
        for (uint256 i; i < votes.length; ++i) {
            packed = abi.encodePacked(packed, votes[i].slot, votes[i].variant);
        }
    }

    /// Everything as the pool would send it, sealed with the ballots' keys. Ballots in the order given.
    function pack(BatchIn memory self, bytes32 domain) internal pure returns (Packed memory packed) {
        packed.parts = new DealPart[](self.parts.length);
        for (uint256 p; p < self.parts.length; ++p) {
            packed.parts[p] = DealPart(self.parts[p].terms, packTasks(self.parts[p].tasks));
        }
        bytes32[] memory leaves = new bytes32[](self.ballots.length);
        packed.heads = new bytes32[](self.ballots.length);
        for (uint256 w; w < self.ballots.length; ++w) {
            Ballot memory ballot = self.ballots[w];
            packed.heads[w] = head(self, ballot);
            leaves[w] = sealLeaf(ballot, packed.heads[w]);
            packed.workers =
                abi.encodePacked(packed.workers, packBallot(self, ballot, packed.heads[w], domain));
        }
        packed.root = merkleRoot(leaves);
    }

    function packBallot(BatchIn memory self, Ballot memory ballot, bytes32 head_, bytes32 domain)
        internal
        pure
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ballot.key, sealHash(self, head_, ballot.commitBy, domain));
        return abi.encodePacked(
            vm.addr(ballot.key),
            ballot.seed,
            r,
            s,
            v,
            ballot.commitBy,
            uint16(ballot.votes.length),
            packVotes(ballot.votes)
        );
    }

    /// What a pool shows of a worker that was sealed and did not reveal.
    function packAbsent(BatchIn memory self, Ballot memory ballot, bytes32 domain)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 head_ = head(self, ballot);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ballot.key, sealHash(self, head_, ballot.commitBy, domain));
        return abi.encodePacked(vm.addr(ballot.key), head_, r, s, v, ballot.commitBy);
    }

    function sealLeaf(Ballot memory ballot, bytes32 head_) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"00", vm.addr(ballot.key), head_));
    }

    /// Siblings of a leaf from the bottom up.
    function merkleProof(bytes32[] memory leaves, uint256 index)
        internal
        pure
        returns (bytes32[] memory proof)
    {
        uint256 used;
        proof = new bytes32[](64);
        while (leaves.length > 1) {
            if (index ^ 1 < leaves.length) proof[used++] = leaves[index ^ 1];
            bytes32[] memory next = new bytes32[]((leaves.length + 1) / 2);
            for (uint256 i; i < leaves.length; i += 2) {
                bytes32[] memory pair = new bytes32[](i + 1 < leaves.length ? 2 : 1);
                pair[0] = leaves[i];
                if (pair.length == 2) pair[1] = leaves[i + 1];
                next[i / 2] = merkleRoot(pair);
            }
            (leaves, index) = (next, index / 2);
        }
        assembly {
            mstore(proof, used)
        }
    }

    function merkleRoot(bytes32[] memory leaves) internal pure returns (bytes32) {
        while (leaves.length > 1) {
            bytes32[] memory next = new bytes32[]((leaves.length + 1) / 2);
            for (uint256 i; i < leaves.length; i += 2) {
                next[i / 2] = i + 1 < leaves.length
                    ? keccak256(abi.encodePacked(hex"01", leaves[i], leaves[i + 1]))
                    : leaves[i];
            }
            leaves = next;
        }
        return leaves[0];
    }

    /// Odds of one digest: product over its voters, in the order of ballots. `odds` are theirs.
    function groupOdds(BatchIn memory self, uint256[] memory odds, uint256 slot, uint256 variant)
        internal
        pure
        returns (uint256 group, uint256 votes)
    {
        group = CredibilityLib.WAD;
        for (uint256 w; w < self.ballots.length; ++w) {
            for (uint256 i; i < self.ballots[w].votes.length; ++i) {
                Vote memory vote = self.ballots[w].votes[i];
                if (vote.slot != slot || vote.variant != variant) continue;
                group = CredibilityLib.join(group, odds[w]);
                ++votes;
            }
        }
        if (votes == 0) group = 0;
    }

    /// The digest that wins a slot, by the rule of docs/protocol/credibility.md.
    function winner(BatchIn memory self, uint256[] memory odds, uint256 slot)
        internal
        pure
        returns (Winner memory won)
    {
        (, TaskIn memory task,) = taskOf(self, slot);
        won.against = CredibilityLib.WAD;
        for (uint256 v; v < task.digests.length; ++v) {
            (uint256 group, uint256 votes) = groupOdds(self, odds, slot, v);
            won.against += group;
            if (group > won.odds) (won.variant, won.odds, won.votes) = (v, group, votes);
        }
        won.against -= won.odds;
    }

    function isAccepted(Winner memory self, uint256 minOdds) internal pure returns (bool) {
        return self.votes != 0 && CredibilityLib.isCredible(self.odds, self.against, minOdds);
    }
}
