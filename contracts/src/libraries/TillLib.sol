// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A list of payments in the making.
library TillLib {
    struct Till {
        address[] payees;
        uint256[] amounts;
        uint256 count;
        uint256 sum;
    }

    function newTill(uint256 room) internal pure returns (Till memory till) {
        (till.payees, till.amounts) = (new address[](room), new uint256[](room));
    }

    /// @notice Notes a payee whose amount is not known yet.
    function note(Till memory self, address payee) internal pure {
        self.payees[self.count++] = payee;
    }

    /// @notice Adds a payment; nothing for an amount of 0.
    function add(Till memory self, address payee, uint256 amount) internal pure {
        if (amount == 0) return;
        self.amounts[self.count] = amount;
        self.sum += amount;
        note(self, payee);
    }

    /// @notice Gives each of the first `count` payees an amount.
    function addEach(Till memory self, uint256 count, uint256 amount) internal pure {
        for (uint256 i; i < count; ++i) {
            self.amounts[i] += amount;
        }
        self.sum += count * amount;
    }

    /// @notice The lists, cut to their length.
    function close(Till memory self)
        internal
        pure
        returns (address[] memory payees, uint256[] memory amounts)
    {
        (payees, amounts) = (self.payees, self.amounts);
        uint256 count = self.count;
        assembly ("memory-safe") {
            mstore(payees, count)
            mstore(amounts, count)
        }
    }
}
