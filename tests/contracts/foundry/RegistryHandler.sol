// SPDX-License-Identifier: Apache-2.0
// Random people commit, agree, change their mind, seal and amend works, rightly and wrongly.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {attempt} from "./Attempt.sol";
import {RegistryBook} from "./RegistryBook.sol";
import {check, equal, vm} from "./Vm.sol";

contract RegistryHandler is RegistryBook {
    mapping(uint256 workId => IWorkRegistry.Sheet) internal pending; // what people agree to on the chain
    uint256 public unsigned; // sheets that were taken without exactly the consents that they need
    uint256 public withdrawn; // sheets that were taken though somebody had taken her consent back, or never gave it
    uint256 public stale; // sheets that were taken with another version, recording, time or place
    uint256 public crooked; // sheets that were taken with a list that is not whole or not well formed

    constructor() {
        raise();
    }

    function commit(uint256 who, uint256 recording) external step {
        if (works == WORKS) return;
        bytes32 audio = keccak256(abi.encode("recording", recording % RECORDINGS));
        address registrant = people[who % people.length];
        vm.prank(registrant);
        uint256 workId = registry.commit(commitmentTo(registrant, audio));
        equal(workId, ++works, "number of the work");
        (audioOf[workId], registrantOf[workId]) = (audio, registrant);
    }

    /// @dev Seals, or amends, with everybody's consent: by signature, or on the chain where `onChain` has a bit.
    function propose(uint256 which, uint256 seed, uint8 onChain) external step {
        if (_full()) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = draft(workId, seed);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, allSigners(workId, sheet));
        for (uint256 i = 0; i < consents.length; ++i) {
            if (onChain >> i & 1 == 0) continue;
            consents[i].signature = "";
            _consent(workId, sheet, consents[i].signer);
        }
        bytes memory refusal = refusalOfAudio(workId, sheet.audioHash);
        bool worked = submit(workId, sheet, consents, refusal);
        check(worked == (refusal.length == 0), "a sheet of somebody else's recording was taken");
    }

    /// @dev One consent is missing, is somebody else's, is over another sheet or work, or is one too many.
    function forge(uint256 which, uint256 seed, uint8 how) external step {
        if (_full()) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = draft(workId, seed);
        address[] memory signers = allSigners(workId, sheet);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, signers);
        uint256 i = seed % signers.length;
        address named = signers[i];
        bytes4 why = IWorkRegistry.WorkRegistry_ConsentInvalid.selector;
        if (how % 6 == 0) {
            consents = _without(consents, i);
            why = IWorkRegistry.WorkRegistry_ConsentMissing.selector;
        } else if (how % 6 == 1) {
            uint256 other = uint256(keccak256(abi.encode("nobody")));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(other, registry.sheetDigest(workId, sheet));
            consents[i].signature = abi.encodePacked(r, s, v);
        } else if (how % 6 == 2) {
            sheet.metadataHash = keccak256("another sheet");
            named = signers[0];
        } else if (how % 6 == 3) {
            consents[i].signature = signed(named, registry.sheetDigest(workId + 1, sheet));
        } else if (how % 6 == 4) {
            consents[i].signature = ""; // and nothing on the chain: the sheet is new in this very second
            if (consented[registry.sheetDigest(workId, sheet)][named]) return;
        } else {
            (consents, named) = _withOneMore(workId, sheet, signers);
            if (named == address(0)) return;
            why = IWorkRegistry.WorkRegistry_ConsentNotNeeded.selector;
        }
        bytes memory refusal = refusalOfAudio(workId, sheet.audioHash);
        if (refusal.length == 0) refusal = abi.encodeWithSelector(why, workId, named);
        if (submit(workId, sheet, consents, refusal)) ++unsigned;
    }

    /// @dev Everybody signs a sheet that no longer, or not yet, is the next one.
    function misplace(uint256 which, uint256 seed, uint8 how) external step {
        if (_full()) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = draft(workId, seed);
        uint32 expected = sheet.version;
        bytes memory refusal;
        if (how % 4 == 0) sheet.version += uint32(1 + seed % 3);
        else if (how % 4 == 1) sheet.version -= 1;
        else if (how % 4 == 2) sheet.deadline = uint64(block.timestamp - 1);
        else sheet.audioHash = keccak256("another recording");
        if (how % 4 == 2) {
            bytes4 late = IWorkRegistry.WorkRegistry_DeadlinePassed.selector;
            refusal = abi.encodeWithSelector(late, sheet.deadline, block.timestamp);
        } else if (how % 4 != 3) {
            bytes4 wrong = IWorkRegistry.WorkRegistry_WrongVersion.selector;
            refusal = abi.encodeWithSelector(wrong, workId, sheet.version, expected);
        } else if (isSealed(workId)) {
            refusal = refusalOfAudio(workId, sheet.audioHash);
        } else {
            address registrant = registrantOf[workId];
            bytes4 differs = IWorkRegistry.WorkRegistry_CommitmentDiffers.selector;
            bytes32 committed = commitmentTo(registrant, audioOf[workId]);
            refusal = abi.encodeWithSelector(differs, workId, committed, commitmentTo(registrant, sheet.audioHash));
        }
        if (submit(workId, sheet, consentsOf(workId, sheet, allSigners(workId, sheet)), refusal)) ++stale;
    }

    /// @dev A list that does not add up, or a line that means nothing, though everybody signs it.
    function miscount(uint256 which, uint256 seed, uint8 how) external step {
        if (_full()) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = draft(workId, seed);
        uint8 side = how % 2;
        uint256[] memory lines = side == 0 ? sheet.master : sheet.composition;
        uint256 i = seed % lines.length;
        bytes memory refusal;
        if (how & 6 == 6 && lines[i] >> 216 == 0) {
            // DISPUTED, no role, more than all by a machine, or a bit that means nothing
            if (how >> 3 & 3 == 0) lines[i] |= 2 << 216;
            else if (how >> 3 & 3 == 1) lines[i] &= ~(uint256(0xffff) << 192);
            else if (how >> 3 & 3 == 2) lines[i] |= 0xff << 208;
            else lines[i] |= 1 << 224 + how % 32;
            bytes4 malformed = IWorkRegistry.WorkRegistry_LineMalformed.selector;
            refusal = abi.encodeWithSelector(malformed, side, i, lines[i]);
        } else {
            uint256 shift = how & 2 == 0 ? 160 : 176;
            bool less = how & 4 == 0 && lines[i] >> shift & 0xffff != 0;
            lines[i] = less ? lines[i] - (1 << shift) : lines[i] + (1 << shift);
            bytes4 wrong = how & 2 == 0
                ? IWorkRegistry.WorkRegistry_SharesDoNotAddUp.selector
                : IWorkRegistry.WorkRegistry_CreditsDoNotAddUp.selector;
            refusal = abi.encodeWithSelector(wrong, side, less ? 9_999 : 10_001, 10_000);
        }
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, allSigners(workId, sheet));
        bytes memory first = refusalOfAudio(workId, sheet.audioHash);
        if (submit(workId, sheet, consents, first.length == 0 ? refusal : first)) ++crooked;
    }

    // One by one, on the chain, over many steps.

    function propound(uint256 which, uint256 seed) external step {
        if (_full()) return;
        uint256 workId = 1 + which % works;
        pending[workId] = draft(workId, seed);
    }

    /// @dev One person agrees, or all who must; a stranger's consent is taken as well, and counts for nothing.
    function agree(uint256 which, uint256 who) external step {
        uint256 workId = _proposed(which);
        if (workId == 0) return;
        IWorkRegistry.Sheet memory sheet = pending[workId];
        if (who % 2 == 0) return _consent(workId, sheet, people[who % people.length]);
        address[] memory signers = allSigners(workId, sheet);
        for (uint256 i = 0; i < signers.length; ++i) {
            _consent(workId, sheet, signers[i]);
        }
    }

    function withdraw(uint256 which, uint256 who) external step {
        uint256 workId = _proposed(which);
        if (workId == 0) return;
        bytes32 digest = digestOfPending(workId);
        address person = people[who % people.length];
        bytes memory refusal;
        if (!consented[digest][person]) {
            refusal = abi.encodeWithSelector(IWorkRegistry.WorkRegistry_NoConsent.selector, workId, digest, person);
        }
        bytes memory call = abi.encodeCall(IWorkRegistry.withdrawConsent, (workId, digest));
        (bool worked,) = attempt(person, address(registry), 0, call, refusal);
        if (worked) consented[digest][person] = false;
    }

    /// @dev Hands in what people agreed to on the chain alone; in vain while one of them has not, or no longer.
    function conclude(uint256 which) external step {
        uint256 workId = _proposed(which);
        if (workId == 0 || _full()) return;
        IWorkRegistry.Sheet memory sheet = pending[workId];
        address[] memory signers = allSigners(workId, sheet);
        IWorkRegistry.Consent[] memory consents = new IWorkRegistry.Consent[](signers.length);
        bytes32 digest = registry.sheetDigest(workId, sheet);
        address without;
        for (uint256 i = signers.length; i != 0; --i) {
            consents[i - 1].signer = signers[i - 1];
            if (!consented[digest][signers[i - 1]]) without = signers[i - 1];
        }
        bytes memory refusal = _refusalOfTerms(workId, sheet);
        bool outOfTurn = refusal.length != 0;
        if (!outOfTurn) refusal = refusalOfAudio(workId, sheet.audioHash);
        if (refusal.length == 0 && without != address(0)) {
            refusal = abi.encodeWithSelector(IWorkRegistry.WorkRegistry_ConsentInvalid.selector, workId, without);
        }
        if (!submit(workId, sheet, consents, refusal)) return;
        if (without != address(0)) ++withdrawn;
        if (outOfTurn) ++stale;
        delete pending[workId];
    }

    function wait_(uint24 time, uint8 how) external step {
        vm.warp(block.timestamp + (how % 8 == 0 ? 1 days + uint256(time) : time % 1 hours));
    }

    function digestOfPending(uint256 workId) public view returns (bytes32) {
        return registry.sheetDigest(workId, pending[workId]);
    }

    // How it is done.

    function _full() private view returns (bool) {
        return works == 0 || taken.length >= SHEETS;
    }

    /// @dev A work with a sheet that people agree to on the chain; 0 when there is none.
    function _proposed(uint256 which) private view returns (uint256 workId) {
        for (uint256 i = 0; i < works; ++i) {
            workId = 1 + (which % works + i) % works;
            if (pending[workId].version != 0) return workId;
        }
        return 0;
    }

    function _consent(uint256 workId, IWorkRegistry.Sheet memory sheet, address person) private {
        bytes memory call = abi.encodeCall(IWorkRegistry.consent, (workId, sheet));
        (bool worked, bytes memory result) =
            attempt(person, address(registry), 0, call, _refusalOfTerms(workId, sheet));
        if (worked) consented[abi.decode(result, (bytes32))][person] = true;
    }

    function _refusalOfTerms(uint256 workId, IWorkRegistry.Sheet memory sheet) private view returns (bytes memory) {
        uint32 expected = nextVersion(workId);
        if (sheet.version != expected) {
            bytes4 wrong = IWorkRegistry.WorkRegistry_WrongVersion.selector;
            return abi.encodeWithSelector(wrong, workId, sheet.version, expected);
        }
        if (block.timestamp <= sheet.deadline) return "";
        bytes4 late = IWorkRegistry.WorkRegistry_DeadlinePassed.selector;
        return abi.encodeWithSelector(late, sheet.deadline, block.timestamp);
    }

    function _without(IWorkRegistry.Consent[] memory all, uint256 left)
        private
        pure
        returns (IWorkRegistry.Consent[] memory some)
    {
        some = new IWorkRegistry.Consent[](all.length - 1);
        for (uint256 i = 0; i < some.length; ++i) {
            some[i] = all[i < left ? i : i + 1];
        }
    }

    /// @dev With the consent of somebody whom nothing needs; nobody, when everybody is needed.
    function _withOneMore(uint256 workId, IWorkRegistry.Sheet memory sheet, address[] memory signers)
        private
        view
        returns (IWorkRegistry.Consent[] memory consents, address extra)
    {
        address[] memory all = people;
        address[] memory more = new address[](signers.length + 1);
        uint256 i;
        for (uint256 k = 0; k < all.length; ++k) {
            bool needed;
            for (uint256 j = 0; j < signers.length; ++j) {
                if (signers[j] == all[k]) needed = true;
            }
            if (!needed && extra != address(0)) continue;
            if (!needed) extra = all[k];
            more[i++] = all[k];
        }
        if (extra != address(0)) consents = consentsOf(workId, sheet, more);
    }
}
