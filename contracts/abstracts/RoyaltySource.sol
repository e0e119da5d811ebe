// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRoyaltyInboxes} from "../interfaces/IRoyaltyInboxes.sol";
import {IRoyaltySource} from "../interfaces/IRoyaltySource.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Portions} from "../libraries/Portions.sol";
import {RoyaltyInboxes} from "../RoyaltyInboxes.sol";

/// @title Divides royalties among works, and gives other markets an address that does
abstract contract RoyaltySource is IRoyaltySource {
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
    function payments(uint256 id, uint256 amount)
        public
        view
        returns (bytes32[] memory splitIds, uint256[] memory parts)
    {
        uint256[] memory bps;
        (splitIds, bps) = royaltyShares(id);
        parts = Portions.portions(amount, bps);
    }

    /// @inheritdoc IRoyaltySource
    function royaltyShares(uint256 id)
        public
        view
        virtual
        returns (bytes32[] memory splitIds, uint256[] memory bps);
}
