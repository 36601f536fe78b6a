// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Task lists made on chain, byte for byte as `packBag` of the SDK makes them: canonical JSON.
library BagLib {
    /// @notice CID codec of a bag: raw bytes.
    uint32 internal constant CODEC = 0x55;

    /// @dev JSON would need an escape here, and what is said of a bag must have one form only.
    error UnfitArgument(string argument);

    /// @notice A bag of one task with these arguments: printable ASCII without `"` and `\`.
    /// @return bag Its bytes; sha256(bag) is what a request names.
    function ofOneTask(string[] memory args) internal pure returns (bytes memory bag) {
        bag = bytes('{"common":{"args":[],"inputs":[]},"format":"millrace/bag/1","tasks":[{');
        for (uint256 i; i < args.length; ++i) {
            _checkPlain(args[i]);
            bag = abi.encodePacked(bag, i == 0 ? '"args":["' : '","', args[i]);
        }
        return abi.encodePacked(bag, args.length == 0 ? "" : '"]', "}]}");
    }

    function _checkPlain(string memory argument) private pure {
        bytes memory text = bytes(argument);
        for (uint256 i; i < text.length; ++i) {
            bytes1 char = text[i];
            if (char < 0x20 || char > 0x7e || char == '"' || char == "\\") revert UnfitArgument(argument);
        }
    }
}
