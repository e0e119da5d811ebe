"""Money in, money out: every wei is accounted for, and statements say what the chain says."""

import csv
import io
import json
from pathlib import Path

import pytest
from typed_commands import run

from partbook.chain.signers import HOUSE
from partbook.chain.terms import Entrance
from partbook.core.errors import ChainRefused, NotFound, UnusableInput
from partbook.core.ids import EditionId
from partbook.core.money import Wei, parse_ether
from partbook.editions.service import release_edition
from partbook.royalties import commands, held, service
from partbook.shows import service as shows
from partbook.works.desk import Desk, Rehearsed
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain
ODD = Wei(1_000_003)
"""An amount that no share divides."""


def test_claims_add_up_to_payments_but_for_the_dust(desk: Desk, work: WorkView) -> None:
    for side in ("master", "composition"):
        for _ in range(2):
            service.pay(desk, work.work_id, side, "dee", ODD)
    claims = service.claim_all(desk, work.work_id)
    splits = service.balance(desk, work.work_id).splits
    assert sum(split.received for split in splits) == 4 * ODD
    assert sum(claim.amount for claim in claims) == sum(split.released for split in splits)
    for split in splits:
        assert split.due == 0
        assert 0 <= split.dust <= split.payees - 1
    assert sum(split.dust for split in splits) > 0


def test_a_sale_is_split_as_the_sheet_says(desk: Desk, work: WorkView) -> None:
    edition = release_edition(desk, work.work_id, "ana", parse_ether("0.1"), 5, master_bps=4_000)
    dee = desk.signer("dee")
    desk.contracts.editions.buy(EditionId(edition.edition_id), 1, dee.address, edition.price, dee)
    due = {(line.side, line.name): line.due for line in service.due(desk, work.work_id)}
    assert due == {
        ("master", "Ana Lind"): parse_ether("0.02"),
        ("master", "Ben Okafor"): parse_ether("0.02"),
        ("composition", "Ana Lind"): parse_ether("0.027"),
        ("composition", "Ben Okafor"): parse_ether("0.018"),
        ("composition", "Chen Wei"): parse_ether("0.015"),
    }
    assert [line.due for line in service.due(desk, work.work_id, "chen")] == [parse_ether("0.015")]


def test_one_payee_claims_only_her_own_and_only_once(desk: Desk, work: WorkView) -> None:
    service.pay(desk, work.work_id, "composition", "dee", parse_ether("1"))
    before = desk.chain.balance(desk.address("fay"))
    [claim] = service.claim(desk, work.work_id, "chen", to="fay")
    assert claim.amount == parse_ether("0.25")
    assert desk.chain.balance(desk.address("fay")) - before == parse_ether("0.25")
    with pytest.raises(NotFound, match="Nothing is due to chen"):
        service.claim(desk, None, "chen")
    with pytest.raises(NotFound, match="Nothing is due to dee"):
        service.claim(desk, work.work_id, "dee")
    assert {line.name for line in service.due(desk, work.work_id) if line.due} == {"Ana Lind", "Ben Okafor"}


def test_a_claim_for_others_pays_the_payee_not_the_caller(desk: Desk, work: WorkView) -> None:
    service.pay(desk, work.work_id, "master", "dee", parse_ether("1"))
    ben, eli = desk.address("ben"), desk.address("eli")
    before = desk.chain.balance(ben), desk.chain.balance(eli)
    service.claim_all(desk, work.work_id, by="eli")
    assert desk.chain.balance(ben) == before[0] + parse_ether("0.5")
    assert desk.chain.balance(eli) < before[1]


