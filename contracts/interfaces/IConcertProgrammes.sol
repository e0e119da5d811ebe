// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IConcertTickets} from "./IConcertTickets.sol";
import {IRoyaltySource} from "./IRoyaltySource.sol";

/// @title What is played at each concert, and who shares its royalties
/// @notice The part of {IConcertTickets} that knows works; only the ticket contract that made it adds to it. A concert's
/// royalties go to the COMPOSITION splits of its works, by weight. Its errors are those of {IConcertTickets}.
interface IConcertProgrammes is IRoyaltySource {
    /// @notice The caller is not the ticket contract.
    error ConcertProgrammes_NotTickets(address tickets, address caller);

    /// @notice The ticket contract that made this one.
    function tickets() external view returns (address);

    /// @notice Keeps the programme of a new concert. The ticket contract only.
    ///
    /// Requirements: 1 to 16 sealed works; one weight each, adding up to 10,000.
    function add(uint256 concertId, uint256[] calldata works, uint16[] calldata weightsBps) external;

    /// @notice The works of a concert and their weights.
    function programme(uint256 concertId)
        external
        view
        returns (uint256[] memory works, uint256[] memory weightsBps);

    /// @notice Refuses terms under which tickets could not be sold, or money be locked for years.
    function checkTerms(uint256 concertId, IConcertTickets.SessionTerms calldata terms) external view;
}
