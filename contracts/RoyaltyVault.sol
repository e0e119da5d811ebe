// SPDX-License-Identifier: Apache-2.0
// Holds all royalty money and lets each line of a split sheet take its share.
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {SplitLine, WHOLE} from "./types/SplitLine.sol";

/// @title RoyaltyVault
contract RoyaltyVault is IRoyaltyVault, AccessManaged, Pausable, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @dev Stands for the chain's own coin.
    address private constant COIN = address(0);

    IWorkRegistry public immutable registry;

    mapping(address token => bool) private _allowed;
    mapping(bytes32 splitId => mapping(address token => uint256)) private _received;
    /// @dev By index, not by account: one person may hold several lines.
    mapping(bytes32 splitId => mapping(address token => mapping(uint256 index => uint256))) private _released;

    constructor(IWorkRegistry registry_, address authority_) AccessManaged(authority_) {
        registry = registry_;
    }

    /// @inheritdoc IRoyaltyVault
    function pay(bytes32 splitId, address token, uint256 amount) external payable whenNotPaused {
        // a split that has received was known then, and the registry forgets none
        if (_received[splitId][token] == 0 && registry.listHash(splitId) == 0) {
            revert RoyaltyVault_UnknownSplit(splitId);
        }
        if (amount == 0) revert RoyaltyVault_NothingPaid(splitId, token);
        _take(token, amount);
        _received[splitId][token] += amount;
        emit RoyaltyPaid(splitId, token, msg.sender, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claim(bytes32 splitId, address token, uint256[] calldata lines, uint256 index, address to)
        external
        nonReentrant
        returns (uint256 amount)
    {
        SplitLine line = _line(splitId, lines, index);
        if (line.isEdge()) revert RoyaltyVault_LineIsEdge(splitId, index, line.parent());
        if (msg.sender != line.payee()) revert RoyaltyVault_NotPayee(splitId, index, line.payee(), msg.sender);
        if (to == address(0) || to == address(this)) revert RoyaltyVault_CannotSendThere(to);
        amount = _release(splitId, token, line, index);
        _send(splitId, token, line, index, to, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claimFor(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        nonReentrant
        returns (uint256 amount)
    {
        SplitLine line = _line(splitId, lines, index);
        amount = _release(splitId, token, line, index);
        if (line.isEdge()) {
            bytes32 parentSplit = registry.parentSplit(splitId, line.parent());
            _received[parentSplit][token] += amount;
            emit RoyaltyForwarded(splitId, parentSplit, token, index, amount);
        } else {
            _send(splitId, token, line, index, line.payee(), amount);
        }
    }

    /// @dev Takes exactly `amount` from the caller, or refuses.
    function _take(address token, uint256 amount) private {
        uint256 coins = token == COIN ? amount : 0;
        if (msg.value != coins) revert RoyaltyVault_ValueDiffers(msg.value, coins);
        if (token != COIN) _takeToken(token, amount);
    }

    /// @dev Guarded: a token that paid in again while its balance is measured would be credited twice.
    function _takeToken(address token, uint256 amount) private nonReentrant {
        if (!_allowed[token]) revert RoyaltyVault_TokenNotAllowed(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 arrived = IERC20(token).balanceOf(address(this)) - before;
        if (arrived != amount) revert RoyaltyVault_AmountDiffers(token, arrived, amount);
    }

    /// @dev Books what is due as gone, before anything is sent.
    function _release(bytes32 splitId, address token, SplitLine line, uint256 index) private returns (uint256 amount) {
        amount = _due(splitId, token, line, index);
        if (amount == 0) revert RoyaltyVault_NothingDue(splitId, token, index);
        _released[splitId][token][index] += amount;
    }

    /// @dev The payee's code runs here, after all books are closed; if it reverts, only this claim does.
    function _send(bytes32 splitId, address token, SplitLine line, uint256 index, address to, uint256 amount)
        private
    {
        emit RoyaltyClaimed(splitId, token, line.payee(), index, to, amount);
        if (token == COIN) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    /// @dev One line of the sealed list; refuses another list.
    function _line(bytes32 splitId, uint256[] calldata lines, uint256 index) private view returns (SplitLine) {
        bytes32 expected = registry.listHash(splitId);
        if (expected == 0) revert RoyaltyVault_UnknownSplit(splitId);
        bytes32 given = keccak256(abi.encodePacked(lines));
        if (given != expected) revert RoyaltyVault_ListDiffers(splitId, given, expected);
        if (index >= lines.length) revert RoyaltyVault_NoSuchLine(splitId, index, lines.length);
        return SplitLine.wrap(lines[index]);
    }

    /// @dev Cumulative, so neither the order nor the size of payments changes a share; the product may need 512 bits.
    function _due(bytes32 splitId, address token, SplitLine line, uint256 index) private view returns (uint256) {
        return Math.mulDiv(_received[splitId][token], line.payoutBps(), WHOLE) - _released[splitId][token][index];
    }

    /// @inheritdoc IRoyaltyVault
    function due(bytes32 splitId, address token, uint256[] calldata lines, uint256 index)
        external
        view
        returns (uint256)
    {
        return _due(splitId, token, _line(splitId, lines, index), index);
    }

    /// @inheritdoc IRoyaltyVault
    function received(bytes32 splitId, address token) external view returns (uint256) {
        return _received[splitId][token];
    }

    /// @inheritdoc IRoyaltyVault
    function released(bytes32 splitId, address token, uint256 index) external view returns (uint256) {
        return _released[splitId][token][index];
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
