// SPDX-License-Identifier: Apache-2.0
// One line of a split sheet in one word: who, what she is paid, what she is credited, as what, and how much a machine made.
pragma solidity 0.8.30;

/// @dev From the lowest bit:
/// payee 160 | payoutBps 16 | creditBps 16 | role 16 | aiPct 8 | flags 8 | zero 32
/// With the flag EDGE the payee is not an account but the id of a parent work; with DISPUTED, the id of a dispute.
type SplitLine is uint256;

/// @dev The two lists of every sheet.
uint8 constant MASTER = 0;
uint8 constant COMPOSITION = 1;

/// @dev All of it, in basis points.
uint256 constant WHOLE = 10_000;

/// @dev Lines that a signed list may have: each costs the claimer about 400 gas.
uint256 constant MAX_LINES = 100;

/// @dev Lines that a list may have after disputes, each of which adds one.
uint256 constant MAX_LINES_AFTER_DISPUTES = 120;

/// @dev The payee is a parent work: its share flows to that work's own sheet.
uint8 constant EDGE = 1;

/// @dev The payee is a dispute: its share waits in the dispute's own split. Nobody signs such a line.
uint8 constant DISPUTED = 2;

using {
    payee,
    payoutBps,
    creditBps,
    role,
    aiPct,
    flags,
    isEdge,
    parent,
    dispute,
    isWellFormed,
    withPayoutBps
} for SplitLine global;

/// @dev A line that pays all of a list to one account.
function soleLine(address payee_, uint16 role_) pure returns (SplitLine) {
    return SplitLine.wrap(uint160(payee_) | WHOLE << 160 | WHOLE << 176 | uint256(role_) << 192);
}

/// @dev A line without credit that pays a share to an account, or with DISPUTED to a dispute.
function shareLine(uint256 payee_, uint16 payoutBps_, uint16 role_, uint8 flags_) pure returns (SplitLine) {
    return SplitLine.wrap(payee_ | uint256(payoutBps_) << 160 | uint256(role_) << 192 | uint256(flags_) << 216);
}

function payee(SplitLine line) pure returns (address) {
    return address(uint160(SplitLine.unwrap(line)));
}

function payoutBps(SplitLine line) pure returns (uint16) {
    return uint16(SplitLine.unwrap(line) >> 160);
}

function creditBps(SplitLine line) pure returns (uint16) {
    return uint16(SplitLine.unwrap(line) >> 176);
}

function role(SplitLine line) pure returns (uint16) {
    return uint16(SplitLine.unwrap(line) >> 192);
}

function aiPct(SplitLine line) pure returns (uint8) {
    return uint8(SplitLine.unwrap(line) >> 208);
}

function flags(SplitLine line) pure returns (uint8) {
    return uint8(SplitLine.unwrap(line) >> 216);
}

function isEdge(SplitLine line) pure returns (bool) {
    return flags(line) & EDGE != 0;
}

/// @dev The parent work of an EDGE line.
function parent(SplitLine line) pure returns (uint256) {
    return uint160(SplitLine.unwrap(line));
}

/// @dev The dispute of a DISPUTED line.
function dispute(SplitLine line) pure returns (uint256) {
    return uint160(SplitLine.unwrap(line));
}

/// @dev The same line with another share.
function withPayoutBps(SplitLine line, uint16 payoutBps_) pure returns (SplitLine) {
    return SplitLine.wrap(SplitLine.unwrap(line) & ~(uint256(0xffff) << 160) | uint256(payoutBps_) << 160);
}

/// @dev Somebody is named, as something; at most all of it by a machine; no flag but EDGE, and no bit above the flags.
function isWellFormed(SplitLine line) pure returns (bool) {
    return payee(line) != address(0) && role(line) != 0 && aiPct(line) <= 100
        && SplitLine.unwrap(line) >> 216 <= EDGE;
}
