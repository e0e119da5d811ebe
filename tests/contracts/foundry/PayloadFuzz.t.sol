// SPDX-License-Identifier: Apache-2.0
// Random payloads: each work's own leads back to it, and no other leads anywhere.
pragma solidity 0.8.30;

import {Stage} from "./Stage.sol";
import {check, equal} from "./Vm.sol";

contract PayloadFuzz is Stage {
    uint256 private constant WORKS = 3;

    function setUp() public {
        raise();
        for (uint256 i = 0; i < WORKS; ++i) {
            sealedWork(people[i], keccak256(abi.encode(i)), randomLines(i, 0), randomLines(i + 7, 0));
        }
    }

    function testFuzz_a_payload_leads_back_to_its_work(uint256 which, uint8 keyId) public view {
        uint256 workId = 1 + which % WORKS;
        keyId %= 16;
        uint64 payload = registry.payloadOf(workId, keyId);
        (uint256 found,) = registry.resolve(payload);
        equal(found, workId, "work");
        equal(payload, 1 << 60 | uint256(keyId) << 56 | uint256(registry.registryTag()) << 40 | workId, "payload");
    }

    function testFuzz_a_payload_of_another_registry_never_resolves(uint256 which, uint16 flipped) public view {
        if (flipped == 0) return;
        uint64 payload = registry.payloadOf(1 + which % WORKS, 0) ^ uint64(flipped) << 40;
        try registry.resolve(payload) {
            check(false, "a payload with another registry's tag resolves");
        } catch {}
    }

    /// @dev All fields at random, but often enough near a true payload.
    function testFuzz_only_payloads_of_sealed_works_resolve(uint8 version, uint8 keyId, uint16 tag, uint40 work)
        public
        view
    {
        version %= 3;
        keyId %= 16;
        work %= work & 1 == 0 ? uint40(2 * WORKS) : type(uint40).max;
        if (tag & 3 != 0) tag = registry.registryTag();
        bool willWork = version == 1 && tag == registry.registryTag() && work != 0 && work <= WORKS;
        uint64 payload = uint64(version) << 60 | uint64(keyId) << 56 | uint64(tag) << 40 | work;
        try registry.resolve(payload) returns (uint256 found, uint32) {
            check(willWork, "a wrong payload resolves");
            equal(found, work, "work");
        } catch {
            check(!willWork, "a true payload does not resolve");
        }
    }
}
