// SPDX-License-Identifier: Apache-2.0
// Random people pay and claim, rightly and wrongly, while works are amended and the vault is paused.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {attempt, errorPaused} from "./Attempt.sol";
import {ICoin, IWallet} from "./Stage.sol";
import {VaultBook} from "./VaultBook.sol";
import {vm} from "./Vm.sol";

contract RoyaltyHandler is VaultBook {
    uint256 internal constant SPLITS = 40;
    uint256 private constant MOST_WORKS = 7;

    ICoin public bulk; // a token of which sums near 2^127 are paid
    mapping(bytes32 splitId => uint256) public bulkReceived;

    constructor() {
        bulk = ICoin(vm.deployCode("Coins.sol:PlainCoin", ""));
        bulk.approve(address(vault), type(uint256).max);
        vault.allowToken(address(bulk), true);
    }

    function pay(uint256 which, bool inCoin, uint96 amount) external step {
        payInto(ids[which % ids.length], tokenOf(inCoin), amount % 7 == 0 ? 0 : amount);
    }

    /// @dev Both sides of a work, on the sheet that it has now. Sometimes nothing, all or nothing for the master, more
    /// for it than there is, or a work that has no sheet.
    function payWork(uint256 which, uint96 amount, uint256 toMaster, uint8 how) external step {
        uint256 workId = how % 8 == 7 ? works + 1 + which % 2 : _workOf(which, how >= 128);
        if (how % 16 == 1) amount = 0;
        toMaster %= uint256(amount) + 1;
        if (how % 8 == 2) toMaster = amount;
        if (how % 8 == 3) toMaster = 0;
        if (how % 32 == 4 || how % 32 == 7 || how % 32 == 17) toMaster = uint256(amount) + 1;
        _payWork(workId, amount, toMaster, _refusalOfWork(workId, amount, toMaster));
    }

    /// @dev As anybody can at any moment when the vault is not paused.
    function payWorkNow(uint256 workId, uint256 amount, uint256 toMaster) external {
        _pause(false);
        _payWork(workId, amount, toMaster, "");
    }

    function _payWork(uint256 workId, uint256 amount, uint256 toMaster, bytes memory refusal) private {
        bytes memory call = abi.encodeCall(IRoyaltyVault.payWork, (workId, toMaster));
        (bool worked,) = attempt(address(this), address(vault), amount, call, refusal);
        if (!worked) return;
        notePaid(currentId(workId, 0), COIN, toMaster);
        notePaid(currentId(workId, 1), COIN, amount - toMaster);
    }

    /// @dev One that has its first sheet still, if that is asked for and there is one.
    function _workOf(uint256 which, bool onFirst) private view returns (uint256 workId) {
        for (uint256 i = 0; onFirst && i < works; ++i) {
            workId = 1 + (which % works + i) % works;
            if (versionOf[workId] == 1) return workId;
        }
        return 1 + which % works;
    }

    /// @dev Sums that fill one side of a sheet's books to the brim, and sums that would run over.
    function flood(uint256 which, uint256 amount, uint8 how) external step {
        bytes32 id = ids[which % ids.length];
        uint256 room = MOST - bulkReceived[id];
        if (how % 4 == 0) amount = room + 1;
        else if (how % 4 == 1) amount = room;
        else if (how % 4 == 2) amount %= room + 1;
        if (amount > type(uint136).max) amount >>= 120;
        bytes memory refusal;
        if (paused) refusal = errorPaused();
        else if (amount == 0) refusal = refusalOf(id, address(bulk), amount);
        else if (amount > room) refusal = _tooMuch(id, amount);
        else if (splits[id].listHash == 0) refusal = refusalOf(id, address(bulk), amount);
        bulk.mint(address(this), amount);
        bytes memory call = abi.encodeCall(IRoyaltyVault.payToken, (id, address(bulk), amount));
        (bool worked,) = attempt(address(this), address(vault), 0, call, refusal);
        if (worked) bulkReceived[id] += amount;
    }

    function claimFor(uint256 which, bool inCoin, uint256 index) external step {
        bytes32 id = ids[which % ids.length];
        uint256 length = splits[id].lines.length;
        takeFor(id, tokenOf(inCoin), length == 0 ? 0 : index % length);
    }

    function claim(uint256 which, bool inCoin, uint256 index) external step {
        bytes32 id = ids[which % ids.length];
        uint256[] storage lines = splits[id].lines;
        if (lines.length == 0) return takeTo(id, tokenOf(inCoin), 0, people[0]);
        index %= lines.length;
        address payee = address(uint160(lines[index]));
        takeTo(id, tokenOf(inCoin), index, lines[index] >> 216 == 0 ? payee : people[0]);
    }

    /// @dev Anybody at all tries to take a share away.
    function steal(uint256 which, bool inCoin, uint256 index, uint256 thief) external step {
        bytes32 id = ids[which % ids.length];
        uint256 length = splits[id].lines.length;
        takeTo(id, tokenOf(inCoin), length == 0 ? 0 : index % length, people[thief % people.length]);
    }

    /// @dev One more work gets its first sheet.
    function seal(uint256 seed) external step {
        if (ids.length >= SPLITS || works == MOST_WORKS) return;
        uint256 parent = seed % (works + 1);
        sealNext(randomLines(seed, parent), randomLines(seed ^ type(uint256).max, parent));
    }

    /// @dev A work gets its next sheet, with other people and shares; refused while somebody disputes the work.
    function amend(uint256 which, uint256 seed) external step {
        if (ids.length >= SPLITS) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory next = _nextSheet(workId, seed);
        bytes memory refusal;
        bytes4 disputed = IWorkRegistry.WorkRegistry_Disputed.selector;
        if (disputeOf[workId] != 0) refusal = abi.encodeWithSelector(disputed, workId, disputeOf[workId]);
        bytes memory call = _amendment(workId, next, refusal.length == 0);
        (bool worked,) = attempt(registrantOf(workId), address(registry), 0, call, refusal);
        if (worked) noteLists(workId, next.version, next.master, next.composition);
    }

    function _amendment(uint256 workId, IWorkRegistry.Sheet memory next, bool allSign)
        private
        view
        returns (bytes memory call)
    {
        uint256[][] memory lists = new uint256[][](4);
        (lists[0], lists[1]) = (next.master, next.composition);
        (lists[2], lists[3]) = (linesOf(currentId(workId, 0)), linesOf(currentId(workId, 1)));
        address[] memory signers = allSign ? signersOf(lists) : new address[](0);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, next, signers);
        return abi.encodeCall(IWorkRegistry.amend, (workId, next, lists[2], lists[3], consents));
    }

    function _nextSheet(uint256 workId, uint256 seed) private view returns (IWorkRegistry.Sheet memory) {
        uint256 parent = workId == 1 ? 0 : seed % workId;
        uint256[] memory composition = randomLines(seed ^ type(uint256).max, parent);
        return sheetOf(versionOf[workId] + 1, audioOf(workId), randomLines(seed, parent), composition);
    }

    function pause(bool on) external step {
        _pause(on);
    }

    function _pause(bool on) private {
        if (on == paused) return;
        if (on) vault.pause();
        else vault.unpause();
        paused = on;
    }

    /// @dev Money that comes past the vault's functions, as a block reward or a plain token transfer does, is nobody's.
    function force(bool inCoin, uint64 amount) external step {
        if (inCoin) vm.deal(address(vault), address(vault).balance + amount);
        else coin.mint(address(vault), amount);
        forced[tokenOf(inCoin)] += amount;
    }

    /// @dev Whenever the greedy wallet is paid from now on, it claims this line; often the one for which it is paid.
    function aim(uint256 which, uint256 index) external step {
        bytes32 id = ids[which % ids.length];
        uint256[] memory lines = splits[id].lines;
        if (lines.length == 0) return;
        (aimId, aimIndex) = (id, index % lines.length);
        IWallet(greedy).aim(vault, id, lines, aimIndex);
    }

    /// @dev Takes all of one split; every line with something due must be paid.
    function drainSplit(bytes32 id, address token) public {
        uint256[] memory lines = splits[id].lines;
        for (uint256 i = 0; i < lines.length; ++i) {
            if (lines[i] >> 216 != 0) takeFor(id, token, i);
            else takeTo(id, token, i, address(uint160(lines[i])));
        }
    }

    function _refusalOfWork(uint256 workId, uint256 amount, uint256 toMaster) private view returns (bytes memory) {
        if (paused) return errorPaused();
        if (toMaster > amount) {
            return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_PartTooLarge.selector, toMaster, amount);
        }
        return refusalOf(splitIdOf(workId, 0, 1), COIN, amount); // the first sheet stands for the work
    }

    function _tooMuch(bytes32 id, uint256 amount) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IRoyaltyVault.RoyaltyVault_TooMuch.selector, id, address(bulk), bulkReceived[id], amount
        );
    }
}
