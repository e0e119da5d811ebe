// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltySource} from "./IRoyaltySource.sol";

/// @title The address that other markets pay royalties to
/// @notice Whatever arrives can only go into the vault, to the splits that are current when it is forwarded.
/// A token that the vault does not accept waits here until it does.
interface IRoyaltyInbox {
    /// @notice All of a token that was here went into the vault.
    event RoyaltyForwardedToVault(address indexed token, uint256 amount);

    /// @notice There is none of this token here.
    error RoyaltyInbox_Empty(address token);

    /// @notice The contract that tells who shares.
    function source() external view returns (IRoyaltySource);

    /// @notice The edition or concert that this inbox serves.
    function id() external view returns (uint256);

    /// @notice Pays all that is here of `token` (the zero address is the native coin) into the vault. Anyone may call.
    ///
    /// Emits {RoyaltyForwardedToVault}. Reverts with {RoyaltyInbox_Empty}, and with the vault's own errors.
    function forward(address token) external returns (uint256 amount);
}
