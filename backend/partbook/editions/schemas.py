"""Editions and purchases as the API takes and gives them; amounts are strings of wei."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from partbook.works.schemas import Answer


class EditionOut(Answer):
    """An edition as it stands."""

    edition_id: int
    work_id: int
    title: str
    index: int
    price: str
    cap: int
    sold: int
    left: int
    opens: int
    closes: int
    master_bps: int
    royalty_bps: int
    uri: str
    tier: str
    offers: list[dict[str, str]]


class EditionPage(Answer):
    """Some editions; `next` asks for the ones after them."""

    items: list[EditionOut]
    next: str | None


class PurchaseIn(BaseModel):
    """How a copy is bought: by a demo wallet of this server, or by a transaction that the buyer's own wallet sent."""

    model_config = ConfigDict(strict=True, extra="forbid")

    buyer: Annotated[str | None, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$", description="Name of a demo wallet.")] = (
        None
    )
    transaction: Annotated[str | None, Field(pattern=r"^0x[0-9a-fA-F]{64}$")] = None


class PurchaseOut(Answer):
    """A sale; the fields from `payload` on are there once the buyer's file is made."""

    edition_id: int
    work_id: int
    serial: int
    copy_number: int
    buyer: str
    buyer_name: str
    paid: str
    block: int
    transaction: str
    payload: str | None = None
    sha256: str | None = None
    self_check: list[dict[str, Any]] | None = None
