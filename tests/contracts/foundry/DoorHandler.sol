// SPDX-License-Identifier: Apache-2.0
// Random people vote, show passes, right and wrong ones, and enter, while time passes and the staff changes.
pragma solidity 0.8.30;

import {IConcertDoor} from "../../../contracts/interfaces/IConcertDoor.sol";
import {IConcertProgrammes} from "../../../contracts/interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {attempt} from "./Attempt.sol";
import {TicketHandler} from "./TicketHandler.sol";
import {equal, vm} from "./Vm.sol";

contract DoorHandler is TicketHandler {
    function appoint(uint256 who, bool on, uint256 by) external {
        uint256 concertId = 1 + by % CONCERTS;
        address organiser = organiserOf(concertId);
        address caller = by % 8 < 2 ? people[by % people.length] : organiser;
        address person = people[who % people.length];
        bytes memory refusal;
        if (caller != organiser) {
            bytes4 other = IConcertDoor.ConcertDoor_NotOrganiser.selector;
            refusal = abi.encodeWithSelector(other, concertId, organiser, caller);
        }
        bytes memory call = abi.encodeCall(IConcertDoor.appoint, (concertId, person, on));
        (bool worked,) = attempt(caller, address(door), 0, call, refusal);
        if (worked) staff[concertId][person] = on;
    }

    /// @dev One pass for one ticket or several, shown to the organiser, her staff or anybody.
    function checkIn(uint256 which, uint256 seed) external {
        if (ids.length == 0) return;
        (IConcertDoor.Pass memory shown, bool isSigned) = _pass(which, seed);
        address by = _atTheDoor(shown, seed);
        bytes memory refusal;
        if (shown.tickets.length == 0) {
            refusal = abi.encodeWithSelector(IConcertDoor.ConcertDoor_NoTickets.selector, shown.holder);
        } else {
            refusal = refusalOfStaff(kept[shown.tickets[0]].sessionId, by);
            if (refusal.length == 0) refusal = refusalOfPass(shown, isSigned);
        }
        bytes memory call = abi.encodeCall(IConcertDoor.checkIn, (shown));
        (bool worked,) = attempt(by, address(door), 0, call, refusal);
        if (worked) noteLetIn(shown.tickets);
    }

    /// @dev Three passes at once: a bad one keeps nobody else out; one of a session whose door this is not stops all.
    function checkInAll(uint256[3] calldata which, uint256 seed) external {
        if (ids.length == 0) return;
        IConcertDoor.Pass[] memory passes = new IConcertDoor.Pass[](3);
        bool[] memory isSigned = new bool[](3);
        for (uint256 i = 0; i < 3; ++i) {
            (passes[i], isSigned[i]) = _pass(which[i], seed >> 16 * i);
        }
        address by = _atTheDoor(passes[0], seed);
        bytes memory refusal;
        for (uint256 i = 3; i != 0; --i) {
            uint256[] memory shown = passes[i - 1].tickets;
            bytes memory why = shown.length == 0
                ? abi.encodeWithSelector(IConcertDoor.ConcertDoor_NoTickets.selector, passes[i - 1].holder)
                : refusalOfStaff(kept[shown[0]].sessionId, by);
            if (why.length != 0) refusal = why; // the first one that is not for this door
        }
        uint256 admitted;
        for (uint256 i = 0; i < 3 && refusal.length == 0; ++i) {
            if (refusalOfPass(passes[i], isSigned[i]).length != 0) continue;
            noteLetIn(passes[i].tickets);
            ++admitted;
        }
        if (refusal.length == 0 && admitted == 0) {
            refusal = abi.encodeWithSelector(IConcertDoor.ConcertDoor_NobodyAdmitted.selector, 3);
        }
        bytes memory call = abi.encodeCall(IConcertDoor.checkInAll, (passes));
        (bool worked, bytes memory result) = attempt(by, address(door), 0, call, refusal);
        if (worked) equal(abi.decode(result, (uint256)), admitted, "passes that were admitted");
    }

    /// @dev A holder lets herself in, where the entrance is open.
    function attend(uint256 which, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = _usable(which);
        uint256 sessionId = kept[ticketId].sessionId;
        address by = who % 4 == 0 ? people[who % people.length] : kept[ticketId].holder;
        bytes memory refusal = refusalOfDoors(sessionId);
        if (refusal.length == 0 && terms[sessionId].entrance != IConcertTickets.Entrance.Open) {
            refusal = abi.encodeWithSelector(IConcertTickets.ConcertTickets_StaffedEntrance.selector, sessionId);
        }
        if (refusal.length == 0) refusal = refusalToLetIn(ticketId, by);
        bytes memory call = abi.encodeCall(IConcertTickets.attend, (ticketId));
        (bool worked,) = attempt(by, address(tickets), 0, call, refusal);
        if (worked) noteLetIn(_one(ticketId));
    }

    /// @dev Nobody lets people in past the door's contract.
    function sneak(uint256 which, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        address by = people[who % people.length];
        bytes4 notDoor = IConcertTickets.ConcertTickets_NotDoor.selector;
        bytes memory call = abi.encodeCall(IConcertTickets.admit, (_one(ticketId), by));
        attempt(by, address(tickets), 0, call, abi.encodeWithSelector(notDoor, address(door), by));
    }

    function vote(uint256 which, uint256 place, uint256 who) external {
        if (ids.length == 0) return;
        uint256 ticketId = ids[which % ids.length];
        Kept storage ticket = kept[ticketId];
        Books storage book = books[ticket.sessionId];
        uint256 concertId = concertOf[ticket.sessionId];
        place %= place % 8 == 0 ? WORKS + 2 : WORKS;
        address by = who % 4 == 0 ? people[who % people.length] : ticket.holder;
        bool late = block.timestamp >= terms[ticket.sessionId].starts;
        address voter = late || book.status != IConcertTickets.Status.Scheduled ? address(0) : ticket.holder;
        bytes memory refusal = refusalIfDead(ticketId);
        if (refusal.length == 0 && by != voter) {
            bytes4 other = IConcertProgrammes.ConcertProgrammes_NotVoter.selector;
            refusal = abi.encodeWithSelector(other, ticketId, voter, by);
        }
        if (refusal.length == 0 && ticket.voted) {
            refusal = abi.encodeWithSelector(IConcertProgrammes.ConcertProgrammes_HasVoted.selector, ticketId);
        }
        if (refusal.length == 0 && place >= WORKS) {
            bytes4 noPlace = IConcertProgrammes.ConcertProgrammes_NoSuchPlace.selector;
            refusal = abi.encodeWithSelector(noPlace, concertId, place, WORKS);
        }
        bytes memory call = abi.encodeCall(IConcertProgrammes.vote, (ticketId, place));
        (bool worked,) = attempt(by, address(programmes), 0, call, refusal);
        if (!worked) return;
        ticket.voted = true;
        ++book.votes;
        ++votesFor[ticket.sessionId][place];
    }

    /// @dev To the next moment of a session: doors, end, opening of the refunds. Time never goes back.
    function pass(uint256 which, uint8 where) external {
        IConcertTickets.SessionTerms memory asked = terms[1 + which % sessions];
        uint256[4] memory moments =
            [uint256(asked.starts) - 4 hours, asked.ends, uint256(asked.ends) + 7 days, asked.starts];
        uint256 moment = moments[where % 8 < 4 ? 0 : where % 4];
        if (moment > block.timestamp) vm.warp(moment);
    }

    /// @dev One to three tickets of a person, mostly hers and of one session; wrong in one way now and then.
    function _pass(uint256 which, uint256 seed) private view returns (IConcertDoor.Pass memory shown, bool isSigned) {
        uint256 first = _usable(which);
        uint256 most = seed % 4;
        if (most == 0 && seed >> 2 & 3 != 0) most = 1; // seldom none at all
        uint256[] memory some = new uint256[](most);
        uint256 found;
        for (uint256 i = 0; i < ids.length && found < most; ++i) {
            uint256 ticketId = found == 0 ? first : ids[(which % ids.length + i) % ids.length];
            bool fits = kept[ticketId].holder == kept[first].holder
                && kept[ticketId].sessionId == kept[first].sessionId && (found == 0 || ticketId != first);
            if (fits || seed >> 4 & 7 == 0) some[found++] = ticketId; // or anybody's
        }
        uint256[] memory ticketIds = new uint256[](found);
        for (uint256 i = 0; i < found; ++i) {
            ticketIds[i] = some[i];
        }
        address holder = seed >> 7 & 15 == 0 ? people[which % people.length] : kept[first].holder;
        address signer = seed >> 11 & 7 == 0 ? people[seed % people.length] : holder;
        uint64 deadline = uint64(seed >> 14 & 15 == 0 ? block.timestamp - 1 : block.timestamp);
        bytes memory signature = signed(signer, door.passDigest(ticketIds, holder, deadline));
        return (IConcertDoor.Pass(holder, deadline, ticketIds, signature), signer == holder);
    }

    function _atTheDoor(IConcertDoor.Pass memory shown, uint256 seed) private view returns (address) {
        if (seed >> 64 & 3 == 0 || shown.tickets.length == 0) return people[(seed >> 66) % people.length];
        return organiserOf(concertOf[kept[shown.tickets[0]].sessionId]);
    }

    /// @dev Three times in four a ticket that can be used, if there is one.
    function _usable(uint256 which) private view returns (uint256 ticketId) {
        uint256 first = which % ids.length;
        for (uint256 i = 0; which % 4 != 0 && i < ids.length; ++i) {
            ticketId = ids[(first + i) % ids.length];
            if (refusalToResell(ticketId).length == 0) return ticketId;
        }
        return ids[first];
    }

    function _one(uint256 ticketId) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = ticketId;
    }
}
