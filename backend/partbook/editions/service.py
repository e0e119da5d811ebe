"""Release editions and sell copies; each buyer's copy is marked for her."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from partbook.chain.events import EditionReleased
from partbook.chain.receipts import Receipt
from partbook.chain.terms import EditionTerms
from partbook.core.canonical import canonical_json
from partbook.core.errors import NotFound, UnusableInput
from partbook.core.ids import Address, EditionId, WorkId
from partbook.core.money import WHOLE, BasisPoints, Wei
from partbook.editions import records
from partbook.editions.copies import CopyFile, made_here, make_copy
from partbook.editions.personal_copies import Personal
from partbook.works.desk import Desk, sent
from partbook.works.metadata import EditionMetadata, checked
from partbook.works.pinning import put_bytes
from partbook.works.records import title_of
from partbook.works.views import release_path, show_work
from partbook.works.voices import refuse_release

LONGEST_TIER = 60
OPEN_FOR = 10 * 365 * 86_400
"""Seconds that an edition is on sale unless told: ten years."""


@dataclass(frozen=True)
class EditionView:
    """An edition as it stands in the ledger; `price` is in wei, times are Unix seconds."""

    edition_id: int
    work_id: int
    title: str
    index: int
    price: Wei
    cap: int
    sold: int
    opens: int
    closes: int
    master_bps: int
    royalty_bps: int
    uri: str
    tier: str = ""
    """What its registrant calls it, such as Deluxe; empty where this machine does not know."""
    offers: tuple[tuple[str, Wei], ...] = ()

    @property
    def label(self) -> str:
        """What tells it from other editions of the work."""
        return self.tier or f"no. {self.index}"

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        offers = [{"seller": seller, "price": str(price)} for seller, price in self.offers]
        return vars(self) | {"price": str(self.price), "left": self.cap - self.sold, "offers": offers}


@dataclass(frozen=True)
class Purchase:
    """A sale with the file that was made for the buyer; `paid` is in wei."""

    edition_id: int
    work_id: int
    serial: int
    copy_number: int
    buyer: Address
    buyer_name: str
    paid: Wei
    block: int
    transaction: str
    copy: CopyFile | None

    @property
    def file(self) -> Path:
        """The buyer's own file.

        Raises:
            NotFound: it was not made on this machine.
        """
        if self.copy is None:
            raise NotFound(f"The file of copy {self.serial} was not made on this machine.")
        return self.copy.path

    @property
    def payload(self) -> str:
        """What the copy mark says, 16 hexadecimal digits; empty where the file was not made on this machine."""
        return "" if self.copy is None else self.copy.payload

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        plain = {name: value for name, value in vars(self).items() if name != "copy"}
        return plain | {"paid": str(self.paid)} | ({} if self.copy is None else self.copy.as_json())


def release_edition(
    desk: Desk,
    work_id: int,
    by: str,
    price: Wei,
    cap: int,
    opens: int = 0,
    closes: int = 0,
    master_bps: int = WHOLE // 2,
    royalty_bps: int = 1_000,
    tier: str = "",
    dry_run: bool = False,
) -> EditionView:
    """Put an edition of a registered work on sale. A work has as many as it has tiers, each with terms of its own.

    Args:
        by: the work's registrant.
        price: wei per copy.
        cap: most copies that will ever be sold.
        opens: Unix seconds; now unless told.
        closes: Unix seconds; ten years on unless told.
        master_bps: part of each price for the recording; the rest is for the composition.
        royalty_bps: part of each resale for the work.
        tier: what people call it, such as Deluxe.
        dry_run: asks the contract only; ends in `Rehearsed`.

    Raises:
        ChainRefused: not the registrant, not sealed, or terms out of range.
        UnusableInput: the name of the tier is too long, or taken by another edition of the work.
        Unconsented: a voice is imitated in the song without its singer's consent.
    """
    desk.catch_up()
    work = show_work(desk, work_id)
    if not work.version:
        raise UnusableInput(f"Work {work_id} is not registered yet. Nothing can be sold before everybody has signed.")
    _check_tier(desk, work_id, tier)
    _check_voices(desk, work_id)
    number = desk.contracts.editions.editions_of(WorkId(work_id)) + 1
    uri = ""
    if work.cids and not dry_run:
        record = {
            "schema": "partbook-edition-metadata-1",
            "name": f"{work.title}, {tier or f'edition {number}'}",
            "description": f"{cap} copies, each marked for its buyer.",
            "animation_url": f"ipfs://{work.cids['preview']}",
            "work_metadata": work.uri,
            "ai_bps": work.ai_bps or 0,
        }
        checked(EditionMetadata, record, "edition's metadata")
        uri = f"ipfs://{put_bytes(desk.store, canonical_json(record), f'{work.title}: edition {number}')[0]}"
    start = opens or desk.now()
    terms = EditionTerms(
        WorkId(work_id),
        price,
        cap,
        start,
        closes or start + OPEN_FOR,
        BasisPoints(master_bps),
        BasisPoints(royalty_bps),
        uri,
    )
    receipt = sent(desk.contracts.editions.release(terms, signer=desk.signer(by), dry_run=dry_run))
    desk.catch_up()
    edition_id = receipt.the(EditionReleased).edition_id
    if tier:
        with desk.database.session() as session:
            session.merge(records.EditionTierRow(edition_id=edition_id, tier=tier))
    return show_edition(desk, edition_id)


def buy_edition(
    desk: Desk,
    edition_id: int,
    buyer: str,
    out: Path | None = None,
    dry_run: bool = False,
    key: str | None = None,
    personal: Personal | None = None,
) -> Purchase:
    """Buy one copy and have the buyer's own file made, where this machine has what that needs.

    Elsewhere the registrant's machine makes it: `deliver_copy` there.

    Args:
        buyer: keyring name of who pays and receives.
        out: folder for the file, or the file itself if it ends in .wav; the home's `copies` folder unless told.
        dry_run: asks the contract only; ends in `Rehearsed`.
        key: idempotency key; the same key buys once and gives the same sale again.
        personal: have the file rendered for the buyer.

    Raises:
        NotFound: no such edition.
        ChainRefused: sold out, not on sale, or too little money.
    """
    desk.catch_up()
    edition = show_edition(desk, edition_id)
    signer = desk.signer(buyer)
    receipt = sent(
        desk.contracts.editions.buy(
            EditionId(edition_id), 1, signer.address, edition.price, signer=signer, dry_run=dry_run, key=key
        )
    )
    desk.catch_up()
    _, serial = _sold_in(desk, receipt.transaction)[0]
    if made_here(desk, edition.work_id):
        deliver_copy(desk, edition_id, serial, out, personal)
    return show_purchase(desk, edition_id, serial)


def purchases_in(desk: Desk, transaction: str, out: Path | None = None) -> list[Purchase]:
    """The sales of a transaction that a buyer's own wallet sent, each with its file, made now if it is not there.

    Raises:
        NotFound: the transaction bought nothing, or is not in a block yet.
    """
    desk.catch_up()
    sold = _sold_in(desk, transaction)
    for edition_id, serial in sold:
        deliver_copy(desk, edition_id, serial, out)
    return [show_purchase(desk, edition_id, serial) for edition_id, serial in sold]


def _sold_in(desk: Desk, transaction: str) -> list[tuple[int, int]]:
    """Edition and serial of each copy that was sold in a transaction."""
    with desk.database.reading() as session:
        sold = [(row.edition_id, row.serial) for row in records.copies_in(session, transaction.lower())]
    if not sold:
        raise NotFound(f"Transaction {transaction} bought no copy that this machine knows of; is it in a block yet?")
    return sold


def deliver_copy(
    desk: Desk, edition_id: int, serial: int, out: Path | None = None, personal: Personal | None = None
) -> CopyFile:
    """The file of a sold copy, marked under the registrant's key; made once and given again after that.

    Args:
        out: folder for the file, or the file itself if it ends in .wav; the home's `copies` folder unless told.
        personal: render it for the buyer instead of copying the release.

    Raises:
        NotFound: that copy was not sold, or the release is not on this machine.
        UnusableInput: the registrant's mark key is not on this machine.
    """
    with desk.database.reading() as session:
        row = records.copy_row(session, edition_id, serial)
        work_id = row.work_id
    return make_copy(desk, work_id, edition_id, serial, out, personal)


def show_purchase(desk: Desk, edition_id: int, serial: int) -> Purchase:
    """A sale.

    Raises:
        NotFound: that copy was not sold.
    """
    with desk.database.reading() as session:
        row = records.copy_row(session, edition_id, serial)
        return _purchase(desk, session, row)


def show_edition(desk: Desk, edition_id: int) -> EditionView:
    """An edition with the copies on offer.

    Raises:
        NotFound: there is none with this number.
    """
    with desk.database.reading() as session:
        return _view(desk, session, records.edition_row(session, edition_id))


def list_editions(desk: Desk, work_id: int | None = None, after: int = 0, limit: int = 50) -> list[EditionView]:
    """Editions in the order of their numbers, of one work if told."""
    with desk.database.reading() as session:
        return [_view(desk, session, row) for row in records.editions_after(session, after, limit, work_id)]


def list_purchases(desk: Desk, edition_id: int) -> list[Purchase]:
    """Every sale of an edition in the order of serials."""
    with desk.database.reading() as session:
        records.edition_row(session, edition_id)
        return [_purchase(desk, session, row) for row in records.copies_of(session, edition_id)]


def offer_copy(desk: Desk, edition_id: int, by: str, price: Wei, dry_run: bool = False) -> Receipt:
    """Offer one of one's own copies to anyone at a price in wei."""
    receipt = sent(desk.contracts.editions.offer(EditionId(edition_id), price, signer=desk.signer(by), dry_run=dry_run))
    desk.catch_up()
    return receipt


