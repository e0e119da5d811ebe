"""The five ends of a dispute: who gets the share, what waited and the bond, and in which second each is possible."""

import pytest
import sheets
from emitted import emitted
from quarrels import (
    ANSWER_SECONDS,
    BOND,
    DISMISSED,
    END_SECONDS,
    EXPIRED,
    REASONS,
    REPLY,
    UPHELD,
    quarrel,
)
from refusals import refused
from sheets import COIN, MASTER, line, split_id

CONCEDED, DROPPED, RULED_FOR, RULED_AGAINST, TIMED_OUT = ENDINGS = (
    "conceded",
    "dropped",
    "ruled for",
    "ruled against",
    "timed out",
)
STATUS = {CONCEDED: UPHELD, DROPPED: DISMISSED, RULED_FOR: UPHELD, RULED_AGAINST: DISMISSED, TIMED_OUT: EXPIRED}
WON = {CONCEDED, RULED_FOR}


def end(case, how, ada, operator):
    """End a dispute about a line of Ada's in this way."""
    if how == CONCEDED:
        return case.concede(by=ada)
    if how == DROPPED:
        return case.drop(by=case.tx.sender)
    if how == TIMED_OUT:
        return case.expire(by=operator, second=case.opened_at + END_SECONDS + 1)
    case.answer(by=ada)
    return case.rule(how == RULED_FOR, by=operator)


@pytest.fixture
def pair(registry, song, ada):
    """Two works with a line of Ada's each, for the last second and the one after."""
    return song, sheets.seal_work(registry, ada, [line(ada, 10_000)])


@pytest.mark.parametrize("how", ENDINGS)
def test_each_end_gives_share_waiting_money_and_bond_to_whom_they_belong(
    vault, disputes, operator, song, ada, ben, cleo, stranger, how
):
    """The claimant is Cleo, the beneficiary a stranger, the payee Ada."""
    vault.paySplit(song.split(MASTER), {"from": stranger, "value": 1000})
    case = quarrel(disputes, song, cleo, index=0, share=2000, beneficiary=stranger)
    vault.paySplit(case.split(), {"from": stranger, "value": 1000})
    case.forward(vault, ben)
    end(case, how, ada, operator)
    won = how in WON
    assert disputes.dispute(case.id).dict()["status"] == STATUS[how]
    keeper, other = (ada, cleo) if how in (DROPPED, RULED_AGAINST) else (cleo, ada)
    assert (disputes.owed(keeper), disputes.owed(other), disputes.balance()) == (BOND, 0, BOND)
    winner, loser = (stranger, ada) if won else (ada, stranger)
    winners = case.winners_list(winner)
    before = winner.balance()
    vault.claimFor(case.waiting, COIN, winners, 0, {"from": ben})
    assert winner.balance() - before == 200
    with refused("RoyaltyVault_NotPayee", case.waiting, 0, winner, loser):
        vault.claim(case.waiting, COIN, winners, 0, loser, {"from": loser})
    lines = case.won if won else case.former
    after = split_id(song.id, MASTER, 3)
    vault.paySplit(after, {"from": stranger, "value": 1000})
    due = [vault.due(after, COIN, lines, index) for index in range(len(lines))]
    assert due == ([300, 300, 200, 200] if won else [500, 300, 200])
    # and all that came before is paid by the sheets under which it came
    former = song.split(MASTER)
    assert [vault.due(former, COIN, case.former, index) for index in range(3)] == [500, 300, 200]
    assert [vault.due(case.split(), COIN, case.during, index) for index in range(4)] == [300, 300, 200, 0]


@pytest.mark.parametrize("how", ENDINGS)
def test_each_end_is_told_and_is_the_last(disputes, operator, song, ada, stranger, how):
    case = quarrel(disputes, song, stranger)
    tx = end(case, how, ada, operator)
    ruled = {"arbiter": operator, "reasonsHash": REASONS, "uri": "ipfs://reasons"}
    told = {
        CONCEDED: ("DisputeConceded", {}),
        DROPPED: ("DisputeWithdrawn", {}),
        TIMED_OUT: ("DisputeExpired", {}),
        RULED_FOR: ("DisputeRuled", {"upheld": True, **ruled}),
        RULED_AGAINST: ("DisputeRuled", {"upheld": False, **ruled}),
    }
    name, more = told[how]
    emitted(tx, name, disputeId=case.id, **more)
    assert [event for event, _ in told.values() if event in tx.events and event != name] == []
    lines = case.during
    for call in (
        lambda: disputes.answer(case.id, REPLY, "", {"from": ada}),
        lambda: disputes.concede(case.id, lines, {"from": ada}),
        lambda: disputes.drop(case.id, lines, {"from": stranger}),
        lambda: disputes.rule(case.id, True, REASONS, "", lines, {"from": operator}),
        lambda: disputes.expire(case.id, lines, {"from": ada}),
    ):
        with refused("DisputeModule_Ended", case.id, STATUS[how]):
            call()
    assert disputes.balance() == BOND


@pytest.mark.parametrize("how", ENDINGS)
def test_old_money_is_payable_before_during_and_after(vault, disputes, operator, song, ada, stranger, how):
    former, lines = song.split(MASTER), song.lines(MASTER)
    vault.paySplit(former, {"from": stranger, "value": 1000})
    case = quarrel(disputes, song, stranger, share=5000)  # in the block before the claim, and all of her line
    assert vault.claimFor(former, COIN, lines, 0, {"from": stranger}).return_value == 500
    end(case, how, ada, operator)
    assert vault.claimFor(former, COIN, lines, 1, {"from": stranger}).return_value == 300


