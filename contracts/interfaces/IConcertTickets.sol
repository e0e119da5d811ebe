// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IConcertDoor} from "./IConcertDoor.sol";
import {IConcertProgrammes} from "./IConcertProgrammes.sol";
import {IHeldRoyalties} from "./IHeldRoyalties.sol";

/// @title Concerts, their sessions and tickets whose money waits until the show is proven
/// @notice A concert plays registered works and has sessions, one per time zone if it likes. A ticket is
/// `session << 32 | seq`, seq from 1. What is paid for tickets is held in escrow per session:
/// `escrow = price · (sold − refunded)` until the session is settled, then 0.
/// A session is settled when it is over and check-ins reach its threshold; nobody is checked in without her signature or
/// her own transaction. A session not settled 7 days after its end gives refunds to all who were not checked in; once the
/// last of them is refunded, it can be settled for those who were. UTC decides; the zone offset is for display.
/// Tickets are sold on only through the market here: never above the cap, and each resale pays the works. Whether a holder
/// may also give one away is the session's policy. Nobody else can move a ticket, and a used one never moves.
/// A paused vault stops neither a settlement nor a resale: the works' part is held here until somebody passes it on.
interface IConcertTickets is IHeldRoyalties {
    /// @notice Where a session stands.
    enum Status {
        Scheduled,
        Cancelled,
        Settled
    }

    /// @notice How a ticket may change hands before it is used.
    enum TransferPolicy {
        ResaleOnly, // through the market here
        None, // not at all
        GiftOnce, // through the market, and as a gift once in the ticket's life
        Free // through the market, and as a gift
    }

    /// @notice Who lets people in.
    enum Entrance {
        Staffed, // the organiser or her staff, with the holder's signature
        Open // as Staffed, or the holder by herself: for streams and places without a door
    }

    /// @notice What an organiser decides per session. None of it ever changes.
    struct SessionTerms {
        uint96 price; // wei per ticket
        uint32 capacity; // tickets that can ever be sold, at most 500,000
        uint40 saleOpens; // unix time, first second of the sale
        uint40 saleCloses; // unix time, first second after the sale; not after the end
        uint40 starts; // unix time; doors open 4 hours earlier
        uint40 ends; // unix time, first second after the session; at most 3 years ahead
        int16 zoneOffsetMinutes; // of local time to UTC, -720 to 840; display only
        uint16 maxResaleBps; // of the price; 0 forbids resale
        uint16 minCheckInBps; // of the tickets sold, to settle; 1 to 10,000
        TransferPolicy policy;
        Entrance entrance;
    }

    /// @notice A session as it stands.
    struct Session {
        uint40 concertId;
        uint96 price;
        uint32 capacity;
        uint32 sold;
        uint32 checkedIn; // counted when asked for
        uint32 refunded;
        uint40 saleOpens;
        uint40 saleCloses;
        uint40 starts;
        uint40 ends;
        int16 zoneOffsetMinutes;
        uint16 maxResaleBps;
        uint16 minCheckInBps;
        TransferPolicy policy;
        Entrance entrance;
        Status status;
        uint256 escrow; // wei held for this session
    }

    /// @notice A concert: who organises it, and which works share what is left after the organiser's part.
    struct Concert {
        address organiser;
        uint16 organiserBps; // of the escrow; the rest goes to the works
        uint16 resaleRoyaltyBps; // of every resale to the works
        uint16 votedBps; // of the works' part that follows the votes
        uint256[] works;
        uint256[] weightsBps; // one per work, adding up to 10,000
        string uri; // metadata
    }

