// SPDX-License-Identifier: Apache-2.0
// Works, their split sheets and the signatures that made them final: what the registry promises.
pragma solidity 0.8.30;

/// @title Registry of works
/// @notice A work is committed (a number that hides the recording), then sealed by a split sheet that every payee signed.
/// A sealed sheet never changes; an amended one gets the next version and concerns future money only.
interface IWorkRegistry {
    /// @notice What the people of a work agree on.
    /// @param version 1 when sealed, then one more with each amendment.
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

    /// @notice One signature over a sheet, by a key or by a contract wallet (ERC-1271).
    struct Consent {
        address signer;
        bytes signature;
    }

    /// @notice What is kept of a work.
    struct Work {
        address registrant; // slot 0
        uint40 committedAt;
        uint40 sealedAt; // 0 until sealed; an amendment leaves it
        uint16 masterAiBps;
        uint16 compositionAiBps; // slot 1
        uint32 version;
        bytes32 audioHash; // slot 2; 0 until sealed
        bytes32 metadataHash; // slot 3
        bytes32 signersHash; // slot 4, keccak256 of the packed signers of the current sheet
    }

    event WorkCommitted(uint256 indexed workId, address indexed registrant, bytes32 commitment);

    /// @param signers whose consent the sheet itself needed, ascending; the next amendment needs them all.
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
        uint256[] composition,
        address[] signers
    );

    /// @notice A work that was committed earlier, and sealed later, took over the claim to a recording.
    event AudioClaimMoved(bytes32 indexed audioHash, uint256 indexed fromWork, uint256 indexed toWork);

    error WorkRegistry_UnknownWork(uint256 workId, uint256 works);
    error WorkRegistry_NotRegistrant(uint256 workId, address registrant, address caller);
    error WorkRegistry_AlreadySealed(uint256 workId, uint32 version);
    error WorkRegistry_NotSealed(uint256 workId);
    error WorkRegistry_EmptyCommitment(address registrant);
    error WorkRegistry_CommitmentDiffers(uint256 workId, bytes32 committed, bytes32 revealed);
    error WorkRegistry_WrongVersion(uint256 workId, uint32 given, uint32 expected);
    error WorkRegistry_DeadlinePassed(uint64 deadline, uint256 time);
    error WorkRegistry_EmptyHash(uint256 workId, bytes32 metadataHash, bytes32 audioHash);
    error WorkRegistry_AudioTaken(bytes32 audioHash, uint256 byWork);
    error WorkRegistry_AudioDiffers(uint256 workId, bytes32 given, bytes32 expected);
    error WorkRegistry_LineCount(uint8 side, uint256 lines, uint256 limit);
    error WorkRegistry_LineMalformed(uint8 side, uint256 index, uint256 line);
    error WorkRegistry_SharesDoNotAddUp(uint8 side, uint256 sum, uint256 expected);
    error WorkRegistry_CreditsDoNotAddUp(uint8 side, uint256 sum, uint256 expected);
    error WorkRegistry_ParentNotEarlier(uint256 workId, uint256 parentWork);
    error WorkRegistry_ConsentsOutOfOrder(address signer, address after_);
    error WorkRegistry_ConsentMissing(uint256 workId, address payee);
    error WorkRegistry_ConsentNotNeeded(uint256 workId, address signer);
    error WorkRegistry_ConsentInvalid(uint256 workId, address signer);
    error WorkRegistry_FormerSignersDiffer(uint256 workId, bytes32 given, bytes32 expected);
    error WorkRegistry_UnknownSide(uint8 side);
    error WorkRegistry_KeyIdTooLarge(uint8 keyId, uint8 largest);
    error WorkRegistry_PayloadVersionUnknown(uint64 payload, uint256 version, uint256 expected);
    error WorkRegistry_PayloadOfOtherRegistry(uint64 payload, uint16 tag, uint16 expected);

    /// @notice Take the next number for a recording that is not shown yet. The smaller number wins later.
    /// @param commitment keccak256(abi.encode(registrant, audioHash, salt)); bound to the caller, so that a copy opens nothing.
    function commit(bytes32 commitment) external returns (uint256 workId);

    /// @notice Make a committed work final.
    /// @dev Emits {SheetSealed}, and {AudioClaimMoved} when a later number held the recording.
    /// Requirements: the caller is the registrant; the work is not sealed; version 1; the commitment opens; the deadline is
    /// not over; no earlier number holds the recording; both lists are well formed and add up; every EDGE parent is sealed
    /// and has a smaller number; the consents are ascending by signer and are exactly those of every payee and of the
    /// registrant of every parent.
    function seal(uint256 workId, bytes32 salt, Sheet calldata sheet, Consent[] calldata consents) external;

    /// @notice Give a sealed work its next sheet. Money that came under the former sheet stays with it.
    /// @dev Emits {SheetSealed}. Requirements as for {seal}, with the next version and the same recording; the consents
    /// are those of the new sheet's signers and of all `formerSigners`, as the last {SheetSealed} named them.
    function amend(uint256 workId, Sheet calldata sheet, address[] calldata formerSigners, Consent[] calldata consents)
        external;

    /// @notice What is kept of a work; refuses unknown ids.
    function work(uint256 workId) external view returns (Work memory);

    /// @notice How many works were committed; ids run from 1 to this.
    function works() external view returns (uint256 count);

    function isSealed(uint256 workId) external view returns (bool);

    /// @notice The EIP-712 digest that the payees sign.
    /// @dev SplitSheet(uint256 workId,uint32 version,bytes32 metadataHash,bytes32 audioHash,Line[] master,Line[] composition,
    /// uint64 deadline) with Line(address payee,uint16 payoutBps,uint16 creditBps,uint16 role,uint8 aiPct,uint8 flags).
    function sheetDigest(uint256 workId, Sheet calldata sheet) external view returns (bytes32);

    /// @notice The account under which the vault keeps one list's money: keccak256(abi.encode(workId, side, version)).
    function splitId(uint256 workId, uint8 side, uint32 version) external pure returns (bytes32);

    /// @notice The split that gets a sealed work's new money. `side` is 0 (MASTER) or 1 (COMPOSITION).
    function currentSplit(uint256 workId, uint8 side) external view returns (bytes32);

    /// @notice keccak256 of a sealed list's packed lines; 0 when no such list was sealed.
    function listHash(bytes32 splitId_) external view returns (bytes32);

    /// @notice Where an EDGE line of a split sends its money: the parent's current split of the same side.
    /// @dev Only meaningful for a sealed split that has an EDGE line to this parent.
    function parentSplit(bytes32 splitId_, uint256 parentWork) external view returns (bytes32);

    /// @notice Which work holds the claim to a recording; 0 for none.
    function workOfAudio(bytes32 audioHash) external view returns (uint256 workId);

    /// @notice First 16 bits of keccak256(abi.encode(chain id, this contract)): tells registries apart in a mark.
    function registryTag() external view returns (uint16);

    /// @notice The 64 bits that a file of this work carries: version 4 | key id 4 | registry tag 16 | work 40.
    function payloadOf(uint256 workId, uint8 keyId) external view returns (uint64);

    /// @notice The sealed work that a payload names, and its current version.
    function resolve(uint64 payload) external view returns (uint256 workId, uint32 version);
}
