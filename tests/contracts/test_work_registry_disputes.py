"""How the registry sets a disputed share aside and gives it to whoever wins: lists, versions, splits, limits."""

import pytest
import sheets
from emitted import emitted
from quarrels import ANSWER_SECONDS, END_SECONDS, claim_terms, quarrel
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, edge, line, list_hash, split_id

EMPTY = b"\x00" * 32
ENDINGS = ["conceded", "dropped", "upheld", "dismissed", "expired"]


def end(case, how, operator):
    """End a dispute in this way; returns the transaction."""
    if how == "conceded":
        return case.concede(by=case.payee)
    if how == "dropped":
        return case.drop(by=case.tx.sender)
    if how == "expired":
        return case.expire(by=operator, second=case.opened_at + END_SECONDS + 1)
    return case.rule(how == "upheld", by=operator, second=case.opened_at + ANSWER_SECONDS + 1)


def other_side(side):
    """The list that is not disputed."""
    return COMPOSITION if side == MASTER else MASTER


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_a_share_is_set_aside_in_a_new_last_line(registry, vault, disputes, song, stranger, side):
    case = quarrel(disputes, song, stranger, index=1, share=1234, side=side)
    emitted(case.tx, "ShareSetAside", workId=song.id, version=2, disputeId=case.id, side=side, lines=case.during)
    assert registry.disputeOf(song.id) == case.id == 1
    kept = registry.work(song.id).dict()
    assert (kept["version"], kept["masterAiBps"], kept["compositionAiBps"]) == (2, 0, 3000)
    assert bytes(kept["metadataHash"]) == song.sheet.metadata
    assert bytes(registry.currentSplit(song.id, side)) == split_id(song.id, side, 2)
    assert bytes(vault.listHash(split_id(song.id, side, 2))) == list_hash(case.during)
    untouched = other_side(side)
    assert bytes(vault.listHash(split_id(song.id, untouched, 2))) == list_hash(song.lines(untouched))
    for former in (MASTER, COMPOSITION):
        assert bytes(vault.listHash(song.split(former))) == list_hash(song.lines(former))
    assert bytes(vault.listHash(case.waiting)) == EMPTY
    assert sum(word >> 160 & 0xFFFF for word in case.during) == 10_000
    assert sum(word >> 176 & 0xFFFF for word in case.during) == 10_000


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
@pytest.mark.parametrize("how", ENDINGS)
def test_each_ending_restores_the_list_that_the_opening_named(
    registry, vault, disputes, operator, song, cleo, stranger, how, side
):
    case = quarrel(disputes, song, cleo, index=0, share=1234, beneficiary=stranger, side=side)
    tx = end(case, how, operator)
    won = how in ("conceded", "upheld")
    lines = case.won if won else song.lines(side)
    winners = case.winners_list(stranger if won else case.payee)
    emitted(
        tx,
        "ShareRestored",
        workId=song.id,
        version=3,
        disputeId=case.id,
        side=side,
        lines=lines,
        winnersLine=winners[0],
    )
    assert registry.disputeOf(song.id) == 0
    assert registry.work(song.id).dict()["version"] == 3
    assert bytes(vault.listHash(split_id(song.id, side, 3))) == list_hash(lines)
    untouched = other_side(side)
    assert bytes(vault.listHash(split_id(song.id, untouched, 3))) == list_hash(song.lines(untouched))
    assert bytes(vault.listHash(split_id(song.id, side, 2))) == list_hash(case.during)
    assert bytes(vault.listHash(case.waiting)) == list_hash(winners)


def test_a_line_keeps_its_credit_role_and_ai_share(registry, disputes, operator, ada, stranger):
    rich = [line(ada, 4000, 7000, role=9, ai=42), line(ada, 6000, 3000, role=2, ai=1)]
    work = sheets.seal_work(registry, ada, rich)
    case = quarrel(disputes, work, stranger, index=0, share=4000)  # all of it
    assert case.during[0] == line(ada, 0, 7000, role=9, ai=42)
    assert case.during[2] == line(case.id, 4000, 0, role=9, flags=sheets.DISPUTED)
    end(case, "upheld", operator)
    assert case.won == [line(ada, 0, 7000, role=9, ai=42), rich[1], line(stranger, 4000, 0, role=9)]
    assert case.winners_list(stranger) == [line(stranger, 10_000, role=9)]