def buy_offered_copy(desk: Desk, edition_id: int, seller: str, buyer: str, dry_run: bool = False) -> Receipt:
    """Buy a copy that somebody offers; the work gets its royalty, the rest is owed to the seller.

    Raises:
        NotFound: the seller offers no copy.
    """
    who = desk.address(seller)
    price = desk.contracts.editions.offer_of(EditionId(edition_id), who)
    if price is None:
        raise NotFound(f"{seller} offers no copy of edition {edition_id}.")
    receipt = sent(
        desk.contracts.editions.buy_offered(
            EditionId(edition_id), who, price, signer=desk.signer(buyer), dry_run=dry_run
        )
    )
    desk.catch_up()
    return receipt


def withdraw_proceeds(desk: Desk, by: str, dry_run: bool = False) -> Receipt:
    """Send a seller what the market owes her."""
    return sent(desk.contracts.editions.withdraw(desk.address(by), signer=desk.signer(by), dry_run=dry_run))


def _purchase(desk: Desk, session: Session, row: records.CopyRow) -> Purchase:
    made = records.copy_file(session, row.edition_id, row.serial)
    return Purchase(
        edition_id=row.edition_id,
        work_id=row.work_id,
        serial=row.serial,
        copy_number=row.copy_number,
        buyer=Address(row.buyer),
        buyer_name=desk.name_of(Address(row.buyer)),
        paid=Wei(row.paid),
        block=row.block,
        transaction=row.transaction,
        copy=None if made is None else CopyFile.of(made),
    )


