// SPDX-License-Identifier: Apache-2.0
// Random people dispute shares, answer, give in, give up, rule and let time pass, while money comes and goes.
pragma solidity 0.8.30;

import {IDisputeModule} from "../../../contracts/interfaces/IDisputeModule.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {attempt, errorUnauthorized} from "./Attempt.sol";
import {DisputeBook} from "./DisputeBook.sol";
import {equal, vm} from "./Vm.sol";

contract DisputeHandler is DisputeBook {
    uint256 public forcedBonds; // sent to the module past `open`

    /// @dev Mostly a claim that can be; sometimes one that is wrong in one way.
    function open(uint256 which, uint256 seed, uint16 share, uint8 how) external step {
        if (ids.length >= SPLITS + 8) return;
        IDisputeModule.Claim memory claim = IDisputeModule.Claim({
            workId: 1 + which % works,
            side: uint8(seed % 2),
            index: 0,
            share: share,
            beneficiary: people[(seed >> 8) % people.length],
            evidenceHash: keccak256("evidence"),
            uri: "ipfs://evidence"
        });
        uint256[] memory lines = splits[currentId(claim.workId, claim.side)].lines;
        claim.index = (seed >> 16) % lines.length;
        uint256 most = lines[claim.index] >> 160 & 0xffff;
        if (how % 8 != 0 && most != 0) claim.share = uint16(1 + share % most);
        uint256 bond = bondOf(claim.workId);
        if (how == 1) ++bond;
        else if (how == 2) claim.evidenceHash = 0;
        else if (how == 3) claim.beneficiary = address(0);
        else if (how == 4) claim.index = lines.length;
        else if (how == 5) lines[0] ^= 1 << 176;
        address claimant = people[(seed >> 24) % people.length];
        bytes memory refusal = refusalToOpen(claim, lines, bond);
        bytes memory call = abi.encodeCall(IDisputeModule.open, (claim, lines));
        (bool worked,) = attempt(claimant, address(disputes), bond, call, refusal);
        if (worked) noteOpened(claim, claimant, bond);
    }

    /// @dev By the payee, the registrant or anybody else. Only the payee's word ends her time to answer.
    function answer(uint256 which, uint256 who) external step {
        if (noted.length == 0) return;
        uint256 disputeId = _mostlyRunning(which);
        IDisputeModule.Dispute storage found = noted[disputeId - 1];
        address by = who % 2 == 0 ? found.payee : people[who % people.length];
        bytes memory call = abi.encodeCall(IDisputeModule.answer, (disputeId, keccak256("answer"), "ipfs://answer"));
        (bool worked,) = attempt(by, address(disputes), 0, call, refusalToAnswer(disputeId, by));
        if (worked && by == found.payee) found.status = IDisputeModule.Status.Answered;
    }

    function concede(uint256 which, uint256 who) external step {
        if (noted.length == 0 || which % 2 == 0) return; // seldom, so that disputes live
        uint256 disputeId = _mostlyRunning(which);
        address payee = noted[disputeId - 1].payee;
        address by = who % 2 == 0 ? payee : people[who % people.length];
        bytes memory refusal = refusalIfOver(disputeId);
        if (refusal.length == 0 && by != payee) {
            refusal = abi.encodeWithSelector(IDisputeModule.DisputeModule_NotParty.selector, disputeId, payee, by);
        }
        bytes memory call = abi.encodeCall(IDisputeModule.concede, (disputeId, disputedLines(disputeId)));
        _end(by, disputeId, call, refusal, IDisputeModule.Status.Upheld);
    }

    function drop(uint256 which, uint256 who) external step {
        if (noted.length == 0 || which % 2 == 0) return;
        uint256 disputeId = _mostlyRunning(which);
        address claimant = noted[disputeId - 1].claimant;
        address by = who % 2 == 0 ? claimant : people[who % people.length];
        bytes memory refusal = refusalIfOver(disputeId);
        if (refusal.length == 0 && by != claimant) {
            bytes4 other = IDisputeModule.DisputeModule_NotClaimant.selector;
            refusal = abi.encodeWithSelector(other, disputeId, claimant, by);
        }
        bytes memory call = abi.encodeCall(IDisputeModule.drop, (disputeId, disputedLines(disputeId)));
        _end(by, disputeId, call, refusal, IDisputeModule.Status.Dismissed);
    }

    /// @dev The test is the arbiter; sometimes somebody else tries.
    function rule(uint256 which, bool upheld, uint8 who) external step {
        if (noted.length == 0) return;
        uint256 disputeId = _mostlyRunning(which);
        address by = who % 8 == 0 ? people[who % people.length] : address(this);
        bytes memory refusal = by == address(this) ? refusalToRule(disputeId) : errorUnauthorized(by);
        bytes memory call = abi.encodeCall(
            IDisputeModule.rule, (disputeId, upheld, keccak256("reasons"), "ipfs://reasons", disputedLines(disputeId))
        );
        IDisputeModule.Status status = upheld ? IDisputeModule.Status.Upheld : IDisputeModule.Status.Dismissed;
        if (!_end(by, disputeId, call, refusal, status) || upheld) return;
        uint256 workId = noted[disputeId - 1].workId;
        if (block.timestamp > lastLost[workId] + 365 days) lost[workId] = 0;
        ++lost[workId];
        lastLost[workId] = block.timestamp;
    }

    function expire(uint256 which) public step {
        if (noted.length != 0) _expire(_mostlyRunning(which));
    }

    /// @dev Money for a work of which a share is disputed.
    function payDisputed(uint256 which, bool inCoin, uint96 amount) external step {
        if (noted.length == 0) return;
        IDisputeModule.Dispute memory found = disputeAt(_mostlyRunning(which));
        payInto(currentId(found.workId, found.side), tokenOf(inCoin), amount);
    }

    /// @dev A disputed share goes to where it waits.
    function setAside(uint256 which, bool inCoin) external step {
        if (noted.length == 0) return;
        uint256 disputeId = _mostlyRunning(which);
        if (!isRunning(disputeId)) return;
        IDisputeModule.Dispute memory found = disputeAt(disputeId);
        bytes32 id = currentId(found.workId, found.side);
        takeFor(id, tokenOf(inCoin), splits[id].lines.length - 1);
    }

    /// @dev What waited is taken by its winner; before the end, by nobody.
    function claimSuspended(uint256 which, bool inCoin, bool byPayee) external step {
        if (noted.length == 0) return;
        bytes32 id = suspenseOf(1 + which % noted.length);
        uint256[] memory lines = splits[id].lines;
        if (byPayee) takeTo(id, tokenOf(inCoin), 0, lines.length == 0 ? people[0] : address(uint160(lines[0])));
        else takeFor(id, tokenOf(inCoin), 0);
    }

    function withdrawBond(uint256 who, bool elsewhere) external step {
        address person = people[who % people.length];
        uint256 amount = bondsOwed[person];
        bytes memory refusal;
        if (amount == 0) refusal = abi.encodeWithSelector(IOwedMoney.OwedMoney_NothingOwed.selector, person);
        else if (person == stubborn && !elsewhere) {
            refusal = abi.encodeWithSelector(IOwedMoney.OwedMoney_PaymentRefused.selector, person, amount);
        }
        address to = elsewhere ? ELSEWHERE : person;
        uint256 before = to.balance;
        bytes memory call = elsewhere
            ? abi.encodeCall(IOwedMoney.withdrawTo, (ELSEWHERE))
            : abi.encodeCall(IOwedMoney.withdraw, (person));
        (bool worked,) = attempt(elsewhere ? person : address(this), address(disputes), 0, call, refusal);
        if (!worked) return;
        uint256 more = to == greedy ? noteCallback() : 0;
        if (more == 0) equal(to.balance, before + amount, "the bond that was paid back");
        bondsOwed[person] = 0;
    }

    function setBaseBond(uint96 bond) external step {
        bond = bond % 3 == 0 ? bond : 0.001 ether + bond % 1 ether;
        bytes memory refusal;
        if (bond < 0.001 ether || bond > 10 ether) {
            bytes4 outside = IDisputeModule.DisputeModule_BondOutOfRange.selector;
            refusal = abi.encodeWithSelector(outside, bond, 0.001 ether, 10 ether);
        }
        bytes memory call = abi.encodeCall(IDisputeModule.setBaseBond, (bond));
        (bool worked,) = attempt(address(this), address(disputes), 0, call, refusal);
        if (worked) baseBond = bond;
    }

    function pauseDisputes(uint8 on) external step {
        bool pause_ = on % 4 == 0;
        if (pause_ == modulePaused) return;
        if (pause_) disputes.pause();
        else disputes.unpause();
        modulePaused = pause_;
    }

    function forceBond(uint64 amount) external step {
        vm.deal(address(disputes), address(disputes).balance + amount);
        forcedBonds += amount;
    }

    /// @dev Hours, the time to answer, the time to end, or more than a record lasts.
    function wait_(uint256 time, uint8 how) external step {
        uint256 most = how % 8 == 0 ? 400 days : how % 4 == 0 ? 31 days : how % 2 == 0 ? 15 days : 1 days;
        vm.warp(block.timestamp + time % most);
    }

    // At the end.

    /// @dev Lets time end every dispute, then takes all that is due, of younger works before older ones.
    function drain() external {
        vm.warp(block.timestamp + TIME_TO_END + 1);
        for (uint256 disputeId = 1; disputeId <= noted.length; ++disputeId) {
            if (isRunning(disputeId)) _expire(disputeId);
        }
        for (uint256 workId = works; workId != 0; --workId) {
            _drainWork(workId);
        }
        _drainWork(0); // what waited for disputes
        for (uint256 i = 0; i < people.length; ++i) {
            if (bondsOwed[people[i]] == 0) continue;
            bytes memory call = abi.encodeCall(IOwedMoney.withdrawTo, (ELSEWHERE));
            attempt(people[i], address(disputes), 0, call, "");
        }
    }

    /// @dev One dispute ends by time, and what waited for it is its winner's at once.
    function endByTime(uint256 disputeId) external {
        if (!isRunning(disputeId)) return;
        vm.warp(uint256(noted[disputeId - 1].openedAt) + TIME_TO_END + 1);
        _expire(disputeId);
        drainSplit(suspenseOf(disputeId), COIN);
        drainSplit(suspenseOf(disputeId), address(coin));
    }

    /// @notice The list with the dispute's line, or the current one when the dispute is over.
    function disputedLines(uint256 disputeId) public view returns (uint256[] memory) {
        IDisputeModule.Dispute memory found = disputeAt(disputeId);
        return splits[currentId(found.workId, found.side)].lines;
    }

    function _drainWork(uint256 workId) private {
        for (uint256 s = 0; s < ids.length; ++s) {
            if (splits[ids[s]].workId != workId) continue;
            drainSplit(ids[s], COIN);
            drainSplit(ids[s], address(coin));
        }
    }

    function _expire(uint256 disputeId) private {
        bytes memory call = abi.encodeCall(IDisputeModule.expire, (disputeId, disputedLines(disputeId)));
        _end(address(this), disputeId, call, refusalToExpire(disputeId), IDisputeModule.Status.Expired);
    }

    function _end(
        address by,
        uint256 disputeId,
        bytes memory call,
        bytes memory refusal,
        IDisputeModule.Status status
    ) private returns (bool worked) {
        (worked,) = attempt(by, address(disputes), 0, call, refusal);
        if (worked) noteEnded(disputeId, status);
    }

    /// @dev Three times in four one that is open, if there is one.
    function _mostlyRunning(uint256 which) private view returns (uint256) {
        uint256 first = which % noted.length;
        if (which % 4 == 0) return 1 + first;
        for (uint256 i = 0; i < noted.length; ++i) {
            uint256 disputeId = 1 + (first + i) % noted.length;
            if (isRunning(disputeId)) return disputeId;
        }
        return 1 + first;
    }
}
