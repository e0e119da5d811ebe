// SPDX-License-Identifier: Apache-2.0
// What holds of tickets and their escrow after every step of any trace.
pragma solidity 0.8.30;

import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {Targets} from "./Targets.sol";
import {ITransfers, TicketHandler} from "./TicketHandler.sol";
import {atMost, check, equal} from "./Vm.sol";

contract TicketInvariants is Targets {
    TicketHandler private handler;
    IConcertTickets private tickets;

    function setUp() public {
        handler = new TicketHandler();
        tickets = handler.tickets();
        bytes4[] memory actions = new bytes4[](14);
        actions[0] = TicketHandler.schedule.selector;
        actions[1] = TicketHandler.buy.selector;
        actions[2] = TicketHandler.buy.selector;
        actions[3] = TicketHandler.buy.selector;
        actions[4] = TicketHandler.offer.selector;
        actions[5] = TicketHandler.buyOffered.selector;
        actions[6] = TicketHandler.checkIn.selector;
        actions[7] = TicketHandler.checkIn.selector;
        actions[8] = TicketHandler.cancel.selector;
        actions[9] = TicketHandler.refund.selector;
        actions[10] = TicketHandler.settle.selector;
        actions[11] = TicketHandler.withdraw.selector;
        actions[12] = TicketHandler.hand.selector;
        actions[13] = TicketHandler.pass.selector;
        target(address(handler), actions);
    }

    /// @dev 16. Of each session: escrow = paid − refunded − released.
    function invariant_escrow_is_paid_less_refunded_less_released() public view {
        for (uint256 id = 1; id <= tickets.sessions(); ++id) {
            TicketHandler.Books memory book = handler.booksOf(id);
            equal(tickets.session(id).escrow, book.paid - book.refunded - book.released, "escrow");
        }
    }

    /// @dev 16. The contract holds all escrow and all that it owes, to the wei; the rest is with the works.
    function invariant_the_contract_holds_escrow_and_what_it_owes() public view {
        uint256 sum;
        for (uint256 id = 1; id <= tickets.sessions(); ++id) {
            sum += tickets.session(id).escrow;
        }
        for (uint256 i = 0; i < handler.persons(); ++i) {
            address person = handler.personAt(i);
            uint256 owed = IOwedMoney(address(tickets)).owed(person);
            equal(owed, handler.owed(person), "owed");
            sum += owed;
        }
        equal(address(tickets).balance, sum, "balance");
        equal(address(handler.vault()).balance, handler.toWorks(), "paid to the works");
    }

    /// @dev 17. After release no refund; after a refund the ticket is dead: no holder, no offer, no attendee.
    function invariant_a_refunded_ticket_is_dead() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, TicketHandler.Kept memory ticket) = handler.ticketAt(i);
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
            (uint256 ticketId, TicketHandler.Kept memory ticket) = handler.ticketAt(i);
            check(tickets.isCheckedIn(ticketId) == ticket.used, "a ticket's use is not what was noted");
        }
        for (uint256 id = 1; id <= tickets.sessions(); ++id) {
            IConcertTickets.Session memory state = tickets.session(id);
            equal(state.checkedIn, handler.booksOf(id).checkedIn, "check-ins");
            atMost(state.checkedIn, state.sold, "check-ins");
        }
    }

    /// @dev 15. No offer is above its cap, and an offer stands only for a ticket that can be used.
    function invariant_no_resale_above_the_cap() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, TicketHandler.Kept memory ticket) = handler.ticketAt(i);
            IConcertTickets.Session memory state = tickets.session(ticket.sessionId);
            uint256 offer = tickets.offerOf(ticketId);
            equal(offer, ticket.offer, "offer");
            atMost(offer, uint256(state.price) * state.maxResaleBps / 10_000, "offer");
        }
    }

    /// @dev 14. No session sells more than its seats, and a ticket is where the market left it.
    function invariant_tickets_are_where_the_market_left_them() public view {
        for (uint256 id = 1; id <= tickets.sessions(); ++id) {
            IConcertTickets.Session memory state = tickets.session(id);
            atMost(state.sold, state.capacity, "sold");
        }
        for (uint256 i = 0; i < handler.count(); ++i) {
            (uint256 ticketId, TicketHandler.Kept memory ticket) = handler.ticketAt(i);
            if (ticket.refunded) continue;
            check(ITransfers(address(tickets)).ownerOf(ticketId) == ticket.holder, "a ticket moved past the market");
        }
    }
}