    /// @notice An organiser announced a concert.
    event ConcertAnnounced(
        uint256 indexed concertId,
        address indexed organiser,
        uint256[] works,
        uint16[] weightsBps,
        uint16 organiserBps,
        uint16 resaleRoyaltyBps,
        uint16 votedBps,
        string uri
    );
    /// @notice A session of a concert can be sold.
    event SessionScheduled(uint256 indexed sessionId, uint256 indexed concertId, SessionTerms terms);
    /// @notice A ticket was sold for `paid` wei, now in escrow.
    event TicketBought(
        uint256 indexed ticketId, uint256 indexed sessionId, address indexed holder, address buyer, uint256 paid
    );
    /// @notice A holder offers her ticket. A later offer replaces it.
    event TicketOffered(uint256 indexed ticketId, address indexed seller, uint96 price);
    /// @notice An offer ended without a sale: by its seller, a gift or a refund. A check-in ends it without this event.
    event TicketOfferWithdrawn(uint256 indexed ticketId, address indexed seller);
    /// @notice A ticket changed hands; `royalty` of `price` went to the works, the rest is owed to the seller.
    event TicketResold(
        uint256 indexed ticketId, address indexed seller, address indexed buyer, uint256 price, uint256 royalty
    );
    /// @notice A holder gave her ticket away.
    event TicketGiven(uint256 indexed ticketId, address indexed from, address indexed to);
    /// @notice A holder was let in; an offer of the ticket is over.
    event TicketCheckedIn(uint256 indexed ticketId, address indexed holder);
    /// @notice The organiser cancelled a session; all its tickets can be refunded.
    event SessionCancelled(uint256 indexed sessionId);
    /// @notice A ticket was burnt and its price is owed to its holder.
    event TicketRefunded(
        uint256 indexed ticketId, uint256 indexed sessionId, address indexed holder, uint256 amount
    );
    /// @notice The escrow of a session was released.
    event SessionSettled(uint256 indexed sessionId, uint256 toOrganiser, uint256 toWorks);

    /// @notice A concert plays 1 to 16 works, with one weight each.
    error ConcertTickets_WorkCount(uint256 works, uint256 weights, uint256 limit);
    /// @notice The work has no sealed split sheet, so nobody has agreed who is paid.
    error ConcertTickets_WorkNotSealed(uint256 workId);
    /// @notice The weights of the works must add up to 10,000.
    error ConcertTickets_WeightsDoNotAddUp(uint256 sum, uint256 expected);
    /// @notice A share is outside its limits.
    error ConcertTickets_ShareOutOfRange(uint16 bps, uint16 lowest, uint16 highest);
    /// @notice No concert has this id.
    error ConcertTickets_UnknownConcert(uint256 concertId);
    /// @notice No session has this id.
    error ConcertTickets_UnknownSession(uint256 sessionId);
    /// @notice Only the organiser of the concert may do this.
    error ConcertTickets_NotOrganiser(uint256 concertId, address organiser, address caller);
    /// @notice A session has 1 to 500,000 seats.
    error ConcertTickets_CapacityOutOfRange(uint256 concertId, uint32 capacity, uint32 limit);
    /// @notice The sale must open before it closes, close in the future and by the end; the start lies before the end.
    error ConcertTickets_TimesOutOfOrder(uint40 saleOpens, uint40 saleCloses, uint40 starts, uint40 ends);
    /// @notice A session ends at most 3 years from now, so that no escrow is locked for longer.
    error ConcertTickets_TooFarAhead(uint40 ends, uint256 latest);
    /// @notice No place on earth has this offset to UTC.
    error ConcertTickets_ZoneOutOfRange(int16 zoneOffsetMinutes);
    /// @notice The session was cancelled or settled.
    error ConcertTickets_NotScheduled(uint256 sessionId, Status status);
    /// @notice The sale has not begun.
    error ConcertTickets_NotOpenYet(uint256 sessionId, uint40 saleOpens, uint256 time);
    /// @notice The sale is over.
    error ConcertTickets_Closed(uint256 sessionId, uint40 saleCloses, uint256 time);
    /// @notice All seats are sold.
    error ConcertTickets_SoldOut(uint256 sessionId, uint32 capacity);
    /// @notice The payment must be exact.
    error ConcertTickets_WrongPayment(uint256 sent, uint256 price);
    /// @notice Only the holder of the ticket may do this.
    error ConcertTickets_NotHolder(uint256 ticketId, address holder, address caller);
    /// @notice An offer needs a price above zero.
    error ConcertTickets_PriceIsZero(uint256 ticketId);
    /// @notice The price asked is above the cap of the session.
    error ConcertTickets_ResaleAboveCap(uint256 ticketId, uint256 price, uint256 cap);
    /// @notice The ticket is not offered.
    error ConcertTickets_NoOffer(uint256 ticketId);
    /// @notice Nobody but the holder moves a ticket, so nobody needs leave to do it.
    error ConcertTickets_OnlyByHolder(uint256 ticketId);
    /// @notice The session's policy does not let this ticket change hands this way.
    error ConcertTickets_NotTransferable(uint256 ticketId, TransferPolicy policy);
    /// @notice Only the door lets people in.
    error ConcertTickets_NotDoor(address door, address caller);
    /// @notice The session has staff at its door; only that lets people in.
    error ConcertTickets_StaffedEntrance(uint256 sessionId);
    /// @notice The tickets of one pass are for one session.
    error ConcertTickets_OtherSession(uint256 ticketId, uint256 sessionId);
    /// @notice The ticket was used: it stays with the one who came, and is not refunded while the show goes on.
    error ConcertTickets_CheckedIn(uint256 ticketId);
    /// @notice Doors are not open yet.
    error ConcertTickets_DoorsClosed(uint256 sessionId, uint256 doorsOpen, uint256 time);
    /// @notice The session is over.
    error ConcertTickets_SessionOver(uint256 sessionId, uint40 ends, uint256 time);
    /// @notice The session is not over.
    error ConcertTickets_SessionNotOver(uint256 sessionId, uint40 ends, uint256 time);
    /// @notice Refunds are not open: the session was not cancelled, and it is not 7 days past its end.
    error ConcertTickets_RefundNotOpen(uint256 ticketId, uint256 opens, uint256 time);
    /// @notice No ticket of the session is left to settle.
    error ConcertTickets_NothingSold(uint256 sessionId);
    /// @notice Too few check-ins prove the show.
    error ConcertTickets_BelowThreshold(uint256 sessionId, uint256 checkedIn, uint256 sold, uint16 minCheckInBps);

