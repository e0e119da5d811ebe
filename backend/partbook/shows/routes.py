"""`/concerts`, `/sessions` and `/tickets`: the public ledger of shows: sold, resold, let in; no personal data."""

from typing import Any

from fastapi import APIRouter

from partbook.shows import service
from partbook.shows.schemas import ConcertOut, ConcertPage, TicketOut, VotesOut
from partbook.works.routes import After, AtDesk, Limit
from partbook.works.schemas import next_page

router = APIRouter(tags=["shows"])


@router.get("/concerts", response_model=ConcertPage)
def concerts(desk: AtDesk, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Concerts with their sessions, in the order of their numbers."""
    desk.catch_up()
    items = service.list_concerts(desk, after, limit)
    last = items[-1].concert_id if items else 0
    return {"items": [item.as_json() for item in items], "next": next_page(items, limit, last)}


@router.get("/concerts/{concert_id}", response_model=ConcertOut)
def concert(desk: AtDesk, concert_id: int) -> dict[str, Any]:
    """A concert with its works and sessions."""
    desk.catch_up()
    return service.show_concert(desk, concert_id).as_json()


@router.get("/sessions/{session_id}/votes", response_model=VotesOut)
def votes(desk: AtDesk, session_id: int) -> dict[str, Any]:
    """How the tickets of a session voted, and what each work gets of the works' money by it."""
    desk.catch_up()
    return service.votes(desk, session_id).as_json()


@router.get("/tickets/{ticket_id}", response_model=TicketOut)
def ticket(desk: AtDesk, ticket_id: int) -> dict[str, Any]:
    """A ticket: who holds it, what it cost, whether it was used."""
    desk.catch_up()
    return service.show_ticket(desk, ticket_id).as_json()
