// SPDX-License-Identifier: Apache-2.0
// What holds of tickets, votes and escrow after every step of any trace.
pragma solidity 0.8.30;

import {IConcertProgrammes} from "../../../contracts/interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {IHeldRoyalties} from "../../../contracts/interfaces/IHeldRoyalties.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {DoorHandler} from "./DoorHandler.sol";
import {Targets} from "./Targets.sol";
import {ITransfers, TicketHandler} from "./TicketHandler.sol";
import {atMost, check, equal} from "./Vm.sol";

contract TicketInvariants is Targets {
    DoorHandler private handler;
    IConcertTickets private tickets;
    IConcertProgrammes private programmes;

    function setUp() public {
        handler = new DoorHandler();
        tickets = handler.tickets();
        programmes = handler.programmes();
        bytes4[] memory actions = new bytes4[](25);
        actions[0] = TicketHandler.schedule.selector;
        actions[1] = TicketHandler.buy.selector;
        actions[2] = TicketHandler.buy.selector;
        actions[3] = TicketHandler.buy.selector;
        actions[4] = TicketHandler.offer.selector;
        actions[5] = TicketHandler.buyOffered.selector;
        actions[6] = TicketHandler.withdrawOffer.selector;
        actions[7] = TicketHandler.give.selector;
        actions[8] = TicketHandler.hand.selector;
        actions[9] = TicketHandler.cancel.selector;
        actions[10] = TicketHandler.refund.selector;
        actions[11] = TicketHandler.settle.selector;
        actions[12] = TicketHandler.withdraw.selector;
        actions[13] = TicketHandler.passOn.selector;
        actions[14] = TicketHandler.pauseVault.selector;
        actions[15] = TicketHandler.pauseSales.selector;
        actions[16] = DoorHandler.appoint.selector;
        actions[17] = DoorHandler.checkIn.selector;
        actions[18] = DoorHandler.checkInAll.selector;
        actions[19] = DoorHandler.attend.selector;
        actions[20] = DoorHandler.sneak.selector;
        actions[21] = DoorHandler.vote.selector;
        actions[22] = DoorHandler.vote.selector;
        actions[23] = DoorHandler.pass.selector;
        actions[24] = TicketHandler.settle.selector;
        target(address(handler), actions);
    }

    /// @dev 16. Of each session: escrow = paid − refunded − released.
    function invariant_escrow_is_paid_less_refunded_less_released() public view {
        for (uint256 id = 1; id <= handler.sessions(); ++id) {
            DoorHandler.Books memory book = handler.booksOf(id);
            equal(tickets.session(id).escrow, book.paid - book.refunded - book.released, "escrow");
        }
    }

    /// @dev 16. The contract holds all escrow, all that it owes, and what it keeps for works while the vault is paused,
    /// to the wei; the rest is with the works.
    function invariant_the_contract_holds_escrow_owed_and_held() public view {
        uint256 sum;
        for (uint256 id = 1; id <= handler.sessions(); ++id) {
            DoorHandler.Books memory book = handler.booksOf(id);
            sum += book.paid - book.refunded - book.released;
        }
        for (uint256 i = 0; i < handler.persons(); ++i) {
            address person = handler.personAt(i);
            uint256 owed = IOwedMoney(address(tickets)).owed(person);
            equal(owed, handler.owed(person), "owed");
            sum += owed;
        }
        for (uint256 place = 0; place < handler.WORKS(); ++place) {
            sum += IHeldRoyalties(address(tickets)).heldFor(handler.splitAt(place));
        }
        equal(address(tickets).balance, sum, "balance");
    }

    /// @dev 23. Every work gets what its weight and its votes say, of every settlement and resale: in the vault, or
    /// held for it while the vault takes nothing.
    function invariant_royalties_reach_the_works_or_are_held_for_them() public view {
        uint256 sum;
        for (uint256 place = 0; place < handler.WORKS(); ++place) {
            bytes32 split = handler.splitAt(place);
            uint256 paid = handler.paidTo(place);
            equal(handler.vault().received(split, address(0)), paid, "paid to a work");
            equal(IHeldRoyalties(address(tickets)).heldFor(split), handler.heldFor(place), "held for a work");
            sum += paid;
        }
        equal(address(handler.vault()).balance, sum, "balance of the vault");
    }

    /// @dev 17. After release no refund; after a refund the ticket is dead: no holder, no offer, no attendee.
    function invariant_a_refunded_ticket_is_dead() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, DoorHandler.Kept memory ticket) = handler.ticketAt(i);
            if (!ticket.refunded) continue;
            try ITransfers(address(tickets)).ownerOf(ticketId) {
                check(false, "a refunded ticket has a holder");
            } catch {}
            equal(tickets.offerOf(ticketId), 0, "offer of a refunded ticket");
            equal(uint160(tickets.attendee(ticketId)), 0, "attendee of a refunded ticket");
        }
    }

    /// @dev 18. A ticket is used once: a session counts each of its used tickets once.
    function invariant_one_check_in_a_ticket() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, DoorHandler.Kept memory ticket) = handler.ticketAt(i);
            check(tickets.isCheckedIn(ticketId) == ticket.used, "a ticket's use is not what was noted");
        }
        for (uint256 id = 1; id <= handler.sessions(); ++id) {
            IConcertTickets.Session memory state = tickets.session(id);
            equal(state.checkedIn, handler.booksOf(id).checkedIn, "check-ins");
            atMost(state.checkedIn, state.sold, "check-ins");
        }
    }

    /// @dev 18. A ticket votes once, so that a session has at most as many votes as tickets were sold.
    function invariant_one_vote_a_ticket() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, DoorHandler.Kept memory ticket) = handler.ticketAt(i);
            check(programmes.hasVoted(ticketId) == ticket.voted, "a ticket's vote is not what was noted");
        }
        for (uint256 id = 1; id <= handler.sessions(); ++id) {
            uint256[] memory votes = programmes.votesOf(id);
            uint256 all;
            for (uint256 place = 0; place < votes.length; ++place) {
                all += votes[place];
            }
            atMost(all, handler.booksOf(id).sold, "votes");
        }
    }

    /// @dev 18. The tally of each work in each session is the number of votes that were cast for it there.
    function invariant_tallies_count_every_vote() public view {
        for (uint256 id = 1; id <= handler.sessions(); ++id) {
            uint256[] memory votes = programmes.votesOf(id);
            equal(votes.length, handler.WORKS(), "works");
            for (uint256 place = 0; place < votes.length; ++place) {
                equal(votes[place], handler.votesFor(id, place), "votes");
            }
        }
    }

    /// @dev 15. No offer is above its cap, and an offer stands only for a ticket that can be used.
    function invariant_no_resale_above_the_cap() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, DoorHandler.Kept memory ticket) = handler.ticketAt(i);
            IConcertTickets.SessionTerms memory asked = handler.termsOf(ticket.sessionId);
            uint256 offer = tickets.offerOf(ticketId);
            equal(offer, ticket.offer, "offer");
            atMost(offer, uint256(asked.price) * asked.maxResaleBps / 10_000, "offer");
        }
    }

    /// @dev 14, 15. No session sells more than its seats, and a ticket is where the market and the gifts that its
    /// session allows have left it.
    function invariant_tickets_move_by_market_and_policy_alone() public view {
        for (uint256 id = 1; id <= handler.sessions(); ++id) {
            IConcertTickets.Session memory state = tickets.session(id);
            atMost(state.sold, state.capacity, "sold");
            equal(state.sold, handler.booksOf(id).sold, "sold");
        }
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, DoorHandler.Kept memory ticket) = handler.ticketAt(i);
            if (ticket.refunded) continue;
            check(ITransfers(address(tickets)).ownerOf(ticketId) == ticket.holder, "a ticket moved past its policy");
        }
    }
}
