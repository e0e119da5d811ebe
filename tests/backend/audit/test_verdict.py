"""Each combination of mark, registry and sound gets its own verdict."""

import pytest

from partbook.audit.verdict import NamedWork, Verdict, judge
from partbook.core.ids import WorkId

RAIN = NamedWork(WorkId(3), "Rain Choir", True)
SUN = NamedWork(WorkId(8), "Sun Choir", True)
RAIN_ON_ANOTHER_SONG = NamedWork(WorkId(3), "Rain Choir", False)


@pytest.mark.parametrize(
    ("marks", "named", "resembles", "verdict", "work"),
    [
        (1, [RAIN], RAIN, Verdict.MATCH, 3),
        (1, [RAIN_ON_ANOTHER_SONG], None, Verdict.TRANSPLANTED, 3),
        (1, [RAIN_ON_ANOTHER_SONG], SUN, Verdict.TRANSPLANTED, 8),
        (2, [SUN, RAIN], SUN, Verdict.CONFLICT, 3),
        (1, [], None, Verdict.UNREGISTERED, None),
        (0, [], RAIN, Verdict.CONTENT_ONLY, 3),
        (0, [], None, Verdict.NONE, None),
    ],
)
def test_each_combination_of_evidence_has_its_verdict(
    marks: int, named: list[NamedWork], resembles: NamedWork | None, verdict: Verdict, work: int | None
) -> None:
    judgement = judge(marks, named, resembles)
    assert (judgement.verdict, judgement.work_id) == (verdict, work)
    assert all(reason.endswith(".") for reason in judgement.reasons)


def test_a_miss_claims_nothing_about_how_the_file_was_made() -> None:
    assert "proves nothing about how it was made" in judge(0, [], None).reasons[0]


def test_a_silent_file_is_said_to_be_silent() -> None:
    judgement = judge(0, [], None, silent=True)
    assert judgement.verdict is Verdict.NONE
    assert "silent" in judgement.reasons[0]
