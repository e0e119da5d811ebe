"""The shows room's front door: everything that commands, routes and the demo call."""

from partbook.shows.admission import Admission, admit, admit_all, appoint
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
from partbook.shows.door import TicketPass, write_pass
from partbook.shows.tickets import (
    TicketView,
    attend,
    buy_offered_ticket,
    buy_ticket,
    give,
    offer_ticket,
    refund,
    show_ticket,
)
from partbook.shows.votes import Votes, vote, votes

__all__ = [
    "Admission",
    "ConcertView",
    "SessionView",
    "TicketPass",
    "TicketView",
    "Votes",
    "admit",
    "admit_all",
    "announce",
    "appoint",
    "attend",
    "buy_offered_ticket",
    "buy_ticket",
    "cancel",
    "give",
    "list_concerts",
    "offer_ticket",
    "owed",
    "refund",
    "schedule",
    "settle",
    "show_concert",
    "show_session",
    "show_ticket",
    "vote",
    "votes",
    "withdraw",
    "write_pass",
]
