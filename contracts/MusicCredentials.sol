// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IConcertTickets} from "./interfaces/IConcertTickets.sol";
import {IERC5192} from "./interfaces/IERC5192.sol";
import {IERC5484} from "./interfaces/IERC5484.sol";
import {IMusicCredentials} from "./interfaces/IMusicCredentials.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {SplitLine} from "./types/SplitLine.sol";

/// @title Soulbound credentials, issued by facts alone
contract MusicCredentials is IMusicCredentials, IERC5192, IERC5484, ERC721 {
    /// @inheritdoc IMusicCredentials
    IWorkRegistry public immutable registry;
    /// @inheritdoc IMusicCredentials
    address public immutable editions;
    /// @inheritdoc IMusicCredentials
    IConcertTickets public immutable tickets;

    /// @dev All that the first fact writes. A credential exists while `count` is not 0; its id names its holder.
    struct Earned {
        uint32 count; // slot 0; 0 again when the credential was burnt
        uint224 firstFact; // stays; facts are counted from 1, far below 2^224
    }

    mapping(uint256 tokenId => Earned) private _earned;
    /// @dev All facts but the first.
    mapping(uint256 tokenId => mapping(uint256 factId => bool)) private _used;

    constructor(IWorkRegistry registry_, address editions_, IConcertTickets tickets_)
        ERC721("Partbook Credentials", "PBCRED")
    {
        registry = registry_;
        editions = editions_;
        tickets = tickets_;
    }

    /// @inheritdoc IMusicCredentials
    function claimContributed(uint256 workId, uint8 side, uint256[] calldata lines, uint256 index)
        external
        returns (uint256 tokenId)
    {
        bytes32 split = registry.currentSplit(workId, side);
        bytes32 expected = registry.vault().listHash(split);
        bytes32 given = keccak256(abi.encodePacked(lines));
        if (given != expected) revert MusicCredentials_ListDiffers(split, given, expected);
        if (index >= lines.length) revert MusicCredentials_NoSuchLine(index, lines.length);
        SplitLine line = SplitLine.wrap(lines[index]);
        if (line.flags() != 0) revert MusicCredentials_LineIsNoPerson(workId, index);
        if (line.payee() != msg.sender) {
            revert MusicCredentials_NotPayee(workId, index, line.payee(), msg.sender);
        }
        return _count(Kind.Contributed, workId);
    }

    /// @inheritdoc IMusicCredentials
    function claimCollected(uint256 editionId) external returns (uint256 tokenId) {
        if (IERC1155(editions).balanceOf(msg.sender, editionId) == 0) {
            revert MusicCredentials_NoCopy(editionId, msg.sender);
        }
        return _count(Kind.Collected, editionId);
    }

    /// @inheritdoc IMusicCredentials
    function claimAttended(uint256 ticketId) external returns (uint256 tokenId) {
        address attendee = tickets.attendee(ticketId);
        if (attendee != msg.sender) revert MusicCredentials_NotAttendee(ticketId, attendee, msg.sender);
        return _count(Kind.Attended, ticketId >> 32);
    }

    /// @inheritdoc IMusicCredentials
    function burn(uint256 tokenId) external {
        address holder = _requireOwned(tokenId);
        if (msg.sender != holder) revert MusicCredentials_NotHolder(tokenId, holder, msg.sender);
        uint32 count = _earned[tokenId].count;
        _earned[tokenId].count = 0;
        emit Transfer(holder, address(0), tokenId);
        emit CredentialBurnt(tokenId, holder, count);
    }

    /// @inheritdoc IMusicCredentials
    function countOf(uint256 tokenId) external view returns (uint32) {
        return _earned[tokenId].count;
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) external view returns (bool) {
        _requireOwned(tokenId);
        return true;
    }

    /// @inheritdoc IERC5484
    function burnAuth(uint256 tokenId) external view returns (BurnAuth) {
        _requireOwned(tokenId);
        return BurnAuth.OwnerOnly;
    }

    /// @inheritdoc IMusicCredentials
    function isUsed(uint256 tokenId, uint256 factId) external view returns (bool) {
        return factId != 0 && _earned[tokenId].firstFact == factId || _used[tokenId][factId];
    }

    /// @notice How many kinds of credentials somebody has.
    function balanceOf(address holder) public view override returns (uint256 kinds) {
        if (holder == address(0)) revert ERC721InvalidOwner(holder);
        for (uint256 kind = uint256(Kind.Contributed); kind <= uint256(Kind.Attended); ++kind) {
            if (_earned[tokenIdOf(Kind(kind), holder)].count != 0) ++kinds;
        }
    }

    /// @inheritdoc IMusicCredentials
    function level(uint256 tokenId) public view returns (uint8) {
        uint32 count = _earned[tokenId].count;
        if (count >= 30) return 4;
        if (count >= 10) return 3;
        if (count >= 3) return 2;
        return count == 0 ? 0 : 1;
    }

    /// @inheritdoc IMusicCredentials
    function tokenIdOf(Kind kind, address holder) public pure returns (uint256 tokenId) {
        return uint256(kind) << 160 | uint160(holder);
    }

    /// @notice Metadata, written out in the answer itself so that it needs no server.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        bytes memory json = abi.encodePacked(
            '{"name":"',
            _kindName(Kind(tokenId >> 160)),
            '","description":"Earned from facts on the chain; bound to its holder.","attributes":[{"trait_type":"Level","value":',
            Strings.toString(level(tokenId)),
            '},{"trait_type":"Facts","value":',
            Strings.toString(_earned[tokenId].count),
            "}]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    /// @notice Always refused: a credential is never transferred, so nobody needs leave to do it.
    function approve(address, uint256 tokenId) public pure override {
        revert MusicCredentials_Bound(tokenId);
    }

    /// @notice Always refused, see {approve}.
    function setApprovalForAll(address, bool) public pure override {
        revert MusicCredentials_Bound(0);
    }

    /// @notice ERC-165, with ERC-5192 (0xb45a3c0e) and ERC-5484 (0x0489b56f).
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || interfaceId == type(IERC5484).interfaceId
            || super.supportsInterface(interfaceId);
    }

    /// @dev Refuses every credential that there is. What OpenZeppelin itself stores of owners is not used.
    function _update(address, uint256 tokenId, address) internal view override returns (address owner) {
        owner = _requireOwned(tokenId);
        if (owner != address(0)) revert MusicCredentials_Bound(tokenId);
    }

    /// @dev The id names the holder.
    function _ownerOf(uint256 tokenId) internal view override returns (address holder) {
        return _earned[tokenId].count == 0 ? address(0) : address(uint160(tokenId));
    }

    /// @dev Counts a fact for the caller; the first one issues the credential. Nobody is called back.
    function _count(Kind kind, uint256 factId) private returns (uint256 tokenId) {
        tokenId = tokenIdOf(kind, msg.sender);
        Earned memory earned = _earned[tokenId];
        if (earned.firstFact == 0) {
            earned.firstFact = uint224(factId);
        } else {
            if (earned.firstFact == factId || _used[tokenId][factId]) {
                revert MusicCredentials_FactUsed(tokenId, factId);
            }
            _used[tokenId][factId] = true;
        }
        if (++earned.count == 1) {
            emit Transfer(address(0), msg.sender, tokenId);
            emit Locked(tokenId);
            emit Issued(address(this), msg.sender, tokenId, BurnAuth.OwnerOnly);
            emit CredentialIssued(tokenId, msg.sender, kind);
        }
        _earned[tokenId] = earned;
        emit CredentialEvidence(tokenId, factId, earned.count);
    }

    function _kindName(Kind kind) private pure returns (string memory) {
        if (kind == Kind.Contributed) return "Contributed";
        if (kind == Kind.Collected) return "Collected";
        return "Attended";
    }
}
