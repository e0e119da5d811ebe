// SPDX-License-Identifier: Apache-2.0
// Works, who made them and who is paid: what the registry promises.
pragma solidity 0.8.30;

import {IDisputeModule} from "./IDisputeModule.sol";
import {IRoyaltyVault} from "./IRoyaltyVault.sol";

/// @title Registry of works
/// @notice A work is first committed (a number that hides the recording), then sealed by a split sheet that every payee signed.
/// A sealed sheet never changes; an amended one gets the next version and concerns future money only. A dispute gives the
/// work a next version too, in which the disputed share waits, and another one when it ends.
/// @dev The registry makes the vault and the dispute module, so that the three know each other for ever.
interface IWorkRegistry {
    /// @notice What the people of a work agree on.
    /// @param version one more than the work's last, so 1 when it is sealed.
    /// @param metadataHash keccak256 of the work's canonical JSON.
    /// @param audioHash hash of the recording; the same in every version.
    /// @param deadline last second (Unix time) at which the signatures count.
    /// @param uri where the JSON lies; not signed, since metadataHash binds its content.
    /// @param master lines of the recording's list, see types/SplitLine.sol.
    /// @param composition lines of the composition's list.
    struct Sheet {
        uint32 version;
        bytes32 metadataHash;
        bytes32 audioHash;
        uint64 deadline;
        string uri;
        uint256[] master;
        uint256[] composition;
    }

    /// @notice One signature over a sheet, by a key or by a contract wallet (ERC-1271); empty when the signer has given her
    /// consent on the chain, see {consent}.
    struct Consent {
        address signer;
        bytes signature;
    }

    /// @notice What is kept of a work.
    struct Work {
        address registrant; // slot 0, which all but the last fill
        uint40 committedAt;
        uint16 masterAiBps;
        uint16 compositionAiBps;
        uint24 version; // 0 until sealed
        bytes32 metadataHash; // slot 1; 0 until sealed
    }

    /// @notice A registrant took the next number for a recording that is not shown yet.
    event WorkCommitted(uint256 indexed workId, address indexed registrant, bytes32 commitment);

    /// @notice Somebody agreed to a sheet on the chain, before it is sealed.
    event ConsentGiven(uint256 indexed workId, bytes32 indexed digest, address indexed signer);

    /// @notice Somebody took that back.
    event ConsentWithdrawn(uint256 indexed workId, bytes32 indexed digest, address indexed signer);

    /// @notice A sheet became a work's current one: version 1 seals the work, later ones amend it.
    event SheetSealed(
        uint256 indexed workId,
        uint32 indexed version,
        address indexed registrant,
        bytes32 metadataHash,
        bytes32 audioHash,
        uint16 masterAiBps,
        uint16 compositionAiBps,
        string uri,
        uint256[] master,
        uint256[] composition
    );

    /// @notice A dispute set a share of one list aside, in its last line. The other list is as it was.
    event ShareSetAside(
        uint256 indexed workId, uint32 indexed version, uint256 indexed disputeId, uint8 side, uint256[] lines
    );

    /// @notice A dispute ended, and the list of that side is this one now. `winner` takes what waited.
    event ShareRestored(
        uint256 indexed workId,
        uint32 indexed version,
        uint256 indexed disputeId,
        uint8 side,
        uint256[] lines,
        uint256 winnersLine
    );

    /// @notice A work that was committed earlier, and sealed later, took over the claim to a recording.
    event AudioClaimMoved(bytes32 indexed audioHash, uint256 indexed fromWork, uint256 indexed toWork);

