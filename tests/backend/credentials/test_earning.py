"""Credentials come from facts, count each fact once, and never change hands."""

from pathlib import Path

import pytest

from partbook.core.errors import ChainRefused, NotFound
from partbook.core.ids import EditionId
from partbook.core.money import parse_ether
from partbook.credentials import service
from partbook.editions.service import release_edition
from partbook.shows import service as shows
from partbook.works.desk import Desk, Rehearsed
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain


def test_a_contributor_claims_once_per_work(desk: Desk, work: WorkView) -> None:
    head = desk.chain.head().number
    with pytest.raises(Rehearsed):
        service.claim_contributed(desk, work.work_id, "chen", dry_run=True)
    assert desk.chain.head().number == head
    earned = service.claim_contributed(desk, work.work_id, "chen")
    assert (earned.kind, earned.level, earned.count, earned.holder) == ("contributed", 1, 1, desk.address("chen"))
    assert earned.evidence[0]["block"] == desk.chain.head().number
    with pytest.raises(ChainRefused):
        service.claim_contributed(desk, work.work_id, "chen")
    with pytest.raises(NotFound, match=r"dee .* is not on the sheet of work 1"):
        service.claim_contributed(desk, work.work_id, "dee")


def test_a_collector_claims_from_a_copy_that_she_holds(desk: Desk, work: WorkView) -> None:
    edition = release_edition(desk, work.work_id, "ana", parse_ether("0.01"), 5)
    with pytest.raises(ChainRefused):
        service.claim_collected(desk, edition.edition_id, "dee")
    dee = desk.signer("dee")
    desk.contracts.editions.buy(EditionId(edition.edition_id), 1, dee.address, edition.price, dee)
    earned = service.claim_collected(desk, edition.edition_id, "dee")
    assert (earned.kind, earned.evidence[0]["fact"]) == ("collected", str(edition.edition_id))
    assert service.show_credentials(desk, "dee") == [earned]
    assert service.show_credentials(desk, "fay") == []


def test_only_who_was_let_in_attended_and_the_credential_stays_hers(desk: Desk, work: WorkView, tmp_path: Path) -> None:
    concert = shows.announce(desk, [(work.work_id, 10_000)], "olu", 6_000, 500, "An evening")
    starts = desk.now() + 3_600
    session = shows.schedule(desk, concert.concert_id, "olu", parse_ether("0.1"), 5, starts, starts + 3_600)
    ticket = shows.buy_ticket(desk, session.session_id, "fay")
    with pytest.raises(ChainRefused):
        service.claim_attended(desk, ticket.ticket_id, "fay")
    shows.write_pass(desk, [ticket.ticket_id], "fay", tmp_path / "pass.json")
    shows.admit(desk, tmp_path / "pass.json", "olu")
    with pytest.raises(ChainRefused):
        service.claim_attended(desk, ticket.ticket_id, "dee")
    earned = service.claim_attended(desk, ticket.ticket_id, "fay")
    fay, dee = desk.signer("fay"), desk.address("dee")
    with pytest.raises(ChainRefused):
        desk.contracts.credentials.transfer(earned.token_id, fay.address, dee, fay)
    assert desk.contracts.credentials.owner_of(earned.token_id) == fay.address
    desk.contracts.credentials.burn(earned.token_id, fay)
    assert service.show_credentials(desk, "fay") == []


@pytest.mark.parametrize(
    ("facts", "level"), [(0, 0), (1, 1), (2, 1), (3, 2), (9, 2), (10, 3), (29, 3), (30, 4), (500, 4)]
)
def test_levels_begin_where_the_contract_begins_them(facts: int, level: int) -> None:
    assert service.level_of(facts) == level
