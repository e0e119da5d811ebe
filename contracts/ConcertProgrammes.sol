// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {RoyaltySource} from "./abstracts/RoyaltySource.sol";
import {IConcertProgrammes} from "./interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "./interfaces/IConcertTickets.sol";
import {IRoyaltySource} from "./interfaces/IRoyaltySource.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {COMPOSITION, WHOLE} from "./types/SplitLine.sol";

/// @title Keeps what is played at each concert of the ticket contract that made it
contract ConcertProgrammes is IConcertProgrammes, RoyaltySource {
    /// @dev Works that one concert may pay: each costs the settlement one payment into the vault.
    uint256 private constant MAX_WORKS = 16;
    /// @dev How far ahead a session may end, so that no escrow is locked for longer.
    uint256 private constant MAX_AHEAD = 3 * 365 days;
    /// @dev Offsets to UTC that exist on earth, in minutes.
    int16 private constant WESTERNMOST = -720;
    int16 private constant EASTERNMOST = 840;

    /// @inheritdoc IConcertProgrammes
    address public immutable tickets;
    mapping(uint256 concertId => uint256[] packed) private _programmes; // one word per work: weight 16 | work id 240

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_) RoyaltySource(registry_, vault_) {
        tickets = msg.sender;
    }

    /// @inheritdoc IConcertProgrammes
    function add(uint256 concertId, uint256[] calldata works, uint16[] calldata weightsBps) external {
        if (msg.sender != tickets) revert ConcertProgrammes_NotTickets(tickets, msg.sender);
        if (works.length == 0 || works.length > MAX_WORKS || works.length != weightsBps.length) {
            revert IConcertTickets.ConcertTickets_WorkCount(works.length, weightsBps.length, MAX_WORKS);
        }
        uint256[] storage packed = _programmes[concertId];
        uint256 sum = 0;
        for (uint256 i = 0; i < works.length; ++i) {
            if (!registry.isSealed(works[i])) revert IConcertTickets.ConcertTickets_WorkNotSealed(works[i]);
            packed.push(uint256(weightsBps[i]) << 240 | works[i]); // a sealed work's id is sequential, far below 2^240
            sum += weightsBps[i];
        }
        if (sum != WHOLE) revert IConcertTickets.ConcertTickets_WeightsDoNotAddUp(sum, WHOLE);
    }

    /// @inheritdoc IConcertProgrammes
    function checkTerms(uint256 concertId, IConcertTickets.SessionTerms calldata terms) external view {
        if (terms.capacity == 0) revert IConcertTickets.ConcertTickets_NoCapacity(concertId);
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
