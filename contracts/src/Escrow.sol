// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {MaturityLib} from "./libraries/MaturityLib.sol";

/// @notice See IEscrow.
/// @dev An account's free and locked tokens share a slot, so that a payment writes one slot a payee.
/// No sum overflows 128 bits while the token's supply fits them, which `deposit` checks.
contract Escrow is IEscrow, ReentrancyGuard {
    using SafeERC20 for IERC20;

    struct Account {
        uint128 free;
        uint128 locked;
    }

    address public immutable token;
    address private immutable MARKET;
    address private immutable WORK;
    address private immutable STANDING;
    address private immutable APPEALS;
    address private immutable FAIR_EXCHANGE;
    address private immutable SERVICES;
    address private immutable JURORS;

    mapping(address account => Account) private _accounts;
    mapping(address account => uint256) public maturingOf;
    mapping(address account => mapping(uint48 maturesAt => uint256)) public maturingAt;

    /// @dev A contract that this set does without is zero: nobody can call as that.
    constructor(
        address token_,
        address market,
        address work,
        address standing,
        address appeals,
        address fairExchange,
        address services,
        address jurors
    ) {
        (token, MARKET, WORK, STANDING) = (token_, market, work, standing);
        (APPEALS, FAIR_EXCHANGE, SERVICES, JURORS) = (appeals, fairExchange, services, jurors);
    }

    modifier onlyProtocol() {
        _checkProtocol();
        _;
    }

    /// @inheritdoc IEscrow
    function freeOf(address account) external view returns (uint256) {
        return _accounts[account].free;
    }

    /// @inheritdoc IEscrow
    function lockedOf(address account) external view returns (uint256) {
        return _accounts[account].locked;
    }

    /// @inheritdoc IEscrow
    function deposit(uint256 amount) external nonReentrant {
        _deposit(msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function depositFor(address account, uint256 amount) external nonReentrant {
        _deposit(account, amount);
    }

    /// @inheritdoc IEscrow
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
    {
        // Whoever sees the permit may use it first; the allowance is there all the same.
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function withdraw(uint256 amount) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        _takeFree(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        IERC20(token).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function claimMatured(address account, uint48[] calldata maturesAt) external {
        uint256 sum;
        for (uint256 i; i < maturesAt.length; ++i) {
            uint48 time = maturesAt[i];
            if (time > block.timestamp) revert NotMatured(account, time, uint48(block.timestamp));
            sum += maturingAt[account][time];
            delete maturingAt[account][time];
        }
        if (sum == 0) revert ZeroAmount();
        maturingOf[account] -= sum;
        _addFree(account, sum);
        emit Matured(account, sum);
    }

    /// @inheritdoc IEscrow
    function lock(address account, uint256 amount) external onlyProtocol {
        _takeFree(account, amount);
        // forge-lint: disable-next-line(unsafe-typecast)
        _accounts[account].locked += uint128(amount);
        emit Locked(account, amount);
    }

    /// @inheritdoc IEscrow
    function release(address account, uint256 amount) external onlyProtocol {
        _takeLocked(account, amount);
        _addFree(account, amount);
        emit Released(account, amount);
    }

    /// @inheritdoc IEscrow
    function hold(address account, uint48 maturesAt, uint256 amount) external onlyProtocol {
        uint256 maturing = maturingAt[account][maturesAt];
        if (amount > maturing) revert InsufficientMaturing(account, maturesAt, maturing, amount);
        maturingAt[account][maturesAt] = maturing - amount;
        maturingOf[account] -= amount;
        // Part of what Escrow holds, which fits 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        _accounts[account].locked += uint128(amount);
        emit Held(account, amount, maturesAt);
    }

    /// @inheritdoc IEscrow
    function pay(address from, address to, uint256 amount, uint48 maturitySec) external onlyProtocol {
        _takeLocked(from, amount);
        _credit(from, to, amount, MaturityLib.maturesAt(block.timestamp, maturitySec));
    }

    /// @inheritdoc IEscrow
    function payEach(address from, uint48 maturitySec, address[] calldata to, uint256[] calldata amounts)
        external
        onlyProtocol
    {
        uint256 sum;
        for (uint256 i; i < amounts.length; ++i) {
            sum += amounts[i];
        }
        if (sum == 0) return;
        _takeLocked(from, sum);
        uint48 maturesAt = MaturityLib.maturesAt(block.timestamp, maturitySec);
        for (uint256 i; i < amounts.length; ++i) {
            if (amounts[i] != 0) _credit(from, to[i], amounts[i], maturesAt);
        }
    }

    /// @dev Counts what arrives, so that a token that takes a fee cannot break the sum of accounts.
    function _deposit(address account, uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        IERC20 coin = IERC20(token);
        uint256 before = coin.balanceOf(address(this));
        coin.safeTransferFrom(msg.sender, address(this), amount);
        uint256 held = coin.balanceOf(address(this));
        if (held > type(uint128).max) revert AmountTooLarge(held);
        _addFree(account, held - before);
        emit Deposited(account, held - before);
    }

    function _credit(address from, address to, uint256 amount, uint48 maturesAt) private {
        if (maturesAt == 0) {
            _addFree(to, amount);
            emit Paid(from, to, amount);
        } else {
            maturingOf[to] += amount;
            maturingAt[to][maturesAt] += amount;
            emit Credited(from, to, amount, maturesAt);
        }
    }

    // Below, amounts are parts of what Escrow holds, which fits 128 bits.
    // forge-lint: disable-start(unsafe-typecast)

    function _addFree(address account, uint256 amount) private {
        _accounts[account].free += uint128(amount);
    }

    function _takeFree(address account, uint256 amount) private {
        uint256 free = _accounts[account].free;
        if (amount > free) revert InsufficientFree(account, free, amount);
        unchecked {
            _accounts[account].free = uint128(free - amount);
        }
    }

    function _takeLocked(address account, uint256 amount) private {
        uint256 locked = _accounts[account].locked;
        if (amount > locked) revert InsufficientLocked(account, locked, amount);
        unchecked {
            _accounts[account].locked = uint128(locked - amount);
        }
    }
    // forge-lint: disable-end(unsafe-typecast)

    function _checkProtocol() private view {
        if (msg.sender == WORK || msg.sender == MARKET || msg.sender == STANDING) return;
        if (msg.sender == APPEALS || msg.sender == FAIR_EXCHANGE || msg.sender == SERVICES) return;
        if (msg.sender == JURORS) return;
        revert NotAuthorised(msg.sender);
    }
}
