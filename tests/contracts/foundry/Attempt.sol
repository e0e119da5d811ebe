// SPDX-License-Identifier: Apache-2.0
// Calls whose end is known beforehand: they work, or they are refused with exactly this error.
pragma solidity 0.8.30;

import {vm} from "./Vm.sol";

error NotRefused(bytes call, bytes expected);
error RefusedOtherwise(bytes call, bytes reason, bytes expected);

/// @dev From `caller`, who gets the coin for it.
/// @param refusal the whole error that must come, or nothing when the call must work
/// @return worked whether there was no refusal, as was expected
/// @return result what the call returned; the error when it was refused
function attempt(address caller, address to, uint256 value, bytes memory call, bytes memory refusal)
    returns (bool worked, bytes memory result)
{
    if (value != 0) vm.deal(caller, caller.balance + value);
    vm.prank(caller);
    (worked, result) = to.call{value: value}(call);
    if (worked) {
        if (refusal.length != 0) revert NotRefused(call, refusal);
    } else if (refusal.length == 0 || keccak256(result) != keccak256(refusal)) {
        revert RefusedOtherwise(call, result, refusal);
    }
}

// Errors of OpenZeppelin's contracts.

function errorPaused() pure returns (bytes memory) {
    return abi.encodeWithSignature("EnforcedPause()");
}

function errorUnauthorized(address caller) pure returns (bytes memory) {
    return abi.encodeWithSignature("AccessManagedUnauthorized(address)", caller);
}

function errorNoToken(uint256 tokenId) pure returns (bytes memory) {
    return abi.encodeWithSignature("ERC721NonexistentToken(uint256)", tokenId);
}

function errorNoLeave(address caller, uint256 tokenId) pure returns (bytes memory) {
    return abi.encodeWithSignature("ERC721InsufficientApproval(address,uint256)", caller, tokenId);
}
