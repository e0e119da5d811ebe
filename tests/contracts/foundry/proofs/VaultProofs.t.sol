// SPDX-License-Identifier: Apache-2.0
// The books of a sheet, proven on the vault itself with one work that has its first sheet and one that has its second:
// Halmos runs these functions on symbols.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../../contracts/interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../../../../contracts/interfaces/IWorkRegistry.sol";
import {WorkRegistry} from "../../../../contracts/WorkRegistry.sol";
import {vm} from "../Vm.sol";

contract VaultProofs {
    uint256 private constant MOST = 2 ** 127 - 1;
    address private constant COIN = address(0);

    IWorkRegistry private registry;
    IRoyaltyVault private vault;
    uint256[] private lines;

    /// @dev The test is registrant and only payee, and agrees on the chain, so that nothing needs a signature.
    function setUp() public {
        registry = new WorkRegistry(address(this));
        vault = registry.vault();
        lines.push(uint160(address(this)) | 10_000 << 160 | 10_000 << 176 | 1 << 192);
        for (uint256 workId = 1; workId <= 2; ++workId) {
            bytes32 audio = bytes32(workId);
            registry.commit(keccak256(abi.encode(address(this), audio, bytes32(0))));
            registry.seal(workId, bytes32(0), _sheet(1, audio), _agree(workId, _sheet(1, audio)));
        }
        IWorkRegistry.Sheet memory next = _sheet(2, bytes32(uint256(2)));
        registry.amend(2, next, lines, lines, _agree(2, next));
    }

    /// @dev Whatever the books of a first sheet hold, a payment to one side that fits adds to it alone, and any other
    /// is refused. A later payment to the work reaches its current sheet.
    function check_no_side_runs_over_into_the_other(
        uint128[2] calldata held,
        uint128 amount,
        bool second,
        bool replaced
    ) public {
        uint256 workId = replaced ? 2 : 1;
        bytes32[2] memory sides = [registry.splitId(workId, 0, 1), registry.splitId(workId, 1, 1)];
        _fill(sides, held);
        uint256 side = second ? 1 : 0;
        vm.deal(address(this), amount);
        try vault.paySplit{value: amount}(sides[side]) {
            assert(amount != 0 && uint256(held[side]) + amount <= MOST);
            assert(vault.received(sides[side], COIN) == uint256(held[side]) + amount);
        } catch {
            assert(amount == 0 || uint256(held[side]) + amount > MOST);
            assert(vault.received(sides[side], COIN) == held[side]);
        }
        assert(vault.received(sides[1 - side], COIN) == held[1 - side]);
        if (!replaced) return;
        vm.deal(address(this), 3);
        try vault.payWork{value: 3}(workId, 1) {
            assert(vault.received(registry.splitId(workId, 0, 2), COIN) == 1);
            assert(vault.received(registry.splitId(workId, 1, 2), COIN) == 2);
        } catch {
            assert(false);
        }
    }

    /// @dev Whatever its sheets hold: both parts get there when they fit, and none does otherwise.
    function check_a_payment_to_a_work_reaches_its_current_sheet(
        uint128[2] calldata former,
        uint128[2] calldata held,
        uint128[2] calldata parts,
        bool replaced
    ) public {
        uint256 workId = replaced ? 2 : 1;
        bytes32[2] memory first = [registry.splitId(workId, 0, 1), registry.splitId(workId, 1, 1)];
        bytes32[2] memory current = [registry.currentSplit(workId, 0), registry.currentSplit(workId, 1)];
        _fill(first, former);
        if (replaced) _fill(current, held);
        uint128[2] memory before = replaced ? held : former;
        uint256 amount = uint256(parts[0]) + parts[1];
        bool fits = uint256(before[0]) + parts[0] <= MOST && uint256(before[1]) + parts[1] <= MOST;
        vm.deal(address(this), amount);
        try vault.payWork{value: amount}(workId, parts[0]) {
            assert(amount != 0 && fits);
            assert(vault.received(current[0], COIN) == uint256(before[0]) + parts[0]);
            assert(vault.received(current[1], COIN) == uint256(before[1]) + parts[1]);
        } catch {
            assert(amount == 0 || !fits);
            assert(vault.received(current[0], COIN) == before[0] && vault.received(current[1], COIN) == before[1]);
        }
        if (!replaced) return;
        assert(vault.received(first[0], COIN) == former[0] && vault.received(first[1], COIN) == former[1]);
    }

    /// @dev What does not fit is refused here, and that path is over.
    function _fill(bytes32[2] memory sides, uint128[2] memory amounts) private {
        for (uint256 side = 0; side < 2; ++side) {
            vm.deal(address(this), amounts[side]);
            if (amounts[side] != 0) vault.paySplit{value: amounts[side]}(sides[side]);
        }
    }

    function _agree(uint256 workId, IWorkRegistry.Sheet memory sheet)
        private
        returns (IWorkRegistry.Consent[] memory consents)
    {
        registry.consent(workId, sheet);
        consents = new IWorkRegistry.Consent[](1);
        consents[0].signer = address(this);
    }

    function _sheet(uint32 version, bytes32 audio) private view returns (IWorkRegistry.Sheet memory) {
        return IWorkRegistry.Sheet(version, keccak256("metadata"), audio, type(uint64).max, "", lines, lines);
    }
}
