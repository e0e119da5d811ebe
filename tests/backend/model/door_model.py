"""The doors as plain Python: staff, and passes that let a holder in with all her tickets of a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plain_world import Refusal, require
from ticket_book import session_of

if TYPE_CHECKING:
    from ticket_model import TicketModel


@dataclass(frozen=True)
class Pass:
    """What a holder shows; a false one was signed over another list of tickets."""

    holder: str
    deadline: int
    tickets: tuple[int, ...]
    signed_by: str
    true: bool = True


class DoorModel:
    """Staff by concert and name, and the passes of lists that let nobody in."""

    def __init__(self, tickets: TicketModel) -> None:
        self.tickets = tickets
        self.staff: dict[tuple[int, str], bool] = {}
        self.refused: list[tuple[int, str, tuple[int, ...], str]] = []
        """Session, holder, tickets and the error of each."""

    def appoint(self, by: str, concert_id: int, account: str, appointed: bool) -> None:
        """The organiser appoints somebody, or dismisses her."""
        concert = self.tickets.concerts.get(concert_id)
        require(concert is not None and by == concert.organiser, "ConcertDoor_NotOrganiser")
        self.staff[concert_id, account] = appointed

    def check_in(self, by: str, shown: Pass) -> None:
        """Let a holder in with all tickets of her pass."""
        self._check_staff(by, self._session_of(shown))
        self._admit(shown)

    def check_in_all(self, by: str, passes: Sequence[Pass]) -> None:
        """Let many holders in; bad passes stop nobody else, unless nobody gets in at all."""
        known = 0
        for shown in passes:
            session_id = self._session_of(shown)
            if session_id != known:
                self._check_staff(by, session_id)
            known = session_id
        before = len(self.refused)
        for shown in passes:
            try:
                self._admit(shown)
            except Refusal as refusal:
                self.refused.append((session_of(shown.tickets[0]), shown.holder, shown.tickets, str(refusal)))
        if len(self.refused) - before == len(passes):
            del self.refused[before:]
            raise Refusal("ConcertDoor_NobodyAdmitted")

    def _session_of(self, shown: Pass) -> int:
        require(bool(shown.tickets), "ConcertDoor_NoTickets")
        return session_of(shown.tickets[0])

    def _check_staff(self, by: str, session_id: int) -> None:
        require(session_id in self.tickets.sessions, "ConcertTickets_UnknownSession")
        concert_id = self.tickets.sessions[session_id].concert_id
        organiser = self.tickets.concerts[concert_id].organiser
        require(by == organiser or self.staff.get((concert_id, by), False), "ConcertDoor_NotStaff")

    def _admit(self, shown: Pass) -> None:
        require(self.tickets.world.now <= shown.deadline, "ConcertDoor_DeadlinePassed")
        require(shown.true and shown.signed_by == shown.holder, "ConcertDoor_SignatureInvalid")
        self.tickets.admit_from_door(shown.tickets, shown.holder)
