"""Disputes: what is claimed waits, all other money is paid, and every dispute ends in one of five ways."""

import json
from pathlib import Path

import pytest
from eth_utils.crypto import keccak
from typed_commands import run

from partbook.chain.signers import HOUSE
from partbook.core.errors import ChainRefused, NotFound, UnusableInput
from partbook.core.money import Wei, parse_ether
from partbook.credentials.service import claim_contributed
from partbook.royalties import commands, disputes, service
from partbook.royalties.disputes import DAY, DisputeView
from partbook.works import commands as work_commands
from partbook.works.desk import Desk, Rehearsed
from partbook.works.service import WorkView, show_work, timeline

pytestmark = pytest.mark.chain
ETHER = parse_ether("1")
BOND = parse_ether("0.05")


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.txt"
    path.write_text("I wrote the second verse.")
    return path


@pytest.fixture
def opened(desk: Desk, work: WorkView, evidence: Path) -> DisputeView:
    """Dee claims 10 % of the composition from Chen, who has 25 %."""
    return disputes.open_dispute(desk, work.work_id, "composition", "chen", 1_000, evidence, "dee")


def due(desk: Desk, work: WorkView) -> dict[str, int]:
    """What each name can take of the composition, over all sheets."""
    found: dict[str, int] = {}
    for line in service.due(desk, work.work_id):
        if line.side == "composition":
            found[line.name] = found.get(line.name, 0) + line.due
    return found


def test_only_new_money_of_the_disputed_share_waits(desk: Desk, work: WorkView, evidence: Path) -> None:
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    found = disputes.open_dispute(desk, work.work_id, "composition", "chen", 1_000, evidence, "dee")
    assert (found.status, found.bond, found.line, found.claimant_name) == ("open", BOND, 2, "Dee")
    assert found.evidence_hash == "0x" + keccak(evidence.read_bytes()).hex()
    assert found.uri == ""
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    assert due(desk, work) == {
        "Ana Lind": 2 * ETHER * 45 // 100,
        "Ben Okafor": 2 * ETHER * 30 // 100,
        "Chen Wei": ETHER * 25 // 100 + ETHER * 15 // 100,
        "Dispute 1": ETHER // 10,
    }
    [waiting] = [line for line in service.due(desk, work.work_id) if line.dispute]
    assert (waiting.waits, waiting.goes_to, waiting.dispute) == (True, None, 1)
    claimed = service.claim_all(desk, work.work_id)
    assert sum(claim.amount for claim in claimed) == 2 * ETHER
    assert set(due(desk, work).values()) == {0}
    with pytest.raises(NotFound, match="Nothing is due to dee"):
        service.claim(desk, work.work_id, "dee")
    with pytest.raises(NotFound, match="Nothing is due to chen"):
        service.claim(desk, work.work_id, "chen")


def test_a_work_says_that_a_share_is_disputed(desk: Desk, work: WorkView, opened: DisputeView) -> None:
    shown = show_work(desk, work.work_id)
    assert (shown.dispute, shown.version) == (1, 2)
    assert [(line.name, line.payout_bps, line.dispute) for line in shown.composition][-1] == ("Dispute 1", 1_000, 1)
    assert shown.master == work.master
    _, text = run(work_commands, desk, "work", "show", work.work_id)
    assert "Dispute 1 is open: the share that it is about waits for its end" in text
    assert "Dispute 1 about a share of the composition opened" in text
    _, text = run(commands, desk, "royalty", "due", work.work_id)
    assert "What goes to dispute 1 waits until it ends" in text


