// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWork} from "../../src/interfaces/IWork.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {BatchIn, Packed} from "../reference/ReferenceBatch.sol";

/// Anybody may settle, and name locations where there is nothing.
contract WorkLocationsTest is World {
    function test_ThePoolCorrectsTheLocationsThatAStrangerNamed() public {
        BatchIn memory batch = agreedBatch(1, openDeal(10), 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.prank(stranger.id);
        work.settleBatch(pool, 1, START, keccak256("nowhere"), packed.parts, packed.workers, "");
        vm.expectEmit(address(work));
        emit IWork.LocationsGiven(pool, 1, keccak256("locations"));
        vm.prank(operator.id);
        work.giveLocations(pool, 1, keccak256("locations"));
    }

    function test_RevertWhen_AStrangerSaysWhereResultsLie() public {
        vm.prank(stranger.id);
        vm.expectRevert(abi.encodeWithSelector(IWork.NotOperator.selector, pool, stranger.id));
        work.giveLocations(pool, 1, keccak256("nowhere"));
    }
}
