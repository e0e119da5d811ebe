// SPDX-License-Identifier: Apache-2.0
// The payload of a work, proven on the registry itself with one sealed work: Halmos runs these functions on symbols.
pragma solidity 0.8.30;

import {IWorkRegistry} from "../../../../contracts/interfaces/IWorkRegistry.sol";
import {WorkRegistry} from "../../../../contracts/WorkRegistry.sol";

contract PayloadProofs {
    IWorkRegistry private registry;

    /// @dev The test is registrant and only payee, and agrees on the chain, so that nothing needs a signature.
    function setUp() public {
        registry = new WorkRegistry(address(this));
        bytes32 audio = keccak256("recording");
        registry.commit(keccak256(abi.encode(address(this), audio, bytes32(0))));
        uint256[] memory lines = new uint256[](1);
        lines[0] = uint160(address(this)) | 10_000 << 160 | 10_000 << 176 | 1 << 192;
        IWorkRegistry.Sheet memory sheet =
            IWorkRegistry.Sheet(1, keccak256("metadata"), audio, type(uint64).max, "", lines, lines);
        registry.consent(1, sheet);
        IWorkRegistry.Consent[] memory consents = new IWorkRegistry.Consent[](1);
        consents[0].signer = address(this);
        registry.seal(1, bytes32(0), sheet, consents);
    }

    function check_a_payload_leads_back_to_its_work(uint8 keyId) public view {
        try registry.payloadOf(1, keyId) returns (uint64 payload) {
            assert(keyId < 16);
            (uint256 workId, uint32 version) = registry.resolve(payload);
            assert(workId == 1 && version == 1);
            assert(payload >> 56 & 15 == keyId);
        } catch {
            assert(keyId >= 16);
        }
    }

    function check_no_other_payload_leads_there(uint64 payload) public view {
        try registry.resolve(payload) returns (uint256 workId, uint32) {
            assert(workId == 1);
            assert(registry.payloadOf(1, uint8(payload >> 56 & 15)) == payload);
        } catch {
            uint64 own = uint64(1) << 60 | uint64(registry.registryTag()) << 40 | 1;
            assert(payload & ~(uint64(15) << 56) != own);
        }
    }
}
