"""Works as the API gives them."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """What every answer shares: no field more or less than declared."""

    model_config = ConfigDict(extra="forbid")


class SheetLineOut(Answer):
    """A line of the current sheet."""

    name: str
    payee: str
    role: str
    payout_bps: int
    credit_bps: int
    ai_pct: int
    dispute: int | None


class WorkOut(Answer):
    """A registered work."""

    work_id: int
    version: int
    title: str
    registrant: str
    registrant_name: str
    payload: str
    master: list[SheetLineOut]
    composition: list[SheetLineOut]
    master_ai_bps: int
    composition_ai_bps: int
    ai_bps: int | None
    ai: dict[str, Any]
    credits: list[dict[str, Any]]
    cids: dict[str, str]
    content_profile: str
    metadata_hash: str
    audio_hash: str
    uri: str
    milliseconds: int
    committed_at: int
    committed_block: int
    sealed_at: int | None
    sealed_block: int | None
    audio_claimed_by: int | None
    dispute: int | None


class WorkPage(Answer):
    """Some works; `next` asks for the ones after them."""

    items: list[WorkOut]
    next: str | None


class TimelineEntryOut(Answer):
    """Something that happened to a work."""

    block: int
    at: str
    kind: str
    text: str
    account: str | None
    name: str | None
    amount: str | None
    detail: dict[str, Any]
    tx: str


class TimelinePage(Answer):
    """What happened to a work, oldest first."""

    items: list[TimelineEntryOut]
    next: str | None = None


class WaveformOut(Answer):
    """Highest sample in each of equal stretches, 0 to 1."""

    peaks: list[float]
    seconds: float


class WalletOut(Answer):
    """A demo wallet that this server keeps on a chain of play money."""

    name: str
    address: str


class WalletPage(Answer):
    """The demo wallets; none on a real chain."""

    items: list[WalletOut]


def next_page(items: list[Any], limit: int, last: int) -> str | None:
    """What to ask for as `after`, None when this was the last page."""
    return str(last) if len(items) == limit else None
