// SPDX-License-Identifier: Apache-2.0
// What a list of split lines must satisfy, and how a sheet is hashed for signing.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {
    DISPUTED,
    MAX_LINES,
    MAX_LINES_AFTER_DISPUTES,
    shareLine,
    SplitLine,
    WHOLE
} from "../types/SplitLine.sol";

library SplitSheets {
    bytes32 internal constant LINE_TYPEHASH = keccak256(
        "Line(address payee,uint16 payoutBps,uint16 creditBps,uint16 role,uint8 aiPct,uint8 flags)"
    );

    /// @dev A nested type is appended to the one that uses it (EIP-712, encodeType).
    bytes32 internal constant SHEET_TYPEHASH = keccak256(
        "SplitSheet(uint256 workId,uint32 version,bytes32 metadataHash,bytes32 audioHash,Line[] master,Line[] composition,uint64 deadline)"
        "Line(address payee,uint16 payoutBps,uint16 creditBps,uint16 role,uint8 aiPct,uint8 flags)"
    );

    /// @dev Refuses a list that is empty, too long, malformed, or that does not add up to the whole.
    /// @return aiBps how much of the credit a machine has, in basis points of the list; one division, so rounded down once.
    function check(uint256[] calldata lines, uint8 side) internal pure returns (uint16 aiBps) {
        uint256 count = lines.length;
        if (count == 0 || count > MAX_LINES) revert IWorkRegistry.WorkRegistry_LineCount(side, count, MAX_LINES);
        uint256 payout = 0;
        uint256 credit = 0;
        uint256 ai = 0;
        for (uint256 i; i < count; ++i) {
            SplitLine line = SplitLine.wrap(lines[i]);
            if (!line.isWellFormed()) {
                revert IWorkRegistry.WorkRegistry_LineMalformed(side, i, SplitLine.unwrap(line));
            }
            unchecked {
                // 100 lines of 16 bits, and of 16 bits times 100
                uint256 creditBps = line.creditBps();
                payout += line.payoutBps();
                credit += creditBps;
                ai += creditBps * line.aiPct();
            }
        }
        if (payout != WHOLE) revert IWorkRegistry.WorkRegistry_SharesDoNotAddUp(side, payout, WHOLE);
        if (credit != WHOLE) revert IWorkRegistry.WorkRegistry_CreditsDoNotAddUp(side, credit, WHOLE);
        // at most 10,000 · 100 / 100
        aiBps = uint16(ai / 100);
    }

    /// @dev hashStruct of a SplitSheet.
    function hash(uint256 workId, IWorkRegistry.Sheet calldata sheet) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                SHEET_TYPEHASH,
                workId,
                sheet.version,
                sheet.metadataHash,
                sheet.audioHash,
                hashLines(sheet.master),
                hashLines(sheet.composition),
                sheet.deadline
            )
        );
    }

    /// @dev A signed list: the hash of its lines' struct hashes, so that a wallet shows accounts and shares.
    function hashLines(uint256[] calldata lines) internal pure returns (bytes32) {
        uint256 count = lines.length;
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            SplitLine line = SplitLine.wrap(lines[i]);
            hashes[i] = keccak256(
                abi.encode(
                    LINE_TYPEHASH,
                    line.payee(),
                    line.payoutBps(),
                    line.creditBps(),
                    line.role(),
                    line.aiPct(),
                    line.flags()
                )
            );
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @dev A list in which a share of one line goes to a dispute, by a new last line. Credits stay as they are.
    function setAside(uint256[] calldata lines, uint8 side, uint256 index, uint16 share, uint256 disputeId)
        internal
        pure
        returns (uint256[] memory next)
    {
        SplitLine line = SplitLine.wrap(index < lines.length ? lines[index] : 0);
        if (line.flags() != 0 || share == 0 || share > line.payoutBps()) {
            revert IWorkRegistry.WorkRegistry_CannotSetAside(index, share, SplitLine.unwrap(line));
        }
        if (lines.length == MAX_LINES_AFTER_DISPUTES) {
            revert IWorkRegistry.WorkRegistry_LineCount(side, lines.length + 1, MAX_LINES_AFTER_DISPUTES);
        }
        next = new uint256[](lines.length + 1);
        for (uint256 i; i < lines.length; ++i) {
            next[i] = lines[i];
        }
        next[index] = SplitLine.unwrap(line.withPayoutBps(line.payoutBps() - share));
        next[lines.length] = SplitLine.unwrap(shareLine(disputeId, share, line.role(), DISPUTED));
    }

    /// @dev A list with a dispute's last line, once the dispute is lost: the share is the line's again.
    function giveBack(uint256[] calldata lines, uint256 index) internal pure returns (uint256[] memory next) {
        uint256 last = lines.length - 1;
        next = lines[:last];
        SplitLine line = SplitLine.wrap(next[index]);
        next[index] = SplitLine.unwrap(
            line.withPayoutBps(line.payoutBps() + SplitLine.wrap(lines[last]).payoutBps())
        );
    }

    /// @dev A list with a dispute's last line, once the dispute is won: the share is the beneficiary's.
    function award(uint256[] calldata lines, address beneficiary) internal pure returns (uint256[] memory next) {
        SplitLine disputed = SplitLine.wrap(lines[lines.length - 1]);
        next = lines;
        next[lines.length - 1] =
            SplitLine.unwrap(shareLine(uint160(beneficiary), disputed.payoutBps(), disputed.role(), 0));
    }
}
