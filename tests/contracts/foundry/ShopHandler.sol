// SPDX-License-Identifier: Apache-2.0
// Random people buy, resell and give away copies of editions and earn credentials; a plain ledger notes what should be.
pragma solidity 0.8.30;

import {IMusicCredentials} from "../../../contracts/interfaces/IMusicCredentials.sol";
import {IMusicEditions} from "../../../contracts/interfaces/IMusicEditions.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {attempt, errorNoToken, errorPaused} from "./Attempt.sol";
import {Stage} from "./Stage.sol";
import {equal, vm} from "./Vm.sol";

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
    bool internal vaultPaused;
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

    /// @dev Out of time, beyond the cap, for less than the price, or of nothing: refused. So is a sale whose money the
    /// vault does not take.
    function buy(uint256 which, uint32 quantity, uint256 who, bool underpays) external {
        uint256 id = ids[which % ids.length];
        quantity %= 5;
        IMusicEditions.Edition memory edition = editions.edition(id);
        address to = buyers[who % buyers.length];
        uint256 price = uint256(edition.price) * quantity;
        uint256 sent = underpays && price != 0 && who % 8 == 0 ? price - 1 : price;
        uint256 left = edition.cap - sold[id];
        bytes memory refusal;
        if (quantity == 0) {
            refusal = abi.encodeWithSelector(IMusicEditions.MusicEditions_NothingBought.selector, id);
        } else if (block.timestamp >= edition.closes) {
            bytes4 closed = IMusicEditions.MusicEditions_Closed.selector;
            refusal = abi.encodeWithSelector(closed, id, edition.closes, block.timestamp);
        } else if (quantity > left) {
            refusal = abi.encodeWithSelector(IMusicEditions.MusicEditions_SoldOut.selector, id, left, quantity);
        } else if (sent != price) {
            refusal = abi.encodeWithSelector(IMusicEditions.MusicEditions_WrongPayment.selector, sent, price);
        } else if (vaultPaused && price != 0) {
            refusal = errorPaused();
        }
        bytes memory call = abi.encodeCall(IMusicEditions.buy, (id, quantity, to));
        (bool worked, bytes memory result) = attempt(to, address(editions), sent, call, refusal);
        if (!worked) return;
        equal(abi.decode(result, (uint32)), sold[id] + 1, "first serial");
        sold[id] += quantity;
        copies[id][to] += quantity;
        toWorks += price;
    }

    function offer(uint256 which, uint256 who, uint96 price) external {
        uint256 id = ids[which % ids.length];
        address seller = buyers[who % buyers.length];
        if (price % 8 == 0) price = 0;
        bytes memory refusal;
        if (price == 0) refusal = abi.encodeWithSelector(IMusicEditions.MusicEditions_PriceIsZero.selector, id);
        else if (copies[id][seller] == 0) {
            refusal = abi.encodeWithSelector(IMusicEditions.MusicEditions_NoCopy.selector, id, seller);
        }
        bytes memory call = abi.encodeCall(IMusicEditions.offer, (id, price));
        (bool worked,) = attempt(seller, address(editions), 0, call, refusal);
        if (worked) offers[id][seller] = price;
    }

    function withdrawOffer(uint256 which, uint256 who) external {
        uint256 id = ids[which % ids.length];
        address seller = buyers[who % buyers.length];
        bytes memory refusal = offers[id][seller] == 0 ? _noOffer(id, seller) : bytes("");
        bytes memory call = abi.encodeCall(IMusicEditions.withdrawOffer, (id));
        (bool worked,) = attempt(seller, address(editions), 0, call, refusal);
        if (worked) offers[id][seller] = 0;
    }

    function buyOffered(uint256 which, uint256 from, uint256 to) external {
        uint256 id = ids[which % ids.length];
        address seller = buyers[from % buyers.length];
        address buyer = buyers[to % buyers.length];
        uint256 price = offers[id][seller];
        uint256 royalty = price * editions.edition(id).royaltyBps / 10_000;
        bytes memory refusal = price == 0 ? _noOffer(id, seller) : bytes("");
        if (vaultPaused && royalty != 0) refusal = errorPaused();
        bytes memory call = abi.encodeCall(IMusicEditions.buyOffered, (id, seller));
        (bool worked,) = attempt(buyer, address(editions), price, call, refusal);
        if (!worked) return;
        owed[seller] += price - royalty;
        toWorks += royalty;
        offers[id][seller] = 0;
        _move(id, seller, buyer, 1);
    }

    function give(uint256 which, uint256 from, uint256 to, uint8 quantity) external {
        uint256 id = ids[which % ids.length];
        address giver = buyers[from % buyers.length];
        address receiver = buyers[to % buyers.length];
        quantity %= 4;
        uint256 has = copies[id][giver];
        bytes memory refusal;
        if (has < quantity) {
            refusal = abi.encodeWithSignature(
                "ERC1155InsufficientBalance(address,uint256,uint256,uint256)", giver, has, quantity, id
            );
        }
        bytes memory call = abi.encodeCall(ICopies.safeTransferFrom, (giver, receiver, id, quantity, ""));
        (bool worked,) = attempt(giver, address(editions), 0, call, refusal);
        if (worked) _move(id, giver, receiver, quantity);
    }

    function withdraw(uint256 who) external {
        address person = buyers[who % buyers.length];
        uint256 before = person.balance;
        bytes memory refusal;
        bytes4 nothing = IOwedMoney.OwedMoney_NothingOwed.selector;
        if (owed[person] == 0) refusal = abi.encodeWithSelector(nothing, person);
        bytes memory call = abi.encodeCall(IOwedMoney.withdraw, (person));
        attempt(address(this), address(editions), 0, call, refusal);
        equal(person.balance, before + owed[person], "what was paid out");
        owed[person] = 0;
    }

    function pauseVault(uint8 on) external {
        bool pause = on % 4 == 0;
        if (pause == vaultPaused) return;
        if (pause) vault.pause();
        else vault.unpause();
        vaultPaused = pause;
    }

    function claimCollected(uint256 which, uint256 who) external {
        uint256 id = ids[which % ids.length];
        address person = buyers[who % buyers.length];
        uint256 kind = uint256(IMusicCredentials.Kind.Collected);
        bytes memory refusal;
        bytes4 noCopy = IMusicCredentials.MusicCredentials_NoCopy.selector;
        if (copies[id][person] == 0) refusal = abi.encodeWithSelector(noCopy, id, person);
        _claim(person, kind, id, abi.encodeCall(IMusicCredentials.claimCollected, (id)), refusal);
    }

    function claimContributed(uint256 who, uint8 index) external {
        address person = buyers[who % buyers.length];
        address payee = buyers[index % 2];
        bytes memory refusal;
        bytes4 other = IMusicCredentials.MusicCredentials_NotPayee.selector;
        if (person != payee) refusal = abi.encodeWithSelector(other, 1, index % 2, payee, person);
        bytes memory call =
            abi.encodeCall(IMusicCredentials.claimContributed, (1, index / 2 % 2, lines, index % 2));
        _claim(person, uint256(IMusicCredentials.Kind.Contributed), 1, call, refusal);
    }

    /// @dev A holder tries every way to hand a credential on.
    function hand(uint256 from, uint256 to, uint8 kind) external {
        address holder = buyers[from % buyers.length];
        address receiver = buyers[to % buyers.length];
        uint256 kind_ = 1 + kind % 2;
        uint256 tokenId = credentialOf(kind_, holder);
        bytes4 bound = IMusicCredentials.MusicCredentials_Bound.selector;
        bytes memory call = abi.encodeCall(IBound.approve, (receiver, tokenId));
        attempt(holder, address(credentials), 0, call, abi.encodeWithSelector(bound, tokenId));
        call = abi.encodeCall(IBound.setApprovalForAll, (receiver, true));
        attempt(holder, address(credentials), 0, call, abi.encodeWithSelector(bound, 0));
        call = abi.encodeCall(IBound.transferFrom, (holder, receiver, tokenId));
        bytes memory refusal = abi.encodeWithSelector(bound, tokenId);
        if (facts[holder][kind_] == 0) refusal = errorNoToken(tokenId);
        attempt(holder, address(credentials), 0, call, refusal);
    }

    function burn(uint256 who, uint256 by, uint8 kind) external {
        address holder = buyers[who % buyers.length];
        address caller = by % 3 == 0 ? buyers[by % buyers.length] : holder;
        uint256 kind_ = 1 + kind % 2;
        uint256 tokenId = credentialOf(kind_, holder);
        bytes memory refusal;
        bytes4 other = IMusicCredentials.MusicCredentials_NotHolder.selector;
        if (facts[holder][kind_] == 0) refusal = errorNoToken(tokenId);
        else if (caller != holder) refusal = abi.encodeWithSelector(other, tokenId, holder, caller);
        bytes memory call = abi.encodeCall(IMusicCredentials.burn, (tokenId));
        (bool worked,) = attempt(caller, address(credentials), 0, call, refusal);
        if (worked) facts[holder][kind_] = 0;
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

    function _claim(address person, uint256 kind, uint256 fact, bytes memory call, bytes memory refusal) private {
        bytes4 twice = IMusicCredentials.MusicCredentials_FactUsed.selector;
        if (refusal.length == 0 && used[person][kind][fact]) {
            refusal = abi.encodeWithSelector(twice, credentialOf(kind, person), fact);
        }
        (bool worked,) = attempt(person, address(credentials), 0, call, refusal);
        if (!worked) return;
        used[person][kind][fact] = true;
        ++facts[person][kind];
    }

    function _noOffer(uint256 id, address seller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMusicEditions.MusicEditions_NoOffer.selector, id, seller);
    }

    function _move(uint256 id, address from, address to, uint256 quantity) private {
        copies[id][from] -= quantity;
        copies[id][to] += quantity;
        if (copies[id][from] == 0) offers[id][from] = 0;
    }
}
