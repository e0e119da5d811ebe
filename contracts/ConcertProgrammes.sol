// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RoyaltySource} from "./abstracts/RoyaltySource.sol";
import {IConcertProgrammes} from "./interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "./interfaces/IConcertTickets.sol";
import {IRoyaltySource} from "./interfaces/IRoyaltySource.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {Bits} from "./libraries/Bits.sol";
import {Portions} from "./libraries/Portions.sol";
import {COMPOSITION, WHOLE} from "./types/SplitLine.sol";

/// @title Keeps what is played at each concert of the ticket contract that made it
contract ConcertProgrammes is IConcertProgrammes, RoyaltySource {
    using Bits for mapping(uint256 => uint256);

    /// @dev Works that one concert may pay: each costs the settlement one payment into the vault.
    uint256 private constant MAX_WORKS = 16;
    /// @dev How far ahead a session may end, so that no escrow is locked for longer.
    uint256 private constant MAX_AHEAD = 3 * 365 days;
    /// @dev Tickets of one session: their check-ins are counted in one transaction.
    uint32 private constant MAX_CAPACITY = 500_000;
    /// @dev Offsets to UTC that exist on earth, in minutes.
    int16 private constant WESTERNMOST = -720;
    int16 private constant EASTERNMOST = 840;

    /// @inheritdoc IConcertProgrammes
    address public immutable tickets;
    mapping(uint256 concertId => uint256[] packed) private _programmes; // one word per work: weight 16 | work id 240
    /// @inheritdoc IConcertProgrammes
    mapping(uint256 concertId => uint16) public votedBps;
    mapping(uint256 word => uint256 bits) private _voted; // 256 tickets of a session in a word
    mapping(uint256 word => uint256 tally) private _tallies; // of 8 works in a word, 32 bits each; two words a session

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_) RoyaltySource(registry_, vault_) {
        tickets = msg.sender;
    }

    /// @inheritdoc IConcertProgrammes
    function add(uint256 concertId, uint256[] calldata works, uint16[] calldata weightsBps, uint16 votedBps_) external {
        if (msg.sender != tickets) revert ConcertProgrammes_NotTickets(tickets, msg.sender);
        if (works.length == 0 || works.length > MAX_WORKS || works.length != weightsBps.length) {
            revert IConcertTickets.ConcertTickets_WorkCount(works.length, weightsBps.length, MAX_WORKS);
        }
        if (votedBps_ > WHOLE) revert IConcertTickets.ConcertTickets_ShareOutOfRange(votedBps_, 0, uint16(WHOLE));
        votedBps[concertId] = votedBps_;
        uint256[] storage packed = _programmes[concertId];
        uint256 sum = 0;
        for (uint256 i = 0; i < works.length; ++i) {
            if (!registry.isSealed(works[i])) revert IConcertTickets.ConcertTickets_WorkNotSealed(works[i]);
            for (uint256 k = 0; k < i; ++k) {
                if (works[k] == works[i]) revert ConcertProgrammes_WorkTwice(works[i]);
            }
            packed.push(uint256(weightsBps[i]) << 240 | works[i]); // a sealed work's id is sequential, far below 2^240
            sum += weightsBps[i];
        }
        if (sum != WHOLE) revert IConcertTickets.ConcertTickets_WeightsDoNotAddUp(sum, WHOLE);
    }

    /// @inheritdoc IConcertProgrammes
    function vote(uint256 ticketId, uint256 place) external {
        (uint256 concertId, address holder) = IConcertTickets(tickets).voter(ticketId);
        if (msg.sender != holder) revert ConcertProgrammes_NotVoter(ticketId, holder, msg.sender);
        if (_voted.has(ticketId)) revert ConcertProgrammes_HasVoted(ticketId);
        uint256[] storage packed = _programmes[concertId];
        if (place >= packed.length) revert ConcertProgrammes_NoSuchPlace(concertId, place, packed.length);
        uint256 sessionId = ticketId >> 32;
        _voted.set(ticketId);
        _tallies[sessionId << 1 | place >> 3] += 1 << ((place & 7) << 5); // fewer votes than 2^32: one a ticket
        emit Voted(ticketId, sessionId, packed[place] << 16 >> 16, msg.sender);
    }

    /// @inheritdoc IConcertProgrammes
    function hasVoted(uint256 ticketId) external view returns (bool) {
        return _voted.has(ticketId);
    }

    /// @inheritdoc IConcertProgrammes
    function votesOf(uint256 sessionId) external view returns (uint256[] memory votes) {
        (uint256 concertId,) = IConcertTickets(tickets).organiserOf(sessionId);
        (votes,) = _tally(sessionId, _programmes[concertId].length);
    }

    /// @inheritdoc IConcertProgrammes
    function sessionPayments(uint256 concertId, uint256 sessionId, uint256 amount)
        external
        view
        returns (bytes32[] memory splitIds, uint256[] memory parts)
    {
        uint256[] memory bps;
        (splitIds, bps) = royaltyShares(concertId);
        (uint256[] memory votes, uint256 all) = _tally(sessionId, bps.length);
        uint256 voted = all == 0 ? 0 : amount * votedBps[concertId] / WHOLE;
        parts = Portions.portions(amount - voted, bps);
        uint256 left = voted;
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256 part = i + 1 == parts.length ? left : Math.mulDiv(voted, votes[i], Math.max(all, 1));
            parts[i] += part;
            left -= part;
        }
    }

    function _tally(uint256 sessionId, uint256 works) private view returns (uint256[] memory votes, uint256 all) {
        votes = new uint256[](works);
        for (uint256 i = 0; i < works; ++i) {
            votes[i] = uint32(_tallies[sessionId << 1 | i >> 3] >> ((i & 7) << 5));
            all += votes[i];
        }
    }

    /// @inheritdoc IConcertProgrammes
    function checkTerms(uint256 concertId, IConcertTickets.SessionTerms calldata terms) external view {
        if (terms.capacity == 0 || terms.capacity > MAX_CAPACITY) {
            revert IConcertTickets.ConcertTickets_CapacityOutOfRange(concertId, terms.capacity, MAX_CAPACITY);
        }
        if (
            terms.saleOpens >= terms.saleCloses || terms.saleCloses <= block.timestamp
                || terms.saleCloses > terms.ends || terms.starts >= terms.ends
        ) {
            revert IConcertTickets.ConcertTickets_TimesOutOfOrder(
                terms.saleOpens, terms.saleCloses, terms.starts, terms.ends
            );
        }
        uint256 latest = block.timestamp + MAX_AHEAD;
        if (terms.ends > latest) revert IConcertTickets.ConcertTickets_TooFarAhead(terms.ends, latest);
        if (terms.zoneOffsetMinutes < WESTERNMOST || terms.zoneOffsetMinutes > EASTERNMOST) {
            revert IConcertTickets.ConcertTickets_ZoneOutOfRange(terms.zoneOffsetMinutes);
        }
        if (terms.minCheckInBps == 0 || terms.minCheckInBps > WHOLE) {
            revert IConcertTickets.ConcertTickets_ShareOutOfRange(terms.minCheckInBps, 1, uint16(WHOLE));
        }
    }

    /// @inheritdoc IConcertProgrammes
    function programme(uint256 concertId)
        public
        view
        returns (uint256[] memory works, uint256[] memory weightsBps)
    {
        works = _programmes[concertId];
        if (works.length == 0) revert IConcertTickets.ConcertTickets_UnknownConcert(concertId);
        weightsBps = new uint256[](works.length);
        for (uint256 i = 0; i < works.length; ++i) {
            weightsBps[i] = works[i] >> 240;
            works[i] = works[i] << 16 >> 16;
        }
    }

    /// @inheritdoc IRoyaltySource
    function royaltyShares(uint256 concertId)
        public
        view
        override(IRoyaltySource, RoyaltySource)
        returns (bytes32[] memory splitIds, uint256[] memory bps)
    {
        uint256[] memory works;
        (works, bps) = programme(concertId);
        splitIds = new bytes32[](works.length);
        for (uint256 i = 0; i < works.length; ++i) {
            splitIds[i] = registry.currentSplit(works[i], COMPOSITION);
        }
    }
}
