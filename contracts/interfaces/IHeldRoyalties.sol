// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltyVault} from "./IRoyaltyVault.sol";

/// @title Royalties that wait for the vault
/// @notice A contract whose payments must not fail because the vault is paused pays what it can and holds the rest for the
/// very splits that it was for. Anyone passes it on later.
interface IHeldRoyalties {
    /// @notice The vault took no money just now; it is held here for this split.
    event RoyaltyHeld(bytes32 indexed splitId, uint256 amount);
    /// @notice What was held for a split is in the vault.
    event RoyaltyPassedOn(bytes32 indexed splitId, uint256 amount);
    /// @notice Nothing is held for this split.
    error HeldRoyalties_NothingHeld(bytes32 splitId);

    /// @notice Passes on to the vault what is held for a split. Anyone may call.
    ///
    /// Emits {RoyaltyPassedOn}. Reverts with {HeldRoyalties_NothingHeld}, or as the vault does while it is paused.
    function passOn(bytes32 splitId) external;

    /// @notice What is held for a split, in wei.
    function heldFor(bytes32 splitId) external view returns (uint256 amount);

    /// @notice Where ticket money for the works goes.
    function vault() external view returns (IRoyaltyVault);
}
