// SPDX-License-Identifier: Apache-2.0
// All royalty money, owed line by line: what the vault promises.
pragma solidity 0.8.30;

import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Vault of royalties
/// @notice Anyone pays a split; each line's payee takes what is hers, whenever she likes.
/// due(line) = received(split) · payoutBps / 10,000 − released(split, line)
/// Nothing is pushed to a list of payees, so nobody can block another; nobody, the operator included, can move what is owed.
/// A dispute's split has no list until the dispute ends: until then it takes money from the disputed line and pays nobody.
/// Once it has money, others may add to it; whoever wins the dispute gets that too.
/// @dev `lines` is always the list as the registry's last event of that version gave it; `token` 0 is the chain's own coin.
interface IRoyaltyVault {
    /// @notice Money came in for a split.
    event RoyaltyPaid(bytes32 indexed splitId, address token, address payer, uint256 amount);

    /// @notice Money came in for both sides of a sheet, in the chain's coin.
    event SheetPaid(bytes32 indexed masterSplit, address payer, uint256 toMaster, uint256 toComposition);

    /// @notice Money of a line left the vault: to the payee, or to where the payee sent it.
    event RoyaltyClaimed(
        bytes32 indexed splitId, address indexed token, address indexed payee, uint256 index, address to, uint256 amount
    );

    /// @notice Money of an EDGE or DISPUTED line moved to another split, inside the vault.
    event RoyaltyForwarded(
        bytes32 indexed fromSplit, bytes32 indexed toSplit, address indexed token, uint256 index, uint256 amount
    );

    /// @notice The operator let a token in, or no longer.
    event TokenAllowed(address indexed token, bool allowed);

    /// @notice Only the registry opens splits.
    error RoyaltyVault_NotRegistry(address registry, address caller);
    /// @notice The split has a list already, and a list never changes.
    error RoyaltyVault_AlreadyOpen(bytes32 splitId, bytes32 listHash);
    /// @notice No list was sealed under this name, or its dispute has not ended.
    error RoyaltyVault_UnknownSplit(bytes32 splitId);
    /// @notice Nothing was paid.
    error RoyaltyVault_NothingPaid(bytes32 splitId, address token);
    /// @notice A split keeps at most 2^127 − 1 of each token.
    error RoyaltyVault_TooMuch(bytes32 splitId, address token, uint256 received, uint256 amount);
    /// @notice The part for the recording is larger than the payment.
    error RoyaltyVault_PartTooLarge(uint256 part, uint256 paid);
    /// @notice Royalties are not taken in this token.
    error RoyaltyVault_TokenNotAllowed(address token);
    /// @notice There is no contract at this address.
    error RoyaltyVault_NotAToken(address token);
    /// @notice Another amount arrived than was paid: the token keeps a fee or moves balances by itself.
    error RoyaltyVault_AmountDiffers(address token, uint256 arrived, uint256 expected);
    /// @notice The lines are not those that were sealed.
    error RoyaltyVault_ListDiffers(bytes32 splitId, bytes32 given, bytes32 expected);
    /// @notice The list has no line with this index.
    error RoyaltyVault_NoSuchLine(bytes32 splitId, uint256 index, uint256 lines);
    /// @notice The line names another payee.
    error RoyaltyVault_NotPayee(bytes32 splitId, uint256 index, address payee, address caller);
    /// @notice The line names a parent work or a dispute: {claimFor} moves its money there.
    error RoyaltyVault_LineIsNoPayee(bytes32 splitId, uint256 index, uint256 named);
    /// @notice Nothing is due on the line now.
    error RoyaltyVault_NothingDue(bytes32 splitId, address token, uint256 index);
    /// @notice The receiver did not take the coin; it stays due.
    error RoyaltyVault_PaymentRefused(address to, uint256 amount);
    /// @notice Money sent to nobody or to the vault itself would be lost.
    error RoyaltyVault_CannotSendThere(address to);

    /// @notice Pay a split in the chain's coin; its cost does not depend on the number of payees.
    ///
    /// Emits {RoyaltyPaid}.
    /// Requirements: not paused; the split has a list, or is a dispute's that has money; something was sent.
    function paySplit(bytes32 splitId) external payable;

    /// @notice Pay both sides of a work's current sheet: `toMaster` of what was sent to the recording, the rest to the
    /// composition.
    ///
    /// Emits {SheetPaid}.
    /// Requirements: not paused; the work is sealed; something was sent; toMaster is no more than that.
    /// @dev Cheapest while the work's first sheet is its current one: then the vault knows it, and need not ask the registry.
    function payWork(uint256 workId, uint256 toMaster) external payable;

    /// @notice Pay a split in a token that the caller has approved the vault for.
    ///
    /// Emits {RoyaltyPaid}.
    /// Requirements: as for {paySplit}; the token is allowed; exactly the amount arrives.
    function payToken(bytes32 splitId, address token, uint256 amount) external;

    /// @notice Take what is due to the caller's line, to any address. A pause does not stop it.
    ///
    /// Emits {RoyaltyClaimed}.
    /// Requirements: the list is the sealed one; the caller is the line's payee; something is due.
    function claim(bytes32 splitId, address token, uint256[] calldata lines, uint256 index, address to)
        external
        returns (uint256 amount);

    /// @notice Have a line paid out; anyone may ask, the money goes to the payee. An EDGE line pays the parent's current split
    /// of the same side, a DISPUTED line the split of its dispute. A pause does not stop it.
    ///
    /// Emits {RoyaltyClaimed} or {RoyaltyForwarded}.
    /// Requirements: the list is the sealed one; something is due.
    function claimFor(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        returns (uint256 amount);

    /// @notice Open both sides of a work's next sheet, which is its current one from then on. The registry only.
    function open(uint256 workId, uint32 version, bytes32 masterList, bytes32 compositionList) external;

    /// @notice Give a dispute's split its list, when the dispute has ended. The registry only.
    function openSuspense(bytes32 splitId, bytes32 list) external;

    /// @notice What a line could take now.
    function due(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        view
        returns (uint256);

    /// @notice All that ever came in for a split.
    function received(bytes32 splitId, address token) external view returns (uint256);

    /// @notice All that ever went out to a line.
    function released(bytes32 splitId, address token, uint256 index) external view returns (uint256);

    /// @notice keccak256 of a list's packed lines; 0 when the split has none.
    function listHash(bytes32 splitId) external view returns (bytes32);

    /// @notice Who opens splits, and where a parent's current split is looked up.
    function registry() external view returns (IWorkRegistry);

    /// @notice Let a token in, or no longer. What it already owes stays claimable. Restricted by the authority.
    ///
    /// Emits {TokenAllowed}.
    function allowToken(address token, bool allowed) external;

    /// @notice Whether a split can be paid in it; always true for the coin.
    function isAllowed(address token) external view returns (bool);

    /// @notice Stop payments; claims go on. Restricted.
    function pause() external;

    /// @notice Let payments go on. Restricted.
    function unpause() external;
}
