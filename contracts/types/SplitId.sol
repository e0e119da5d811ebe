// SPDX-License-Identifier: Apache-2.0
// The name of one list's money in the vault: a hash of work and version, with the side in its lowest bit.
pragma solidity 0.8.30;

/// @dev Both sides of a sheet differ in the lowest bit alone, so that the vault keeps their books in one slot.
type SplitId is bytes32;

/// @dev The version of a work's first sheet.
uint32 constant FIRST = 1;

using {sideOf, sheetOf, shift} for SplitId global;

/// @dev The account of one side of one version. `side` is MASTER or COMPOSITION.
function splitIdOf(uint256 workId, uint8 side, uint32 version) pure returns (SplitId) {
    return SplitId.wrap(keccak256(abi.encode(workId, version)) & ~bytes32(uint256(1)) | bytes32(uint256(side)));
}

/// @dev Where a dispute's money waits. It is the MASTER side of no sheet.
function suspenseIdOf(uint256 disputeId) pure returns (SplitId) {
    return SplitId.wrap(keccak256(abi.encode("suspense", disputeId)) & ~bytes32(uint256(1)));
}

function sideOf(SplitId id) pure returns (uint8) {
    return uint8(uint256(SplitId.unwrap(id)) & 1); // MASTER or COMPOSITION
}

/// @dev Where this side's half begins in a word that holds both.
function shift(SplitId id) pure returns (uint256) {
    return (uint256(SplitId.unwrap(id)) & 1) << 7;
}

/// @dev What both sides of a sheet have in common: the name of the MASTER side.
function sheetOf(SplitId id) pure returns (bytes32) {
    return SplitId.unwrap(id) & ~bytes32(uint256(1));
}
