// SPDX-License-Identifier: Apache-2.0
// All royalty money, owed line by line: what the vault promises.
pragma solidity 0.8.30;

/// @title Vault of royalties
/// @notice Anyone pays a split; each line's payee takes what is hers, whenever she likes.
/// due(line) = received(split) · payoutBps / 10,000 − released(split, line)
/// Nothing is pushed to a list of payees, so nobody can block another; nobody, the operator included, can move what is owed.
/// @dev `lines` is always the sealed list, as {IWorkRegistry-SheetSealed} gave it; `token` 0 is the chain's own coin.
interface IRoyaltyVault {
    event RoyaltyPaid(bytes32 indexed splitId, address indexed token, address indexed payer, uint256 amount);

    event RoyaltyClaimed(
        bytes32 indexed splitId, address indexed token, address indexed payee, uint256 index, address to, uint256 amount
    );

    /// @notice An EDGE line's money moved to the parent work, inside the vault.
    event RoyaltyForwarded(
        bytes32 indexed fromSplit, bytes32 indexed toSplit, address indexed token, uint256 index, uint256 amount
    );

    event TokenAllowed(address indexed token, bool allowed);

    error RoyaltyVault_UnknownSplit(bytes32 splitId);
    error RoyaltyVault_NothingPaid(bytes32 splitId, address token);
    error RoyaltyVault_ValueDiffers(uint256 sent, uint256 expected);
    error RoyaltyVault_TokenNotAllowed(address token);
    error RoyaltyVault_NotAToken(address token);
    error RoyaltyVault_AmountDiffers(address token, uint256 arrived, uint256 expected);
    error RoyaltyVault_ListDiffers(bytes32 splitId, bytes32 given, bytes32 expected);
    error RoyaltyVault_NoSuchLine(bytes32 splitId, uint256 index, uint256 lines);
    error RoyaltyVault_NotPayee(bytes32 splitId, uint256 index, address payee, address caller);
    error RoyaltyVault_LineIsEdge(bytes32 splitId, uint256 index, uint256 parentWork);
    error RoyaltyVault_NothingDue(bytes32 splitId, address token, uint256 index);
    error RoyaltyVault_CannotSendThere(address to);

    /// @notice Pay a split; its cost does not depend on the number of payees.
    /// @dev Emits {RoyaltyPaid}. Requirements: not paused; the split was sealed; amount > 0; for the coin msg.value is the
    /// amount; for a token msg.value is 0, the token is allowed and exactly the amount arrives.
    function pay(bytes32 splitId, address token, uint256 amount) external payable;

    /// @notice Take what is due to the caller's line, to any address.
    /// @dev Emits {RoyaltyClaimed}. Requirements: the list is the sealed one; the caller is the line's payee; something is due.
    function claim(bytes32 splitId, address token, uint256[] calldata lines, uint256 index, address to)
        external
        returns (uint256 amount);

    /// @notice Have a line paid out; anyone may ask, the money goes to the payee. An EDGE line pays the parent's current split.
    /// @dev Emits {RoyaltyClaimed} or, for an EDGE line, {RoyaltyForwarded}.
    function claimFor(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        returns (uint256 amount);

    /// @notice What a line could take now.
    function due(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        view
        returns (uint256);

    /// @notice All that ever came in for a split.
    function received(bytes32 splitId, address token) external view returns (uint256);

    /// @notice All that ever went out to a line.
    function released(bytes32 splitId, address token, uint256 index) external view returns (uint256);

    /// @notice Let a token in, or no longer. What it already owes stays claimable.
    /// @dev Emits {TokenAllowed}. Restricted.
    function allowToken(address token, bool allowed) external;

    /// @notice Whether a split can be paid in it; always true for the coin.
    function isAllowed(address token) external view returns (bool);

    /// @notice Stop {pay}; claims go on. Restricted.
    function pause() external;

    /// @notice Let {pay} go on. Restricted.
    function unpause() external;
}
