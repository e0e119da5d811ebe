// SPDX-License-Identifier: Apache-2.0
// A sorted set of signers, ticked off one by one: who must sign, and who need not.
pragma solidity 0.8.30;

/// @dev `accounts` is ascending without duplicates; `needed[i]` tells whether accounts[i] was asked for.
struct SignerSet {
    address[] accounts;
    bool[] needed;
    uint256 count;
}

library Signers {
    /// @dev Tick an account off; false when it is not in the set.
    function need(SignerSet memory set, address account) internal pure returns (bool found) {
        uint256 low;
        uint256 high = set.accounts.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            address there = set.accounts[middle];
            if (there == account) {
                if (!set.needed[middle]) {
                    set.needed[middle] = true;
                    ++set.count;
                }
                return true;
            }
            if (there < account) low = middle + 1;
            else high = middle;
        }
    }

    /// @dev The accounts that were ticked off, still ascending.
    function ticked(SignerSet memory set) internal pure returns (address[] memory chosen) {
        chosen = new address[](set.count);
        uint256 next;
        for (uint256 i; i < set.accounts.length; ++i) {
            if (set.needed[i]) chosen[next++] = set.accounts[i];
        }
    }
}
