"""Works as people read them: shares, AI share, files and timeline, joined from the chain and this machine's records."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from partbook.chain.split_lines import LineFlag, Role, Side
from partbook.core.clock import iso
from partbook.core.errors import NotFound
from partbook.core.ids import Address
from partbook.core.money import WHOLE, percent
from partbook.works import records
from partbook.works.desk import Desk
from partbook.works.registration import read_registration
from partbook.works.timeline import timeline_sentence


@dataclass(frozen=True)
class LineView:
    """A sealed line as people read it; `dispute` is the one for whose end its money waits."""

    name: str
    payee: Address
    role: str
    payout_bps: int
    credit_bps: int
    ai_pct: int
    dispute: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it."""
        return {
            "name": self.name,
            "payee": self.payee,
            "role": self.role,
            "payout_bps": self.payout_bps,
            "credit_bps": self.credit_bps,
            "ai_pct": self.ai_pct,
            "dispute": self.dispute,
        }


@dataclass(frozen=True)
class WorkView:
    """A registered work: what the chain says, and what this machine knows of its sound.

    Args:
        ai_bps: AI share in total, as computed from the song's files; None where they were never here.
        ai: policy, total and layers, empty where the song was never here.
        cids: `preview`, `master` (encrypted), `fingerprint`, `metadata`.
        dispute: the open one, for whose end a share of new money waits; None where there is none.
    """

    work_id: int
    version: int
    title: str
    registrant: Address
    registrant_name: str
    payload: str
    master: tuple[LineView, ...]
    composition: tuple[LineView, ...]
    master_ai_bps: int
    composition_ai_bps: int
    ai: dict[str, Any]
    credits: tuple[dict[str, Any], ...]
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

    @property
    def ai_bps(self) -> int | None:
        """AI share in total, basis points."""
        total = self.ai.get("total_bps")
        return None if total is None else int(total)

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it."""
        plain = {name: value for name, value in vars(self).items() if name not in ("master", "composition", "credits")}
        return plain | {
            "ai_bps": self.ai_bps,
            "credits": list(self.credits),
            "master": [line.as_json() for line in self.master],
            "composition": [line.as_json() for line in self.composition],
        }


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened to a work, as a sentence with its place in the chain."""

    block: int
    at: str
    kind: str
    text: str
    account: str | None
    name: str | None
    amount: str | None
    detail: dict[str, Any]
    tx: str

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it."""
        return dict(vars(self))


def show_work(desk: Desk, work_id: int) -> WorkView:
    """A registered work.

    Raises:
        NotFound: the registry knows no such work.
    """
    with desk.database.reading() as session:
        return work_view(desk, session, records.work_row(session, work_id))


def list_works(desk: Desk, after: int = 0, limit: int = 50) -> list[WorkView]:
    """Sealed works in the order of their numbers, from the one after `after`."""
    with desk.database.reading() as session:
        return [work_view(desk, session, row) for row in records.works_after(session, after, limit)]


def work_view(desk: Desk, session: Session, row: records.WorkRow) -> WorkView:
    """Join what the chain says of a work with what this machine recorded."""
    sound = records.recording(session, row.work_id)
    lines = records.sheet_lines(session, row.work_id)

    def view(line: records.SheetLineRow) -> LineView:
        return LineView(
            name=line_name(desk, session, line),
            payee=Address(line.payee),
            role=role_name(line.role),
            payout_bps=line.payout_bps,
            credit_bps=line.credit_bps,
            ai_pct=line.ai_pct,
            dispute=int(line.payee, 16) if line.flags & LineFlag.DISPUTED else None,
        )

    return WorkView(
        work_id=row.work_id,
        version=row.version,
        title=records.title_of(session, row.work_id),
        registrant=Address(row.registrant),
        registrant_name=display_name(desk, session, row.work_id, row.registrant),
        payload=sound.payload if sound else "",
        master=tuple(view(line) for line in lines if line.side == Side.MASTER),
        composition=tuple(view(line) for line in lines if line.side == Side.COMPOSITION),
        master_ai_bps=row.master_ai_bps,
        composition_ai_bps=row.composition_ai_bps,
        ai=dict(sound.ai) if sound else {},
        credits=tuple(sound.credits) if sound else (),
        cids=dict(sound.cids) if sound else {},
        content_profile=sound.content_profile if sound else "",
        metadata_hash=row.metadata_hash or "",
        audio_hash=row.audio_hash or "",
        uri=row.uri or "",
        milliseconds=sound.milliseconds if sound else 0,
        committed_at=row.committed_at,
        committed_block=row.committed_block,
        sealed_at=row.sealed_at,
        sealed_block=row.sealed_block,
        audio_claimed_by=row.audio_claimed_by,
        dispute=records.open_dispute(session, row.work_id),
    )


def line_name(desk: Desk, session: Session, line: records.SheetLineRow) -> str:
    """Who or what a line pays: a person, `Dispute 3` that keeps the money until it ends, or a parent work's title."""
    if line.flags & LineFlag.DISPUTED:
        return f"Dispute {int(line.payee, 16)}"
    if line.flags & LineFlag.EDGE:
        return records.title_of(session, int(line.payee, 16))
    return display_name(desk, session, line.work_id, line.payee)


