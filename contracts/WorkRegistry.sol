// SPDX-License-Identifier: Apache-2.0
// Keeps works, seals their split sheets with every payee's signature, and answers whose a payload is.
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {DisputeModule} from "./DisputeModule.sol";
import {RoyaltyVault} from "./RoyaltyVault.sol";
import {IDisputeModule} from "./interfaces/IDisputeModule.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {SignerSet, Signers} from "./libraries/Signers.sol";
import {SplitSheets} from "./libraries/SplitSheets.sol";
import {SplitId, splitIdOf, suspenseIdOf} from "./types/SplitId.sol";
import {COMPOSITION, MASTER, soleLine, SplitLine} from "./types/SplitLine.sol";

/// @title WorkRegistry
contract WorkRegistry is IWorkRegistry, EIP712 {
    using Signatures for bytes;
    using Signers for SignerSet;

    uint256 private constant PAYLOAD_VERSION = 1;
    uint8 private constant LARGEST_KEY_ID = 15;

    /// @inheritdoc IWorkRegistry
    uint16 public immutable registryTag;
    /// @inheritdoc IWorkRegistry
    IRoyaltyVault public immutable vault;
    /// @inheritdoc IWorkRegistry
    IDisputeModule public immutable disputes;

    /// @dev 40 bits, as many as a payload carries.
    uint40 private _count;
    /// @dev Until a work is sealed, the slot of its metadataHash keeps the commitment: {work} does not show it.
    mapping(uint256 workId => Work) private _works;
    mapping(bytes32 audioHash => uint256 workId) private _workOfAudio;
    mapping(uint256 workId => uint256 disputeId) private _disputeOf;
    mapping(bytes32 digest => mapping(address signer => uint256 workId)) private _consented; // 0: no consent

    constructor(address authority_) EIP712("Partbook WorkRegistry", "1") {
        registryTag = uint16(uint256(keccak256(abi.encode(block.chainid, address(this)))) >> 240);
        vault = new RoyaltyVault(this, authority_);
        disputes = new DisputeModule(this, authority_);
    }

    /// @inheritdoc IWorkRegistry
    function commit(bytes32 commitment) external returns (uint256 workId) {
        if (commitment == 0) revert WorkRegistry_EmptyCommitment(msg.sender);
        workId = ++_count;
        Work storage entry = _works[workId];
        entry.registrant = msg.sender;
        entry.committedAt = uint40(block.timestamp);
        entry.metadataHash = commitment;
        emit WorkCommitted(workId, msg.sender, commitment);
    }

    /// @inheritdoc IWorkRegistry
    function consent(uint256 workId, Sheet calldata sheet) external returns (bytes32 digest) {
        _checkTerms(workId, _known(workId).version, sheet);
        digest = sheetDigest(workId, sheet);
        _consented[digest][msg.sender] = workId;
        emit ConsentGiven(workId, digest, msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function withdrawConsent(uint256 workId, bytes32 digest) external {
        if (_consented[digest][msg.sender] != workId || workId == 0) {
            revert WorkRegistry_NoConsent(workId, digest, msg.sender);
        }
        delete _consented[digest][msg.sender];
        emit ConsentWithdrawn(workId, digest, msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function seal(uint256 workId, bytes32 salt, Sheet calldata sheet, Consent[] calldata consents) external {
        Work storage entry = _ofCaller(workId);
        if (entry.version != 0) revert WorkRegistry_AlreadySealed(workId, entry.version);
        bytes32 revealed = keccak256(abi.encode(msg.sender, sheet.audioHash, salt));
        if (revealed != entry.metadataHash) {
            revert WorkRegistry_CommitmentDiffers(workId, entry.metadataHash, revealed);
        }
        _checkTerms(workId, 0, sheet);
        _claimAudio(workId, sheet.audioHash);
        SignerSet memory signers = _verify(workId, sheet, consents);
        _needPayees(signers, workId, sheet.master);
        _needPayees(signers, workId, sheet.composition);
        _accept(workId, sheet, signers);
    }

    /// @inheritdoc IWorkRegistry
    function amend(
        uint256 workId,
        Sheet calldata sheet,
        uint256[] calldata formerMaster,
        uint256[] calldata formerComposition,
        Consent[] calldata consents
    ) external {
        uint24 version = _ofCaller(workId).version;
        if (version == 0) revert WorkRegistry_NotSealed(workId);
        if (_disputeOf[workId] != 0) revert WorkRegistry_Disputed(workId, _disputeOf[workId]);
        _checkTerms(workId, version, sheet);
        uint256 holder = _workOfAudio[sheet.audioHash];
        if (holder != workId) revert WorkRegistry_AudioNotHeld(workId, sheet.audioHash, holder);
        _checkList(splitId(workId, MASTER, version), formerMaster);
        _checkList(splitId(workId, COMPOSITION, version), formerComposition);
        SignerSet memory signers = _verify(workId, sheet, consents);
        _needPayees(signers, workId, sheet.master);
        _needPayees(signers, workId, sheet.composition);
        _needPayees(signers, workId, formerMaster);
        _needPayees(signers, workId, formerComposition);
        _accept(workId, sheet, signers);
    }

    /// @inheritdoc IWorkRegistry
    function setAside(
        uint256 workId,
        uint8 side,
        uint256[] calldata lines,
        uint256 index,
        uint16 share,
        uint256 disputeId
    ) external {
        _checkDisputes();
        if (_disputeOf[workId] != 0) revert WorkRegistry_Disputed(workId, _disputeOf[workId]);
        _checkList(currentSplit(workId, side), lines);
        _disputeOf[workId] = disputeId;
        uint256[] memory next = SplitSheets.setAside(lines, side, index, share, disputeId);
        emit ShareSetAside(workId, _turn(workId, side, next), disputeId, side, next);
    }

    /// @inheritdoc IWorkRegistry
    function restore(
        uint256 workId,
        uint8 side,
        uint256[] calldata lines,
        uint256 index,
        address beneficiary,
        uint256 disputeId
    ) external {
        _checkDisputes();
        if (_disputeOf[workId] != disputeId) revert WorkRegistry_NotDisputed(workId, disputeId, _disputeOf[workId]);
        _checkList(currentSplit(workId, side), lines);
        delete _disputeOf[workId];
        SplitLine line = SplitLine.wrap(lines[index]);
        bool won = beneficiary != address(0);
        uint256 winnersLine = SplitLine.unwrap(soleLine(won ? beneficiary : line.payee(), line.role()));
        vault.openSuspense(SplitId.unwrap(suspenseIdOf(disputeId)), keccak256(abi.encode(winnersLine)));
        uint256[] memory next = won ? SplitSheets.award(lines, beneficiary) : SplitSheets.giveBack(lines, index);
        emit ShareRestored(workId, _turn(workId, side, next), disputeId, side, next, winnersLine);
    }

    /// @dev What every sheet must say, before anything is asked of its lists.
    function _checkTerms(uint256 workId, uint24 version, Sheet calldata sheet) private view {
        if (sheet.version != version + 1) revert WorkRegistry_WrongVersion(workId, sheet.version, version + 1);
        if (block.timestamp > sheet.deadline) revert WorkRegistry_DeadlinePassed(sheet.deadline, block.timestamp);
        if (sheet.metadataHash == 0 || sheet.audioHash == 0) {
            revert WorkRegistry_EmptyHash(workId, sheet.metadataHash, sheet.audioHash);
        }
    }

    /// @dev Makes a sheet the current one, unless somebody signed whom nothing in it needs.
    function _accept(uint256 workId, Sheet calldata sheet, SignerSet memory signers) private {
        if (signers.left != 0) revert WorkRegistry_ConsentNotNeeded(workId, signers.notNeeded());
        uint16 masterAiBps = SplitSheets.check(sheet.master, MASTER);
        uint16 compositionAiBps = SplitSheets.check(sheet.composition, COMPOSITION);
        Work storage entry = _works[workId];
        entry.version = uint24(sheet.version); // checked: one more than a uint24
        entry.masterAiBps = masterAiBps;
        entry.compositionAiBps = compositionAiBps;
        entry.metadataHash = sheet.metadataHash;
        vault.open(
            workId,
            sheet.version,
            keccak256(abi.encodePacked(sheet.master)),
            keccak256(abi.encodePacked(sheet.composition))
        );
        emit SheetSealed(
            workId,
            sheet.version,
            msg.sender, // the registrant
            sheet.metadataHash,
            sheet.audioHash,
            masterAiBps,
            compositionAiBps,
            sheet.uri,
            sheet.master,
            sheet.composition
        );
    }

    /// @dev The next version of a work, in which one list is new and the other as it was.
    function _turn(uint256 workId, uint8 side, uint256[] memory next) private returns (uint24 version) {
        bytes32 list = keccak256(abi.encodePacked(next));
        bytes32 other = vault.listHash(currentSplit(workId, side == MASTER ? COMPOSITION : MASTER));
        version = ++_works[workId].version;
        (bytes32 master, bytes32 composition) = side == MASTER ? (list, other) : (other, list);
        vault.open(workId, version, master, composition);
    }

    /// @dev Every signature must hold, those of strangers too: a bad one is named before an unneeded one.
    function _verify(uint256 workId, Sheet calldata sheet, Consent[] calldata consents)
        private
        view
        returns (SignerSet memory set)
    {
        bytes32 digest = sheetDigest(workId, sheet);
        set = Signers.setOf(consents.length);
        address last = address(0);
        for (uint256 i; i < consents.length; ++i) {
            Consent calldata given = consents[i];
            address signer = given.signer;
            if (signer <= last) revert WorkRegistry_ConsentsOutOfOrder(signer, last);
            if (!_agrees(signer, digest, given.signature)) revert WorkRegistry_ConsentInvalid(workId, signer);
            set.add(last = signer);
        }
    }

    /// @dev By a signature, or by what she said on the chain.
    function _agrees(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        return signature.length == 0 ? hasConsented(digest, signer) : signature.isBy(signer, digest);
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

    function _checkList(bytes32 split, uint256[] calldata lines) private view {
        bytes32 expected = vault.listHash(split);
        bytes32 given = keccak256(abi.encodePacked(lines));
        if (given != expected) revert WorkRegistry_ListDiffers(split, given, expected);
    }

    function _checkDisputes() private view {
        if (msg.sender != address(disputes)) revert WorkRegistry_NotDisputes(address(disputes), msg.sender);
    }

    function _known(uint256 workId) private view returns (Work storage entry) {
        entry = _works[workId];
        if (entry.registrant == address(0)) revert WorkRegistry_UnknownWork(workId, _count);
    }

    function _sealed(uint256 workId) private view returns (Work storage entry) {
        entry = _known(workId);
        if (entry.version == 0) revert WorkRegistry_NotSealed(workId);
    }

    function _ofCaller(uint256 workId) private view returns (Work storage entry) {
        entry = _known(workId);
        if (msg.sender != entry.registrant) revert WorkRegistry_NotRegistrant(workId, entry.registrant, msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function work(uint256 workId) external view returns (Work memory entry) {
        entry = _known(workId);
        if (entry.version == 0) entry.metadataHash = 0;
    }

    /// @inheritdoc IWorkRegistry
    function works() external view returns (uint256 count) {
        return _count;
    }

    /// @inheritdoc IWorkRegistry
    function isSealed(uint256 workId) external view returns (bool) {
        return _works[workId].version != 0;
    }

    /// @inheritdoc IWorkRegistry
    function disputeOf(uint256 workId) external view returns (uint256 disputeId) {
        return _disputeOf[workId];
    }

    /// @inheritdoc IWorkRegistry
    function sheetDigest(uint256 workId, Sheet calldata sheet) public view returns (bytes32) {
        return _hashTypedDataV4(SplitSheets.hash(workId, sheet));
    }

    /// @inheritdoc IWorkRegistry
    function hasConsented(bytes32 digest, address signer) public view returns (bool) {
        return _consented[digest][signer] != 0;
    }

    /// @inheritdoc IWorkRegistry
    function splitId(uint256 workId, uint8 side, uint32 version) public pure returns (bytes32) {
        if (side > COMPOSITION) revert WorkRegistry_UnknownSide(side);
        return SplitId.unwrap(splitIdOf(workId, side, version));
    }

    /// @inheritdoc IWorkRegistry
    function currentSplit(uint256 workId, uint8 side) public view returns (bytes32) {
        return splitId(workId, side, _sealed(workId).version);
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
