// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Sends the chain's coin to an account that may do what it likes
library CoinTransfers {
    /// @dev Assembly, since Solidity would copy whatever the receiver returns, at the sender's cost.
    /// @return taken false when the receiver refused; nothing has moved then
    function trySend(address to, uint256 amount) internal returns (bool taken) {
        assembly ("memory-safe") {
            taken := call(gas(), to, amount, 0, 0, 0, 0)
        }
    }
}
