"""Random split sheets and their consents: mostly right, at times wrong in exactly one way."""

from dataclasses import replace
from random import Random

from plain_world import PEOPLE, WHOLE
from registry_model import Consent, Line, Sheet
from twin import Twin

PAYEES = ("ana", "ben", "chen", "dora")
AWKWARD_PARTS = ((1, 9_999), (3_333, 3_333, 3_334), (0, 10_000), (10_000,), (1, 1, 9_998), (4_999, 5_001))
HOUR = 3_600

SHEET_FAULTS = (
    "version", "late", "metadata", "audio", "sum", "credit", "empty", "long", "no role", "disputed", "parent",
)  # fmt: skip
CONSENT_FAULTS = ("missing", "needless", "false", "twice")


def parts(dice: Random, count: int) -> list[int]:
    """Basis points for so many lines that add up to the whole."""
    cuts = sorted(dice.randint(0, WHOLE) for _ in range(count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, WHOLE], strict=True)]


def lines(dice: Random, twin: Twin, work_id: int) -> tuple[Line, ...]:
    """A list that adds up; some lines pay an earlier sealed work, and a person may have several."""
    payouts = list(dice.choice(AWKWARD_PARTS)) if dice.random() < 0.5 else parts(dice, dice.randint(1, 5))
    parents = [parent for parent in twin.registry.works if parent < work_id and twin.registry.is_sealed(parent)]
    made = []
    for payout, credit in zip(payouts, parts(dice, len(payouts)), strict=True):
        parent = dice.choice(parents) if parents and dice.random() < 0.35 else None
        payee = dice.choice(PAYEES) if parent is None else ""
        made.append(Line(payee, payout, credit, dice.choice((0, 0, 33, 100)), parent, role=dice.choice((1, 1, 5))))
    return tuple(made)


def sheet(dice: Random, twin: Twin, work_id: int, audio: int) -> Sheet:
    """A right sheet, the next version of a work."""
    version = twin.registry.works[work_id].version + 1 if work_id in twin.registry.works else 1
    deadline = twin.world.now + HOUR
    master, composition = lines(dice, twin, work_id), lines(dice, twin, work_id)
    return Sheet(version, audio, dice.randint(1, 99), deadline, master, composition)


def spoilt(dice: Random, right: Sheet, work_id: int, now: int) -> Sheet:
    """The sheet with one fault."""
    first, *rest = right.composition
    match dice.choice(SHEET_FAULTS):
        case "version":
            return replace(right, version=right.version + dice.choice((-1, 1)))
        case "late":
            return replace(right, deadline=now - dice.choice((1, 0, HOUR)))
        case "metadata":
            return replace(right, metadata=0)
        case "audio":
            return replace(right, audio=right.audio + 1)
        case "sum":
            return replace(right, composition=(replace(first, payout=(first.payout + 1) % WHOLE), *rest))
        case "credit":
            return replace(right, master=(*right.master, Line("ana", 0, 1)))
        case "empty":
            return replace(right, composition=())
        case "long":
            return replace(right, composition=(*right.composition, *[Line("ana", 0, 0)] * 100))
        case "no role":
            return replace(right, master=(*right.master, Line("ana", 0, 0, role=0)))
        case "disputed":
            return replace(right, master=(*right.master, Line("", 0, 0, dispute=1)))
    parent = dice.choice((work_id, work_id + 1, max(1, work_id - 1)))
    return replace(right, master=(replace(right.master[0], payee="", parent=parent), *right.master[1:]))


def signers(twin: Twin, agreed: Sheet) -> set[str]:
    """Who is named in a sheet: payees, and the registrants of parents that exist."""
    return named(twin, agreed.master + agreed.composition)


def named(twin: Twin, lines: tuple[Line, ...]) -> set[str]:
    """Which people are named in lines: payees, and the registrants of parents that exist.

    A dispute may have made a contract a payee, which can agree to nothing.
    """
    works = twin.registry.works
    found = {
        line.payee if line.parent is None else works[line.parent].registrant
        for line in lines
        if line.dispute is None and (line.parent is None or line.parent in works)
    }
    return found & set(PEOPLE)


def consents(dice: Random, needed: set[str], *, right: bool) -> tuple[Consent, ...]:
    """Consents of exactly these people, or with one fault."""
    given = [Consent(signer) for signer in sorted(needed)]
    if right or not given:
        return tuple(given)
    odd = dice.randrange(len(given))
    match dice.choice(CONSENT_FAULTS):
        case "missing":
            del given[odd]
        case "needless":
            given.append(Consent("friend"))
        case "false":
            given[odd] = replace(given[odd], true=False)
        case "twice":
            given.append(given[odd])
    return tuple(given)
