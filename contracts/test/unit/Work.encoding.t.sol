// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {DealPart, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {Ballot, BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";

/// Everything that packed calldata can have wrong is refused by name.
contract WorkEncodingTest is World {
    DealTerms private _terms;
    uint256 private constant VOTER = 125 + 2 * 3;

    function setUp() public override {
        super.setUp();
        _terms = openDeal(20);
    }

    function _batch() private view returns (BatchIn memory) {
        return agreedBatch(1, _terms, 0, 2, 3);
    }

    function _expectSettleRevert(BatchIn memory batch, Packed memory packed, bytes memory refusal) private {
        vm.prank(operator.id);
        work.commitBatch(pool, 1, packed.root);
        vm.expectRevert(refusal);
        settle(batch, packed, uint48(block.timestamp));
    }

    function _with(bytes memory data, uint256 pos, bytes1 value) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        changed[pos] = value;
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory short) {
        short = new bytes(length);
        for (uint256 i; i < length; ++i) {
            short[i] = data[i];
        }
    }

    function test_RevertWhen_WorkersEndTooEarlyOrTooLate() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        bytes memory whole = packed.workers;
        uint256[5] memory lengths = [uint256(1), VOTER - 1, VOTER + 20, 3 * VOTER - 3, 3 * VOTER - 1];
        for (uint256 i; i < lengths.length; ++i) {
            packed.workers = _cut(whole, lengths[i]);
            vm.expectRevert(abi.encodeWithSelector(IWork.BadEncoding.selector, lengths[i] / VOTER * VOTER));
            settle(batch, packed, uint48(block.timestamp));
        }
        packed.workers = bytes.concat(whole, hex"00");
        vm.expectRevert(abi.encodeWithSelector(IWork.BadEncoding.selector, 3 * VOTER));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_AWorkerHasNoVotes() public {
        BatchIn memory batch = _batch();
        batch.ballots[1] = ballotOf(1, 1, 0);
        _expectSettleRevert(
            batch, packBatch(batch), abi.encodeWithSelector(IWork.BadEncoding.selector, VOTER)
        );
    }

    function test_RevertWhen_TasksEndTooEarlyOrTooLate() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        bytes memory whole = packed.parts[0].tasks;
        uint256[4] memory lengths = [uint256(1), 36, 38, 73];
        for (uint256 i; i < lengths.length; ++i) {
            packed.parts[0].tasks = _cut(whole, lengths[i]);
            vm.expectRevert(abi.encodeWithSelector(IWork.BadEncoding.selector, lengths[i] / 37 * 37));
            settle(batch, packed, uint48(block.timestamp));
        }
        packed.parts[0].tasks = bytes.concat(whole, hex"0000000101");
        vm.expectRevert(abi.encodeWithSelector(IWork.BadEncoding.selector, 74));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_ATaskHasNoDigest() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        packed.parts[0].tasks = _with(packed.parts[0].tasks, 37 + 4, 0);
        vm.expectRevert(abi.encodeWithSelector(IWork.BadEncoding.selector, 37));
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_ATaskNamesADigestTwice() public {
        BatchIn memory batch = _batch();
        addDigest(batch.parts[0].tasks[1], keccak256("a"));
        addDigest(batch.parts[0].tasks[1], keccak256("b"));
        addDigest(batch.parts[0].tasks[1], keccak256("a"));
        _expectSettleRevert(
            batch,
            packBatch(batch),
            abi.encodeWithSelector(IWork.DigestsNotAscending.selector, idOf(_terms), 1)
        );
    }

    /// Else whoever settles would choose which of two digests of equal odds wins.
    function test_RevertWhen_TheDigestsOfATaskDoNotAscend() public {
        BatchIn memory batch = _batch();
        addDigest(batch.parts[0].tasks[1], bytes32(uint256(1)));
        _expectSettleRevert(
            batch,
            ReferenceBatch.pack(batch, workDomain()),
            abi.encodeWithSelector(IWork.DigestsNotAscending.selector, idOf(_terms), 1)
        );
    }

    function test_RevertWhen_ThereIsNothingInIt() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        packed.parts = new DealPart[](0);
        vm.expectPartialRevert(IWork.EmptyBatch.selector);
        settle(batch, packed, uint48(block.timestamp));
        packed.parts = new DealPart[](1);
        packed.parts[0].terms = _terms;
        vm.expectPartialRevert(IWork.EmptyBatch.selector);
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_NobodyVotes() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        packed.workers = "";
        vm.expectPartialRevert(IWork.EmptyBatch.selector);
        settle(batch, packed, uint48(block.timestamp));
    }

    function test_RevertWhen_WorkersDoNotAscend() public {
        BatchIn memory batch = _batch();
        (batch.ballots[1], batch.ballots[2]) = (batch.ballots[2], batch.ballots[1]);
        _expectSettleRevert(
            batch,
            packBatch(batch),
            abi.encodeWithSelector(IWork.WorkersNotAscending.selector, workers[2].id, workers[1].id)
        );
    }

    function test_RevertWhen_AWorkerVotesTwice() public {
        BatchIn memory batch = _batch();
        batch.ballots[1] = batch.ballots[0];
        _expectSettleRevert(
            batch,
            packBatch(batch),
            abi.encodeWithSelector(IWork.WorkersNotAscending.selector, workers[0].id, workers[0].id)
        );
    }

    function test_RevertWhen_SlotsDoNotAscend() public {
        BatchIn memory batch = _batch();
        batch.ballots[1].votes[1].slot = 0;
        _expectSettleRevert(
            batch,
            packBatch(batch),
            abi.encodeWithSelector(IWork.SlotsNotAscending.selector, workers[1].id, 0, 0)
        );
    }

    function test_RevertWhen_SlotsGoBack() public {
        BatchIn memory batch = _batch();
        (batch.ballots[1].votes[0].slot, batch.ballots[1].votes[1].slot) = (1, 0);
        _expectSettleRevert(
            batch,
            packBatch(batch),
            abi.encodeWithSelector(IWork.SlotsNotAscending.selector, workers[1].id, 1, 0)
        );
    }

    function test_RevertWhen_ASlotIsNoTask() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        uint16[3] memory slots = [uint16(2), 3, 65_535];
        for (uint256 i; i < 3; ++i) {
            uint256 pos = VOTER + 125 + 3;
            bytes memory changed = _with(packed.workers, pos, bytes1(uint8(slots[i] >> 8)));
            Packed memory other = packed;
            other.workers = _with(changed, pos + 1, bytes1(uint8(slots[i])));
            vm.expectRevert(abi.encodeWithSelector(IWork.BadSlot.selector, workers[1].id, slots[i], 0));
            settle(batch, other, uint48(block.timestamp));
        }
    }

    function test_RevertWhen_AVariantIsNoDigest() public {
        BatchIn memory batch = _batch();
        Packed memory packed = commit(batch);
        for (uint256 i; i < 2; ++i) {
            Packed memory other = packed;
            // The last task's last digest is the last of all: nothing must be read behind it.
            other.workers = _with(packed.workers, VOTER + 125 + 3 * i + 2, bytes1(uint8(1 + 254 * i)));
            vm.expectRevert(abi.encodeWithSelector(IWork.BadSlot.selector, workers[1].id, i, 1 + 254 * i));
            settle(batch, other, uint48(block.timestamp));
            other.workers = _with(other.workers, VOTER + 125 + 3 * i + 2, 0);
        }
    }

    function test_RevertWhen_ASealIsSomebodyElses() public {
        BatchIn memory batch = _batch();
        Packed memory packed = packBatch(batch);
        bytes memory seal =
            signAs(stranger, ReferenceBatch.sealHash(batch, packed.heads[1], type(uint48).max, workDomain()));
        for (uint256 i; i < 65; ++i) {
            packed.workers[VOTER + 52 + i] = seal[i];
        }
        _expectSettleRevert(
            batch, packed, abi.encodeWithSelector(IWork.BadSeal.selector, workers[1].id, stranger.id)
        );
    }

    function test_RevertWhen_ASealIsTheTwinWithAHighS() public {
        BatchIn memory batch = _batch();
        Packed memory packed = packBatch(batch);
        uint256 s;
        for (uint256 i; i < 32; ++i) {
            s = s << 8 | uint8(packed.workers[VOTER + 84 + i]);
        }
        bytes32 twin = bytes32(0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - s);
        for (uint256 i; i < 32; ++i) {
            packed.workers[VOTER + 84 + i] = twin[i];
        }
        packed.workers[VOTER + 116] = bytes1(55 - uint8(packed.workers[VOTER + 116]));
        _expectSettleRevert(
            batch, packed, abi.encodeWithSelector(IWork.BadSeal.selector, workers[1].id, address(0))
        );
    }

    function test_RevertWhen_VIsNeither27Nor28() public {
        BatchIn memory batch = _batch();
        Packed memory packed = packBatch(batch);
        packed.workers[VOTER + 116] = bytes1(uint8(packed.workers[VOTER + 116]) - 27);
        _expectSettleRevert(
            batch, packed, abi.encodeWithSelector(IWork.BadSeal.selector, workers[1].id, address(0))
        );
    }

    function test_RevertWhen_ASealIsForAnotherNonce() public {
        BatchIn memory batch = agreedBatch(2, _terms, 0, 2, 3);
        Packed memory packed = packBatch(batch);
        batch.nonce = 1;
        vm.prank(operator.id);
        work.commitBatch(pool, 1, packed.root);
        vm.expectPartialRevert(IWork.BadSeal.selector);
        settle(batch, packed, uint48(block.timestamp));
    }
}
