// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ComputeBuyer} from "../../contracts/src/base/ComputeBuyer.sol";
import {BagLib} from "../../contracts/src/libraries/BagLib.sol";
import {RequestOrder} from "../../contracts/src/types/Orders.sol";
import {FailureReason, Result, TaskRef} from "../../contracts/src/types/Results.sol";

/// @notice Asks how many primes there are in a range, which is too much work for a contract, and keeps the answer.
/// @dev Runs the app `primes` of the catalogue: arguments FROM and TO, the count on stdout. Questions are paid from
/// this contract's free balance in Escrow.
contract PrimeCounter is ComputeBuyer {
    enum Status {
        None,
        Asked,
        Answered,
        Failed
    }

    struct Question {
        uint64 from;
        uint64 to;
        Status status;
        uint64 count;
    }

    event Asked(bytes32 indexed requestHash, uint64 from, uint64 to);
    event Answered(bytes32 indexed requestHash, uint64 count);
    event Failed(bytes32 indexed requestHash, FailureReason reason);
    event ProgramFailed(bytes32 indexed requestHash, uint8 status, uint32 exitCode);

    error NotANumber(bytes text);
    error Paused();

    address private immutable APP;
    uint128 private immutable MAX_PRICE;
    uint128 private immutable MIN_ODDS;

    mapping(bytes32 requestHash => Question) public questionOf;
    bool public isPaused;
    uint256 private _salt;

    /// @param maxPrice For app and pool each, token units.
    /// @param minOdds Trust asked for, in WAD odds: 9e18 is 90 %, which two newcomers that agree reach; 0 is the pool's word.
    constructor(address market, address deliveries, address app, uint128 maxPrice, uint128 minOdds)
        ComputeBuyer(market, deliveries)
    {
        (APP, MAX_PRICE, MIN_ODDS) = (app, maxPrice, minOdds);
    }

    /// @notice Asks; the answer comes later, in a transaction of somebody else.
    /// @param deadlineSec Time that the pool has, from the match on.
    /// @return requestHash Names the question.
    function ask(uint64 from, uint64 to, uint48 deadlineSec) external returns (bytes32 requestHash) {
        string[] memory args = new string[](2);
        (args[0], args[1]) = (_decimal(from), _decimal(to));
        RequestOrder memory order;
        order.bag = _postBag(args);
        order.bagCodec = BagLib.CODEC;
        order.requester = order.beneficiary = order.callback = address(this);
        order.app = APP;
        order.maxAppPrice = order.maxPoolPrice = MAX_PRICE;
        order.minOdds = MIN_ODDS;
        order.volume = 1;
        (order.fuel, order.memoryMiB, order.diskMiB, order.wallSec) = (50_000_000_000, 64, 16, 120);
        order.deadlineSec = deadlineSec;
        // How long it may wait for a pool; only then does the deadline begin.
        order.expiresAt = uint48(block.timestamp) + 10 minutes;
        order.callbackGas = 150_000;
        order.salt = ++_salt;
        requestHash = _request(order);
        questionOf[requestHash] = Question(from, to, Status.Asked, 0);
        emit Asked(requestHash, from, to);
    }

    /// @notice Makes callbacks fail, to see that nothing is lost: they are repeated once this is over.
    function setPaused(bool paused) external {
        isPaused = paused;
    }

    function _onResult(TaskRef calldata task, Result calldata result) internal override {
        if (isPaused) revert Paused();
        Question storage question = questionOf[task.requestHash];
        // A program that failed has ended too, and would fail again: to refuse its result is to wait for ever.
        if (result.status != 0) {
            question.status = Status.Failed;
            emit ProgramFailed(task.requestHash, result.status, result.exitCode);
            return;
        }
        uint64 count = _number(result.content);
        (question.status, question.count) = (Status.Answered, count);
        emit Answered(task.requestHash, count);
    }

    function _onFailure(TaskRef calldata task, FailureReason reason) internal override {
        if (isPaused) revert Paused();
        questionOf[task.requestHash].status = Status.Failed;
        emit Failed(task.requestHash, reason);
    }

    /// @dev The program prints `COUNT primes from FROM to TO`.
    function _number(bytes calldata text) private pure returns (uint64 number) {
        uint256 at;
        while (at < text.length && text[at] >= "0" && text[at] <= "9") {
            number = number * 10 + uint8(text[at++]) - 0x30;
        }
        if (at == 0 || at == text.length || text[at] != " ") revert NotANumber(text);
    }

    function _decimal(uint64 value) private pure returns (string memory) {
        bytes memory digits = new bytes(20);
        uint256 at = 20;
        do {
            digits[--at] = bytes1(uint8(0x30 + value % 10));
            value /= 10;
        } while (value != 0);
        bytes memory text = new bytes(20 - at);
        for (uint256 i; i < text.length; ++i) {
            text[i] = digits[at + i];
        }
        return string(text);
    }
}
