// SPDX-License-Identifier: Apache-2.0
// What is proven for every input, not tried on some: Halmos runs these functions on symbols. It takes a failed `assert`
// for a counterexample and passes over calls that revert, so that what must not revert is called inside a `try`.
pragma solidity 0.8.30;

import {SplitId, splitIdOf, suspenseIdOf} from "../../../../contracts/types/SplitId.sol";
import {shareLine, soleLine, SplitLine} from "../../../../contracts/types/SplitLine.sol";
import {SheetPress} from "../SheetPress.sol";

contract Proofs {
    SheetPress private press;

    function setUp() public {
        press = new SheetPress();
    }

    function check_a_line_gives_back_what_was_packed(
        uint160 payee,
        uint16 payout,
        uint16 credit,
        uint16 role,
        uint8 aiPct,
        uint8 flags,
        uint32 rest
    ) public pure {
        SplitLine line = SplitLine.wrap(
            uint256(payee) | uint256(payout) << 160 | uint256(credit) << 176 | uint256(role) << 192
                | uint256(aiPct) << 208 | uint256(flags) << 216 | uint256(rest) << 224
        );
        assert(uint160(line.payee()) == payee && line.parent() == payee && line.dispute() == payee);
        assert(line.payoutBps() == payout && line.creditBps() == credit && line.role() == role);
        assert(line.aiPct() == aiPct && line.flags() == flags);
        assert(line.isEdge() == (flags % 2 == 1));
        assert(line.isWellFormed() == (payee != 0 && role != 0 && aiPct <= 100 && flags <= 1 && rest == 0));
    }

    function check_another_share_changes_nothing_else(uint256 word, uint16 share) public pure {
        SplitLine line = SplitLine.wrap(word);
        uint256 changed = SplitLine.unwrap(line.withPayoutBps(share));
        assert(changed >> 160 & 0xffff == share);
        assert((changed ^ word) & ~(uint256(0xffff) << 160) == 0);
        assert(SplitLine.unwrap(SplitLine.wrap(changed).withPayoutBps(line.payoutBps())) == word);
    }

    function check_a_line_that_is_made_says_what_it_was_made_of(uint160 payee, uint16 share, uint16 role, uint8 flags)
        public
        pure
    {
        SplitLine one = shareLine(payee, share, role, flags);
        assert(one.parent() == payee && one.payoutBps() == share && one.role() == role && one.flags() == flags);
        assert(one.creditBps() == 0 && one.aiPct() == 0 && SplitLine.unwrap(one) >> 224 == 0);
        SplitLine all = soleLine(address(payee), role);
        assert(all.parent() == payee && all.payoutBps() == 10_000 && all.creditBps() == 10_000);
        assert(all.role() == role && all.aiPct() == 0 && SplitLine.unwrap(all) >> 216 == 0);
    }

    function check_both_sides_of_a_sheet_share_all_but_a_bit(uint256 workId, uint32 version, uint256 disputeId)
        public
        pure
    {
        SplitId master = splitIdOf(workId, 0, version);
        SplitId composition = splitIdOf(workId, 1, version);
        assert(uint256(SplitId.unwrap(master) ^ SplitId.unwrap(composition)) == 1);
        assert(master.sideOf() == 0 && composition.sideOf() == 1 && suspenseIdOf(disputeId).sideOf() == 0);
        assert(master.shift() == 0 && composition.shift() == 128);
        assert(master.sheetOf() == composition.sheetOf() && master.sheetOf() == SplitId.unwrap(master));
    }

    /// @dev That they never revert is beyond the solver (a product of two symbols, divided): MoneyFuzz tries it.
    function check_two_portions_lose_nothing(uint128 amount, uint16 first) public view {
        uint256[] memory bps = new uint256[](2);
        (bps[0], bps[1]) = (first, 10_000 - uint256(first));
        uint256[] memory parts = press.portions(amount, bps);
        assert(parts[0] + parts[1] == amount);
    }

    function check_three_portions_lose_nothing(uint128 amount, uint16 first, uint16 second) public view {
        uint256[] memory bps = new uint256[](3);
        (bps[0], bps[1], bps[2]) = (first, second, 10_000 - uint256(first) - second);
        uint256[] memory parts = press.portions(amount, bps);
        assert(parts[0] + parts[1] + parts[2] == amount);
    }

    /// @dev For two lines of anything, and a dispute about either.
    function check_what_is_set_aside_comes_back(
        uint256 one,
        uint256 other,
        bool second,
        uint16 share,
        uint160 disputeId
    ) public view {
        uint256[] memory lines = new uint256[](2);
        (lines[0], lines[1]) = (one, other);
        uint256 index = second ? 1 : 0;
        uint256 has = lines[index] >> 160 & 0xffff;
        bool can = lines[index] >> 216 & 0xff == 0 && share != 0 && share <= has;
        try press.setAside(lines, index, share, disputeId) returns (uint256[] memory aside) {
            assert(can);
            assert(aside.length == 3 && aside[1 - index] == lines[1 - index]);
            assert((aside[index] >> 160 & 0xffff) + (aside[2] >> 160 & 0xffff) == has);
            assert(uint160(aside[2]) == disputeId && aside[2] >> 176 & 0xffff == 0);
            uint256[] memory back = press.giveBack(aside, index);
            assert(back.length == 2 && back[0] == one && back[1] == other);
        } catch {
            assert(!can);
        }
    }

    function check_an_award_pays_the_winner_what_was_set_aside(uint256 one, uint16 share, address winner) public view {
        uint256[] memory lines = new uint256[](1);
        lines[0] = one;
        uint256[] memory aside = press.setAside(lines, 0, share, 1);
        uint256[] memory won = press.award(aside, winner);
        assert(won.length == 2 && won[0] == aside[0]);
        assert(address(uint160(won[1])) == winner && won[1] >> 160 & 0xffff == share);
        assert(won[1] >> 192 & 0xffff == one >> 192 & 0xffff && won[1] >> 208 == 0);
        assert((won[0] >> 160 & 0xffff) + (won[1] >> 160 & 0xffff) == one >> 160 & 0xffff);
    }

    /// @dev In each of the sixteen lanes into which the sum is folded, with nothing in the others.
    function check_ones_of_a_lane_are_counted(uint16 bits, uint8 lane) public view {
        if (lane >= 16) return;
        uint256 naive;
        for (uint256 i = 0; i < 16; ++i) {
            naive += bits >> i & 1;
        }
        assert(press.ones(uint256(bits) << 16 * lane) == naive);
    }
}
