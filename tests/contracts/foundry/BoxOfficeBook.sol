// SPDX-License-Identifier: Apache-2.0
// A plain ledger of concerts and tickets: who has what, what was paid, and why a step must be refused.
pragma solidity 0.8.30;

import {IConcertDoor} from "../../../contracts/interfaces/IConcertDoor.sol";
import {IConcertProgrammes} from "../../../contracts/interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {errorNoToken} from "./Attempt.sol";
import {Stage} from "./Stage.sol";
import {vm} from "./Vm.sol";

abstract contract BoxOfficeBook is Stage {
    uint256 public constant CONCERTS = 2;
    uint256 public constant WORKS = 3;
    uint16 internal constant ROYALTY_BPS = 777;

    struct Kept {
        uint256 sessionId;
        address holder;
        uint96 offer;
        bool used;
        bool refunded;
        bool voted;
        bool given; // as a gift, under the policy GiftOnce
    }

    struct Books {
        uint256 paid;
        uint256 refunded;
        uint256 released;
        uint32 sold;
        uint32 returned; // tickets
        uint32 checkedIn;
        uint32 votes;
        IConcertTickets.Status status;
    }

    IConcertDoor public door;
    IConcertProgrammes public programmes;
    uint256[] internal ids;
    mapping(uint256 ticketId => Kept) internal kept;
    mapping(uint256 sessionId => Books) internal books;
    mapping(uint256 sessionId => IConcertTickets.SessionTerms) internal terms;
    mapping(uint256 sessionId => uint256) public concertOf;
    mapping(uint256 sessionId => mapping(uint256 place => uint256)) public votesFor;
    mapping(uint256 concertId => mapping(address person => bool)) internal staff;
    mapping(address person => uint256) public owed;
    uint16[4] internal organiserBps; // by concert, from 1
    uint16[4] internal votedBps;
    uint16[3][4] internal weights;
    bytes32[3] internal workSplits;
    mapping(uint256 place => uint256) public paidTo; // into the vault, for the composition of each work
    mapping(uint256 place => uint256) public heldFor;
    uint256 public sessions;
    bool internal vaultPaused;
    bool internal salesPaused;

    constructor() {
        raise();
        raiseShops();
        (door, programmes) = (tickets.door(), tickets.programmes());
        for (uint256 i = 0; i < WORKS; ++i) {
            uint256 workId = sealedWork(people[i], keccak256(abi.encode(i)), randomLines(i, 0), randomLines(i + 9, 0));
            workSplits[i] = registry.currentSplit(workId, 1);
        }
        _announce(1, 3_333, 4_001, [uint16(3_001), 2_000, 4_999]);
        _announce(2, 0, 10_000, [uint16(9_998), 1, 1]);
    }

    function _announce(uint256 concertId, uint16 toOrganiser, uint16 toVoted, uint16[3] memory weights_) private {
        uint256[] memory works = new uint256[](WORKS);
        uint16[] memory list = new uint16[](WORKS);
        for (uint256 i = 0; i < WORKS; ++i) {
            (works[i], list[i]) = (i + 1, weights_[i]);
        }
        (organiserBps[concertId], votedBps[concertId], weights[concertId]) = (toOrganiser, toVoted, weights_);
        vm.prank(organiserOf(concertId));
        tickets.announce(works, list, toOrganiser, ROYALTY_BPS, toVoted, "ipfs://concert");
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function ticketAt(uint256 i) external view returns (uint256 ticketId, Kept memory) {
        return (ids[i], kept[ids[i]]);
    }

    function booksOf(uint256 sessionId) external view returns (Books memory) {
        return books[sessionId];
    }

    function termsOf(uint256 sessionId) external view returns (IConcertTickets.SessionTerms memory) {
        return terms[sessionId];
    }

    function splitAt(uint256 place) external view returns (bytes32) {
        return workSplits[place];
    }

    function personAt(uint256 i) external view returns (address) {
        return people[i];
    }

    function persons() external view returns (uint256) {
        return people.length;
    }

    function organiserOf(uint256 concertId) internal view returns (address) {
        return people[concertId - 1];
    }

    /// @dev The royalties of a resale, and those of a settlement when `sessionId` is not 0, by our own arithmetic.
    function noteRoyalties(uint256 concertId, uint256 sessionId, uint256 amount) internal {
        uint256 all = sessionId == 0 ? 0 : books[sessionId].votes;
        uint256 byVotes = all == 0 ? 0 : amount * votedBps[concertId] / 10_000;
        uint256 byWeight = amount - byVotes;
        uint256 votesLeft = byVotes;
        uint256 weightLeft = byWeight;
        for (uint256 place = 0; place < WORKS; ++place) {
            bool last = place == WORKS - 1;
            uint256 voted = last ? votesLeft : all == 0 ? 0 : byVotes * votesFor[sessionId][place] / all;
            uint256 weighed = last ? weightLeft : byWeight * weights[concertId][place] / 10_000;
            (votesLeft, weightLeft) = (votesLeft - voted, weightLeft - weighed);
            if (vaultPaused) heldFor[place] += voted + weighed;
            else paidTo[place] += voted + weighed;
        }
    }

    // Why not.

    function refusalIfNotScheduled(uint256 sessionId) internal view returns (bytes memory) {
        IConcertTickets.Status status = books[sessionId].status;
        if (status == IConcertTickets.Status.Scheduled) return "";
        return abi.encodeWithSelector(IConcertTickets.ConcertTickets_NotScheduled.selector, sessionId, status);
    }

    function refusalIfOver(uint256 sessionId) internal view returns (bytes memory) {
        uint40 ends = terms[sessionId].ends;
        if (block.timestamp < ends) return "";
        bytes4 over = IConcertTickets.ConcertTickets_SessionOver.selector;
        return abi.encodeWithSelector(over, sessionId, ends, block.timestamp);
    }

    function refusalIfUsed(uint256 ticketId) internal view returns (bytes memory) {
        if (!kept[ticketId].used) return "";
        return abi.encodeWithSelector(IConcertTickets.ConcertTickets_CheckedIn.selector, ticketId);
    }

    function refusalIfDead(uint256 ticketId) internal view returns (bytes memory) {
        return kept[ticketId].refunded ? errorNoToken(ticketId) : bytes("");
    }

    function refusalToResell(uint256 ticketId) internal view returns (bytes memory refusal) {
        uint256 sessionId = kept[ticketId].sessionId;
        refusal = refusalIfDead(ticketId);
        if (refusal.length == 0) refusal = refusalIfNotScheduled(sessionId);
        if (refusal.length == 0) refusal = refusalIfOver(sessionId);
        if (refusal.length == 0) refusal = refusalIfUsed(ticketId);
    }

    function refusalOfDoors(uint256 sessionId) internal view returns (bytes memory refusal) {
        refusal = refusalIfNotScheduled(sessionId);
        if (refusal.length != 0) return refusal;
        uint256 open = uint256(terms[sessionId].starts) - 4 hours;
        if (block.timestamp >= open) return refusalIfOver(sessionId);
        bytes4 closed = IConcertTickets.ConcertTickets_DoorsClosed.selector;
        return abi.encodeWithSelector(closed, sessionId, open, block.timestamp);
    }

    /// @dev One ticket for a holder who stands at the door.
    function refusalToLetIn(uint256 ticketId, address holder) internal view returns (bytes memory refusal) {
        refusal = refusalIfDead(ticketId);
        if (refusal.length != 0) return refusal;
        Kept storage ticket = kept[ticketId];
        if (ticket.holder == holder) return refusalIfUsed(ticketId);
        bytes4 other = IConcertTickets.ConcertTickets_NotHolder.selector;
        return abi.encodeWithSelector(other, ticketId, ticket.holder, holder);
    }

    /// @dev A pass whose signature may or may not be its holder's.
    function refusalOfPass(IConcertDoor.Pass memory pass, bool isSigned) internal view returns (bytes memory refusal) {
        if (block.timestamp > pass.deadline) {
            bytes4 late = IConcertDoor.ConcertDoor_DeadlinePassed.selector;
            return abi.encodeWithSelector(late, pass.holder, pass.deadline, block.timestamp);
        }
        if (!isSigned) {
            bytes4 invalid = IConcertDoor.ConcertDoor_SignatureInvalid.selector;
            return abi.encodeWithSelector(invalid, pass.holder, pass.tickets[0]);
        }
        uint256 sessionId = kept[pass.tickets[0]].sessionId;
        refusal = refusalOfDoors(sessionId);
        for (uint256 i = 0; i < pass.tickets.length && refusal.length == 0; ++i) {
            uint256 ticketId = pass.tickets[i];
            if (kept[ticketId].sessionId != sessionId) {
                bytes4 other = IConcertTickets.ConcertTickets_OtherSession.selector;
                return abi.encodeWithSelector(other, ticketId, sessionId);
            }
            refusal = refusalToLetIn(ticketId, pass.holder);
            for (uint256 k = 0; k < i && refusal.length == 0; ++k) {
                if (pass.tickets[k] != ticketId) continue; // named twice: the second time it is used
                refusal = abi.encodeWithSelector(IConcertTickets.ConcertTickets_CheckedIn.selector, ticketId);
            }
        }
    }

    function refusalOfStaff(uint256 sessionId, address caller) internal view returns (bytes memory) {
        uint256 concertId = concertOf[sessionId];
        if (caller == organiserOf(concertId) || staff[concertId][caller]) return "";
        return abi.encodeWithSelector(IConcertDoor.ConcertDoor_NotStaff.selector, concertId, caller);
    }

    function noteLetIn(uint256[] memory ticketIds) internal {
        for (uint256 i = 0; i < ticketIds.length; ++i) {
            Kept storage ticket = kept[ticketIds[i]];
            (ticket.used, ticket.offer) = (true, 0);
            ++books[ticket.sessionId].checkedIn;
        }
    }
}