    /// @notice No work has this number.
    error WorkRegistry_UnknownWork(uint256 workId, uint256 works);
    /// @notice Only the registrant seals and amends.
    error WorkRegistry_NotRegistrant(uint256 workId, address registrant, address caller);
    /// @notice The work is sealed; its sheet changes by {amend} alone.
    error WorkRegistry_AlreadySealed(uint256 workId, uint32 version);
    /// @notice The work has no sheet yet.
    error WorkRegistry_NotSealed(uint256 workId);
    /// @notice A commitment of nothing cannot be opened.
    error WorkRegistry_EmptyCommitment(address registrant);
    /// @notice The recording and salt are not those that this caller committed.
    error WorkRegistry_CommitmentDiffers(uint256 workId, bytes32 committed, bytes32 revealed);
    /// @notice The sheet is not for the work's next version.
    error WorkRegistry_WrongVersion(uint256 workId, uint32 given, uint32 expected);
    /// @notice The signatures no longer count.
    error WorkRegistry_DeadlinePassed(uint64 deadline, uint256 time);
    /// @notice A sheet names its metadata and its recording.
    error WorkRegistry_EmptyHash(uint256 workId, bytes32 metadataHash, bytes32 audioHash);
    /// @notice An earlier work holds this recording.
    error WorkRegistry_AudioTaken(bytes32 audioHash, uint256 byWork);
    /// @notice The recording is not, or no longer, this work's.
    error WorkRegistry_AudioNotHeld(uint256 workId, bytes32 audioHash, uint256 heldBy);
    /// @notice A list has 1 to 100 lines.
    error WorkRegistry_LineCount(uint8 side, uint256 lines, uint256 limit);
    /// @notice A line names nobody, has no role, more than 100 % AI, or a bit that means nothing.
    error WorkRegistry_LineMalformed(uint8 side, uint256 index, uint256 line);
    /// @notice Payouts add up to 10,000.
    error WorkRegistry_SharesDoNotAddUp(uint8 side, uint256 sum, uint256 expected);
    /// @notice Credits add up to 10,000.
    error WorkRegistry_CreditsDoNotAddUp(uint8 side, uint256 sum, uint256 expected);
    /// @notice A parent has a smaller number than its child.
    error WorkRegistry_ParentNotEarlier(uint256 workId, uint256 parentWork);
    /// @notice Consents come sorted by signer, each once.
    error WorkRegistry_ConsentsOutOfOrder(address signer, address after_);
    /// @notice Somebody whose consent is needed has not given it.
    error WorkRegistry_ConsentMissing(uint256 workId, address payee);
    /// @notice Somebody who has no part in the sheet signed it.
    error WorkRegistry_ConsentNotNeeded(uint256 workId, address signer);
    /// @notice The signature is not this signer's over this sheet, here.
    error WorkRegistry_ConsentInvalid(uint256 workId, address signer);
    /// @notice There is no consent to take back.
    error WorkRegistry_NoConsent(uint256 workId, bytes32 digest, address signer);
    /// @notice The lines are not those of the current list.
    error WorkRegistry_ListDiffers(bytes32 splitId, bytes32 given, bytes32 expected);
    /// @notice The work has an open dispute: its sheet stays as it is until that ends.
    error WorkRegistry_Disputed(uint256 workId, uint256 disputeId);
    /// @notice The work has no such open dispute.
    error WorkRegistry_NotDisputed(uint256 workId, uint256 disputeId, uint256 open);
    /// @notice The line names no person, or has less than this share.
    error WorkRegistry_CannotSetAside(uint256 index, uint16 share, uint256 line);
    /// @notice Only the dispute module sets shares aside.
    error WorkRegistry_NotDisputes(address disputes, address caller);
    /// @notice No list has this side.
    error WorkRegistry_UnknownSide(uint8 side);
    /// @notice Key ids are 0 to 15.
    error WorkRegistry_KeyIdTooLarge(uint8 keyId, uint8 largest);
    /// @notice The payload is of another version.
    error WorkRegistry_PayloadVersionUnknown(uint64 payload, uint256 version, uint256 expected);
    /// @notice The payload names another registry.
    error WorkRegistry_PayloadOfOtherRegistry(uint64 payload, uint16 tag, uint16 expected);

    /// @notice Take the next number for a recording that is not shown yet. The smaller number wins later.
    ///
    /// Emits {WorkCommitted}.
    /// @param commitment keccak256(abi.encode(registrant, audioHash, salt)); bound to the caller, so that a copy opens nothing.
    function commit(bytes32 commitment) external returns (uint256 workId);

    /// @notice Agree to a sheet on the chain, ahead of its sealing: for those who sign one by one, and for wallets that have
    /// no signatures.
    ///
    /// Emits {ConsentGiven}.
    /// Requirements: the work is known; the sheet is for its next version; the deadline is not over.
    function consent(uint256 workId, Sheet calldata sheet) external returns (bytes32 digest);

    /// @notice Take a consent back; nothing that was sealed changes.
    ///
    /// Emits {ConsentWithdrawn}. Requirements: the caller has consented to this sheet of this work.
    function withdrawConsent(uint256 workId, bytes32 digest) external;

