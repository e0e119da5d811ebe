// SPDX-License-Identifier: Apache-2.0
// Random passes for many tickets: their bits lie in several words, and each is written as it should be.
pragma solidity 0.8.30;

import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {attempt} from "./Attempt.sol";
import {Stage} from "./Stage.sol";
import {check, equal, vm} from "./Vm.sol";

contract DoorFuzz is Stage {
    uint32 private constant SEATS = 520; // in three words; the first has number 1, so that one of its bits is nobody's
    uint256 private constant SHOWN = 12;

    address private door;
    uint256 private sessionId;

    function setUp() public {
        raise();
        raiseShops();
        door = address(tickets.door());
        uint256[] memory works = new uint256[](1);
        works[0] = sealedWork(people[0], keccak256("recording"), randomLines(1, 0), randomLines(2, 0));
        uint16[] memory weights = new uint16[](1);
        weights[0] = 10_000;
        uint256 concertId = tickets.announce(works, weights, 0, 0, 0, "ipfs://concert");
        uint40 now_ = uint40(block.timestamp);
        IConcertTickets.SessionTerms memory terms;
        (terms.capacity, terms.saleOpens, terms.saleCloses) = (SEATS, now_, now_ + 1 days);
        (terms.starts, terms.ends, terms.minCheckInBps) = (now_ + 1 days, now_ + 2 days, 1);
        sessionId = tickets.schedule(concertId, terms);
        for (uint256 i = 0; i < SEATS; ++i) {
            tickets.buy(sessionId, address(this));
        }
        vm.warp(now_ + 1 days);
    }

    /// @dev Two passes in any order of seats. One that shows a ticket twice, or one that was used, lets nobody in.
    function testFuzz_each_ticket_of_a_pass_is_let_in_once(uint16[12][2] calldata seats, uint8 how) public {
        uint256 admitted;
        bool[] memory inside = new bool[](SEATS + 1);
        for (uint256 p = 0; p < 2; ++p) {
            uint256[] memory shown = new uint256[](1 + (how >> 4 * p & 15) % SHOWN);
            bytes memory refusal;
            bool[] memory next = new bool[](SEATS + 1);
            for (uint256 i = 0; i < shown.length; ++i) {
                uint256 seat = 1 + seats[p][i] % SEATS;
                shown[i] = sessionId << 32 | seat;
                bytes4 used = IConcertTickets.ConcertTickets_CheckedIn.selector;
                bool twice = inside[seat] || next[seat];
                if (refusal.length == 0 && twice) refusal = abi.encodeWithSelector(used, shown[i]);
                next[seat] = true;
            }
            bytes memory call = abi.encodeCall(IConcertTickets.admit, (shown, address(this)));
            (bool worked,) = attempt(door, address(tickets), 0, call, refusal);
            for (uint256 seat = 1; worked && seat <= SEATS; ++seat) {
                inside[seat] = inside[seat] || next[seat];
            }
            if (worked) admitted += shown.length;
        }
        for (uint256 seat = 1; seat <= SEATS; ++seat) {
            check(tickets.isCheckedIn(sessionId << 32 | seat) == inside[seat], "let in, or not");
        }
        equal(tickets.session(sessionId).checkedIn, admitted, "check-ins");
    }
}
