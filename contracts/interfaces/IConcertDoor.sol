// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IConcertTickets} from "./IConcertTickets.sol";

/// @title The doors of all sessions: who stands at them, and what a holder signs to be let in
/// @notice A holder signs one pass for all her tickets of a session:
/// EIP-712 `CheckIn(uint256[] tickets,address holder,uint64 deadline)`. The organiser, or staff whom she appointed, sends
/// it: at once, or a list of passes later, when the door worked without a network.
interface IConcertDoor {
    /// @notice What a holder shows.
    struct Pass {
        address holder;
        uint64 deadline; // last second (Unix time) at which it counts
        uint256[] tickets; // of one session
        bytes signature; // by a key, or by a contract wallet (ERC-1271)
    }

    /// @notice The organiser appointed somebody to the doors of a concert, or dismissed her.
    event StaffAppointed(uint256 indexed concertId, address indexed account, bool appointed);
    /// @notice A pass of a list let nobody in. `reason` is the error that it would have had alone.
    event PassRefused(uint256 indexed sessionId, address indexed holder, uint256[] tickets, bytes reason);

    /// @notice Only the organiser of the concert.
    error ConcertDoor_NotOrganiser(uint256 concertId, address organiser, address caller);
    /// @notice Only the organiser and her staff.
    error ConcertDoor_NotStaff(uint256 concertId, address caller);
    /// @notice The pass names no ticket.
    error ConcertDoor_NoTickets(address holder);
    /// @notice The pass is too old.
    error ConcertDoor_DeadlinePassed(address holder, uint64 deadline, uint256 time);
    /// @notice The signature is not the holder's over these tickets and this deadline, here.
    error ConcertDoor_SignatureInvalid(address holder, uint256 firstTicket);
    /// @notice No pass of the list let anybody in.
    error ConcertDoor_NobodyAdmitted(uint256 passes);

    /// @notice Appoints somebody to the doors of a concert, or dismisses her.
    ///
    /// Emits {StaffAppointed}. Requirements: the caller is the organiser.
    function appoint(uint256 concertId, address account, bool appointed) external;

    /// @notice Lets a holder in with all tickets of her pass.
    ///
    /// Emits {IConcertTickets-TicketCheckedIn} for each.
    /// Requirements: the caller is the organiser or staff; the pass is signed and not too old; as for
    /// {IConcertTickets-admit}.
    function checkIn(Pass calldata pass) external;

    /// @notice Lets many holders in. A pass that lets nobody in does not stop the others.
    ///
    /// Emits {IConcertTickets-TicketCheckedIn} for each ticket, {PassRefused} for each bad pass.
    /// Requirements: as for {checkIn}, of at least one pass; the caller is staff of every session in it; no pass is empty or
    /// begins with a ticket of an unknown session.
    /// @return admitted how many passes let somebody in
    function checkInAll(Pass[] calldata passes) external returns (uint256 admitted);

    /// @notice Whose doors these are.
    function tickets() external view returns (IConcertTickets);

    /// @notice Whether somebody was appointed to the doors of a concert.
    function isStaff(uint256 concertId, address account) external view returns (bool);

    /// @notice The EIP-712 digest that a holder signs.
    function passDigest(uint256[] calldata ticketIds, address holder, uint64 deadline) external view returns (bytes32);
}
