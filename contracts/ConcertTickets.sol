// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {ERC721, IERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {OwedMoney} from "./abstracts/OwedMoney.sol";
import {TicketBook} from "./abstracts/TicketBook.sol";
import {IConcertTickets} from "./interfaces/IConcertTickets.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {Bits} from "./libraries/Bits.sol";
import {WHOLE} from "./types/SplitLine.sol";

/// @title Sells tickets, holds their money until the show is proven, then pays organiser and works
contract ConcertTickets is
    TicketBook,
    IERC4906,
    IERC2981,
    OwedMoney,
    AccessManaged,
    Pausable,
    ReentrancyGuard
{
    using Bits for mapping(uint256 => uint256);

    uint256 private constant REFUND_AFTER_END = 7 days;
    uint16 private constant MAX_ROYALTY_BPS = 5_000;
    bytes4 private constant ERC4906_ID = 0x49064906;

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_, address authority_)
        TicketBook(registry_, vault_)
        AccessManaged(authority_)
    {}

    /// @inheritdoc IConcertTickets
    function announce(
        uint256[] calldata works,
        uint16[] calldata weightsBps,
        uint16 organiserBps,
        uint16 resaleRoyaltyBps,
        uint16 votedBps,
        string calldata uri
    ) external whenNotPaused returns (uint256 concertId) {
        _checkShare(organiserBps, uint16(WHOLE));
        _checkShare(resaleRoyaltyBps, MAX_ROYALTY_BPS);
        concertId = ++concerts;
        _concerts[concertId] = ConcertState(msg.sender, organiserBps, resaleRoyaltyBps, uri);
        programmes.add(concertId, works, weightsBps, votedBps);
        emit ConcertAnnounced(
            concertId, msg.sender, works, weightsBps, organiserBps, resaleRoyaltyBps, votedBps, uri
        );
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
        _sessions[sessionId] = SessionState({
            price: terms.price,
            capacity: terms.capacity,
            sold: 0,
            refunded: 0,
            saleOpens: terms.saleOpens,
            zoneOffsetMinutes: terms.zoneOffsetMinutes,
            concertId: uint40(concertId), // of an announced concert: they are counted from 1
            saleCloses: terms.saleCloses,
            starts: terms.starts,
            ends: terms.ends,
            maxResaleBps: terms.maxResaleBps,
            minCheckInBps: terms.minCheckInBps,
            policy: terms.policy,
            entrance: terms.entrance,
            status: Status.Scheduled
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
        SessionState storage state = _scheduled(sessionId);
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
        SessionState storage state = _resellable(ticketId);
        if (state.policy == TransferPolicy.None) revert ConcertTickets_NotTransferable(ticketId, state.policy);
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
        SessionState storage state = _resellable(ticketId);
        uint256 price = _offers[ticketId];
        if (price == 0) revert ConcertTickets_NoOffer(ticketId);
        if (msg.value != price) revert ConcertTickets_WrongPayment(msg.value, price);
        delete _offers[ticketId];

        uint256 concertId = state.concertId;
        uint256 royalty = price * _concerts[concertId].resaleRoyaltyBps / WHOLE;
        _owe(seller, price - royalty);
        _transfer(seller, msg.sender, ticketId);
        emit TicketResold(ticketId, seller, msg.sender, price, royalty);
        (bytes32[] memory splitIds, uint256[] memory parts) = programmes.payments(concertId, royalty);
        _payWorks(splitIds, parts);
    }

    /// @inheritdoc IConcertTickets
    function attend(uint256 ticketId) external {
        uint256 sessionId = ticketId >> 32;
        if (_checkDoors(sessionId).entrance != Entrance.Open) revert ConcertTickets_StaffedEntrance(sessionId);
        uint256 word = ticketId >> 8;
        _checkedIn[word] = _letIn(_checkedIn[word], ticketId, msg.sender);
    }

    /// @inheritdoc IConcertTickets
    function admit(uint256[] calldata ticketIds, address holder) external {
        if (msg.sender != address(door)) revert ConcertTickets_NotDoor(address(door), msg.sender);
        uint256 sessionId = ticketIds[0] >> 32;
        _checkDoors(sessionId);
        uint256 word = ticketIds[0] >> 8;
        uint256 bits = _checkedIn[word];
        for (uint256 i = 0; i < ticketIds.length; ++i) {
            uint256 ticketId = ticketIds[i];
            if (ticketId >> 32 != sessionId) revert ConcertTickets_OtherSession(ticketId, sessionId);
            if (ticketId >> 8 != word) {
                _checkedIn[word] = bits;
                bits = _checkedIn[word = ticketId >> 8];
            }
            bits = _letIn(bits, ticketId, holder);
        }
        _checkedIn[word] = bits;
    }

    /// @inheritdoc IConcertTickets
    function cancel(uint256 sessionId) external {
        SessionState storage state = _scheduled(sessionId);
        _checkOrganiser(state.concertId);
        state.status = Status.Cancelled;
        emit SessionCancelled(sessionId);
        if (state.sold != 0) emit BatchMetadataUpdate(sessionId << 32 | 1, sessionId << 32 | state.sold);
    }

    /// @inheritdoc IConcertTickets
    function refund(uint256 ticketId) external nonReentrant {
        address holder = _requireOwned(ticketId);
        uint256 sessionId = ticketId >> 32;
        SessionState storage state = _sessions[sessionId];
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
        SessionState storage state = _scheduled(sessionId);
        if (block.timestamp < state.ends) {
            revert ConcertTickets_SessionNotOver(sessionId, state.ends, block.timestamp);
        }
        uint256 left = state.sold - state.refunded;
        if (left == 0) revert ConcertTickets_NothingSold(sessionId);
        uint256 came = _checkedIn.count(sessionId << 32, state.sold);
        if (came * WHOLE < uint256(state.minCheckInBps) * state.sold && came != left) {
            revert ConcertTickets_BelowThreshold(sessionId, came, state.sold, state.minCheckInBps);
        }

        state.status = Status.Settled;
        ConcertState storage played = _concerts[state.concertId];
        uint256 escrow = left * state.price;
        uint256 toOrganiser = escrow * played.organiserBps / WHOLE;
        _owe(played.organiser, toOrganiser);
        emit SessionSettled(sessionId, toOrganiser, escrow - toOrganiser);
        emit BatchMetadataUpdate(sessionId << 32 | 1, sessionId << 32 | state.sold);
        (bytes32[] memory splitIds, uint256[] memory parts) =
            programmes.sessionPayments(state.concertId, sessionId, escrow - toOrganiser);
        _payWorks(splitIds, parts);
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
        revert ConcertTickets_OnlyByHolder(ticketId);
    }

    /// @notice Always refused, see {approve}.
    function setApprovalForAll(address, bool) public pure override(ERC721, IERC721) {
        revert ConcertTickets_OnlyByHolder(0);
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

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || interfaceId == ERC4906_ID
            || super.supportsInterface(interfaceId);
    }

    /// @dev OpenZeppelin passes the caller in `auth` exactly when somebody moves a token by herself, which here is a gift;
    /// it then refuses everybody but the holder, for nobody else ever has leave.
    function _update(address to, uint256 ticketId, address auth) internal override returns (address from) {
        if (auth != address(0)) _checkGift(ticketId);
        from = super._update(to, ticketId, auth);
        if (auth == address(0)) return from;
        if (_offers[ticketId] != 0) _endOffer(ticketId, from);
        emit TicketGiven(ticketId, from, to);
    }

    function _checkGift(uint256 ticketId) private {
        if (isCheckedIn(ticketId)) revert ConcertTickets_CheckedIn(ticketId);
        TransferPolicy policy = _sessions[ticketId >> 32].policy;
        if (policy == TransferPolicy.Free) return;
        if (policy != TransferPolicy.GiftOnce || _given.has(ticketId)) {
            revert ConcertTickets_NotTransferable(ticketId, policy);
        }
        _given.set(ticketId);
    }

    /// @dev `bits` are those of the ticket's word; many tickets of one holder write it once.
    function _letIn(uint256 bits, uint256 ticketId, address holder) private returns (uint256) {
        address owner = _requireOwned(ticketId);
        if (owner != holder) revert ConcertTickets_NotHolder(ticketId, owner, holder);
        uint256 bit = 1 << (ticketId & 0xff);
        if (bits & bit != 0) revert ConcertTickets_CheckedIn(ticketId);
        emit TicketCheckedIn(ticketId, holder);
        return bits | bit;
    }

    function _endOffer(uint256 ticketId, address seller) private {
        delete _offers[ticketId];
        emit TicketOfferWithdrawn(ticketId, seller);
    }

    function _resellable(uint256 ticketId) private view returns (SessionState storage found) {
        found = _scheduled(ticketId >> 32);
        _checkNotOver(ticketId >> 32, found.ends);
        if (isCheckedIn(ticketId)) revert ConcertTickets_CheckedIn(ticketId);
    }

    function _checkHolder(uint256 ticketId) private view {
        address holder = _requireOwned(ticketId);
        if (msg.sender != holder) revert ConcertTickets_NotHolder(ticketId, holder, msg.sender);
    }

    function _checkShare(uint16 bps, uint16 highest) private pure {
        if (bps > highest) revert ConcertTickets_ShareOutOfRange(bps, 0, highest);
    }
}
