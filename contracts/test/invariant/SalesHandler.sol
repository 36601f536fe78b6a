// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../../src/interfaces/IFairExchange.sol";
import {IServices} from "../../src/interfaces/IServices.sol";
import {ChunkProof, FileOffer} from "../../src/types/Files.sol";
import {SaleStage} from "../../src/types/Sales.sol";
import {ServiceOffer} from "../../src/types/Services.sol";
import {SalesWorld} from "../lib/SalesWorld.sol";
import {vm} from "../lib/Test.sol";
import {ReferenceFile} from "../reference/ReferenceFile.sol";

/// Anybody tries any step of any sale at any time. A model beside it says which may succeed, and what is locked.
contract SalesHandler is SalesWorld {
    using ReferenceFile for *;

    struct Known {
        bool isService;
        bool isFaulty;
        SaleStage stage;
        uint48 until;
        address taker;
        /// Place among the terms of its kind.
        uint256 place;
        ChunkProof chunk;
    }

    enum Step {
        Accept,
        Deliver,
        Object,
        Appeal,
        Rule,
        Finish
    }

    Known[] private _known;
    FileOffer[] private _files;
    ServiceOffer[] private _jobs;
    mapping(address => uint256) public lockedOf;
    mapping(Step => uint256) public done;
    uint256 public ended;

    function actors() public view returns (address[4] memory) {
        return [seller, buyer, arbiter, stranger];
    }

    function setUp() public override {
        super.setUp();
        escrow.depositFor(arbiter, FUNDS);
        escrow.depositFor(stranger, FUNDS);
        escrow.depositFor(seller, 1e6 ether);
        escrow.depositFor(buyer, 1e6 ether);
    }

    function count() external view returns (uint256) {
        return _known.length;
    }

    function offerAFile(uint256 r) external {
        uint256 nonce = _known.length;
        FileOffer memory terms = fileOf(nonce, contentOf(1 + r % CHUNK, bytes32(r)));
        bool isFaulty = r % 2 == 0;
        if (isFaulty) file.cipher[0][0] ^= 0x01;
        terms.root = file.leaves().rootOf();
        (terms.price, terms.deposit) = (uint128(r % 9), uint128(1 + r % 5));
        terms.acceptUntil = uint48(block.timestamp) + 4 hours;
        offerFile(terms);
        Known storage known = _push(isFaulty, _files.length);
        known.chunk = file.proofOf(0);
        known.until = terms.acceptUntil;
        _files.push(terms);
        lockedOf[seller] += terms.deposit;
    }

    function offerAService(uint256 r) external {
        ServiceOffer memory terms = someService(_known.length);
        (terms.price, terms.stake, terms.fee) = (uint128(r % 9), uint128(1 + r % 5), uint128(r % 3));
        terms.acceptUntil = uint48(block.timestamp) + 4 hours;
        (terms.deliverSec, terms.reviewSec) = (5 hours, 3 hours);
        (terms.appealSec, terms.rulingSec) = (4 hours, 6 hours);
        terms.maturitySec = r % 2 == 0 ? 0 : 1 hours;
        offerService(terms);
        Known storage known = _push(false, _jobs.length);
        known.isService = true;
        known.until = terms.acceptUntil;
        _jobs.push(terms);
        lockedOf[seller] += uint256(terms.stake) + terms.fee;
    }

    function _push(bool isFaulty, uint256 place) private returns (Known storage known) {
        known = _known.push();
        (known.isFaulty, known.stage, known.place) = (isFaulty, SaleStage.Offered, place);
    }

    function wait_(uint256 r) external {
        vm.warp(block.timestamp + r % 4 hours);
    }

    /// Mostly the last sales, that there is still something to do about.
    function tryAStep(uint256 r, uint256 who, uint256 bps) external {
        if (_known.length == 0) return;
        uint256 back = r % 8 < _known.length ? r % 8 : 0;
        _try(_known[_known.length - 1 - back], Step(r / 8 % 6), actors()[who % 4], uint16(bps % 10_002));
    }

    /// The next step of a sale, by whose turn it is.
    function goOn(uint256 r, uint256 bps) external {
        if (_known.length == 0) return;
        Known storage known = _known[_known.length - 1 - (r % 8 < _known.length ? r % 8 : 0)];
        if (known.stage == SaleStage.Ended) return;
        address[5] memory turns = [buyer, seller, known.taker, seller, arbiter];
        uint256 stage = uint256(known.stage) - 1;
        _try(known, Step(stage), turns[stage], uint16(bps % 10_001));
    }

    function _try(Known storage known, Step step, address who, uint16 bps) private {
        bool expected = _isAllowed(known, step, who, bps);
        bytes memory data = known.isService ? _serviceCall(known, step, bps) : _fileCall(known, step);
        if (data.length == 0) return;
        vm.prank(who);
        (bool ok,) = (known.isService ? address(services) : address(exchange)).call(data);
        vm.assertEq(ok, expected);
        if (ok) _write(known, step, who);
    }

    function _fileCall(Known storage known, Step step) private view returns (bytes memory) {
        FileOffer memory terms = _files[known.place];
        if (step == Step.Accept) return abi.encodeCall(IFairExchange.accept, (terms));
        if (step == Step.Deliver) return abi.encodeCall(IFairExchange.reveal, (terms, key));
        if (step == Step.Object) return abi.encodeCall(IFairExchange.complain, (terms, key, known.chunk));
        if (step == Step.Finish) return abi.encodeCall(IFairExchange.finish, (terms));
        return "";
    }

    function _serviceCall(Known storage known, Step step, uint16 bps) private view returns (bytes memory) {
        ServiceOffer memory terms = _jobs[known.place];
        if (step == Step.Accept) return abi.encodeCall(IServices.accept, (terms));
        if (step == Step.Deliver) return abi.encodeCall(IServices.deliver, (terms, terms.task));
        if (step == Step.Object) return abi.encodeCall(IServices.refuse, (terms, terms.task));
        if (step == Step.Appeal) return abi.encodeCall(IServices.appeal, (terms, terms.task));
        if (step == Step.Rule) return abi.encodeCall(IServices.rule, (terms, bps));
        return abi.encodeCall(IServices.finish, (terms));
    }

    function _isAllowed(Known storage known, Step step, address who, uint16 bps) private view returns (bool) {
        SaleStage stage = known.stage;
        bool inTime = block.timestamp < known.until;
        if (step == Step.Finish) {
            if (stage == SaleStage.Ended) return false;
            if (!inTime) return true;
            if (stage == SaleStage.Delivered) return who == known.taker;
            return stage != SaleStage.Appealed && who == seller;
        }
        if (!inTime) return false;
        if (step == Step.Accept) return stage == SaleStage.Offered;
        if (step == Step.Deliver) {
            return stage == SaleStage.Accepted && (!known.isService || who == seller);
        }
        if (step == Step.Object) {
            return stage == SaleStage.Delivered && (known.isService ? who == known.taker : known.isFaulty);
        }
        if (step == Step.Appeal) return stage == SaleStage.Refused && who == seller;
        return stage == SaleStage.Appealed && who == arbiter && bps <= 10_000;
    }

    function _write(Known storage known, Step step, address who) private {
        ++done[step];
        if (step == Step.Accept) {
            (known.stage, known.taker) = (SaleStage.Accepted, who);
            lockedOf[who] += _buyersPart(known);
            _wait(known, known.isService ? 5 hours : 1 hours);
        } else if (step == Step.Deliver) {
            known.stage = SaleStage.Delivered;
            _wait(known, known.isService ? 3 hours : 2 hours);
        } else if (step == Step.Object && known.isService) {
            known.stage = SaleStage.Refused;
            _wait(known, 4 hours);
        } else if (step == Step.Appeal) {
            known.stage = SaleStage.Appealed;
            _wait(known, 6 hours);
        } else {
            if (known.stage != SaleStage.Offered) lockedOf[known.taker] -= _buyersPart(known);
            lockedOf[
                seller
            ] -= known.isService
                ? uint256(_jobs[known.place].stake) + _jobs[known.place].fee
                : _files[known.place].deposit;
            known.stage = SaleStage.Ended;
            ++ended;
        }
    }

    function _wait(Known storage known, uint48 windowSec) private {
        known.until = uint48(block.timestamp) + windowSec;
    }

    function _buyersPart(Known storage known) private view returns (uint256) {
        if (!known.isService) return _files[known.place].price;
        return uint256(_jobs[known.place].price) + _jobs[known.place].fee;
    }

    /// A stranger ends all that is open, once its time has come.
    function finishAll() external {
        vm.warp(block.timestamp + 1 days);
        for (uint256 i; i < _known.length; ++i) {
            if (_known[i].stage != SaleStage.Ended) _try(_known[i], Step.Finish, stranger, 0);
        }
    }

    function escrowOf(address who) external view returns (uint256 locked, uint256 held) {
        locked = escrow.lockedOf(who);
        held = locked + escrow.freeOf(who) + escrow.maturingOf(who);
    }

    function tokensHeld() external view returns (uint256) {
        return token.balanceOf(address(escrow));
    }
}
