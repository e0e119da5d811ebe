"""Whether the state that an indexer rebuilds from events is the models', part by part."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import Any

import rebuild
from chain_side import ChainSide
from chain_words import hash_of, id_of
from comparison import Difference
from eth_utils.crypto import keccak
from plain_world import CONTRACTS
from rebuild import BaseBondChanged, Rebuilt
from twin import Twin

from partbook.chain.event_log import events_in
from partbook.chain.events import Event
from partbook.core.ids import Address

NAMES = {
    "registry": "WorkRegistry",
    "vault": "RoyaltyVault",
    "disputes": "DisputeModule",
    "tickets": "ConcertTickets",
    "programmes": "ConcertProgrammes",
    "door": "ConcertDoor",
}
assert set(NAMES) == set(CONTRACTS)
BASE_BOND_CHANGED = keccak(text="BaseBondChanged(uint256)")


def rebuilt_differences(side: ChainSide, twin: Twin, from_block: int) -> list[Difference]:
    """Read all logs since a block, rebuild, and compare with the models."""
    rebuilt = Rebuilt().fold(events_since(side, from_block))
    expected, found = dict(_expected(side, twin)), dict(_found(rebuilt))
    expected["bonds"] = {work_id: twin.disputes.bond_for(work_id) for work_id in twin.registry.works}
    found["bonds"] = {work_id: rebuilt.bond_for(work_id, twin.world.now) for work_id in rebuilt.works}
    return [
        Difference(f"{part} from events", _only(expected[part], found[part]), _only(found[part], expected[part]))
        for part in expected
        if expected[part] != found[part]
    ]


def events_since(side: ChainSide, from_block: int) -> list[Event | BaseBondChanged]:
    """What the contracts recorded from a block on."""
    names: dict[Address, str] = {side.address(room): contract for room, contract in NAMES.items()}
    web3 = side.chain.web3
    addresses: Any = list(names)
    logs = web3.eth.get_logs({"fromBlock": from_block, "toBlock": "latest", "address": addresses})  # type: ignore[typeddict-item]
    blocks = sorted({log["blockNumber"] for log in logs})
    asked: Any = [("eth_getBlockByNumber", [hex(number), False]) for number in blocks]
    answers: Any = web3.provider.make_batch_request(asked) if asked else []  # type: ignore[attr-defined]
    times = {int(each["result"]["number"], 16): int(each["result"]["timestamp"], 16) for each in answers}
    logs = sorted(logs, key=lambda log: (log["blockNumber"], log["logIndex"]))
    bonds = [int.from_bytes(log["data"], "big") for log in logs if log["topics"][0] == BASE_BOND_CHANGED]
    return [*events_in(logs, names, times), *map(BaseBondChanged, bonds)]


def _found(rebuilt: Rebuilt) -> Iterator[tuple[str, Any]]:
    """What was rebuilt; a sum of nothing says nothing."""
    for part, value in vars(rebuilt).items():
        counted = part in ("received", "released", "bonds_owed", "owed", "held")
        yield part, {key: amount for key, amount in value.items() if amount} if counted else value


def _expected(side: ChainSide, twin: Twin) -> Iterator[tuple[str, Any]]:
    """What the models say, in the chain's words."""
    yield from _registry(side, twin)
    money = twin.vault
    yield "received", _amounts(((id_of(split), side.token(token)), n) for (split, token), n in money.received.items())
    released = ((id_of(split), index, side.token(token), n) for (split, index, token), n in money.released.items())
    yield "released", _amounts((tuple(key), n) for *key, n in released)
    yield "allowed", {side.token(token) for token in money.allowed}
    yield from _disputes(side, twin)
    yield from _tickets(side, twin)


def _registry(side: ChainSide, twin: Twin) -> Iterator[tuple[str, Any]]:
    model = twin.registry
    works = {}
    for number, work in model.works.items():
        sealed = (hash_of(work.metadata), hash_of(work.audio)) if work.version else (None, None)
        shares = work.master_ai_bps, work.composition_ai_bps
        registrant = side.address(work.registrant)
        works[number] = rebuild.Work(registrant, work.committed_at, work.version, *sealed, *shares, work.dispute)
    yield "works", works
    yield "lists", {id_of(split): side.lines(lines) for split, lines in model.lists.items()}
    yield "holders", {hash_of(audio): holder for audio, holder in model.work_of_audio.items()}
    yield (
        "agreed",
        {(side.message(number, side.sheet(sheet)).digest(), side.address(by)) for number, sheet, by in model.agreed},
    )


def _disputes(side: ChainSide, twin: Twin) -> Iterator[tuple[str, Any]]:
    model = twin.disputes
    disputes = {}
    for number, found in model.disputes.items():
        claim = found.claim
        people = (side.address(who) for who in (found.claimant, found.payee, claim.beneficiary))
        what = claim.work_id, claim.side, claim.index, claim.share
        disputes[number] = rebuild.Dispute(*what, *people, found.bond, found.opened_at, found.status)
    yield "disputes", disputes
    yield "dismissed", model.dismissed
    yield "base_bond", model.base_bond
    yield "bonds_owed", _amounts((side.address(who), amount) for who, amount in model.owed.items())


def _tickets(side: ChainSide, twin: Twin) -> Iterator[tuple[str, Any]]:
    model = twin.tickets
    concerts = {}
    for number, concert in model.concerts.items():
        shares = concert.organiser_bps, concert.resale_royalty_bps, concert.voted_bps
        concerts[number] = (side.address(concert.organiser), concert.works, concert.weights, *shares)
    yield "concerts", concerts
    sessions = {}
    for number, session in model.sessions.items():
        counts = session.sold, session.checked_in, session.refunded
        sessions[number] = rebuild.Session(session.concert_id, astuple(session.terms), *counts, session.status)
    yield "sessions", sessions
    tickets = {}
    for number, ticket in model.tickets.items():
        holder = side.address(ticket.holder) if ticket.holder else None
        tickets[number] = rebuild.Ticket(holder, ticket.offered, ticket.used)
    yield "tickets", tickets
    played = {number: model.concerts[session.concert_id].works for number, session in model.sessions.items()}
    yield "votes", {number: played[number >> 32][place] for number, place in twin.programmes.votes.items()}
    yield "staff", {(number, side.address(who)) for (number, who), there in twin.door.staff.items() if there}
    yield "owed", _amounts((side.address(who), amount) for who, amount in model.owed.items())
    yield "held", _amounts((id_of(split), amount) for split, amount in model.held.items())
    yield "refused", [(session, side.address(who), *rest) for session, who, *rest in twin.door.refused]


def _amounts(pairs: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    return {key: amount for key, amount in pairs if amount}


def _only(these: Any, those: Any) -> Any:
    """What is in these and not, or not so, in those."""
    if isinstance(these, dict):
        return {key: value for key, value in these.items() if key not in those or those[key] != value}
    if isinstance(these, set):
        return these - those
    return these
