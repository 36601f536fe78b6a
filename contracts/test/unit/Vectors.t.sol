// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CredibilityLib} from "../../src/libraries/CredibilityLib.sol";
import {MerkleLib} from "../../src/libraries/MerkleLib.sol";
import {VoteLib} from "../../src/libraries/VoteLib.sol";
import {DealPart, DealTerms} from "../../src/types/Deals.sol";
import {AppOrder, DatasetOrder, PoolOrder, RequestOrder} from "../../src/types/Orders.sol";
import {Test, vm} from "../lib/Test.sol";
import {IBatchHarness} from "../reference/IBatchHarness.sol";
import {ReferenceBatch, BatchIn} from "../reference/ReferenceBatch.sol";
import {ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// What TypeScript makes of the same inputs: contracts/tools/writeVectors.ts.
contract VectorsTest is Test {
    using ReferenceOrders for *;

    function _file(string memory name) private view returns (string memory) {
        return vm.readFile(string.concat("contracts/test/vectors/", name, ".json"));
    }

    function _domain(string memory json) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Millrace"),
                keccak256("1"),
                vm.parseJsonUint(json, ".chainId"),
                vm.parseJsonAddress(json, ".verifyingContract")
            )
        );
    }

    function test_Orders() public view {
        string memory json = _file("orders");
        bytes32 domain = _domain(json);
        AppOrder memory app = abi.decode(vm.parseJsonBytes(json, ".app.encoded"), (AppOrder));
        vm.assertEq(app.hash(domain), vm.parseJsonBytes32(json, ".app.hash"));
        DatasetOrder memory dataset = abi.decode(vm.parseJsonBytes(json, ".dataset.encoded"), (DatasetOrder));
        vm.assertEq(dataset.hash(domain), vm.parseJsonBytes32(json, ".dataset.hash"));
        PoolOrder memory pool = abi.decode(vm.parseJsonBytes(json, ".pool.encoded"), (PoolOrder));
        vm.assertEq(pool.hash(domain), vm.parseJsonBytes32(json, ".pool.hash"));
        RequestOrder memory request = abi.decode(vm.parseJsonBytes(json, ".request.encoded"), (RequestOrder));
        vm.assertEq(request.hash(domain), vm.parseJsonBytes32(json, ".request.hash"));
    }

    function test_DealsAndTasks() public view {
        string memory json = _file("deals");
        DealTerms memory terms = abi.decode(vm.parseJsonBytes(json, ".encoded"), (DealTerms));
        bytes32 dealId = keccak256(abi.encode(terms));
        vm.assertEq(dealId, vm.parseJsonBytes32(json, ".dealId"));
        bytes32[] memory tasks = vm.parseJsonBytes32Array(json, ".tasks");
        uint256[5] memory indices = [uint256(0), 1, 255, 65_536, type(uint32).max];
        for (uint256 i; i < 5; ++i) {
            vm.assertEq(keccak256(abi.encode(dealId, indices[i])), tasks[i]);
        }
    }

    function test_CommitmentsHeadsAndSeals() public view {
        string memory json = _file("commitments");
        BatchIn memory batch;
        batch.pool = vm.parseJsonAddress(json, ".pool");
        batch.nonce = uint64(vm.parseJsonUint(json, ".nonce"));
        bytes32 taskId =
            keccak256(abi.encode(vm.parseJsonBytes32(json, ".dealId"), vm.parseJsonUint(json, ".index")));
        bytes32 digest = vm.parseJsonBytes32(json, ".digest");
        bytes32 salt = keccak256(abi.encode(vm.parseJsonBytes32(json, ".seed"), taskId));
        vm.assertEq(salt, vm.parseJsonBytes32(json, ".salt"));
        bytes32 commitment = VoteLib.commitment(vm.parseJsonAddress(json, ".worker"), digest, salt);
        vm.assertEq(commitment, vm.parseJsonBytes32(json, ".commitment"));
        bytes32 head = _chain(json, taskId, commitment);
        vm.assertEq(keccak256(abi.encode(taskId, digest)), vm.parseJsonBytes32(json, ".tag"));
        uint48 commitBy = uint48(vm.parseJsonUint(json, ".commitBy"));
        vm.assertEq(
            ReferenceBatch.sealHash(batch, head, commitBy, _domain(json)), vm.parseJsonBytes32(json, ".seal")
        );
        vm.assertEq(
            keccak256(abi.encodePacked(hex"00", taskId, digest, uint8(2))), vm.parseJsonBytes32(json, ".leaf")
        );
    }

    /// Head and receipt over a commitment and a second one, to the next task.
    function _chain(string memory json, bytes32 taskId, bytes32 commitment)
        private
        view
        returns (bytes32 head)
    {
        bytes32 second = keccak256(
            abi.encode(vm.parseJsonBytes32(json, ".dealId"), vm.parseJsonUint(json, ".index") + 1)
        );
        head = keccak256(abi.encode(bytes32(0), taskId, commitment));
        head = keccak256(abi.encode(head, second, keccak256("second commitment")));
        vm.assertEq(head, vm.parseJsonBytes32(json, ".head"));
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = VoteLib.receiptLeaf(taskId, commitment);
        leaves[1] = VoteLib.receiptLeaf(second, keccak256("second commitment"));
        vm.assertEq(MerkleLib.root(leaves), vm.parseJsonBytes32(json, ".receiptRoot"));
    }

    function test_MerkleRootsAndProofs() public view {
        string memory json = _file("merkle");
        bytes32[] memory leaves = vm.parseJsonBytes32Array(json, ".leaves");
        bytes32[] memory roots = vm.parseJsonBytes32Array(json, ".roots");
        for (uint256 i; i < leaves.length; ++i) {
            vm.assertEq(MerkleLib.root(_slice(leaves, 0, i + 1)), roots[i]);
        }
        uint256[] memory lengths = vm.parseJsonUintArray(json, ".proofLengths");
        bytes32[] memory proofs = vm.parseJsonBytes32Array(json, ".proofs");
        bytes32 root = roots[leaves.length - 1];
        uint256 used;
        for (uint256 i; i < leaves.length; ++i) {
            bytes32[] memory proof = _slice(proofs, used, lengths[i]);
            used += lengths[i];
            vm.assertTrue(this.verify(leaves[i], i, leaves.length, proof, root));
        }
    }

    function _slice(bytes32[] memory all, uint256 first, uint256 count)
        private
        pure
        returns (bytes32[] memory part)
    {
        part = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            part[i] = all[first + i];
        }
    }

    function verify(bytes32 leaf, uint256 index, uint256 count, bytes32[] calldata proof, bytes32 root)
        external
        pure
        returns (bool)
    {
        return MerkleLib.verify(leaf, index, count, proof, root);
    }

    function test_Odds() public view {
        string memory json = _file("odds");
        uint256[] memory checks = vm.parseJsonUintArray(json, ".checks");
        uint256[] memory bps = vm.parseJsonUintArray(json, ".bps");
        uint256[] memory odds = vm.parseJsonUintArray(json, ".odds");
        for (uint256 i; i < odds.length; ++i) {
            vm.assertEq(CredibilityLib.workerOdds(checks[i / bps.length], bps[i % bps.length]), odds[i]);
        }
        uint256[] memory sizes = vm.parseJsonUintArray(json, ".groupSizes");
        uint256[] memory members = vm.parseJsonUintArray(json, ".groupMembers");
        uint256[] memory groups = vm.parseJsonUintArray(json, ".groups");
        uint256 used;
        for (uint256 i; i < sizes.length; ++i) {
            uint256 group = CredibilityLib.WAD;
            for (uint256 j; j < sizes[i]; ++j) {
                group = CredibilityLib.join(group, members[used++]);
            }
            vm.assertEq(group, groups[i]);
        }
        uint256[] memory rows = vm.parseJsonUintArray(json, ".decisions");
        uint256[] memory credible = vm.parseJsonUintArray(json, ".credible");
        for (uint256 i; i < credible.length; ++i) {
            bool yes =
                CredibilityLib.isCredible(rows[3 * i], CredibilityLib.WAD + rows[3 * i + 1], rows[3 * i + 2]);
            vm.assertEq(yes, credible[i] == 1);
        }
    }

    function test_APackedBatch() public {
        string memory json = _file("batch");
        DealPart[] memory parts = new DealPart[](2);
        parts[0] = DealPart(
            abi.decode(vm.parseJsonBytes(json, ".terms[0]"), (DealTerms)),
            vm.parseJsonBytes(json, ".tasks[0]")
        );
        parts[1] = DealPart(
            abi.decode(vm.parseJsonBytes(json, ".terms[1]"), (DealTerms)),
            vm.parseJsonBytes(json, ".tasks[1]")
        );
        uint256[] memory odds = new uint256[](3);
        (odds[0], odds[1], odds[2]) = (4e18, 4e18, 4e18);
        IBatchHarness harness = IBatchHarness(vm.deployCode("BatchHarness.sol:BatchHarness", ""));
        IBatchHarness.Outcome memory outcome =
            harness.run(parts, vm.parseJsonBytes(json, ".workers"), odds, 100, 2e18);
        vm.assertEq(outcome.root, vm.parseJsonBytes32(json, ".root"));
        vm.assertEq(outcome.resultRoot, vm.parseJsonBytes32(json, ".resultRoot"));
        bytes32[] memory heads = vm.parseJsonBytes32Array(json, ".heads");
        uint256 faults;
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(outcome.heads[i], heads[i]);
            faults += outcome.faults[i];
        }
        vm.assertEq(faults, 1);
    }
}
