"""Tickets, doors and votes on a real chain: what the contracts do, what they refuse, and in which words."""

import dataclasses
from collections.abc import Sequence

import pytest
from chain_scenes import sealed

from partbook.chain.concert_door import Pass
from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.events import (
    CredentialEvidence,
    CredentialIssued,
    PassRefused,
    RoyaltyHeld,
    RoyaltyPassedOn,
    SessionScheduled,
    SessionSettled,
    StaffAppointed,
    TicketBought,
    TicketCheckedIn,
    TicketGiven,
    TicketResold,
    Voted,
)
from partbook.chain.music_credentials import CredentialKind, token_id_of
from partbook.chain.refusals import Refused, refusal
from partbook.chain.signers import HOUSE, Keyring, Signer
from partbook.chain.split_lines import Side
from partbook.chain.terms import Entrance, SessionTerms, TransferPolicy
from partbook.chain.typed_data import check_in_message
from partbook.core.ids import ConcertId, SessionId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei

pytestmark = pytest.mark.chain

ETHER = 10**18
HOUR = 3_600


def now(chain: Chain) -> int:
    return int(chain.now().timestamp())


def terms_of(chain: Chain) -> SessionTerms:
    at = now(chain)
    price = Wei(ETHER // 10)
    starts = at + HOUR
    return SessionTerms(price, 5, at, starts, starts, starts + 2 * HOUR, 60, BasisPoints(11_000), BasisPoints(5_000))


@dataclasses.dataclass(frozen=True)
class Evening:
    """A scheduled session, with its works and its organiser."""

    concert_id: ConcertId
    session_id: SessionId
    works: Sequence[WorkId]
    hall: Signer
    terms: SessionTerms


def evening(contracts: Contracts, people: Keyring, voted: int = 0, works: int = 1, **changed: object) -> Evening:
    chain, hall = contracts.tickets.chain, people.open("hall")
    played = [sealed(contracts, people, audio=number)[0] for number in range(1, works + 1)]
    weights = [BasisPoints(10_000 // works)] * works
    shares = BasisPoints(2_000), BasisPoints(1_000), BasisPoints(voted)
    concert = contracts.tickets.announce(played, weights, *shares, "ipfs://x", hall)
    terms = dataclasses.replace(terms_of(chain), **changed)  # type: ignore[arg-type]
    scheduled = contracts.tickets.schedule(concert.result, terms, hall).the(SessionScheduled)
    assert scheduled.terms == terms
    return Evening(concert.result, scheduled.session_id, played, hall, terms)


def ticket_for(contracts: Contracts, people: Keyring, shown: Evening, who: str) -> TicketId:
    fan = people.open(who)
    return contracts.tickets.buy(shown.session_id, fan.address, shown.terms.price, fan).the(TicketBought).ticket_id


def pass_of(contracts: Contracts, signer: Signer, *tickets: TicketId, seconds: int = 600) -> Pass:
    chain = contracts.tickets.chain
    deadline = now(chain) + seconds
    message = check_in_message(chain.chain_id, contracts.door.address, tickets, signer.address, deadline)
    return Pass(signer.address, deadline, tickets, signer.sign_typed_data(message))


def test_the_door_checks_what_the_holder_signed(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    tickets = [TicketId((1 << 32) + 1), TicketId((1 << 32) + 2)]
    holder, deadline = people.address("dora"), now(chain) + 60
    message = check_in_message(chain.chain_id, contracts.door.address, tickets, holder, deadline)
    assert message.digest() == contracts.door.pass_digest(tickets, holder, deadline)
    assert message.digest() != contracts.door.pass_digest(tickets[:1], holder, deadline)


def test_a_ticket_from_sale_to_settlement(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people)
    fan, friend, terms = people.open("fan"), people.open("friend"), shown.terms
    ticket = ticket_for(contracts, people, shown, "fan")
    with pytest.raises(Refused) as above_cap:
        contracts.tickets.offer(ticket, Wei(terms.price * 2), fan)
    assert above_cap.value.error_name == "ConcertTickets_ResaleAboveCap"
    asked = Wei(terms.price * 110 // 100)
    contracts.tickets.offer(ticket, asked, fan)
    assert contracts.tickets.offer_of(ticket) == asked
    resold = contracts.tickets.buy_offered(ticket, asked, friend).the(TicketResold)
    assert (resold.seller, resold.buyer, resold.royalty) == (fan.address, friend.address, asked // 10)
    assert contracts.tickets.owed(fan.address) == asked - resold.royalty

    good = pass_of(contracts, friend, ticket)
    with pytest.raises(Refused, match="is not signed by"):
        contracts.door.check_in(dataclasses.replace(good, holder=fan.address), shown.hall)
    assert contracts.door.check_in(good, shown.hall).the(TicketCheckedIn).holder == friend.address
    with pytest.raises(Refused, match="has been used at the door"):
        contracts.door.check_in(good, shown.hall)
    assert contracts.tickets.attendee(ticket) == friend.address

    credential = contracts.credentials.claim_attended(ticket, friend)
    token = token_id_of(CredentialKind.ATTENDED, friend.address)
    assert credential.the(CredentialIssued).token_id == credential.the(CredentialEvidence).token_id == token
    assert contracts.credentials.level(token) == 1
    with pytest.raises(Refused, match="never changes hands"):
        contracts.credentials.transfer(token, friend.address, fan.address, friend)

    chain.move_time(4 * HOUR)
    settled = contracts.tickets.settle(shown.session_id, fan).the(SessionSettled)
    assert (settled.to_organiser, settled.to_works) == (terms.price // 5, terms.price - terms.price // 5)
    assert contracts.tickets.session(shown.session_id).escrow == 0


def test_one_pass_lets_in_a_family_and_staff_take_it(contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people)
    fan, dee = people.open("fan"), people.open("dee")
    tickets = [ticket_for(contracts, people, shown, "fan") for _ in range(3)]
    family = pass_of(contracts, fan, *tickets)
    with pytest.raises(Refused, match=r"The door refused: .* neither organises concert \d+ nor was appointed"):
        contracts.door.check_in(family, dee)
    appointed = contracts.door.appoint(shown.concert_id, dee.address, True, shown.hall).the(StaffAppointed)
    assert (appointed.account, appointed.appointed) == (dee.address, True)
    assert contracts.door.is_staff(shown.concert_id, dee.address)
    came = [event.ticket_id for event in contracts.door.check_in(family, dee).events]
    assert came == tickets
    assert contracts.tickets.session(shown.session_id).checked_in == 3
    contracts.door.appoint(shown.concert_id, dee.address, False, shown.hall)
    assert not contracts.door.is_staff(shown.concert_id, dee.address)


def test_a_bad_pass_of_a_list_is_named_and_stops_nobody(contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people)
    fan, friend = people.open("fan"), people.open("friend")
    ticket, other = ticket_for(contracts, people, shown, "fan"), ticket_for(contracts, people, shown, "friend")
    late = pass_of(contracts, fan, ticket, seconds=-10)
    stolen = pass_of(contracts, fan, other)
    receipt = contracts.door.check_in_all([late, stolen, pass_of(contracts, friend, other)], shown.hall)
    refused = [event for event in receipt.events if isinstance(event, PassRefused)]
    assert [event.tickets for event in refused] == [(ticket,), (other,)]
    said = [str(refusal(event.reason, "ConcertDoor")) for event in refused]
    assert said[0].startswith("The door refused: the pass of ")
    assert said[1].startswith(f"The box office refused: ticket {other} belongs to ")
    assert receipt.the(TicketCheckedIn).holder == friend.address
    with pytest.raises(Refused, match="not one of 1 passes let anybody in"):
        contracts.door.check_in_all([late], shown.hall)


def test_nobody_goes_around_the_door(contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people)
    ticket = ticket_for(contracts, people, shown, "fan")
    with pytest.raises(Refused, match="only the door lets people in"):
        contracts.tickets.admit([ticket], people.address("fan"), shown.hall)
    with pytest.raises(Refused, match=r"session \d+ has staff at its door"):
        contracts.tickets.attend(ticket, people.open("fan"))


def test_where_the_entrance_is_open_a_holder_comes_in_by_herself(contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people, entrance=Entrance.OPEN)
    ticket = ticket_for(contracts, people, shown, "fan")
    with pytest.raises(Refused, match=rf"ticket {ticket} belongs to"):
        contracts.tickets.attend(ticket, people.open("friend"))
    contracts.tickets.attend(ticket, people.open("fan"))
    assert contracts.tickets.attendee(ticket) == people.address("fan")
    assert contracts.tickets.session(shown.session_id).entrance is Entrance.OPEN


def test_the_policy_decides_whether_a_ticket_is_given(contracts: Contracts, people: Keyring) -> None:
    fan, friend = people.open("fan"), people.open("friend")
    once = evening(contracts, people, policy=TransferPolicy.GIFT_ONCE)
    ticket = ticket_for(contracts, people, once, "fan")
    given = contracts.tickets.give(ticket, fan.address, friend.address, fan).the(TicketGiven)
    assert (given.from_, given.to) == (fan.address, friend.address)
    with pytest.raises(Refused, match="was given away once already"):
        contracts.tickets.transfer(ticket, friend.address, fan.address, friend)
    assert contracts.tickets.session(once.session_id).policy is TransferPolicy.GIFT_ONCE

    terms = dataclasses.replace(terms_of(contracts.tickets.chain), policy=TransferPolicy.NONE)
    bound = contracts.tickets.schedule(once.concert_id, terms, once.hall).result
    ticket = contracts.tickets.buy(bound, fan.address, terms.price, fan).the(TicketBought).ticket_id
    with pytest.raises(Refused, match="stays with its holder"):
        contracts.tickets.give(ticket, fan.address, friend.address, fan)


def test_votes_decide_the_voted_part(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people, voted=5_000, works=2)
    fan = people.open("fan")
    ticket = ticket_for(contracts, people, shown, "fan")
    with pytest.raises(Refused, match="plays 2 works; there is no place 2"):
        contracts.programmes.vote(ticket, 2, fan)
    with pytest.raises(Refused, match=rf"only its holder votes with ticket {ticket}"):
        contracts.programmes.vote(ticket, 1, people.open("friend"))
    voted = contracts.programmes.vote(ticket, 1, fan).the(Voted)
    assert (voted.work_id, voted.voter, voted.session_id) == (shown.works[1], fan.address, shown.session_id)
    with pytest.raises(Refused, match="each ticket has one"):
        contracts.programmes.vote(ticket, 0, fan)
    assert contracts.programmes.has_voted(ticket)
    assert contracts.programmes.votes_of(shown.session_id) == (0, 1)
    assert contracts.programmes.programme(shown.concert_id) == (tuple(shown.works), (5_000, 5_000))
    assert contracts.programmes.voted_bps(shown.concert_id) == contracts.tickets.concert(shown.concert_id).voted_bps
    _, parts = contracts.programmes.session_payments(shown.concert_id, shown.session_id, Wei(1_000))
    assert parts == (250, 750)
    contracts.door.check_in(pass_of(contracts, fan, ticket), shown.hall)
    chain.move_time(4 * HOUR)
    to_works = contracts.tickets.settle(shown.session_id, fan).the(SessionSettled).to_works
    paid = [contracts.vault.received(contracts.registry.current_split(w, Side.COMPOSITION)) for w in shown.works]
    assert paid == [to_works // 4, to_works * 3 // 4]


def test_a_paused_vault_gets_its_royalties_later(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    shown = evening(contracts, people)
    fan, house = people.open("fan"), people.open(HOUSE)
    ticket = ticket_for(contracts, people, shown, "fan")
    contracts.door.check_in(pass_of(contracts, fan, ticket), shown.hall)
    chain.move_time(4 * HOUR)
    contracts.vault.pause(house)
    held = contracts.tickets.settle(shown.session_id, fan).the(RoyaltyHeld)
    assert contracts.tickets.held_for(held.split_id) == held.amount == shown.terms.price * 8 // 10
    with pytest.raises(Refused, match="is paused"):
        contracts.tickets.pass_on(held.split_id, fan)
    contracts.vault.unpause(house)
    assert contracts.tickets.pass_on(held.split_id, fan).the(RoyaltyPassedOn).amount == held.amount
    assert contracts.vault.received(held.split_id) == held.amount
