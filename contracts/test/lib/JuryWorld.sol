// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitRevealSource} from "../../src/interfaces/ICommitRevealSource.sol";
import {Draw, IJurors} from "../../src/interfaces/IJurors.sol";
import {vm} from "./Test.sol";
import {World} from "./World.sol";

/// A world with seats and a source of chance; the test itself is their court.
abstract contract JuryWorld is World {
    uint48 internal constant PHASE = 1 hours;
    uint128 internal constant RISK = 2.5 ether;

    uint256 private _base;
    IJurors internal bench;
    ICommitRevealSource internal source;

    function setUp() public virtual override {
        _base = vm.getNonce(address(this)) + CORE_CONTRACTS;
        super.setUp();
        bench = IJurors(
            vm.deployCode(
                "Jurors.sol:Jurors", abi.encode(escrow, parameters, standing, address(this), _placeOf(1))
            )
        );
        source = ICommitRevealSource(
            vm.deployCode("CommitRevealSource.sol:CommitRevealSource", abi.encode(bench, parameters, PHASE))
        );
        vm.assertEq(address(bench), jurors());
        vm.assertEq(address(source), _placeOf(1));
    }

    function jurors() internal view override returns (address) {
        return _placeOf(0);
    }

    function _placeOf(uint256 place) private view returns (address) {
        return vm.computeCreateAddress(address(this), _base + place);
    }

    function takeSeat(uint256 w, address ofPool) internal returns (address juror) {
        juror = workers[w].id;
        vm.prank(juror);
        bench.takeSeat(ofPool);
    }

    /// A second later, so that the seats count for what is asked now.
    function takeSeats(uint256 count) internal {
        for (uint256 w; w < count; ++w) {
            takeSeat(w, address(0));
        }
        vm.warp(block.timestamp + 1);
    }

    function someDraw(uint32 wanted) internal view returns (Draw memory) {
        return Draw({
            duty: "duty",
            seed: "seed",
            pool: pool,
            askedAt: uint48(block.timestamp),
            tries: 0,
            wanted: wanted,
            risk: RISK
        });
    }
}
