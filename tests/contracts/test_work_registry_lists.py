"""What the two lists of a sheet must satisfy, and how much of them a machine made."""

import pytest
import sheets
from refusals import refused
from sheets import COMPOSITION, EDGE, MASTER, Sheet, edge, line


def seal_lists(registry, person, side, wrong):
    """Try to seal a new work with this list on one side; the other is in order."""
    whole = [line(person, 10_000)]
    master, composition = (wrong, whole) if side == MASTER else (whole, wrong)
    sheet = Sheet(master, composition, sheets.new_audio())
    work_id = sheets.commit(registry, person, sheet.audio)
    sheets.seal(registry, person, work_id, sheet, [person])
    return registry.work(work_id).dict()


def test_the_ai_share_is_the_credit_weighted_sum_rounded_down_once(registry, ada):
    master = [line(ada, 3334, 3333, ai=1), line(ada, 3333, 3333, ai=1), line(ada, 3333, 3334, ai=1)]
    work = sheets.seal_work(registry, ada, master, [line(ada, 10_000, ai=100)])
    kept = registry.work(work.id).dict()
    assert kept["masterAiBps"] == 100  # three roundings would give 99
    assert kept["compositionAiBps"] == 10_000


def test_the_ai_share_is_rounded_down(registry, ada):
    kept = seal_lists(registry, ada, MASTER, [line(ada, 5000, 199, ai=1), line(ada, 5000, 9801)])
    assert (kept["masterAiBps"], kept["compositionAiBps"]) == (1, 0)  # 1.99


def test_payout_and_credit_are_independent(registry, ada, ben):
    lists = [line(ada, 0, 10_000, ai=40), line(ben, 10_000, 0)]
    work = sheets.seal_work(registry, ada, lists, signers=[ada, ben])
    assert registry.work(work.id).dict()["masterAiBps"] == 4000


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_a_list_of_one_hundred_lines_is_sealed_and_one_more_is_refused(registry, vault, ada, side):
    hundred = [line(ada, 100)] * 100
    seal_lists(registry, ada, side, hundred)
    split = registry.currentSplit(registry.works(), side)
    assert bytes(vault.listHash(split)) == sheets.list_hash(hundred)
    one_more, whole = [*hundred, line(ada, 0)], [line(ada, 10_000)]
    sheet = Sheet(*((one_more, whole) if side == MASTER else (whole, one_more)), sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = sheets.consents([ada], registry, work_id, sheet)
    with refused("WorkRegistry_LineCount", side, 101, 100):
        registry.seal.call(work_id, b"\x05" * 32, sheet.encoded(), given, {"from": ada})


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_an_empty_list_is_refused(registry, ada, side):
    with refused("WorkRegistry_LineCount", side, 0, 100):
        seal_lists(registry, ada, side, [])


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_shares_that_do_not_add_up_are_refused(registry, ada, side):
    for payouts in ((6000, 4001), (6000, 3999), (0, 0), (60_000, 15_536)):  # the last is 10,000 more than 16 bits hold
        wrong = [line(ada, payouts[0], 5000), line(ada, payouts[1], 5000)]
        with refused("WorkRegistry_SharesDoNotAddUp", side, sum(payouts), 10_000):
            seal_lists(registry, ada, side, wrong)


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_credits_that_do_not_add_up_are_refused(registry, ada, side):
    for credits in ((6000, 4001), (6000, 3999), (0, 0), (60_000, 15_536)):
        wrong = [line(ada, 5000, credits[0]), line(ada, 5000, credits[1])]
        with refused("WorkRegistry_CreditsDoNotAddUp", side, sum(credits), 10_000):
            seal_lists(registry, ada, side, wrong)


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
@pytest.mark.parametrize(
    "malform",
    [
        lambda word: word & ~(0xFFFF << 192),  # no role
        lambda word: word | 101 << 208,  # 101 % by a machine
        lambda word: word | 255 << 208,
        lambda word: word | 2 << 216,  # only a dispute writes this flag
        lambda word: word | 4 << 216,  # flags that mean nothing
        lambda word: word | 128 << 216,
        lambda word: word | 1 << 224,  # reserved bits
        lambda word: word | 1 << 255,
    ],
    ids=["no role", "101 percent", "255 percent", "disputed", "flag 4", "flag 128", "reserved bit", "highest bit"],
)
def test_a_malformed_line_is_refused(registry, ada, malform, side):
    good = line(ada, 5000)
    bad = malform(good)
    with refused("WorkRegistry_LineMalformed", side, 1, bad):
        seal_lists(registry, ada, side, [good, bad])


def test_an_edge_that_is_disputed_at_once_is_refused(registry, song, ada):
    both = edge(song.id, 5000) | sheets.DISPUTED << 216
    with refused("WorkRegistry_LineMalformed", MASTER, 0, both):
        seal_lists(registry, ada, MASTER, [both, line(ada, 5000, 10_000)])


def test_a_line_that_names_nobody_has_nobody_who_could_agree(registry, ada):
    nobody = line(0, 5000)
    with refused("WorkRegistry_ConsentMissing", registry.works() + 1, sheets.COIN):
        seal_lists(registry, ada, MASTER, [nobody, line(ada, 5000)])


def test_the_largest_values_of_a_line_are_sealed(registry, song, ada):
    """All of it by a machine, the last role, and an edge that somebody is credited for."""
    master = [line(ada, 10_000, 0, role=0xFFFF, ai=100), line(song.id, 0, 10_000, ai=100, flags=EDGE)]
    kept = seal_lists(registry, ada, MASTER, master)
    assert kept["masterAiBps"] == 10_000


def test_one_person_in_every_role_signs_once(registry, ada):
    shares = [line(ada, 2500, role=role) for role in (1, 2, 5, 9)]
    parent = sheets.seal_work(registry, ada, shares)
    child = [edge(parent.id, 1000), *[line(ada, 3000, 5000, role=role) for role in (1, 2)], line(ada, 3000, 0)]
    work = sheets.seal_work(registry, ada, child, shares, signers=[ada])
    assert registry.isSealed(work.id)
