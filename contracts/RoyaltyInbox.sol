// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IRoyaltyInbox} from "./interfaces/IRoyaltyInbox.sol";
import {IRoyaltySource} from "./interfaces/IRoyaltySource.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";

/// @title Takes the royalties of one edition or concert from other markets and passes them to the vault
contract RoyaltyInbox is IRoyaltyInbox {
    using SafeERC20 for IERC20;

    /// @inheritdoc IRoyaltyInbox
    IRoyaltySource public immutable source;
    /// @inheritdoc IRoyaltyInbox
    uint256 public immutable id;

    constructor(IRoyaltySource source_, uint256 id_) {
        source = source_;
        id = id_;
    }

    /// @dev Empty, so that markets that send with 2,300 gas can pay.
    receive() external payable {}

    /// @inheritdoc IRoyaltyInbox
    function forward(address token) external returns (uint256 amount) {
        amount = token == address(0) ? address(this).balance : IERC20(token).balanceOf(address(this));
        if (amount == 0) revert RoyaltyInbox_Empty(token);
        IRoyaltyVault vault = source.vault();
        (bytes32[] memory splitIds, uint256[] memory parts) = source.payments(id, amount);
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] != 0) _pay(vault, splitIds[i], token, parts[i]);
        }
        emit RoyaltyForwardedToVault(token, amount);
    }

    function _pay(IRoyaltyVault vault, bytes32 splitId, address token, uint256 part) private {
        if (token == address(0)) {
            vault.paySplit{value: part}(splitId);
        } else {
            IERC20(token).forceApprove(address(vault), part);
            vault.payToken(splitId, token, part);
        }
    }
}
