// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Restrictions of orders: nobody in particular, one id, or the members of a group contract.
library GroupLib {
    uint256 private constant MEMBER_GAS = 50_000;

    /// @dev Assumes nothing of the group contract: it may run out of its gas, revert or answer nonsense,
    /// and each of these is a no. Only the word 1 is a yes. At most 32 bytes of its answer are copied.
    function admits(address only, address who) internal view returns (bool admitted) {
        if (only == address(0) || only == who) return true;
        bytes memory question = abi.encodeWithSignature("isMember(address)", who);
        assembly ("memory-safe") {
            mstore(0x00, 0)
            let success := staticcall(MEMBER_GAS, only, add(question, 0x20), mload(question), 0x00, 0x20)
            admitted := and(and(success, gt(returndatasize(), 0x1f)), eq(mload(0x00), 1))
        }
    }
}
