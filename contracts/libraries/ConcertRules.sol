// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IConcertTickets} from "../interfaces/IConcertTickets.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {WHOLE} from "../types/SplitLine.sol";

/// @title What a concert and its sessions may look like
library ConcertRules {
    /// @notice Works that one concert may pay: each costs the settlement one payment into the vault.
    uint256 internal constant MAX_WORKS = 16;
    /// @notice How far ahead a session may end, so that no escrow is locked for longer.
    uint256 internal constant MAX_AHEAD = 3 * 365 days;
    /// @notice Offsets to UTC that exist on earth, in minutes.
    int16 internal constant WESTERNMOST = -720;
    int16 internal constant EASTERNMOST = 840;

    /// @notice Packs a programme, one word per work: weight 16 | work id 240.
    /// @dev Refuses one that is empty, too long, not agreed on, or does not add up.
    function pack(IWorkRegistry registry, uint256[] calldata works, uint16[] calldata weightsBps)
        internal
        view
        returns (uint256[] memory programme)
    {
        if (works.length == 0 || works.length > MAX_WORKS || works.length != weightsBps.length) {
            revert IConcertTickets.ConcertTickets_WorkCount(works.length, weightsBps.length, MAX_WORKS);
        }
        programme = new uint256[](works.length);
        uint256 sum = 0;
        for (uint256 i = 0; i < works.length; ++i) {
            if (!registry.isSealed(works[i])) revert IConcertTickets.ConcertTickets_WorkNotSealed(works[i]);
            programme[i] = uint256(weightsBps[i]) << 240 | works[i]; // a sealed work's id is sequential, far below 2^240
            sum += weightsBps[i];
        }
        if (sum != WHOLE) revert IConcertTickets.ConcertTickets_WeightsDoNotAddUp(sum, WHOLE);
    }

    /// @notice The works of a packed programme and their weights.
    function unpack(uint256[] memory programme)
        internal
        pure
        returns (uint256[] memory works, uint256[] memory weightsBps)
    {
        works = new uint256[](programme.length);
        weightsBps = new uint256[](programme.length);
        for (uint256 i = 0; i < programme.length; ++i) {
            works[i] = programme[i] << 16 >> 16;
            weightsBps[i] = programme[i] >> 240;
        }
    }

    /// @notice Refuses terms under which tickets could not be sold, or money could be locked.
    function checkTerms(uint256 concertId, IConcertTickets.SessionTerms calldata terms) internal view {
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
        checkShare(terms.minCheckInBps, 1, uint16(WHOLE));
    }

    /// @notice Refuses a share outside its limits.
    function checkShare(uint16 bps, uint16 lowest, uint16 highest) internal pure {
        if (bps < lowest || bps > highest) {
            revert IConcertTickets.ConcertTickets_ShareOutOfRange(bps, lowest, highest);
        }
    }
}
