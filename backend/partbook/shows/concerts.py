"""Concerts and their sessions per time zone: announce, schedule, cancel, settle to the works that were played."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from partbook.chain.events import ConcertAnnounced, SessionScheduled
from partbook.chain.receipts import Receipt
from partbook.chain.terms import Entrance, SessionTerms, TransferPolicy
from partbook.core.canonical import canonical_json
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address, ConcertId, SessionId, WorkId
from partbook.core.money import WHOLE, BasisPoints, Wei, percent
from partbook.shows import records
from partbook.shows.metadata import ConcertMetadata
from partbook.works.desk import Desk, sent
from partbook.works.metadata import checked
from partbook.works.pinning import put_bytes
from partbook.works.records import title_of

DEFAULT_ZONE = "UTC"


@dataclass(frozen=True)
class SessionView:
    """A session as it stands; amounts in wei, times in Unix seconds (UTC decides, the offset is for display).

    Args:
        policy: how a ticket may change hands, one of `house_rules.POLICIES`.
        entrance: who lets people in, one of `house_rules.ENTRANCES`.
    """

    session_id: int
    concert_id: int
    price: Wei
    capacity: int
    sold: int
    checked_in: int
    refunded: int
    sale_opens: int
    sale_closes: int
    starts: int
    ends: int
    zone_offset_minutes: int
    max_resale_bps: int
    min_check_in_bps: int
    policy: str
    entrance: str
    status: str
    to_organiser: Wei
    to_works: Wei

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        amounts = {name: str(getattr(self, name)) for name in ("price", "to_organiser", "to_works")}
        return vars(self) | amounts | {"starts_local": local_time(self.starts, self.zone_offset_minutes)}


@dataclass(frozen=True)
class PlayedWork:
    """A work of a concert with its part of the works' money."""

    work_id: int
    title: str
    weight_bps: int


@dataclass(frozen=True)
class ConcertView:
    """A concert with its works and sessions; `voted_bps` of the works' money follows the votes."""

    concert_id: int
    title: str
    organiser: Address
    organiser_name: str
    organiser_bps: int
    resale_royalty_bps: int
    voted_bps: int
    works: tuple[PlayedWork, ...]
    sessions: tuple[SessionView, ...]
    uri: str

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        works = [vars(work) for work in self.works]
        return vars(self) | {"works": works, "sessions": [session.as_json() for session in self.sessions]}


def local_time(moment: int, offset_minutes: int) -> str:
    """A moment as the clock on the wall shows it: `2026-12-24 20:00 (UTC+01:00)`."""
    shown = datetime.fromtimestamp(moment + offset_minutes * 60, UTC).strftime("%Y-%m-%d %H:%M")
    sign = "+" if offset_minutes >= 0 else "-"
    return f"{shown} (UTC{sign}{abs(offset_minutes) // 60:02d}:{abs(offset_minutes) % 60:02d})"