def test_only_the_payee_concedes(disputes, operator, song, ada, ben, cleo, stranger):
    case = quarrel(disputes, song, stranger, index=1)
    for outsider in (ada, cleo, stranger, operator):  # Ada is the registrant
        with refused("DisputeModule_NotParty", case.id, ben, outsider):
            case.concede(by=outsider)
    case.answer(by=ben)
    case.concede(by=ben)  # also after she has answered
    assert disputes.dispute(case.id).dict()["status"] == UPHELD


def test_only_the_claimant_drops(disputes, operator, song, ada, cleo, stranger):
    case = quarrel(disputes, song, cleo, beneficiary=stranger)
    for outsider in (ada, stranger, operator):
        with refused("DisputeModule_NotClaimant", case.id, cleo, outsider):
            case.drop(by=outsider)
    case.answer(by=ada)
    case.drop(by=cleo)
    assert disputes.dispute(case.id).dict()["status"] == DISMISSED


def test_a_ruling_without_an_answer_waits_14_days_to_the_second(disputes, operator, song, stranger):
    case = quarrel(disputes, song, stranger)
    start = case.opened_at + ANSWER_SECONDS
    with refused("DisputeModule_TooEarlyToRule", case.id, start, start):
        case.rule(upheld=True, by=operator, second=start)
    case.rule(upheld=True, by=operator, second=start + 1)
    assert disputes.dispute(case.id).dict()["status"] == UPHELD


def test_the_registrants_word_does_not_shorten_the_payees_time(disputes, operator, song, ada, stranger):
    case = quarrel(disputes, song, stranger, index=1)
    tx = case.answer(by=ada)
    start = case.opened_at + ANSWER_SECONDS
    with refused("DisputeModule_TooEarlyToRule", case.id, start, tx.timestamp + 1):
        case.rule(upheld=True, by=operator, second=tx.timestamp + 1)


def test_after_the_payees_answer_a_ruling_needs_no_wait(disputes, operator, song, ada, stranger):
    case = quarrel(disputes, song, stranger)
    answered = case.answer(by=ada)
    case.rule(upheld=False, by=operator, second=answered.timestamp)
    assert disputes.dispute(case.id).dict()["status"] == DISMISSED


@pytest.mark.parametrize("answered", [True, False])
def test_a_ruling_comes_within_44_days_to_the_second(disputes, operator, pair, ada, stranger, answered):
    case, late = (quarrel(disputes, work, stranger) for work in pair)
    if answered:
        case.answer(by=ada)
        late.answer(by=ada)
    case.rule(upheld=True, by=operator, second=case.opened_at + END_SECONDS)
    assert disputes.dispute(case.id).dict()["status"] == UPHELD
    until = late.opened_at + END_SECONDS
    with refused("DisputeModule_TooLateToRule", late.id, until, until + 1):
        late.rule(upheld=True, by=operator, second=until + 1)


@pytest.mark.parametrize("answered", [True, False])
def test_a_dispute_expires_in_the_second_after_44_days(disputes, song, ada, cleo, stranger, answered):
    case = quarrel(disputes, song, stranger)
    if answered:
        case.answer(by=ada)
    until = case.opened_at + END_SECONDS
    with refused("DisputeModule_NotExpired", case.id, until, until):
        case.expire(by=cleo, second=until)
    case.expire(by=cleo, second=until + 1)
    assert disputes.dispute(case.id).dict()["status"] == EXPIRED
    assert disputes.owed(stranger) == BOND


def test_both_sides_may_still_agree_after_44_days(disputes, pair, ada, stranger):
    first, second = (quarrel(disputes, work, stranger) for work in pair)
    first.concede(by=ada, second=second.opened_at + END_SECONDS + 10)
    second.drop(by=stranger, second=second.opened_at + END_SECONDS + 20)
    kept = [disputes.dispute(one.id).dict()["status"] for one in (first, second)]
    assert kept == [UPHELD, DISMISSED]


def test_a_dispute_opened_again_and_again_holds_only_new_money_of_its_share(vault, disputes, song, ada, cleo, stranger):
    bonds = 0
    for number in range(1, 4):
        case = quarrel(disputes, song, cleo, beneficiary=stranger, share=1000)
        assert (case.id, case.version) == (number, 2 * number)
        vault.paySplit(case.split(), {"from": stranger, "value": 1000})
        case.forward(vault, stranger)
        uncontested = [vault.due(case.split(), COIN, case.during, index) for index in range(3)]
        assert uncontested == [400, 300, 200]
        case.drop(by=cleo)
        bonds += BOND
        assert vault.claimFor(case.waiting, COIN, case.winners_list(ada), 0, {"from": ada}).return_value == 100
    assert disputes.owed(ada) == bonds == 3 * BOND
    for version in (2, 4, 6):
        split = split_id(song.id, MASTER, version)
        assert vault.claimFor(split, COIN, case_list(song, version // 2), 1, {"from": cleo}).return_value == 300


def case_list(song, dispute_id):
    """The list of the song while a tenth of it is disputed."""
    first, *rest = song.lines(MASTER)
    return [first - (1000 << 160), *rest, sheets.share_line(dispute_id, 1000, 1, sheets.DISPUTED)]
