"""The shows room's front door: everything that commands, routes and the demo call."""

from partbook.shows.concerts import (
    ConcertView,
    SessionView,
    announce,
    cancel,
    list_concerts,
    owed,
    schedule,
    settle,
    show_concert,
    show_session,
    withdraw,
)
from partbook.shows.door import TicketPass, admit, write_pass
from partbook.shows.tickets import (
    TicketView,
    buy_offered_ticket,
    buy_ticket,
    offer_ticket,
    refund,
    show_ticket,
)

__all__ = [
    "ConcertView",
    "SessionView",
    "TicketPass",
    "TicketView",
    "admit",
    "announce",
    "buy_offered_ticket",
    "buy_ticket",
    "cancel",
    "list_concerts",
    "offer_ticket",
    "owed",
    "refund",
    "schedule",
    "settle",
    "show_concert",
    "show_session",
    "show_ticket",
    "withdraw",
    "write_pass",
]
