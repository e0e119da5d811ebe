// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IHeldRoyalties} from "../interfaces/IHeldRoyalties.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";

/// @title Pays royalties into the vault, and keeps for later what it does not take
abstract contract HeldRoyalties is IHeldRoyalties {
    /// @inheritdoc IHeldRoyalties
    IRoyaltyVault public immutable vault;

    mapping(bytes32 splitId => uint256 amount) private _held;

    constructor(IRoyaltyVault vault_) {
        vault = vault_;
    }

    /// @inheritdoc IHeldRoyalties
    function passOn(bytes32 splitId) external {
        uint256 amount = _held[splitId];
        if (amount == 0) revert HeldRoyalties_NothingHeld(splitId);
        _held[splitId] = 0;
        emit RoyaltyPassedOn(splitId, amount);
        vault.paySplit{value: amount}(splitId);
    }

    /// @inheritdoc IHeldRoyalties
    function heldFor(bytes32 splitId) external view returns (uint256 amount) {
        return _held[splitId];
    }

    /// @dev What the vault does not take, since it is paused, is held for the split. Whoever sends too little gas for the
    /// vault has gained nothing by it: the money is still that split's alone.
    function _payWorks(bytes32[] memory splitIds, uint256[] memory parts) internal {
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] == 0) continue;
            try vault.paySplit{value: parts[i]}(splitIds[i]) {}
            catch {
                _held[splitIds[i]] += parts[i];
                emit RoyaltyHeld(splitIds[i], parts[i]);
            }
        }
    }
}