def role_name(role: int) -> str:
    """A role as people read it; the chain takes numbers that have no name here."""
    return Role(role).name.lower().replace("_", " ") if role in Role._value2member_map_ else f"role {role}"


def display_name(desk: Desk, session: Session, work_id: int, account: str) -> str:
    """The public credit name of an account in a work, else its name here, else its address in short."""
    return records.credit_name(session, work_id, account) or desk.name_of(Address(account))


def timeline(desk: Desk, work_id: int) -> list[TimelineEntry]:
    """What happened to a work on the chain, oldest first.

    Raises:
        NotFound: the registry knows no such work.
    """
    with desk.database.reading() as session:
        records.work_row(session, work_id)
        return [
            TimelineEntry(
                block=row.block,
                at=iso(datetime.fromtimestamp(row.at, UTC)),
                kind=row.kind,
                text=timeline_sentence(row, display_name(desk, session, work_id, row.account) if row.account else ""),
                account=row.account,
                name=display_name(desk, session, work_id, row.account) if row.account else None,
                amount=None if row.amount is None else str(row.amount),
                detail=dict(row.detail),
                tx=row.transaction,
            )
            for row in records.timeline(session, work_id)
        ]


def release_path(desk: Desk, work_id: int) -> Path:
    """The marked release of a work on this machine.

    Raises:
        NotFound: the work was opened elsewhere, or its folder was moved.
    """
    with desk.database.reading() as session:
        records.work_row(session, work_id)
        row = records.recording(session, work_id)
        path = Path(row.release_path) if row else None
    if path is None or not path.is_file():
        where = f": {path} is gone" if path else ", for it was opened elsewhere"
        raise NotFound(f"The released file of work {work_id} is not on this machine{where}.")
    return path


def preview_cid(desk: Desk, work_id: int) -> str:
    """Where the preview of a work is in the content store.

    Raises:
        NotFound: this machine does not know it.
    """
    with desk.database.reading() as session:
        row = records.recording(session, work_id)
        cid = row.cids.get("preview") if row else None
    if cid is None:
        raise NotFound(f"No preview of work {work_id} is known on this machine.")
    return cid


def work_of(desk: Desk, text: str) -> int:
    """The work that a command names: its number, or the folder of its song.

    Raises:
        NotFound: neither.
    """
    if text.isdecimal():
        return int(text)
    state = read_registration(Path(text))
    if state is None or state.work_id is None:
        raise NotFound(f"'{text}' is neither the number of a work nor the folder of an opened song.")
    return state.work_id


def human_share(ai_bps: int) -> str:
    """`58.30 % by people, 41.70 % by a machine`."""
    return f"{percent(WHOLE - ai_bps)} by people, {percent(ai_bps)} by a machine"
