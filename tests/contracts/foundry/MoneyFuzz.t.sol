// SPDX-License-Identifier: Apache-2.0
// Random amounts through random sheets: what each line gets, whatever the order and the chunks.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {Portions} from "../../../contracts/libraries/Portions.sol";
import {attempt} from "./Attempt.sol";
import {ICoin, Stage} from "./Stage.sol";
import {atMost, check, equal, vm} from "./Vm.sol";

contract MoneyFuzz is Stage {
    uint256[] private lines; // 33.33, 33.33, 33.34 %: nothing divides evenly
    uint256[] private odd; // 0.01, 69.99, 10, 0, 20 %
    uint256[] private child; // 15 % to the first work
    bytes32[3] private ids;

    function setUp() public {
        raise();
        coin.approve(address(vault), type(uint256).max);
        lines.push(_plain(0, 3_333));
        lines.push(_plain(1, 3_333));
        lines.push(_plain(2, 3_334));
        odd.push(_plain(0, 1));
        odd.push(_plain(1, 6_999));
        odd.push(_plain(1, 1_000));
        odd.push(_plain(2, 0));
        odd.push(_plain(3, 2_000));
        child.push(line(1, 1_500, 1_500, 0, 1));
        child.push(_plain(3, 8_500));
        uint256[][3] memory all = [lines, odd, child];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 workId = sealedWork(people[i], keccak256(abi.encode(i)), all[i], all[i]);
            ids[i] = registry.currentSplit(workId, 0);
        }
    }

    function testFuzz_every_line_gets_its_share_of_the_total(uint120[4] calldata amounts) public {
        uint256 total = _payEach(ids[1], amounts);
        uint256 left = total;
        for (uint256 i = 0; i < odd.length; ++i) {
            uint256 share = total * uint16(odd[i] >> 160) / 10_000;
            equal(vault.due(ids[1], COIN, odd, i), share, "due");
            left -= share;
        }
        atMost(left, odd.length - 1, "dust");
    }

    function testFuzz_chunks_and_order_do_not_matter(uint120[4] calldata amounts, uint8[8] calldata order) public {
        uint256 total;
        for (uint256 k = 0; k < 4; ++k) {
            total += _pay(ids[1], amounts[k]);
            _tryClaim(ids[1], odd, order[2 * k] % odd.length);
            _tryClaim(ids[1], odd, order[2 * k + 1] % odd.length);
        }
        for (uint256 i = 0; i < odd.length; ++i) {
            _tryClaim(ids[1], odd, (i + order[0]) % odd.length);
        }
        for (uint256 i = 0; i < odd.length; ++i) {
            equal(vault.released(ids[1], COIN, i), total * uint16(odd[i] >> 160) / 10_000, "released");
        }
    }

    function testFuzz_one_payment_or_two_give_the_same(uint120 one, uint120 other) public {
        _pay(ids[0], one);
        _pay(ids[0], other);
        _payToken(ids[0], uint256(one) + other);
        for (uint256 i = 0; i < lines.length; ++i) {
            uint256 inCoin = vault.due(ids[0], COIN, lines, i);
            equal(inCoin, vault.due(ids[0], address(coin), lines, i), "due");
        }
    }

    function testFuzz_every_sum_below_2_to_the_127_is_taken_and_paid(uint256 amount) public {
        amount %= 1 << 127;
        if (amount == 0) return;
        _payToken(ids[0], amount);
        uint256 sum;
        for (uint256 i = 0; i < lines.length; ++i) {
            if (vault.due(ids[0], address(coin), lines, i) != 0) {
                sum += vault.claimFor(ids[0], address(coin), lines, i);
            }
        }
        atMost(amount - sum, lines.length - 1, "dust");
        equal(coin.balanceOf(address(vault)), amount - sum, "left in the vault");
    }

    /// @dev Both sides have their books in one word: whatever comes in, neither runs over into the other, nor into the
    /// bit that says whether the sheet is a former one. Often it is all that there is room for, or one more.
    function testFuzz_no_side_runs_over_into_the_other(uint256[4] calldata amounts, uint16 how) public {
        bytes32[2] memory both = [ids[0], bytes32(uint256(ids[0]) | 1)];
        address token = how >> 9 & 1 == 0 ? COIN : address(coin);
        uint256[2] memory total;
        bool replaced = how >> 10 & 1 == 0;
        if (replaced) amendWork(1, sheetOf(2, keccak256(abi.encode(0)), odd, odd), lines, lines);
        for (uint256 k = 0; k < 4; ++k) {
            uint256 side = how >> k & 1;
            uint256 amount = amounts[k] >> (how >> 8 & 1 == 0 ? 120 : 128);
            if (how >> 4 + k & 1 == 0) amount = MOST - total[side] + amount % 2;
            bytes memory refusal = _tooMuch(both[side], token, total[side], amount);
            if (amount == 0) refusal = _nothingPaid(both[side], token);
            if (_payInto(both[side], token, amount, refusal)) total[side] += amount;
            equal(vault.received(both[0], token), total[0], "received by the master");
            equal(vault.received(both[1], token), total[1], "received by the composition");
        }
        if (!replaced) return;
        vm.deal(address(this), 3);
        vault.payWork{value: 3}(1, 2);
        equal(vault.received(registry.splitId(1, 0, 2), COIN), 2, "received by the next master");
        equal(vault.received(registry.splitId(1, 1, 2), COIN), 1, "received by the next composition");
    }

    /// @dev Whoever knows where a token's books lie cannot pay coin into them: no split has such a name.
    function testFuzz_coin_never_enters_the_books_of_a_token(uint8 number, uint8 sheet, uint120 held, uint120 amount)
        public
    {
        ICoin other = coin;
        for (uint256 i = 0; i <= number % 4; ++i) {
            other = ICoin(vm.deployCode("Coins.sol:PlainCoin", ""));
        }
        vault.allowToken(address(other), true);
        other.mint(address(this), 1 + uint256(held));
        other.approve(address(vault), type(uint256).max);
        bytes32 id = ids[sheet % 3];
        vault.payToken(id, address(other), 1 + uint256(held));
        bytes32 books = keccak256(abi.encode(id, address(other)));
        bytes32[3] memory names = [books, books | bytes32(uint256(1)), books & ~bytes32(uint256(1))];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_UnknownSplit.selector, names[i]);
            bytes memory call = abi.encodeCall(IRoyaltyVault.paySplit, (names[i]));
            attempt(address(this), address(vault), 1 + uint256(amount), call, refusal);
            equal(vault.received(id, address(other)), 1 + uint256(held), "received in the token");
        }
    }

    /// @dev Twice, with all that there may be and with one more on either side.
    function testFuzz_a_work_is_paid_as_its_two_sides_are(uint128[4] calldata parts, uint8 how) public {
        bytes32[2] memory sides = [ids[0], bytes32(uint256(ids[0]) | 1)];
        bytes32[2] memory apart = [ids[1], bytes32(uint256(ids[1]) | 1)];
        uint256[2] memory total;
        for (uint256 k = 0; k < 4; k += 2) {
            uint256[2] memory part = [uint256(parts[k]), parts[k + 1]];
            for (uint256 side = 0; side < 2; ++side) {
                if (how >> k + side & 1 == 0) part[side] = MOST - total[side] + part[side] % 2;
            }
            bytes memory refusal = _tooMuch(sides[1], COIN, total[1], part[1]);
            if (part[0] > MOST - total[0]) refusal = _tooMuch(sides[0], COIN, total[0], part[0]);
            uint256 amount = part[0] + part[1];
            if (amount == 0) refusal = _nothingPaid(sides[0], COIN);
            bytes memory call = abi.encodeCall(IRoyaltyVault.payWork, (1, part[0]));
            (bool worked,) = attempt(address(this), address(vault), amount, call, refusal);
            for (uint256 side = 0; side < 2; ++side) {
                if (worked && part[side] != 0) _payInto(apart[side], COIN, part[side], "");
                if (worked) total[side] += part[side];
                equal(vault.received(sides[side], COIN), total[side], "received");
                equal(vault.received(apart[side], COIN), total[side], "received apart");
            }
            call = abi.encodeCall(IRoyaltyVault.payWork, (1, amount + 1));
            refusal = abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_PartTooLarge.selector, amount + 1, amount);
            attempt(address(this), address(vault), amount, call, refusal);
        }
        equal(address(vault).balance, 2 * (total[0] + total[1]), "balance");
    }

    function testFuzz_an_edge_moves_its_share_and_no_more(uint120 amount, uint120 later) public {
        uint256 total = _pay(ids[2], amount);
        _tryClaim(ids[2], child, 0);
        total += _pay(ids[2], later);
        _tryClaim(ids[2], child, 0);
        uint256 moved = total * 1_500 / 10_000;
        equal(vault.received(ids[0], COIN), moved, "received by the parent");
        equal(vault.due(ids[2], COIN, child, 1), total * 8_500 / 10_000, "due to the other line");
        equal(address(vault).balance, total, "balance");
    }

    function testFuzz_a_second_claim_gets_nothing(uint128 amount, uint8 index) public {
        _pay(ids[0], amount % (MOST + 1));
        uint256 i = index % lines.length;
        _tryClaim(ids[0], lines, i);
        equal(vault.due(ids[0], COIN, lines, i), 0, "due after a claim");
        bytes4 nothing = IRoyaltyVault.RoyaltyVault_NothingDue.selector;
        bytes memory call = abi.encodeCall(IRoyaltyVault.claimFor, (ids[0], COIN, lines, i));
        attempt(address(this), address(vault), 0, call, abi.encodeWithSelector(nothing, ids[0], COIN, i));
    }

    function testFuzz_another_list_takes_nothing(uint128 amount, uint8 index, uint256 flipped) public {
        _pay(ids[0], amount % (MOST + 1));
        uint256[] memory other = lines;
        uint256 i = index % lines.length;
        if (flipped == 0) return;
        other[i] ^= flipped;
        bytes4 differs = IRoyaltyVault.RoyaltyVault_ListDiffers.selector;
        bytes32 given = keccak256(abi.encodePacked(other));
        bytes memory refusal = abi.encodeWithSelector(differs, ids[0], given, keccak256(abi.encodePacked(lines)));
        bytes memory call = abi.encodeCall(IRoyaltyVault.claimFor, (ids[0], COIN, other, i));
        attempt(address(this), address(vault), 0, call, refusal);
    }

    function testFuzz_portions_lose_nothing(uint128 amount, uint16 first, uint16 second) public pure {
        uint256[] memory bps = new uint256[](3);
        bps[0] = first % 10_001;
        bps[1] = second % (10_001 - bps[0]);
        bps[2] = 10_000 - bps[0] - bps[1];
        uint256[] memory parts = Portions.portions(amount, bps);
        equal(parts[0] + parts[1] + parts[2], amount, "sum of the parts");
        for (uint256 i = 0; i < 2; ++i) {
            equal(parts[i], uint256(amount) * bps[i] / 10_000, "part");
        }
        atMost(parts[2], uint256(amount) * bps[2] / 10_000 + 2, "last part");
    }

    /// @dev A line of one of the first four people, who are no wallets.
    function _plain(uint256 who, uint256 bps) private pure returns (uint256) {
        address person = vm.addr(uint256(keccak256(abi.encode("person", who))));
        return line(uint160(person), bps, bps, 0, 0);
    }

    function _payEach(bytes32 id, uint120[4] calldata amounts) private returns (uint256 total) {
        for (uint256 k = 0; k < 4; ++k) {
            total += _pay(id, amounts[k]);
        }
    }

    function _pay(bytes32 id, uint256 amount) private returns (uint256) {
        if (amount == 0) return 0;
        vm.deal(address(this), amount);
        vault.paySplit{value: amount}(id);
        return amount;
    }

    function _payToken(bytes32 id, uint256 amount) private {
        if (amount == 0) return;
        coin.mint(address(this), amount);
        vault.payToken(id, address(coin), amount);
    }

    function _payInto(bytes32 id, address token, uint256 amount, bytes memory refusal) private returns (bool worked) {
        bytes memory call = abi.encodeCall(IRoyaltyVault.paySplit, (id));
        if (token != COIN) {
            coin.mint(address(this), amount);
            call = abi.encodeCall(IRoyaltyVault.payToken, (id, token, amount));
        }
        (worked,) = attempt(address(this), address(vault), token == COIN ? amount : 0, call, refusal);
    }

    function _nothingPaid(bytes32 id, address token) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_NothingPaid.selector, id, token);
    }

    /// @dev Nothing when it fits.
    function _tooMuch(bytes32 id, address token, uint256 total, uint256 amount) private pure returns (bytes memory) {
        if (total + amount <= MOST) return "";
        return abi.encodeWithSelector(IRoyaltyVault.RoyaltyVault_TooMuch.selector, id, token, total, amount);
    }

    function _tryClaim(bytes32 id, uint256[] storage list, uint256 index) private {
        if (vault.due(id, COIN, list, index) != 0) vault.claimFor(id, COIN, list, index);
    }
}
