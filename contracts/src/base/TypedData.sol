// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice EIP-712 domain of a Millrace contract: name "Millrace", version "1".
/// @dev Kept as an immutable and made anew only if the chain splits.
abstract contract TypedData {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    uint256 private immutable CHAIN_ID = block.chainid;
    bytes32 private immutable SEPARATOR = _separatorOf(address(this));

    function domainSeparator() public view virtual returns (bytes32) {
        return block.chainid == CHAIN_ID ? SEPARATOR : _separatorOf(address(this));
    }

    /// @dev What is signed: keccak256(19 01 | domain | struct hash).
    function _typedHash(bytes32 structHash) internal view returns (bytes32 hash) {
        bytes32 separator = domainSeparator();
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hex"1901")
            mstore(add(free, 0x02), separator)
            mstore(add(free, 0x22), structHash)
            hash := keccak256(free, 0x42)
        }
    }

    /// @dev Domain of a contract of this set.
    function _separatorOf(address verifying) internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("Millrace"), keccak256("1"), block.chainid, verifying)
        );
    }
}
