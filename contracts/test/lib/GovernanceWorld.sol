// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ICatalog} from "../../src/interfaces/ICatalog.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {VotingRules} from "../../src/types/Voting.sol";
import {vm} from "./Test.sol";
import {World} from "./World.sol";

/// What the tests ask of the timelock.
interface ITimelock {
    error DelayOutOfBounds(uint256 delay, uint256 least, uint256 most);
    error TimelockUnauthorizedCaller(address caller);
    error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates);
    error AccessControlUnauthorizedAccount(address account, bytes32 neededRole);

    event MinDelayChange(uint256 oldDuration, uint256 newDuration);

    function LEAST_DELAY() external view returns (uint256);
    function MOST_DELAY() external view returns (uint256);
    function getMinDelay() external view returns (uint256);
    function updateDelay(uint256 newDelay) external;
    function hasRole(bytes32 role, address account) external view returns (bool);
    function grantRole(bytes32 role, address account) external;
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external;
    function execute(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        external
        payable;
    function cancel(bytes32 id) external;
}

/// Creates a contract and gives back the constructor's error.
contract Maker {
    function make(bytes memory code) external returns (bytes memory reason) {
        assembly {
            if iszero(create(0, add(code, 0x20), mload(code))) {
                reason := mload(0x40)
                mstore(reason, returndatasize())
                returndatacopy(add(reason, 0x20), 0, returndatasize())
                mstore(0x40, add(reason, add(0x40, returndatasize())))
            }
        }
    }
}

/// A call that is put to the vote.
struct Motion {
    address target;
    bytes data;
}

/// A market that token holders govern: `council` holds all tokens that vote.
abstract contract GovernanceWorld is World {
    uint48 internal constant DELAY_SEC = 1 days;
    uint32 internal constant PERIOD_SEC = 7 days;
    uint256 internal constant TIMELOCK_SEC = 2 days;
    uint48 internal constant REVIEW_SEC = 10 days;
    uint256 internal constant THRESHOLD = 1000 ether;

    ITimelock internal timelock;
    IGovernor internal governor;
    ICatalog internal catalog;
    Actor internal council;
    uint256 private _motions;

    function setUp() public virtual override {
        super.setUp();
        uint256 nonce = vm.getNonce(address(this));
        address governorAt = vm.computeCreateAddress(address(this), nonce + 1);
        timelock = ITimelock(vm.deployCode("Timelock.sol:Timelock", abi.encode(TIMELOCK_SEC, governorAt)));
        governor = IGovernor(
            vm.deployCode(
                "MillraceGovernor.sol:MillraceGovernor",
                abi.encode(address(token), address(timelock), someRules())
            )
        );
        vm.assertEq(address(governor), governorAt);
        catalog = ICatalog(vm.deployCode("Catalog.sol:Catalog", abi.encode(address(parameters), REVIEW_SEC)));
        council = newActor("council");
        token.transfer(council.id, token.balanceOf(address(this)));
        vm.prank(council.id);
        IVotes(address(token)).delegate(council.id);
        vm.warp(block.timestamp + 1);
        parameters.proposeGovernor(address(timelock));
        pass(Motion(address(parameters), abi.encodeCall(IParameters.acceptGovernor, ())));
    }

    function someRules() internal pure returns (VotingRules memory) {
        return VotingRules({
            delaySec: DELAY_SEC,
            periodSec: PERIOD_SEC,
            extensionSec: 2 days,
            threshold: THRESHOLD,
            quorumPercent: 4
        });
    }

    /// Proposes, votes with everything, queues and executes.
    function pass(Motion memory motion) internal {
        string memory description = adopt(motion);
        vm.warp(block.timestamp + TIMELOCK_SEC);
        execute(motion, description);
    }

    /// Everybody is for it, and the timelock would let it through, but what it asks for is refused with this error.
    function expectRefused(Motion memory motion, bytes memory reason) internal {
        string memory description = adopt(motion);
        vm.warp(block.timestamp + TIMELOCK_SEC);
        vm.expectRevert(reason);
        execute(motion, description);
    }

    /// Up to the queue.
    function adopt(Motion memory motion) internal returns (string memory description) {
        uint256 id;
        (id, description) = propose(motion);
        vm.warp(block.timestamp + DELAY_SEC + 1);
        vm.prank(council.id);
        governor.castVote(id, 1);
        vm.warp(governor.proposalDeadline(id) + 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _listsOf(motion);
        governor.queue(targets, values, calls, keccak256(bytes(description)));
    }

    /// By the council. Each motion has a text of its own, so the same one can be put again.
    function propose(Motion memory motion) internal returns (uint256 id, string memory description) {
        description = string.concat("motion ", string(abi.encodePacked(uint8(65 + _motions++))));
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _listsOf(motion);
        vm.prank(council.id);
        id = governor.propose(targets, values, calls, description);
    }

    function execute(Motion memory motion, string memory description) internal {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _listsOf(motion);
        governor.execute(targets, values, calls, keccak256(bytes(description)));
    }

    /// Why a contract cannot be made with these arguments.
    function birthErrorOf(string memory artifact, bytes memory arguments) internal returns (bytes memory) {
        return new Maker().make(bytes.concat(vm.getCode(artifact), arguments));
    }

    function _listsOf(Motion memory motion)
        private
        pure
        returns (address[] memory targets, uint256[] memory values, bytes[] memory calls)
    {
        targets = new address[](1);
        values = new uint256[](1);
        calls = new bytes[](1);
        (targets[0], calls[0]) = (motion.target, motion.data);
    }
}
