// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltyInboxes} from "../interfaces/IRoyaltyInboxes.sol";
import {IRoyaltySource} from "../interfaces/IRoyaltySource.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Portions} from "../libraries/Portions.sol";
import {RoyaltyInboxes} from "../RoyaltyInboxes.sol";

/// @title Pays the works behind a sale, and gives other markets an address that does
abstract contract RoyaltySource is IRoyaltySource {
    /// @notice The highest royalty on a resale: half the price.
    uint16 internal constant MAX_ROYALTY_BPS = 5_000;

    /// @inheritdoc IRoyaltySource
    IWorkRegistry public immutable registry;
    /// @inheritdoc IRoyaltySource
    IRoyaltyVault public immutable vault;
    /// @inheritdoc IRoyaltySource
    IRoyaltyInboxes public immutable inboxes;

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_) {
        registry = registry_;
        vault = vault_;
        inboxes = new RoyaltyInboxes();
    }

    /// @inheritdoc IRoyaltySource
    function royaltyShares(uint256 id)
        public
        view
        virtual
        returns (bytes32[] memory splitIds, uint256[] memory bps);

    /// @dev Pays `amount` wei of this contract into the splits behind `id`.
    function _payWorks(uint256 id, uint256 amount) internal {
        if (amount == 0) return;
        (bytes32[] memory splitIds, uint256[] memory bps) = royaltyShares(id);
        uint256[] memory parts = Portions.portions(amount, bps);
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] != 0) vault.pay{value: parts[i]}(splitIds[i], address(0), parts[i]);
        }
    }
}
