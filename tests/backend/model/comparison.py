"""Everything that both parties know, side by side: what the models say and where the chain keeps the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chain_side import ChainSide
from chain_words import hash_of, id_of
from one_call import Read, read_all
from plain_world import COIN
from ticket_book import Session
from twin import CLOCK, Step, Twin

from partbook.chain.split_lines import list_hash

SIGNED_BITS = 256


@dataclass(frozen=True)
class Fact:
    """One fact by name: the words that the models expect, None for a refused read, and how the chain is asked."""

    name: str
    expected: tuple[int, ...] | None
    read: Read


@dataclass(frozen=True)
class Difference:
    """Where the two parties do not agree."""

    name: str
    model: object
    chain: object

    def __str__(self) -> str:
        return f"{self.name}: the model has {self.model}, the chain {self.chain}"


EVERYTHING = ("registry", "vault", "tokens", "disputes", "tickets")
PAYING_WORKS = ("settle", "buy_offered", "pass_on")
WRITTEN = {
    CLOCK: (),
    "registry": ("registry",),
    "vault": ("vault",),
    "disputes": ("registry", "disputes"),
    "tickets": ("tickets",),
    "programmes": ("tickets",),
    "door": ("tickets",),
}
"""Whose storage a step can change: the registry opens splits, and disputes change sheets."""


def written_by(step: Step) -> tuple[str, ...]:
    """Whose storage a step can change.

    A trace ends with a look at everything, so that a change where none could be is found as well.
    """
    rooms: tuple[str, ...] = WRITTEN[step.contract]
    if step.given.get("token", COIN) != COIN:
        return (*rooms, "tokens")
    return ("vault", *rooms) if step.call in PAYING_WORKS else rooms


def differences(side: ChainSide, twin: Twin, rooms: Sequence[str] = EVERYTHING) -> list[Difference]:
    """Compare everybody's coins and every fact of these contracts."""
    facts = [Fact(f"coins of {who}", (coins,), Read(side.address(who))) for who, coins in twin.world.coins.items()]
    for room in rooms:
        facts += _FACTS[room](side, twin)
    found = read_all(side.chain, [fact.read for fact in facts])
    return [
        Difference(fact.name, fact.expected, words)
        for fact, words in zip(facts, found, strict=True)
        if (None if words is None else tuple(words)) != fact.expected
    ]


