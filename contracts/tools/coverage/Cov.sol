// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Calls of instrumented code end here: each point that is reached leaves a file of its name. What a contract has
/// reported it remembers in its own storage, because two cheat codes for each statement would take hours.
library Cov {
    address private constant CHEATS = 0x7109709ECfa91a80626fF3989D68f67F5b1DD12D;
    /// As in yul.ts, so far up that no contract keeps anything there.
    uint256 private constant SEEN = 0x636f766572616765 << 192;

    function hit(uint256 point) internal view {
        uint256 slot = SEEN + point;
        uint256 seen;
        assembly ("memory-safe") {
            seen := sload(slot)
        }
        if (seen == 0) _report(point, slot);
    }

    /// Two points: `point` where the condition is false, the next one where it is true.
    function on(uint256 point, bool condition) internal view returns (bool) {
        hit(condition ? point + 1 : point);
        return condition;
    }

    function _report(uint256 point, uint256 slot) private view {
        string memory path = string.concat("cache/coverage/hits/", _digits(point));
        // Whoever may not use cheat codes is not counted, but goes on.
        bool ok;
        (ok,) = CHEATS.staticcall(abi.encodeWithSignature("writeFile(string,string)", path, ""));
        (ok,) = CHEATS.staticcall(
            abi.encodeWithSignature("store(address,bytes32,bytes32)", address(this), slot, bytes32(uint256(1)))
        );
    }

    function _digits(uint256 point) private pure returns (string memory) {
        bytes memory digits = new bytes(6);
        for (uint256 i = 6; i > 0; --i) {
            digits[i - 1] = bytes1(uint8(48 + point % 10));
            point /= 10;
        }
        return string(digits);
    }
}
