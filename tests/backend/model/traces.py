"""Random traces: an opening that ten traces share, and then steps by weight, with a taste for doing things twice."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from dispute_dice import DisputeDice
from plain_world import FEE, PLAIN
from ticket_book import FREE, GIFT_ONCE, NO_TRANSFER, OPEN_ENTRANCE, RESALE_ONLY, STAFFED
from ticket_dice import TicketDice, first_concert, first_session
from twin import Step, Twin
from work_dice import WorkDice, first_seal, first_works

STEPS = 30
SHARE_AN_OPENING = 10
"""Traces that begin alike: the chain is put back to the end of their opening instead of being built again."""

ROYALTIES = {
    "pay": 18, "pay_work": 6, "pay_token": 9, "allow_token": 2, "claim": 18, "claim_for": 20, "amend": 12, "agree": 6,
    "again": 8, "commit": 4, "seal": 8, "stop": 3, "open_dispute": 3, "concede": 2, "drop": 1,
}  # fmt: skip
"""Weights of the steps in a trace about works and their money."""

DISPUTES = {
    "open_dispute": 20, "answer": 9, "concede": 4, "drop": 5, "rule": 10, "expire": 4, "take_bond": 8, "pass_time": 14,
    "curate": 2, "pay": 13, "pay_work": 4, "pay_token": 3, "claim": 8, "claim_for": 15, "amend": 4, "again": 6,
    "stop": 2,
}  # fmt: skip
"""Weights of the steps in a trace about disputes, and the money that waits for their end."""

TICKETS = {
    "buy": 16, "offer": 8, "buy_offered": 12, "check_in": 2, "check_in_all": 2, "attend": 2, "to_the_doors": 9,
    "pass_time": 6, "refund": 7, "settle": 5, "settle_in_a_pause": 2, "again": 6, "withdraw": 6, "withdraw_offer": 3,
    "cancel": 2, "give": 8, "approve": 1, "admit": 1, "vote": 11, "appoint": 3, "pass_on": 1, "announce": 4,
    "to_refunds": 4, "schedule": 3, "claim_for": 3, "pay": 1, "amend": 2, "stop": 2,
}  # fmt: skip
"""Weights of the steps in a trace about tickets, whose money ends in the vault."""

OTHER_POLICIES = (NO_TRANSFER, FREE, RESALE_ONLY)
"""Of the second session, block by block; gifts from the first one are allowed once."""

KINDS = {"royalties": ROYALTIES, "disputes": DISPUTES, "tickets": TICKETS}


def kind_of(trace: int) -> str:
    """What a trace is about: ten of one kind, then ten of the next."""
    return list(KINDS)[trace // SHARE_AN_OPENING % len(KINDS)]


def blocks(first: int, count: int) -> list[range]:
    """So many traces from the first one on, in groups that share an opening."""
    starts = range(first - first % SHARE_AN_OPENING, first + count, SHARE_AN_OPENING)
    return [range(max(first, start), min(first + count, start + SHARE_AN_OPENING)) for start in starts]


def block_of(kind: str, number: int = 0) -> range:
    """The traces of a kind's first, second, … block."""
    start = (number * len(KINDS) + list(KINDS).index(kind)) * SHARE_AN_OPENING
    return range(start, start + SHARE_AN_OPENING)


def opening(seed: int, trace: int, twin: Twin) -> Iterator[Step]:
    """The steps before the first step of a trace; each must be taken before the next is asked for."""
    dice = Random(f"{seed} opening {trace // SHARE_AN_OPENING}")
    yield from first_works(dice, twin)
    for work_id in (1, 2, 3):
        yield first_seal(dice, twin, work_id)
    yield Step("vault", "allow_token", "house", {"token": PLAIN, "allowed": True})
    match kind_of(trace):
        case "tickets":
            yield from _sold_tickets(dice, twin, OTHER_POLICIES[trace // (SHARE_AN_OPENING * len(KINDS)) % 3])
        case "disputes":
            yield DisputeDice(dice, twin).open_right(1)
        case "royalties":
            yield Step("vault", "allow_token", "house", {"token": FEE, "allowed": True})


def _sold_tickets(dice: Random, twin: Twin, other_policy: int) -> Iterator[Step]:
    yield first_concert(dice, twin)
    yield first_session(dice, twin, GIFT_ONCE, STAFFED)
    yield first_session(dice, twin, other_policy, OPEN_ENTRANCE)
    yield Step("door", "appoint", "hall", {"concert_id": 1, "account": "friend", "appointed": True})
    for session_id, who in ((1, "ana"), (1, "fan"), (1, "fan"), (2, "friend"), (2, "fan")):
        price = twin.tickets.sessions[session_id].terms.price
        yield Step("tickets", "buy", who, {"session_id": session_id, "to": who, "payment": price})
    for session_id, who, place in ((1, "ana", 1), (2, "friend", 0)):
        yield Step("programmes", "vote", who, {"ticket_id": session_id << 32 | 1, "place": place})


def steps(seed: int, trace: int, twin: Twin) -> Iterator[Step]:
    """The thirty steps of a trace; each must be taken before the next is asked for."""
    dice = Random(f"{seed} {trace}")
    kind = kind_of(trace)
    makers: Any = TicketDice(dice, twin) if kind == "tickets" else WorkDice(dice, twin)
    names, weights = list(KINDS[kind]), list(KINDS[kind].values())
    before: list[Step] = []
    for _ in range(STEPS):
        name = dice.choices(names, weights)[0]
        if makers.asked_next and dice.random() < 0.85:
            step = makers.next_at_the_border()
        elif name == "again":
            step = dice.choice(before[-3:] or [makers.pay()])
        else:
            make: Callable[[], Step] = getattr(makers, name)
            step = make()
        before.append(step)
        yield step
