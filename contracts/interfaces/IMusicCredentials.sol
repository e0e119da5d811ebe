// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IConcertTickets} from "./IConcertTickets.sol";
import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Credentials that can only be earned
/// @notice A credential is claimed from a fact in another contract, in the block in which the fact holds; nobody can grant
/// one. The id is `kind << 160 | holder`, so there is at most one per kind and holder. The first fact issues it, each
/// later fact raises its count; a fact counts once per holder, for ever. It never moves; its holder may burn it, and
/// nothing revives the facts that it stood for.
///
/// | kind | fact | fact id |
/// |---|---|---|
/// | Contributed | the holder is a payee of a work's current split sheet | work id |
/// | Collected | the holder has a copy of an edition | edition id |
/// | Attended | the holder was checked in to a session | session id |
interface IMusicCredentials {
    /// @notice What a credential says about its holder. 0 is not a kind.
    enum Kind {
        None,
        Contributed,
        Collected,
        Attended
    }

    /// @notice A credential was issued, together with ERC-5192 `Locked` and ERC-5484 `Issued`.
    event CredentialIssued(uint256 indexed tokenId, address indexed holder, Kind indexed kind);
    /// @notice A fact was counted; `count` facts stand behind the credential now.
    event CredentialEvidence(uint256 indexed tokenId, uint256 indexed factId, uint32 count);
    /// @notice The holder burnt a credential behind which `count` facts stood.
    event CredentialBurnt(uint256 indexed tokenId, address indexed holder, uint32 count);

    /// @notice Credentials are bound to their holder.
    error MusicCredentials_Bound(uint256 tokenId);
    /// @notice This holder has used this fact already.
    error MusicCredentials_FactUsed(uint256 tokenId, uint256 factId);
    /// @notice The lines are not those of the work's current sheet.
    error MusicCredentials_ListDiffers(bytes32 splitId, bytes32 given, bytes32 expected);
    /// @notice The list has no line with this index.
    error MusicCredentials_NoSuchLine(uint256 index, uint256 lines);
    /// @notice The line names a parent work or a dispute, not an account.
    error MusicCredentials_LineIsNoPerson(uint256 workId, uint256 index);
    /// @notice The line names somebody else.
    error MusicCredentials_NotPayee(uint256 workId, uint256 index, address payee, address caller);
    /// @notice The caller has no copy of the edition.
    error MusicCredentials_NoCopy(uint256 editionId, address caller);
    /// @notice The caller was not checked in with this ticket.
    error MusicCredentials_NotAttendee(uint256 ticketId, address attendee, address caller);
    /// @notice Only the holder may burn a credential.
    error MusicCredentials_NotHolder(uint256 tokenId, address holder, address caller);

    /// @notice Where contributions are looked up.
    function registry() external view returns (IWorkRegistry);

    /// @notice Where copies are looked up.
    function editions() external view returns (address);

    /// @notice Where check-ins are looked up.
    function tickets() external view returns (IConcertTickets);

    /// @notice Claims a contribution: line `index` of the current sheet's list `side` names the caller as payee.
    ///
    /// Emits {CredentialEvidence}, and {CredentialIssued} with the first fact.
    /// @param side 0 MASTER, 1 COMPOSITION; a work counts once, however often it names the caller
    /// @param lines the whole list, as in the event of its sealing
    function claimContributed(uint256 workId, uint8 side, uint256[] calldata lines, uint256 index)
        external
        returns (uint256 tokenId);

    /// @notice Claims a copy of an edition that the caller has now.
    ///
    /// Emits {CredentialEvidence}, and {CredentialIssued} with the first fact.
    function claimCollected(uint256 editionId) external returns (uint256 tokenId);

    /// @notice Claims a session to which the caller was checked in with this ticket. A session counts once.
    ///
    /// Emits {CredentialEvidence}, and {CredentialIssued} with the first fact.
    function claimAttended(uint256 ticketId) external returns (uint256 tokenId);

    /// @notice Burns the caller's credential. Its facts stay used.
    ///
    /// Emits {CredentialBurnt}.
    function burn(uint256 tokenId) external;

    /// @notice 1 from one fact, 2 from three, 3 from ten, 4 from thirty; 0 when there is no credential.
    function level(uint256 tokenId) external view returns (uint8);

    /// @notice Facts behind a credential.
    function countOf(uint256 tokenId) external view returns (uint32);

    /// @notice Whether a fact was ever used for this id, burnt or not.
    function isUsed(uint256 tokenId, uint256 factId) external view returns (bool);

    /// @notice The id of a credential, issued or not.
    function tokenIdOf(Kind kind, address holder) external pure returns (uint256 tokenId);
}
