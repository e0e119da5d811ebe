// SPDX-License-Identifier: Apache-2.0
// What a list of split lines must satisfy, and how a sheet is hashed for signing.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {MAX_LINES, SplitLine, WHOLE} from "../types/SplitLine.sol";

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
    /// @return hasEdge whether a parent work has a line.
    function check(uint256[] calldata lines, uint8 side) internal pure returns (uint16 aiBps, bool hasEdge) {
        uint256 count = lines.length;
        if (count == 0 || count > MAX_LINES) revert IWorkRegistry.WorkRegistry_LineCount(side, count, MAX_LINES);
        uint256 payout;
        uint256 credit;
        uint256 ai;
        for (uint256 i; i < count; ++i) {
            SplitLine line = SplitLine.wrap(lines[i]);
            if (!line.isWellFormed()) revert IWorkRegistry.WorkRegistry_LineMalformed(side, i, lines[i]);
            payout += line.payoutBps();
            credit += line.creditBps();
            ai += uint256(line.creditBps()) * line.aiPct();
            if (line.isEdge()) hasEdge = true;
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
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i; i < lines.length; ++i) {
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
}