def zone_offset(zone: str, moment: int) -> int:
    """Minutes that a time zone is ahead of UTC at a moment, summer time included.

    Raises:
        UnusableInput: no zone has that name.
    """
    try:
        offset = datetime.fromtimestamp(moment, ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        raise UnusableInput(f"'{zone}' is not a time zone. Write it like Europe/Berlin or Asia/Shanghai.") from None
    return 0 if offset is None else int(offset.total_seconds() // 60)


def announce(
    desk: Desk,
    works: Sequence[tuple[int, int]],
    by: str,
    organiser_bps: int,
    resale_royalty_bps: int,
    title: str,
    voted_bps: int = 0,
    dry_run: bool = False,
) -> ConcertView:
    """Announce a concert of registered works.

    Args:
        works: pairs of work id and weight; the weights add up to 10,000.
        by: organiser.
        organiser_bps: part of the tickets' money that the organiser keeps; the rest goes to the works.
        resale_royalty_bps: part of each resale for the works.
        title: shown to the public.
        voted_bps: how much of the works' part of the tickets follows the votes of their holders.
        dry_run: asks the contract only; ends in `Rehearsed`.

    Raises:
        UnusableInput: the weights do not add up.
        ChainRefused: a work is not registered, or there are too many.
    """
    total = sum(weight for _, weight in works)
    if total != WHOLE:
        apart = f"{percent(abs(total - WHOLE))} too {'much' if total > WHOLE else 'little'}"
        raise UnusableInput(f"The works' weights add up to {percent(total)} (must be 100.00 %): {apart}.")
    desk.catch_up()
    uri = ""
    if not dry_run:
        record = {"schema": "partbook-concert-metadata-1", "name": title, "works": [work for work, _ in works]}
        checked(ConcertMetadata, record, "concert's metadata")
        uri = f"ipfs://{put_bytes(desk.store, canonical_json(record), f'Concert: {title}')[0]}"
    receipt = sent(
        desk.contracts.tickets.announce(
            [WorkId(work) for work, _ in works],
            [BasisPoints(weight) for _, weight in works],
            BasisPoints(organiser_bps),
            BasisPoints(resale_royalty_bps),
            BasisPoints(voted_bps),
            uri,
            signer=desk.signer(by),
            dry_run=dry_run,
        )
    )
    desk.catch_up()
    concert_id = receipt.the(ConcertAnnounced).concert_id
    with desk.database.session() as session:
        session.merge(records.ConcertTitleRow(concert_id=concert_id, title=title))
    return show_concert(desk, concert_id)


def schedule(
    desk: Desk,
    concert_id: int,
    by: str,
    price: Wei,
    capacity: int,
    starts: int,
    ends: int,
    zone: str = DEFAULT_ZONE,
    sale_opens: int | None = None,
    sale_closes: int | None = None,
    max_resale_bps: int = 10_500,
    min_check_in_bps: int = 5_000,
    policy: TransferPolicy = TransferPolicy.RESALE_ONLY,
    entrance: Entrance = Entrance.STAFFED,
    dry_run: bool = False,
) -> SessionView:
    """Put a session of a concert on sale.

    Args:
        by: the concert's organiser.
        price: wei per ticket.
        capacity: most tickets that will be sold.
        starts: Unix seconds.
        ends: Unix seconds.
        zone: IANA time zone of the audience, for display.
        sale_opens: Unix seconds; now unless told.
        sale_closes: Unix seconds; when the session starts unless told.
        max_resale_bps: most that a resale may ask, of the price paid; 10,500 is 105 %.
        min_check_in_bps: part of the sold tickets that must be checked in before the money is released.
        policy: how a ticket may change hands before it is used.
        entrance: who lets people in.
        dry_run: asks the contract only; ends in `Rehearsed`.

    Raises:
        ChainRefused: not the organiser, or times that do not fit.
    """
    terms = SessionTerms(
        price=price,
        capacity=capacity,
        sale_opens=desk.now() if sale_opens is None else sale_opens,
        sale_closes=starts if sale_closes is None else sale_closes,
        starts=starts,
        ends=ends,
        zone_offset_minutes=zone_offset(zone, starts),
        max_resale_bps=BasisPoints(max_resale_bps),
        min_check_in_bps=BasisPoints(min_check_in_bps),
        policy=policy,
        entrance=entrance,
    )
    receipt = sent(
        desk.contracts.tickets.schedule(ConcertId(concert_id), terms, signer=desk.signer(by), dry_run=dry_run)
    )
    desk.catch_up()
    return show_session(desk, receipt.the(SessionScheduled).session_id)


def cancel(desk: Desk, session_id: int, by: str, dry_run: bool = False) -> SessionView:
    """Cancel a session; every holder can take the price back."""
    sent(desk.contracts.tickets.cancel(SessionId(session_id), signer=desk.signer(by), dry_run=dry_run))
    return _after(desk, session_id)


def settle(desk: Desk, session_id: int, by: str, dry_run: bool = False) -> SessionView:
    """Release a session's money after its end: the organiser's part is owed to him, the rest is paid to the works.

    Raises:
        ChainRefused: too early, or too few were checked in.
    """
    sent(desk.contracts.tickets.settle(SessionId(session_id), signer=desk.signer(by), dry_run=dry_run))
    return _after(desk, session_id)


def withdraw(desk: Desk, by: str, dry_run: bool = False) -> Receipt:
    """Send an organiser, a seller or a refunded holder what is owed."""
    return sent(desk.contracts.tickets.withdraw(desk.address(by), signer=desk.signer(by), dry_run=dry_run))


def owed(desk: Desk, who: str) -> Wei:
    """What an organiser, a seller or a refunded holder can withdraw, in wei."""
    return desk.contracts.tickets.owed(desk.address(who))


def show_concert(desk: Desk, concert_id: int) -> ConcertView:
    """A concert with its works and sessions.

    Raises:
        NotFound: there is none with this number.
    """
    with desk.database.reading() as session:
        return _concert(desk, session, records.concert_row(session, concert_id))


def list_concerts(desk: Desk, after: int = 0, limit: int = 50) -> list[ConcertView]:
    """Concerts in the order of their numbers."""
    with desk.database.reading() as session:
        return [_concert(desk, session, row) for row in records.concerts_after(session, after, limit)]


def show_session(desk: Desk, session_id: int) -> SessionView:
    """A session.

    Raises:
        NotFound: there is none with this number.
    """
    with desk.database.reading() as session:
        return session_view(records.session_row(session, session_id))


def session_view(row: records.SessionRow) -> SessionView:
    """A row of the ledger as people read it."""
    return SessionView(
        session_id=row.session_id,
        concert_id=row.concert_id,
        price=Wei(row.price),
        capacity=row.capacity,
        sold=row.sold,
        checked_in=row.checked_in,
        refunded=row.refunded,
        sale_opens=row.sale_opens,
        sale_closes=row.sale_closes,
        starts=row.starts,
        ends=row.ends,
        zone_offset_minutes=row.zone_offset_minutes,
        max_resale_bps=row.max_resale_bps,
        min_check_in_bps=row.min_check_in_bps,
        policy=row.policy,
        entrance=row.entrance,
        status=row.status,
        to_organiser=Wei(row.to_organiser),
        to_works=Wei(row.to_works),
    )


def _after(desk: Desk, session_id: int) -> SessionView:
    desk.catch_up()
    return show_session(desk, session_id)


def _concert(desk: Desk, session: Session, row: records.ConcertRow) -> ConcertView:
    named = session.get(records.ConcertTitleRow, row.concert_id)
    return ConcertView(
        concert_id=row.concert_id,
        title=named.title if named else f"Concert {row.concert_id}",
        organiser=Address(row.organiser),
        organiser_name=desk.name_of(Address(row.organiser)),
        organiser_bps=row.organiser_bps,
        resale_royalty_bps=row.resale_royalty_bps,
        voted_bps=row.voted_bps,
        works=tuple(
            PlayedWork(played.work_id, title_of(session, played.work_id), played.weight_bps)
            for played in records.works_played(session, row.concert_id)
        ),
        sessions=tuple(session_view(found) for found in records.sessions_of(session, row.concert_id)),
        uri=row.uri,
    )
