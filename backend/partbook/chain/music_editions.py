"""MusicEditions: releases, primary sales into the vault, and the market for single copies."""

from dataclasses import astuple, dataclass
from typing import Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.chain.terms import EditionTerms
from partbook.core.ids import Address, CopyNumber, EditionId, WorkId
from partbook.core.money import BasisPoints, Wei


@dataclass(frozen=True)
class Edition:
    """An edition as it stands."""

    work_id: WorkId
    price: Wei
    cap: int
    sold: int
    opens: int
    closes: int
    master_bps: BasisPoints
    royalty_bps: BasisPoints


class MusicEditions(TypedContract):
    """One ERC-1155 id per edition of a work."""

    name = "MusicEditions"

    def release(self, terms: EditionTerms, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Release an edition of a sealed work; the registrant calls, `.the(EditionReleased).edition_id` names it."""
        return self._send("release", astuple(terms), signer=signer, **how)

    def buy(
        self, edition_id: EditionId, quantity: int, to: Address, payment: Wei, signer: Signer, **how: Unpack[How]
    ) -> Receipt:
        """Buy copies at their exact price; their serials follow those of the copies sold before."""
        return self._send("buy", edition_id, quantity, to, signer=signer, value=payment, **how)

    def edition(self, edition_id: EditionId, block: BlockIdentifier = "latest") -> Edition:
        """An edition as it stands."""
        return Edition(*self._read("edition", edition_id, block=block))

    def editions_of(self, work_id: WorkId, block: BlockIdentifier = "latest") -> int:
        """How many editions a work has; their indexes run from 1."""
        return int(self._read("editionsOf", work_id, block=block))

    def balance_of(self, account: Address, edition_id: EditionId, block: BlockIdentifier = "latest") -> int:
        """How many copies an account holds."""
        return int(self._read("balanceOf", account, edition_id, block=block))

    def offer(self, edition_id: EditionId, price: Wei, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Offer one of the signer's copies."""
        return self._send("offer", edition_id, price, signer=signer, **how)

    def withdraw_offer(self, edition_id: EditionId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Take an offer back."""
        return self._send("withdrawOffer", edition_id, signer=signer, **how)

    def buy_offered(
        self, edition_id: EditionId, seller: Address, payment: Wei, signer: Signer, **how: Unpack[How]
    ) -> Receipt:
        """Buy an offered copy at its exact price; the royalty goes to the work, the rest is owed to the seller."""
        return self._send("buyOffered", edition_id, seller, signer=signer, value=payment, **how)

    def offer_of(self, edition_id: EditionId, seller: Address, block: BlockIdentifier = "latest") -> Wei | None:
        """What a seller asks for a copy, None where she offers none."""
        return Wei(int(self._read("offerOf", edition_id, seller, block=block))) or None

    def owed(self, account: Address, block: BlockIdentifier = "latest") -> Wei:
        """What a seller can withdraw."""
        return Wei(self._read("owed", account, block=block))

    def withdraw(self, account: Address, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Send an account what is owed to it; anyone may call."""
        return self._send("withdraw", account, signer=signer, **how)

    def royalty_info(self, edition_id: EditionId, price: Wei, block: BlockIdentifier = "latest") -> tuple[Address, Wei]:
        """Who gets the royalty of a sale elsewhere, and how much (ERC-2981)."""
        receiver, amount = self._read("royaltyInfo", edition_id, price, block=block)
        return Address(receiver), Wei(amount)


def edition_id_of(work_id: WorkId, index: int) -> EditionId:
    """The id of a work's edition; `index` runs from 1 to 255."""
    return EditionId(work_id << 8 | index)


def work_of_edition(edition_id: EditionId) -> WorkId:
    """The work that an edition is of."""
    return WorkId(edition_id >> 8)


def copy_number_of(edition_id: EditionId, serial: int) -> CopyNumber:
    """The number in a copy's mark: edition index in the high 8 bits, serial in the low 24."""
    return CopyNumber((edition_id & 0xFF) << 24 | serial)
