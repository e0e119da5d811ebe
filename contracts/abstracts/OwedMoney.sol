// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IOwedMoney} from "../interfaces/IOwedMoney.sol";
import {CoinTransfers} from "../libraries/CoinTransfers.sol";

/// @title Pull payments: notes what is owed, pays when asked
abstract contract OwedMoney is IOwedMoney {
    mapping(address account => uint256 amount) private _owed;

    /// @inheritdoc IOwedMoney
    function owed(address account) external view returns (uint256 amount) {
        return _owed[account];
    }

    /// @inheritdoc IOwedMoney
    function withdraw(address account) external {
        _payOut(account, account);
    }

    /// @inheritdoc IOwedMoney
    function withdrawTo(address to) external {
        if (to == address(0)) revert OwedMoney_CannotSendThere(to);
        _payOut(msg.sender, to);
    }

    /// @dev Notes that `amount` wei, already in this contract, belong to `account`.
    function _owe(address account, uint256 amount) internal {
        _owed[account] += amount;
    }

    /// @dev The note is cleared before the money moves, so that a receiver who calls back finds nothing.
    function _payOut(address account, address to) internal {
        uint256 amount = _owed[account];
        if (amount == 0) revert OwedMoney_NothingOwed(account);
        _owed[account] = 0;
        emit Withdrawn(account, to, amount);
        if (!CoinTransfers.trySend(to, amount)) revert OwedMoney_PaymentRefused(to, amount);
    }
}