def test_only_the_dispute_module_sets_aside_and_restores(registry, vault, disputes, operator, authority, song, ada):
    for caller in (ada, operator):
        with refused("WorkRegistry_NotDisputes", disputes, caller):
            registry.setAside(song.id, MASTER, song.lines(MASTER), 0, 1, 7, {"from": caller})
        with refused("WorkRegistry_NotDisputes", disputes, caller):
            registry.restore(song.id, MASTER, song.lines(MASTER), 0, ada, 0, {"from": caller})
    for contract in (registry, vault, authority):
        with refused("WorkRegistry_NotDisputes", disputes, contract):
            registry.setAside.call(song.id, MASTER, song.lines(MASTER), 0, 1, 7, {"from": contract})


def test_a_dispute_is_ended_under_its_own_number_alone(registry, disputes, song, ada, stranger):
    with refused("WorkRegistry_NotDisputed", song.id, 1, 0):
        registry.restore.call(song.id, MASTER, song.lines(MASTER), 0, ada, 1, {"from": disputes})
    case = quarrel(disputes, song, stranger)
    with refused("WorkRegistry_NotDisputed", song.id, 2, case.id):
        registry.restore.call(song.id, MASTER, case.during, 0, ada, 2, {"from": disputes})


def test_one_dispute_of_a_work_at_a_time(registry, disputes, song, ben, stranger):
    case = quarrel(disputes, song, stranger)
    for side, lines in ((MASTER, case.during), (COMPOSITION, song.lines(COMPOSITION))):
        with refused("WorkRegistry_Disputed", song.id, case.id):
            quarrel(disputes, song, ben, side=side, lines=lines, beneficiary=stranger)
    assert disputes.disputes() == 1


def test_the_lines_are_the_current_list(registry, disputes, song, ada, stranger):
    split, master = split_id(song.id, MASTER, 1), song.lines(MASTER)
    for wrong in (master[::-1], [*master, line(ada, 0)], song.lines(COMPOSITION)):
        with refused("WorkRegistry_ListDiffers", split, list_hash(wrong), list_hash(master)):
            quarrel(disputes, song, stranger, lines=wrong)
    case = quarrel(disputes, song, stranger)
    during = split_id(song.id, MASTER, 2)
    for wrong in (master, case.during[:-1], case.won):
        with refused("WorkRegistry_ListDiffers", during, list_hash(wrong), list_hash(case.during)):
            case.drop(by=stranger, lines=wrong)
    case.drop(by=stranger)
    # the list is again what it was, under a new name
    assert quarrel(disputes, song, stranger).version == 4


def test_an_edge_a_share_of_nothing_or_more_than_there_is_cannot_be_set_aside(registry, disputes, song, ada, stranger):
    lists = [line(ada, 9000, 10_000), edge(song.id, 1000)]
    remix = sheets.seal_work(registry, ada, lists)
    for index, share, named in (
        (1, 500, lists[1]),
        (0, 0, lists[0]),
        (0, 9001, lists[0]),
        (0, 65_535, lists[0]),
        (2, 1, 0),
        (2**16, 1, 0),
        (2**256 - 1, 1, 0),
    ):
        with refused("WorkRegistry_CannotSetAside", index, share, named):
            quarrel(disputes, remix, stranger, index=index, share=share)
    assert (disputes.disputes(), registry.disputeOf(remix.id), disputes.balance()) == (0, 0, 0)
    assert quarrel(disputes, remix, stranger, index=0, share=9000).during[0] == line(ada, 0, 10_000)


def test_an_unknown_or_unsealed_work_or_side_has_no_disputes(registry, disputes, song, ada, stranger):
    count = registry.works()
    bond = disputes.bondFor(song.id)
    for unknown in (0, count + 1, 2**40 + song.id, 2**256 - 1):
        terms = (unknown, *claim_terms(song, beneficiary=stranger)[1:])
        with refused("WorkRegistry_UnknownWork", unknown, count):
            disputes.open(terms, song.lines(MASTER), {"from": stranger, "value": bond})
    terms = claim_terms(song, beneficiary=stranger, side=2)
    with refused("WorkRegistry_UnknownSide", 2):
        disputes.open(terms, song.lines(MASTER), {"from": stranger, "value": bond})
    open_id = sheets.commit(registry, ada, sheets.new_audio())
    terms = (open_id, *claim_terms(song, beneficiary=stranger)[1:])
    with refused("WorkRegistry_NotSealed", open_id):
        disputes.open(terms, song.lines(MASTER), {"from": stranger, "value": bond})


