// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRegistry} from "../../src/interfaces/IRegistry.sol";
import {DealTerms} from "../../src/types/Deals.sol";
import {GovernanceWorld, Motion} from "../lib/GovernanceWorld.sol";
import {vm} from "../lib/Test.sol";

/// Weakness of the first generation: an owner who can change everything. Here all token holders together, voting for
/// every motion, try to take what is not theirs.
contract GovernancePowerTest is GovernanceWorld {
    function test_NoVoteTakesMoneyFromEscrow() public {
        uint256 free = escrow.freeOf(requester.id);
        address self = address(escrow);
        bytes memory refusal = abi.encodeWithSelector(IEscrow.NotAuthorised.selector, address(timelock));
        expectRefused(Motion(self, abi.encodeCall(IEscrow.lock, (requester.id, 1))), refusal);
        expectRefused(Motion(self, abi.encodeCall(IEscrow.release, (requester.id, 1))), refusal);
        expectRefused(Motion(self, abi.encodeCall(IEscrow.pay, (requester.id, council.id, 1, 0))), refusal);
        expectRefused(
            Motion(self, abi.encodeCall(IEscrow.withdraw, (1))),
            abi.encodeWithSelector(IEscrow.InsufficientFree.selector, address(timelock), 0, 1)
        );
        expectRefused(
            Motion(address(token), abi.encodeCall(token.transferFrom, (self, council.id, 1))),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(timelock), 0, 1)
        );
        vm.assertEq(escrow.freeOf(requester.id), free);
    }

    function test_NoVoteTakesAnAsset() public {
        expectRefused(
            Motion(address(registry), abi.encodeCall(IRegistry.update, (app, "", ""))),
            abi.encodeWithSelector(IRegistry.NotAssetOwner.selector, app, address(timelock), appOwner.id)
        );
        bytes memory move = abi.encodeCall(IERC721.transferFrom, (appOwner.id, council.id, uint160(app)));
        expectRefused(
            Motion(address(registry), move),
            abi.encodeWithSignature(
                "ERC721InsufficientApproval(address,uint256)", address(timelock), uint256(uint160(app))
            )
        );
    }

    function test_NoVoteMovesAParameterOutOfItsBounds() public {
        _refuse("saboteurBps", 4901, 100, 4900);
        _refuse("workerShareBps", 4999, 5000, 10_000);
        _refuse("slashBps", 10_001, 100, 10_000);
        _refuse("unbondSec", 7 days - 1, 7 days, 365 days);
        _refuse("settleWindowSec", 59, 20 minutes + 1, 7 days);
    }

    function _refuse(bytes32 name, uint256 value, uint256 least, uint256 most) private {
        expectRefused(
            Motion(address(parameters), abi.encodeCall(IParameters.set, (name, value))),
            abi.encodeWithSelector(IParameters.OutOfBounds.selector, name, value, least, most)
        );
    }

    function test_ADealKeepsWhatItBeganWith() public {
        DealTerms memory terms = openDeal(3);
        pass(Motion(address(parameters), abi.encodeCall(IParameters.set, ("workerShareBps", 10_000))));
        pass(Motion(address(parameters), abi.encodeCall(IParameters.set, ("settleWindowSec", 7 days))));
        DealTerms memory later = openDeal(3);
        vm.assertTrue(later.workerShareBps > terms.workerShareBps);
        vm.assertTrue(later.settleWindowSec > terms.settleWindowSec);
        // The first is closed on its own terms, as anyone may.
        uint256 before = escrow.freeOf(requester.id);
        vm.warp(terms.expiresAt + terms.settleWindowSec + 1);
        market.expireDeal(terms);
        vm.assertGt(escrow.freeOf(requester.id), before);
    }

    function test_RevertWhen_WhoDeployedItSetsAParameter() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.NotGovernor.selector, address(this)));
        parameters.set("slashBps", 200);
        vm.expectRevert(abi.encodeWithSelector(IParameters.NotGovernor.selector, address(this)));
        parameters.proposeGovernor(address(this));
    }
}
