// SPDX-License-Identifier: Apache-2.0
// Holds all royalty money and lets each line of a split sheet take its share.
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {CoinTransfers} from "./libraries/CoinTransfers.sol";
import {FIRST, SplitId, splitIdOf, suspenseIdOf} from "./types/SplitId.sol";
import {COMPOSITION, MASTER, SplitLine, WHOLE} from "./types/SplitLine.sol";

/// @title RoyaltyVault
contract RoyaltyVault is IRoyaltyVault, AccessManaged, Pausable, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @dev All that ever came in for a sheet, in one token.
    struct Books {
        uint256 both; // replaced 1 | composition 127 | zero 1 | master 127
    }

    /// @dev Stands for the chain's own coin.
    address private constant COIN = address(0);
    /// @dev What one side of a sheet can receive of a token.
    uint256 private constant MOST = type(uint128).max >> 1;
    /// @dev Set in a work's first sheet's books in the coin, once there is a second.
    uint256 private constant REPLACED = 1 << 255;

    /// @inheritdoc IRoyaltyVault
    IWorkRegistry public immutable registry;

    mapping(address token => bool) private _allowed;
    mapping(bytes32 splitId => bytes32) private _listHash;
    mapping(bytes32 account => Books) private _received;
    /// @dev By index, not by account: one person may hold several lines.
    mapping(bytes32 splitId => mapping(address token => mapping(uint256 index => uint256))) private _released;

    constructor(IWorkRegistry registry_, address authority_) AccessManaged(authority_) {
        registry = registry_;
    }

    /// @inheritdoc IRoyaltyVault
    function paySplit(bytes32 splitId) external payable whenNotPaused {
        _enter(splitId, COIN, msg.value);
    }

    /// @inheritdoc IRoyaltyVault
    function payWork(uint256 workId, uint256 toMaster) external payable whenNotPaused {
        bytes32 sheet = SplitId.unwrap(splitIdOf(workId, MASTER, FIRST));
        if (toMaster > msg.value) revert RoyaltyVault_PartTooLarge(toMaster, msg.value);
        if (msg.value == 0) revert RoyaltyVault_NothingPaid(sheet, COIN);
        uint256 both = _received[sheet].both;
        if (both == 0) _checkKnown(sheet);
        if (both & REPLACED != 0) {
            sheet = registry.currentSplit(workId, MASTER);
            both = _received[sheet].both;
        }
        uint256 toComposition = msg.value - toMaster;
        both = _added(both, sheet, COIN, toMaster);
        _received[sheet].both = _added(both, sheet | bytes32(uint256(COMPOSITION)), COIN, toComposition);
        emit SheetPaid(sheet, msg.sender, toMaster, toComposition);
    }

    /// @inheritdoc IRoyaltyVault
    function payToken(bytes32 splitId, address token, uint256 amount) external whenNotPaused {
        _takeToken(token, amount);
        _enter(splitId, token, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claim(bytes32 splitId, address token, uint256[] calldata lines, uint256 index, address to)
        external
        returns (uint256 amount)
    {
        SplitLine line = _line(splitId, lines, index);
        if (line.flags() != 0) revert RoyaltyVault_LineIsNoPayee(splitId, index, line.parent());
        if (msg.sender != line.payee()) revert RoyaltyVault_NotPayee(splitId, index, line.payee(), msg.sender);
        if (to == address(0) || to == address(this)) revert RoyaltyVault_CannotSendThere(to);
        amount = _release(splitId, token, line, index);
        _send(splitId, token, line, index, to, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claimFor(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        returns (uint256 amount)
    {
        SplitLine line = _line(splitId, lines, index);
        amount = _release(splitId, token, line, index);
        if (line.flags() == 0) _send(splitId, token, line, index, line.payee(), amount);
        else _forward(splitId, token, line, index, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function open(uint256 workId, uint32 version, bytes32 masterList, bytes32 compositionList) external {
        bytes32 sheet = SplitId.unwrap(splitIdOf(workId, MASTER, version));
        _open(sheet, masterList);
        _open(sheet | bytes32(uint256(COMPOSITION)), compositionList);
        if (version == FIRST + 1) _received[SplitId.unwrap(splitIdOf(workId, MASTER, FIRST))].both |= REPLACED;
    }

    /// @inheritdoc IRoyaltyVault
    function openSuspense(bytes32 splitId, bytes32 list) external {
        _open(splitId, list);
    }

    /// @dev Once only: money that came in under a list is shared by that list.
    function _open(bytes32 splitId, bytes32 list) private {
        if (msg.sender != address(registry)) revert RoyaltyVault_NotRegistry(address(registry), msg.sender);
        if (_listHash[splitId] != 0) revert RoyaltyVault_AlreadyOpen(splitId, _listHash[splitId]);
        _listHash[splitId] = list;
    }

    /// @dev Money from outside, for a split that somebody can take it from.
    function _enter(bytes32 splitId, address token, uint256 amount) private {
        if (amount == 0) revert RoyaltyVault_NothingPaid(splitId, token);
        // books of coin hold money of a split that had its list when it came, or that a dispute's line was moved to
        if (_credit(splitId, token, amount) == amount) _checkKnown(splitId);
        emit RoyaltyPaid(splitId, token, msg.sender, amount);
    }

    function _checkKnown(bytes32 splitId) private view returns (bytes32 list) {
        list = _listHash[splitId];
        if (list == 0) revert RoyaltyVault_UnknownSplit(splitId);
    }

    /// @return total all that the split has received now
    function _credit(bytes32 splitId, address token, uint256 amount) private returns (uint256 total) {
        Books storage books = _received[_account(splitId, token)];
        uint256 both = _added(books.both, splitId, token, amount);
        books.both = both;
        total = _sideOf(both, splitId);
    }

    /// @dev The books of both sides, after one of them received. A side stays below its bound, so that nothing is carried.
    function _added(uint256 both, bytes32 splitId, address token, uint256 amount) private pure returns (uint256) {
        uint256 total = _sideOf(both, splitId);
        if (amount > MOST - total) revert RoyaltyVault_TooMuch(splitId, token, total, amount);
        unchecked {
            return both + (amount << SplitId.wrap(splitId).shift());
        }
    }

    function _sideOf(uint256 both, bytes32 splitId) private pure returns (uint256) {
        return both >> SplitId.wrap(splitId).shift() & MOST;
    }

    /// @dev Takes exactly `amount` from the caller, or refuses. Guarded: a token that paid in again while its balance is
    /// measured would be credited twice. A claim in between only makes the measure too small.
    function _takeToken(address token, uint256 amount) private nonReentrant {
        if (!_allowed[token]) revert RoyaltyVault_TokenNotAllowed(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 arrived = IERC20(token).balanceOf(address(this)) - before;
        if (arrived != amount) revert RoyaltyVault_AmountDiffers(token, arrived, amount);
    }

    /// @dev Books what is due as gone, before anything is sent: a payee who calls back finds nothing due.
    function _release(bytes32 splitId, address token, SplitLine line, uint256 index) private returns (uint256 amount) {
        uint256 share = _share(splitId, token, line);
        amount = share - _released[splitId][token][index];
        if (amount == 0) revert RoyaltyVault_NothingDue(splitId, token, index);
        _released[splitId][token][index] = share;
    }

    /// @dev The payee's code runs here, after all books are closed; if it reverts, only this claim does.
    function _send(bytes32 splitId, address token, SplitLine line, uint256 index, address to, uint256 amount)
        private
    {
        emit RoyaltyClaimed(splitId, token, line.payee(), index, to, amount);
        if (token != COIN) IERC20(token).safeTransfer(to, amount);
        else if (!CoinTransfers.trySend(to, amount)) revert RoyaltyVault_PaymentRefused(to, amount);
    }

    /// @dev To the parent's current split of the same side, or to where a dispute's money waits.
    function _forward(bytes32 splitId, address token, SplitLine line, uint256 index, uint256 amount) private {
        bytes32 to = line.isEdge()
            ? registry.currentSplit(line.parent(), SplitId.wrap(splitId).sideOf())
            : SplitId.unwrap(suspenseIdOf(line.dispute()));
        _credit(to, token, amount);
        emit RoyaltyForwarded(splitId, to, token, index, amount);
    }

    /// @dev Where a sheet's books in a token are. Those in the coin have the sheet's own name, which is even and saves a
    /// hash. Those in a token have an odd one, so that no name which a caller gives can lead a payment in coin to them.
    function _account(bytes32 splitId, address token) private pure returns (bytes32) {
        bytes32 sheet = SplitId.wrap(splitId).sheetOf();
        return token == COIN ? sheet : keccak256(abi.encode(sheet, token)) | bytes32(uint256(1));
    }

    /// @dev One line of the sealed list; refuses another list.
    function _line(bytes32 splitId, uint256[] calldata lines, uint256 index) private view returns (SplitLine) {
        bytes32 expected = _checkKnown(splitId);
        bytes32 given = keccak256(abi.encodePacked(lines));
        if (given != expected) revert RoyaltyVault_ListDiffers(splitId, given, expected);
        if (index >= lines.length) revert RoyaltyVault_NoSuchLine(splitId, index, lines.length);
        return SplitLine.wrap(lines[index]);
    }

    /// @dev Cumulative, so neither the order nor the size of payments changes it; 2^127 · 10,000 fits.
    function _share(bytes32 splitId, address token, SplitLine line) private view returns (uint256) {
        return received(splitId, token) * line.payoutBps() / WHOLE;
    }

    /// @inheritdoc IRoyaltyVault
    function due(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        view
        returns (uint256)
    {
        return _share(splitId, token, _line(splitId, lines, index)) - _released[splitId][token][index];
    }

    /// @inheritdoc IRoyaltyVault
    function received(bytes32 splitId, address token) public view returns (uint256) {
        return _sideOf(_received[_account(splitId, token)].both, splitId);
    }

    /// @inheritdoc IRoyaltyVault
    function released(bytes32 splitId, address token, uint256 index) external view returns (uint256) {
        return _released[splitId][token][index];
    }

    /// @inheritdoc IRoyaltyVault
    function listHash(bytes32 splitId) external view returns (bytes32) {
        return _listHash[splitId];
    }

    /// @inheritdoc IRoyaltyVault
    function allowToken(address token, bool allowed) external restricted {
        if (token.code.length == 0) revert RoyaltyVault_NotAToken(token);
        _allowed[token] = allowed;
        emit TokenAllowed(token, allowed);
    }

    /// @inheritdoc IRoyaltyVault
    function isAllowed(address token) external view returns (bool) {
        return token == COIN || _allowed[token];
    }

    /// @inheritdoc IRoyaltyVault
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc IRoyaltyVault
    function unpause() external restricted {
        _unpause();
    }
}
