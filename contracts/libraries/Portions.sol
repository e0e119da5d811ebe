// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {WHOLE} from "../types/SplitLine.sol";

/// @title Divides an amount by basis points without losing a wei
library Portions {
    /// @notice Portions of `amount` by `bps`; the last portion takes what rounding leaves.
    /// @param amount what to divide
    /// @param bps shares that add up to 10,000; at least one
    function portions(uint256 amount, uint256[] memory bps) internal pure returns (uint256[] memory parts) {
        uint256 last = bps.length - 1;
        uint256 left = amount;
        parts = new uint256[](bps.length);
        for (uint256 i = 0; i < last; ++i) {
            parts[i] = amount * bps[i] / WHOLE;
            left -= parts[i];
        }
        parts[last] = left;
    }
}
