// SPDX-License-Identifier: Apache-2.0
// A set of signers, ticked off one by one: who must sign, and who need not.
pragma solidity 0.8.30;

/// @dev A hash table with open addressing: accounts by their lowest bits, at most half full. A list of a hundred lines asks
/// for each of its payees, and a search in a sorted list would cost more than the rest of the line.
/// One entry: needed 1 (highest bit) | zero 95 | account 160; 0 where there is nobody.
struct SignerSet {
    uint256[] table; // as long as a power of two
    uint256 left; // accounts that nobody asked for
}

library Signers {
    uint256 private constant NEEDED = 1 << 255;

    /// @dev An empty set for so many accounts.
    function setOf(uint256 accounts) internal pure returns (SignerSet memory set) {
        uint256 size = 2;
        while (size < accounts << 1) size <<= 1;
        set.table = new uint256[](size);
    }

    /// @dev Adds an account that is not in the set, and not zero.
    function add(SignerSet memory set, address account) internal pure {
        uint256[] memory table = set.table;
        (uint256 place,) = _find(table, account);
        table[place] = uint160(account);
        unchecked {
            ++set.left; // at most the length of the table
        }
    }

    /// @dev Ticks an account off; false when it is not in the set.
    function need(SignerSet memory set, address account) internal pure returns (bool) {
        uint256[] memory table = set.table;
        (uint256 place, uint256 entry) = _find(table, account);
        if (entry == 0) return false;
        if (entry < NEEDED) {
            table[place] = entry | NEEDED;
            unchecked {
                --set.left; // it was counted when it was added
            }
        }
        return true;
    }

    /// @dev An account that was never asked for; there must be one.
    function notNeeded(SignerSet memory set) internal pure returns (address) {
        uint256 i;
        while (set.table[i] == 0 || set.table[i] >= NEEDED) ++i;
        return address(uint160(set.table[i]));
    }

    /// @dev Where the account is, or the empty place where it would be; there always is one, since half of them are.
    function _find(uint256[] memory table, address account) private pure returns (uint256 place, uint256 entry) {
        unchecked {
            uint256 mask = table.length - 1; // a power of two
            place = uint160(account) & mask;
            while ((entry = table[place]) != 0 && address(uint160(entry)) != account) {
                place = (place + 1) & mask;
            }
        }
    }
}
