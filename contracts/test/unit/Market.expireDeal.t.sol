// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DealStatus, DealTerms} from "../../src/types/Deals.sol";
import {vm} from "../lib/Test.sol";
import {World} from "../lib/World.sol";
import {BatchIn, Packed} from "../reference/ReferenceBatch.sol";
import {Orders} from "../reference/ReferenceOrders.sol";

contract MarketExpireDealTest is World {
    function _expirableAt(DealTerms memory terms) private pure returns (uint48) {
        return terms.expiresAt + terms.settleWindowSec + 1;
    }

    function test_RefundsWhatIsNotSettledAndForfeitsItsStake() public {
        uint256 before = heldBy(requester.id);
        uint256 poolBefore = heldBy(poolOwner.id);
        DealTerms memory terms = openDeal(10);
        commitAndSettle(agreedBatch(1, terms, 0, 4, 3));
        vm.warp(_expirableAt(terms));
        uint256 price = uint256(terms.appPrice) + terms.datasetPrice + terms.poolPrice;
        uint256 stake = terms.poolStake;
        vm.expectEmit(address(market));
        emit IMarket.DealExpired(idOf(terms), 6, 6 * price, 6 * stake);
        vm.prank(stranger.id);
        market.expireDeal(terms);

        vm.assertEq(escrow.freeOf(requester.id), before - 4 * price + 6 * stake);
        vm.assertEq(escrow.lockedOf(requester.id), 0);
        vm.assertEq(escrow.freeOf(appOwner.id), 4 * uint256(terms.appPrice));
        uint256 paidToWorkers = 4 * 3 * (uint256(terms.poolPrice) * 9000 / 10_000 / 3);
        vm.assertEq(
            heldBy(poolOwner.id), poolBefore + 4 * uint256(terms.poolPrice) - paidToWorkers - 6 * stake
        );
        vm.assertEq(escrow.lockedOf(poolOwner.id), 0);
        (DealStatus status, uint32 settled) = market.dealOf(idOf(terms));
        vm.assertEq(uint256(status), uint256(DealStatus.Closed));
        vm.assertEq(settled, 4);
    }

    function test_NothingOfItSettlesAfterwards() public {
        DealTerms memory terms = openDeal(10);
        vm.warp(_expirableAt(terms));
        market.expireDeal(terms);
        vm.expectRevert(abi.encodeWithSelector(IMarket.DealClosed.selector, idOf(terms)));
        market.expireDeal(terms);
        vm.warp(START);
        BatchIn memory batch = agreedBatch(1, terms, 0, 1, 2);
        Packed memory packed = commit(batch);
        vm.expectRevert(abi.encodeWithSelector(IMarket.DealClosed.selector, idOf(terms)));
        settle(batch, packed, START);
    }

    function test_RevertWhen_ItIsTooEarly() public {
        DealTerms memory terms = openDeal(10);
        uint48 due = _expirableAt(terms);
        vm.warp(due - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.DealNotExpired.selector, idOf(terms), due, due - 1));
        market.expireDeal(terms);
    }

    function test_RevertWhen_TheDealIsUnknown() public {
        DealTerms memory terms = openDeal(10);
        terms.volume = 11;
        vm.expectRevert(abi.encodeWithSelector(IMarket.UnknownDeal.selector, idOf(terms)));
        market.expireDeal(terms);
    }

    function test_RevertWhen_TheDealWasCompleted() public {
        DealTerms memory terms = openDeal(1);
        commitAndSettle(agreedBatch(1, terms, 0, 1, 2));
        vm.warp(_expirableAt(terms));
        vm.expectRevert(abi.encodeWithSelector(IMarket.DealClosed.selector, idOf(terms)));
        market.expireDeal(terms);
    }

    function test_ADealForNothingWithoutStakeEndsToo() public {
        Orders memory orders = someOrders();
        (orders.app.price, orders.dataset.price, orders.pool.price, orders.pool.stake) = (0, 0, 0, 0);
        DealTerms memory terms = openDeal(orders, 3);
        vm.assertEq(escrow.lockedOf(requester.id), 0);
        commitAndSettle(agreedBatch(1, terms, 0, 1, 2));
        vm.warp(_expirableAt(terms));
        market.expireDeal(terms);
        vm.assertEq(heldBy(requester.id), FUNDS);
    }

    function test_ProvidersCreditsMatureFromTheEndOfTheDeal() public {
        Orders memory orders = someOrders();
        orders.request.maturitySec = 3600;
        DealTerms memory terms = openDeal(orders, 3);
        commitAndSettle(agreedBatch(1, terms, 0, 1, 2));
        vm.warp(_expirableAt(terms));
        market.expireDeal(terms);
        vm.assertEq(escrow.maturingOf(appOwner.id), terms.appPrice);
        vm.assertEq(escrow.freeOf(appOwner.id), 0);
    }

    function test_RevertWhen_AStrangerSettles() public {
        DealTerms memory terms = openDeal(1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotWork.selector, address(this)));
        market.settleTasks(idOf(terms), 1, new bytes(36), 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotWork.selector, address(this)));
        market.completeDeal(terms);
    }
}
