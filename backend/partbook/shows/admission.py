"""The door: who stands at it, and whom it lets in, one pass or a pile of them that came in without a network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.chain.concert_door import ConcertDoor
from partbook.chain.events import Event, PassRefused, TicketCheckedIn
from partbook.chain.receipts import Receipt
from partbook.chain.refusals import Refused, refusal
from partbook.chain.typed_data import recover
from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.core.ids import Address, ConcertId
from partbook.shows import records
from partbook.shows.door import TicketPass
from partbook.shows.tickets import show_ticket
from partbook.works.desk import Desk, sent

PASSES_AT_ONCE = 50
"""How many passes go into one transaction: far below the gas of a block, also where every holder brings a family."""
NOBODY_ADMITTED = "ConcertDoor_NobodyAdmitted"


@dataclass(frozen=True)
class Admission:
    """What became of one pass.

    Args:
        file: where the pass came from.
        holder: who signed it; empty where the file is no pass.
        tickets: what it is for.
        admitted: it let its holder in, or in a rehearsal would have.
        reason: why it did not, a sentence; empty where it did.
    """

    file: str
    holder: str
    holder_name: str
    tickets: tuple[int, ...]
    admitted: bool
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the command line shows it."""
        return vars(self) | {"tickets": list(self.tickets)}


def appoint(desk: Desk, concert_id: int, who: str, by: str, appointed: bool = True, dry_run: bool = False) -> list[str]:
    """Appoint somebody to the doors of a concert, or dismiss her.

    Args:
        who: keyring name or address.
        by: the concert's organiser.

    Returns:
        The accounts that stand at its doors now, besides the organiser.

    Raises:
        NotFound: no such concert.
        ChainRefused: not the organiser.
    """
    desk.catch_up()
    with desk.database.reading() as session:
        records.concert_row(session, concert_id)
    sent(
        desk.contracts.door.appoint(
            ConcertId(concert_id), desk.address(who), appointed, signer=desk.signer(by), dry_run=dry_run
        )
    )
    desk.catch_up()
    with desk.database.reading() as session:
        return list(records.staff_of(session, concert_id))


def admit(desk: Desk, pass_file: Path, by: str, dry_run: bool = False) -> Admission:
    """Let a holder in with all tickets of her pass.

    Args:
        by: the concert's organiser, or staff.
        dry_run: asks the contract only; ends in `Rehearsed`.

    Raises:
        UnusableInput: the file is no pass.
        Mismatch: forged, for another event, or of somebody who sold a ticket since.
        ChainRefused: already in, too early, too late, or not staff.
    """
    desk.catch_up()
    shown = TicketPass.read(pass_file)
    _look_at(desk, shown)
    sent(desk.contracts.door.check_in(shown.as_pass(), signer=desk.signer(by), dry_run=dry_run))
    desk.catch_up()
    return _admission(desk, pass_file, shown)


def admit_all(desk: Desk, pass_files: Sequence[Path], by: str, dry_run: bool = False) -> list[Admission]:
    """Let many holders in; a pass that lets nobody in stops nobody else.

    Args:
        by: organiser or staff of every concert in the pile.
        dry_run: asks the contract about each pass, and sends nothing.

    Returns:
        What became of each pass, in the order of the files.

    Raises:
        ChainRefused: not staff.
    """
    desk.catch_up()
    found: dict[Path, Admission] = {}
    good: list[tuple[Path, TicketPass]] = []
    for path in dict.fromkeys(pass_files):
        try:
            shown = TicketPass.read(path)
        except UnusableInput as broken:
            found[path] = Admission(str(path), "", "", (), False, str(broken))
            continue
        try:
            _look_at(desk, shown)
            good.append((path, shown))
        except (Mismatch, NotFound, UnusableInput) as stopped:
            found[path] = _admission(desk, path, shown, str(stopped))
    for first in range(0, len(good), PASSES_AT_ONCE):
        some = good[first : first + PASSES_AT_ONCE]
        reasons = _ask_each(desk, some, by) if dry_run else _send_all(desk, some, by)
        for (path, shown), reason in zip(some, reasons, strict=True):
            found[path] = _admission(desk, path, shown, reason)
    desk.catch_up()
    return [found[path] for path in dict.fromkeys(pass_files)]


def _look_at(desk: Desk, shown: TicketPass) -> None:
    """What the door can see without asking the chain.

    Raises:
        Mismatch: the pass lets nobody in.
        NotFound: a ticket was never sold.
        UnusableInput: the signature is none.
    """
    if (shown.chain_id, shown.door) != (desk.chain.chain_id, desk.contracts.door.address):
        raise Mismatch("STOP: this pass is for tickets of another chain or contract.")
    if not _is_signed(desk, shown):
        raise Mismatch("STOP: the pass was not signed by the holder that it names.")
    for ticket_id in shown.tickets:
        ticket = show_ticket(desk, ticket_id)
        if ticket.holder != shown.holder:
            raise Mismatch(f"STOP: ticket {ticket_id} belongs to {ticket.holder_name} now.")
        if ticket.state == records.CHECKED_IN:
            raise Mismatch(f"STOP: ticket {ticket_id} is already in.")


def _is_signed(desk: Desk, shown: TicketPass) -> bool:
    """False where the signature is another's. That of a contract wallet is left to the chain."""
    try:
        if recover(shown.message(), shown.signed()) == shown.holder:
            return True
    except UnusableInput:
        if not _is_contract(desk, Address(shown.holder)):
            raise
        return True
    return _is_contract(desk, Address(shown.holder))


def _is_contract(desk: Desk, account: Address) -> bool:
    try:
        desk.chain.check_code(account)
    except NotFound:
        return False
    return True


def _send_all(desk: Desk, some: Sequence[tuple[Path, TicketPass]], by: str) -> list[str]:
    """Send passes together; for each, why it let nobody in, or nothing."""
    try:
        receipt = desk.contracts.door.check_in_all([shown.as_pass() for _, shown in some], signer=desk.signer(by))
    except Refused as refused:
        if refused.error_name != NOBODY_ADMITTED:
            raise
        return _ask_each(desk, some, by)
    return list(_reasons(receipt, [shown for _, shown in some]))


def _ask_each(desk: Desk, some: Sequence[tuple[Path, TicketPass]], by: str) -> list[str]:
    reasons = []
    for _, shown in some:
        try:
            desk.contracts.door.check_in(shown.as_pass(), signer=desk.signer(by), dry_run=True)
            reasons.append("")
        except Refused as refused:
            if refused.error_name == "ConcertDoor_NotStaff":
                raise
            reasons.append(str(refused))
    return reasons


def _reasons(receipt: Receipt, passes: Sequence[TicketPass]) -> Iterator[str]:
    """The contract goes through the passes in order: each leaves its check-ins, or one refusal."""
    told: list[Event] = [event for event in receipt.events if isinstance(event, TicketCheckedIn | PassRefused)]
    for shown in passes:
        first = told[0]
        if isinstance(first, PassRefused):
            yield str(refusal(first.reason, ConcertDoor.name))
            del told[0]
        else:
            yield ""
            del told[: len(shown.tickets)]


def _admission(desk: Desk, path: Path, shown: TicketPass, reason: str = "") -> Admission:
    holder = Address(shown.holder)
    return Admission(str(path), holder, desk.name_of(holder), tuple(shown.tickets), not reason, reason)
