// SPDX-License-Identifier: Apache-2.0
// Random people buy, resell, use and return tickets while time passes; a plain ledger notes what should be.
pragma solidity 0.8.30;

import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {Stage} from "./Stage.sol";
import {check, equal, vm} from "./Vm.sol";

interface ITransfers {
    function ownerOf(uint256 ticketId) external view returns (address);
    function transferFrom(address from, address to, uint256 ticketId) external;
    function approve(address to, uint256 ticketId) external;
}

contract TicketHandler is Stage {
    uint256 private constant SESSIONS = 5;
    uint16 private constant ORGANISER_BPS = 3_333;
    uint16 private constant ROYALTY_BPS = 777;

    struct Kept {
        uint256 sessionId;
        address holder;
        uint256 offer;
        bool used;
        bool refunded;
    }

    struct Books {
        uint256 paid;
        uint256 refunded;
        uint256 released;
        uint256 checkedIn;
        IConcertTickets.Status status;
    }

    uint256[] internal ids;
    mapping(uint256 ticketId => Kept) internal kept;
    mapping(uint256 sessionId => Books) internal books;
    mapping(address person => uint256) public owed;
    uint256 public toWorks; // all that the works were paid
    address internal organiser;

    constructor() {
        raise();
        raiseShops();
        organiser = people[0];
        uint256[] memory works = new uint256[](2);
        uint16[] memory weights = new uint16[](2);
        (weights[0], weights[1]) = (3_001, 6_999);
        for (uint256 i = 0; i < 2; ++i) {
            works[i] = sealedWork(people[i], keccak256(abi.encode(i)), randomLines(i, 0), randomLines(i + 9, 0));
        }
        vm.prank(organiser);
        tickets.announce(works, weights, ORGANISER_BPS, ROYALTY_BPS, "ipfs://concert");
        schedule(10 ** 15 + 7, 4, 6_000);
        schedule(3, 3, 10_000);
    }

    // What may happen.

    function schedule(uint96 price, uint8 capacity, uint16 threshold) public {
        if (tickets.sessions() == SESSIONS) return;
        uint40 now_ = uint40(block.timestamp);
        IConcertTickets.SessionTerms memory terms = IConcertTickets.SessionTerms({
            price: price,
            capacity: 1 + capacity % 6,
            saleOpens: now_,
            saleCloses: now_ + 2 days + 1 hours,
            starts: now_ + 2 days,
            ends: now_ + 2 days + 3 hours,
            zoneOffsetMinutes: 60,
            maxResaleBps: 11_000,
            minCheckInBps: 1 + threshold % 10_000
        });
        vm.prank(organiser);
        tickets.schedule(1, terms);
    }

    function buy(uint256 which, uint256 who) external {
        uint256 sessionId = 1 + which % tickets.sessions();
        IConcertTickets.Session memory state = tickets.session(sessionId);
        bool willWork = books[sessionId].status == IConcertTickets.Status.Scheduled && state.sold < state.capacity
            && block.timestamp < state.saleCloses;
        address to = people[who % people.length];
        vm.deal(address(this), state.price);
        try tickets.buy{value: state.price}(sessionId, to) returns (uint256 ticketId) {
            check(willWork, "a ticket was sold out of time or beyond the capacity");
            ids.push(ticketId);
            kept[ticketId] = Kept(sessionId, to, 0, false, false);
            books[sessionId].paid += state.price;
        } catch {
            check(!willWork, "a ticket was refused");
        }
    }

    function offer(uint256 which, uint96 price, bool near) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        IConcertTickets.Session memory state = tickets.session(ticket.sessionId);
        uint256 cap = uint256(state.price) * state.maxResaleBps / 10_000;
        if (near) price = uint96(cap + price % 3 - (cap == 0 ? 0 : 1));
        bool willWork = _isLive(ticketId) && price != 0 && price <= cap;
        vm.prank(ticket.holder);
        try tickets.offer(ticketId, price) {
            check(willWork, "an offer was taken that should not be");
            ticket.offer = price;
        } catch {
            check(!willWork, "an offer was refused");
        }
    }

    function buyOffered(uint256 which, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        uint256 price = ticket.offer;
        address buyer = people[who % people.length];
        vm.deal(buyer, buyer.balance + price);
        bool willWork = price != 0 && _isLive(ticketId);
        vm.prank(buyer);
        try tickets.buyOffered{value: price}(ticketId) {
            check(willWork, "a ticket was resold that should not be");
            uint256 royalty = price * ROYALTY_BPS / 10_000;
            owed[ticket.holder] += price - royalty;
            toWorks += royalty;
            (ticket.holder, ticket.offer) = (buyer, 0);
        } catch {
            check(!willWork, "a resale was refused");
        }
    }

    function checkIn(uint256 which, uint256 signer, bool own) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        IConcertTickets.Session memory state = tickets.session(ticket.sessionId);
        address by = own ? ticket.holder : people[signer % people.length];
        uint64 deadline = uint64(block.timestamp);
        bytes memory shown = signed(by, tickets.checkInDigest(ticketId, ticket.holder, deadline));
        bool willWork = by == ticket.holder && _isLive(ticketId) && block.timestamp + 4 hours >= state.starts;
        vm.prank(organiser);
        try tickets.checkIn(ticketId, deadline, shown) {
            check(willWork, "somebody was let in who should not be");
            (ticket.used, ticket.offer) = (true, 0);
            ++books[ticket.sessionId].checkedIn;
        } catch {
            check(!willWork, "a holder was not let in");
        }
    }

    function cancel(uint256 which) external {
        if (which % 8 != 0) return; // seldom, or no session lives long
        uint256 sessionId = 1 + (which >> 3) % tickets.sessions();
        bool willWork = books[sessionId].status == IConcertTickets.Status.Scheduled;
        vm.prank(organiser);
        try tickets.cancel(sessionId) {
            check(willWork, "a session was cancelled that was over");
            books[sessionId].status = IConcertTickets.Status.Cancelled;
        } catch {
            check(!willWork, "a cancellation was refused");
        }
    }

    function refund(uint256 which, bool own) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        IConcertTickets.Session memory state = tickets.session(ticket.sessionId);
        IConcertTickets.Status status = books[ticket.sessionId].status;
        bool open = status == IConcertTickets.Status.Cancelled
            || (status == IConcertTickets.Status.Scheduled && block.timestamp >= state.ends + 7 days && !ticket.used);
        bool refuses = own && ticket.holder == stubborn && state.price != 0; // then somebody else asks for her
        uint256 due = owed[ticket.holder] + state.price;
        uint256 before = ticket.holder.balance;
        vm.prank(own ? ticket.holder : address(this));
        try tickets.refund(ticketId) {
            check(open && !ticket.refunded && !refuses, "a ticket was refunded that should not be");
            (ticket.refunded, ticket.offer) = (true, 0);
            books[ticket.sessionId].refunded += state.price;
            if (own && state.price != 0) {
                equal(ticket.holder.balance, before + due, "what the holder got");
                owed[ticket.holder] = 0;
            } else {
                owed[ticket.holder] = due;
            }
        } catch {
            check(!open || ticket.refunded || refuses, "a refund was refused");
        }
    }

    function settle(uint256 which) external {
        uint256 sessionId = 1 + which % tickets.sessions();
        Books storage book = books[sessionId];
        IConcertTickets.Session memory state = tickets.session(sessionId);
        uint256 left = state.sold - state.refunded;
        bool proven = book.checkedIn * 10_000 >= uint256(state.minCheckInBps) * state.sold || book.checkedIn == left;
        bool over = book.status == IConcertTickets.Status.Scheduled && block.timestamp >= state.ends;
        bool willWork = over && left != 0 && proven;
        try tickets.settle(sessionId) {
            check(willWork, "a session was settled that should not be");
            uint256 escrow = book.paid - book.refunded;
            (book.status, book.released) = (IConcertTickets.Status.Settled, escrow);
            owed[organiser] += escrow * ORGANISER_BPS / 10_000;
            toWorks += escrow - escrow * ORGANISER_BPS / 10_000;
        } catch {
            check(!willWork, "a settlement was refused");
        }
    }

    function withdraw(uint256 who) external {
        address person = people[who % people.length];
        bool willWork = owed[person] != 0 && person != stubborn;
        uint256 before = person.balance;
        try IOwedMoney(address(tickets)).withdraw(person) {
            check(willWork, "money was paid that was not owed");
            equal(person.balance, before + owed[person], "what was paid out");
            owed[person] = 0;
        } catch {
            check(!willWork, "money that was owed was not paid");
        }
    }

    /// @dev A holder tries to hand a ticket on past the market.
    function hand(uint256 which, uint256 to, bool leave) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        address receiver = people[to % people.length];
        vm.prank(kept[ticketId].holder);
        try ITransfers(address(tickets)).transferFrom(kept[ticketId].holder, receiver, ticketId) {
            check(false, "a ticket moved past the market");
        } catch {}
        if (!leave) return;
        vm.prank(kept[ticketId].holder);
        try ITransfers(address(tickets)).approve(receiver, ticketId) {
            check(false, "somebody got leave to move a ticket");
        } catch {}
    }

    /// @dev To the next moment of a session: doors, start of the end, opening of the refunds. Time never goes back.
    function pass(uint256 which, uint8 where) external {
        IConcertTickets.Session memory state = tickets.session(1 + which % tickets.sessions());
        uint256[3] memory moments = [uint256(state.starts) - 4 hours, state.ends, uint256(state.ends) + 7 days];
        uint256 moment = moments[where % 3];
        if (moment > block.timestamp) vm.warp(moment);
    }

    // What is noted.

    function count() external view returns (uint256) {
        return ids.length;
    }

    function ticketAt(uint256 i) external view returns (uint256 ticketId, Kept memory) {
        return (ids[i], kept[ids[i]]);
    }

    function booksOf(uint256 sessionId) external view returns (Books memory) {
        return books[sessionId];
    }

    function personAt(uint256 i) external view returns (address) {
        return people[i];
    }

    function persons() external view returns (uint256) {
        return people.length;
    }

    /// @dev Whether a ticket can be sold or used: not used or returned, its session neither over nor cancelled.
    function _isLive(uint256 ticketId) private view returns (bool) {
        Kept storage ticket = kept[ticketId];
        return !ticket.used && !ticket.refunded && block.timestamp < tickets.session(ticket.sessionId).ends
            && books[ticket.sessionId].status == IConcertTickets.Status.Scheduled;
    }
}