    /// @notice Announces a concert of sealed works; the caller is its organiser.
    ///
    /// Emits {ConcertAnnounced}.
    /// Requirements: 1 to 16 sealed works, each once; one weight each, adding up to 10,000; organiserBps ≤ 10,000;
    /// resaleRoyaltyBps ≤ 5,000; votedBps ≤ 10,000.
    function announce(
        uint256[] calldata works,
        uint16[] calldata weightsBps,
        uint16 organiserBps,
        uint16 resaleRoyaltyBps,
        uint16 votedBps,
        string calldata uri
    ) external returns (uint256 concertId);

    /// @notice Schedules a session; ids are sequential from 1 over all concerts.
    ///
    /// Emits {SessionScheduled}. Requirements: the caller is the organiser; the terms are in range.
    function schedule(uint256 concertId, SessionTerms calldata terms) external returns (uint256 sessionId);

    /// @notice Buys a ticket for `to`; its price goes into the session's escrow.
    ///
    /// Emits {TicketBought}. Requirements: the sale is open; a seat is left; the payment is exact.
    function buy(uint256 sessionId, address to) external payable returns (uint256 ticketId);

    /// @notice Offers the caller's ticket for `price` wei; a second offer replaces the first.
    ///
    /// Emits {TicketOffered}.
    /// Requirements: the caller holds it; it was not used; the session is not over, and its policy is not None;
    /// 0 < price ≤ first price · maxResaleBps.
    function offer(uint256 ticketId, uint96 price) external;

    /// @notice Ends the caller's offer. A pause does not stop it.
    ///
    /// Emits {TicketOfferWithdrawn}.
    function withdrawOffer(uint256 ticketId) external;

