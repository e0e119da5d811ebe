// SPDX-License-Identifier: Apache-2.0
// What holds of editions and credentials after every step of any trace.
pragma solidity 0.8.30;

import {IMusicCredentials} from "../../../contracts/interfaces/IMusicCredentials.sol";
import {IMusicEditions} from "../../../contracts/interfaces/IMusicEditions.sol";
import {IOwedMoney} from "../../../contracts/interfaces/IOwedMoney.sol";
import {IBound, ICopies, ShopHandler} from "./ShopHandler.sol";
import {Targets} from "./Targets.sol";
import {atMost, check, equal} from "./Vm.sol";

contract ShopInvariants is Targets {
    uint256 private constant KINDS = 3;

    ShopHandler private handler;
    IMusicEditions private editions;
    IMusicCredentials private credentials;

    function setUp() public {
        handler = new ShopHandler();
        editions = handler.editions();
        credentials = handler.credentials();
        bytes4[] memory actions = new bytes4[](14);
        actions[0] = ShopHandler.release.selector;
        actions[1] = ShopHandler.buy.selector;
        actions[2] = ShopHandler.buy.selector;
        actions[3] = ShopHandler.offer.selector;
        actions[4] = ShopHandler.buyOffered.selector;
        actions[5] = ShopHandler.give.selector;
        actions[6] = ShopHandler.withdraw.selector;
        actions[7] = ShopHandler.claimCollected.selector;
        actions[8] = ShopHandler.claimContributed.selector;
        actions[9] = ShopHandler.hand.selector;
        actions[10] = ShopHandler.burn.selector;
        actions[11] = ShopHandler.wait_.selector;
        actions[12] = ShopHandler.withdrawOffer.selector;
        actions[13] = ShopHandler.pauseVault.selector;
        target(address(handler), actions);
    }

    /// @dev 14. No edition has more copies than its cap, and every copy that was sold is with somebody.
    function invariant_no_copies_beyond_the_cap() public view {
        for (uint256 e = 0; e < handler.count(); ++e) {
            uint256 id = handler.idAt(e);
            IMusicEditions.Edition memory edition = editions.edition(id);
            atMost(edition.sold, edition.cap, "sold");
            uint256 held;
            for (uint256 i = 0; i < handler.PLAIN_PEOPLE(); ++i) {
                uint256 copies = ICopies(address(editions)).balanceOf(handler.buyerAt(i), id);
                equal(copies, handler.copies(id, handler.buyerAt(i)), "copies");
                held += copies;
            }
            equal(held, edition.sold, "copies that are held");
        }
    }

    /// @dev 15. An offer is its seller's, at her price, and ends with her last copy.
    function invariant_an_offer_stands_only_for_a_copy() public view {
        for (uint256 e = 0; e < handler.count(); ++e) {
            uint256 id = handler.idAt(e);
            for (uint256 i = 0; i < handler.PLAIN_PEOPLE(); ++i) {
                address person = handler.buyerAt(i);
                uint256 offer = editions.offerOf(id, person);
                equal(offer, handler.offers(id, person), "offer");
                check(offer == 0 || ICopies(address(editions)).balanceOf(person, id) != 0, "an offer of no copy");
            }
        }
    }

    /// @dev Every wei of a sale is with the works at once; what is left of a resale is owed to its seller.
    function invariant_sales_pay_the_works_and_the_sellers() public view {
        uint256 sum;
        for (uint256 i = 0; i < handler.PLAIN_PEOPLE(); ++i) {
            address person = handler.buyerAt(i);
            uint256 owed = IOwedMoney(address(editions)).owed(person);
            equal(owed, handler.owed(person), "owed");
            sum += owed;
        }
        equal(address(editions).balance, sum, "balance");
        equal(address(handler.vault()).balance, handler.toWorks(), "paid to the works");
    }

    /// @dev 19. A credential never moves: it is with the holder for whom it was made, or nowhere.
    function invariant_a_credential_never_moves() public view {
        for (uint256 i = 0; i < handler.PLAIN_PEOPLE(); ++i) {
            address person = handler.buyerAt(i);
            uint256 held;
            for (uint256 kind = 1; kind <= KINDS; ++kind) {
                uint256 tokenId = handler.credentialOf(kind, person);
                if (handler.facts(person, kind) == 0) continue;
                ++held;
                check(IBound(address(credentials)).ownerOf(tokenId) == person, "a credential moved");
            }
            equal(IBound(address(credentials)).balanceOf(person), held, "credentials that a person holds");
        }
    }

    /// @dev 19. One of a kind and holder, however many facts: the facts are counted in it, each once.
    function invariant_each_fact_counts_once() public view {
        for (uint256 i = 0; i < handler.PLAIN_PEOPLE(); ++i) {
            address person = handler.buyerAt(i);
            for (uint256 kind = 1; kind <= KINDS; ++kind) {
                uint256 tokenId = handler.credentialOf(kind, person);
                equal(credentials.countOf(tokenId), handler.facts(person, kind), "facts");
            }
        }
    }
}
