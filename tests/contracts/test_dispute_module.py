"""How a dispute is opened and answered, by whom, and until when."""

import pytest
import sheets
from emitted import emitted
from quarrels import (
    ANSWER_SECONDS,
    ANSWERED,
    BOND,
    END_SECONDS,
    EVIDENCE,
    OPEN,
    REPLY,
    UPHELD,
    claim_terms,
    quarrel,
)
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, line

EMPTY = b"\x00" * 32


def test_a_dispute_is_kept_and_told(disputes, song, ada, cleo, stranger):
    case = quarrel(disputes, song, cleo, index=1, share=1234, beneficiary=stranger)
    assert (case.id, disputes.disputes()) == (1, 1)
    assert case.tx.return_value == 1
    emitted(
        case.tx,
        "DisputeOpened",
        disputeId=1,
        workId=song.id,
        claimant=cleo,
        payee=case.payee,
        beneficiary=stranger,
        side=MASTER,
        index=1,
        share=1234,
        bond=BOND,
        evidenceHash=EVIDENCE,
        uri="ipfs://evidence",
    )
    assert disputes.dispute(1).dict() == {
        "claimant": cleo.address,
        "openedAt": case.tx.timestamp,
        "share": 1234,
        "index": 1,
        "side": MASTER,
        "status": OPEN,
        "payee": case.payee,
        "bond": BOND,
        "beneficiary": stranger.address,
        "workId": song.id,
    }
    assert disputes.balance() == BOND


def test_disputes_are_numbered_across_works_and_sides(registry, disputes, song, ada, cleo, stranger):
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    first = quarrel(disputes, song, stranger, side=COMPOSITION, index=1)
    second = quarrel(disputes, other, cleo)
    assert (first.id, second.id, disputes.disputes()) == (1, 2, 2)
    kept = [disputes.dispute(number).dict() for number in (1, 2)]
    assert [(one["workId"], one["side"], one["index"]) for one in kept] == [(song.id, 1, 1), (other.id, 0, 0)]
    assert first.payee == cleo.address
    assert disputes.balance() == 2 * BOND


def test_the_bond_is_exact(disputes, song, stranger):
    assert disputes.bondFor(song.id) == BOND
    for sent in (0, BOND - 1, BOND + 1):
        with refused("DisputeModule_WrongBond", sent, BOND):
            quarrel(disputes, song, stranger, bond=sent)
    assert (disputes.disputes(), disputes.balance()) == (0, 0)


def test_a_claim_names_its_evidence(disputes, song, stranger):
    terms = claim_terms(song, beneficiary=stranger, evidence=EMPTY)
    with refused("DisputeModule_NoEvidence", song.id):
        disputes.open(terms, song.lines(MASTER), {"from": stranger, "value": BOND})


def test_a_share_is_claimed_for_somebody_else_than_its_payee(disputes, song, ada, ben, stranger):
    with refused("DisputeModule_NoBeneficiary", COIN, ada):
        quarrel(disputes, song, stranger, beneficiary=COIN)
    with refused("DisputeModule_NoBeneficiary", ada, ada):
        quarrel(disputes, song, stranger, beneficiary=ada)
    with refused("DisputeModule_NoBeneficiary", COIN, COIN):
        quarrel(disputes, song, stranger, index=3, beneficiary=COIN)
    with refused("WorkRegistry_CannotSetAside", 3, 2000, 0):  # no such line, so no such payee
        quarrel(disputes, song, stranger, index=3)
    assert quarrel(disputes, song, stranger, beneficiary=ben).beneficiary == ben  # another payee of the same list


def test_a_payee_may_claim_from_herself_for_somebody_else(disputes, song, ada, stranger):
    """So a share can be given away where an amendment has not everybody's consent: the others lose nothing by it."""
    case = quarrel(disputes, song, ada, beneficiary=stranger)
    case.concede(by=ada)
    assert disputes.owed(ada) == BOND


def test_the_payee_answers_once_and_has_the_last_word(disputes, song, ada, stranger):
    case = quarrel(disputes, song, stranger, index=0)
    tx = case.answer(by=ada)
    emitted(tx, "DisputeAnswered", disputeId=case.id, by=ada, evidenceHash=REPLY, uri="ipfs://reply")
    assert disputes.dispute(case.id).dict()["status"] == ANSWERED
    with refused("DisputeModule_Answered", case.id):
        case.answer(by=ada)


def test_the_registrant_speaks_before_the_payee_and_not_for_her(disputes, song, ada, ben, stranger):
    case = quarrel(disputes, song, stranger, index=1)  # Ben's line of Ada's work
    for _ in range(2):
        tx = case.answer(by=ada)
        emitted(tx, "DisputeAnswered", disputeId=case.id, by=ada, evidenceHash=REPLY, uri="ipfs://reply")
        assert disputes.dispute(case.id).dict()["status"] == OPEN
    case.answer(by=ben)
    assert disputes.dispute(case.id).dict()["status"] == ANSWERED
    for late in (ada, ben):
        with refused("DisputeModule_Answered", case.id):
            case.answer(by=late)


