// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Money that waits for its owner
/// @notice What a contract owes is noted per account and fetched by the account; no payment to one account can stop
/// a payment to another.
interface IOwedMoney {
    /// @notice Owed money left the contract.
    /// @param account to whom it was owed
    /// @param to who received it: the account, or an address that the account chose
    /// @param amount wei
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    /// @notice Nothing is owed to this account.
    error OwedMoney_NothingOwed(address account);
    /// @notice The receiver did not take the money; it stays owed.
    error OwedMoney_PaymentRefused(address to, uint256 amount);
    /// @notice Money sent to nobody would be lost.
    error OwedMoney_CannotSendThere(address to);

    /// @notice What the contract owes to an account, in wei.
    function owed(address account) external view returns (uint256 amount);

    /// @notice Sends all that is owed to `account` to that account. Anyone may call; a pause does not stop it.
    ///
    /// Emits {Withdrawn}. Reverts with {OwedMoney_NothingOwed}, {OwedMoney_PaymentRefused}.
    function withdraw(address account) external;

    /// @notice Sends all that is owed to the caller to `to`: the way out for an account that cannot receive plain coin.
    ///
    /// Emits {Withdrawn}.
    /// Reverts with {OwedMoney_NothingOwed}, {OwedMoney_PaymentRefused}, {OwedMoney_CannotSendThere} for the zero address.
    function withdrawTo(address to) external;
}
