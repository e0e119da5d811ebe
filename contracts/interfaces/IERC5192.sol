// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ERC-5192: minimal soulbound tokens (interface id 0xb45a3c0e)
/// @notice Source: https://eips.ethereum.org/EIPS/eip-5192
interface IERC5192 {
    /// @notice The token can no longer be transferred.
    event Locked(uint256 tokenId);
    /// @notice The token can be transferred again. Never emitted here.
    event Unlocked(uint256 tokenId);

    /// @notice Whether the token is bound to its owner. Reverts for a token that does not exist.
    function locked(uint256 tokenId) external view returns (bool);
}
