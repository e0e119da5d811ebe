// SPDX-License-Identifier: Apache-2.0
// What holds of disputes after every step of any trace.
pragma solidity 0.8.30;

import {IDisputeModule} from "../../../contracts/interfaces/IDisputeModule.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {VaultTrace} from "./VaultTrace.sol";
import {check, equal} from "./Vm.sol";

contract DisputeInvariants is VaultTrace {
    /// @dev 20. What waits for a dispute is what its line sent there and what was paid there, and nobody takes from it
    /// before the end; then one line takes all.
    function invariant_suspense_conserves_the_total() public view {
        for (uint256 disputeId = 1; disputeId <= handler.disputeCount(); ++disputeId) {
            bytes32 id = handler.suspenseOf(disputeId);
            uint256[] memory lines = handler.linesOf(id);
            bool running = handler.isRunning(disputeId);
            check(running == (vault.listHash(id) == 0), "a dispute's money has a taker too early, or too late");
            for (uint256 t = 0; t < 2; ++t) {
                uint256 waiting = vault.received(id, tokens[t]);
                equal(waiting, handler.received(id, tokens[t]), "set aside");
                uint256 taken = vault.released(id, tokens[t], 0);
                if (running) equal(taken, 0, "taken before the end");
                else equal(taken + vault.due(id, tokens[t], lines, 0), waiting, "taken and due");
            }
        }
    }

    /// @dev 20. A dispute contests one share: every other line of the list is payable as ever. Each step looks at
    /// another dispute, and takes all that is due of the lines around its share.
    function invariant_the_uncontested_share_stays_payable() public {
        uint256 count = handler.disputeCount();
        if (count == 0) return;
        IDisputeModule.Dispute memory found = handler.disputeAt(1 + handler.steps() % count);
        if (found.status > IDisputeModule.Status.Answered) return;
        bytes32 id = handler.currentId(found.workId, found.side);
        uint256 last = handler.linesOf(id).length - 1;
        for (uint256 t = 0; t < 2; ++t) {
            uint256 contested = vault.due(id, tokens[t], handler.linesOf(id), last);
            uint256 waiting = vault.received(handler.suspenseOf(1 + handler.steps() % count), tokens[t]);
            handler.drainSplit(id, tokens[t]);
            uint256 now_ = vault.received(handler.suspenseOf(1 + handler.steps() % count), tokens[t]);
            equal(now_, waiting + contested, "what waits for the dispute");
            for (uint256 i = 0; i < last; ++i) {
                equal(vault.due(id, tokens[t], handler.linesOf(id), i), 0, "due to an uncontested line");
            }
        }
    }

    /// @dev 10. Setting aside, giving back and awarding a share leave both lists whole.
    function invariant_lists_add_up_through_every_dispute() public view {
        uint256 workId = 1 + handler.steps() % handler.works();
        for (uint8 side = 0; side < 2; ++side) {
            bytes32 id = handler.currentId(workId, side);
            uint256[] memory lines = handler.linesOf(id);
            uint256 payout;
            uint256 credit;
            for (uint256 i = 0; i < lines.length; ++i) {
                payout += lines[i] >> 160 & 0xffff;
                credit += lines[i] >> 176 & 0xffff;
            }
            equal(payout, 10_000, "sum of payouts");
            equal(credit, 10_000, "sum of credits");
            check(vault.listHash(id) == keccak256(abi.encodePacked(lines)), "the vault has another list");
        }
    }

    /// @dev 22. The module holds every open bond and all that it owes, to the wei.
    function invariant_bonds_are_all_there() public view {
        address disputes = address(handler.disputes());
        uint256 owed;
        for (uint256 i = 0; i < handler.persons(); ++i) {
            address person = handler.personAt(i);
            equal(IOwedMoney(disputes).owed(person), handler.bondsOwed(person), "owed");
            owed += handler.bondsOwed(person);
        }
        equal(disputes.balance, handler.openBonds() + owed + handler.forcedBonds(), "balance");
    }

    /// @dev 20. No sheet is amended while it is disputed, and no work has two disputes at a time.
    function invariant_a_disputed_work_is_not_amended() public view {
        uint256 workId = 1 + handler.steps() % handler.works();
        uint256 open;
        for (uint256 disputeId = 1; disputeId <= handler.disputeCount(); ++disputeId) {
            if (handler.disputeAt(disputeId).workId == workId && handler.isRunning(disputeId)) {
                check(open == 0, "two disputes about one work");
                open = disputeId;
            }
        }
        equal(handler.registry().disputeOf(workId), open, "dispute of the work");
        equal(handler.registry().work(workId).version, handler.versionOf(workId), "version");
    }

    /// @dev 20. A dispute is what its parties made it; once it ended, it stays as it ended.
    function invariant_a_dispute_that_ended_stays_ended() public view {
        for (uint256 disputeId = 1; disputeId <= handler.disputeCount(); ++disputeId) {
            bytes32 found = keccak256(abi.encode(handler.disputes().dispute(disputeId)));
            check(found == keccak256(abi.encode(handler.disputeAt(disputeId))), "a dispute is not what was noted");
        }
        equal(handler.disputes().disputes(), handler.disputeCount(), "disputes");
    }

    /// @dev 22. Each dispute about a work that was dismissed by a ruling doubles the next bond, for a year.
    function invariant_lost_disputes_raise_the_bond() public view {
        uint256 workId = 1 + handler.steps() % handler.works();
        equal(handler.disputes().bondFor(workId), handler.bondOf(workId), "bond");
    }
}
