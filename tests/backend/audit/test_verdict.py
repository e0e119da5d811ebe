"""Each combination of mark, registry and sound gets its own verdict."""

import pytest

from partbook.audit.verdict import NamedWork, Verdict, judge
from partbook.core.ids import WorkId

RAIN = NamedWork(WorkId(3), "Rain Choir", True)
SUN = NamedWork(WorkId(8), "Sun Choir", True)
RAIN_ON_ANOTHER_SONG = NamedWork(WorkId(3), "Rain Choir", False)
RAIN_UNCOMPARED = NamedWork(WorkId(3), "", None)
RAIN_STOLEN = NamedWork(WorkId(9), "Mine Now", True, "a thief")
RAIN_AGAIN = NamedWork(WorkId(9), "Rain Choir, remastered", True)


@pytest.mark.parametrize(
    ("marks", "named", "alike", "verdict", "work"),
    [
        (1, [RAIN], [RAIN], Verdict.MATCH, 3),
        (1, [RAIN_AGAIN], [RAIN_AGAIN, RAIN], Verdict.MATCH, 9),
        (1, [RAIN_STOLEN], [RAIN_STOLEN, RAIN], Verdict.CONFLICT, 3),
        (1, [RAIN], [RAIN_STOLEN, RAIN], Verdict.MATCH, 3),
        (1, [RAIN_ON_ANOTHER_SONG], [], Verdict.TRANSPLANTED, 3),
        (1, [RAIN_ON_ANOTHER_SONG], [SUN], Verdict.TRANSPLANTED, 8),
        (1, [RAIN_UNCOMPARED], [], Verdict.UNCONFIRMED, 3),
        (1, [RAIN_UNCOMPARED], [SUN], Verdict.TRANSPLANTED, 8),
        (2, [SUN, RAIN], [SUN, RAIN], Verdict.CONFLICT, 3),
        (2, [SUN, RAIN_ON_ANOTHER_SONG], [SUN], Verdict.CONFLICT, 8),
        (2, [RAIN_UNCOMPARED, RAIN_ON_ANOTHER_SONG], [], Verdict.CONFLICT, 3),
        (1, [], [], Verdict.UNREGISTERED, None),
        (1, [], [SUN], Verdict.UNREGISTERED, 8),
        (0, [], [RAIN], Verdict.CONTENT_ONLY, 3),
        (0, [], [], Verdict.NONE, None),
    ],
)
def test_each_combination_of_evidence_has_its_verdict(
    marks: int, named: list[NamedWork], alike: list[NamedWork], verdict: Verdict, work: int | None
) -> None:
    judgement = judge(marks, named, alike)
    assert (judgement.verdict, judgement.work_id) == (verdict, work)
    assert all(reason.endswith(".") for reason in judgement.reasons)


def test_a_miss_claims_nothing_about_how_the_file_was_made() -> None:
    assert "proves nothing about how it was made" in judge(0, []).reasons[0]


def test_a_silent_file_is_said_to_be_silent() -> None:
    judgement = judge(0, [], silent=True)
    assert judgement.verdict is Verdict.NONE
    assert "silent" in judgement.reasons[0]
