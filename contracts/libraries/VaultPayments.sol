// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";

/// @title Pays coin into several splits of the vault
library VaultPayments {
    /// @notice Pays each part into its split; a part of 0 pays nothing.
    function payAll(IRoyaltyVault vault, bytes32[] memory splitIds, uint256[] memory parts) internal {
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] != 0) vault.pay{value: parts[i]}(splitIds[i], address(0), parts[i]);
        }
    }
}