    /// @notice Make a committed work final.
    ///
    /// Emits {SheetSealed}, and {AudioClaimMoved} when a later number held the recording.
    /// Requirements: the caller is the registrant; the work is not sealed; version 1; the commitment opens; the deadline is
    /// not over; no earlier number holds the recording; both lists are well formed and add up; every EDGE parent is sealed
    /// and has a smaller number; the consents are ascending by signer and are exactly those of every payee and of the
    /// registrant of every parent.
    function seal(uint256 workId, bytes32 salt, Sheet calldata sheet, Consent[] calldata consents) external;

    /// @notice Give a sealed work its next sheet. Money that came under the former sheet stays with it.
    ///
    /// Emits {SheetSealed}.
    /// Requirements: as for {seal}, with the next version and the same recording, which the work still holds; no dispute is
    /// open; the consents are those whom the new sheet needs and whom the former lists needed.
    /// @param formerMaster the current list of the recording, as the last event gave it
    /// @param formerComposition the current list of the composition
    function amend(
        uint256 workId,
        Sheet calldata sheet,
        uint256[] calldata formerMaster,
        uint256[] calldata formerComposition,
        Consent[] calldata consents
    ) external;

    /// @notice Set a share of one line aside: its new money waits in the dispute's split. The dispute module only.
    ///
    /// Emits {ShareSetAside}.
    /// Requirements: no other dispute of the work is open; the lines are the current list; the line names a person and has
    /// that share; the list is not too long.
    /// @param lines the current list of that side
    /// @param share basis points of the list
    function setAside(
        uint256 workId,
        uint8 side,
        uint256[] calldata lines,
        uint256 index,
        uint16 share,
        uint256 disputeId
    ) external;

    /// @notice End a dispute: what waited, and the share from now on, belong to the winner. The dispute module only.
    ///
    /// Emits {ShareRestored}.
    /// Requirements: this dispute of the work is open; the lines are the current list.
    /// @param index the disputed line
    /// @param beneficiary who wins the share; 0 gives it back to the line
    function restore(
        uint256 workId,
        uint8 side,
        uint256[] calldata lines,
        uint256 index,
        address beneficiary,
        uint256 disputeId
    ) external;

    /// @notice What is kept of a work; refuses unknown ids.
    function work(uint256 workId) external view returns (Work memory);

    /// @notice How many works were committed; ids run from 1 to this.
    function works() external view returns (uint256 count);

    /// @notice Whether a work has a sheet that everybody signed.
    function isSealed(uint256 workId) external view returns (bool);

    /// @notice The open dispute of a work; 0 for none.
    function disputeOf(uint256 workId) external view returns (uint256 disputeId);

    /// @notice The EIP-712 digest that the payees sign.
    /// @dev SplitSheet(uint256 workId,uint32 version,bytes32 metadataHash,bytes32 audioHash,Line[] master,Line[] composition,
    /// uint64 deadline) with Line(address payee,uint16 payoutBps,uint16 creditBps,uint16 role,uint8 aiPct,uint8 flags).
    function sheetDigest(uint256 workId, Sheet calldata sheet) external view returns (bytes32);

    /// @notice Whether somebody has agreed to a sheet on the chain, and not taken it back.
    function hasConsented(bytes32 digest, address signer) external view returns (bool);

    /// @notice The account under which the vault keeps one list's money: keccak256(abi.encode(workId, version)) with the side
    /// in its lowest bit.
    function splitId(uint256 workId, uint8 side, uint32 version) external pure returns (bytes32);

    /// @notice The split that gets a sealed work's new money. `side` is 0 (MASTER) or 1 (COMPOSITION).
    function currentSplit(uint256 workId, uint8 side) external view returns (bytes32);

    /// @notice Which work holds the claim to a recording; 0 for none.
    function workOfAudio(bytes32 audioHash) external view returns (uint256 workId);

    /// @notice Where the works' money is.
    function vault() external view returns (IRoyaltyVault);

    /// @notice Who sets shares aside.
    function disputes() external view returns (IDisputeModule);

    /// @notice First 16 bits of keccak256(abi.encode(chain id, this contract)): tells registries apart in a mark.
    function registryTag() external view returns (uint16);

    /// @notice The 64 bits that a file of this work carries: version 4 | key id 4 | registry tag 16 | work 40.
    function payloadOf(uint256 workId, uint8 keyId) external view returns (uint64);

    /// @notice The sealed work that a payload names, and its current version.
    function resolve(uint64 payload) external view returns (uint256 workId, uint32 version);
}
