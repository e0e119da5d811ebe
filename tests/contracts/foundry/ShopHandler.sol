// SPDX-License-Identifier: Apache-2.0
// Random people buy, resell and give away copies of editions and earn credentials; a plain ledger notes what should be.
pragma solidity 0.8.30;

import {IMusicCredentials} from "../../../contracts/interfaces/IMusicCredentials.sol";
import {IMusicEditions} from "../../../contracts/interfaces/IMusicEditions.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {Stage} from "./Stage.sol";
import {check, equal, vm} from "./Vm.sol";

interface ICopies {
    function balanceOf(address holder, uint256 editionId) external view returns (uint256);
    function safeTransferFrom(address from, address to, uint256 id, uint256 copies, bytes calldata data) external;
}

interface IBound {
    function balanceOf(address holder) external view returns (uint256);
    function ownerOf(uint256 tokenId) external view returns (address);
    function transferFrom(address from, address to, uint256 tokenId) external;
    function approve(address to, uint256 tokenId) external;
    function setApprovalForAll(address operator, bool approved) external;
}

contract ShopHandler is Stage {
    uint256 public constant PLAIN_PEOPLE = 4; // the wallets take no copies
    uint256 private constant EDITIONS = 4;

    mapping(uint256 editionId => mapping(address holder => uint256)) public copies;
    mapping(uint256 editionId => mapping(address seller => uint256)) public offers;
    mapping(uint256 editionId => uint256) public sold;
    mapping(address person => uint256) public owed;
    mapping(address person => mapping(uint256 kind => uint256)) public facts;
    mapping(address person => mapping(uint256 kind => mapping(uint256 fact => bool))) internal used;
    uint256 public toWorks;
    uint256[] internal ids;
    address[] internal buyers;
    uint256[] internal lines;

    constructor() {
        raise();
        raiseShops();
        for (uint256 i = 0; i < people.length; ++i) {
            if (people[i] != stubborn && people[i] != greedy) buyers.push(people[i]);
        }
        lines.push(line(uint160(buyers[0]), 7_000, 7_000, 0, 0));
        lines.push(line(uint160(buyers[1]), 3_000, 3_000, 50, 0));
        sealedWork(buyers[0], keccak256("recording"), lines, lines);
        release(10 ** 9 + 7, 9, 3_333, 999);
        release(0, 3, 10_000, 5_000);
    }

    // What may happen.

    function release(uint96 price, uint8 cap, uint16 masterBps, uint16 royaltyBps) public {
        if (ids.length == EDITIONS) return;
        IMusicEditions.Terms memory terms = IMusicEditions.Terms({
            workId: 1,
            price: price,
            cap: 1 + cap % 12,
            opens: uint40(block.timestamp),
            closes: uint40(block.timestamp + 30 days),
            masterBps: masterBps % 10_001,
            royaltyBps: royaltyBps % 5_001,
            uri: "ipfs://edition"
        });
        vm.prank(buyers[0]);
        ids.push(editions.release(terms));
    }

    function buy(uint256 which, uint32 quantity, uint256 who) external {
        uint256 id = ids[which % ids.length];
        quantity %= 5;
        IMusicEditions.Edition memory edition = editions.edition(id);
        address to = buyers[who % buyers.length];
        uint256 price = uint256(edition.price) * quantity;
        bool willWork = quantity != 0 && sold[id] + quantity <= edition.cap && block.timestamp < edition.closes;
        vm.deal(to, to.balance + price);
        vm.prank(to);
        try editions.buy{value: price}(id, quantity, to) returns (uint32 first) {
            check(willWork, "copies were sold out of time or beyond the cap");
            equal(first, sold[id] + 1, "first serial");
            sold[id] += quantity;
            copies[id][to] += quantity;
            toWorks += price;
        } catch {
            check(!willWork, "a sale was refused");
        }
    }

    function offer(uint256 which, uint256 who, uint96 price) external {
        uint256 id = ids[which % ids.length];
        address seller = buyers[who % buyers.length];
        bool willWork = price != 0 && copies[id][seller] != 0;
        vm.prank(seller);
        try editions.offer(id, price) {
            check(willWork, "a copy was offered that nobody has");
            offers[id][seller] = price;
        } catch {
            check(!willWork, "an offer was refused");
        }
    }

    function buyOffered(uint256 which, uint256 from, uint256 to) external {
        uint256 id = ids[which % ids.length];
        address seller = buyers[from % buyers.length];
        address buyer = buyers[to % buyers.length];
        uint256 price = offers[id][seller];
        vm.deal(buyer, buyer.balance + price);
        vm.prank(buyer);
        try editions.buyOffered{value: price}(id, seller) {
            check(price != 0, "a copy was resold that was not offered");
            uint256 royalty = price * editions.edition(id).royaltyBps / 10_000;
            owed[seller] += price - royalty;
            toWorks += royalty;
            offers[id][seller] = 0;
            _move(id, seller, buyer, 1);
        } catch {
            check(price == 0, "a resale was refused");
        }
    }

    function give(uint256 which, uint256 from, uint256 to, uint8 quantity) external {
        uint256 id = ids[which % ids.length];
        address giver = buyers[from % buyers.length];
        address receiver = buyers[to % buyers.length];
        quantity %= 4;
        bool willWork = copies[id][giver] >= quantity;
        vm.prank(giver);
        try ICopies(address(editions)).safeTransferFrom(giver, receiver, id, quantity, "") {
            check(willWork, "copies were given that nobody had");
            _move(id, giver, receiver, quantity);
        } catch {
            check(!willWork, "a gift was refused");
        }
    }

    function withdraw(uint256 who) external {
        address person = buyers[who % buyers.length];
        uint256 before = person.balance;
        try IOwedMoney(address(editions)).withdraw(person) {
            check(owed[person] != 0, "money was paid that was not owed");
            equal(person.balance, before + owed[person], "what was paid out");
            owed[person] = 0;
        } catch {
            check(owed[person] == 0, "money that was owed was not paid");
        }
    }

    function claimCollected(uint256 which, uint256 who) external {
        uint256 id = ids[which % ids.length];
        address person = buyers[who % buyers.length];
        uint256 kind = uint256(IMusicCredentials.Kind.Collected);
        bool willWork = copies[id][person] != 0 && !used[person][kind][id];
        vm.prank(person);
        try credentials.claimCollected(id) {
            check(willWork, "a credential was given for a copy that nobody has, or twice");
            _earn(person, kind, id);
        } catch {
            check(!willWork, "a credential was refused");
        }
    }

    function claimContributed(uint256 who, uint8 index) external {
        address person = buyers[who % buyers.length];
        uint256 kind = uint256(IMusicCredentials.Kind.Contributed);
        bool willWork = index % 2 == 0 ? person == buyers[0] : person == buyers[1];
        willWork = willWork && !used[person][kind][1];
        vm.prank(person);
        try credentials.claimContributed(1, index / 2 % 2, lines, index % 2) {
            check(willWork, "a credential was given to somebody who is not in the list, or twice");
            _earn(person, kind, 1);
        } catch {
            check(!willWork, "a credential was refused");
        }
    }

    /// @dev A holder tries every way to hand a credential on.
    function hand(uint256 from, uint256 to, uint8 kind) external {
        address holder = buyers[from % buyers.length];
        address receiver = buyers[to % buyers.length];
        uint256 tokenId = credentials.tokenIdOf(IMusicCredentials.Kind(1 + kind % 2), holder);
        IBound bound = IBound(address(credentials));
        vm.prank(holder);
        try bound.approve(receiver, tokenId) {
            check(false, "somebody got leave to move a credential");
        } catch {}
        vm.prank(holder);
        try bound.setApprovalForAll(receiver, true) {
            check(false, "somebody got leave to move all credentials");
        } catch {}
        vm.prank(holder);
        try bound.transferFrom(holder, receiver, tokenId) {
            check(false, "a credential moved");
        } catch {}
    }

    function burn(uint256 who, uint256 by, uint8 kind) external {
        address holder = buyers[who % buyers.length];
        address caller = by % 3 == 0 ? buyers[by % buyers.length] : holder;
        uint256 kind_ = 1 + kind % 2;
        bool willWork = caller == holder && facts[holder][kind_] != 0;
        vm.prank(caller);
        try credentials.burn(credentialOf(kind_, holder)) {
            check(willWork, "a credential was burnt by somebody else, or was not there");
            facts[holder][kind_] = 0;
        } catch {
            check(!willWork, "a holder could not burn her credential");
        }
    }

    function wait_(uint24 time) external {
        vm.warp(block.timestamp + time % 3 days);
    }

    // What is noted.

    function count() external view returns (uint256) {
        return ids.length;
    }

    function idAt(uint256 i) external view returns (uint256) {
        return ids[i];
    }

    function buyerAt(uint256 i) external view returns (address) {
        return buyers[i];
    }

    /// @dev As the interface says: kind << 160 | holder.
    function credentialOf(uint256 kind, address holder) public pure returns (uint256) {
        return kind << 160 | uint160(holder);
    }

    function _earn(address person, uint256 kind, uint256 fact) private {
        used[person][kind][fact] = true;
        ++facts[person][kind];
    }

    function _move(uint256 id, address from, address to, uint256 quantity) private {
        copies[id][from] -= quantity;
        copies[id][to] += quantity;
        if (copies[id][from] == 0) offers[id][from] = 0;
    }
}
