"""Random traces: an opening that ten traces share, and then steps by weight, with a taste for doing things twice."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from ticket_dice import TicketDice, first_concert, first_session
from twin import Step, Twin
from work_dice import WorkDice, first_seal, first_works

STEPS = 30
SHARE_AN_OPENING = 10
"""Traces that begin alike: the chain is put back to the end of their opening instead of being built again."""

ROYALTIES = {
    "pay": 24, "claim": 18, "claim_for": 20, "amend": 12, "again": 10, "commit": 5, "seal": 8, "stop": 3,
}  # fmt: skip
"""Weights of the steps in a trace about works and their money."""

TICKETS = {
    "buy": 17, "offer": 11, "buy_offered": 11, "check_in": 11, "pass_time": 16, "refund": 8, "settle": 6, "again": 6,
    "withdraw": 5, "withdraw_offer": 3, "cancel": 2, "transfer": 1, "announce": 2, "schedule": 3, "claim_for": 3,
    "pay": 1, "amend": 2, "stop": 2,
}  # fmt: skip
"""Weights of the steps in a trace about tickets, whose money ends in the vault."""

KINDS = {"royalties": ROYALTIES, "tickets": TICKETS}


def opening(kind: str, trace: int, twin: Twin) -> Iterator[Step]:
    """The steps before the first step of a trace; each must be taken before the next is asked for."""
    dice = Random(f"opening {kind} {trace // SHARE_AN_OPENING}")
    yield from first_works(dice, twin)
    for work_id in (1, 2, 3):
        yield first_seal(dice, twin, work_id)
    if kind == "tickets":
        yield first_concert(dice, twin)
        yield first_session(dice, twin)
        yield first_session(dice, twin)
        for session_id, who in ((1, "ana"), (1, "fan"), (1, "friend"), (2, "fan")):
            price = twin.tickets.sessions[session_id].terms.price
            yield Step("tickets", "buy", who, {"session_id": session_id, "to": who, "payment": price})


def steps(kind: str, trace: int, twin: Twin) -> Iterator[Step]:
    """The thirty steps of a trace; each must be taken before the next is asked for."""
    dice = Random(f"{kind} {trace}")
    makers: Any = TicketDice(dice, twin) if kind == "tickets" else WorkDice(dice, twin)
    names, weights = list(KINDS[kind]), list(KINDS[kind].values())
    before: list[Step] = []
    for _ in range(STEPS):
        name = dice.choices(names, weights)[0]
        if getattr(makers, "asked_next", ()) and dice.random() < 0.7:
            step = makers.next_at_the_border()
        elif name == "again" and before:
            step = dice.choice(before[-3:])
        else:
            make: Callable[[], Step] = getattr(makers, name, makers.pay)
            step = make()
        before.append(step)
        yield step
