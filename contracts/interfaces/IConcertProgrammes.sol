// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IConcertTickets} from "./IConcertTickets.sol";
import {IRoyaltySource} from "./IRoyaltySource.sol";

/// @title What is played at each concert, and who shares its royalties
/// @notice The part of {IConcertTickets} that knows works; only the ticket contract that made it adds to it. A concert's
/// royalties go to the COMPOSITION splits of its works, by weight. Its errors are those of {IConcertTickets}.
interface IConcertProgrammes is IRoyaltySource {
    /// @notice A ticket's one vote was given to a work.
    event Voted(uint256 indexed ticketId, uint256 indexed sessionId, uint256 indexed workId, address voter);

    /// @notice The caller is not the ticket contract.
    error ConcertProgrammes_NotTickets(address tickets, address caller);
    /// @notice A work stands in a programme once.
    error ConcertProgrammes_WorkTwice(uint256 workId);
    /// @notice Only the holder of a ticket votes with it, before the session starts.
    error ConcertProgrammes_NotVoter(uint256 ticketId, address voter, address caller);
    /// @notice A ticket has one vote, whoever holds it later.
    error ConcertProgrammes_HasVoted(uint256 ticketId);
    /// @notice The programme has no work in this place.
    error ConcertProgrammes_NoSuchPlace(uint256 concertId, uint256 place, uint256 works);

    /// @notice The ticket contract that made this one.
    function tickets() external view returns (address);

    /// @notice Keeps the programme of a new concert. The ticket contract only.
    ///
    /// Requirements: 1 to 16 sealed works, each once; one weight each, adding up to 10,000; votedBps ≤ 10,000.
    /// @param votedBps_ how much of the works' part of the tickets follows the votes
    function add(uint256 concertId, uint256[] calldata works, uint16[] calldata weightsBps, uint16 votedBps_)
        external;

    /// @notice Gives a ticket's one vote to the work in this place of the programme (from 0). It cannot be taken back, and
    /// goes with the ticket: who buys it later has none.
    ///
    /// Emits {Voted}.
    /// Requirements: the caller holds the ticket; its session will take place and has not started; it has not voted.
    function vote(uint256 ticketId, uint256 place) external;

    /// @notice Votes of a session, by place in the programme.
    function votesOf(uint256 sessionId) external view returns (uint256[] memory votes);

    /// @notice Whether a ticket's vote was given.
    function hasVoted(uint256 ticketId) external view returns (bool);

    /// @notice The works of a concert and their weights.
    function programme(uint256 concertId)
        external
        view
        returns (uint256[] memory works, uint256[] memory weightsBps);

    /// @notice How much of the works' part of the tickets follows the votes.
    function votedBps(uint256 concertId) external view returns (uint16);

    /// @notice How the works' part of a session's tickets is divided: the voted part by votes, the rest by weight. Without a
    /// vote, all of it by weight. The last work takes what rounding leaves.
    /// @return splitIds the works' COMPOSITION splits
    /// @return parts of `amount`, adding up to it
    function sessionPayments(uint256 concertId, uint256 sessionId, uint256 amount)
        external
        view
        returns (bytes32[] memory splitIds, uint256[] memory parts);

    /// @notice Refuses terms under which tickets could not be sold, or money be locked for years.
    function checkTerms(uint256 concertId, IConcertTickets.SessionTerms calldata terms) external view;
}
