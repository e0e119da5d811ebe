// SPDX-License-Identifier: Apache-2.0
// Checks holders' signatures, and who may let people in.
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IConcertDoor} from "./interfaces/IConcertDoor.sol";
import {IConcertTickets} from "./interfaces/IConcertTickets.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title ConcertDoor
contract ConcertDoor is IConcertDoor, EIP712 {
    using Signatures for bytes;

    bytes32 private constant CHECK_IN_TYPEHASH =
        keccak256("CheckIn(uint256[] tickets,address holder,uint64 deadline)");

    /// @inheritdoc IConcertDoor
    IConcertTickets public immutable tickets;

    mapping(uint256 concertId => mapping(address account => bool)) private _staff;

    constructor() EIP712("Partbook ConcertDoor", "1") {
        tickets = IConcertTickets(msg.sender);
    }

    /// @inheritdoc IConcertDoor
    function appoint(uint256 concertId, address account, bool appointed) external {
        address organiser = tickets.organiser(concertId);
        if (msg.sender != organiser) revert ConcertDoor_NotOrganiser(concertId, organiser, msg.sender);
        _staff[concertId][account] = appointed;
        emit StaffAppointed(concertId, account, appointed);
    }

    /// @inheritdoc IConcertDoor
    function checkIn(Pass calldata pass) external {
        _checkStaff(_sessionOf(pass));
        if (_isLate(pass)) revert ConcertDoor_DeadlinePassed(pass.holder, pass.deadline, block.timestamp);
        if (!_isSigned(pass)) revert ConcertDoor_SignatureInvalid(pass.holder, pass.tickets[0]);
        tickets.admit(pass.tickets, pass.holder);
    }

    /// @inheritdoc IConcertDoor
    function checkInAll(Pass[] calldata passes) external returns (uint256 admitted) {
        uint256 known = 0; // no session has this number
        for (uint256 i = 0; i < passes.length; ++i) {
            uint256 sessionId = _sessionOf(passes[i]);
            if (sessionId != known) _checkStaff(known = sessionId);
            if (_admitOrSay(passes[i], sessionId)) ++admitted;
        }
        if (admitted == 0) revert ConcertDoor_NobodyAdmitted(passes.length);
    }

    /// @dev Who sends too little gas only has to send that pass again.
    function _admitOrSay(Pass calldata pass, uint256 sessionId) private returns (bool admitted) {
        bytes memory reason = "";
        if (_isLate(pass)) {
            reason = abi.encodeWithSelector(
                ConcertDoor_DeadlinePassed.selector, pass.holder, pass.deadline, block.timestamp
            );
        } else if (!_isSigned(pass)) {
            reason = abi.encodeWithSelector(ConcertDoor_SignatureInvalid.selector, pass.holder, pass.tickets[0]);
        } else {
            try tickets.admit(pass.tickets, pass.holder) {
                return true;
            } catch (bytes memory why) {
                reason = why;
            }
        }
        emit PassRefused(sessionId, pass.holder, pass.tickets, reason);
    }

    /// @inheritdoc IConcertDoor
    function isStaff(uint256 concertId, address account) external view returns (bool) {
        return _staff[concertId][account];
    }

    /// @inheritdoc IConcertDoor
    function passDigest(uint256[] calldata ticketIds, address holder, uint64 deadline) public view returns (bytes32) {
        bytes32 list = keccak256(abi.encodePacked(ticketIds));
        return _hashTypedDataV4(keccak256(abi.encode(CHECK_IN_TYPEHASH, list, holder, deadline)));
    }

    function _checkStaff(uint256 sessionId) private view {
        (uint256 concertId, address organiser) = tickets.organiserOf(sessionId);
        if (msg.sender != organiser && !_staff[concertId][msg.sender]) {
            revert ConcertDoor_NotStaff(concertId, msg.sender);
        }
    }

    function _sessionOf(Pass calldata pass) private pure returns (uint256 sessionId) {
        if (pass.tickets.length == 0) revert ConcertDoor_NoTickets(pass.holder);
        return pass.tickets[0] >> 32;
    }

    function _isLate(Pass calldata pass) private view returns (bool) {
        return block.timestamp > pass.deadline;
    }

    function _isSigned(Pass calldata pass) private view returns (bool) {
        return pass.signature.isBy(pass.holder, passDigest(pass.tickets, pass.holder, pass.deadline));
    }
}
