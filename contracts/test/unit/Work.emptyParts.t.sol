// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {DealPart} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {BatchIn, Packed, ReferenceBatch} from "../reference/ReferenceBatch.sol";

/// @notice A part without tasks names a deal that Market is never asked about: its terms may be invented.
contract WorkEmptyPartsTest is World {
    using ReferenceBatch for BatchIn;

    function test_RevertWhen_AnInventedDealTakesTheSlashOfTheAbsent() public {
        BatchIn memory batch = agreedBatch(1, openDeal(10), 0, 2, 3);
        Packed memory packed = commit(batch);
        bytes memory present;
        for (uint256 w = 1; w < 3; ++w) {
            present = bytes.concat(present, batch.packBallot(batch.ballots[w], packed.heads[w], workDomain()));
        }
        bytes memory absent = batch.packAbsent(batch.ballots[0], workDomain());
        vm.warp(START + parameters.revealWindowSec() + 1);
        DealPart[] memory parts = _behind(_invented(stranger.id, 0), packed.parts);
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IWork.EmptyBatch.selector));
        work.settleBatch(pool, 1, START, 0, parts, present, absent);
        vm.assertEq(escrow.freeOf(stranger.id), 0);
    }

    function test_RevertWhen_AnInventedPriceMakesEveryBondTooSmall() public {
        BatchIn memory batch = agreedBatch(1, openDeal(10), 0, 2, 3);
        Packed memory packed = commit(batch);
        DealPart[] memory parts = _behind(_invented(stranger.id, 1e30), packed.parts);
        vm.expectRevert(abi.encodeWithSelector(IWork.EmptyBatch.selector));
        work.settleBatch(pool, 1, START, 0, parts, packed.workers, "");
    }

    function test_RevertWhen_ThereIsNoPart() public {
        Packed memory packed = commit(agreedBatch(1, openDeal(10), 0, 2, 3));
        vm.expectRevert(abi.encodeWithSelector(IWork.EmptyBatch.selector));
        work.settleBatch(pool, 1, START, 0, new DealPart[](0), packed.workers, "");
    }

    function _invented(address owner, uint128 price) private view returns (DealPart memory part) {
        (part.terms.pool, part.terms.poolOwner) = (pool, owner);
        (part.terms.appPrice, part.terms.saboteurBps) = (price, 2000);
        (part.terms.expiresAt, part.terms.settleWindowSec) = (type(uint48).max, 7 days);
    }

    function _behind(DealPart memory first, DealPart[] memory rest)
        private
        pure
        returns (DealPart[] memory parts)
    {
        parts = new DealPart[](rest.length + 1);
        parts[0] = first;
        for (uint256 i; i < rest.length; ++i) {
            parts[i + 1] = rest[i];
        }
    }
}
