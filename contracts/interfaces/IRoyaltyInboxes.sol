// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltySource} from "./IRoyaltySource.sol";

/// @title Inboxes of one contract, each at an address that is known before it is deployed
/// @notice Other markets learn one address per sale from ERC-2981. An inbox is a small contract whose money can go
/// nowhere but into the vault, to the works behind the item; coin sent there before it is deployed is not lost.
interface IRoyaltyInboxes {
    /// @notice An inbox was deployed.
    /// @param id what it serves: an edition, or a concert
    /// @param inbox its address
    event RoyaltyInboxOpened(uint256 indexed id, address indexed inbox);

    /// @notice The contract whose items pay into these inboxes.
    function source() external view returns (IRoyaltySource);

    /// @notice The address of the inbox of `id`, deployed or not.
    function addressOf(uint256 id) external view returns (address inbox);

    /// @notice Deploys the inbox of `id`, by anyone; returns its address if it stands already.
    ///
    /// Emits {RoyaltyInboxOpened} when it deploys. Reverts when `id` is unknown.
    function open(uint256 id) external returns (address inbox);
}
