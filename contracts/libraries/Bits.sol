// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title One bit for each number, 256 to a word
library Bits {
    function has(mapping(uint256 word => uint256) storage bits, uint256 number) internal view returns (bool) {
        return bits[number >> 8] & 1 << (number & 0xff) != 0;
    }

    function set(mapping(uint256 word => uint256) storage bits, uint256 number) internal {
        bits[number >> 8] |= 1 << (number & 0xff);
    }

    /// @notice How many bits are set from `first` to `first + length`, both included.
    /// @param first a multiple of 256
    function count(mapping(uint256 word => uint256) storage bits, uint256 first, uint256 length)
        internal
        view
        returns (uint256 total)
    {
        for (uint256 word = first >> 8; word <= first + length >> 8; ++word) {
            total += ones(bits[word]);
        }
    }

    /// @notice How many bits of a word are set: neighbours are added, then neighbouring sums.
    /// @dev Source: Warren, Hacker's Delight, 5-1. The divisions make masks: max / 3 is 0x5555…, max / 5 is 0x3333….
    function ones(uint256 word) internal pure returns (uint256) {
        uint256 max = type(uint256).max;
        unchecked {
            // no sum is larger than 256, and the last ones have 16 bits
            uint256 sums = word - (word >> 1 & max / 3);
            sums = (sums & max / 5) + (sums >> 2 & max / 5);
            sums = sums + (sums >> 4) & max / 17;
            sums = (sums & max / 257) + (sums >> 8 & max / 257);
            return sums * (max / 65_535) >> 240;
        }
    }
}
