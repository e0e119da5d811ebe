// SPDX-License-Identifier: Apache-2.0
// Random votes, weights and takings: what a settlement gives each work, and that nothing of it is lost.
pragma solidity 0.8.30;

import {IConcertProgrammes} from "../../../contracts/interfaces/IConcertProgrammes.sol";
import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {Stage} from "./Stage.sol";
import {equal} from "./Vm.sol";

contract ConcertFuzz is Stage {
    uint256 private constant WORKS = 4;
    uint32 private constant SEATS = 9;

    IConcertProgrammes private programmes;

    function setUp() public {
        raise();
        raiseShops();
        programmes = tickets.programmes();
        for (uint256 i = 0; i < WORKS; ++i) {
            sealedWork(people[i], keccak256(abi.encode(i)), randomLines(i, 0), randomLines(i + 9, 0));
        }
    }

    function testFuzz_votes_and_weights_divide_all_of_the_takings(
        uint128 amount,
        uint16[4] calldata dice,
        uint8[9] calldata votes,
        uint8 cast
    ) public {
        uint16[] memory weights = _weights(dice);
        uint16 votedBps = dice[3] % 10_001;
        uint256 sessionId = _session(weights, votedBps);
        uint256[] memory tally = new uint256[](WORKS);
        cast %= uint8(SEATS) + 1;
        for (uint256 i = 0; i < cast; ++i) {
            uint256 ticketId = tickets.buy(sessionId, address(this));
            programmes.vote(ticketId, votes[i] % WORKS);
            ++tally[votes[i] % WORKS];
        }
        (, uint256[] memory parts) = programmes.sessionPayments(tickets.concerts(), sessionId, amount);
        uint256 byVotes = cast == 0 ? 0 : uint256(amount) * votedBps / 10_000;
        uint256 byWeight = amount - byVotes;
        uint256 sum;
        for (uint256 i = 0; i < WORKS; ++i) {
            sum += parts[i];
            if (i + 1 == WORKS) continue; // the last one takes what rounding leaves
            uint256 part = byWeight * weights[i] / 10_000 + (cast == 0 ? 0 : byVotes * tally[i] / cast);
            equal(parts[i], part, "part");
        }
        equal(sum, amount, "sum of the parts");
    }

    function testFuzz_a_resale_divides_all_of_its_royalty(uint128 amount, uint16[4] calldata dice) public {
        uint16[] memory weights = _weights(dice);
        _session(weights, 0);
        (, uint256[] memory parts) = programmes.payments(tickets.concerts(), amount);
        uint256 sum;
        for (uint256 i = 0; i < WORKS; ++i) {
            sum += parts[i];
            if (i + 1 != WORKS) equal(parts[i], uint256(amount) * weights[i] / 10_000, "part");
        }
        equal(sum, amount, "sum of the parts");
    }

    function _weights(uint16[4] calldata dice) private pure returns (uint16[] memory weights) {
        weights = new uint16[](WORKS);
        uint16 left = 10_000;
        for (uint256 i = 0; i + 1 < WORKS; ++i) {
            weights[i] = dice[i] % (left + 1);
            left -= weights[i];
        }
        weights[WORKS - 1] = left;
    }

    function _session(uint16[] memory weights, uint16 votedBps) private returns (uint256 sessionId) {
        uint256[] memory works = new uint256[](WORKS);
        for (uint256 i = 0; i < WORKS; ++i) {
            works[i] = i + 1;
        }
        uint256 concertId = tickets.announce(works, weights, 0, 0, votedBps, "ipfs://concert");
        uint40 now_ = uint40(block.timestamp);
        IConcertTickets.SessionTerms memory terms;
        (terms.capacity, terms.saleOpens, terms.saleCloses) = (SEATS, now_, now_ + 1 days);
        (terms.starts, terms.ends, terms.minCheckInBps) = (now_ + 1 days, now_ + 2 days, 1);
        return tickets.schedule(concertId, terms);
    }
}