def _works(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    registry = side.registry.address
    yield Fact("works", (len(twin.registry.works),), Read(registry, "works()"))
    for number, work in twin.registry.works.items():
        expected = (
            int(side.address(work.registrant), 16),
            work.committed_at,
            work.master_ai_bps,
            work.composition_ai_bps,
            work.version,
            int.from_bytes(hash_of(work.metadata), "big"),
        )
        yield Fact(f"work {number}", expected, Read(registry, "work(uint256)", (number,), len(expected)))
        yield Fact(f"dispute of work {number}", (work.dispute,), Read(registry, "disputeOf(uint256)", (number,)))
    for audio, holder in twin.registry.work_of_audio.items():
        yield Fact(f"holder of recording {audio}", (holder,), Read(registry, "workOfAudio(bytes32)", (audio,)))
    for split, lines in twin.registry.lists.items():
        sealed = int.from_bytes(list_hash(side.lines(lines)), "big")
        yield Fact(f"list of {split}", (sealed,), Read(side.vault.address, "listHash(bytes32)", (id_of(split),)))


def _money(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    yield from _books(side, twin, COIN)


def _tokens(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    for token, purses in twin.world.tokens.items():
        where = side.tokens[token]
        allowed = Read(side.vault.address, "isAllowed(address)", (where,))
        yield Fact(f"{token} is let in", (token in twin.vault.allowed,), allowed)
        for name, units in purses.items():
            yield Fact(f"{token} of {name}", (units,), Read(where, "balanceOf(address)", (side.address(name),)))
        yield from _books(side, twin, token)


def _books(side: ChainSide, twin: Twin, token: str) -> Iterator[Fact]:
    """What came in and went out; of a token, only where something ever did."""
    vault, model, where = side.vault.address, twin.vault, side.token(token)
    splits = {split for split, kind in model.received if kind == token}
    for split in splits | set(twin.registry.lists) if token == COIN else splits:
        received = Read(vault, "received(bytes32,address)", (id_of(split), where))
        yield Fact(f"{token} received by {split}", (model.received.get((split, token), 0),), received)
        for index in range(len(twin.registry.lists.get(split, ()))):
            released = Read(vault, "released(bytes32,address,uint256)", (id_of(split), where, index))
            expected = model.released.get((split, index, token), 0)
            yield Fact(f"{token} released to line {index} of {split}", (expected,), released)


def _disputes(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    module, model = side.disputes.address, twin.disputes
    yield Fact("disputes", (len(model.disputes),), Read(module, "disputes()"))
    for number, found in model.disputes.items():
        claim = found.claim
        expected = (
            int(side.address(found.claimant), 16),
            found.opened_at,
            claim.share,
            claim.index,
            claim.side,
            found.status,
            int(side.address(found.payee), 16),
            found.bond,
            int(side.address(claim.beneficiary), 16),
            claim.work_id,
        )
        yield Fact(f"dispute {number}", expected, Read(module, "dispute(uint256)", (number,), len(expected)))
    yield from _owed(side, twin, "disputes")
    for work_id in twin.registry.works:
        bond = Read(module, "bondFor(uint256)", (work_id,))
        yield Fact(f"bond for work {work_id}", (model.bond_for(work_id),), bond)


def _tickets(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    office, model = side.tickets.address, twin.tickets
    programmes = side.programmes.address
    yield Fact("concerts", (len(model.concerts),), Read(office, "concerts()"))
    yield Fact("sessions", (len(model.sessions),), Read(office, "sessions()"))
    for number, session in model.sessions.items():
        expected = _words(session)
        yield Fact(f"session {number}", expected, Read(office, "session(uint256)", (number,), len(expected)))
        votes = twin.programmes.votes_of(number)
        tally = (32, len(votes), *votes)  # where the array begins, its length, its words
        yield Fact(f"votes of session {number}", tally, Read(programmes, "votesOf(uint256)", (number,), len(tally)))
    yield from _owed(side, twin, "tickets")
    for split, amount in model.held.items():
        yield Fact(f"held for {split}", (amount,), Read(office, "heldFor(bytes32)", (id_of(split),)))
    for (concert_id, name), appointed in twin.door.staff.items():
        asked = Read(side.door.address, "isStaff(uint256,address)", (concert_id, side.address(name)))
        yield Fact(f"{name} at the door of concert {concert_id}", (appointed,), asked)
    for number, ticket in model.tickets.items():
        title = f"ticket {number >> 32}/{number & 0xFFFFFFFF}"
        holder = None if ticket.holder is None else (int(side.address(ticket.holder), 16),)
        yield Fact(f"holder of {title}", holder, Read(office, "ownerOf(uint256)", (number,)))
        yield Fact(f"offer of {title}", (ticket.offered,), Read(office, "offerOf(uint256)", (number,)))
        yield Fact(f"{title} was used", (ticket.used,), Read(office, "isCheckedIn(uint256)", (number,)))
        voted = Read(programmes, "hasVoted(uint256)", (number,))
        yield Fact(f"{title} has voted", (number in twin.programmes.votes,), voted)
        if ticket.used:
            yield Fact(f"attendee of {title}", holder or (0,), Read(office, "attendee(uint256)", (number,)))


def _owed(side: ChainSide, twin: Twin, contract: str) -> Iterator[Fact]:
    where, owed = getattr(side, contract).address, getattr(twin, contract).owed
    for name in twin.world.coins.keys() | owed.keys():
        yield Fact(f"{contract} owes {name}", (owed.get(name, 0),), Read(where, "owed(address)", (side.address(name),)))


_FACTS = {"registry": _works, "vault": _money, "tokens": _tokens, "disputes": _disputes, "tickets": _tickets}


def _words(session: Session) -> tuple[int, ...]:
    """A session in the order of the contract's struct."""
    terms = session.terms
    zone = terms.zone_offset_minutes % (1 << SIGNED_BITS)
    counts = session.sold, session.checked_in, session.refunded
    times = terms.sale_opens, terms.sale_closes, terms.starts, terms.ends
    rules = terms.max_resale_bps, terms.min_check_in_bps, terms.policy, terms.entrance
    return (
        session.concert_id, terms.price, terms.capacity, *counts, *times, zone, *rules, session.status, session.escrow
    )  # fmt: skip


def typed_differences(side: ChainSide, twin: Twin) -> list[Difference]:
    """The same money once more, read one by one through the typed contracts, and what is due to every line."""
    found = []
    for split, lines in twin.registry.lists.items():
        typed = side.lines(lines)
        for index, line in enumerate(lines):
            due = side.vault.due(id_of(split), typed, index)
            if due != (expected := twin.vault.due(split, line, index)):
                found.append(Difference(f"due to line {index} of {split}", expected, due))
    for number, session in twin.tickets.sessions.items():
        typed_session = side.tickets.session(number)  # type: ignore[arg-type]
        if (typed_session.escrow, typed_session.status) != (session.escrow, session.status):
            found.append(Difference(f"typed session {number}", session, typed_session))
    for number, dispute in twin.disputes.disputes.items():
        typed_dispute = side.disputes.dispute(number)
        if (typed_dispute.bond, typed_dispute.status) != (dispute.bond, dispute.status):
            found.append(Difference(f"typed dispute {number}", dispute, typed_dispute))
    return found
