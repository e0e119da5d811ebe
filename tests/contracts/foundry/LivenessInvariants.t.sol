// SPDX-License-Identifier: Apache-2.0
// What can be done after every step of any trace: everybody who is owed money can take it, and every dispute ends.
pragma solidity 0.8.30;

import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {VaultTrace} from "./VaultTrace.sol";
import {atMost, equal} from "./Vm.sol";

contract LivenessInvariants is VaultTrace {
    /// @dev 6. Every line that has something due can be paid at any moment, in a pause and a dispute too. Each step
    /// looks at another split.
    function invariant_a_claim_that_is_due_always_succeeds() public {
        bytes32 id = handler.idAt(handler.steps() % handler.count());
        handler.drainSplit(id, tokens[0]);
        handler.drainSplit(id, tokens[1]);
    }

    /// @dev 20. Every dispute ends, whatever its parties do: anybody can end it when its time is over, and then its
    /// winner can take what waited. Each step looks at another dispute.
    function invariant_every_dispute_ends() public {
        uint256 count = handler.disputeCount();
        if (count != 0) handler.endByTime(1 + handler.steps() % count);
    }

    /// @dev 6, 20. At the end of a trace time ends all disputes, everything due is taken, and what is left is dust.
    function afterInvariant() public {
        handler.drain();
        for (uint256 t = 0; t < 2; ++t) {
            uint256 dust;
            for (uint256 s = 0; s < handler.count(); ++s) {
                dust += handler.linesOf(handler.idAt(s)).length - 1;
            }
            atMost(balanceOfVault(t) - handler.forced(tokens[t]), dust, "left when everything is taken");
        }
        address disputes = address(handler.disputes());
        equal(disputes.balance, handler.forcedBonds(), "bonds that are left");
        for (uint256 disputeId = 1; disputeId <= handler.disputeCount(); ++disputeId) {
            address claimant = handler.disputeAt(disputeId).claimant;
            equal(IOwedMoney(disputes).owed(claimant), 0, "owed to a claimant");
        }
    }
}
