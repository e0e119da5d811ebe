// SPDX-License-Identifier: Apache-2.0
// What holds of the registry after every step of any trace of commitments, consents, sheets, amendments and forgeries.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {RegistryHandler} from "./RegistryHandler.sol";
import {Targets} from "./Targets.sol";
import {check, equal} from "./Vm.sol";

contract RegistryInvariants is Targets {
    /// @dev Of the sheets that were taken, every fourth is read at a step, and all of them in four steps.
    uint256 private constant STRIDE = 4;

    RegistryHandler private handler;
    IWorkRegistry private registry;
    IRoyaltyVault private vault;

    function setUp() public {
        handler = new RegistryHandler();
        registry = handler.registry();
        vault = handler.vault();
        bytes4[] memory actions = new bytes4[](14);
        actions[0] = RegistryHandler.commit.selector;
        actions[1] = RegistryHandler.propose.selector;
        actions[2] = RegistryHandler.propose.selector;
        actions[3] = RegistryHandler.forge.selector;
        actions[4] = RegistryHandler.misplace.selector;
        actions[5] = RegistryHandler.miscount.selector;
        actions[6] = RegistryHandler.propound.selector;
        actions[7] = RegistryHandler.agree.selector;
        actions[8] = RegistryHandler.agree.selector;
        actions[9] = RegistryHandler.withdraw.selector;
        actions[10] = RegistryHandler.conclude.selector;
        actions[11] = RegistryHandler.conclude.selector;
        actions[12] = RegistryHandler.wait_.selector;
        actions[13] = RegistryHandler.commit.selector;
        target(address(handler), actions);
    }

    /// @dev 8. No sheet is final without the consent of every payee, of every parent's registrant, and of everybody
    /// in the sheet before it, over this very sheet and work; none is taken with a wrong consent, or one too many.
    function invariant_no_sheet_without_every_signature() public view {
        equal(handler.unsigned(), 0, "sheets that not everybody signed");
        for (uint256 i = handler.steps() % STRIDE; i < handler.count(); i += STRIDE) {
            RegistryHandler.Taken memory one = handler.takenAt(i);
            _checkAgreed(one.sheet.master, one.agreed);
            _checkAgreed(one.sheet.composition, one.agreed);
            if (one.former == 0) continue;
            RegistryHandler.Taken memory former = handler.takenAt(one.former - 1);
            _checkAgreed(former.sheet.master, one.agreed);
            _checkAgreed(former.sheet.composition, one.agreed);
        }
    }

    /// @dev 8. A consent on the chain counts until it is withdrawn, and then no longer.
    function invariant_a_consent_that_was_withdrawn_does_not_count() public view {
        equal(handler.withdrawn(), 0, "sheets to which somebody no longer agreed");
        if (handler.works() == 0) return;
        bytes32 digest = handler.digestOfPending(1 + handler.steps() % handler.works());
        for (uint256 i = 0; i < handler.persons(); ++i) {
            address person = handler.personAt(i);
            check(registry.hasConsented(digest, person) == handler.consented(digest, person), "consent");
        }
    }

    /// @dev 21. No sheet is taken out of its turn, after its deadline, or for another recording.
    function invariant_no_sheet_out_of_turn_or_time() public view {
        equal(handler.stale(), 0, "sheets out of turn or time");
        for (uint256 i = handler.steps() % STRIDE; i < handler.count(); i += STRIDE) {
            RegistryHandler.Taken memory one = handler.takenAt(i);
            uint32 before = one.former == 0 ? 0 : handler.takenAt(one.former - 1).sheet.version;
            equal(one.sheet.version, before + 1, "version");
        }
    }

    /// @dev 9. What was sealed stays as it was sealed; the current version is the last one that was taken.
    function invariant_a_sealed_sheet_never_changes() public view {
        for (uint256 i = handler.steps() % STRIDE; i < handler.count(); i += STRIDE) {
            RegistryHandler.Taken memory one = handler.takenAt(i);
            _checkList(one, 0, one.sheet.master);
            _checkList(one, 1, one.sheet.composition);
            if (!handler.isCurrent(i)) continue;
            IWorkRegistry.Work memory work = registry.work(one.workId);
            equal(work.version, one.sheet.version, "version");
            check(work.metadataHash == one.sheet.metadataHash, "the metadata of a sealed work changed");
        }
    }

    /// @dev 10, 11. Payouts and credits of both lists add up to 10,000, and the stored AI share is the one of the list.
    function invariant_lists_add_up_and_the_ai_share_is_theirs() public view {
        equal(handler.crooked(), 0, "sheets with a crooked list");
        for (uint256 i = handler.steps() % STRIDE; i < handler.count(); i += STRIDE) {
            RegistryHandler.Taken memory one = handler.takenAt(i);
            uint256 masterAi = _checkSums(one.sheet.master);
            uint256 compositionAi = _checkSums(one.sheet.composition);
            if (!handler.isCurrent(i)) continue;
            IWorkRegistry.Work memory work = registry.work(one.workId);
            equal(work.masterAiBps, masterAi, "AI share of the master");
            equal(work.compositionAiBps, compositionAi, "AI share of the composition");
        }
    }

    /// @dev 12. Of all sealed works of a recording, the one that was committed first has the claim.
    function invariant_the_earlier_commit_wins() public view {
        uint256 works = handler.works();
        for (uint256 workId = 1 + handler.steps() % STRIDE; workId <= works; workId += STRIDE) {
            bytes32 audio = handler.audioOf(workId);
            equal(registry.workOfAudio(audio), handler.holderOf(audio), "work of the recording");
        }
    }

    /// @dev 13. Every sealed work's payload leads back to it under every key; an unsealed one leads nowhere.
    function invariant_payloads_name_sealed_works_alone() public view {
        for (uint256 workId = 1 + handler.steps() % STRIDE; workId <= handler.works(); workId += STRIDE) {
            uint64 payload = registry.payloadOf(workId, uint8(handler.steps() % 16));
            try registry.resolve(payload) returns (uint256 found, uint32 version) {
                check(handler.isSealed(workId), "the payload of an unsealed work resolves");
                equal(found, workId, "work");
                equal(version, registry.work(workId).version, "version");
            } catch (bytes memory why) {
                check(!handler.isSealed(workId), "the payload of a sealed work does not resolve");
                bytes4 notSealed = IWorkRegistry.WorkRegistry_NotSealed.selector;
                check(keccak256(why) == keccak256(abi.encodeWithSelector(notSealed, workId)), "another refusal");
            }
        }
    }

    function _checkAgreed(uint256[] memory lines, address[] memory agreed) private view {
        for (uint256 i = 0; i < lines.length; ++i) {
            bool edge = lines[i] >> 216 & 1 != 0;
            address needed = edge ? registry.work(uint160(lines[i])).registrant : address(uint160(lines[i]));
            bool found;
            for (uint256 k = 0; k < agreed.length; ++k) {
                if (agreed[k] == needed) found = true;
            }
            check(found, "a payee did not agree to a sheet that was taken");
        }
    }

    function _checkList(RegistryHandler.Taken memory one, uint8 side, uint256[] memory lines) private view {
        bytes32 id = registry.splitId(one.workId, side, one.sheet.version);
        check(vault.listHash(id) == keccak256(abi.encodePacked(lines)), "a sealed list changed");
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
