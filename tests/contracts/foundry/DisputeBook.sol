// SPDX-License-Identifier: Apache-2.0
// A plain ledger of disputes: what each does to a work's lists, who has its bond, and why a step of it must be refused.
pragma solidity 0.8.30;

import {IDisputeModule} from "../../../contracts/interfaces/IDisputeModule.sol";
import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {errorPaused} from "./Attempt.sol";
import {RoyaltyHandler} from "./RoyaltyHandler.sol";

abstract contract DisputeBook is RoyaltyHandler {
    uint256 internal constant TIME_TO_ANSWER = 14 days;
    uint256 internal constant TIME_TO_END = 44 days;

    IDisputeModule.Dispute[] internal noted; // the first has the number 1
    mapping(address person => uint256) public bondsOwed;
    mapping(uint256 workId => uint256) internal lost;
    mapping(uint256 workId => uint256) internal lastLost;
    uint256 public openBonds;
    uint256 public baseBond = 0.05 ether;
    bool internal modulePaused;

    function disputeCount() external view returns (uint256) {
        return noted.length;
    }

    function disputeAt(uint256 disputeId) public view returns (IDisputeModule.Dispute memory) {
        return noted[disputeId - 1];
    }

    function isRunning(uint256 disputeId) public view returns (bool) {
        return noted[disputeId - 1].status <= IDisputeModule.Status.Answered;
    }

    /// @dev Doubles for each dispute about the work that was dismissed, ten times at most, for a year.
    function bondOf(uint256 workId) public view returns (uint256 bond) {
        bond = baseBond;
        if (block.timestamp > lastLost[workId] + 365 days) return bond;
        for (uint256 i = 0; i < lost[workId] && i < 10; ++i) {
            bond *= 2;
        }
    }

    // Why not.

    function refusalToOpen(IDisputeModule.Claim memory claim, uint256[] memory lines, uint256 sent)
        internal
        view
        returns (bytes memory)
    {
        if (modulePaused) return errorPaused();
        uint256 bond = bondOf(claim.workId);
        if (sent != bond) return abi.encodeWithSelector(IDisputeModule.DisputeModule_WrongBond.selector, sent, bond);
        if (claim.evidenceHash == 0) {
            return abi.encodeWithSelector(IDisputeModule.DisputeModule_NoEvidence.selector, claim.workId);
        }
        uint256 one = claim.index < lines.length ? lines[claim.index] : 0;
        address payee = address(uint160(one));
        if (claim.beneficiary == address(0) || claim.beneficiary == payee) {
            bytes4 nobody = IDisputeModule.DisputeModule_NoBeneficiary.selector;
            return abi.encodeWithSelector(nobody, claim.beneficiary, payee);
        }
        uint256 other = disputeOf[claim.workId];
        if (other != 0) {
            return abi.encodeWithSelector(IWorkRegistry.WorkRegistry_Disputed.selector, claim.workId, other);
        }
        bytes32 id = currentId(claim.workId, claim.side);
        bytes32 given = keccak256(abi.encodePacked(lines));
        if (given != splits[id].listHash) {
            bytes4 differs = IWorkRegistry.WorkRegistry_ListDiffers.selector;
            return abi.encodeWithSelector(differs, id, given, splits[id].listHash);
        }
        if (one >> 216 == 0 && claim.share != 0 && claim.share <= (one >> 160 & 0xffff)) return "";
        return abi.encodeWithSelector(
            IWorkRegistry.WorkRegistry_CannotSetAside.selector, claim.index, claim.share, one
        );
    }

    function refusalIfOver(uint256 disputeId) internal view returns (bytes memory) {
        if (isRunning(disputeId)) return "";
        return abi.encodeWithSelector(
            IDisputeModule.DisputeModule_Ended.selector, disputeId, noted[disputeId - 1].status
        );
    }

    function refusalToAnswer(uint256 disputeId, address by) internal view returns (bytes memory refusal) {
        refusal = refusalIfOver(disputeId);
        if (refusal.length != 0) return refusal;
        IDisputeModule.Dispute memory found = disputeAt(disputeId);
        if (found.status == IDisputeModule.Status.Answered) {
            return abi.encodeWithSelector(IDisputeModule.DisputeModule_Answered.selector, disputeId);
        }
        uint256 until = found.openedAt + TIME_TO_ANSWER;
        if (block.timestamp > until) {
            bytes4 late = IDisputeModule.DisputeModule_TooLateToAnswer.selector;
            return abi.encodeWithSelector(late, disputeId, until, block.timestamp);
        }
        if (by == found.payee || by == registrantOf(found.workId)) return "";
        return abi.encodeWithSelector(
            IDisputeModule.DisputeModule_NotParty.selector, disputeId, found.payee, by
        );
    }

    function refusalToRule(uint256 disputeId) internal view returns (bytes memory refusal) {
        refusal = refusalIfOver(disputeId);
        if (refusal.length != 0) return refusal;
        IDisputeModule.Dispute memory found = disputeAt(disputeId);
        uint256 from = found.openedAt + TIME_TO_ANSWER;
        if (found.status != IDisputeModule.Status.Answered && block.timestamp <= from) {
            bytes4 early = IDisputeModule.DisputeModule_TooEarlyToRule.selector;
            return abi.encodeWithSelector(early, disputeId, from, block.timestamp);
        }
        uint256 until = found.openedAt + TIME_TO_END;
        if (block.timestamp <= until) return "";
        bytes4 late = IDisputeModule.DisputeModule_TooLateToRule.selector;
        return abi.encodeWithSelector(late, disputeId, until, block.timestamp);
    }

    function refusalToExpire(uint256 disputeId) internal view returns (bytes memory refusal) {
        refusal = refusalIfOver(disputeId);
        uint256 from = disputeAt(disputeId).openedAt + TIME_TO_END;
        if (refusal.length != 0 || block.timestamp > from) return refusal;
        bytes4 early = IDisputeModule.DisputeModule_NotExpired.selector;
        return abi.encodeWithSelector(early, disputeId, from, block.timestamp);
    }

    // What is noted.

    function noteOpened(IDisputeModule.Claim memory claim, address claimant, uint256 bond) internal {
        uint256[] memory lines = splits[currentId(claim.workId, claim.side)].lines;
        uint256 one = lines[claim.index];
        noted.push(
            IDisputeModule.Dispute({
                claimant: claimant,
                openedAt: uint40(block.timestamp),
                share: claim.share,
                index: uint16(claim.index),
                side: claim.side,
                status: IDisputeModule.Status.Open,
                payee: address(uint160(one)),
                bond: uint96(bond),
                beneficiary: claim.beneficiary,
                workId: uint40(claim.workId)
            })
        );
        uint256 disputeId = noted.length;
        openBonds += bond;
        disputeOf[claim.workId] = disputeId;
        uint256[] memory next = new uint256[](lines.length + 1);
        for (uint256 i = 0; i < lines.length; ++i) {
            next[i] = lines[i];
        }
        next[claim.index] = one - (uint256(claim.share) << 160);
        next[lines.length] =
            disputeId | uint256(claim.share) << 160 | (one >> 192 & 0xffff) << 192 | uint256(2) << 216;
        _turn(claim.workId, claim.side, next);
        noteList(suspenseOf(disputeId), 0, 0, new uint256[](0));
    }

    function noteEnded(uint256 disputeId, IDisputeModule.Status status) internal {
        IDisputeModule.Dispute storage found = noted[disputeId - 1];
        found.status = status;
        openBonds -= found.bond;
        bondsOwed[status == IDisputeModule.Status.Dismissed ? found.payee : found.claimant] += found.bond;
        delete disputeOf[found.workId];
        bool won = status == IDisputeModule.Status.Upheld;
        uint256[] memory lines = splits[currentId(found.workId, found.side)].lines;
        uint256 role = (lines[found.index] >> 192 & 0xffff) << 192;
        uint256[] memory next = new uint256[](won ? lines.length : lines.length - 1);
        for (uint256 i = 0; i < next.length; ++i) {
            next[i] = lines[i];
        }
        if (won) next[next.length - 1] = uint160(found.beneficiary) | uint256(found.share) << 160 | role;
        else next[found.index] += uint256(found.share) << 160;
        _turn(found.workId, found.side, next);
        uint256[] memory winners = new uint256[](1);
        winners[0] = uint160(won ? found.beneficiary : found.payee) | 10_000 << 160 | 10_000 << 176 | role;
        noteList(suspenseOf(disputeId), 0, 0, winners);
    }

    /// @dev The next version: one list is new, the other as it was.
    function _turn(uint256 workId, uint8 side, uint256[] memory next) private {
        uint256[] memory other = splits[currentId(workId, 1 - side)].lines;
        (uint256[] memory master, uint256[] memory composition) = side == 0 ? (next, other) : (other, next);
        noteLists(workId, versionOf[workId] + 1, master, composition);
    }
}
