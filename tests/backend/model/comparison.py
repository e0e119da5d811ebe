"""Everything that both parties know, side by side: what the models say and where the chain keeps the same."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from chain_side import ZERO, ChainSide, hash_of, id_of
from one_call import Read, read_all
from ticket_model import Session
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


EVERYTHING = ("registry", "vault", "tickets")
PAYING_WORKS = ("settle", "buy_offered")


def written_by(step: Step) -> tuple[str, ...]:
    """Whose storage a step can change: the registry calls nobody, the vault only reads it, and the box office pays.

    A trace ends with a look at everything, so that a change where none could be is found as well.
    """
    if step.contract == CLOCK:
        return ()
    return ("vault", "tickets") if step.call in PAYING_WORKS else (step.contract,)


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
            work.sealed_at,
            work.master_ai_bps,
            work.composition_ai_bps,
            work.version,
            int.from_bytes(hash_of(work.audio), "big"),
            int.from_bytes(hash_of(work.metadata), "big"),
        )
        yield Fact(f"work {number}", expected, Read(registry, "work(uint256)", (number,), len(expected)))
    for audio, holder in twin.registry.work_of_audio.items():
        yield Fact(f"holder of recording {audio}", (holder,), Read(registry, "workOfAudio(bytes32)", (audio,)))
    for split, lines in twin.registry.lists.items():
        sealed = int.from_bytes(list_hash(side.lines(lines)), "big")
        yield Fact(f"list of {split}", (sealed,), Read(registry, "listHash(bytes32)", (id_of(split),)))


def _money(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    vault, model = side.vault.address, twin.vault
    for split, lines in twin.registry.lists.items():
        received = Read(vault, "received(bytes32,address)", (id_of(split), ZERO))
        yield Fact(f"received by {split}", (model.received.get(split, 0),), received)
        for index in range(len(lines)):
            released = Read(vault, "released(bytes32,address,uint256)", (id_of(split), ZERO, index))
            yield Fact(f"released to line {index} of {split}", (model.released.get((split, index), 0),), released)


def _tickets(side: ChainSide, twin: Twin) -> Iterator[Fact]:
    office, model = side.tickets.address, twin.tickets
    yield Fact("concerts", (len(model.concerts),), Read(office, "concerts()"))
    yield Fact("sessions", (len(model.sessions),), Read(office, "sessions()"))
    for number, session in model.sessions.items():
        expected = _words(session)
        yield Fact(f"session {number}", expected, Read(office, "session(uint256)", (number,), len(expected)))
    for name in twin.world.coins:
        owed = Read(office, "owed(address)", (side.address(name),))
        yield Fact(f"owed to {name}", (model.owed.get(name, 0),), owed)
    for number, ticket in model.tickets.items():
        title = f"ticket {number >> 32}/{number & 0xFFFFFFFF}"
        holder = None if ticket.holder is None else (int(side.address(ticket.holder), 16),)
        yield Fact(f"holder of {title}", holder, Read(office, "ownerOf(uint256)", (number,)))
        yield Fact(f"offer of {title}", (ticket.offered,), Read(office, "offerOf(uint256)", (number,)))
        came = holder if ticket.used and holder else (0,)
        yield Fact(f"attendee of {title}", came, Read(office, "attendee(uint256)", (number,)))
        if holder is None:
            yield Fact(f"{title} was used", (ticket.used,), Read(office, "isCheckedIn(uint256)", (number,)))


_FACTS = {"registry": _works, "vault": _money, "tickets": _tickets}


def _words(session: Session) -> tuple[int, ...]:
    """A session in the order of the contract's struct."""
    terms = session.terms
    zone = terms.zone_offset_minutes % (1 << SIGNED_BITS)
    counts = session.sold, session.checked_in, session.refunded
    times = terms.sale_opens, terms.sale_closes, terms.starts, terms.ends
    shares = terms.max_resale_bps, terms.min_check_in_bps
    return (
        session.concert_id, terms.price, terms.capacity, *counts, *times, zone, *shares, session.status, session.escrow
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
        if typed_session.escrow != session.escrow or typed_session.status != session.status:
            found.append(Difference(f"typed session {number}", astuple(session), typed_session))
    return found
