// SPDX-License-Identifier: Apache-2.0
// Random people buy, resell, give away and return tickets, and sessions are cancelled and settled, rightly and wrongly.
pragma solidity 0.8.30;

import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {IHeldRoyalties} from "../../../contracts/interfaces/IHeldRoyalties.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {attempt, errorNoLeave, errorPaused} from "./Attempt.sol";
import {BoxOfficeBook} from "./BoxOfficeBook.sol";
import {equal} from "./Vm.sol";

interface ITransfers {
    function ownerOf(uint256 ticketId) external view returns (address);
    function transferFrom(address from, address to, uint256 ticketId) external;
    function approve(address to, uint256 ticketId) external;
    function setApprovalForAll(address operator, bool approved) external;
}

contract TicketHandler is BoxOfficeBook {
    uint256 internal constant SESSIONS = 6;

    constructor() {
        // a staffed hall with free gifts, and a stream that anybody may enter with one gift a ticket
        schedule(10 ** 15 + 7, 4, 6_000, 3);
        schedule(3, 5, 2_500, 8 + 4 + 2);
    }

    function schedule(uint96 price, uint8 capacity, uint16 threshold, uint8 kind) public {
        if (sessions == SESSIONS || salesPaused) return;
        uint40 now_ = uint40(block.timestamp);
        IConcertTickets.SessionTerms memory next = IConcertTickets.SessionTerms({
            price: price,
            capacity: 1 + capacity % 6,
            saleOpens: now_,
            saleCloses: now_ + 2 days + 1 hours,
            starts: now_ + 2 days,
            ends: now_ + 2 days + 3 hours,
            zoneOffsetMinutes: 60,
            maxResaleBps: 11_000,
            minCheckInBps: 1 + threshold % 10_000,
            policy: IConcertTickets.TransferPolicy(kind % 4),
            entrance: IConcertTickets.Entrance(kind / 4 % 2)
        });
        uint256 concertId = 1 + kind / 8 % 2;
        bytes memory call = abi.encodeCall(IConcertTickets.schedule, (concertId, next));
        attempt(organiserOf(concertId), address(tickets), 0, call, "");
        (terms[++sessions], concertOf[sessions]) = (next, concertId);
    }

    function buy(uint256 which, uint256 who, bool underpays) external {
        uint256 sessionId = 1 + which % sessions;
        IConcertTickets.SessionTerms memory asked = terms[sessionId];
        Books storage book = books[sessionId];
        address to = people[who % people.length];
        uint256 sent = underpays && asked.price != 0 && who % 8 == 0 ? asked.price - 1 : asked.price;
        bytes memory refusal = salesPaused ? errorPaused() : refusalIfNotScheduled(sessionId);
        if (refusal.length == 0 && block.timestamp >= asked.saleCloses) {
            bytes4 closed = IConcertTickets.ConcertTickets_Closed.selector;
            refusal = abi.encodeWithSelector(closed, sessionId, asked.saleCloses, block.timestamp);
        }
        if (refusal.length == 0 && book.sold == asked.capacity) {
            bytes4 soldOut = IConcertTickets.ConcertTickets_SoldOut.selector;
            refusal = abi.encodeWithSelector(soldOut, sessionId, asked.capacity);
        }
        if (refusal.length == 0 && sent != asked.price) refusal = _wrongPayment(sent, asked.price);
        bytes memory call = abi.encodeCall(IConcertTickets.buy, (sessionId, to));
        (bool worked, bytes memory result) = attempt(to, address(tickets), sent, call, refusal);
        if (!worked) return;
        uint256 ticketId = sessionId << 32 | ++book.sold;
        equal(abi.decode(result, (uint256)), ticketId, "number of the ticket");
        ids.push(ticketId);
        (kept[ticketId].sessionId, kept[ticketId].holder) = (sessionId, to);
        book.paid += asked.price;
    }

    function offer(uint256 which, uint96 price, bool near, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        IConcertTickets.SessionTerms memory asked = terms[ticket.sessionId];
        uint256 cap = uint256(asked.price) * asked.maxResaleBps / 10_000;
        if (near && cap < type(uint96).max - 3) price = uint96(cap + price % 3 - (cap == 0 ? 0 : 1));
        address by = who % 8 == 0 ? people[who % people.length] : ticket.holder;
        bytes memory refusal = salesPaused ? errorPaused() : _refusalIfNotHolder(ticketId, by);
        if (refusal.length == 0) refusal = refusalToResell(ticketId);
        if (refusal.length == 0 && asked.policy == IConcertTickets.TransferPolicy.None) {
            refusal = _notTransferable(ticketId);
        }
        if (refusal.length == 0 && price == 0) {
            refusal = abi.encodeWithSelector(IConcertTickets.ConcertTickets_PriceIsZero.selector, ticketId);
        }
        if (refusal.length == 0 && price > cap) {
            bytes4 above = IConcertTickets.ConcertTickets_ResaleAboveCap.selector;
            refusal = abi.encodeWithSelector(above, ticketId, price, cap);
        }
        bytes memory call = abi.encodeCall(IConcertTickets.offer, (ticketId, price));
        (bool worked,) = attempt(by, address(tickets), 0, call, refusal);
        if (worked) ticket.offer = price;
    }

    function withdrawOffer(uint256 which, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        address by = who % 4 == 0 ? people[who % people.length] : kept[ticketId].holder;
        if (kept[ticketId].used) return; // an offer of a used ticket stands for nothing, and may be withdrawn or not
        bytes memory refusal = _refusalIfNotHolder(ticketId, by);
        if (refusal.length == 0 && kept[ticketId].offer == 0) refusal = _noOffer(ticketId);
        bytes memory call = abi.encodeCall(IConcertTickets.withdrawOffer, (ticketId));
        (bool worked,) = attempt(by, address(tickets), 0, call, refusal);
        if (worked) kept[ticketId].offer = 0;
    }

    function buyOffered(uint256 which, uint256 who, bool underpays) external {
        if (ids.length == 0) return;
        uint256 ticketId = _offered(which);
        Kept storage ticket = kept[ticketId];
        uint256 price = ticket.offer;
        uint256 sent = underpays && price != 0 && who % 8 == 0 ? price - 1 : price;
        address buyer = people[who % people.length];
        bytes memory refusal = salesPaused ? errorPaused() : refusalToResell(ticketId);
        if (refusal.length == 0 && price == 0) refusal = _noOffer(ticketId);
        if (refusal.length == 0 && sent != price) refusal = _wrongPayment(sent, price);
        bytes memory call = abi.encodeCall(IConcertTickets.buyOffered, (ticketId));
        (bool worked,) = attempt(buyer, address(tickets), sent, call, refusal);
        if (!worked) return;
        uint256 royalty = price * ROYALTY_BPS / 10_000;
        owed[ticket.holder] += price - royalty;
        (ticket.holder, ticket.offer) = (buyer, 0);
        noteRoyalties(concertOf[ticket.sessionId], 0, royalty);
    }

    /// @dev A holder, or somebody else, moves a ticket by herself: what is allowed, the session's policy says.
    function give(uint256 which, uint256 to, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        address from = ticket.holder;
        address by = who % 4 == 0 ? people[who % people.length] : from;
        IConcertTickets.TransferPolicy policy = terms[ticket.sessionId].policy;
        bool once = policy == IConcertTickets.TransferPolicy.GiftOnce;
        bytes memory refusal = refusalIfUsed(ticketId);
        if (refusal.length == 0 && policy != IConcertTickets.TransferPolicy.Free && (!once || ticket.given)) {
            refusal = _notTransferable(ticketId);
        }
        if (refusal.length == 0) refusal = refusalIfDead(ticketId);
        if (refusal.length == 0 && by != from) refusal = errorNoLeave(by, ticketId);
        address receiver = people[to % people.length];
        bytes memory call = abi.encodeCall(ITransfers.transferFrom, (from, receiver, ticketId));
        (bool worked,) = attempt(by, address(tickets), 0, call, refusal);
        if (worked) (ticket.holder, ticket.given, ticket.offer) = (receiver, ticket.given || once, 0);
    }

    /// @dev A holder tries to give somebody leave to move tickets.
    function hand(uint256 which, uint256 to, bool all) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        address receiver = people[to % people.length];
        bytes memory call = all
            ? abi.encodeCall(ITransfers.setApprovalForAll, (receiver, true))
            : abi.encodeCall(ITransfers.approve, (receiver, ticketId));
        bytes4 only = IConcertTickets.ConcertTickets_OnlyByHolder.selector;
        attempt(kept[ticketId].holder, address(tickets), 0, call, abi.encodeWithSelector(only, all ? 0 : ticketId));
    }

    function cancel(uint256 which, uint256 who) external {
        if (which % 8 != 0) return; // seldom, or no session lives long
        uint256 sessionId = 1 + (which >> 3) % sessions;
        uint256 concertId = concertOf[sessionId];
        address organiser = organiserOf(concertId);
        address by = who % 4 == 0 ? people[who % people.length] : organiser;
        bytes memory refusal = refusalIfNotScheduled(sessionId);
        if (refusal.length == 0 && by != organiser) {
            bytes4 other = IConcertTickets.ConcertTickets_NotOrganiser.selector;
            refusal = abi.encodeWithSelector(other, concertId, organiser, by);
        }
        bytes memory call = abi.encodeCall(IConcertTickets.cancel, (sessionId));
        (bool worked,) = attempt(by, address(tickets), 0, call, refusal);
        if (worked) books[sessionId].status = IConcertTickets.Status.Cancelled;
    }

    function refund(uint256 which, bool own) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        address holder = ticket.holder;
        uint96 price = terms[ticket.sessionId].price;
        uint256 due = owed[holder] + price;
        bytes memory refusal = _refusalToRefund(ticketId);
        if (refusal.length == 0 && own && holder == stubborn && price != 0) refusal = _paymentRefused(holder, due);
        uint256 before = holder.balance;
        bytes memory call = abi.encodeCall(IConcertTickets.refund, (ticketId));
        (bool worked,) = attempt(own ? holder : address(this), address(tickets), 0, call, refusal);
        if (!worked) return;
        (ticket.refunded, ticket.offer) = (true, 0);
        ++books[ticket.sessionId].returned;
        books[ticket.sessionId].refunded += price;
        bool paid = own && price != 0;
        equal(holder.balance, before + (paid ? due : 0), "what the holder got");
        owed[holder] = paid ? 0 : due;
    }

    function settle(uint256 which) external {
        uint256 sessionId = 1 + which % sessions;
        Books storage book = books[sessionId];
        bytes memory call = abi.encodeCall(IConcertTickets.settle, (sessionId));
        (bool worked,) = attempt(address(this), address(tickets), 0, call, _refusalToSettle(sessionId));
        if (!worked) return;
        uint256 concertId = concertOf[sessionId];
        uint256 escrow = book.paid - book.refunded;
        uint256 toOrganiser = escrow * organiserBps[concertId] / 10_000;
        (book.status, book.released) = (IConcertTickets.Status.Settled, escrow);
        owed[organiserOf(concertId)] += toOrganiser;
        noteRoyalties(concertId, sessionId, escrow - toOrganiser);
    }

    function withdraw(uint256 who) external {
        address person = people[who % people.length];
        uint256 amount = owed[person];
        bytes memory refusal;
        if (amount == 0) refusal = abi.encodeWithSelector(IOwedMoney.OwedMoney_NothingOwed.selector, person);
        else if (person == stubborn) refusal = _paymentRefused(person, amount);
        uint256 before = person.balance;
        bytes memory call = abi.encodeCall(IOwedMoney.withdraw, (person));
        (bool worked,) = attempt(address(this), address(tickets), 0, call, refusal);
        if (!worked) return;
        equal(person.balance, before + amount, "what was paid out");
        owed[person] = 0;
    }

    /// @dev What the vault did not take while it was paused.
    function passOn(uint256 place) external {
        place %= WORKS;
        uint256 amount = heldFor[place];
        bytes memory refusal;
        bytes4 nothing = IHeldRoyalties.HeldRoyalties_NothingHeld.selector;
        if (amount == 0) refusal = abi.encodeWithSelector(nothing, workSplits[place]);
        else if (vaultPaused) refusal = errorPaused();
        bytes memory call = abi.encodeCall(IHeldRoyalties.passOn, (workSplits[place]));
        (bool worked,) = attempt(address(this), address(tickets), 0, call, refusal);
        if (!worked) return;
        paidTo[place] += amount;
        heldFor[place] = 0;
    }

    function pauseVault(bool on) external {
        if (on == vaultPaused) return;
        if (on) vault.pause();
        else vault.unpause();
        vaultPaused = on;
    }

    /// @dev Stops sales and offers; refunds, settlements and doors go on.
    function pauseSales(uint8 on) external {
        bool pause = on % 4 == 0;
        if (pause == salesPaused) return;
        if (pause) tickets.pause();
        else tickets.unpause();
        salesPaused = pause;
    }

    function _refusalToRefund(uint256 ticketId) private view returns (bytes memory refusal) {
        uint256 sessionId = kept[ticketId].sessionId;
        refusal = refusalIfDead(ticketId);
        if (refusal.length != 0 || books[sessionId].status == IConcertTickets.Status.Cancelled) return refusal;
        refusal = refusalIfNotScheduled(sessionId);
        if (refusal.length != 0) return refusal;
        uint256 opens = uint256(terms[sessionId].ends) + 7 days;
        if (block.timestamp >= opens) return refusalIfUsed(ticketId);
        bytes4 notOpen = IConcertTickets.ConcertTickets_RefundNotOpen.selector;
        return abi.encodeWithSelector(notOpen, ticketId, opens, block.timestamp);
    }

    function _refusalToSettle(uint256 sessionId) private view returns (bytes memory refusal) {
        Books storage book = books[sessionId];
        uint40 ends = terms[sessionId].ends;
        refusal = refusalIfNotScheduled(sessionId);
        if (refusal.length != 0) return refusal;
        if (block.timestamp < ends) {
            bytes4 notOver = IConcertTickets.ConcertTickets_SessionNotOver.selector;
            return abi.encodeWithSelector(notOver, sessionId, ends, block.timestamp);
        }
        uint256 left = book.sold - book.returned;
        if (left == 0) return abi.encodeWithSelector(IConcertTickets.ConcertTickets_NothingSold.selector, sessionId);
        uint16 least = terms[sessionId].minCheckInBps;
        if (book.checkedIn == left || uint256(book.checkedIn) * 10_000 >= uint256(least) * book.sold) return "";
        bytes4 below = IConcertTickets.ConcertTickets_BelowThreshold.selector;
        return abi.encodeWithSelector(below, sessionId, book.checkedIn, book.sold, least);
    }

    function _refusalIfNotHolder(uint256 ticketId, address by) private view returns (bytes memory refusal) {
        refusal = refusalIfDead(ticketId);
        address holder = kept[ticketId].holder;
        if (refusal.length != 0 || by == holder) return refusal;
        return abi.encodeWithSelector(IConcertTickets.ConcertTickets_NotHolder.selector, ticketId, holder, by);
    }

    function _notTransferable(uint256 ticketId) private view returns (bytes memory) {
        IConcertTickets.TransferPolicy policy = terms[kept[ticketId].sessionId].policy;
        return abi.encodeWithSelector(IConcertTickets.ConcertTickets_NotTransferable.selector, ticketId, policy);
    }

    function _noOffer(uint256 ticketId) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IConcertTickets.ConcertTickets_NoOffer.selector, ticketId);
    }

    function _wrongPayment(uint256 sent, uint256 price) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IConcertTickets.ConcertTickets_WrongPayment.selector, sent, price);
    }

    function _paymentRefused(address to, uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IOwedMoney.OwedMoney_PaymentRefused.selector, to, amount);
    }

    /// @dev Three times in four a ticket that is offered, if there is one.
    function _offered(uint256 which) private view returns (uint256 ticketId) {
        uint256 first = which % ids.length;
        for (uint256 i = 0; which % 4 != 0 && i < ids.length; ++i) {
            ticketId = ids[(first + i) % ids.length];
            if (kept[ticketId].offer != 0) return ticketId;
        }
        return ids[first];
    }
}
