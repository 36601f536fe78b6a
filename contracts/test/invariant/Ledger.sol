// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {Log} from "../lib/Test.sol";

/// Everything that events say, and nothing else: what an indexer knows.
contract Ledger {
    struct Account {
        uint256 free;
        uint256 locked;
        uint256 maturing;
        uint256 paid;
    }

    struct Worker {
        uint256 bond;
        uint256 checks;
        uint256 faults;
        uint256 bannedUntil;
    }

    struct Deal {
        DealTerms terms;
        uint256 settled;
        bool expired;
    }

    mapping(address account => Account) public accounts;
    mapping(address worker => Worker) public workers;
    mapping(bytes32 dealId => Deal) private _deals;
    mapping(bytes32 dealId => mapping(uint256 index => bytes32)) public digestOf;
    mapping(address worker => uint48[]) private _credits;
    bytes32[] public dealIds;

    error SettledTwice(bytes32 dealId, uint256 index);

    function dealCount() external view returns (uint256) {
        return dealIds.length;
    }

    function dealAt(uint256 i) external view returns (DealTerms memory terms, uint256 settled, bool expired) {
        Deal storage deal = _deals[dealIds[i]];
        return (deal.terms, deal.settled, deal.expired);
    }

    function creditsOf(address account) external view returns (uint48[] memory) {
        return _credits[account];
    }

    function write(Log[] calldata logs) external {
        for (uint256 i; i < logs.length; ++i) {
            bytes32 name = logs[i].topics[0];
            if (logs[i].topics.length < 2) continue;
            address who = _address(logs[i].topics[1]);
            if (!_writeMove(name, who, logs[i])) _writeWork(name, who, logs[i]);
        }
    }

    function _writeMove(bytes32 name, address who, Log calldata entry) private returns (bool) {
        Account storage account = accounts[who];
        if (name == IEscrow.Deposited.selector) {
            account.free += abi.decode(entry.data, (uint256));
        } else if (name == IEscrow.Withdrawn.selector) {
            account.free -= abi.decode(entry.data, (uint256));
        } else if (name == IEscrow.Locked.selector) {
            account.free -= abi.decode(entry.data, (uint256));
            account.locked += abi.decode(entry.data, (uint256));
        } else if (name == IEscrow.Released.selector) {
            account.free += abi.decode(entry.data, (uint256));
            account.locked -= abi.decode(entry.data, (uint256));
        } else if (name == IEscrow.Matured.selector) {
            account.free += abi.decode(entry.data, (uint256));
            account.maturing -= abi.decode(entry.data, (uint256));
        } else if (name == IEscrow.Paid.selector) {
            uint256 amount = abi.decode(entry.data, (uint256));
            account.locked -= amount;
            account.paid += amount;
            accounts[_address(entry.topics[2])].free += amount;
        } else if (name == IEscrow.Credited.selector) {
            (uint256 amount, uint48 maturesAt) = abi.decode(entry.data, (uint256, uint48));
            account.locked -= amount;
            account.paid += amount;
            accounts[_address(entry.topics[2])].maturing += amount;
            _credits[_address(entry.topics[2])].push(maturesAt);
        } else {
            return false;
        }
        return true;
    }

    function _writeWork(bytes32 name, address who, Log calldata entry) private {
        Worker storage worker = workers[who];
        if (name == IStanding.Bonded.selector) {
            (, worker.bond) = abi.decode(entry.data, (uint256, uint256));
        } else if (name == IStanding.Unbonded.selector) {
            worker.bond -= abi.decode(entry.data, (uint256));
        } else if (name == IStanding.CheckPassed.selector) {
            (, worker.checks) = abi.decode(entry.data, (uint32, uint32));
        } else if (name == IStanding.FaultFound.selector) {
            (, uint32 faults, uint256 slashed, uint48 bannedUntil) =
                abi.decode(entry.data, (uint8, uint32, uint256, uint48));
            worker.bond -= slashed;
            (worker.checks, worker.faults, worker.bannedUntil) = (0, faults, bannedUntil);
        } else if (name == IMarket.OrdersMatched.selector) {
            (,,,, _deals[entry.topics[1]].terms) =
                abi.decode(entry.data, (bytes32, bytes32, bytes32, uint48, DealTerms));
            dealIds.push(entry.topics[1]);
        } else if (name == IMarket.DealExpired.selector) {
            _deals[entry.topics[1]].expired = true;
        } else if (name == IWork.TasksSettled.selector) {
            _writeResults(entry.topics[1], abi.decode(entry.data, (bytes)));
        }
    }

    function _writeResults(bytes32 dealId, bytes memory results) private {
        for (uint256 i; i < results.length; i += 36) {
            bytes32 digest;
            uint256 index;
            assembly ("memory-safe") {
                index := shr(224, mload(add(add(results, 0x20), i)))
                digest := mload(add(add(results, 0x24), i))
            }
            if (digestOf[dealId][index] != 0) revert SettledTwice(dealId, index);
            digestOf[dealId][index] = digest;
            ++_deals[dealId].settled;
        }
    }

    function _address(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }
}
