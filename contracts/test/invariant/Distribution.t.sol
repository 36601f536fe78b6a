// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDistribution} from "../../src/interfaces/IDistribution.sol";
import {IToken} from "../../src/interfaces/IToken.sol";
import {DistributionWorld} from "../lib/DistributionWorld.sol";
import {vm} from "../lib/Test.sol";

/// Buyers, claimants and strangers in any order, over a year. Counts what everybody paid and got.
contract DistributionHandler {
    IDistribution private immutable SALE;
    IToken private immutable TOKEN;
    uint256 private immutable SUM;
    address[3] private _buyers = [address(0xB1), address(0xB2), address(0xB3)];
    error Unexpected(bytes reason);

    uint256 public paidIn;
    uint256 public paidBack;
    uint256 public refunds;

    constructor(IDistribution sale, IToken token) {
        (SALE, TOKEN, SUM) = (sale, token, token.balanceOf(address(sale)));
    }

    function buyers() external view returns (address[3] memory) {
        return _buyers;
    }

    function wait(uint256 sec) external {
        vm.warp(block.timestamp + sec % 9 days);
    }

    function buy(uint256 who, uint256 coins) external {
        address buyer = _buyers[who % 3];
        coins = coins % 60 ether;
        vm.deal(buyer, coins);
        vm.prank(buyer);
        try SALE.buy{value: coins}() {
            paidIn += coins;
        } catch (bytes memory reason) {
            _check(reason);
        }
    }

    function refund(uint256 who) external {
        address buyer = _buyers[who % 3];
        vm.deal(buyer, 0);
        vm.prank(buyer);
        try SALE.refund(buyer) {
            paidBack += buyer.balance;
            ++refunds;
        } catch (bytes memory reason) {
            _check(reason);
        }
    }

    function claim(uint256 who, uint256 index) external {
        try SALE.claimPurchase(_buyers[who % 3]) {}
        catch (bytes memory reason) {
            _check(reason);
        }
        try SALE.claimAllocation(index % 4) {}
        catch (bytes memory reason) {
            _check(reason);
        }
    }

    function collect() external {
        try SALE.collect() {}
        catch (bytes memory reason) {
            _check(reason);
        }
    }

    /// Long after, everybody takes what is left.
    function finish() external {
        vm.warp(block.timestamp + 2000 days);
        for (uint256 i; i < 3; ++i) {
            try SALE.claimAllocation(i) {}
            catch (bytes memory reason) {
                _check(reason);
            }
            try SALE.claimPurchase(_buyers[i]) {}
            catch (bytes memory reason) {
                _check(reason);
            }
            this.refund(i);
        }
        this.collect();
    }

    function _check(bytes memory reason) private pure {
        bytes4 error_ = bytes4(reason);
        bool expected = error_ == IDistribution.SaleNotOpen.selector
            || error_ == IDistribution.SaleNotOver.selector || error_ == IDistribution.CapExceeded.selector
            || error_ == IDistribution.NothingDue.selector || error_ == IDistribution.SaleFailed.selector
            || error_ == IDistribution.SaleSucceeded.selector
            || error_ == IDistribution.UnknownAllocation.selector;
        if (!expected) revert Unexpected(reason);
    }
}

contract DistributionInvariants is DistributionWorld {
    DistributionHandler private _handler;

    function setUp() public override {
        super.setUp();
        distribution.fund();
        _handler = new DistributionHandler(distribution, token);
        bytes4[] memory calls = new bytes4[](6);
        calls[0] = DistributionHandler.wait.selector;
        calls[1] = DistributionHandler.buy.selector;
        calls[2] = DistributionHandler.buy.selector;
        calls[3] = DistributionHandler.refund.selector;
        calls[4] = DistributionHandler.claim.selector;
        calls[5] = DistributionHandler.collect.selector;
        target(address(_handler), calls);
    }

    /// Coins: what came in is there, or with the beneficiary, or back with who paid it.
    function invariant_CoinsAddUp() public view {
        uint256 held = address(distribution).balance + address(treasury).balance;
        vm.assertEq(held + _handler.paidBack(), _handler.paidIn());
        if (address(treasury).balance > 0) vm.assertEq(_handler.refunds(), 0);
    }

    /// Tokens: what is still due to anybody is there.
    function invariant_EverybodyCanStillBePaid() public view {
        uint256 due;
        for (uint256 i; i < 3; ++i) {
            (, uint256 claimed) = distribution.allocationOf(i);
            due += someAllocations()[i].amount - claimed;
        }
        bool open = block.timestamp < CLOSES;
        if (open || distribution.isSuccessful()) {
            address[3] memory buyers = _handler.buyers();
            for (uint256 i; i < 3; ++i) {
                (, uint256 bought, uint256 claimed) = distribution.purchaseOf(buyers[i]);
                vm.assertEq(token.balanceOf(buyers[i]), claimed);
                due += bought - claimed;
            }
        }
        vm.assertLe(due, token.balanceOf(address(distribution)));
    }

    function invariant_TheCapHolds() public view {
        vm.assertLe(distribution.sold(), someSale().offered);
        // Rounding is against the buyer: never more tokens than the coins are worth.
        vm.assertLe(distribution.sold() * someSale().price, distribution.raised() * 1e18);
    }

    /// Nobody's coins or tokens stay behind, whatever happened before.
    function afterInvariant() public {
        _handler.finish();
        vm.assertEq(address(distribution).balance, 0);
        vm.assertEq(token.balanceOf(address(distribution)), 0);
    }
}