def test_a_claim_that_is_upheld_gives_the_share_and_what_waited(
    desk: Desk, work: WorkView, opened: DisputeView, evidence: Path
) -> None:
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    with pytest.raises(ChainRefused, match="can be answered until"):
        disputes.rule_dispute(desk, 1, True, HOUSE)
    answered = disputes.answer_dispute(desk, 1, evidence, "chen", publish=True)
    assert (answered.status, answered.words[0].name) == ("answered", "Chen Wei")
    assert b"".join(desk.store.open(answered.words[0].uri.removeprefix("ipfs://"))) == evidence.read_bytes()
    with pytest.raises(ChainRefused, match="does not have the role that this needs"):
        disputes.rule_dispute(desk, 1, True, "dee")
    ruled = disputes.rule_dispute(desk, 1, True, HOUSE, evidence)
    assert (ruled.status, ruled.is_open, [said.kind for said in ruled.words]) == ("upheld", False, ["answer", "ruling"])
    assert show_work(desk, work.work_id).dispute is None
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    assert sum(line.due for line in service.due(desk, work.work_id, "dee")) == 2 * ETHER // 10
    assert service.statement(desk, "dee").open == 2 * ETHER // 10
    claims = service.claim(desk, None, "dee")
    assert sum(claim.amount for claim in claims) == 2 * ETHER // 10
    statement = service.statement(desk, "dee")
    assert (statement.total, statement.open, statement.agrees) == (2 * ETHER // 10, 0, True)
    assert service.statement(desk, "chen").open == 2 * ETHER * 15 // 100
    claim_contributed(desk, work.work_id, "dee")


def test_a_claim_that_is_dismissed_pays_the_line_and_its_bond(desk: Desk, work: WorkView, opened: DisputeView) -> None:
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    service.claim_all(desk, work.work_id)
    desk.chain.move_time(15 * DAY)
    assert disputes.rule_dispute(desk, 1, False, HOUSE).status == "dismissed"
    assert sum(claim.amount for claim in service.claim(desk, work.work_id, "chen")) == ETHER // 10
    assert (disputes.owed_bonds(desk, "chen"), disputes.owed_bonds(desk, "dee")) == (BOND, 0)
    disputes.collect_bonds(desk, "chen")
    assert disputes.owed_bonds(desk, "chen") == 0
    with pytest.raises(ChainRefused, match="nothing is owed"):
        disputes.collect_bonds(desk, "dee")
    assert desk.contracts.disputes.bond_for(work.work_id) == 2 * BOND  # type: ignore[arg-type]


def test_either_side_can_give_in_and_time_ends_the_rest(
    desk: Desk, work: WorkView, opened: DisputeView, evidence: Path
) -> None:
    with pytest.raises(ChainRefused, match="was opened by"):
        disputes.withdraw_dispute(desk, 1, "chen")
    assert disputes.withdraw_dispute(desk, 1, "dee").status == "withdrawn"
    again = disputes.open_dispute(desk, work.work_id, "composition", "chen", 2_500, evidence, "dee", "fay")
    with pytest.raises(ChainRefused, match="the disputed line is"):
        disputes.concede_dispute(desk, again.dispute_id, "dee")
    assert disputes.concede_dispute(desk, again.dispute_id, "chen").status == "conceded"
    assert {line.name: line.payout_bps for line in show_work(desk, work.work_id).composition}["Fay"] == 2_500
    last = disputes.open_dispute(desk, work.work_id, "master", "ben", 1, evidence, "dee")
    with pytest.raises(ChainRefused, match="can be ruled on until"):
        disputes.expire_dispute(desk, last.dispute_id, "eli")
    desk.chain.move_time(45 * DAY)
    assert disputes.expire_dispute(desk, last.dispute_id, "eli").status == "expired"
    with pytest.raises(ChainRefused, match="has ended"):
        disputes.expire_dispute(desk, last.dispute_id, "eli")
    assert [one.status for one in disputes.list_disputes(desk)] == ["withdrawn", "conceded", "expired"]
    assert disputes.list_disputes(desk, 9) == []
    kinds = [entry.kind for entry in timeline(desk, work.work_id)]
    assert kinds == ["committed", "sealed", *["disputed", "dispute ended"] * 3]


def test_a_registrants_answer_leaves_the_payee_her_time(
    desk: Desk, work: WorkView, opened: DisputeView, evidence: Path
) -> None:
    assert disputes.answer_dispute(desk, 1, evidence, "ana").status == "open"
    with pytest.raises(ChainRefused, match="can be answered until"):
        disputes.rule_dispute(desk, 1, True, HOUSE)
    assert disputes.answer_dispute(desk, 1, evidence, "chen").status == "answered"
    with pytest.raises(ChainRefused, match="has its answer already"):
        disputes.answer_dispute(desk, 1, evidence, "chen")


def test_the_flow_shows_what_waits_and_counts_no_coin_twice(desk: Desk, work: WorkView, opened: DisputeView) -> None:
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    service.claim_all(desk, work.work_id)
    flow = service.flow(desk, work.work_id)
    assert (flow.received, flow.claimed) == (ETHER, ETHER * 9 // 10)
    assert ("Composition", "Waits for dispute 1", ETHER // 10) in [(f.source, f.target, f.wei) for f in flow.flows]
    disputes.concede_dispute(desk, 1, "chen")
    service.claim(desk, work.work_id, "dee")
    flow = service.flow(desk, work.work_id)
    assert (flow.received, flow.claimed, flow.unclaimed) == (ETHER, ETHER, 0)
    assert ("Composition", "Dee", ETHER // 10) in [(f.source, f.target, f.wei) for f in flow.flows]
    assert not any("ispute" in f.source + f.target for f in flow.flows)


def test_what_cannot_be_claimed_is_refused_in_words(
    desk: Desk, work: WorkView, evidence: Path, opened: DisputeView
) -> None:
    work_id = work.work_id
    with pytest.raises(UnusableInput, match=r"No line of chen in the composition has 30\.00 % .* largest has 15\.00 %"):
        disputes.open_dispute(desk, work_id, "composition", "chen", 3_000, evidence, "dee")
    with pytest.raises(UnusableInput, match="has no share of the master"):
        disputes.open_dispute(desk, work_id, "master", "chen", 100, evidence, "dee")
    with pytest.raises(UnusableInput, match="No line of chen"):
        disputes.open_dispute(desk, work_id, "composition", "chen", 0, evidence, "dee")
    with pytest.raises(ChainRefused, match="dispute 1 about work 1 is open"):
        disputes.open_dispute(desk, work_id, "master", "ben", 100, evidence, "dee")
    with pytest.raises(ChainRefused, match="has the share already"):
        disputes.open_dispute(desk, work_id, "composition", "chen", 100, evidence, "dee", "chen")
    with pytest.raises(NotFound, match="Dispute 9 does not exist"):
        disputes.concede_dispute(desk, 9, "chen")
    with pytest.raises(NotFound, match="Work 9 is not in the registry"):
        disputes.open_dispute(desk, 9, "master", "chen", 100, evidence, "dee")


def test_an_unregistered_work_has_no_share_to_dispute(desk: Desk, signed: Path, evidence: Path) -> None:
    with pytest.raises(UnusableInput, match="Work 1 is not registered yet"):
        disputes.open_dispute(desk, 1, "master", "ana", 100, evidence, "dee")


def test_dry_runs_send_and_publish_nothing(desk: Desk, work: WorkView, opened: DisputeView, evidence: Path) -> None:
    head, pins = desk.chain.head().number, list(desk.store.pins())
    with pytest.raises(Rehearsed):
        disputes.answer_dispute(desk, 1, evidence, "chen", publish=True, dry_run=True)
    with pytest.raises(Rehearsed):
        disputes.withdraw_dispute(desk, 1, "dee", dry_run=True)
    with pytest.raises(Rehearsed):
        disputes.concede_dispute(desk, 1, "chen", dry_run=True)
    assert (desk.chain.head().number, list(desk.store.pins())) == (head, pins)


def test_a_dispute_by_its_commands(desk: Desk, work: WorkView, evidence: Path) -> None:
    about = ("royalty", "dispute")
    claim = (work.work_id, "--payee", "chen", "--share", "10", "--evidence", evidence, "--by", "dee")
    _, text = run(commands, desk, *about, "open", *claim, "--dry-run", "--json")
    assert json.loads(text)["agreed"] is True
    with pytest.raises(UnusableInput, match="'words' is not a side of a work"):
        run(commands, desk, *about, "open", *claim, "--side", "words")
    _, text = run(commands, desk, *about, "open", *claim)
    assert "Dee claims 10.00 % of the composition from Chen Wei for Dee." in text
    assert "Status: open. Bond: 0.05 ether." in text
    _, text = run(commands, desk, *about, "answer", 1, "--evidence", evidence, "--by", "chen", "--json")
    assert json.loads(text)["words"][0]["kind"] == "answer"
    for words in ((), ("--uphold", "--dismiss")):
        with pytest.raises(UnusableInput, match="either --uphold or --dismiss"):
            run(commands, desk, *about, "rule", 1, "--by", HOUSE, *words)
    _, text = run(commands, desk, *about, "rule", 1, "--dismiss", "--by", HOUSE, "--reasons", evidence, "--json")
    assert json.loads(text)["status"] == "dismissed"
    _, text = run(commands, desk, *about, "list", "--work", work.work_id)
    assert "dismissed" in text
    assert json.loads(run(commands, desk, *about, "list", "--json")[1])[0]["bond"] == str(BOND)
    _, text = run(commands, desk, *about, "collect", "--by", "chen")
    assert text == "0.05 ether of bonds were paid to chen.\n"
    code, _ = run(commands, desk, *about, "open", work.work_id, "--payee", "chen", "--share", "10", "--by", "dee")
    assert code == 2


def test_rounding_loses_nothing_of_what_waited(desk: Desk, work: WorkView, opened: DisputeView) -> None:
    odd = Wei(1_000_003)
    service.pay(desk, work.work_id, "composition", "eli", odd)
    service.claim_all(desk, work.work_id)
    disputes.withdraw_dispute(desk, 1, "dee")
    service.pay(desk, work.work_id, "composition", "eli", odd)
    service.claim_all(desk, work.work_id)
    splits = service.balance(desk, work.work_id).splits
    assert all(0 <= split.dust <= split.payees - 1 and split.due == 0 for split in splits)
    assert service.flow(desk, work.work_id).received == 2 * odd


def test_when_everybody_is_paid_what_waited_is_counted_once(desk: Desk, work: WorkView, opened: DisputeView) -> None:
    service.pay(desk, work.work_id, "composition", "eli", ETHER)
    disputes.concede_dispute(desk, 1, "chen")
    claims = {claim.name: claim.amount for claim in service.claim_all(desk, work.work_id)}
    assert claims["Dee"] == ETHER // 10
    assert sum(claims.values()) == ETHER
