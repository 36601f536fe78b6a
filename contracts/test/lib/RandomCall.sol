// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What random arguments are made of.
struct Pantry {
    /// Addresses that mean something to the contracts, and words such as ids.
    address[] addresses;
    bytes32[] words;
    uint256 seed;
}

/// Calls of any function with well-formed arguments: its name and types as an ABI lists them, everything else random.
library RandomCall {
    /// A place in a signature.
    struct Reader {
        bytes text;
        uint256 place;
    }

    error UnknownType(string signature, uint256 place);

    /// @param signature Such as "settle(address,(uint64,bytes)[],bytes32)".
    function make(Pantry memory pantry, string memory signature) internal pure returns (bytes memory) {
        Reader memory reader = Reader(bytes(signature), 0);
        while (reader.text[reader.place] != "(") {
            ++reader.place;
        }
        (, bytes memory arguments) = _tuple(pantry, reader);
        return bytes.concat(bytes4(keccak256(bytes(signature))), arguments);
    }

    /// Whether a signature is of a function of this name.
    function isOf(string memory signature, string memory name) internal pure returns (bool) {
        (bytes memory whole, bytes memory part) = (bytes(signature), bytes(name));
        if (whole.length <= part.length || whole[part.length] != "(") return false;
        for (uint256 i; i < part.length; ++i) {
            if (whole[i] != part[i]) return false;
        }
        return true;
    }

    function next(Pantry memory pantry) internal pure returns (uint256) {
        return pantry.seed = uint256(keccak256(abi.encode(pantry.seed)));
    }

    /// From "(" to behind ")".
    function _tuple(Pantry memory pantry, Reader memory reader)
        private
        pure
        returns (bool isDynamic, bytes memory encoded)
    {
        bytes[] memory parts = new bytes[](64);
        bool[] memory dynamics = new bool[](64);
        uint256 count;
        ++reader.place;
        while (reader.text[reader.place] != ")") {
            if (reader.text[reader.place] == ",") ++reader.place;
            (dynamics[count], parts[count]) = _item(pantry, reader);
            if (dynamics[count++]) isDynamic = true;
        }
        ++reader.place;
        encoded = _join(parts, dynamics, count);
    }

    /// Heads, and behind them what they point to.
    function _join(bytes[] memory parts, bool[] memory dynamics, uint256 count)
        private
        pure
        returns (bytes memory)
    {
        uint256 size;
        for (uint256 i; i < count; ++i) {
            size += dynamics[i] ? 32 : parts[i].length;
        }
        bytes memory heads;
        bytes memory tails;
        for (uint256 i; i < count; ++i) {
            if (!dynamics[i]) {
                heads = bytes.concat(heads, parts[i]);
            } else {
                heads = bytes.concat(heads, bytes32(size + tails.length));
                tails = bytes.concat(tails, parts[i]);
            }
        }
        return bytes.concat(heads, tails);
    }

    /// A value of the type that is next, be it an array of it.
    function _item(Pantry memory pantry, Reader memory reader)
        private
        pure
        returns (bool isDynamic, bytes memory encoded)
    {
        uint256 start = reader.place;
        (isDynamic, encoded) = _one(pantry, reader);
        if (reader.text[reader.place] != "[") return (isDynamic, encoded);
        uint256 end = reader.place + 1;
        uint256 fixedCount;
        while (reader.text[end] != "]") {
            fixedCount = 10 * fixedCount + uint8(reader.text[end++]) - 48;
        }
        uint256 count = fixedCount == 0 ? next(pantry) % 4 : fixedCount;
        bytes[] memory parts = new bytes[](count);
        bool[] memory dynamics = new bool[](count);
        for (uint256 i; i < count; ++i) {
            reader.place = start;
            (dynamics[i], parts[i]) = _one(pantry, reader);
        }
        reader.place = end + 1;
        if (reader.text[reader.place] == "[") revert UnknownType(string(reader.text), reader.place);
        encoded = _join(parts, dynamics, count);
        if (fixedCount == 0) return (true, bytes.concat(bytes32(count), encoded));
    }

    function _one(Pantry memory pantry, Reader memory reader) private pure returns (bool, bytes memory) {
        if (reader.text[reader.place] == "(") return _tuple(pantry, reader);
        uint256 start = reader.place;
        uint256 digits;
        while (
            reader.text[reader.place] != "," && reader.text[reader.place] != ")"
                && reader.text[reader.place] != "["
        ) {
            bytes1 letter = reader.text[reader.place++];
            if (letter >= "0" && letter <= "9") digits = 10 * digits + uint8(letter) - 48;
        }
        bytes1 first = reader.text[start];
        if (first == "u") return (false, abi.encode(_number(pantry, digits)));
        if (first == "a") return (false, abi.encode(_address(pantry)));
        if (first == "s") return (true, _bytes(pantry));
        if (first == "b") return _bytesOrBool(pantry, reader.text[start + 1], digits);
        revert UnknownType(string(reader.text), start);
    }

    function _bytesOrBool(Pantry memory pantry, bytes1 second, uint256 size)
        private
        pure
        returns (bool, bytes memory)
    {
        if (second == "o") return (false, abi.encode(next(pantry) % 2));
        if (size == 0) return (true, _bytes(pantry));
        bytes32 word = _word(pantry);
        return (false, abi.encode(size == 32 ? word : word >> 8 * (32 - size) << 8 * (32 - size)));
    }

    /// Small, at a bound, or anything; most fields count, name or pay something.
    function _number(Pantry memory pantry, uint256 bits) private pure returns (uint256) {
        uint256 most = type(uint256).max >> (256 - bits);
        uint256 kind = next(pantry) % 8;
        uint256 random = next(pantry);
        if (kind == 0) return 0;
        if (kind == 1) return most;
        if (kind == 2) return random & most;
        if (kind == 3) return (random % 100 * 1 ether) & most;
        if (kind == 4) return (1_800_000_000 + random % 10 days) & most;
        if (kind == 5) return uint160(_address(pantry)) & most;
        return random % 4;
    }

    function _address(Pantry memory pantry) private pure returns (address) {
        return pantry.addresses[next(pantry) % pantry.addresses.length];
    }

    function _word(Pantry memory pantry) private pure returns (bytes32) {
        uint256 kind = next(pantry);
        if (kind % 4 == 0) return bytes32(next(pantry));
        return pantry.words[kind / 4 % pantry.words.length];
    }

    function _bytes(Pantry memory pantry) private pure returns (bytes memory) {
        uint256 size = next(pantry) % 100;
        bytes memory padded;
        for (uint256 i; i < size; i += 32) {
            padded =
                bytes.concat(padded, size - i < 32 ? _cut(next(pantry), size - i) : bytes32(next(pantry)));
        }
        return bytes.concat(bytes32(size), padded);
    }

    function _cut(uint256 word, uint256 size) private pure returns (bytes32) {
        return bytes32(word >> 8 * (32 - size) << 8 * (32 - size));
    }
}
