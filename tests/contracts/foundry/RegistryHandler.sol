// SPDX-License-Identifier: Apache-2.0
// Random people commit, seal and amend works, rightly and wrongly; each sheet that was taken is noted as it was.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {Stage} from "./Stage.sol";
import {check, vm} from "./Vm.sol";

contract RegistryHandler is Stage {
    uint256 private constant WORKS = 12;
    uint256 private constant SHEETS = 20;
    uint256 private constant RECORDINGS = 4; // fewer than works: several people commit to the same one

    struct Taken {
        uint256 workId;
        IWorkRegistry.Sheet sheet;
        address[] signers;
    }

    Taken[] internal taken;
    mapping(uint256 workId => bytes32) public audioOf; // what the work was committed to
    mapping(uint256 workId => uint256) internal lastSheet; // 1 + index in `taken`; 0 until sealed
    uint256 public works;
    uint256 public unsigned; // sheets that were taken without exactly the signatures that they need
    uint256 public stale; // sheets that were taken with another version, recording, time or place
    uint256 public steps;

    modifier step() {
        ++steps;
        _;
    }

    constructor() {
        raise();
    }

    // What may happen.

    function commit(uint256 who, uint256 recording) external step {
        if (works == WORKS) return;
        bytes32 audio = keccak256(abi.encode("recording", recording % RECORDINGS));
        address registrant = people[who % people.length];
        vm.prank(registrant);
        uint256 workId = registry.commit(commitmentTo(registrant, audio));
        check(workId == ++works, "works are not numbered in the order of their commitments");
        audioOf[workId] = audio;
    }

    /// @dev Seals, or amends, with everybody's signature. Refused only when an earlier work has the recording.
    function propose(uint256 which, uint256 seed) external step {
        if (works == 0 || taken.length == SHEETS) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = _draft(workId, seed);
        address[] memory former = _former(workId);
        address[] memory signers = signersOf(sheet, former);
        bool worked = _submit(workId, sheet, former, consentsOf(workId, sheet, signers));
        uint256 holder = registry.workOfAudio(sheet.audioHash);
        check(worked || (holder < workId && lastSheet[workId] == 0), "a sheet that everybody signed was refused");
        if (worked) _note(workId, sheet);
    }

    /// @dev One signature is missing, is somebody else's, is over another sheet, or is one too many.
    function forge(uint256 which, uint256 seed, uint8 how) external step {
        if (works == 0 || taken.length == SHEETS) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = _draft(workId, seed);
        address[] memory former = _former(workId);
        address[] memory signers = signersOf(sheet, former);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, signers);
        uint256 i = seed % signers.length;
        if (how % 4 == 0) {
            consents = _without(consents, i);
        } else if (how % 4 == 1) {
            uint256 other = uint256(keccak256(abi.encode("nobody")));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(other, registry.sheetDigest(workId, sheet));
            consents[i].signature = abi.encodePacked(r, s, v);
        } else if (how % 4 == 2) {
            sheet.metadataHash = keccak256("another sheet");
        } else {
            consents[i].signature = signed(signers[i], registry.sheetDigest(workId + 1, sheet));
        }
        if (!_submit(workId, sheet, former, consents)) return;
        ++unsigned;
        _note(workId, sheet);
    }

    /// @dev Everybody signs a sheet that no longer, or not yet, is the next one.
    function misplace(uint256 which, uint256 seed, uint8 how) external step {
        if (works == 0 || taken.length == SHEETS) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = _draft(workId, seed);
        if (how % 4 == 0) sheet.version += uint32(1 + seed % 3);
        else if (how % 4 == 1) sheet.version -= 1;
        else if (how % 4 == 2) sheet.deadline = uint64(block.timestamp - 1);
        else sheet.audioHash = keccak256("another recording");
        address[] memory former = _former(workId);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, signersOf(sheet, former));
        if (!_submit(workId, sheet, former, consents)) return;
        ++stale;
        _note(workId, sheet);
    }

    /// @dev A list that does not add up, though everybody signs it. If it is taken, the invariants see it.
    function miscount(uint256 which, uint256 seed, uint8 how) external step {
        if (works == 0 || taken.length == SHEETS) return;
        uint256 workId = 1 + which % works;
        IWorkRegistry.Sheet memory sheet = _draft(workId, seed);
        uint256[] memory lines = how % 2 == 0 ? sheet.master : sheet.composition;
        uint256 i = seed % lines.length;
        uint256 shift = how & 2 == 0 ? 160 : 176;
        if (how & 4 == 0 && lines[i] >> shift & 0xffff != 0) lines[i] -= 1 << shift;
        else lines[i] += 1 << shift;
        address[] memory former = _former(workId);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, signersOf(sheet, former));
        if (_submit(workId, sheet, former, consents)) _note(workId, sheet);
    }

    function wait_(uint16 time) external step {
        vm.warp(block.timestamp + time);
    }

    // What was taken.

    function count() external view returns (uint256) {
        return taken.length;
    }

    function sheetAt(uint256 i) external view returns (Taken memory) {
        return taken[i];
    }

    function isCurrent(uint256 i) external view returns (bool) {
        return lastSheet[taken[i].workId] == i + 1;
    }

    function isSealed(uint256 workId) external view returns (bool) {
        return lastSheet[workId] != 0;
    }

    // How it is done.

    /// @dev The next sheet of a work, well formed; sometimes with an earlier sealed work as a parent.
    function _draft(uint256 workId, uint256 seed) private view returns (IWorkRegistry.Sheet memory) {
        uint256 parent = seed % (2 * workId);
        if (parent >= workId || lastSheet[parent] == 0) parent = 0;
        uint32 version = lastSheet[workId] == 0 ? 1 : taken[lastSheet[workId] - 1].sheet.version + 1;
        uint256 other = uint256(keccak256(abi.encode(seed)));
        return sheetOf(version, audioOf[workId], randomLines(seed, parent), randomLines(other, parent));
    }

    function _former(uint256 workId) private view returns (address[] memory) {
        return lastSheet[workId] == 0 ? new address[](0) : taken[lastSheet[workId] - 1].signers;
    }

    function _submit(
        uint256 workId,
        IWorkRegistry.Sheet memory sheet,
        address[] memory former,
        IWorkRegistry.Consent[] memory consents
    ) private returns (bool worked) {
        address registrant = registry.work(workId).registrant;
        bytes memory call_ = lastSheet[workId] == 0
            ? abi.encodeCall(IWorkRegistry.seal, (workId, SALT, sheet, consents))
            : abi.encodeCall(IWorkRegistry.amend, (workId, sheet, former, consents));
        vm.prank(registrant);
        (worked,) = address(registry).call(call_);
    }

    function _note(uint256 workId, IWorkRegistry.Sheet memory sheet) private {
        taken.push(Taken(workId, sheet, signersOf(sheet, new address[](0))));
        lastSheet[workId] = taken.length;
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
}
