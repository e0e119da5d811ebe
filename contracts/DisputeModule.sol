// SPDX-License-Identifier: Apache-2.0
// Lets somebody claim a share of a split sheet, and ends every such claim.
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {OwedMoney} from "./abstracts/OwedMoney.sol";
import {IDisputeModule} from "./interfaces/IDisputeModule.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {SplitLine} from "./types/SplitLine.sol";

/// @title DisputeModule
contract DisputeModule is IDisputeModule, OwedMoney, AccessManaged, Pausable {
    /// @dev Disputes about one work that an arbiter dismissed.
    struct Record {
        uint40 last; // when the newest of them ended
        uint16 lost;
    }

    uint256 private constant TIME_TO_ANSWER = 14 days;
    uint256 private constant TIME_TO_END = 44 days;
    uint256 private constant RECORD_LASTS = 365 days;
    uint256 private constant MOST_DOUBLINGS = 10;
    /// @dev Fewer than a list may have, so that no payee fills it up by conceding claims of her friends.
    uint256 private constant MAX_LINES_AFTER_CONCESSION = 110;
    uint96 private constant FIRST_BASE_BOND = 0.05 ether;
    uint96 private constant LOWEST_BOND = 0.001 ether;
    uint96 private constant HIGHEST_BOND = 10 ether;

    /// @inheritdoc IDisputeModule
    IWorkRegistry public immutable registry;
    /// @inheritdoc IDisputeModule
    uint256 public disputes;

    uint96 private _baseBond;
    mapping(uint256 disputeId => Dispute) private _disputes;
    mapping(uint256 workId => Record) private _records;

    constructor(IWorkRegistry registry_, address authority_) AccessManaged(authority_) {
        registry = registry_;
        _setBaseBond(FIRST_BASE_BOND);
    }

    /// @inheritdoc IDisputeModule
    function open(Claim calldata claim, uint256[] calldata lines)
        external
        payable
        whenNotPaused
        returns (uint256 disputeId)
    {
        uint256 bond = bondFor(claim.workId);
        if (msg.value != bond) revert DisputeModule_WrongBond(msg.value, bond);
        if (claim.evidenceHash == 0) revert DisputeModule_NoEvidence(claim.workId);
        address payee = claim.index < lines.length ? SplitLine.wrap(lines[claim.index]).payee() : address(0);
        if (claim.beneficiary == address(0) || claim.beneficiary == payee) {
            revert DisputeModule_NoBeneficiary(claim.beneficiary, payee);
        }
        disputeId = ++disputes;
        _disputes[disputeId] = Dispute({
            claimant: msg.sender,
            openedAt: uint40(block.timestamp),
            share: claim.share,
            index: uint16(claim.index), // the registry refuses one beyond the list
            side: claim.side,
            status: Status.Open,
            payee: payee,
            bond: uint96(bond), // at most HIGHEST_BOND · 2^10
            beneficiary: claim.beneficiary,
            workId: uint40(claim.workId) // the registry refuses one beyond its count
        });
        emit DisputeOpened(
            disputeId,
            claim.workId,
            msg.sender,
            payee,
            claim.beneficiary,
            claim.side,
            claim.index,
            claim.share,
            bond,
            claim.evidenceHash,
            claim.uri
        );
        registry.setAside(claim.workId, claim.side, lines, claim.index, claim.share, disputeId);
    }

    /// @inheritdoc IDisputeModule
    function answer(uint256 disputeId, bytes32 evidenceHash, string calldata uri) external {
        Dispute storage found = _running(disputeId);
        if (found.status == Status.Answered) revert DisputeModule_Answered(disputeId);
        uint256 until = found.openedAt + TIME_TO_ANSWER;
        if (block.timestamp > until) revert DisputeModule_TooLateToAnswer(disputeId, until, block.timestamp);
        // a registrant may be the claimant's friend: his word does not end the payee's time
        if (msg.sender == found.payee) found.status = Status.Answered;
        else if (msg.sender != registry.work(found.workId).registrant) {
            revert DisputeModule_NotParty(disputeId, found.payee, msg.sender);
        }
        emit DisputeAnswered(disputeId, msg.sender, evidenceHash, uri);
    }

    /// @inheritdoc IDisputeModule
    function concede(uint256 disputeId, uint256[] calldata lines) external {
        Dispute storage found = _running(disputeId);
        if (msg.sender != found.payee) revert DisputeModule_NotParty(disputeId, found.payee, msg.sender);
        if (lines.length > MAX_LINES_AFTER_CONCESSION) {
            revert DisputeModule_ListTooLong(disputeId, lines.length, MAX_LINES_AFTER_CONCESSION);
        }
        emit DisputeConceded(disputeId);
        _end(disputeId, found, Status.Upheld, lines);
    }

    /// @inheritdoc IDisputeModule
    function drop(uint256 disputeId, uint256[] calldata lines) external {
        Dispute storage found = _running(disputeId);
        if (msg.sender != found.claimant) revert DisputeModule_NotClaimant(disputeId, found.claimant, msg.sender);
        emit DisputeWithdrawn(disputeId);
        _end(disputeId, found, Status.Dismissed, lines);
    }

    /// @inheritdoc IDisputeModule
    function rule(
        uint256 disputeId,
        bool upheld,
        bytes32 reasonsHash,
        string calldata uri,
        uint256[] calldata lines
    ) external restricted {
        Dispute storage found = _running(disputeId);
        uint256 from = found.openedAt + TIME_TO_ANSWER;
        if (found.status != Status.Answered && block.timestamp <= from) {
            revert DisputeModule_TooEarlyToRule(disputeId, from, block.timestamp);
        }
        uint256 until = found.openedAt + TIME_TO_END;
        if (block.timestamp > until) revert DisputeModule_TooLateToRule(disputeId, until, block.timestamp);
        if (!upheld) {
            uint256 lost = _lostLately(found.workId) + 1; // one in a ruling, so far below 2^16
            _records[found.workId] = Record(uint40(block.timestamp), uint16(lost));
        }
        emit DisputeRuled(disputeId, msg.sender, upheld, reasonsHash, uri);
        _end(disputeId, found, upheld ? Status.Upheld : Status.Dismissed, lines);
    }

    /// @inheritdoc IDisputeModule
    function expire(uint256 disputeId, uint256[] calldata lines) external {
        Dispute storage found = _running(disputeId);
        uint256 from = found.openedAt + TIME_TO_END;
        if (block.timestamp <= from) revert DisputeModule_NotExpired(disputeId, from, block.timestamp);
        emit DisputeExpired(disputeId);
        _end(disputeId, found, Status.Expired, lines);
    }

    /// @inheritdoc IDisputeModule
    function setBaseBond(uint96 bond) external restricted {
        if (bond < LOWEST_BOND || bond > HIGHEST_BOND) {
            revert DisputeModule_BondOutOfRange(bond, LOWEST_BOND, HIGHEST_BOND);
        }
        _setBaseBond(bond);
    }

    /// @inheritdoc IDisputeModule
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc IDisputeModule
    function unpause() external restricted {
        _unpause();
    }

    /// @inheritdoc IDisputeModule
    function bondFor(uint256 workId) public view returns (uint256 bond) {
        uint256 doublings = _lostLately(workId);
        if (doublings > MOST_DOUBLINGS) doublings = MOST_DOUBLINGS;
        return uint256(_baseBond) << doublings;
    }

    /// @inheritdoc IDisputeModule
    function dispute(uint256 disputeId) external view returns (Dispute memory) {
        return _known(disputeId);
    }

    /// @dev The bond is only noted here: whoever it belongs to takes it later.
    function _end(uint256 disputeId, Dispute storage found, Status status, uint256[] calldata lines) private {
        found.status = status;
        _owe(status == Status.Dismissed ? found.payee : found.claimant, found.bond);
        address winner = status == Status.Upheld ? found.beneficiary : address(0);
        registry.restore(found.workId, found.side, lines, found.index, winner, disputeId);
    }

    function _setBaseBond(uint96 bond) private {
        _baseBond = bond;
        emit BaseBondChanged(bond);
    }

    function _lostLately(uint256 workId) private view returns (uint256) {
        Record storage record = _records[workId];
        return block.timestamp > record.last + RECORD_LASTS ? 0 : record.lost;
    }

    function _known(uint256 disputeId) private view returns (Dispute storage found) {
        found = _disputes[disputeId];
        if (found.status == Status.None) revert DisputeModule_UnknownDispute(disputeId, disputes);
    }

    function _running(uint256 disputeId) private view returns (Dispute storage found) {
        found = _known(disputeId);
        if (found.status > Status.Answered) revert DisputeModule_Ended(disputeId, found.status);
    }
}
