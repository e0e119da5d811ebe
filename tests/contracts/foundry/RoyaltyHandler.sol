// SPDX-License-Identifier: Apache-2.0
// Random people pay, claim and amend; beside each call a plain ledger notes what the vault should say.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {IWallet, Stage} from "./Stage.sol";
import {check, equal, vm} from "./Vm.sol";

contract RoyaltyHandler is Stage {
    uint256 private constant WORKS = 4;
    uint256 private constant SPLITS = 20;

    /// @dev A sealed list, as it was when it was sealed.
    struct Split {
        uint256 workId;
        uint8 side;
        uint256[] lines;
        bytes32 listHash;
    }

    bytes32[] internal ids;
    mapping(bytes32 splitId => Split) internal splits;
    mapping(uint256 workId => IWorkRegistry.Sheet) internal sheets;
    mapping(bytes32 splitId => mapping(address token => uint256)) public received;
    mapping(bytes32 splitId => mapping(address token => mapping(uint256 index => uint256))) public released;
    mapping(address token => uint256) public paidIn;
    mapping(address token => uint256) public paidOut;
    mapping(address token => uint256) public moved; // along edges
    mapping(address token => uint256) public forced; // sent to the vault past its functions
    bool public paused;
    uint256 public steps;

    modifier step() {
        ++steps;
        _;
    }

    constructor() {
        raise();
        for (uint256 i = 0; i < WORKS; ++i) {
            uint256 parent = i; // the work before, none for the first
            bytes32 audio = keccak256(abi.encode("recording", i));
            uint256[] memory master = randomLines(uint256(keccak256(abi.encode("master", i))), parent);
            uint256[] memory composition = randomLines(uint256(keccak256(abi.encode("composition", i))), parent / 2);
            uint256 workId = sealedWork(people[i % 4], audio, master, composition);
            _note(workId, sheetOf(1, audio, master, composition));
        }
        coin.approve(address(vault), type(uint256).max);
    }

    receive() external payable {}

    // What may happen.

    function pay(uint256 which, bool inCoin, uint96 amount) external step {
        bytes32 id = ids[which % ids.length];
        address token = inCoin ? COIN : address(coin);
        bool willWork = !paused && amount != 0;
        _fund(token, amount);
        try vault.pay{value: inCoin ? amount : 0}(id, token, amount) {
            check(willWork, "a payment of nothing, or into a paused vault, was taken");
            received[id][token] += amount;
            paidIn[token] += amount;
        } catch {
            check(!willWork, "a payment was refused");
        }
    }

    /// @dev Anyone asks; the line's payee, or the parent's split, gets the money.
    function claimFor(uint256 which, bool inCoin, uint256 index) external step {
        bytes32 id = ids[which % ids.length];
        address token = inCoin ? COIN : address(coin);
        index %= splits[id].lines.length;
        _claimFor(id, token, index);
    }

    /// @dev A payee takes her share to another address.
    function claim(uint256 which, bool inCoin, uint256 index) external step {
        bytes32 id = ids[which % ids.length];
        address token = inCoin ? COIN : address(coin);
        index %= splits[id].lines.length;
        if (isEdge(id, index)) return _claimFor(id, token, index);
        _claimTo(id, token, index, address(0xB0B));
    }

    /// @dev Somebody who is not the payee tries to take a share.
    function steal(uint256 which, bool inCoin, uint256 index, uint256 thief) external step {
        bytes32 id = ids[which % ids.length];
        address token = inCoin ? COIN : address(coin);
        index %= splits[id].lines.length;
        address caller = people[thief % people.length];
        if (!isEdge(id, index) && caller == payeeOf(id, index)) return;
        vm.prank(caller);
        try vault.claim(id, token, splits[id].lines, index, caller) {
            check(false, "somebody else took a payee's share");
        } catch {}
    }

    /// @dev A work gets its next sheet, with other people and shares.
    function amend(uint256 which, uint256 seed) external step {
        if (ids.length >= SPLITS) return;
        uint256 workId = 1 + which % WORKS;
        IWorkRegistry.Sheet memory former = sheets[workId];
        address[] memory formerSigners = signersOf(former, new address[](0));
        uint256 parent = workId == 1 ? 0 : seed % workId;
        IWorkRegistry.Sheet memory next = sheetOf(
            former.version + 1,
            former.audioHash,
            randomLines(seed, parent),
            randomLines(seed ^ type(uint256).max, parent)
        );
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, next, signersOf(next, formerSigners));
        address registrant = registry.work(workId).registrant;
        vm.prank(registrant);
        registry.amend(workId, next, formerSigners, consents);
        _note(workId, next);
    }

    function pause(bool on) external step {
        if (on == paused) return;
        if (on) vault.pause();
        else vault.unpause();
        paused = on;
    }

    /// @dev Money that comes past `pay`, as a block reward or a plain token transfer does, belongs to nobody.
    function force(bool inCoin, uint64 amount) external step {
        if (inCoin) vm.deal(address(vault), address(vault).balance + amount);
        else coin.mint(address(vault), amount);
        forced[inCoin ? COIN : address(coin)] += amount;
    }

    /// @dev Next time the greedy wallet is paid, it claims this line.
    function aim(uint256 which, uint256 index) external step {
        bytes32 id = ids[which % ids.length];
        IWallet(greedy).aim(vault, id, splits[id].lines, index % splits[id].lines.length);
    }

    // What should hold.

    /// @dev Takes all that is due, children before parents; every line with something due must be paid.
    function drain() external {
        for (uint256 workId = WORKS; workId != 0; --workId) {
            for (uint256 s = 0; s < ids.length; ++s) {
                if (splits[ids[s]].workId == workId) {
                    drainSplit(ids[s], COIN);
                    drainSplit(ids[s], address(coin));
                }
            }
        }
    }

    function drainSplit(bytes32 id, address token) public {
        for (uint256 i = 0; i < splits[id].lines.length; ++i) {
            if (isEdge(id, i)) _claimFor(id, token, i);
            else _claimTo(id, token, i, address(0xB0B));
        }
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function idAt(uint256 i) external view returns (bytes32) {
        return ids[i];
    }

    function split(bytes32 id) external view returns (Split memory) {
        return splits[id];
    }

    function linesOf(bytes32 id) external view returns (uint256[] memory) {
        return splits[id].lines;
    }

    function lineCount(bytes32 id) external view returns (uint256) {
        return splits[id].lines.length;
    }

    function greedyWallet() external view returns (address) {
        return greedy;
    }

    function isEdge(bytes32 id, uint256 index) public view returns (bool) {
        return splits[id].lines[index] >> 216 & 1 != 0;
    }

    function payeeOf(bytes32 id, uint256 index) public view returns (address) {
        return address(uint160(splits[id].lines[index]));
    }

    /// @dev By our own ledger, with our own arithmetic.
    function owed(bytes32 id, address token, uint256 index) public view returns (uint256) {
        uint256 bps = splits[id].lines[index] >> 160 & 0xffff;
        return received[id][token] * bps / 10_000 - released[id][token][index];
    }

    // How it is noted.

    function _claimFor(bytes32 id, address token, uint256 index) private {
        uint256 amount = owed(id, token, index);
        bool edge = isEdge(id, index);
        address payee = payeeOf(id, index);
        bool willWork = amount != 0 && (edge || token != COIN || payee != stubborn);
        uint256 before = _balance(token, payee);
        uint256 vaultBefore = _balance(token, address(vault));
        try vault.claimFor(id, token, splits[id].lines, index) returns (uint256 got) {
            check(willWork, "a claim worked that should not");
            equal(got, amount, "claimed");
            released[id][token][index] += amount;
            if (edge) {
                equal(_balance(token, address(vault)), vaultBefore, "money left the vault along an edge");
                bytes32 to = registry.currentSplit(uint160(splits[id].lines[index]), splits[id].side);
                received[to][token] += amount;
                moved[token] += amount;
            } else {
                equal(_balance(token, payee), before + amount, "what the payee got");
                paidOut[token] += amount;
            }
        } catch {
            check(!willWork, "a claim that was due failed");
        }
    }

    function _claimTo(bytes32 id, address token, uint256 index, address to) private {
        uint256 amount = owed(id, token, index);
        uint256 before = _balance(token, to);
        vm.prank(payeeOf(id, index));
        try vault.claim(id, token, splits[id].lines, index, to) returns (uint256 got) {
            check(amount != 0, "a claim of nothing worked");
            equal(got, amount, "claimed");
            equal(_balance(token, to), before + amount, "what arrived");
            released[id][token][index] += amount;
            paidOut[token] += amount;
        } catch {
            check(amount == 0, "a claim that was due failed");
        }
    }

    function _note(uint256 workId, IWorkRegistry.Sheet memory sealedSheet) private {
        sheets[workId] = sealedSheet;
        _noteList(workId, 0, sealedSheet.version, sealedSheet.master);
        _noteList(workId, 1, sealedSheet.version, sealedSheet.composition);
    }

    function _noteList(uint256 workId, uint8 side, uint32 version, uint256[] memory lines) private {
        bytes32 id = keccak256(abi.encode(workId, side, version));
        ids.push(id);
        splits[id] = Split(workId, side, lines, keccak256(abi.encodePacked(lines)));
    }

    function _fund(address token, uint256 amount) private {
        if (token == COIN) vm.deal(address(this), amount);
        else coin.mint(address(this), amount);
    }

    function _balance(address token, address account) private view returns (uint256) {
        return token == COIN ? account.balance : coin.balanceOf(account);
    }
}
