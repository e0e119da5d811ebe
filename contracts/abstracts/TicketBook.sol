// SPDX-License-Identifier: Apache-2.0
// What is kept of concerts, sessions and tickets, and what can be asked about them.
pragma solidity 0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import {ConcertDoor} from "../ConcertDoor.sol";
import {ConcertProgrammes} from "../ConcertProgrammes.sol";
import {IConcertDoor} from "../interfaces/IConcertDoor.sol";
import {IConcertProgrammes} from "../interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "../interfaces/IConcertTickets.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Bits} from "../libraries/Bits.sol";
import {HeldRoyalties} from "./HeldRoyalties.sol";

/// @title The books of the box office
abstract contract TicketBook is IConcertTickets, HeldRoyalties, ERC721 {
    using Bits for mapping(uint256 => uint256);

    struct ConcertState {
        address organiser; // slot 0
        uint16 organiserBps;
        uint16 resaleRoyaltyBps;
        string uri;
    }

    struct SessionState {
        uint96 price; // slot 0: what a purchase writes
        uint32 capacity;
        uint32 sold;
        uint32 refunded;
        uint40 saleOpens;
        int16 zoneOffsetMinutes;
        uint40 concertId; // slot 1: all that a check-in and a resale read; 0: no such session
        uint40 saleCloses;
        uint40 starts;
        uint40 ends;
        uint16 maxResaleBps;
        uint16 minCheckInBps;
        TransferPolicy policy;
        Entrance entrance;
        Status status;
    }

    uint256 private constant DOORS_BEFORE_START = 4 hours;

    /// @inheritdoc IConcertTickets
    IConcertProgrammes public immutable programmes;
    /// @inheritdoc IConcertTickets
    IConcertDoor public immutable door;
    /// @inheritdoc IConcertTickets
    uint256 public concerts;
    /// @inheritdoc IConcertTickets
    uint256 public sessions;
    mapping(uint256 concertId => ConcertState) internal _concerts;
    mapping(uint256 sessionId => SessionState) internal _sessions;
    mapping(uint256 ticketId => uint96 price) internal _offers;
    mapping(uint256 word => uint256 bits) internal _checkedIn; // 256 tickets of a session in a word
    mapping(uint256 word => uint256 bits) internal _given; // likewise, under the policy GiftOnce

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_)
        HeldRoyalties(vault_)
        ERC721("Partbook Concert Tickets", "PBTICKET")
    {
        programmes = new ConcertProgrammes(registry_, vault_);
        door = new ConcertDoor();
    }

    /// @inheritdoc IConcertTickets
    function concert(uint256 concertId) external view returns (Concert memory) {
        ConcertState storage found = _concert(concertId);
        (uint256[] memory works, uint256[] memory weightsBps) = programmes.programme(concertId);
        return Concert(
            found.organiser,
            found.organiserBps,
            found.resaleRoyaltyBps,
            programmes.votedBps(concertId),
            works,
            weightsBps,
            found.uri
        );
    }

    /// @inheritdoc IConcertTickets
    function session(uint256 sessionId) external view returns (Session memory found) {
        SessionState storage state = _session(sessionId);
        found.concertId = state.concertId;
        found.price = state.price;
        found.capacity = state.capacity;
        found.sold = state.sold;
        found.checkedIn = uint32(_checkedIn.count(sessionId << 32, state.sold)); // at most what was sold
        found.refunded = state.refunded;
        found.saleOpens = state.saleOpens;
        found.saleCloses = state.saleCloses;
        found.starts = state.starts;
        found.ends = state.ends;
        found.zoneOffsetMinutes = state.zoneOffsetMinutes;
        found.maxResaleBps = state.maxResaleBps;
        found.minCheckInBps = state.minCheckInBps;
        found.policy = state.policy;
        found.entrance = state.entrance;
        found.status = state.status;
        if (found.status != Status.Settled) found.escrow = uint256(found.price) * (found.sold - found.refunded);
    }

    /// @inheritdoc IConcertTickets
    function organiser(uint256 concertId) external view returns (address) {
        return _concerts[concertId].organiser;
    }

    /// @inheritdoc IConcertTickets
    function organiserOf(uint256 sessionId) external view returns (uint256 concertId, address account) {
        concertId = _session(sessionId).concertId;
        account = _concerts[concertId].organiser;
    }

    /// @inheritdoc IConcertTickets
    function voter(uint256 ticketId) external view returns (uint256 concertId, address holder) {
        holder = _requireOwned(ticketId);
        SessionState storage state = _sessions[ticketId >> 32];
        concertId = state.concertId;
        if (state.status != Status.Scheduled || block.timestamp >= state.starts) holder = address(0);
    }

    /// @inheritdoc IConcertTickets
    function offerOf(uint256 ticketId) external view returns (uint96 price) {
        return isCheckedIn(ticketId) ? 0 : _offers[ticketId];
    }

    /// @inheritdoc IConcertTickets
    function attendee(uint256 ticketId) external view returns (address) {
        return isCheckedIn(ticketId) ? _ownerOf(ticketId) : address(0);
    }

    /// @inheritdoc IConcertTickets
    function isCheckedIn(uint256 ticketId) public view returns (bool) {
        return _checkedIn.has(ticketId);
    }

    /// @notice Metadata of a ticket: its concert's.
    function tokenURI(uint256 ticketId) public view override returns (string memory) {
        _requireOwned(ticketId);
        return _concerts[_sessions[ticketId >> 32].concertId].uri;
    }

    function _concert(uint256 concertId) internal view returns (ConcertState storage found) {
        found = _concerts[concertId];
        if (found.organiser == address(0)) revert ConcertTickets_UnknownConcert(concertId);
    }

    function _session(uint256 sessionId) internal view returns (SessionState storage found) {
        found = _sessions[sessionId];
        if (found.concertId == 0) revert ConcertTickets_UnknownSession(sessionId);
    }

    function _scheduled(uint256 sessionId) internal view returns (SessionState storage found) {
        found = _session(sessionId);
        if (found.status != Status.Scheduled) revert ConcertTickets_NotScheduled(sessionId, found.status);
    }

    function _checkDoors(uint256 sessionId) internal view returns (SessionState storage state) {
        state = _sessions[sessionId]; // one slot of it; an unknown session is over
        if (state.status != Status.Scheduled) revert ConcertTickets_NotScheduled(sessionId, state.status);
        if (block.timestamp + DOORS_BEFORE_START < state.starts) {
            revert ConcertTickets_DoorsClosed(sessionId, state.starts - DOORS_BEFORE_START, block.timestamp);
        }
        _checkNotOver(sessionId, state.ends);
    }

    function _checkNotOver(uint256 sessionId, uint40 ends) internal view {
        if (block.timestamp >= ends) revert ConcertTickets_SessionOver(sessionId, ends, block.timestamp);
    }

    function _checkOrganiser(uint256 concertId) internal view {
        address account = _concert(concertId).organiser;
        if (msg.sender != account) revert ConcertTickets_NotOrganiser(concertId, account, msg.sender);
    }
}
