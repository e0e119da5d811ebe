// SPDX-License-Identifier: Apache-2.0
// What holds of the registry after every step of any trace of commitments, sheets, amendments and forgeries.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {RegistryHandler} from "./RegistryHandler.sol";
import {Targets} from "./Targets.sol";
import {check, equal} from "./Vm.sol";

contract RegistryInvariants is Targets {
    /// @dev Of the sheets that were taken, every fourth is read at a step, and all of them in four steps.
    uint256 private constant STRIDE = 4;

    RegistryHandler private handler;
    IWorkRegistry private registry;

    function setUp() public {
        handler = new RegistryHandler();
        registry = handler.registry();
        bytes4[] memory actions = new bytes4[](7);
        actions[0] = RegistryHandler.commit.selector;
        actions[1] = RegistryHandler.propose.selector;
        actions[2] = RegistryHandler.propose.selector;
        actions[3] = RegistryHandler.forge.selector;
        actions[4] = RegistryHandler.misplace.selector;
        actions[5] = RegistryHandler.miscount.selector;
        actions[6] = RegistryHandler.wait_.selector;
        target(address(handler), actions);
    }

    /// @dev 8. No sheet is final without exactly the signatures that it needs, over this very sheet and work.
    function invariant_no_sheet_without_every_signature() public view {
        equal(handler.unsigned(), 0, "sheets that not everybody signed");
    }

    /// @dev 21. No sheet is taken out of its turn, after its deadline, or for another recording.
    function invariant_no_sheet_out_of_turn_or_time() public view {
        equal(handler.stale(), 0, "sheets out of turn or time");
    }

    /// @dev 9. What was sealed stays as it was sealed; the current version is the last one that was taken.
    function invariant_a_sealed_sheet_never_changes() public view {
        for (uint256 i = handler.steps() % STRIDE; i < handler.count(); i += STRIDE) {
            RegistryHandler.Taken memory one = handler.sheetAt(i);
            _checkList(one, 0, one.sheet.master);
            _checkList(one, 1, one.sheet.composition);
            if (!handler.isCurrent(i)) continue;
            IWorkRegistry.Work memory work = registry.work(one.workId);
            equal(work.version, one.sheet.version, "version");
            check(work.audioHash == one.sheet.audioHash, "the recording of a sealed work changed");
            check(work.metadataHash == one.sheet.metadataHash, "the metadata of a sealed work changed");
            check(work.signersHash == keccak256(abi.encodePacked(one.signers)), "the signers of a sheet changed");
        }
    }

    /// @dev 10, 11. Payouts and credits of both lists add up to 10,000, and the stored AI share is the one of the list.
    function invariant_lists_add_up_and_the_ai_share_is_theirs() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            if (!handler.isCurrent(i)) continue; // it was checked while it was
            RegistryHandler.Taken memory one = handler.sheetAt(i);
            uint256 masterAi = _checkSums(one.sheet.master);
            uint256 compositionAi = _checkSums(one.sheet.composition);
            IWorkRegistry.Work memory work = registry.work(one.workId);
            equal(work.masterAiBps, masterAi, "AI share of the master");
            equal(work.compositionAiBps, compositionAi, "AI share of the composition");
        }
    }

    /// @dev 12. Of all sealed works of a recording, the one that was committed first has the claim.
    function invariant_the_earlier_commit_wins() public view {
        uint256 works = handler.works();
        for (uint256 workId = 1; workId <= works; ++workId) {
            bytes32 audio = handler.audioOf(workId);
            uint256 first;
            for (uint256 other = works; other != 0; --other) {
                if (handler.isSealed(other) && handler.audioOf(other) == audio) first = other;
            }
            equal(registry.workOfAudio(audio), first, "work of the recording");
        }
    }

    /// @dev 13. Every sealed work's payload leads back to it under every key; an unsealed one leads nowhere.
    function invariant_payloads_name_sealed_works_alone() public view {
        for (uint256 workId = 1; workId <= handler.works(); ++workId) {
            uint64 payload = registry.payloadOf(workId, uint8(workId * 7 % 16));
            try registry.resolve(payload) returns (uint256 found, uint32 version) {
                check(handler.isSealed(workId), "the payload of an unsealed work resolves");
                equal(found, workId, "work");
                equal(version, registry.work(workId).version, "version");
            } catch {
                check(!handler.isSealed(workId), "the payload of a sealed work does not resolve");
            }
        }
    }

    function _checkList(RegistryHandler.Taken memory one, uint8 side, uint256[] memory lines) private view {
        bytes32 id = keccak256(abi.encode(one.workId, side, one.sheet.version));
        check(registry.listHash(id) == keccak256(abi.encodePacked(lines)), "a sealed list changed");
    }

    function _checkSums(uint256[] memory lines) private pure returns (uint256 aiBps) {
        uint256 payout;
        uint256 credit;
        for (uint256 i = 0; i < lines.length; ++i) {
            payout += lines[i] >> 160 & 0xffff;
            credit += lines[i] >> 176 & 0xffff;
            aiBps += (lines[i] >> 176 & 0xffff) * (lines[i] >> 208 & 0xff);
        }
        equal(payout, 10_000, "sum of payouts");
        equal(credit, 10_000, "sum of credits");
        return aiBps / 100;
    }
}
