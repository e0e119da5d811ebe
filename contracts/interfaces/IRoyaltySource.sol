// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltyInboxes} from "./IRoyaltyInboxes.sol";
import {IRoyaltyVault} from "./IRoyaltyVault.sol";
import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Knows which works share the royalties of an edition or a concert
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

    /// @notice How an amount is divided among them: the last part takes what rounding leaves.
    /// @return splitIds splits in the vault
    /// @return parts of `amount`, adding up to it
    function payments(uint256 id, uint256 amount)
        external
        view
        returns (bytes32[] memory splitIds, uint256[] memory parts);
}