def test_a_statement_agrees_with_the_chain_to_the_wei(desk: Desk, work: WorkView) -> None:
    service.pay(desk, work.work_id, "composition", "dee", ODD)
    service.claim(desk, work.work_id, "ana")
    service.pay(desk, work.work_id, "composition", "eli", ODD)
    statement = service.statement(desk, "ana")
    assert statement.agrees
    assert len(statement.lines) == 1
    assert statement.total == ODD * 4_500 // 10_000
    assert statement.total + statement.open == 2 * ODD * 4_500 // 10_000
    rows = list(csv.DictReader(io.StringIO(statement.as_csv())))
    assert rows[-1]["time"] == "total"
    assert int(rows[-1]["amount_wei"]) == sum(int(row["amount_wei"]) for row in rows[:-1]) == statement.total
    assert statement.as_json()["total"] == str(statement.total)


def test_the_flow_names_where_money_came_from_and_went(desk: Desk, work: WorkView) -> None:
    service.pay(desk, work.work_id, "composition", "dee", parse_ether("1"))
    service.claim(desk, work.work_id, "chen")
    flow = service.flow(desk, work.work_id)
    assert [(each.source, each.target, each.wei) for each in flow.flows] == [
        ("Dee", "Composition", parse_ether("1")),
        ("Composition", "Chen Wei", parse_ether("0.25")),
        ("Composition", "Not claimed yet", parse_ether("0.75")),
    ]
    assert (flow.received, flow.claimed, flow.unclaimed) == tuple(map(parse_ether, ("1", "0.25", "0.75")))


def test_an_unregistered_work_cannot_be_paid(desk: Desk, signed: Path) -> None:
    with pytest.raises(UnusableInput, match="not registered yet"):
        service.pay(desk, 1, "master", "dee", ODD)
    with pytest.raises(NotFound, match="Work 9 is not in the registry"):
        service.due(desk, 9)


def test_paying_nothing_is_refused_by_the_chain(desk: Desk, work: WorkView) -> None:
    with pytest.raises(ChainRefused):
        service.pay(desk, work.work_id, "master", "dee", Wei(0))


def test_dry_runs_send_nothing(desk: Desk, work: WorkView) -> None:
    service.pay(desk, work.work_id, "master", "dee", ODD)
    head = desk.chain.head().number
    with pytest.raises(Rehearsed):
        service.pay(desk, work.work_id, "master", "dee", ODD, dry_run=True)
    assert [claim.amount for claim in service.claim(desk, work.work_id, "ana", dry_run=True)] == [ODD // 2]
    assert desk.chain.head().number == head


def test_what_a_paused_vault_did_not_take_is_passed_on_later(desk: Desk, work: WorkView) -> None:
    with pytest.raises(NotFound, match="holds nothing for work 1"):
        held.pass_on(desk, work.work_id, "dee")
    concert = shows.announce(desk, [(work.work_id, 10_000)], "olu", 6_000, 500, "Rain")
    price, starts = parse_ether("0.1"), desk.now() + 3_600
    evening = shows.schedule(desk, concert.concert_id, "olu", price, 2, starts, starts + 3_600, entrance=Entrance.OPEN)
    ticket = shows.buy_ticket(desk, evening.session_id, "eli")
    shows.attend(desk, ticket.ticket_id, "eli")
    desk.chain.move_time(8_000)
    desk.contracts.vault.pause(desk.signer(HOUSE))
    to_works = shows.settle(desk, evening.session_id, "olu").to_works
    assert [(one.side, one.amount) for one in held.held(desk, work.work_id)] == [("composition", to_works)]
    with pytest.raises(ChainRefused, match="is paused"):
        held.pass_on(desk, work.work_id, "dee")
    desk.contracts.vault.unpause(desk.signer(HOUSE))
    with pytest.raises(Rehearsed):
        held.pass_on(desk, work.work_id, "dee", dry_run=True)
    _, text = run(commands, desk, "royalty", "due", work.work_id)
    assert "0.04 ether for the composition wait at the box office" in text
    _, text = run(commands, desk, "royalty", "pass-on", work.work_id, "--by", "dee", "--json")
    assert [one["amount"] for one in json.loads(text)] == [str(to_works)]
    assert service.flow(desk, work.work_id).received == to_works
    assert held.held(desk, work.work_id) == []