    /// @notice Buys an offered ticket. The royalty goes to the works, the rest is owed to the seller.
    ///
    /// Emits {TicketResold}. Requirements: the offer stands; the session is not over; the payment is its price.
    function buyOffered(uint256 ticketId) external payable;

    /// @notice Lets the caller in with her own ticket, where there is no staff.
    ///
    /// Emits {TicketCheckedIn}.
    /// Requirements: the session's entrance is open; the caller holds the ticket; it was not used; from 4 hours before the
    /// start until the end.
    function attend(uint256 ticketId) external;

    /// @notice Lets a holder in with her tickets. The door only, which has checked her signature.
    ///
    /// Emits {TicketCheckedIn} for each.
    /// Requirements: all tickets are hers, of one session, and not used; from 4 hours before the start until the end.
    function admit(uint256[] calldata ticketIds, address holder) external;

    /// @notice Cancels a session that is not settled. All its tickets, used or not, can be refunded.
    ///
    /// Emits {SessionCancelled} and ERC-4906 `BatchMetadataUpdate`. Requirements: the caller is the organiser.
    function cancel(uint256 sessionId) external;

    /// @notice Burns a ticket and gives its price back to its holder. Anyone may ask; a holder who asks herself is paid at
    /// once, for anyone else the money is noted as owed and waits for {IOwedMoney-withdraw}.
    ///
    /// Emits {TicketRefunded}.
    /// Requirements: the session was cancelled; or it is unsettled 7 days after its end and the ticket was not used.
    function refund(uint256 ticketId) external;

    /// @notice Releases the escrow of a proven session: organiserBps owed to the organiser, the rest paid to the
    /// COMPOSITION splits of the works, by weight and by votes. Anyone may call; a paused vault does not stop it.
    ///
    /// Emits {SessionSettled}, ERC-4906 `BatchMetadataUpdate`, and {RoyaltyHeld} for each payment that the vault did not take.
    /// Requirements: the session is over; checkedIn · 10,000 ≥ minCheckInBps · sold, or all tickets that were not used
    /// have been refunded.
    function settle(uint256 sessionId) external;

    /// @notice What is played at each concert; its inboxes take royalties from other markets.
    function programmes() external view returns (IConcertProgrammes);

    /// @notice Where holders' signatures are checked; it keeps the organisers' staff.
    function door() external view returns (IConcertDoor);

    /// @notice Who organises a concert; zero for none.
    function organiser(uint256 concertId) external view returns (address);

    /// @notice Who organises the concert of a session. Reverts with {ConcertTickets_UnknownSession}.
    function organiserOf(uint256 sessionId) external view returns (uint256 concertId, address account);

    /// @notice Who may vote with a ticket: its holder, before the session starts.
    /// @return concertId what the session plays
    /// @return holder zero when the ticket has no vote (any more): the session has started or will not take place
    function voter(uint256 ticketId) external view returns (uint256 concertId, address holder);

    /// @notice A concert. Reverts with {ConcertTickets_UnknownConcert}.
    function concert(uint256 concertId) external view returns (Concert memory);

    /// @notice A session as it stands. Reverts with {ConcertTickets_UnknownSession}.
    function session(uint256 sessionId) external view returns (Session memory);

    /// @notice How many concerts were announced; ids run from 1.
    function concerts() external view returns (uint256 count);

    /// @notice How many sessions were scheduled; ids run from 1.
    function sessions() external view returns (uint256 count);

    /// @notice What is asked for a ticket, in wei; 0 when it is not offered.
    function offerOf(uint256 ticketId) external view returns (uint96 price);

    /// @notice Whether the ticket was used.
    function isCheckedIn(uint256 ticketId) external view returns (bool);

    /// @notice Who came with this ticket; zero when nobody did, or when it was refunded since.
    function attendee(uint256 ticketId) external view returns (address);

    /// @notice Stops announcements, schedules, sales and offers. Check-ins, refunds, settlements and withdrawals go on.
    /// Restricted by the authority.
    function pause() external;

    /// @notice Ends a pause. Restricted.
    function unpause() external;
}
