// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICallSubscription} from "../../src/interfaces/ICallSubscription.sol";
import {ISealedBidAuction} from "../../src/interfaces/ISealedBidAuction.sol";
import {Allocation, SaleTerms} from "../../src/types/Distributions.sol";
import {RequestOrder} from "../../src/types/Orders.sol";
import {VotingRules} from "../../src/types/Voting.sol";
import {AppealWorld, Settled} from "../lib/AppealWorld.sol";
import {AuctionWorld} from "../lib/AuctionWorld.sol";
import {Pantry, RandomCall} from "../lib/RandomCall.sol";
import {vm} from "../lib/Test.sol";

/// Every function of every contract, by its ABI, called by anybody with any well-formed arguments, several in a row.
/// contracts/tools/checkSuites.ts fails when a contract is missing here.
contract EntryPointsFuzzTest is AppealWorld {
    using RandomCall for Pantry;

    bytes4 private constant PANIC = 0x4e487b71;
    address[] private _places;
    mapping(address place => string[]) private _signatures;
    address[] private _actors;
    Pantry private _pantry;

    function setUp() public override {
        super.setUp();
        seatPanel(5);
        _deployAll();
        _actors = [
            appOwner.id,
            datasetOwner.id,
            poolOwner.id,
            operator.id,
            requester.id,
            appellant.id,
            stranger.id,
            workers[0].id,
            workers[1].id,
            panel[0].id
        ];
        for (uint256 i; i < _actors.length; ++i) {
            token.transfer(_actors[i], 100 ether);
        }
        _fillPantry();
    }

    function _deployAll() private {
        _know("Token", address(token));
        _know("Parameters", address(parameters));
        _know("Escrow", address(escrow));
        _know("Registry", address(registry));
        _know("Standing", address(standing));
        _know("Market", address(market));
        _know("Work", address(work));
        _know("Reveals", address(reveals));
        _know("Claims", address(claims));
        _know("Jurors", address(bench));
        _know("PrevrandaoSource", address(source));
        _know("Appeals", address(court));
        _know("SpotChecks", address(checks));
        _put("ClassAds", "");
        _put("CommitRevealSource", abi.encode(bench, parameters, 1 hours));
        _put("Deliveries", abi.encode(market, work, court));
        _put("FairExchange", abi.encode(escrow));
        _put("Services", abi.encode(escrow));
        _put("Allowlist", abi.encode(poolOwner.id));
        _put("Blacklist", abi.encode(poolOwner.id));
        bytes memory selling = abi.encode(market, registry, token);
        string[7] memory sellers = [
            "FreeQuotaPricing",
            "PerRunPricing",
            "SubscriptionPricing",
            "VolumeDiscountPricing",
            "DutchAuction",
            "PostedPrice",
            "SubscriptionMarket"
        ];
        for (uint256 i; i < sellers.length; ++i) {
            _put(sellers[i], selling);
        }
        _makeTemplates();
        _makeGovernance();
    }

    function _makeTemplates() private {
        ICallSubscription.Plan memory plan =
            ICallSubscription.Plan(stranger.id, app, 3 ether, 10, 1 weeks, START + 60 days);
        _put("CallSubscription", abi.encode(market, escrow, requester.id, plan));
        RequestOrder memory request = someOrders().request;
        _put(
            "SealedBidAuction",
            abi.encode(
                AuctionWorld.Wiring(address(market), address(registry), address(escrow), address(token)),
                request,
                ISealedBidAuction.Rules(2 ether, START + 1 hours, START + 2 hours, START + 3 hours)
            )
        );
    }

    function _makeGovernance() private {
        uint48 opens = START + 1 hours;
        SaleTerms memory sale =
            SaleTerms(1000 ether, 0.5 ether, 200 ether, opens, opens + 1 days, 10 days, 100 days);
        _put("Distribution", abi.encode(token, stranger.id, sale, new Allocation[](0)));
        address governor = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        address timelock = _put("Timelock", abi.encode(2 days, governor));
        VotingRules memory rules = VotingRules({
            delaySec: 1 days, periodSec: 7 days, extensionSec: 2 days, threshold: 1000 ether, quorumPercent: 4
        });
        _put("MillraceGovernor", abi.encode(token, timelock, rules));
        _put("Catalog", abi.encode(parameters, 10 days));
    }

    function _put(string memory name, bytes memory arguments) private returns (address place) {
        place = vm.deployCode(string.concat(name, ".sol:", name), arguments);
        _know(name, place);
    }

    function _know(string memory name, address place) private {
        string memory json = vm.readFile(string.concat("contracts/out/", name, ".sol/", name, ".json"));
        string[] memory changing = _changing(json);
        string[] memory signatures = vm.parseJsonKeys(json, ".methodIdentifiers");
        for (uint256 i; i < signatures.length; ++i) {
            if (_isAmong(signatures[i], changing)) _signatures[place].push(signatures[i]);
        }
        if (_signatures[place].length > 0) _places.push(place);
    }

    /// Names of the functions that change state.
    function _changing(string memory json) private pure returns (string[] memory names) {
        bytes memory found = vm.parseJson(
            json,
            "$.abi[?(@.type=='function' && @.stateMutability!='view' && @.stateMutability!='pure')].name"
        );
        // forge gives a list of one as the thing itself.
        if (found.length > 96) return abi.decode(found, (string[]));
        names = new string[](1);
        if (found.length > 32) names[0] = abi.decode(found, (string));
    }

    function _isAmong(string memory signature, string[] memory names) private pure returns (bool) {
        for (uint256 i; i < names.length; ++i) {
            if (RandomCall.isOf(signature, names[i])) return true;
        }
        return false;
    }

    /// A deal, a batch that settled a lie, an appeal, and an order on chain: what random words may hit.
    function _fillPantry() private {
        Settled memory settled = settleALie(2);
        bytes32 taskId = openAppeal(settled, 0);
        bytes32[] memory words = new bytes32[](8);
        (words[0], words[1], words[2]) = (taskId, idOf(settled.terms), settled.facts.batchRoot);
        (words[3], words[4], words[5]) = (settled.facts.resultRoot, lieOf(0), lastJuryId(taskId));
        (words[6], words[7]) = ("slashBps", source.keyOf(address(court), lastJuryId(taskId)));
        address[] memory addresses = new address[](_actors.length + _places.length + 4);
        for (uint256 i; i < _actors.length; ++i) {
            addresses[i] = _actors[i];
        }
        for (uint256 i; i < _places.length; ++i) {
            addresses[_actors.length + i] = _places[i];
        }
        uint256 last = addresses.length - 1;
        (addresses[last], addresses[last - 1], addresses[last - 2]) = (app, dataset, pool);
        (_pantry.addresses, _pantry.words) = (addresses, words);
    }

    /// Who does nothing loses nothing, whatever all others call; and what fails, fails by name.
    function testFuzz_NobodyLosesByTheCallsOfOthers(uint256[8] memory seeds) public {
        Pantry memory pantry = _pantry;
        uint256[] memory had = _holdings();
        bool[] memory acted = new bool[](_actors.length);
        for (uint256 i; i < seeds.length; ++i) {
            pantry.seed = seeds[i];
            uint256 who = pantry.next() % _actors.length;
            acted[who] = true;
            _call(pantry, _actors[who]);
            vm.warp(block.timestamp + pantry.next() % 1 hours);
        }
        uint256[] memory has = _holdings();
        for (uint256 i; i < acted.length; ++i) {
            if (!acted[i]) vm.assertLe(had[i], has[i]);
        }
        _checkConserved();
    }

    /// All functions of all contracts were called often enough to mean something: no seed chooses badly.
    function test_EveryFunctionIsReached() public {
        for (uint256 i; i < _places.length; ++i) {
            string[] memory signatures = _signatures[_places[i]];
            vm.assertGt(signatures.length, 0);
            for (uint256 j; j < signatures.length; ++j) {
                Pantry memory pantry = _pantry;
                pantry.seed = i << 32 | j;
                (bool ok, bytes memory reason) = _places[i].call(pantry.make(signatures[j]));
                _checkReason(ok, reason, signatures[j]);
            }
        }
    }

    function _call(Pantry memory pantry, address who) private {
        address place = _places[pantry.next() % _places.length];
        string[] storage signatures = _signatures[place];
        string memory signature = signatures[pantry.next() % signatures.length];
        bytes memory data = pantry.make(signature);
        vm.prank(who);
        (bool ok, bytes memory reason) = place.call(data);
        _checkReason(ok, reason, signature);
    }

    /// Refused by name, or because a sum was out of range; never an index out of bounds, a division by zero or
    /// another check that was forgotten.
    function _checkReason(bool ok, bytes memory reason, string memory signature) private pure {
        if (ok || bytes4(reason) != PANIC) return;
        bytes memory overflow = abi.encodeWithSelector(PANIC, 0x11);
        vm.assertTrue(keccak256(reason) == keccak256(overflow), signature);
    }

    function _holdings() private view returns (uint256[] memory all) {
        all = new uint256[](_actors.length);
        for (uint256 i; i < all.length; ++i) {
            all[i] = token.balanceOf(_actors[i]) + heldBy(_actors[i]);
        }
    }

    /// 1. Escrow holds what is free, locked and maturing of everybody; more only if somebody gave it tokens.
    function _checkConserved() private view {
        uint256 sum;
        for (uint256 i; i < _pantry.addresses.length; ++i) {
            sum += heldBy(_pantry.addresses[i]);
        }
        for (uint256 i = 2; i < workers.length; ++i) {
            sum += heldBy(workers[i].id);
        }
        for (uint256 i = 1; i < panel.length; ++i) {
            sum += heldBy(panel[i].id);
        }
        vm.assertLe(sum, token.balanceOf(address(escrow)));
    }
}
