// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaims} from "../../src/interfaces/IClaims.sol";
import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRegistry} from "../../src/interfaces/IRegistry.sol";
import {IReveals} from "../../src/interfaces/IReveals.sol";
import {IStanding} from "../../src/interfaces/IStanding.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {IWork} from "../../src/interfaces/IWork.sol";
import {AssetKind} from "../../src/types/Assets.sol";
import {BatchFacts, Inclusion} from "../../src/types/Batches.sol";
import {DealPart, DealTerms} from "../../src/types/Deals.sol";
import {AppOrder, DatasetOrder, MatchProofs, PoolOrder, RequestOrder} from "../../src/types/Orders.sol";
import {Ballot, BatchIn, Packed, PartIn, ReferenceBatch, TaskIn, Vote} from "../reference/ReferenceBatch.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";
import {Log, Test, vm} from "./Test.sol";

/// A market with everybody in it: contracts, owners, funded and bonded accounts. Contracts are deployed from
/// their artifacts and used through their interfaces, so that a change in one recompiles no test.
abstract contract World is Test {
    using ReferenceBatch for BatchIn;
    using ReferenceOrders for *;

    struct Actor {
        address id;
        uint256 key;
    }

    uint256 internal constant FUNDS = 1_000_000 ether;
    uint256 internal constant BOND = 100 ether;
    /// What deployContracts makes; whoever deploys more computes its addresses from there.
    uint256 internal constant CORE_CONTRACTS = 9;
    uint48 internal constant START = 1_800_000_000;

    IToken internal token;
    IParameters internal parameters;
    IEscrow internal escrow;
    IRegistry internal registry;
    IStanding internal standing;
    IMarket internal market;
    IWork internal work;
    IReveals internal reveals;
    IClaims internal claims;

    Actor internal appOwner;
    Actor internal datasetOwner;
    Actor internal poolOwner;
    Actor internal operator;
    Actor internal requester;
    Actor internal stranger;
    /// Ascending by address, bonded.
    Actor[] internal workers;

    address internal app;
    address internal dataset;
    address internal pool;
    uint256 private _salt;

    function setUp() public virtual {
        vm.warp(START);
        deployContracts();
        appOwner = newActor("app owner");
        datasetOwner = newActor("dataset owner");
        poolOwner = newActor("pool owner");
        operator = newActor("operator");
        requester = newActor("requester");
        stranger = newActor("stranger");
        token.approve(address(escrow), type(uint256).max);
        fund(poolOwner.id);
        fund(requester.id);
        for (uint256 i; i < 5; ++i) {
            addWorker(newActor(string.concat("worker ", string(abi.encodePacked(uint8(65 + i))))));
        }
        app = register(appOwner, AssetKind.App);
        dataset = register(datasetOwner, AssetKind.Dataset);
        pool = register(poolOwner, AssetKind.Pool);
        vm.prank(poolOwner.id);
        registry.setOperator(pool, operator.id, true);
    }

    /// In the order of contracts/README.md.
    function deployContracts() internal {
        uint256 nonce = vm.getNonce(address(this));
        address[CORE_CONTRACTS] memory places;
        for (uint256 i; i < CORE_CONTRACTS; ++i) {
            places[i] = vm.computeCreateAddress(address(this), nonce + i);
        }
        token = IToken(_deploy("Token", abi.encode(address(this), 1e27)));
        parameters = IParameters(_deploy("Parameters", abi.encode(address(this))));
        escrow = IEscrow(
            _deploy(
                "Escrow",
                abi.encode(
                    places[0], places[5], places[6], places[4], appeals(), address(0), address(0), jurors()
                )
            )
        );
        registry = IRegistry(_deploy("Registry", ""));
        standing = IStanding(
            _deploy("Standing", abi.encode(places[2], places[1], places[6], appeals(), spotChecks()))
        );
        market = IMarket(
            _deploy(
                "Market",
                abi.encode(places[2], places[3], places[1], places[6], appeals(), classAds(), places[8])
            )
        );
        work = IWork(
            _deploy("Work", abi.encode(places[5], places[4], places[2], places[3], places[1], places[7]))
        );
        reveals = IReveals(_deploy("Reveals", abi.encode(places[1], places[6], places[4])));
        claims = IClaims(_deploy("Claims", abi.encode(places[6], places[7], places[5], places[3])));
        vm.assertEq(address(claims), places[8]);
    }

    /// Who may take stake besides Work.
    function appeals() internal view virtual returns (address) {
        return address(0);
    }

    function jurors() internal view virtual returns (address) {
        return address(0);
    }

    /// Who may record faults besides Work and the above.
    function spotChecks() internal view virtual returns (address) {
        return address(0);
    }

    function classAds() internal view virtual returns (address) {
        return address(0);
    }

    function _deploy(string memory name, bytes memory arguments) private returns (address) {
        return vm.deployCode(string.concat(name, ".sol:", name), arguments);
    }

    function newActor(string memory name) internal pure returns (Actor memory) {
        uint256 key = uint256(keccak256(bytes(name)));
        return Actor(vm.addr(key), key);
    }

    function fund(address who) internal {
        escrow.depositFor(who, FUNDS);
    }

    function addWorker(Actor memory worker) internal {
        fund(worker.id);
        vm.prank(worker.id);
        standing.bond(BOND);
        workers.push(worker);
        for (uint256 i = workers.length - 1; i > 0 && workers[i].id < workers[i - 1].id; --i) {
            // Not in one assignment: from storage to storage the second would read what the first wrote.
            Actor memory higher = workers[i - 1];
            workers[i - 1] = workers[i];
            workers[i] = higher;
        }
    }

    function register(Actor memory owner, AssetKind kind) internal returns (address) {
        vm.prank(owner.id);
        return registry.register(kind, bytes32(++_salt), 0x55, "", "", bytes32(_salt));
    }

    /// Four orders that match for up to 1,000 tasks; trust that two fresh workers reach.
    function someOrders() internal returns (Orders memory orders) {
        uint256 salt = ++_salt;
        uint48 expiresAt = uint48(block.timestamp) + 30 days;
        orders.app.app = app;
        orders.app.price = 0.11 ether;
        orders.app.volume = 1000;
        orders.app.expiresAt = expiresAt;
        orders.app.salt = salt;
        orders.dataset.dataset = dataset;
        orders.dataset.price = 0.07 ether;
        orders.dataset.volume = 1000;
        orders.dataset.expiresAt = expiresAt;
        orders.dataset.salt = salt;
        orders.pool = _somePoolOrder(salt, expiresAt);
        orders.request = _someRequest(salt, expiresAt);
    }

    function _somePoolOrder(uint256 salt, uint48 expiresAt) private view returns (PoolOrder memory order) {
        order.pool = pool;
        order.price = 1 ether + 8;
        order.stake = 0.5 ether + 3;
        order.maxOdds = 1e24;
        order.volume = 1000;
        order.fuel = 1e9;
        order.memoryMiB = 512;
        order.diskMiB = 256;
        order.wallSec = 60;
        order.expiresAt = expiresAt;
        order.salt = salt;
        (order.taskSec, order.slots) = (1, 1000);
    }

    function _someRequest(uint256 salt, uint48 expiresAt) private view returns (RequestOrder memory order) {
        order.requester = requester.id;
        order.beneficiary = requester.id;
        order.app = app;
        order.dataset = dataset;
        order.maxAppPrice = order.maxDatasetPrice = order.maxPoolPrice = 10 ether;
        order.minOdds = 9e18;
        order.volume = 1000;
        order.fuel = 1e9;
        order.memoryMiB = 512;
        order.diskMiB = 256;
        order.wallSec = 60;
        order.bagCodec = 0x55;
        order.deadlineSec = 1 days;
        order.expiresAt = expiresAt;
        order.bag = keccak256("bag");
        order.salt = salt;
    }

    function signAs(Actor memory who, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(who.key, hash);
        return abi.encodePacked(r, s, v);
    }

    /// Signed by the four actors of this world.
    function matchOrders(Orders memory orders, uint32 maxVolume) internal returns (bytes32) {
        return matchSigned(orders, signAll(orders), maxVolume);
    }

    function signAll(Orders memory orders) internal view returns (bytes[4] memory signatures) {
        bytes32 domain = market.domainSeparator();
        signatures[0] = signAs(appOwner, orders.app.hash(domain));
        if (orders.dataset.dataset != address(0)) {
            signatures[1] = signAs(datasetOwner, orders.dataset.hash(domain));
        }
        signatures[2] = signAs(poolOwner, orders.pool.hash(domain));
        signatures[3] = signAs(requester, orders.request.hash(domain));
    }

    function matchSigned(Orders memory orders, bytes[4] memory signatures, uint32 maxVolume)
        internal
        returns (bytes32)
    {
        return market.matchOrders(
            orders.app,
            orders.dataset,
            orders.pool,
            orders.request,
            MatchProofs(signatures[0], signatures[1], signatures[2], signatures[3], "", ""),
            maxVolume
        );
    }

    /// Matches and takes the terms from the event, as everybody off chain does.
    function openDeal(Orders memory orders, uint32 volume) internal returns (DealTerms memory terms) {
        vm.recordLogs();
        bytes32 dealId = matchOrders(orders, volume);
        terms = termsOf(vm.getRecordedLogs());
        vm.assertEq(keccak256(abi.encode(terms)), dealId);
    }

    function openDeal(uint32 volume) internal returns (DealTerms memory) {
        return openDeal(someOrders(), volume);
    }

    /// A deal on the pool's word.
    function openTrustedDeal(uint32 volume) internal returns (DealTerms memory) {
        Orders memory orders = someOrders();
        orders.request.minOdds = 0;
        return openDeal(orders, volume);
    }

    function termsOf(Log[] memory logs) internal pure returns (DealTerms memory terms) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IMarket.OrdersMatched.selector) continue;
            (,,,, terms) = abi.decode(logs[i].data, (bytes32, bytes32, bytes32, uint48, DealTerms));
        }
    }

    /// Facts of the batch that was settled last in these logs, now.
    function factsIn(Log[] memory logs, bytes32 batchRoot, uint48 committedAt)
        internal
        view
        returns (BatchFacts memory facts)
    {
        (facts.batchRoot, facts.committedAt) = (batchRoot, committedAt);
        facts.settledAt = uint48(block.timestamp);
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IWork.BatchSettled.selector) continue;
            (facts.resultRoot,,) = abi.decode(logs[i].data, (bytes32, bytes32, uint32));
        }
    }

    function idOf(DealTerms memory terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    function digestOf(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("result", index));
    }

    /// `count` tasks of a deal from `first` on, each with its one right digest.
    function partOf(DealTerms memory terms, uint32 first, uint32 count)
        internal
        pure
        returns (PartIn memory part)
    {
        part.terms = terms;
        part.tasks = new TaskIn[](count);
        for (uint32 i; i < count; ++i) {
            part.tasks[i].index = first + i;
            part.tasks[i].digests = new bytes32[](1);
            part.tasks[i].digests[0] = digestOf(first + i);
        }
    }

    /// Adds a digest to a task, for somebody to vote for.
    function addDigest(TaskIn memory task, bytes32 digest) internal pure {
        bytes32[] memory more = new bytes32[](task.digests.length + 1);
        for (uint256 i; i < task.digests.length; ++i) {
            more[i] = task.digests[i];
        }
        more[task.digests.length] = digest;
        task.digests = more;
    }

    /// A batch of one part that the first `voters` workers agree on, every one on every task.
    function agreedBatch(uint64 nonce, DealTerms memory terms, uint32 first, uint32 count, uint256 voters)
        internal
        view
        returns (BatchIn memory batch)
    {
        batch.pool = pool;
        batch.nonce = nonce;
        batch.parts = new PartIn[](1);
        batch.parts[0] = partOf(terms, first, count);
        batch.ballots = new Ballot[](voters);
        for (uint256 w; w < voters; ++w) {
            batch.ballots[w] = ballotOf(w, nonce, count);
        }
    }

    /// Worker `w` on slots 0 to count - 1, all for the first digest.
    function ballotOf(uint256 w, uint64 nonce, uint256 count) internal view returns (Ballot memory ballot) {
        ballot.key = workers[w].key;
        ballot.seed = keccak256(abi.encode("seed", w, nonce));
        ballot.commitBy = type(uint48).max;
        ballot.votes = new Vote[](count);
        for (uint16 i; i < count; ++i) {
            ballot.votes[i].slot = i;
        }
    }

    function packBatch(BatchIn memory batch) internal view returns (Packed memory) {
        batch.sortDigests();
        return batch.pack(workDomain());
    }

    /// EIP-712 domain of Work.
    function workDomain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Millrace"),
                keccak256("1"),
                block.chainid,
                address(work)
            )
        );
    }

    function commit(BatchIn memory batch) internal returns (Packed memory packed) {
        packed = packBatch(batch);
        vm.prank(operator.id);
        work.commitBatch(pool, batch.nonce, packed.root);
    }

    function settle(BatchIn memory batch, Packed memory packed, uint48 committedAt) internal {
        work.settleBatch(
            pool, batch.nonce, committedAt, keccak256("locations"), packed.parts, packed.workers, ""
        );
    }

    function commitAndSettle(BatchIn memory batch) internal {
        Packed memory packed = commit(batch);
        settle(batch, packed, uint48(block.timestamp));
    }

    /// Ballot `w` of a committed batch on chain, with its place; its votes must be on all tasks.
    function revealOnChain(BatchIn memory batch, uint256 w, bytes32 root, uint48 committedAt) internal {
        Packed memory packed = packBatch(batch);
        bytes memory record = batch.packBallot(batch.ballots[w], packed.heads[w], workDomain());
        Inclusion memory place = placeOf(batch, packed, w);
        reveals.forceReveal(pool, batch.nonce, root, committedAt, packed.parts, record, place);
    }

    /// Where ballot `w` stands in the batch root.
    function placeOf(BatchIn memory batch, Packed memory packed, uint256 w)
        internal
        pure
        returns (Inclusion memory)
    {
        bytes32[] memory leaves = new bytes32[](batch.ballots.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = ReferenceBatch.sealLeaf(batch.ballots[i], packed.heads[i]);
        }
        return Inclusion(w, leaves.length, ReferenceBatch.merkleProof(leaves, w));
    }

    /// Payees' part of settleTrusted: worker `w` gets slots first to first + count - 1.
    function payee(uint256 w, uint16 first, uint16 count) internal view returns (bytes memory packed) {
        packed = abi.encodePacked(workers[w].id, count);
        for (uint16 i; i < count; ++i) {
            packed = abi.encodePacked(packed, first + i);
        }
    }

    function oneDealPart(DealTerms memory terms, uint32 first, uint32 count)
        internal
        pure
        returns (DealPart[] memory parts)
    {
        parts = new DealPart[](1);
        parts[0] = DealPart(terms, ReferenceBatch.packTasks(partOf(terms, first, count).tasks));
    }

    function settleTrusted(uint64 nonce, DealPart[] memory parts, bytes memory payees) internal {
        vm.prank(operator.id);
        work.settleTrusted(pool, nonce, keccak256("locations"), parts, payees);
    }

    /// All tokens that somebody in this world has in Escrow.
    function heldBy(address who) internal view returns (uint256) {
        return escrow.freeOf(who) + escrow.lockedOf(who) + escrow.maturingOf(who);
    }
}
