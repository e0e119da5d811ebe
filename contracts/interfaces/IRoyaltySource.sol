// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltyInboxes} from "./IRoyaltyInboxes.sol";
import {IRoyaltyVault} from "./IRoyaltyVault.sol";
import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title A contract whose sales earn royalties for registered works
interface IRoyaltySource {
    /// @notice Where works and their splits are looked up.
    function registry() external view returns (IWorkRegistry);

    /// @notice Where royalties are paid.
    function vault() external view returns (IRoyaltyVault);

    /// @notice Where other markets pay royalties.
    function inboxes() external view returns (IRoyaltyInboxes);

    /// @notice Who shares the royalties of `id` now: the works' current splits and their shares.
    /// @return splitIds splits in the vault
    /// @return bps shares in basis points, adding up to 10,000
    function royaltyShares(uint256 id) external view returns (bytes32[] memory splitIds, uint256[] memory bps);
}
