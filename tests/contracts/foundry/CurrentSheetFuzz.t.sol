// SPDX-License-Identifier: Apache-2.0
// Random payments to a work and to its sheets, while the work is amended and disputed.
pragma solidity 0.8.30;

import {IDisputeModule} from "../../../contracts/interfaces/IDisputeModule.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {attempt, errorPaused} from "./Attempt.sol";
import {Stage} from "./Stage.sol";
import {equal, vm} from "./Vm.sol";

contract CurrentSheetFuzz is Stage {
    bytes32 private constant AUDIO = keccak256("recording");
    uint256 private constant BOND = 0.05 ether;

    uint256[] private alone; // all to the first of the people
    uint256[] private disputed; // as alone, with 25 % set aside
    uint32 private version;
    uint256 private disputes_; // how many there were
    bool private running;
    mapping(uint256 version => uint256[2]) private total; // by side, as it should be

    /// @dev Work 1 is sealed, work 2 is committed.
    function setUp() public {
        raise();
        alone.push(line(uint160(people[0]), 10_000, 10_000, 0, 0));
        sealedWork(people[0], AUDIO, alone, alone);
        committedWork(people[1], keccak256("other"));
        version = 1;
    }

    /// @dev What is paid to the first sheet by its name stays there, and changes nothing of where the work is paid.
    function testFuzz_a_payment_to_a_work_reaches_its_current_sheet(uint256[8] calldata seeds) public {
        for (uint256 k = 0; k < 8; ++k) {
            uint256 amount = seeds[k] >> 8;
            uint256 what = seeds[k] % 8;
            if (what < 3) _payWork(amount % 2 ** 120, (amount >> 120) % 2 ** 120);
            else if (what == 3) _paySide(amount % 2, amount >> 136);
            else if (what == 4) _paySide(amount % 2, MOST - total[1][amount % 2]); // to the brim
            else if (what == 5) _paySide(amount % 2, MOST + 1 - total[1][amount % 2]); // and over it
            else if (what == 6) _amend();
            else _dispute();
            _check();
        }
        _payWork(2, 1);
        _check();
    }

    /// @dev Work 1 is sealed, so there is nothing to try; work 2 gets its sheet at the end, and then takes money.
    function testFuzz_a_work_that_is_not_sealed_takes_nothing(
        uint256 workId,
        uint128 amount,
        uint128 toMaster,
        uint8 how
    ) public {
        if (how & 1 == 0) workId = 2;
        if (how & 2 == 0) toMaster = amount == 0 ? 0 : toMaster % amount;
        if (how & 60 == 0) amount = 0;
        if (workId == 1) return;
        bytes32 sheet = registry.splitId(workId, 0, 1);
        bytes memory refusal = _unknown(sheet);
        if (amount == 0) {
            refusal = abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_NothingPaid.selector, sheet, COIN);
        }
        if (toMaster > amount) {
            refusal = abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_PartTooLarge.selector, toMaster, amount);
        }
        bytes memory call = abi.encodeCall(IRoyaltyVault.payWork, (workId, toMaster));
        attempt(address(this), address(vault), amount, call, refusal);
        vault.pause();
        attempt(address(this), address(vault), amount, call, errorPaused());
        vault.unpause();
        sealWork(2, people[1], keccak256("other"), alone, alone);
        amount = 1 + amount % 2 ** 127;
        call = abi.encodeCall(IRoyaltyVault.payWork, (workId, amount - 1));
        (bool worked,) =
            attempt(address(this), address(vault), amount, call, workId == 2 ? bytes("") : _unknown(sheet));
        equal(vault.received(sheet, COIN), worked ? amount - 1 : 0, "received by the master");
        equal(vault.received(sheet | bytes32(uint256(1)), COIN), worked ? 1 : 0, "received by the composition");
        equal(address(vault).balance, worked ? amount : 0, "balance");
    }

    function _payWork(uint256 toMaster, uint256 toComposition) private {
        uint256 amount = toMaster + toComposition;
        bytes memory refusal = _tooMuch(version, 1, toComposition);
        if (toMaster > MOST - total[version][0]) refusal = _tooMuch(version, 0, toMaster);
        if (amount == 0) {
            bytes4 nothing = IRoyaltyVault.RoyaltyVault_NothingPaid.selector;
            refusal = abi.encodeWithSelector(nothing, registry.splitId(1, 0, 1), COIN);
        }
        bytes memory call = abi.encodeCall(IRoyaltyVault.payWork, (1, toMaster));
        (bool worked,) = attempt(address(this), address(vault), amount, call, refusal);
        if (!worked) return;
        total[version][0] += toMaster;
        total[version][1] += toComposition;
    }

    /// @dev To the first sheet, by its name.
    function _paySide(uint256 side, uint256 amount) private {
        if (amount == 0) return;
        bytes memory call = abi.encodeCall(IRoyaltyVault.paySplit, (registry.splitId(1, uint8(side), 1)));
        (bool worked,) = attempt(address(this), address(vault), amount, call, _tooMuch(1, side, amount));
        if (worked) total[1][side] += amount;
    }

    function _amend() private {
        if (running) return;
        amendWork(1, sheetOf(version + 1, AUDIO, alone, alone), alone, alone);
        ++version;
    }

    /// @dev A dispute about the recording is opened, or dropped by its claimant: the next version either way.
    function _dispute() private {
        if (!running) {
            disputed = alone;
            disputed[0] = line(uint160(people[0]), 7_500, 10_000, 0, 0);
            disputed.push(line(++disputes_, 2_500, 0, 0, 2));
            IDisputeModule.Claim memory claim =
                IDisputeModule.Claim(1, 0, 0, 2_500, people[1], keccak256("evidence"), "ipfs://evidence");
            vm.deal(address(this), BOND);
            disputes.open{value: BOND}(claim, alone);
        } else {
            disputes.drop(disputes_, disputed);
        }
        running = !running;
        ++version;
    }

    function _check() private view {
        uint256 sum;
        for (uint32 v = 1; v <= version; ++v) {
            for (uint8 side = 0; side < 2; ++side) {
                equal(vault.received(registry.splitId(1, side, v), COIN), total[v][side], "received");
                sum += total[v][side];
            }
        }
        equal(address(vault).balance, sum, "balance");
    }

    /// @dev Nothing when it fits.
    function _tooMuch(uint32 v, uint256 side, uint256 amount) private view returns (bytes memory) {
        if (amount <= MOST - total[v][side]) return "";
        bytes32 id = registry.splitId(1, uint8(side), v);
        bytes4 tooMuch = IRoyaltyVault.RoyaltyVault_TooMuch.selector;
        return abi.encodeWithSelector(tooMuch, id, COIN, total[v][side], amount);
    }

    function _unknown(bytes32 sheet) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_UnknownSplit.selector, sheet);
    }
}
