// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Disputes about a share of a split sheet
/// @notice Somebody who says that a share is hers opens a dispute with a bond and evidence. From then on the disputed share
/// of new money waits; all other money, and all that came before, is paid as ever. The one who has the line, and the work's
/// registrant, may answer. An arbiter rules between exactly two outcomes, both known from the start; if nobody rules in
/// time, anybody ends the dispute and the line keeps its share.
///
/// | ends by | share and what waited | bond |
/// |---|---|---|
/// | ruling for the claimant, or concession | the beneficiary whom she named | back to her |
/// | ruling against her, or withdrawal | the line, as before | to the line's payee |
/// | time-out | the line, as before | back to her |
///
/// The bond doubles with every dispute about the same work that an arbiter dismissed, until a year has passed since the
/// last of them. A withdrawal does not count: a payee could withdraw claims of her own friends, be given every bond,
/// and make all later claims dear.
interface IDisputeModule {
    /// @notice Where a dispute stands.
    enum Status {
        None,
        Open,
        Answered,
        Upheld,
        Dismissed,
        Expired
    }

    /// @notice What somebody claims.
    /// @param workId a sealed work
    /// @param side 0 MASTER, 1 COMPOSITION
    /// @param index the line of the current list from which she claims
    /// @param share how much of it, in basis points of the list
    /// @param beneficiary who gets the share if the claim is upheld
    /// @param evidenceHash keccak256 of the evidence; at its uri
    struct Claim {
        uint256 workId;
        uint8 side;
        uint256 index;
        uint16 share;
        address beneficiary;
        bytes32 evidenceHash;
        string uri;
    }

    /// @notice What is kept of a dispute.
    struct Dispute {
        address claimant; // slot 0
        uint40 openedAt;
        uint16 share;
        uint16 index;
        uint8 side;
        Status status;
        address payee; // slot 1: who has the line
        uint96 bond;
        address beneficiary; // slot 2
        uint40 workId;
    }

    /// @notice A share is disputed; its new money waits.
    event DisputeOpened(
        uint256 indexed disputeId,
        uint256 indexed workId,
        address indexed claimant,
        address payee,
        address beneficiary,
        uint8 side,
        uint256 index,
        uint16 share,
        uint256 bond,
        bytes32 evidenceHash,
        string uri
    );
    /// @notice The other side has spoken.
    event DisputeAnswered(uint256 indexed disputeId, address indexed by, bytes32 evidenceHash, string uri);
    /// @notice The arbiter decided.
    event DisputeRuled(uint256 indexed disputeId, address indexed arbiter, bool upheld, bytes32 reasonsHash, string uri);
    /// @notice The payee gave the share up.
    event DisputeConceded(uint256 indexed disputeId);
    /// @notice The claimant gave the claim up.
    event DisputeWithdrawn(uint256 indexed disputeId);
    /// @notice Nobody ruled in time.
    event DisputeExpired(uint256 indexed disputeId);
    /// @notice What a dispute costs from now on; told of the first bond too.
    event BaseBondChanged(uint256 bond);

