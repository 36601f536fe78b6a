// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchReader} from "./base/BatchReader.sol";
import {TypedData} from "./base/TypedData.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IReveals} from "./interfaces/IReveals.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {MerkleLib} from "./libraries/MerkleLib.sol";
import {RecordLib} from "./libraries/RecordLib.sol";
import {SealLib} from "./libraries/SealLib.sol";
import {TableLib} from "./libraries/TableLib.sol";
import {TallyLib} from "./libraries/TallyLib.sol";
import {Inclusion} from "./types/Batches.sol";
import {DealPart} from "./types/Deals.sol";

/// @notice See IReveals.
contract Reveals is IReveals, BatchReader, TypedData {
    using TableLib for TableLib.Table;
    using TallyLib for TableLib.Table;

    /// @dev Counts are bytes, 32 to a word.
    uint256 private constant COUNTS = 32;

    IParameters private immutable PARAMETERS;
    address private immutable WORK;
    IStanding private immutable STANDING;

    /// @dev By keccak256(abi.encode(pool, nonce, worker, head)): a worker that sealed two heads has revealed only
    /// the one that it shows.
    mapping(bytes32 seal => uint48) private _revealedAt;
    mapping(bytes32 batch => mapping(address worker => bytes32 head)) private _counted;
    /// @dev By keccak256(abi.encode(batch, dealId)).
    mapping(bytes32 part => mapping(uint256 word => uint256)) private _counts;

    constructor(address parameters, address work, address standing) {
        (PARAMETERS, WORK, STANDING) = (IParameters(parameters), work, IStanding(standing));
    }

    /// @inheritdoc IReveals
    function forceReveal(
        address pool,
        uint64 nonce,
        bytes32 root,
        uint48 committedAt,
        DealPart[] calldata parts,
        bytes calldata record,
        Inclusion calldata place
    ) external {
        uint48 closedAt = committedAt + PARAMETERS.revealWindowAt(committedAt);
        if (block.timestamp > closedAt) revert RevealWindowClosed(pool, nonce, closedAt);
        Batch memory batch = _read(pool, nonce, parts, committedAt, false);
        RecordLib.Voter memory voter = _oneVoter(record);
        bytes32 head = batch.table.tally(voter);
        _checkSeal(batch, voter, head);
        _note(batch, voter.worker, head, root, place.count != 0);
        if (place.count != 0) {
            bytes32 leaf = RecordLib.leafOf(voter.worker, head);
            if (!MerkleLib.includes(leaf, place, root)) revert NotInBatch(pool, nonce, voter.worker);
            _checkVotes(voter.worker, committedAt);
            _count(batch, voter, keccak256(abi.encode(pool, nonce, root, committedAt)));
        }
        emit RevealForced(
            pool, nonce, voter.worker, root, batch.dealIds, _tasksOf(parts), record, place.count != 0
        );
    }

    /// @inheritdoc IReveals
    function revealedAt(address pool, uint64 nonce, address worker, bytes32 head)
        external
        view
        returns (uint48)
    {
        return _revealedAt[keccak256(abi.encode(pool, nonce, worker, head))];
    }

    /// @inheritdoc IReveals
    function isCounted(bytes32 batch, address worker, bytes32 head) external view returns (bool) {
        return head != 0 && _counted[batch][worker] == head;
    }

    /// @inheritdoc IReveals
    function countOf(bytes32 batch, bytes32 dealId, uint32 index) external view returns (uint256) {
        uint256 word = _counts[keccak256(abi.encode(batch, dealId))][index / COUNTS];
        // Cuts one count out of the word.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint8(word >> 8 * (index % COUNTS));
    }

    /// @dev The domain of seals is Work's.
    function _checkSeal(Batch memory batch, RecordLib.Voter memory voter, bytes32 head) private view {
        (bytes32 r, bytes32 s, uint8 v, uint48 commitBy) = RecordLib.sealOf(voter);
        bytes32 structHash = SealLib.hash(batch.pool, batch.nonce, head, commitBy);
        bytes32 typedHash = keccak256(abi.encodePacked(hex"1901", _separatorOf(WORK), structHash));
        SealLib.check(voter.worker, typedHash, r, s, v);
    }

    /// @dev A head is revealed once, and once more to be counted.
    function _note(Batch memory batch, address worker, bytes32 head, bytes32 root, bool counts) private {
        bytes32 seal = keccak256(abi.encode(batch.pool, batch.nonce, worker, head));
        bytes32 name = keccak256(abi.encode(batch.pool, batch.nonce, root, batch.committedAt));
        bool isKnown = counts ? _counted[name][worker] != 0 : _revealedAt[seal] != 0;
        if (isKnown) revert AlreadyRevealed(batch.pool, batch.nonce, worker);
        if (_revealedAt[seal] == 0) _revealedAt[seal] = uint48(block.timestamp);
        if (counts) _counted[name][worker] = head;
    }

    /// @dev Whoever made up keys without a bond could take any part of a forfeit with them.
    function _checkVotes(address worker, uint48 committedAt) private view {
        address[] memory workers = new address[](1);
        workers[0] = worker;
        STANDING.weightsAt(workers, committedAt);
    }

    /// @dev Counts one more worker that revealed each of its tasks; each once, or it could count for several.
    function _count(Batch memory batch, RecordLib.Voter memory voter, bytes32 name) private {
        uint256 p = type(uint256).max;
        uint256 least;
        bytes32 part;
        for (uint256 pos = voter.pos; pos < voter.end; pos += RecordLib.VOTE_BYTES) {
            uint256 slot = RecordLib.slotAt(pos);
            if (p == type(uint256).max || slot >= batch.ends[p]) {
                p = _partOf(batch, slot);
                part = keccak256(abi.encode(name, batch.dealIds[p]));
                least = 0;
            }
            uint256 index = batch.table.indexAt(slot);
            if (index < least) revert DuplicateTask(batch.dealIds[p], index);
            least = index + 1;
            uint256 word = _counts[part][index / COUNTS];
            uint256 shift = 8 * (index % COUNTS);
            // Cuts one count out of the word.
            // forge-lint: disable-next-line(unsafe-typecast)
            if (uint8(word >> shift) == type(uint8).max) revert TooManyCounted(batch.dealIds[p], index);
            _counts[part][index / COUNTS] = word + (1 << shift);
        }
    }

    /// @dev The part of a slot; its deal must have no other part.
    function _partOf(Batch memory batch, uint256 slot) private pure returns (uint256 p) {
        while (slot >= batch.ends[p]) ++p;
        for (uint256 q; q < p; ++q) {
            if (batch.dealIds[q] == batch.dealIds[p]) {
                revert DuplicateTask(batch.dealIds[p], batch.table.indexAt(slot));
            }
        }
    }

    function _tasksOf(DealPart[] calldata parts) private pure returns (bytes[] memory tasks) {
        tasks = new bytes[](parts.length);
        for (uint256 p; p < parts.length; ++p) {
            tasks[p] = parts[p].tasks;
        }
    }
}
