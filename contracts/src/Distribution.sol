// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IDistribution} from "./interfaces/IDistribution.sol";
import {Allocation, SaleTerms} from "./types/Distributions.sol";

/// @notice See IDistribution.
contract Distribution is IDistribution, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @dev Sums of `paid` and `bought` fit 128 bits: no chain has more coins, and `offered` is a uint128.
    struct Purchase {
        uint128 paid;
        uint128 bought;
        uint128 claimed;
    }

    uint256 private constant TOKEN = 1e18;

    IERC20 public immutable COIN;
    address public immutable BENEFICIARY;

    SaleTerms private _sale;
    Allocation[] private _allocations;
    mapping(uint256 index => uint256) private _claimed;
    mapping(address buyer => Purchase) private _purchases;
    uint256 public sold;
    uint256 public raised;
    uint256 private _needed;
    bool private _funded;
    bool private _collected;

    /// @param beneficiary Gets coins of the sale and tokens not sold; the timelock, where there is one.
    constructor(IERC20 coin, address beneficiary, SaleTerms memory sale, Allocation[] memory allocations) {
        COIN = coin;
        BENEFICIARY = beneficiary;
        if (sale.offered > 0) _checkSale(sale);
        _sale = sale;
        uint256 needed = sale.offered;
        for (uint256 i; i < allocations.length; ++i) {
            Allocation memory a = allocations[i];
            if (a.account == address(0) || a.amount == 0) revert BadAllocation(i, a.account, a.amount);
            if (a.cliffSec > a.vestingSec) revert BadSchedule(i, a.cliffSec, a.vestingSec);
            _allocations.push(a);
            needed += a.amount;
            emit AllocationMade(i, a.account, a.amount, a.startsAt, a.cliffSec, a.vestingSec);
        }
        _needed = needed;
    }

    /// @inheritdoc IDistribution
    function fund() external nonReentrant {
        if (_funded) revert AlreadyFunded();
        _funded = true;
        emit Funded(msg.sender, _needed);
        COIN.safeTransferFrom(msg.sender, address(this), _needed);
    }

    /// @inheritdoc IDistribution
    function claimAllocation(uint256 index) external nonReentrant {
        if (!_funded) revert NotFunded();
        if (index >= _allocations.length) revert UnknownAllocation(index);
        Allocation memory a = _allocations[index];
        uint256 vested = vestedOf(a.amount, a.startsAt, a.cliffSec, a.vestingSec, block.timestamp);
        uint256 due = vested - _claimed[index];
        if (due == 0) revert NothingDue();
        _claimed[index] = vested;
        emit AllocationClaimed(index, a.account, due);
        COIN.safeTransfer(a.account, due);
    }

    /// @inheritdoc IDistribution
    function buy() external payable {
        SaleTerms memory sale = _sale;
        if (!_funded) revert NotFunded();
        if (block.timestamp < sale.opensAt || block.timestamp >= sale.closesAt) {
            revert SaleNotOpen(sale.opensAt, sale.closesAt);
        }
        uint256 amount = msg.value * TOKEN / sale.price;
        if (amount == 0) revert NothingDue();
        if (amount > sale.offered - sold) revert CapExceeded(amount, sale.offered - sold);
        sold += amount;
        raised += msg.value;
        Purchase storage purchase = _purchases[msg.sender];
        // forge-lint: disable-start(unsafe-typecast)
        purchase.paid += uint128(msg.value);
        purchase.bought += uint128(amount);
        // forge-lint: disable-end(unsafe-typecast)
        emit Bought(msg.sender, msg.value, amount);
    }

    /// @inheritdoc IDistribution
    function claimPurchase(address buyer) external nonReentrant {
        SaleTerms memory sale = _sale;
        _checkOver(sale);
        if (raised < sale.minimum) revert SaleFailed(raised, sale.minimum);
        Purchase storage purchase = _purchases[buyer];
        uint256 vested =
            vestedOf(purchase.bought, sale.closesAt, sale.cliffSec, sale.vestingSec, block.timestamp);
        uint256 due = vested - purchase.claimed;
        if (due == 0) revert NothingDue();
        // At most `bought`.
        // forge-lint: disable-next-line(unsafe-typecast)
        purchase.claimed = uint128(vested);
        emit PurchaseClaimed(buyer, due);
        COIN.safeTransfer(buyer, due);
    }

    /// @inheritdoc IDistribution
    function refund(address to) external nonReentrant {
        SaleTerms memory sale = _sale;
        _checkOver(sale);
        if (raised >= sale.minimum) revert SaleSucceeded(raised, sale.minimum);
        uint256 paid = _purchases[msg.sender].paid;
        if (paid == 0) revert NothingDue();
        delete _purchases[msg.sender];
        emit Refunded(msg.sender, to, paid);
        _sendCoins(to, paid);
    }

    /// @inheritdoc IDistribution
    function collect() external nonReentrant {
        SaleTerms memory sale = _sale;
        _checkOver(sale);
        if (_collected || !_funded || sale.offered == 0) revert NothingDue();
        _collected = true;
        bool success = raised >= sale.minimum;
        uint256 coins = success ? raised : 0;
        uint256 tokens = success ? sale.offered - sold : sale.offered;
        emit Collected(BENEFICIARY, coins, tokens);
        COIN.safeTransfer(BENEFICIARY, tokens);
        if (coins > 0) _sendCoins(BENEFICIARY, coins);
    }

    /// @inheritdoc IDistribution
    function allocationOf(uint256 index)
        external
        view
        returns (Allocation memory allocation, uint256 claimed)
    {
        return (_allocations[index], _claimed[index]);
    }

    /// @inheritdoc IDistribution
    function purchaseOf(address buyer) external view returns (uint256 paid, uint256 bought, uint256 claimed) {
        Purchase memory p = _purchases[buyer];
        return (p.paid, p.bought, p.claimed);
    }

    /// @inheritdoc IDistribution
    function isSuccessful() external view returns (bool) {
        return block.timestamp >= _sale.closesAt && raised >= _sale.minimum;
    }

    /// @inheritdoc IDistribution
    function vestedOf(uint256 amount, uint48 startsAt, uint48 cliffSec, uint48 vestingSec, uint256 time)
        public
        pure
        returns (uint256)
    {
        // In 256 bits: a start and a length of 48 each may add up to more than 48.
        uint256 start = startsAt;
        if (time < start + cliffSec) return 0;
        if (time >= start + vestingSec) return amount;
        return amount * (time - start) / vestingSec;
    }

    function _checkSale(SaleTerms memory sale) private pure {
        if (sale.price == 0) revert BadSale("price");
        if (sale.closesAt <= sale.opensAt) revert BadSale("closesAt");
        if (sale.cliffSec > sale.vestingSec) revert BadSale("cliffSec");
        // One that cannot reach its minimum would only lock its buyers' coins until it closes.
        if (sale.minimum > uint256(sale.offered) * sale.price / TOKEN) revert BadSale("minimum");
    }

    function _checkOver(SaleTerms memory sale) private view {
        if (block.timestamp < sale.closesAt) revert SaleNotOver(sale.closesAt);
    }

    function _sendCoins(address to, uint256 coins) private {
        (bool success,) = to.call{value: coins}("");
        if (!success) revert CoinsRefused(to);
    }
}