    /// @notice There is no such dispute.
    error DisputeModule_UnknownDispute(uint256 disputeId, uint256 disputes);
    /// @notice The dispute has ended.
    error DisputeModule_Ended(uint256 disputeId, Status status);
    /// @notice The bond must be exact.
    error DisputeModule_WrongBond(uint256 sent, uint256 bond);
    /// @notice A claim names its evidence.
    error DisputeModule_NoEvidence(uint256 workId);
    /// @notice A share can go only to somebody else than the one who has it.
    error DisputeModule_NoBeneficiary(address beneficiary, address payee);
    /// @notice Only the payee of the line, or the work's registrant, answers.
    error DisputeModule_NotParty(uint256 disputeId, address payee, address caller);
    /// @notice Only the claimant withdraws.
    error DisputeModule_NotClaimant(uint256 disputeId, address claimant, address caller);
    /// @notice The payee has answered: nobody adds to that.
    error DisputeModule_Answered(uint256 disputeId);
    /// @notice The time to answer is over.
    error DisputeModule_TooLateToAnswer(uint256 disputeId, uint256 until, uint256 time);
    /// @notice The other side still has time to answer.
    error DisputeModule_TooEarlyToRule(uint256 disputeId, uint256 from, uint256 time);
    /// @notice The time to rule is over: the dispute can only expire.
    error DisputeModule_TooLateToRule(uint256 disputeId, uint256 until, uint256 time);
    /// @notice The arbiter still has time to rule.
    error DisputeModule_NotExpired(uint256 disputeId, uint256 from, uint256 time);
    /// @notice A list as long as this grows by rulings alone.
    error DisputeModule_ListTooLong(uint256 disputeId, uint256 lines, uint256 limit);
    /// @notice A base bond lies within limits that never change.
    error DisputeModule_BondOutOfRange(uint256 bond, uint256 lowest, uint256 highest);

    /// @notice Claim a share of a line.
    ///
    /// Emits {DisputeOpened} and, in the registry, {IWorkRegistry-ShareSetAside}.
    /// Requirements: not paused; the bond is exactly {bondFor} the work; the work has no open dispute; the lines are the
    /// current list; the line names a person who has at least that share; the beneficiary is somebody else.
    function open(Claim calldata claim, uint256[] calldata lines) external payable returns (uint256 disputeId);

    /// @notice Answer a claim. The payee's answer is the last one, and lets the arbiter rule before the 14 days are over.
    ///
    /// Emits {DisputeAnswered}.
    /// Requirements: the caller is the line's payee or the work's registrant; the payee has not answered; at most 14 days
    /// since the opening.
    function answer(uint256 disputeId, bytes32 evidenceHash, string calldata uri) external;

    /// @notice Give the disputed share up.
    ///
    /// Emits {DisputeConceded} and {IWorkRegistry-ShareRestored}.
    /// Requirements: the caller is the line's payee; the list has at most 110 lines, so that the last ten of 120 are left to
    /// rulings.
    function concede(uint256 disputeId, uint256[] calldata lines) external;

    /// @notice Give the claim up; the bond goes to the line's payee.
    ///
    /// Emits {DisputeWithdrawn} and {IWorkRegistry-ShareRestored}. Requirements: the caller is the claimant.
    function drop(uint256 disputeId, uint256[] calldata lines) external;

    /// @notice Decide. Restricted by the authority to the arbiter.
    ///
    /// Emits {DisputeRuled} and {IWorkRegistry-ShareRestored}.
    /// Requirements: the payee has answered, or 14 days have passed; at most 44 days since the opening.
    /// @param lines the current list of the disputed side
    function rule(
        uint256 disputeId,
        bool upheld,
        bytes32 reasonsHash,
        string calldata uri,
        uint256[] calldata lines
    ) external;

    /// @notice End a dispute on which nobody ruled within 44 days. Anyone may call.
    ///
    /// Emits {DisputeExpired} and {IWorkRegistry-ShareRestored}.
    function expire(uint256 disputeId, uint256[] calldata lines) external;

    /// @notice What a dispute about this work costs now, in wei.
    function bondFor(uint256 workId) external view returns (uint256 bond);

    /// @notice What is kept of a dispute.
    function dispute(uint256 disputeId) external view returns (Dispute memory);

    /// @notice How many disputes were opened; ids run from 1.
    function disputes() external view returns (uint256 count);

    /// @notice Whose works they are about.
    function registry() external view returns (IWorkRegistry);

    /// @notice Ask another base of later bonds, between 0.001 and 10 coins. Restricted.
    ///
    /// Emits {BaseBondChanged}.
    function setBaseBond(uint96 bond) external;

    /// @notice Stop openings; answers, rulings, time-outs and withdrawals go on. Restricted.
    function pause() external;

    /// @notice Let disputes be opened again. Restricted.
    function unpause() external;
}
