// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PrimeCounter} from "../../../examples/dapp/PrimeCounter.sol";
import {ComputeBuyer} from "../../src/base/ComputeBuyer.sol";
import {IRequester} from "../../src/interfaces/IRequester.sol";
import {BagLib} from "../../src/libraries/BagLib.sol";
import {RequestOrder} from "../../src/types/Orders.sol";
import {FailureReason, Result, TaskRef} from "../../src/types/Results.sol";
import {Log, vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {ReferenceOrders} from "../reference/ReferenceOrders.sol";

/// The example of docs/guides/dapp.md; Deliveries is played by an account.
contract PrimeCounterTest is World {
    using ReferenceOrders for *;

    address private constant DELIVERIES = address(0xDE11);
    PrimeCounter private _counter;

    function setUp() public override {
        super.setUp();
        _counter = new PrimeCounter(address(market), DELIVERIES, app, 1 ether, 9e18);
    }

    function _ask() private returns (TaskRef memory task) {
        task.requestHash = _counter.ask(1000, 1999, 1 hours);
    }

    function _result(bytes memory text) private pure returns (Result memory result) {
        result.content = text;
    }

    function _answer(TaskRef memory task, Result memory result) private {
        vm.prank(DELIVERIES);
        _counter.onResult(task, result);
    }

    function _statusOf(TaskRef memory task) private view returns (PrimeCounter.Status status, uint64 count) {
        (,, status, count) = _counter.questionOf(task.requestHash);
    }

    function test_PlacesARequestThatEverybodyCanRead() public {
        vm.recordLogs();
        TaskRef memory task = _ask();
        Log[] memory logs = vm.getRecordedLogs();
        RequestOrder memory order;
        bytes memory bag;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IRequester.RequestPlaced.selector) {
                order = abi.decode(logs[i].data, (RequestOrder));
            }
            if (logs[i].topics[0] == IRequester.BagPosted.selector) bag = abi.decode(logs[i].data, (bytes));
        }
        vm.assertEq(order.hash(market.domainSeparator()), task.requestHash);
        vm.assertEq(sha256(bag), order.bag);
        vm.assertEq(
            string(bag),
            '{"common":{"args":[],"inputs":[]},"format":"millrace/bag/1","tasks":[{"args":["1000","1999"]}]}'
        );
        vm.assertEq(order.callback, address(_counter));
    }

    function test_KeepsTheAnswer() public {
        TaskRef memory task = _ask();
        vm.expectEmit(address(_counter));
        emit PrimeCounter.Answered(task.requestHash, 135);
        _answer(task, _result("135 primes from 1000 to 1999\n"));
        (PrimeCounter.Status status, uint64 count) = _statusOf(task);
        vm.assertEq(uint256(status), uint256(PrimeCounter.Status.Answered));
        vm.assertEq(count, 135);
    }

    function test_KeepsTheFailure() public {
        TaskRef memory task = _ask();
        vm.prank(DELIVERIES);
        _counter.onFailure(task, FailureReason.Expired);
        (PrimeCounter.Status status,) = _statusOf(task);
        vm.assertEq(uint256(status), uint256(PrimeCounter.Status.Failed));
    }

    function test_RevertWhen_AnybodyElseAnswers() public {
        TaskRef memory task = _ask();
        vm.expectRevert(abi.encodeWithSelector(ComputeBuyer.NotDeliveries.selector, address(this)));
        _counter.onResult(task, _result("1 primes"));
        vm.expectRevert(abi.encodeWithSelector(ComputeBuyer.NotDeliveries.selector, address(this)));
        _counter.onFailure(task, FailureReason.Expired);
    }

    /// Anybody can place a request that names this contract as its callback.
    function test_RevertWhen_TheRequestIsNotItsOwn() public {
        TaskRef memory task;
        task.requestHash = "foreign";
        vm.expectRevert(abi.encodeWithSelector(ComputeBuyer.UnknownRequest.selector, bytes32("foreign")));
        vm.prank(DELIVERIES);
        _counter.onResult(task, _result("1 primes"));
    }

    function test_RevertWhen_TheAnswerIsNoNumber() public {
        TaskRef memory task = _ask();
        bytes[4] memory texts = [bytes(""), "12", "1x\n", " primes"];
        for (uint256 i; i < 4; ++i) {
            Result memory result = _result(texts[i]);
            vm.expectRevert(abi.encodeWithSelector(PrimeCounter.NotANumber.selector, texts[i]));
            _answer(task, result);
        }
    }

    /// Its result is final: a contract that refused it would be called back in vain for ever.
    function test_TakesNoteOfAProgramThatFailed() public {
        TaskRef memory task = _ask();
        Result memory result = _result("1 primes");
        (result.status, result.exitCode) = (1, 3);
        vm.expectEmit(address(_counter));
        emit PrimeCounter.ProgramFailed(task.requestHash, 1, 3);
        _answer(task, result);
        (PrimeCounter.Status status, uint64 count) = _statusOf(task);
        vm.assertEq(uint256(status), uint256(PrimeCounter.Status.Failed));
        vm.assertEq(count, 0);
    }

    function test_RevertWhen_Paused() public {
        TaskRef memory task = _ask();
        _counter.setPaused(true);
        vm.expectRevert(abi.encodeWithSelector(PrimeCounter.Paused.selector));
        _answer(task, _result("1 primes"));
        vm.expectRevert(abi.encodeWithSelector(PrimeCounter.Paused.selector));
        vm.prank(DELIVERIES);
        _counter.onFailure(task, FailureReason.Spoiled);
    }

    function bagOf(string[] memory args) external pure returns (bytes memory) {
        return BagLib.ofOneTask(args);
    }

    function test_ABagMayHaveNoArguments() public view {
        vm.assertEq(
            string(this.bagOf(new string[](0))),
            '{"common":{"args":[],"inputs":[]},"format":"millrace/bag/1","tasks":[{}]}'
        );
    }

    function test_RevertWhen_AnArgumentNeedsAnEscape() public {
        string[] memory args = new string[](1);
        string[4] memory texts = ['"', "\\", "\n", unicode"é"];
        for (uint256 i; i < 4; ++i) {
            args[0] = texts[i];
            vm.expectRevert(abi.encodeWithSelector(BagLib.UnfitArgument.selector, texts[i]));
            this.bagOf(args);
        }
    }
}
