// SPDX-License-Identifier: Apache-2.0
// One line of a split sheet in one word: who, what she is paid, what she is credited, as what, and how much a machine made.
pragma solidity 0.8.30;

/// @dev From the lowest bit:
/// payee 160 | payoutBps 16 | creditBps 16 | role 16 | aiPct 8 | flags 8 | zero 32
/// With the flag EDGE the payee is not an account but the id of a parent work.
type SplitLine is uint256;

/// @dev The two lists of every sheet.
uint8 constant MASTER = 0;
uint8 constant COMPOSITION = 1;

/// @dev All of it, in basis points.
uint256 constant WHOLE = 10_000;

/// @dev Lines that one list may have: each costs the claimer about 400 gas.
uint256 constant MAX_LINES = 100;

/// @dev The payee is a parent work: its share flows to that work's own sheet.
uint8 constant EDGE = 1;

using {payee, payoutBps, creditBps, role, aiPct, flags, isEdge, parent, isWellFormed} for SplitLine global;

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

/// @dev Somebody is named, as something; at most all of it by a machine; no bit set that means nothing yet.
function isWellFormed(SplitLine line) pure returns (bool) {
    return payee(line) != address(0) && role(line) != 0 && aiPct(line) <= 100 && flags(line) <= EDGE
        && SplitLine.unwrap(line) >> 224 == 0;
}
