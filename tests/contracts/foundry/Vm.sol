// SPDX-License-Identifier: Apache-2.0
// The few of forge's cheatcodes that these tests use, and what a test says when something does not hold.
pragma solidity 0.8.30;

interface Vm {
    /// @notice Set an account's coin.
    function deal(address account, uint256 balance) external;
    /// @notice The next call comes from `caller`.
    function prank(address caller) external;
    /// @notice Set the time of the block.
    function warp(uint256 timestamp) external;
    /// @notice The address of a private key.
    function addr(uint256 key) external pure returns (address);
    /// @notice Sign a digest with a private key.
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    /// @notice Deploy a compiled contract, named `File.sol:Contract`.
    function deployCode(string calldata artifact, bytes calldata constructorArguments) external returns (address);
}

/// @dev Where forge keeps its cheatcodes.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

error Broken(string what);
error Differs(string what, uint256 found, uint256 expected);
error TooLarge(string what, uint256 found, uint256 limit);

/// @dev Stops the test and names what does not hold.
function check(bool holds, string memory what) pure {
    if (!holds) revert Broken(what);
}

function equal(uint256 found, uint256 expected, string memory what) pure {
    if (found != expected) revert Differs(what, found, expected);
}

function atMost(uint256 found, uint256 limit, string memory what) pure {
    if (found > limit) revert TooLarge(what, found, limit);
}
