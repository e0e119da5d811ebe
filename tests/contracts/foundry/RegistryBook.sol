// SPDX-License-Identifier: Apache-2.0
// A plain ledger of works: each sheet that the registry took, who agreed to it, and who takes which recording.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {RefusedOtherwise} from "./Attempt.sol";
import {Stage} from "./Stage.sol";
import {vm} from "./Vm.sol";

abstract contract RegistryBook is Stage {
    uint256 internal constant WORKS = 12;
    uint256 internal constant SHEETS = 20;
    uint256 internal constant RECORDINGS = 4; // fewer than works: several people commit to the same one

    struct Taken {
        uint256 workId;
        uint256 former; // 1 + index of the sheet before it; 0 for the first
        address[] agreed; // who truly agreed to it, by our own check
        IWorkRegistry.Sheet sheet;
    }

    Taken[] internal taken;
    mapping(uint256 workId => bytes32) public audioOf; // what the work was committed to
    mapping(uint256 workId => address) internal registrantOf;
    mapping(uint256 workId => uint256) internal lastSheet; // 1 + index in `taken`; 0 until sealed
    mapping(bytes32 digest => mapping(address person => bool)) public consented; // on the chain, and not withdrawn
    uint256 public works;
    uint256 public steps;

    modifier step() {
        ++steps;
        _;
    }

    function count() external view returns (uint256) {
        return taken.length;
    }

    function takenAt(uint256 i) external view returns (Taken memory) {
        return taken[i];
    }

    function isCurrent(uint256 i) external view returns (bool) {
        return lastSheet[taken[i].workId] == i + 1;
    }

    function isSealed(uint256 workId) public view returns (bool) {
        return lastSheet[workId] != 0;
    }

    function persons() external view returns (uint256) {
        return people.length;
    }

    function personAt(uint256 i) external view returns (address) {
        return people[i];
    }

    /// @dev The sealed work of a recording that was committed first.
    function holderOf(bytes32 audio) public view returns (uint256 first) {
        for (uint256 workId = works; workId != 0; --workId) {
            if (isSealed(workId) && audioOf[workId] == audio) first = workId;
        }
    }

    /// @dev The next sheet of a work, well formed; sometimes with an earlier sealed work as a parent.
    function draft(uint256 workId, uint256 seed) internal view returns (IWorkRegistry.Sheet memory) {
        uint256 parent = seed % (2 * workId);
        if (parent >= workId || !isSealed(parent)) parent = 0;
        uint256 other = uint256(keccak256(abi.encode(seed)));
        return sheetOf(nextVersion(workId), audioOf[workId], randomLines(seed, parent), randomLines(other, parent));
    }

    function nextVersion(uint256 workId) internal view returns (uint32) {
        return isSealed(workId) ? taken[lastSheet[workId] - 1].sheet.version + 1 : 1;
    }

    function allSigners(uint256 workId, IWorkRegistry.Sheet memory sheet) internal view returns (address[] memory) {
        if (!isSealed(workId)) return signersOf(sheet);
        (uint256[] memory master, uint256[] memory composition) = formerLists(workId);
        return signersOf(sheet, master, composition);
    }

    function formerLists(uint256 workId)
        internal
        view
        returns (uint256[] memory master, uint256[] memory composition)
    {
        if (!isSealed(workId)) return (master, composition);
        IWorkRegistry.Sheet storage former = taken[lastSheet[workId] - 1].sheet;
        return (former.master, former.composition);
    }

    /// @dev Why a sheet with this recording cannot be the work's; nothing when it can.
    function refusalOfAudio(uint256 workId, bytes32 audio) internal view returns (bytes memory) {
        uint256 holder = holderOf(audio);
        if (isSealed(workId) && holder != workId) {
            return abi.encodeWithSelector(IWorkRegistry.WorkRegistry_AudioNotHeld.selector, workId, audio, holder);
        }
        if (holder == 0 || holder >= workId) return "";
        return abi.encodeWithSelector(IWorkRegistry.WorkRegistry_AudioTaken.selector, audio, holder);
    }

    /// @dev Hands a sheet in. A refusal must be the one that we foresee; whether there had to be one, the
    /// caller judges.
    function submit(
        uint256 workId,
        IWorkRegistry.Sheet memory sheet,
        IWorkRegistry.Consent[] memory consents,
        bytes memory refusal
    ) internal returns (bool worked) {
        (uint256[] memory master, uint256[] memory composition) = formerLists(workId);
        bytes memory call = isSealed(workId)
            ? abi.encodeCall(IWorkRegistry.amend, (workId, sheet, master, composition, consents))
            : abi.encodeCall(IWorkRegistry.seal, (workId, SALT, sheet, consents));
        bytes memory why;
        vm.prank(registrantOf[workId]);
        (worked, why) = address(registry).call(call);
        if (!worked) {
            if (keccak256(why) != keccak256(refusal)) revert RefusedOtherwise(call, why, refusal);
            return false;
        }
        Taken storage one = taken.push();
        (one.workId, one.former, one.sheet) = (workId, lastSheet[workId], sheet);
        one.agreed = _agreed(registry.sheetDigest(workId, sheet), consents);
        lastSheet[workId] = taken.length;
    }

    /// @dev Those whose consent holds by our own check: their own key, or that of the wallet's owner, or the chain.
    function _agreed(bytes32 digest, IWorkRegistry.Consent[] memory consents)
        private
        view
        returns (address[] memory agreed)
    {
        agreed = new address[](consents.length);
        for (uint256 i = 0; i < consents.length; ++i) {
            address signer = consents[i].signer;
            bytes memory given = consents[i].signature;
            bool holds = given.length == 0
                ? consented[digest][signer]
                : keyOf[signer] != 0 && keccak256(given) == keccak256(signed(signer, digest));
            if (holds) agreed[i] = signer;
        }
    }
}