def test_a_dispute_of_the_smallest_share_ends_to_the_same_list(registry, disputes, song, stranger):
    case = quarrel(disputes, song, stranger, index=2, share=1)
    assert [word >> 160 & 0xFFFF for word in case.during] == [5000, 3000, 1999, 1]
    tx = case.drop(by=stranger)
    assert list(tx.events["ShareRestored"]["lines"]) == song.lines(MASTER)


def test_a_won_line_can_itself_be_disputed(registry, disputes, operator, song, ada, ben, stranger):
    first = quarrel(disputes, song, stranger, index=0, share=2000)
    first.answer(by=ada)
    first.rule(upheld=True, by=operator)
    second = quarrel(disputes, song, ben, index=3, share=500, lines=first.won)
    assert second.payee == stranger.address
    assert [word >> 160 & 0xFFFF for word in second.during] == [3000, 3000, 2000, 1500, 500]
    second.concede(by=stranger)
    assert registry.work(song.id).dict()["version"] == 5


@pytest.fixture(scope="module")
def long_work(registry, ada):
    """A work with as many lines as can be signed."""
    return sheets.seal_work(registry, ada, [line(ada, 100)] * 100, [line(ada, 10_000)])


def grow(disputes, operator, work, claimant, payee, until):
    """Let a list grow by disputes that are won: conceded up to 110 lines, ruled after that. Returns the list."""
    lines = work.lines(MASTER)
    while len(lines) < until:
        case = quarrel(disputes, work, claimant, index=0, share=1, lines=lines)
        if len(case.during) <= 110:
            case.concede(by=payee)
        else:
            case.answer(by=payee)
            case.rule(upheld=True, by=operator)
        lines = case.won
    return lines


def test_a_list_grows_to_110_lines_by_concessions_to_120_by_rulings_and_no_further(
    registry, vault, disputes, operator, long_work, ada, stranger
):
    disputes.setBaseBond(10**15, {"from": operator})
    lines = grow(disputes, operator, long_work, stranger, ada, until=109)
    case = quarrel(disputes, long_work, stranger, share=1, lines=lines)
    assert len(case.during) == 110
    case.concede(by=ada)
    case = quarrel(disputes, long_work, stranger, share=1, lines=case.won)
    with refused("DisputeModule_ListTooLong", case.id, 111, 110):
        disputes.concede.call(case.id, case.during, {"from": ada})
    case.answer(by=ada)
    case.rule(upheld=True, by=operator)
    lines = grow(disputes, operator, replaced(long_work, case.won), stranger, ada, until=119)
    case = quarrel(disputes, long_work, stranger, share=1, lines=lines)
    assert len(case.during) == 120
    case.answer(by=ada)
    case.rule(upheld=True, by=operator)
    terms = claim_terms(long_work, share=1, beneficiary=stranger)
    with refused("WorkRegistry_LineCount", MASTER, 121, 120):
        disputes.open.call(terms, case.won, {"from": stranger, "value": 10**15})
    # all 120 lines are paid
    split = registry.currentSplit(long_work.id, MASTER)
    vault.paySplit(split, {"from": stranger, "value": 10_000})
    assert [vault.due(split, COIN, case.won, index) for index in (0, 1, 100, 119)] == [80, 100, 1, 1]
    before = stranger.balance()
    vault.claimFor(split, COIN, case.won, 119, {"from": ada})
    assert stranger.balance() - before == 1


def replaced(work, master):
    """The same work with its current list."""
    sheet = sheets.replace(work.sheet, master=master)
    return sheets.replace(work, sheet=sheet)


def test_a_list_that_disputes_made_longer_than_100_lines_is_not_signed_again(
    registry, disputes, long_work, ada, stranger
):
    case = quarrel(disputes, long_work, stranger, share=100)
    case.concede(by=ada)
    assert len(case.won) == 101
    signers = [ada, stranger]
    former = case.won, long_work.lines(COMPOSITION)
    again = sheets.replace(long_work.sheet, version=4, master=[*case.won[:-1], line(stranger, 100, 0)])
    given = sheets.consents(signers, registry, long_work.id, again)
    with refused("WorkRegistry_LineCount", MASTER, 101, 100):
        registry.amend.call(long_work.id, again.encoded(), *former, given, {"from": ada})
    shorter = sheets.replace(again, master=[line(ada, 9900, 10_000), line(stranger, 100, 0)])
    given = sheets.consents(signers, registry, long_work.id, shorter)
    registry.amend(long_work.id, shorter.encoded(), *former, given, {"from": ada})
    assert registry.work(long_work.id).dict()["version"] == 4
