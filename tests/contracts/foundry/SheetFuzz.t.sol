// SPDX-License-Identifier: Apache-2.0
// Random lines, lists, names and bits: what is packed comes out again, and what is set aside comes back.
pragma solidity 0.8.30;

import {SplitId, splitIdOf, suspenseIdOf} from "../../../contracts/types/SplitId.sol";
import {shareLine, soleLine, SplitLine} from "../../../contracts/types/SplitLine.sol";
import {SheetPress} from "./SheetPress.sol";
import {check, equal} from "./Vm.sol";

contract SheetFuzz {
    SheetPress private press;

    function setUp() public {
        press = new SheetPress();
    }

    function testFuzz_a_line_gives_back_what_was_packed(
        uint160 payee,
        uint16[3] calldata numbers,
        uint8 aiPct,
        uint8 flags,
        uint32 rest
    ) public pure {
        uint256 word = uint256(payee) | uint256(numbers[0]) << 160 | uint256(numbers[1]) << 176
            | uint256(numbers[2]) << 192 | uint256(aiPct) << 208 | uint256(flags) << 216 | uint256(rest) << 224;
        SplitLine line = SplitLine.wrap(word);
        equal(uint160(line.payee()), payee, "payee");
        equal(line.parent(), payee, "parent");
        equal(line.dispute(), payee, "dispute");
        equal(line.payoutBps(), numbers[0], "payout");
        equal(line.creditBps(), numbers[1], "credit");
        equal(line.role(), numbers[2], "role");
        equal(line.aiPct(), aiPct, "AI percent");
        equal(line.flags(), flags, "flags");
        check(line.isEdge() == (flags % 2 == 1), "edge");
        bool means = payee != 0 && numbers[2] != 0 && aiPct <= 100 && flags <= 1 && rest == 0;
        check(line.isWellFormed() == means, "well formed");
    }

    function testFuzz_another_share_changes_nothing_else(uint256 word, uint16 share) public pure {
        uint256 changed = SplitLine.unwrap(SplitLine.wrap(word).withPayoutBps(share));
        equal(changed >> 160 & 0xffff, share, "share");
        equal(changed ^ word, ((changed ^ word) >> 160 & 0xffff) << 160, "changed elsewhere");
    }

    function testFuzz_a_line_that_is_made_says_what_it_was_made_of(
        uint160 payee,
        uint16 share,
        uint16 role,
        uint8 flags
    ) public pure {
        SplitLine one = shareLine(payee, share, role, flags);
        equal(one.parent(), payee, "payee");
        equal(one.payoutBps(), share, "payout");
        equal(one.creditBps(), 0, "credit");
        equal(one.role(), role, "role");
        equal(one.flags(), flags, "flags");
        SplitLine all = soleLine(address(payee), role);
        equal(all.parent(), payee, "payee");
        equal(all.payoutBps(), 10_000, "payout");
        equal(all.creditBps(), 10_000, "credit");
        equal(all.flags(), 0, "flags");
    }

    function testFuzz_both_sides_of_a_sheet_share_all_but_a_bit(uint256 workId, uint32 version, uint256 disputeId)
        public
        pure
    {
        SplitId master = splitIdOf(workId, 0, version);
        SplitId composition = splitIdOf(workId, 1, version);
        equal(uint256(SplitId.unwrap(master) ^ SplitId.unwrap(composition)), 1, "difference");
        equal(master.sideOf(), 0, "side");
        equal(composition.sideOf(), 1, "side");
        check(master.sheetOf() == composition.sheetOf(), "both sides have one sheet");
        check(master.sheetOf() == SplitId.unwrap(master), "a sheet has the name of its master side");
        equal(master.shift(), 0, "shift");
        equal(composition.shift(), 128, "shift");
        SplitId suspense = suspenseIdOf(disputeId);
        equal(suspense.sideOf(), 0, "side of a dispute");
        check(suspense.sheetOf() != master.sheetOf(), "a dispute has the name of a sheet");
    }

    function testFuzz_what_is_set_aside_comes_back(
        uint256[4] calldata seeds,
        uint256 index,
        uint16 share,
        uint40 dispute
    ) public view {
        uint256[] memory lines = _list(seeds);
        index %= lines.length;
        uint256 most = lines[index] >> 160 & 0xffff;
        if (most == 0) return;
        share = uint16(1 + share % most);
        uint256[] memory aside = press.setAside(lines, index, share, dispute);
        equal(_payouts(aside), _payouts(lines), "payouts while a share is set aside");
        equal(_credits(aside), _credits(lines), "credits while a share is set aside");
        equal(aside[lines.length] >> 160 & 0xffff, share, "what is set aside");
        uint256[] memory restored = press.giveBack(aside, index);
        check(keccak256(abi.encode(restored)) == keccak256(abi.encode(lines)), "a list came back as another");
        address winner = address(uint160(seeds[0] ^ seeds[1]));
        uint256[] memory won = press.award(aside, winner);
        equal(_payouts(won), _payouts(lines), "payouts after an award");
        equal(_credits(won), _credits(lines), "credits after an award");
        equal(uint160(won[lines.length]), uint160(winner), "winner");
        equal(won[lines.length] >> 216, 0, "flags of the winner's line");
        equal(won[index], aside[index], "what is left to the loser");
    }

    function testFuzz_no_more_than_a_line_has_is_set_aside(uint256[4] calldata seeds, uint256 index, uint16 share)
        public
        view
    {
        uint256[] memory lines = _list(seeds);
        index %= lines.length + 1;
        uint256 most = index == lines.length ? 0 : lines[index] >> 160 & 0xffff;
        try press.setAside(lines, index, share, 1) {
            check(share != 0 && share <= most, "more was set aside than there is");
        } catch {
            check(share == 0 || share > most, "a share could not be set aside");
        }
    }

    function testFuzz_bits_are_counted_one_by_one(uint256 word) public view {
        uint256 naive;
        for (uint256 i = 0; i < 256; ++i) {
            naive += word >> i & 1;
        }
        equal(press.ones(word), naive, "ones");
    }

    function testFuzz_each_number_is_counted_once(uint16[12] calldata numbers, uint16 length) public {
        uint256 first = 7 << 32;
        length %= 2_000;
        uint256 naive;
        for (uint256 i = 0; i < numbers.length; ++i) {
            uint256 number = first + numbers[i] % (uint256(length) + 1);
            if (!press.has(number)) ++naive;
            press.set(number);
            check(press.has(number), "a number that was set is not there");
        }
        press.set((7 << 32) - 1); // of another session, whose last number is next to our first
        press.set(8 << 32);
        equal(press.count(first, length), naive, "count");
    }

    /// @dev Four lines of persons, with any shares and credits.
    function _list(uint256[4] calldata seeds) private pure returns (uint256[] memory lines) {
        lines = new uint256[](4);
        for (uint256 i = 0; i < 4; ++i) {
            lines[i] = seeds[i] & ~(uint256(0xff) << 216);
            lines[i] = lines[i] & ~(uint256(0xffff) << 160) | (seeds[i] >> 160) % 10_001 << 160;
        }
    }

    function _payouts(uint256[] memory lines) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < lines.length; ++i) {
            sum += lines[i] >> 160 & 0xffff;
        }
    }

    function _credits(uint256[] memory lines) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < lines.length; ++i) {
            sum += lines[i] >> 176 & 0xffff;
        }
    }
}
