// SPDX-License-Identifier: Apache-2.0
// Keeps works, seals their split sheets with every payee's signature, and answers whose a payload is.
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {SignerSet, Signers} from "./libraries/Signers.sol";
import {SplitSheets} from "./libraries/SplitSheets.sol";
import {COMPOSITION, MASTER, SplitLine} from "./types/SplitLine.sol";

/// @title WorkRegistry
contract WorkRegistry is IWorkRegistry, EIP712 {
    using Signers for SignerSet;

    uint256 private constant PAYLOAD_VERSION = 1;
    uint8 private constant LARGEST_KEY_ID = 15;

    /// @inheritdoc IWorkRegistry
    uint16 public immutable registryTag;

    /// @dev 40 bits, as many as a payload carries.
    uint40 private _count;
    /// @dev Until a work is sealed, the slot of its audioHash keeps the commitment: {work} does not show it.
    mapping(uint256 workId => Work) private _works;
    mapping(bytes32 audioHash => uint256 workId) private _workOfAudio;
    mapping(bytes32 splitId => bytes32) private _listHash;
    /// @dev Written only for COMPOSITION lists that have an EDGE line: MASTER is 0, and nobody asks about other lists.
    mapping(bytes32 splitId => uint8 side) private _edgeSide;

    constructor() EIP712("Partbook WorkRegistry", "1") {
        registryTag = uint16(uint256(keccak256(abi.encode(block.chainid, address(this)))) >> 240);
    }

    /// @inheritdoc IWorkRegistry
    function commit(bytes32 commitment) external returns (uint256 workId) {
        if (commitment == 0) revert WorkRegistry_EmptyCommitment(msg.sender);
        workId = ++_count;
        Work storage entry = _works[workId];
        entry.registrant = msg.sender;
        entry.committedAt = uint40(block.timestamp);
        entry.audioHash = commitment;
        emit WorkCommitted(workId, msg.sender, commitment);
    }

    /// @inheritdoc IWorkRegistry
    function seal(uint256 workId, bytes32 salt, Sheet calldata sheet, Consent[] calldata consents) external {
        Work storage entry = _ofCaller(workId);
        if (entry.sealedAt != 0) revert WorkRegistry_AlreadySealed(workId, entry.version);
        bytes32 revealed = keccak256(abi.encode(msg.sender, sheet.audioHash, salt));
        if (revealed != entry.audioHash) revert WorkRegistry_CommitmentDiffers(workId, entry.audioHash, revealed);
        entry.sealedAt = uint40(block.timestamp);
        entry.audioHash = sheet.audioHash;
        _claimAudio(workId, sheet.audioHash);
        _accept(workId, sheet, new address[](0), consents);
    }

    /// @inheritdoc IWorkRegistry
    function amend(uint256 workId, Sheet calldata sheet, address[] calldata formerSigners, Consent[] calldata consents)
        external
    {
        Work storage entry = _ofCaller(workId);
        if (entry.sealedAt == 0) revert WorkRegistry_NotSealed(workId);
        if (sheet.audioHash != entry.audioHash) {
            revert WorkRegistry_AudioDiffers(workId, sheet.audioHash, entry.audioHash);
        }
        bytes32 given = keccak256(abi.encodePacked(formerSigners));
        if (given != entry.signersHash) revert WorkRegistry_FormerSignersDiffer(workId, given, entry.signersHash);
        _accept(workId, sheet, formerSigners, consents);
    }

    /// @dev Everything that `seal` and `amend` ask of a sheet; then it becomes the current one.
    function _accept(uint256 workId, Sheet calldata sheet, address[] memory former, Consent[] calldata consents)
        private
    {
        Work storage entry = _works[workId];
        uint32 next = entry.version + 1;
        if (sheet.version != next) revert WorkRegistry_WrongVersion(workId, sheet.version, next);
        if (block.timestamp > sheet.deadline) revert WorkRegistry_DeadlinePassed(sheet.deadline, block.timestamp);
        if (sheet.metadataHash == 0 || sheet.audioHash == 0) {
            revert WorkRegistry_EmptyHash(workId, sheet.metadataHash, sheet.audioHash);
        }
        entry.version = next;
        entry.metadataHash = sheet.metadataHash;
        entry.masterAiBps = _keepList(workId, MASTER, next, sheet.master);
        entry.compositionAiBps = _keepList(workId, COMPOSITION, next, sheet.composition);
        address[] memory signers = _requireConsents(workId, sheet, former, consents);
        entry.signersHash = keccak256(abi.encodePacked(signers));
        _announce(workId, entry, sheet, signers);
    }

    /// @dev Checks one list and keeps its hash under its split.
    function _keepList(uint256 workId, uint8 side, uint32 version, uint256[] calldata lines)
        private
        returns (uint16 aiBps)
    {
        bool hasEdge;
        (aiBps, hasEdge) = SplitSheets.check(lines, side);
        bytes32 id = splitId(workId, side, version);
        _listHash[id] = keccak256(abi.encodePacked(lines));
        if (hasEdge && side == COMPOSITION) _edgeSide[id] = COMPOSITION;
    }

    /// @dev Refuses unless exactly the needed people signed exactly this sheet.
    /// @return signers those whom the sheet itself needs, without people who only left it.
    function _requireConsents(
        uint256 workId,
        Sheet calldata sheet,
        address[] memory former,
        Consent[] calldata consents
    ) private view returns (address[] memory signers) {
        SignerSet memory set = _verify(SplitSheets.hash(workId, sheet), workId, consents);
        _needPayees(set, workId, sheet.master);
        _needPayees(set, workId, sheet.composition);
        signers = set.ticked();
        for (uint256 i; i < former.length; ++i) {
            if (!set.need(former[i])) revert WorkRegistry_ConsentMissing(workId, former[i]);
        }
        if (set.count == consents.length) return signers;
        for (uint256 i; i < consents.length; ++i) {
            if (!set.needed[i]) revert WorkRegistry_ConsentNotNeeded(workId, consents[i].signer);
        }
    }

    /// @dev Every signature must hold, those of strangers too: a bad one is named before an unneeded one.
    function _verify(bytes32 structHash, uint256 workId, Consent[] calldata consents)
        private
        view
        returns (SignerSet memory set)
    {
        bytes32 digest = _hashTypedDataV4(structHash);
        set.accounts = new address[](consents.length);
        set.needed = new bool[](consents.length);
        address last;
        for (uint256 i; i < consents.length; ++i) {
            address signer = consents[i].signer;
            if (signer <= last) revert WorkRegistry_ConsentsOutOfOrder(signer, last);
            if (!SignatureChecker.isValidSignatureNow(signer, digest, consents[i].signature)) {
                revert WorkRegistry_ConsentInvalid(workId, signer);
            }
            set.accounts[i] = last = signer;
        }
    }

    /// @dev Ticks off the payee of each line; of an EDGE line, the registrant of its parent.
    function _needPayees(SignerSet memory set, uint256 workId, uint256[] calldata lines) private view {
        for (uint256 i; i < lines.length; ++i) {
            SplitLine line = SplitLine.wrap(lines[i]);
            address needed = line.isEdge() ? _registrantOfParent(workId, line.parent()) : line.payee();
            if (!set.need(needed)) revert WorkRegistry_ConsentMissing(workId, needed);
        }
    }

    /// @dev A parent is an earlier work, so that edges never make a circle.
    function _registrantOfParent(uint256 workId, uint256 parentWork) private view returns (address) {
        if (parentWork >= workId) revert WorkRegistry_ParentNotEarlier(workId, parentWork);
        return _sealed(parentWork).registrant;
    }

    /// @dev The earlier commit wins: a smaller number takes the recording over from a larger one.
    function _claimAudio(uint256 workId, bytes32 audioHash) private {
        uint256 holder = _workOfAudio[audioHash];
        if (holder != 0 && holder < workId) revert WorkRegistry_AudioTaken(audioHash, holder);
        _workOfAudio[audioHash] = workId;
        if (holder != 0) emit AudioClaimMoved(audioHash, holder, workId);
    }

    function _announce(uint256 workId, Work storage entry, Sheet calldata sheet, address[] memory signers) private {
        emit SheetSealed(
            workId,
            sheet.version,
            entry.registrant,
            sheet.metadataHash,
            sheet.audioHash,
            entry.masterAiBps,
            entry.compositionAiBps,
            sheet.uri,
            sheet.master,
            sheet.composition,
            signers
        );
    }

    function _known(uint256 workId) private view returns (Work storage entry) {
        entry = _works[workId];
        if (entry.registrant == address(0)) revert WorkRegistry_UnknownWork(workId, _count);
    }

    function _sealed(uint256 workId) private view returns (Work storage entry) {
        entry = _known(workId);
        if (entry.sealedAt == 0) revert WorkRegistry_NotSealed(workId);
    }

    function _ofCaller(uint256 workId) private view returns (Work storage entry) {
        entry = _known(workId);
        if (msg.sender != entry.registrant) revert WorkRegistry_NotRegistrant(workId, entry.registrant, msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function work(uint256 workId) external view returns (Work memory entry) {
        entry = _known(workId);
        if (entry.sealedAt == 0) entry.audioHash = 0;
    }

    /// @inheritdoc IWorkRegistry
    function works() external view returns (uint256 count) {
        return _count;
    }

    /// @inheritdoc IWorkRegistry
    function isSealed(uint256 workId) external view returns (bool) {
        return _works[workId].sealedAt != 0;
    }

    /// @inheritdoc IWorkRegistry
    function sheetDigest(uint256 workId, Sheet calldata sheet) external view returns (bytes32) {
        return _hashTypedDataV4(SplitSheets.hash(workId, sheet));
    }

    /// @inheritdoc IWorkRegistry
    function splitId(uint256 workId, uint8 side, uint32 version) public pure returns (bytes32) {
        if (side > COMPOSITION) revert WorkRegistry_UnknownSide(side);
        return keccak256(abi.encode(workId, side, version));
    }

    /// @inheritdoc IWorkRegistry
    function currentSplit(uint256 workId, uint8 side) public view returns (bytes32) {
        return splitId(workId, side, _sealed(workId).version);
    }

    /// @inheritdoc IWorkRegistry
    function listHash(bytes32 splitId_) external view returns (bytes32) {
        return _listHash[splitId_];
    }

    /// @inheritdoc IWorkRegistry
    function parentSplit(bytes32 splitId_, uint256 parentWork) external view returns (bytes32) {
        return currentSplit(parentWork, _edgeSide[splitId_]);
    }

    /// @inheritdoc IWorkRegistry
    function workOfAudio(bytes32 audioHash) external view returns (uint256 workId) {
        return _workOfAudio[audioHash];
    }

    /// @inheritdoc IWorkRegistry
    function payloadOf(uint256 workId, uint8 keyId) external view returns (uint64) {
        _known(workId);
        if (keyId > LARGEST_KEY_ID) revert WorkRegistry_KeyIdTooLarge(keyId, LARGEST_KEY_ID);
        return uint64(PAYLOAD_VERSION << 60 | uint256(keyId) << 56 | uint256(registryTag) << 40 | workId);
    }

    /// @inheritdoc IWorkRegistry
    function resolve(uint64 payload) external view returns (uint256 workId, uint32 version) {
        uint256 payloadVersion = payload >> 60;
        if (payloadVersion != PAYLOAD_VERSION) {
            revert WorkRegistry_PayloadVersionUnknown(payload, payloadVersion, PAYLOAD_VERSION);
        }
        if (uint16(payload >> 40) != registryTag) {
            revert WorkRegistry_PayloadOfOtherRegistry(payload, uint16(payload >> 40), registryTag);
        }
        workId = uint40(payload);
        version = _sealed(workId).version;
    }
}
