// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeliveries} from "../../src/interfaces/IDeliveries.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {BatchFacts, Inclusion} from "../../src/types/Batches.sol";
import {DealPart, DealTerms} from "../../src/types/Deals.sol";
import {Preimage, Result} from "../../src/types/Results.sol";
import {PartIn, ReferenceBatch} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";
import {AppealWorld} from "./AppealWorld.sol";
import {TestDapp} from "./TestDapp.sol";
import {Log, vm} from "./Test.sol";

/// A contract that has bought tasks on the pool's word, and results for it.
abstract contract DeliveryWorld is AppealWorld {
    uint32 internal constant CALLBACK_GAS = 400_000;

    IDeliveries internal deliveries;
    TestDapp internal dapp;
    Orders internal orders;
    DealTerms internal terms;

    function setUp() public virtual override {
        super.setUp();
        deliveries = IDeliveries(vm.deployCode("Deliveries.sol:Deliveries", abi.encode(market, work, court)));
        dapp = new TestDapp();
        open(4, CALLBACK_GAS);
    }

    function open(uint32 volume, uint32 callbackGas) internal {
        orders = someOrders();
        orders.request.minOdds = 0;
        orders.request.callback = address(dapp);
        orders.request.callbackGas = callbackGas;
        terms = openDeal(orders, volume);
    }

    function taskOf(uint32 index) internal view returns (IDeliveries.Task memory) {
        return IDeliveries.Task(terms, orders.request, index);
    }

    function stdoutOf(bytes memory text) internal pure returns (IDeliveries.Content memory content) {
        content.content = text;
    }

    /// A run that printed this and wrote nothing.
    function printed(bytes memory text) internal pure returns (Preimage memory) {
        return Preimage(0, 0, 12_345, sha256(text), sha256(hex"02"));
    }

    function digestOf(Preimage memory preimage, uint32 index) internal view returns (bytes32) {
        bytes memory head = abi.encodePacked(
            "millrace/result/1",
            keccak256(abi.encode(idOf(terms), uint256(index))),
            preimage.status,
            preimage.exitCode,
            preimage.fuel
        );
        return sha256(abi.encodePacked(head, preimage.stdoutDigest, preimage.outRoot));
    }

    /// Settles one task with this result, and says where.
    function settleOne(uint32 index, Preimage memory preimage)
        internal
        returns (IDeliveries.Settlement memory settlement)
    {
        PartIn memory part = partOf(terms, index, 1);
        part.tasks[0].digests[0] = digestOf(preimage, index);
        DealPart[] memory parts = new DealPart[](1);
        parts[0] = DealPart(terms, ReferenceBatch.packTasks(part.tasks));
        vm.recordLogs();
        settleTrusted(++nonce, parts, payee(0, 0, 1));
        settlement.nonce = nonce;
        settlement.facts = factsOf(vm.getRecordedLogs());
        settlement.votes = 1;
        settlement.place.count = 1;
    }

    /// Of a batch settled on trust in this block.
    function factsOf(Log[] memory logs) internal view returns (BatchFacts memory facts) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IWork.BatchSettled.selector) continue;
            (facts.resultRoot,,) = abi.decode(logs[i].data, (bytes32, bytes32, uint32));
        }
        (facts.committedAt, facts.settledAt) = (uint48(block.timestamp), uint48(block.timestamp));
    }

    /// Settles and delivers what a task printed.
    function deliverText(uint32 index, bytes memory text) internal returns (bool) {
        return
            deliveries.deliver(taskOf(index), settleOne(index, printed(text)), printed(text), stdoutOf(text));
    }

    function textResult(bytes memory text) internal view returns (Result memory) {
        return Result(0, 0, 12_345, uint48(block.timestamp), "", text);
    }

    function fileLeaf(string memory path, bytes memory content) internal pure returns (bytes32) {
        return sha256(
            abi.encodePacked(
                hex"00", uint32(bytes(path).length), uint64(content.length), path, sha256(content)
            )
        );
    }

    function fileNode(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }
}
