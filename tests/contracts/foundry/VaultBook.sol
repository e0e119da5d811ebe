// SPDX-License-Identifier: Apache-2.0
// A plain ledger beside the vault: each payment and claim is made and noted, or refused with the error we foresee.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {attempt, errorPaused} from "./Attempt.sol";
import {Stage} from "./Stage.sol";
import {equal} from "./Vm.sol";

abstract contract VaultBook is Stage {
    uint256 internal constant WORKS_AT_FIRST = 4;
    address internal constant ELSEWHERE = address(0xB0B);

    /// @dev A list as it was sealed; that of a dispute has no work, and no lines before the dispute ends.
    struct Split {
        uint256 workId;
        uint8 side;
        bytes32 listHash;
        uint256[] lines;
    }

    bytes32[] internal ids;
    mapping(bytes32 splitId => Split) internal splits;
    uint256 public works; // that are sealed; one more is committed
    mapping(uint256 workId => uint32) public versionOf;
    mapping(uint256 workId => uint256 disputeId) public disputeOf;
    mapping(bytes32 splitId => mapping(address token => uint256)) public received;
    mapping(bytes32 splitId => mapping(address token => mapping(uint256 index => uint256))) public released;
    mapping(address token => uint256) public paidIn;
    mapping(address token => uint256) public paidOut;
    mapping(address token => uint256) public moved; // along edges, and to disputes
    mapping(address token => uint256) public forced; // sent to the vault past its functions
    bool public paused;
    uint256 public steps;
    uint256 public callbacks; // claims inside a claim that had to work
    bytes32 internal aimId; // what the greedy wallet claims when it is paid
    uint256 internal aimIndex;

    modifier step() {
        ++steps;
        _;
    }

    constructor() {
        raise();
        committedWork(registrantOf(1), audioOf(1));
        for (uint256 i = 0; i < WORKS_AT_FIRST; ++i) {
            // the parent is the work before, or one further back; none for the first
            uint256[] memory master = randomLines(uint256(keccak256(abi.encode("master", i))), i);
            uint256[] memory composition = randomLines(uint256(keccak256(abi.encode("composition", i))), i / 2);
            sealNext(master, composition);
        }
        coin.approve(address(vault), type(uint256).max);
    }

    receive() external payable {}

    // Names, as the contracts' interface says.

    function audioOf(uint256 workId) internal pure returns (bytes32) {
        return keccak256(abi.encode("recording", workId));
    }

    function registrantOf(uint256 workId) internal view returns (address) {
        return people[(workId - 1) % 4];
    }

    function splitIdOf(uint256 workId, uint8 side, uint32 version) public pure returns (bytes32) {
        uint256 hash = uint256(keccak256(abi.encode(workId, version)));
        return bytes32(hash - hash % 2 + side);
    }

    function suspenseOf(uint256 disputeId) public pure returns (bytes32) {
        uint256 hash = uint256(keccak256(abi.encode("suspense", disputeId)));
        return bytes32(hash - hash % 2);
    }

    function currentId(uint256 workId, uint8 side) public view returns (bytes32) {
        return splitIdOf(workId, side, versionOf[workId]);
    }

    // What is noted.

    function count() external view returns (uint256) {
        return ids.length;
    }

    function idAt(uint256 i) external view returns (bytes32) {
        return ids[i];
    }

    function listHashOf(bytes32 id) external view returns (bytes32) {
        return splits[id].listHash;
    }

    function linesOf(bytes32 id) public view returns (uint256[] memory) {
        return splits[id].lines;
    }

    function greedyWallet() external view returns (address) {
        return greedy;
    }

    function persons() external view returns (uint256) {
        return people.length;
    }

    function personAt(uint256 i) external view returns (address) {
        return people[i];
    }

    function tokenOf(bool inCoin) internal view returns (address) {
        return inCoin ? COIN : address(coin);
    }

    /// @dev By our own ledger, with our own arithmetic.
    function owed(bytes32 id, address token, uint256 index) public view returns (uint256) {
        return received[id][token] * (splits[id].lines[index] >> 160 & 0xffff) / 10_000 - released[id][token][index];
    }

    /// @dev The work that is committed gets its first sheet, and another one is committed.
    function sealNext(uint256[] memory master, uint256[] memory composition) internal {
        uint256 workId = ++works;
        sealWork(workId, registrantOf(workId), audioOf(workId), master, composition);
        noteLists(workId, 1, master, composition);
        equal(committedWork(registrantOf(workId + 1), audioOf(workId + 1)), workId + 1, "number of the work");
    }

    function noteLists(uint256 workId, uint32 version, uint256[] memory master, uint256[] memory composition)
        internal
    {
        versionOf[workId] = version;
        noteList(splitIdOf(workId, 0, version), workId, 0, master);
        noteList(splitIdOf(workId, 1, version), workId, 1, composition);
    }

    function noteList(bytes32 id, uint256 workId, uint8 side, uint256[] memory lines) internal {
        if (lines.length == 0 || workId != 0) ids.push(id); // a dispute's is there before it has lines
        bytes32 hash = lines.length == 0 ? bytes32(0) : keccak256(abi.encodePacked(lines));
        splits[id] = Split(workId, side, hash, lines);
    }

    // Payments.

    /// @dev Why money from outside is not for this split; nothing when it is.
    function refusalOf(bytes32 id, address token, uint256 amount) internal view returns (bytes memory) {
        if (amount == 0) return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_NothingPaid.selector, id, token);
        if (splits[id].listHash != 0 || received[id][token] != 0) return "";
        return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_UnknownSplit.selector, id);
    }

    function payInto(bytes32 id, address token, uint256 amount) internal {
        bytes memory refusal = paused ? errorPaused() : refusalOf(id, token, amount);
        bytes memory call;
        if (token == COIN) {
            call = abi.encodeCall(IRoyaltyVault.paySplit, (id));
        } else {
            coin.mint(address(this), amount);
            call = abi.encodeCall(IRoyaltyVault.payToken, (id, token, amount));
        }
        (bool worked,) = attempt(address(this), address(vault), token == COIN ? amount : 0, call, refusal);
        if (worked) notePaid(id, token, amount);
    }

    function notePaid(bytes32 id, address token, uint256 amount) internal {
        received[id][token] += amount;
        paidIn[token] += amount;
    }

    // Claims.

    /// @dev Anyone asks; the line's payee gets the money, or the parent's split, or the dispute's.
    function takeFor(bytes32 id, address token, uint256 index) internal {
        uint256[] memory lines = splits[id].lines;
        bytes memory call = abi.encodeCall(IRoyaltyVault.claimFor, (id, token, lines, index));
        if (lines.length == 0) {
            bytes memory unknown = abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_UnknownSplit.selector, id);
            attempt(address(this), address(vault), 0, call, unknown);
            return;
        }
        uint256 amount = owed(id, token, index);
        address payee = address(uint160(lines[index]));
        bool toPerson = lines[index] >> 216 == 0;
        uint256 before = balance(token, payee);
        uint256 vaultBefore = balance(token, address(vault));
        (bool worked, bytes memory result) =
            attempt(address(this), address(vault), 0, call, _refusalToClaim(id, token, index, amount, lines[index]));
        if (!worked) return;
        equal(abi.decode(result, (uint256)), amount, "claimed");
        uint256 left = _noteClaim(id, token, index, amount, lines[index]);
        uint256 more = toPerson && token == COIN && payee == greedy ? noteCallback() : 0;
        if (more == 0) {
            equal(balance(token, payee), before + left, "what the payee got");
            equal(balance(token, address(vault)), vaultBefore - left, "what left the vault");
        }
    }

    /// @dev The payee takes her share to another address.
    function takeTo(bytes32 id, address token, uint256 index, address caller) internal {
        uint256[] memory lines = splits[id].lines;
        bytes memory refusal;
        uint256 amount;
        if (lines.length == 0) {
            refusal = abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_UnknownSplit.selector, id);
        } else {
            amount = owed(id, token, index);
            address payee = address(uint160(lines[index]));
            bytes4 what = IRoyaltyVault.RoyaltyVault_NotPayee.selector;
            if (caller != payee) refusal = abi.encodeWithSelector(what, id, index, payee, caller);
            what = IRoyaltyVault.RoyaltyVault_LineIsNoPayee.selector;
            if (lines[index] >> 216 != 0) refusal = abi.encodeWithSelector(what, id, index, uint160(payee));
            what = IRoyaltyVault.RoyaltyVault_NothingDue.selector;
            if (refusal.length == 0 && amount == 0) refusal = abi.encodeWithSelector(what, id, token, index);
        }
        uint256 before = balance(token, ELSEWHERE);
        bytes memory call = abi.encodeCall(IRoyaltyVault.claim, (id, token, lines, index, ELSEWHERE));
        (bool worked,) = attempt(caller, address(vault), 0, call, refusal);
        if (!worked) return;
        equal(balance(token, ELSEWHERE), before + amount, "what arrived");
        released[id][token][index] += amount;
        paidOut[token] += amount;
    }

    function balance(address token, address account) internal view returns (uint256) {
        return token == COIN ? account.balance : coin.balanceOf(account);
    }

    function _refusalToClaim(bytes32 id, address token, uint256 index, uint256 amount, uint256 one)
        private
        view
        returns (bytes memory)
    {
        bytes4 nothing = IRoyaltyVault.RoyaltyVault_NothingDue.selector;
        if (amount == 0) return abi.encodeWithSelector(nothing, id, token, index);
        if (token != COIN || one >> 216 != 0 || address(uint160(one)) != stubborn) return "";
        return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_PaymentRefused.selector, stubborn, amount);
    }

    /// @return left what left the vault
    function _noteClaim(bytes32 id, address token, uint256 index, uint256 amount, uint256 one)
        private
        returns (uint256 left)
    {
        released[id][token][index] += amount;
        if (one >> 216 == 0) {
            paidOut[token] += amount;
            return amount;
        }
        bytes32 to = one >> 216 == 1 ? currentId(uint160(one), splits[id].side) : suspenseOf(uint160(one));
        received[to][token] += amount;
        moved[token] += amount;
    }

    /// @dev While the greedy wallet is paid it claims another line, as anyone may; what is due there goes where it is
    /// due.
    function noteCallback() internal returns (uint256 amount) {
        if (aimId == 0) return 0;
        amount = owed(aimId, COIN, aimIndex);
        uint256 one = splits[aimId].lines[aimIndex];
        if (one >> 216 == 0 && address(uint160(one)) == stubborn) amount = 0;
        if (amount == 0) return 0;
        _noteClaim(aimId, COIN, aimIndex, amount, one);
        ++callbacks;
    }
}
