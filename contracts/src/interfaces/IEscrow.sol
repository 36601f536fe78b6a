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
    event Matured(address indexed account, uint256 amount);

    error InsufficientFree(address account, uint256 free, uint256 needed);
    error InsufficientLocked(address account, uint256 locked, uint256 needed);
    error NotAuthorised(address caller);
    error ZeroAmount();

    function token() external view returns (address);
    function freeOf(address account) external view returns (uint256);
    function lockedOf(address account) external view returns (uint256);
    function maturingOf(address account) external view returns (uint256);

    /// @notice Moves `amount` of the sender's tokens into its free balance.
    function deposit(uint256 amount) external;
    /// @notice Same, for another account's benefit.
    function depositFor(address account, uint256 amount) external;
    /// @notice Deposit with an EIP-2612 signature in place of an approval.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
    function withdraw(uint256 amount) external;
    /// @notice Frees `account`'s credits whose time has come; anyone may call.
    function claimMatured(address account, uint48[] calldata maturesAt) external;
}
