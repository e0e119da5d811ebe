// SPDX-License-Identifier: Apache-2.0
// What holds of the vault's money after every step of any trace of payments, claims, amendments, disputes and pauses.
pragma solidity 0.8.30;

import {VaultTrace} from "./VaultTrace.sol";
import {IWallet} from "./Stage.sol";
import {atMost, equal} from "./Vm.sol";

contract RoyaltyInvariants is VaultTrace {
    /// @dev 1. The vault holds, of each token, all that it owes; more only when somebody sent it more. What it owes is
    /// added up from its own books at the end of a trace, see {afterInvariant}.
    function invariant_the_vault_holds_what_it_owes_of_each_token() public view {
        for (uint256 t = 0; t < 2; ++t) {
            uint256 owed = handler.paidIn(tokens[t]) - handler.paidOut(tokens[t]);
            equal(balanceOfVault(t), owed + handler.forced(tokens[t]), "balance");
        }
    }

    /// @dev 2, 3. A line's released money is what was claimed, never less than before and never above its share; and
    /// released + due follow from the total alone, so neither order nor chunks of pays and claims matter.
    function invariant_a_share_depends_on_the_total_alone() public view {
        for (uint256 s = handler.steps() % STRIDE; s < handler.count(); s += STRIDE) {
            _checkShares(handler.idAt(s));
        }
    }

    /// @dev 4. Rounding leaves less than one wei per line.
    function invariant_dust_stays_below_one_wei_a_line() public view {
        for (uint256 s = handler.steps() % STRIDE; s < handler.count(); s += STRIDE) {
            bytes32 id = handler.idAt(s);
            uint256[] memory lines = handler.linesOf(id);
            if (lines.length == 0) continue; // a dispute that is open: nobody can take from it
            for (uint256 t = 0; t < 2; ++t) {
                uint256 given;
                for (uint256 i = 0; i < lines.length; ++i) {
                    given += vault.released(id, tokens[t], i) + vault.due(id, tokens[t], lines, i);
                }
                atMost(vault.received(id, tokens[t]) - given, lines.length - 1, "dust");
            }
        }
    }

    /// @dev 5. What came under a sheet stays with it, whatever sheets and disputes follow.
    function invariant_money_stays_with_the_sheet_under_which_it_came() public view {
        for (uint256 s = handler.steps() % STRIDE; s < handler.count(); s += STRIDE) {
            bytes32 id = handler.idAt(s);
            for (uint256 t = 0; t < 2; ++t) {
                equal(vault.received(id, tokens[t]), handler.received(id, tokens[t]), "received");
            }
        }
    }

    /// @dev 5. A payment to a work reaches the sheet that it has now, and no former one. Each step looks at another
    /// work.
    function invariant_a_payment_to_a_work_reaches_its_current_sheet() public {
        uint256 workId = 1 + handler.steps() % handler.works();
        handler.payWorkNow(workId, 8, 3);
        for (uint32 version = 1; version <= handler.versionOf(workId); ++version) {
            for (uint8 side = 0; side < 2; ++side) {
                bytes32 id = handler.splitIdOf(workId, side, version);
                equal(vault.received(id, tokens[0]), handler.received(id, tokens[0]), "received");
            }
        }
    }

    /// @dev 5. One word keeps the books of both sides: neither runs over into the other, whatever sums are paid.
    function invariant_the_books_of_both_sides_stay_apart() public view {
        address bulk = address(handler.bulk());
        for (uint256 s = handler.steps() % STRIDE; s < handler.count(); s += STRIDE) {
            bytes32 id = handler.idAt(s);
            bytes32 other = id ^ bytes32(uint256(1));
            equal(vault.received(id, bulk), handler.bulkReceived(id), "received");
            equal(vault.received(other, bulk), handler.bulkReceived(other), "received on the other side");
        }
    }

    /// @dev 7. Edges and disputes move money inside the vault: what came in went out, or is still there.
    function invariant_edges_conserve_the_total() public view {
        for (uint256 t = 0; t < 2; ++t) {
            uint256 received;
            for (uint256 s = 0; s < handler.count(); ++s) {
                received += vault.received(handler.idAt(s), tokens[t]);
            }
            equal(received, handler.paidIn(tokens[t]) + handler.moved(tokens[t]), "received");
        }
    }

    /// @dev 9. A sealed list keeps its hash for ever; a dispute's split gets its list when the dispute ends.
    function invariant_a_sealed_list_never_changes() public view {
        for (uint256 s = 0; s < handler.count(); ++s) {
            bytes32 id = handler.idAt(s);
            equal(uint256(vault.listHash(id)), uint256(handler.listHashOf(id)), "list hash");
        }
    }

    /// @dev 6. A payee that claims while she is paid gets what anybody could have claimed, and nothing twice.
    function invariant_a_payee_that_calls_back_gets_nothing_more() public view {
        equal(IWallet(handler.greedyWallet()).successes(), handler.callbacks(), "claims inside a claim");
    }

    function afterInvariant() public view {
        for (uint256 t = 0; t < 2; ++t) {
            uint256 owed;
            for (uint256 s = 0; s < handler.count(); ++s) {
                bytes32 id = handler.idAt(s);
                owed += vault.received(id, tokens[t]);
                uint256 lines = handler.linesOf(id).length;
                for (uint256 i = 0; i < lines; ++i) {
                    owed -= vault.released(id, tokens[t], i);
                }
            }
            equal(balanceOfVault(t), owed + handler.forced(tokens[t]), "balance and what is owed");
        }
    }

    function _checkShares(bytes32 id) private view {
        uint256[] memory lines = handler.linesOf(id);
        for (uint256 t = 0; t < 2; ++t) {
            uint256 total = handler.received(id, tokens[t]);
            for (uint256 i = 0; i < lines.length; ++i) {
                uint256 share = total * (lines[i] >> 160 & 0xffff) / 10_000;
                uint256 released = vault.released(id, tokens[t], i);
                equal(released, handler.released(id, tokens[t], i), "released");
                atMost(released, share, "released");
                equal(vault.due(id, tokens[t], lines, i), share - released, "due");
            }
        }
    }
}
