// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../interfaces/IWork.sol";
import {DealLib} from "../libraries/DealLib.sol";
import {RecordLib} from "../libraries/RecordLib.sol";
import {TableLib} from "../libraries/TableLib.sol";
import {DealPart, DealTerms} from "../types/Deals.sol";

/// @notice What contracts that read batches share: parts into tables, records into voters.
abstract contract BatchReader {
    using TableLib for TableLib.Table;
    using DealLib for DealTerms;

    /// @dev What is known of a batch. Slots of part p: ends[p - 1] to ends[p] - 1. Deals that assume different
    /// shares of saboteurs are of different classes; mostly there is one. `odds` holds those of the voter at
    /// hand; both are empty for a batch that is not weighed, and `atStake`, the highest of a task, is zero.
    /// `settled` counts tasks and leaves.
    struct Batch {
        address pool;
        uint64 nonce;
        uint48 committedAt;
        uint256 atStake;
        uint256 classes;
        uint256 settled;
        uint48 maturitySec;
        bytes32[] dealIds;
        uint256[] ends;
        uint256[] saboteurBps;
        uint256[] odds;
        bytes32[] leaves;
        TableLib.Table table;
        RecordLib.Voter[] voters;
        address[] payees;
    }

    /// @dev Where memory is zero: odds of a voter that is not weighed.
    uint256 private constant NO_ODDS = 0x60;

    /// @dev Reads all parts, of one pool, as far as `_admit` lets them.
    function _read(address pool, uint64 nonce, DealPart[] calldata parts, uint48 committedAt, bool weighed)
        internal
        view
        returns (Batch memory batch)
    {
        uint256 bytesOfTasks;
        unchecked {
            for (uint256 p; p < parts.length; ++p) {
                uint256 length = parts[p].tasks.length;
                // Nobody would ask Market about the deal of a part without tasks: its terms could be anything.
                if (length == 0) revert IWork.EmptyBatch();
                bytesOfTasks += length;
            }
        }
        (batch.pool, batch.nonce, batch.committedAt) = (pool, nonce, committedAt);
        batch.dealIds = new bytes32[](parts.length);
        batch.ends = new uint256[](parts.length);
        if (weighed) {
            batch.saboteurBps = new uint256[](parts.length);
            batch.odds = new uint256[](parts.length);
        }
        if (bytesOfTasks == 0) revert IWork.EmptyBatch();
        batch.table = TableLib.newTable(bytesOfTasks);
        for (uint256 p; p < parts.length; ++p) {
            DealPart calldata part = parts[p];
            DealTerms calldata terms = part.terms;
            bytes32 dealId = terms.hash();
            if (terms.pool != pool) revert IWork.WrongPool(dealId, pool, terms.pool);
            _admit(batch, dealId, terms);
            uint256 odds = weighed ? _weighPart(batch, terms) : NO_ODDS;
            batch.table.addTasks(dealId, part.tasks, odds);
            batch.dealIds[p] = dealId;
            batch.ends[p] = batch.table.taskCount();
        }
    }

    /// @dev What else a contract demands of a part.
    function _admit(Batch memory batch, bytes32 dealId, DealTerms calldata terms) internal view virtual {}

    /// @dev The only record in `record`.
    function _oneVoter(bytes calldata record) internal pure returns (RecordLib.Voter memory) {
        (RecordLib.Voter[] memory voters,) =
            RecordLib.scan(record, RecordLib.VOTER_BYTES, RecordLib.VOTE_BYTES);
        if (voters.length != 1) revert IWork.OneRecordExpected(voters.length);
        return voters[0];
    }

    function _slotsOf(Batch memory batch, uint256 p) internal pure returns (uint256 first, uint256 end) {
        return (p == 0 ? 0 : batch.ends[p - 1], batch.ends[p]);
    }

    /// @return place Where the odds of a part's class stand in memory.
    function _weighPart(Batch memory batch, DealTerms calldata terms) private pure returns (uint256 place) {
        uint256 stake = terms.atStake();
        if (stake > batch.atStake) batch.atStake = stake;
        uint256 saboteurBps = terms.saboteurBps;
        uint256 class;
        while (class < batch.classes && batch.saboteurBps[class] != saboteurBps) ++class;
        if (class == batch.classes) {
            batch.saboteurBps[class] = saboteurBps;
            batch.classes = class + 1;
        }
        uint256[] memory odds = batch.odds;
        assembly ("memory-safe") {
            place := add(add(odds, 0x20), shl(5, class))
        }
    }
}
