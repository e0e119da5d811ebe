// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Editions of registered works: sold once into the royalty vault, resold with a royalty
/// @notice One ERC-1155 id per edition: `workId << 8 | index`, index from 1 to 255. Copies carry serials from 1, and the
/// copy mark of a file is `index << 24 | serial`, so a cap fits in 24 bits. Price, cap and window never change.
/// ERC-2981 tells other markets the royalty; only our own market can enforce it.
interface IMusicEditions {
    /// @notice What a registrant decides when an edition is released.
    struct Terms {
        uint256 workId;
        uint96 price; // wei per copy; 0 gives it away
        uint32 cap; // copies that can ever be sold
        uint40 opens; // unix time, first second of the sale
        uint40 closes; // unix time, first second after the sale
        uint16 masterBps; // of every payment to the MASTER split; the rest goes to COMPOSITION
        uint16 royaltyBps; // of every resale to the works
        string uri; // metadata
    }

    /// @notice An edition as it stands.
    struct Edition {
        uint256 workId;
        uint96 price;
        uint32 cap;
        uint32 sold;
        uint40 opens;
        uint40 closes;
        uint16 masterBps;
        uint16 royaltyBps;
    }

    /// @notice A registrant released an edition.
    event EditionReleased(
        uint256 indexed editionId,
        uint256 indexed workId,
        uint8 index,
        uint96 price,
        uint32 cap,
        uint40 opens,
        uint40 closes,
        uint16 masterBps,
        uint16 royaltyBps,
        string uri
    );
    /// @notice A holder offers one copy for a price. A later offer replaces it.
    event EditionOffered(uint256 indexed editionId, address indexed seller, uint96 price);
    /// @notice An offer ended without a sale: by its seller, or since the seller has no copy left.
    event OfferWithdrawn(uint256 indexed editionId, address indexed seller);
    /// @notice One copy changed hands; `royalty` of `price` went to the works, the rest is owed to the seller.
    event EditionResold(
        uint256 indexed editionId, address indexed seller, address indexed buyer, uint256 price, uint256 royalty
    );
    /// @notice ERC-7572: what {contractURI} returns has changed.
    event ContractURIUpdated();

    /// @notice The work has no sealed split sheet, so nobody has agreed who is paid.
    error MusicEditions_WorkNotSealed(uint256 workId);
    /// @notice Only the registrant of the work releases its editions.
    error MusicEditions_NotRegistrant(uint256 workId, address registrant, address caller);
    /// @notice A work has at most 255 editions.
    error MusicEditions_TooManyEditions(uint256 workId, uint256 limit);
    /// @notice A cap lies between 1 and 16,777,215.
    error MusicEditions_CapOutOfRange(uint32 cap, uint32 limit);
    /// @notice The sale must open before it closes, and close in the future.
    error MusicEditions_WindowEmpty(uint40 opens, uint40 closes, uint256 time);
    /// @notice A share is above its limit.
    error MusicEditions_ShareTooHigh(uint16 bps, uint16 limit);
    /// @notice No edition has this id.
    error MusicEditions_UnknownEdition(uint256 editionId);
    /// @notice At least one copy must be bought.
    error MusicEditions_NothingBought(uint256 editionId);
    /// @notice The sale has not begun.
    error MusicEditions_NotOpenYet(uint256 editionId, uint40 opens, uint256 time);
    /// @notice The sale is over.
    error MusicEditions_Closed(uint256 editionId, uint40 closes, uint256 time);
    /// @notice Fewer copies are left than were asked for.
    error MusicEditions_SoldOut(uint256 editionId, uint256 left, uint256 wanted);
    /// @notice The payment must be exact.
    error MusicEditions_WrongPayment(uint256 sent, uint256 price);
    /// @notice The account holds no copy of the edition.
    error MusicEditions_NoCopy(uint256 editionId, address account);
    /// @notice An offer needs a price above zero.
    error MusicEditions_PriceIsZero(uint256 editionId);
    /// @notice This account offers no copy of the edition.
    error MusicEditions_NoOffer(uint256 editionId, address seller);

    /// @notice Releases an edition of a sealed work.
    ///
    /// Emits {EditionReleased} and ERC-1155 `URI`.
    /// Requirements: the caller is the work's registrant; 1 ≤ cap < 2^24; opens < closes and closes lies ahead;
    /// masterBps ≤ 10,000; royaltyBps ≤ 5,000.
    function release(Terms calldata terms) external returns (uint256 editionId);

    /// @notice Buys copies for `to`. The payment goes to the work's current splits in the same transaction.
    ///
    /// Emits ERC-1155 `TransferSingle` from the zero address: copies come into being by sale alone, so the serials are those
    /// that follow the copies of earlier such events.
    /// Requirements: the sale is open, copies are left, the payment is exact; `to` accepts ERC-1155.
    /// @return firstSerial the first of `quantity` consecutive serials
    function buy(uint256 editionId, uint32 quantity, address to) external payable returns (uint32 firstSerial);

    /// @notice Offers one copy of the caller's for `price` wei; a second offer replaces the first.
    ///
    /// Emits {EditionOffered}. Requirements: the caller holds a copy; price > 0.
    function offer(uint256 editionId, uint96 price) external;

    /// @notice Ends the caller's offer. A pause does not stop it.
    ///
    /// Emits {OfferWithdrawn}. Reverts with {MusicEditions_NoOffer}.
    function withdrawOffer(uint256 editionId) external;

    /// @notice Buys the copy that `seller` offers. The royalty goes to the works, the rest is owed to the seller.
    ///
    /// Emits {EditionResold} and ERC-1155 `TransferSingle`. Requirements: the offer stands; the payment is its price.
    function buyOffered(uint256 editionId, address seller) external payable;

    /// @notice What `seller` asks for one copy, in wei; 0 when there is no offer.
    function offerOf(uint256 editionId, address seller) external view returns (uint96 price);

    /// @notice An edition as it stands. Reverts with {MusicEditions_UnknownEdition}.
    function edition(uint256 editionId) external view returns (Edition memory);

    /// @notice How many editions a work has; their indexes run from 1.
    function editionsOf(uint256 workId) external view returns (uint256 count);

    /// @notice ERC-7572: metadata of the whole collection.
    function contractURI() external view returns (string memory);

    /// @notice Changes the metadata of the whole collection. Restricted by the authority.
    ///
    /// Emits {ContractURIUpdated}.
    function setContractURI(string calldata uri) external;

    /// @notice Stops releases, sales and offers. Withdrawals, transfers and offers' ends go on. Restricted.
    function pause() external;

    /// @notice Ends a pause. Restricted.
    function unpause() external;
}
