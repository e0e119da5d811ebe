// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {OwedMoney} from "./abstracts/OwedMoney.sol";
import {RoyaltySource} from "./abstracts/RoyaltySource.sol";
import {IMusicEditions} from "./interfaces/IMusicEditions.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {COMPOSITION, MASTER, WHOLE} from "./types/SplitLine.sol";

/// @title Sells editions of registered works and pays the works at once
contract MusicEditions is
    IMusicEditions,
    ERC1155,
    IERC2981,
    RoyaltySource,
    OwedMoney,
    AccessManaged,
    Pausable
{
    struct Sale {
        uint96 price; // slot 0, which all of it fills
        uint24 cap; // 0: no such edition
        uint24 sold;
        uint40 opens;
        uint40 closes;
        uint16 masterBps;
        uint16 royaltyBps;
    }

    uint256 private constant MAX_EDITIONS = type(uint8).max;
    uint32 private constant MAX_CAP = type(uint24).max;
    uint16 private constant MAX_ROYALTY_BPS = 5_000;

    mapping(uint256 editionId => Sale) private _sales;
    mapping(uint256 editionId => string uri) private _uris;
    mapping(uint256 workId => uint256 count) private _counts;
    mapping(uint256 editionId => mapping(address seller => uint96 price)) private _offers;
    string private _contractURI;

    constructor(IWorkRegistry registry_, IRoyaltyVault vault_, address authority_)
        ERC1155("")
        RoyaltySource(registry_, vault_)
        AccessManaged(authority_)
    {}

    /// @inheritdoc IMusicEditions
    function release(Terms calldata terms) external whenNotPaused returns (uint256 editionId) {
        _checkTerms(terms);
        uint256 index = _counts[terms.workId] + 1;
        if (index > MAX_EDITIONS) revert MusicEditions_TooManyEditions(terms.workId, MAX_EDITIONS);
        _counts[terms.workId] = index;
        editionId = terms.workId << 8 | index;
        _sales[editionId] = Sale({
            price: terms.price,
            cap: uint24(terms.cap), // checked: at most MAX_CAP
            sold: 0,
            opens: terms.opens,
            closes: terms.closes,
            masterBps: terms.masterBps,
            royaltyBps: terms.royaltyBps
        });
        _uris[editionId] = terms.uri;
        emit EditionReleased(
            editionId,
            terms.workId,
            uint8(index),
            terms.price,
            terms.cap,
            terms.opens,
            terms.closes,
            terms.masterBps,
            terms.royaltyBps,
            terms.uri
        );
        emit URI(terms.uri, editionId);
    }

    /// @inheritdoc IMusicEditions
    function buy(uint256 editionId, uint32 quantity, address to)
        external
        payable
        whenNotPaused
        returns (uint32 firstSerial)
    {
        Sale memory sale = _sale(editionId);
        if (quantity == 0) revert MusicEditions_NothingBought(editionId);
        if (block.timestamp < sale.opens) revert MusicEditions_NotOpenYet(editionId, sale.opens, block.timestamp);
        if (block.timestamp >= sale.closes) revert MusicEditions_Closed(editionId, sale.closes, block.timestamp);
        if (quantity > sale.cap - sale.sold) {
            revert MusicEditions_SoldOut(editionId, sale.cap - sale.sold, quantity);
        }
        uint256 due = uint256(sale.price) * quantity;
        if (msg.value != due) revert MusicEditions_WrongPayment(msg.value, due);

        firstSerial = sale.sold + 1;
        _sales[editionId].sold = sale.sold + uint24(quantity); // checked: at most the cap
        _payWork(editionId, due, sale.masterBps);
        _mint(to, editionId, quantity, ""); // last: it may call the receiver
    }

    /// @inheritdoc IMusicEditions
    function offer(uint256 editionId, uint96 price) external whenNotPaused {
        if (price == 0) revert MusicEditions_PriceIsZero(editionId);
        if (balanceOf(msg.sender, editionId) == 0) revert MusicEditions_NoCopy(editionId, msg.sender);
        _offers[editionId][msg.sender] = price;
        emit EditionOffered(editionId, msg.sender, price);
    }

    /// @inheritdoc IMusicEditions
    function withdrawOffer(uint256 editionId) external {
        if (_offers[editionId][msg.sender] == 0) revert MusicEditions_NoOffer(editionId, msg.sender);
        _endOffer(editionId, msg.sender);
    }

    /// @inheritdoc IMusicEditions
    function buyOffered(uint256 editionId, address seller) external payable whenNotPaused {
        uint256 price = _offers[editionId][seller];
        if (price == 0) revert MusicEditions_NoOffer(editionId, seller);
        if (msg.value != price) revert MusicEditions_WrongPayment(msg.value, price);
        delete _offers[editionId][seller];

        Sale memory sale = _sale(editionId);
        uint256 royalty = price * sale.royaltyBps / WHOLE;
        _owe(seller, price - royalty);
        emit EditionResold(editionId, seller, msg.sender, price, royalty);
        _payWork(editionId, royalty, sale.masterBps);
        _safeTransferFrom(seller, msg.sender, editionId, 1, ""); // last: it may call the receiver
    }

    /// @inheritdoc IMusicEditions
    function setContractURI(string calldata uri_) external restricted {
        _contractURI = uri_;
        emit ContractURIUpdated();
    }

    /// @inheritdoc IMusicEditions
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc IMusicEditions
    function unpause() external restricted {
        _unpause();
    }

    /// @inheritdoc IMusicEditions
    function edition(uint256 editionId) external view returns (Edition memory) {
        Sale memory sale = _sale(editionId);
        return Edition({
            workId: editionId >> 8,
            price: sale.price,
            cap: sale.cap,
            sold: sale.sold,
            opens: sale.opens,
            closes: sale.closes,
            masterBps: sale.masterBps,
            royaltyBps: sale.royaltyBps
        });
    }

    /// @inheritdoc IMusicEditions
    function editionsOf(uint256 workId) external view returns (uint256 count) {
        return _counts[workId];
    }

    /// @inheritdoc IMusicEditions
    function offerOf(uint256 editionId, address seller) external view returns (uint96 price) {
        return _offers[editionId][seller];
    }

    /// @inheritdoc IMusicEditions
    function contractURI() external view returns (string memory) {
        return _contractURI;
    }

    /// @notice ERC-2981: the royalty of a resale elsewhere, paid to the edition's inbox.
    function royaltyInfo(uint256 editionId, uint256 salePrice)
        public
        view
        returns (address receiver, uint256 royalty)
    {
        uint256 bps = _sale(editionId).royaltyBps;
        return (inboxes.addressOf(editionId), salePrice * bps / WHOLE);
    }

    /// @inheritdoc RoyaltySource
    function royaltyShares(uint256 editionId)
        public
        view
        override
        returns (bytes32[] memory splitIds, uint256[] memory bps)
    {
        uint256 masterBps = _sale(editionId).masterBps;
        splitIds = new bytes32[](2);
        bps = new uint256[](2);
        (splitIds[0], bps[0]) = (registry.currentSplit(editionId >> 8, MASTER), masterBps);
        (splitIds[1], bps[1]) = (registry.currentSplit(editionId >> 8, COMPOSITION), WHOLE - masterBps);
    }

    /// @notice ERC-1155: metadata of an edition.
    function uri(uint256 editionId) public view override returns (string memory) {
        _sale(editionId);
        return _uris[editionId];
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC1155, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev A holder without a copy has nothing to offer: an old offer must not sell a copy that she gets later.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        super._update(from, to, ids, values);
        if (from == address(0)) return;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_offers[ids[i]][from] != 0 && balanceOf(from, ids[i]) == 0) _endOffer(ids[i], from);
        }
    }

    function _endOffer(uint256 editionId, address seller) private {
        delete _offers[editionId][seller];
        emit OfferWithdrawn(editionId, seller);
    }

    /// @dev Both sides of the work's current sheet, as {payments} divides it.
    function _payWork(uint256 editionId, uint256 amount, uint256 masterBps) private {
        if (amount != 0) vault.payWork{value: amount}(editionId >> 8, amount * masterBps / WHOLE);
    }

    function _sale(uint256 editionId) private view returns (Sale memory sale) {
        sale = _sales[editionId];
        if (sale.cap == 0) revert MusicEditions_UnknownEdition(editionId);
    }

    function _checkTerms(Terms calldata terms) private view {
        if (!registry.isSealed(terms.workId)) revert MusicEditions_WorkNotSealed(terms.workId);
        address registrant = registry.work(terms.workId).registrant;
        if (msg.sender != registrant) revert MusicEditions_NotRegistrant(terms.workId, registrant, msg.sender);
        if (terms.cap == 0 || terms.cap > MAX_CAP) revert MusicEditions_CapOutOfRange(terms.cap, MAX_CAP);
        if (terms.opens >= terms.closes || terms.closes <= block.timestamp) {
            revert MusicEditions_WindowEmpty(terms.opens, terms.closes, block.timestamp);
        }
        if (terms.masterBps > WHOLE) revert MusicEditions_ShareTooHigh(terms.masterBps, uint16(WHOLE));
        if (terms.royaltyBps > MAX_ROYALTY_BPS) revert MusicEditions_ShareTooHigh(terms.royaltyBps, MAX_ROYALTY_BPS);
    }
}
