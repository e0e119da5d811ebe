// SPDX-License-Identifier: Apache-2.0
// What holds of the vault after every step of any trace of payments, claims, amendments and pauses.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyHandler} from "./RoyaltyHandler.sol";
import {Targets} from "./Targets.sol";
import {IWallet} from "./Stage.sol";
import {atMost, equal} from "./Vm.sol";

contract RoyaltyInvariants is Targets {
    /// @dev What is read line by line is read of every fourth split at a step, and of all splits in four steps.
    uint256 private constant STRIDE = 4;

    RoyaltyHandler private handler;
    IRoyaltyVault private vault;
    address[2] private tokens;

    function setUp() public {
        handler = new RoyaltyHandler();
        vault = handler.vault();
        tokens = [address(0), address(handler.coin())];
        bytes4[] memory actions = new bytes4[](9);
        actions[0] = RoyaltyHandler.pay.selector;
        actions[1] = RoyaltyHandler.pay.selector;
        actions[2] = RoyaltyHandler.claimFor.selector;
        actions[3] = RoyaltyHandler.claim.selector;
        actions[4] = RoyaltyHandler.steal.selector;
        actions[5] = RoyaltyHandler.amend.selector;
        actions[6] = RoyaltyHandler.pause.selector;
        actions[7] = RoyaltyHandler.force.selector;
        actions[8] = RoyaltyHandler.aim.selector;
        target(address(handler), actions);
    }

    /// @dev 1. The vault holds, of each token, all that it owes; more only when somebody sent it more.
    function invariant_the_vault_holds_what_it_owes_of_each_token() public view {
        for (uint256 t = 0; t < 2; ++t) {
            uint256 owed;
            for (uint256 s = 0; s < handler.count(); ++s) {
                bytes32 id = handler.idAt(s);
                owed += vault.received(id, tokens[t]);
                uint256 lines = handler.lineCount(id);
                for (uint256 i = 0; i < lines; ++i) {
                    owed -= vault.released(id, tokens[t], i);
                }
            }
            uint256 holds = t == 0 ? address(vault).balance : handler.coin().balanceOf(address(vault));
            equal(holds, owed + handler.forced(tokens[t]), "balance");
        }
    }

    /// @dev 2, 3. A line's released money is what was claimed, never less than before and never above its share; and
    /// released + due follow from the total alone, so neither order nor chunks of pays and claims matter.
    function invariant_a_share_depends_on_the_total_alone() public view {
        for (uint256 s = handler.steps() % STRIDE; s < handler.count(); s += STRIDE) {
            _checkShares(handler.idAt(s));
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

    /// @dev 4. Rounding leaves less than one wei per line.
    function invariant_dust_stays_below_one_wei_a_line() public view {
        for (uint256 s = handler.steps() % STRIDE; s < handler.count(); s += STRIDE) {
            bytes32 id = handler.idAt(s);
            uint256[] memory lines = handler.linesOf(id);
            for (uint256 t = 0; t < 2; ++t) {
                uint256 given;
                for (uint256 i = 0; i < lines.length; ++i) {
                    given += vault.released(id, tokens[t], i) + vault.due(id, tokens[t], lines, i);
                }
                atMost(vault.received(id, tokens[t]) - given, lines.length - 1, "dust");
            }
        }
    }

    /// @dev 5. What came under a sheet stays with it, whatever sheets follow.
    function invariant_money_stays_with_the_sheet_under_which_it_came() public view {
        for (uint256 s = 0; s < handler.count(); ++s) {
            bytes32 id = handler.idAt(s);
            for (uint256 t = 0; t < 2; ++t) {
                equal(vault.received(id, tokens[t]), handler.received(id, tokens[t]), "received");
            }
        }
    }

    /// @dev 6. Liveness: at any moment every line that has something due can be paid, in a pause too. Each step looks
    /// at another split; at the end of a trace everything is taken, and what is left is dust.
    function invariant_a_claim_that_is_due_always_succeeds() public {
        bytes32 id = handler.idAt(handler.steps() % handler.count());
        handler.drainSplit(id, tokens[0]);
        handler.drainSplit(id, tokens[1]);
    }

    /// @dev 7. Edges move money inside the vault: what came in went out, or is still there.
    function invariant_edges_conserve_the_total() public view {
        for (uint256 t = 0; t < 2; ++t) {
            address token = tokens[t];
            uint256 received;
            for (uint256 s = 0; s < handler.count(); ++s) {
                received += vault.received(handler.idAt(s), token);
            }
            equal(received, handler.paidIn(token) + handler.moved(token), "received");
            uint256 holds = t == 0 ? address(vault).balance : handler.coin().balanceOf(address(vault));
            equal(holds, handler.paidIn(token) - handler.paidOut(token) + handler.forced(token), "balance");
        }
    }

    /// @dev 9. A sealed list keeps its hash for ever.
    function invariant_a_sealed_list_never_changes() public view {
        for (uint256 s = 0; s < handler.count(); ++s) {
            bytes32 id = handler.idAt(s);
            bytes32 found = handler.registry().listHash(id);
            equal(uint256(found), uint256(handler.split(id).listHash), "list hash");
        }
    }

    /// @dev A payee that claims again while she is paid gets nothing by it.
    function invariant_a_payee_that_calls_back_gets_nothing() public view {
        equal(IWallet(handler.greedyWallet()).successes(), 0, "claims inside a claim");
    }

    function afterInvariant() public {
        for (uint256 s = 0; s < handler.count(); ++s) {
            _checkShares(handler.idAt(s));
        }
        handler.drain();
        for (uint256 t = 0; t < 2; ++t) {
            uint256 dust;
            for (uint256 s = 0; s < handler.count(); ++s) {
                dust += handler.lineCount(handler.idAt(s)) - 1;
            }
            uint256 holds = t == 0 ? address(vault).balance : handler.coin().balanceOf(address(vault));
            atMost(holds - handler.forced(tokens[t]), dust, "left when everything is taken");
        }
    }
}
