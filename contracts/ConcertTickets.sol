// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {ERC721, IERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {OwedMoney} from "./abstracts/OwedMoney.sol";
import {ConcertProgrammes} from "./ConcertProgrammes.sol";
import {IConcertProgrammes} from "./interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "./interfaces/IConcertTickets.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {VaultPayments} from "./libraries/VaultPayments.sol";
import {WHOLE} from "./types/SplitLine.sol";

/// @title Sells tickets, holds their money until the show is proven, then pays organiser and works
contract ConcertTickets is
    IConcertTickets,
    IERC4906,
    ERC721,
    EIP712,
    IERC2981,
    OwedMoney,
    AccessManaged,
    Pausable,
    ReentrancyGuard
{
    using VaultPayments for IRoyaltyVault;

    struct ConcertState {
        address organiser; // slot 0
        uint16 organiserBps;
        uint16 resaleRoyaltyBps;
        string uri;
    }

    uint256 private constant DOORS_BEFORE_START = 4 hours;
    uint256 private constant REFUND_AFTER_END = 7 days;
    uint16 private constant MAX_ROYALTY_BPS = 5_000;
    bytes4 private constant ERC4906_ID = 0x49064906;
    bytes32 private constant CHECK_IN_TYPEHASH =
        keccak256("CheckIn(uint256 ticketId,address holder,uint64 deadline)");

    /// @inheritdoc IConcertTickets
    IRoyaltyVault public immutable vault;
    /// @inheritdoc IConcertTickets
    IConcertProgrammes public immutable programmes;
    /// @inheritdoc IConcertTickets
    uint256 public concerts;
    /// @inheritdoc IConcertTickets
    uint256 public sessions;
    mapping(uint256 concertId => ConcertState) private _concerts;
    mapping(uint256 sessionId => Session) private _sessions;
    mapping(uint256 ticketId => uint96 price) private _offers;
    mapping(uint256 word => uint256 bits) private _checkedIn; // 256 tickets of a session in a word

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_, address authority_)
        ERC721("Partbook Concert Tickets", "PBTICKET")
        EIP712("Partbook ConcertTickets", "1")
        AccessManaged(authority_)
    {
        vault = vault_;
        programmes = new ConcertProgrammes(registry_, vault_);
    }

    /// @inheritdoc IConcertTickets
    function announce(
        uint256[] calldata works,
        uint16[] calldata weightsBps,
        uint16 organiserBps,
        uint16 resaleRoyaltyBps,
        string calldata uri
    ) external whenNotPaused returns (uint256 concertId) {
        _checkShare(organiserBps, uint16(WHOLE));
        _checkShare(resaleRoyaltyBps, MAX_ROYALTY_BPS);
        concertId = ++concerts;
        _concerts[concertId] = ConcertState(msg.sender, organiserBps, resaleRoyaltyBps, uri);
        programmes.add(concertId, works, weightsBps);
        emit ConcertAnnounced(concertId, msg.sender, works, weightsBps, organiserBps, resaleRoyaltyBps, uri);
    }

    /// @inheritdoc IConcertTickets
    function schedule(uint256 concertId, SessionTerms calldata terms)
        external
        whenNotPaused
        returns (uint256 sessionId)
    {
        _checkOrganiser(concertId);
        programmes.checkTerms(concertId, terms);
        sessionId = ++sessions;
        _sessions[sessionId] = Session({
            concertId: uint40(concertId), // of an announced concert: they are counted from 1
            price: terms.price,
            capacity: terms.capacity,
            sold: 0,
            checkedIn: 0,
            refunded: 0,
            saleOpens: terms.saleOpens,
            saleCloses: terms.saleCloses,
            starts: terms.starts,
            ends: terms.ends,
            zoneOffsetMinutes: terms.zoneOffsetMinutes,
            maxResaleBps: terms.maxResaleBps,
            minCheckInBps: terms.minCheckInBps,
            status: Status.Scheduled,
            escrow: 0 // computed when asked for
        });
        emit SessionScheduled(sessionId, concertId, terms);
    }

    /// @inheritdoc IConcertTickets
    function buy(uint256 sessionId, address to)
        external
        payable
        nonReentrant
        whenNotPaused
        returns (uint256 ticketId)
    {
        Session storage state = _scheduled(sessionId);
        if (block.timestamp < state.saleOpens) {
            revert ConcertTickets_NotOpenYet(sessionId, state.saleOpens, block.timestamp);
        }
        if (block.timestamp >= state.saleCloses) {
            revert ConcertTickets_Closed(sessionId, state.saleCloses, block.timestamp);
        }
        if (state.sold == state.capacity) revert ConcertTickets_SoldOut(sessionId, state.capacity);
        if (msg.value != state.price) revert ConcertTickets_WrongPayment(msg.value, state.price);
        uint32 seq = ++state.sold;
        ticketId = sessionId << 32 | seq;
        emit TicketBought(ticketId, sessionId, to, msg.sender, msg.value);
        _mint(to, ticketId); // not the "safe" one: nobody is called, so nobody can call back
    }

    /// @inheritdoc IConcertTickets
    function offer(uint256 ticketId, uint96 price) external whenNotPaused {
        _checkHolder(ticketId);
        Session storage state = _resellable(ticketId);
        if (price == 0) revert ConcertTickets_PriceIsZero(ticketId);
        uint256 cap = uint256(state.price) * state.maxResaleBps / WHOLE;
        if (price > cap) revert ConcertTickets_ResaleAboveCap(ticketId, price, cap);
        _offers[ticketId] = price;
        emit TicketOffered(ticketId, msg.sender, price);
    }

    /// @inheritdoc IConcertTickets
    function withdrawOffer(uint256 ticketId) external {
        _checkHolder(ticketId);
        if (_offers[ticketId] == 0) revert ConcertTickets_NoOffer(ticketId);
        _endOffer(ticketId, msg.sender);
    }

    /// @inheritdoc IConcertTickets
    function buyOffered(uint256 ticketId) external payable nonReentrant whenNotPaused {
        address seller = _requireOwned(ticketId);
        Session storage state = _resellable(ticketId);
        uint256 price = _offers[ticketId];
        if (price == 0) revert ConcertTickets_NoOffer(ticketId);
        if (msg.value != price) revert ConcertTickets_WrongPayment(msg.value, price);
        delete _offers[ticketId];

        uint256 concertId = state.concertId;
        uint256 royalty = price * _concerts[concertId].resaleRoyaltyBps / WHOLE;
        _owe(seller, price - royalty);
        _transfer(seller, msg.sender, ticketId);
        emit TicketResold(ticketId, seller, msg.sender, price, royalty);
        _payWorks(concertId, royalty);
    }

    /// @inheritdoc IConcertTickets
    function checkIn(uint256 ticketId, uint64 deadline, bytes calldata holderSignature) external {
        uint256 sessionId = ticketId >> 32;
        Session storage state = _scheduled(sessionId);
        _checkOrganiser(state.concertId);
        address holder = _requireOwned(ticketId);
        if (isCheckedIn(ticketId)) revert ConcertTickets_CheckedIn(ticketId);
        if (block.timestamp + DOORS_BEFORE_START < state.starts) {
            revert ConcertTickets_DoorsClosed(sessionId, state.starts - DOORS_BEFORE_START, block.timestamp);
        }
        _checkNotOver(sessionId, state.ends);
        if (block.timestamp > deadline) revert ConcertTickets_DeadlinePassed(ticketId, deadline, block.timestamp);
        bytes32 digest = checkInDigest(ticketId, holder, deadline);
        if (!SignatureChecker.isValidSignatureNow(holder, digest, holderSignature)) {
            revert ConcertTickets_SignatureInvalid(ticketId, holder);
        }

        _checkedIn[ticketId >> 8] |= 1 << (ticketId & 0xff);
        ++state.checkedIn;
        if (_offers[ticketId] != 0) _endOffer(ticketId, holder);
        emit TicketCheckedIn(ticketId, sessionId, holder);
        emit MetadataUpdate(ticketId);
    }

    /// @inheritdoc IConcertTickets
    function cancel(uint256 sessionId) external {
        Session storage state = _scheduled(sessionId);
        _checkOrganiser(state.concertId);
        state.status = Status.Cancelled;
        emit SessionCancelled(sessionId);
        if (state.sold != 0) emit BatchMetadataUpdate(sessionId << 32 | 1, sessionId << 32 | state.sold);
    }

    /// @inheritdoc IConcertTickets
    function refund(uint256 ticketId) external nonReentrant {
        address holder = _requireOwned(ticketId);
        uint256 sessionId = ticketId >> 32;
        Session storage state = _sessions[sessionId];
        if (state.status != Status.Cancelled) {
            if (state.status == Status.Settled) revert ConcertTickets_NotScheduled(sessionId, state.status);
            uint256 opens = state.ends + REFUND_AFTER_END;
            if (block.timestamp < opens) revert ConcertTickets_RefundNotOpen(ticketId, opens, block.timestamp);
            if (isCheckedIn(ticketId)) revert ConcertTickets_CheckedIn(ticketId);
        }
        ++state.refunded;
        uint256 amount = state.price;
        if (_offers[ticketId] != 0) _endOffer(ticketId, holder);
        _burn(ticketId);
        emit TicketRefunded(ticketId, sessionId, holder, amount);
        if (amount == 0) return;
        _owe(holder, amount);
        if (msg.sender == holder) _payOut(holder, holder);
    }

    /// @inheritdoc IConcertTickets
    function settle(uint256 sessionId) external nonReentrant {
        Session storage state = _scheduled(sessionId);
        if (block.timestamp < state.ends) {
            revert ConcertTickets_SessionNotOver(sessionId, state.ends, block.timestamp);
        }
        uint256 left = state.sold - state.refunded;
        if (left == 0) revert ConcertTickets_NothingSold(sessionId);
        if (state.checkedIn * WHOLE < uint256(state.minCheckInBps) * state.sold && state.checkedIn != left) {
            revert ConcertTickets_BelowThreshold(sessionId, state.checkedIn, state.sold, state.minCheckInBps);
        }

        state.status = Status.Settled;
        ConcertState storage played = _concerts[state.concertId];
        uint256 escrow = left * state.price;
        uint256 toOrganiser = escrow * played.organiserBps / WHOLE;
        _owe(played.organiser, toOrganiser);
        emit SessionSettled(sessionId, toOrganiser, escrow - toOrganiser);
        emit BatchMetadataUpdate(sessionId << 32 | 1, sessionId << 32 | state.sold);
        _payWorks(state.concertId, escrow - toOrganiser);
    }

    /// @inheritdoc IConcertTickets
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc IConcertTickets
    function unpause() external restricted {
        _unpause();
    }

    /// @notice Always refused: nobody else can move a ticket, so nobody needs leave to do it.
    function approve(address, uint256 ticketId) public pure override(ERC721, IERC721) {
        revert ConcertTickets_OnlyByResale(ticketId);
    }

    /// @notice Always refused, see {approve}.
    function setApprovalForAll(address, bool) public pure override(ERC721, IERC721) {
        revert ConcertTickets_OnlyByResale(0);
    }

    /// @inheritdoc IConcertTickets
    function concert(uint256 concertId) external view returns (Concert memory) {
        ConcertState storage found = _concert(concertId);
        (uint256[] memory works, uint256[] memory weightsBps) = programmes.programme(concertId);
        return
            Concert(found.organiser, found.organiserBps, found.resaleRoyaltyBps, works, weightsBps, found.uri);
    }

    /// @inheritdoc IConcertTickets
    function session(uint256 sessionId) external view returns (Session memory found) {
        found = _session(sessionId);
        if (found.status != Status.Settled) found.escrow = uint256(found.price) * (found.sold - found.refunded);
    }

    /// @inheritdoc IConcertTickets
    function offerOf(uint256 ticketId) external view returns (uint96 price) {
        return _offers[ticketId];
    }

    /// @inheritdoc IConcertTickets
    function attendee(uint256 ticketId) external view returns (address) {
        return isCheckedIn(ticketId) ? _ownerOf(ticketId) : address(0);
    }

    /// @notice ERC-2981: the royalty of a resale elsewhere, paid to the concert's inbox.
    function royaltyInfo(uint256 ticketId, uint256 salePrice)
        external
        view
        returns (address receiver, uint256 royalty)
    {
        uint256 concertId = _session(ticketId >> 32).concertId;
        return (programmes.inboxes().addressOf(concertId), salePrice * _concerts[concertId].resaleRoyaltyBps / WHOLE);
    }

    /// @inheritdoc IConcertTickets
    function isCheckedIn(uint256 ticketId) public view returns (bool) {
        return _checkedIn[ticketId >> 8] & 1 << (ticketId & 0xff) != 0;
    }

    /// @inheritdoc IConcertTickets
    function checkInDigest(uint256 ticketId, address holder, uint64 deadline) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CHECK_IN_TYPEHASH, ticketId, holder, deadline)));
    }

    /// @notice Metadata of a ticket: its concert's.
    function tokenURI(uint256 ticketId) public view override returns (string memory) {
        _requireOwned(ticketId);
        return _concerts[_sessions[ticketId >> 32].concertId].uri;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || interfaceId == ERC4906_ID
            || super.supportsInterface(interfaceId);
    }

    /// @dev OpenZeppelin passes the caller in `auth` exactly when somebody moves a token by herself.
    function _update(address to, uint256 ticketId, address auth) internal override returns (address from) {
        if (auth != address(0)) revert ConcertTickets_OnlyByResale(ticketId);
        return super._update(to, ticketId, auth);
    }

    function _payWorks(uint256 concertId, uint256 amount) private {
        if (amount == 0) return;
        (bytes32[] memory splitIds, uint256[] memory parts) = programmes.payments(concertId, amount);
        vault.payAll(splitIds, parts);
    }

    function _endOffer(uint256 ticketId, address seller) private {
        delete _offers[ticketId];
        emit TicketOfferWithdrawn(ticketId, seller);
    }

    function _concert(uint256 concertId) private view returns (ConcertState storage found) {
        found = _concerts[concertId];
        if (found.organiser == address(0)) revert ConcertTickets_UnknownConcert(concertId);
    }

    function _session(uint256 sessionId) private view returns (Session storage found) {
        found = _sessions[sessionId];
        if (found.concertId == 0) revert ConcertTickets_UnknownSession(sessionId);
    }

    function _scheduled(uint256 sessionId) private view returns (Session storage found) {
        found = _session(sessionId);
        if (found.status != Status.Scheduled) revert ConcertTickets_NotScheduled(sessionId, found.status);
    }

    function _resellable(uint256 ticketId) private view returns (Session storage found) {
        found = _scheduled(ticketId >> 32);
        _checkNotOver(ticketId >> 32, found.ends);
        if (isCheckedIn(ticketId)) revert ConcertTickets_CheckedIn(ticketId);
    }

    function _checkNotOver(uint256 sessionId, uint40 ends) private view {
        if (block.timestamp >= ends) revert ConcertTickets_SessionOver(sessionId, ends, block.timestamp);
    }

    function _checkHolder(uint256 ticketId) private view {
        address holder = _requireOwned(ticketId);
        if (msg.sender != holder) revert ConcertTickets_NotHolder(ticketId, holder, msg.sender);
    }

    function _checkOrganiser(uint256 concertId) private view {
        address organiser = _concert(concertId).organiser;
        if (msg.sender != organiser) revert ConcertTickets_NotOrganiser(concertId, organiser, msg.sender);
    }

    function _checkShare(uint16 bps, uint16 highest) private pure {
        if (bps > highest) revert ConcertTickets_ShareOutOfRange(bps, 0, highest);
    }
}
