// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The only holder of tokens: free balances, locks, maturing credits.
/// @dev Tokens held = sum of free + locked + maturing, always (invariant 1).
interface IEscrow {
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Locked(address indexed account, uint256 amount);
    event Released(address indexed account, uint256 amount);
    /// @dev `from`'s locked tokens became `to`'s free ones.
    event Paid(address indexed from, address indexed to, uint256 amount);
    /// @dev `from`'s locked tokens became `to`'s maturing ones, free from `maturesAt` on.
    event Credited(address indexed from, address indexed to, uint256 amount, uint48 maturesAt);
    /// @dev Credits of `account` that would come free at `maturesAt` are locked again.
    event Held(address indexed account, uint256 amount, uint48 maturesAt);
    event Matured(address indexed account, uint256 amount);

    error InsufficientFree(address account, uint256 free, uint256 needed);
    error InsufficientLocked(address account, uint256 locked, uint256 needed);
    error InsufficientMaturing(address account, uint48 maturesAt, uint256 maturing, uint256 needed);
    error NotAuthorised(address caller);
    error ZeroAmount();
    error AmountTooLarge(uint256 amount);
    error NotMatured(address account, uint48 maturesAt, uint48 nowAt);

    function token() external view returns (address);
    function freeOf(address account) external view returns (uint256);
    function lockedOf(address account) external view returns (uint256);
    function maturingOf(address account) external view returns (uint256);
    /// @notice The part of `maturingOf` that comes free at `maturesAt`.
    function maturingAt(address account, uint48 maturesAt) external view returns (uint256);

    /// @notice Moves `amount` of the sender's tokens into its free balance.
    function deposit(uint256 amount) external;
    /// @notice Same, for another account's benefit.
    function depositFor(address account, uint256 amount) external;
    /// @notice Deposit with an EIP-2612 signature in place of an approval.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
    function withdraw(uint256 amount) external;
    /// @notice Frees `account`'s credits whose time has come; anyone may call.
    /// @dev Times without a credit are skipped; reverts at one that has not come.
    function claimMatured(address account, uint48[] calldata maturesAt) external;

    // What follows is for Millrace's own contracts only, those named at construction.

    /// @notice Moves free tokens of `account` into its locked ones.
    function lock(address account, uint256 amount) external;
    /// @notice Moves locked tokens of `account` back into its free ones.
    function release(address account, uint256 amount) external;
    /// @notice Moves credits of `account` that come free at `maturesAt` into its locked tokens, so that what
    /// turns out wrong within the maturity window can be taken back.
    function hold(address account, uint48 maturesAt, uint256 amount) external;
    /// @notice Moves locked tokens of `from` to `to`: free with `maturitySec` 0, else maturing.
    /// @dev A credit matures at the first full hour (of Unix time) after `maturitySec` from now.
    function pay(address from, address to, uint256 amount, uint48 maturitySec) external;
    /// @notice `pay` to several; amounts of 0 are skipped.
    function payEach(address from, uint48 maturitySec, address[] calldata to, uint256[] calldata amounts)
        external;
}