def _check_voices(desk: Desk, work_id: int) -> None:
    """Refuse a release with an imitated voice that lacks consent, where this machine has the song."""
    try:
        released = release_path(desk, work_id)
    except NotFound:
        return
    refuse_release(released, desk.now())


def _check_tier(desk: Desk, work_id: int, tier: str) -> None:
    if not tier:
        return
    if len(tier) > LONGEST_TIER or tier != tier.strip() or not tier.isprintable():
        raise UnusableInput(f"'{tier}' is no name of a tier: at most {LONGEST_TIER} letters, no spaces around them.")
    with desk.database.reading() as session:
        for row in records.tiers_of(session, work_id):
            if row.tier.casefold() == tier.casefold():
                raise UnusableInput(f"Edition {row.edition_id} of this work is called '{row.tier}' already.")


def _view(desk: Desk, session: Session, row: records.EditionRow) -> EditionView:
    return EditionView(
        edition_id=row.edition_id,
        work_id=row.work_id,
        title=title_of(session, row.work_id),
        index=row.index,
        price=Wei(row.price),
        cap=row.cap,
        sold=row.sold,
        opens=row.opens,
        closes=row.closes,
        master_bps=row.master_bps,
        royalty_bps=row.royalty_bps,
        uri=row.uri,
        tier=records.tier_of(session, row.edition_id),
        offers=tuple((offer.seller, Wei(offer.price)) for offer in records.offers_of(session, row.edition_id)),
    )