def test_nobody_else_answers(disputes, operator, song, ben, cleo, stranger):
    case = quarrel(disputes, song, stranger, index=1)
    for outsider in (cleo, stranger, operator):
        with refused("DisputeModule_NotParty", case.id, ben, outsider):
            case.answer(by=outsider)
    assert disputes.dispute(case.id).dict()["status"] == OPEN


def test_an_answer_comes_within_14_days_to_the_second(registry, disputes, song, ada, ben, stranger):
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    case, late = quarrel(disputes, song, stranger), quarrel(disputes, other, stranger)
    case.answer(by=ada, second=case.opened_at + ANSWER_SECONDS)
    assert disputes.dispute(case.id).dict()["status"] == ANSWERED
    until = late.opened_at + ANSWER_SECONDS
    with refused("DisputeModule_TooLateToAnswer", late.id, until, until + 1):
        late.answer(by=ada, second=until + 1)
    assert disputes.dispute(late.id).dict()["status"] == OPEN


def test_the_registrant_has_no_more_time_than_the_payee(disputes, song, ada, stranger):
    case = quarrel(disputes, song, stranger, index=1)
    until = case.opened_at + ANSWER_SECONDS
    case.answer(by=ada, second=until)
    with refused("DisputeModule_TooLateToAnswer", case.id, until, until + 1):
        case.answer(by=ada, second=until + 1)


@pytest.mark.parametrize("unknown", [0, 2, 2**256 - 1])
def test_an_unknown_dispute_is_refused_everywhere(disputes, operator, song, ada, stranger, unknown):
    case = quarrel(disputes, song, stranger)
    lines = case.during
    for call in (
        lambda: disputes.dispute(unknown),
        lambda: disputes.answer(unknown, REPLY, "", {"from": ada}),
        lambda: disputes.concede(unknown, lines, {"from": ada}),
        lambda: disputes.drop(unknown, lines, {"from": stranger}),
        lambda: disputes.rule(unknown, True, REPLY, "", lines, {"from": operator}),
        lambda: disputes.expire(unknown, lines, {"from": ada}),
    ):
        with refused("DisputeModule_UnknownDispute", unknown, 1):
            call()


def test_a_pause_stops_openings_alone(registry, disputes, operator, song, ada, stranger):
    works = [song, *(sheets.seal_work(registry, ada, [line(ada, 10_000)]) for _ in range(4))]
    cases = [quarrel(disputes, work, stranger) for work in works]
    emitted(disputes.pause({"from": operator}), "Paused", account=operator)
    assert disputes.paused()
    fresh = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    with refused("EnforcedPause"):
        quarrel(disputes, fresh, stranger)
    for case in cases[:3]:
        case.answer(by=ada)
    cases[0].concede(by=ada)
    cases[1].drop(by=stranger)
    cases[2].rule(upheld=True, by=operator)
    cases[3].rule(upheld=False, by=operator, second=cases[3].opened_at + ANSWER_SECONDS + 1)
    cases[4].expire(by=ada, second=cases[4].opened_at + END_SECONDS + 1)
    assert (disputes.owed(stranger), disputes.owed(ada)) == (3 * BOND, 2 * BOND)
    disputes.withdraw(stranger, {"from": ada})
    disputes.withdraw(ada, {"from": ada})
    assert disputes.balance() == 0
    emitted(disputes.unpause({"from": operator}), "Unpaused", account=operator)
    assert not disputes.paused()
    assert quarrel(disputes, fresh, stranger, bond=BOND).id == 6


def test_a_paused_vault_keeps_disputes_going(vault, disputes, operator, song, ada, stranger):
    case = quarrel(disputes, song, stranger)
    vault.paySplit(case.split(), {"from": stranger, "value": 1000})
    vault.pause({"from": operator})
    case.forward(vault, ada)
    case.answer(by=ada)
    case.rule(upheld=True, by=operator)
    vault.claimFor(case.waiting, COIN, case.winners_list(stranger), 0, {"from": ada})
    assert vault.released(case.waiting, COIN, 0) == 200
    assert disputes.dispute(case.id).dict()["status"] == UPHELD


def test_pausing_twice_is_refused(disputes, operator):
    with refused("ExpectedPause"):
        disputes.unpause({"from": operator})
    disputes.pause({"from": operator})
    with refused("EnforcedPause"):
        disputes.pause({"from": operator})


def test_the_contract_takes_no_coin_without_a_dispute(disputes, stranger):
    with pytest.raises(Exception, match="revert"):
        stranger.transfer(disputes, 1)
    assert disputes.balance() == 0
