"""The rules of the AI share, read from a numbered file that never changes once songs were measured by it."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NEWEST = "ai-share-1"


@dataclass(frozen=True)
class SharePolicy:
    """How events become shares.

    Args:
        name: such as `partbook/ai-share/1`.
        says: what the figure means.
        weights: of each layer in the total; layers that a song lacks drop out.
        tolerance: ticks by which two events may differ in time and still be one.
        copied_in_place: by layer, so many notes in a row that equal the draft where they stand are the draft's.
        copied_elsewhere: the same for notes that equal the draft at another pitch or time; 0 never asks.
        fewest_pitch_changes: a row needs so many changes of pitch, else it is too plain to be called copied.
        copied_take_bps: in a take that equals the draft in this part of its notes, every note that does is the draft's.
    """

    name: str
    says: str
    weights: dict[str, int]
    tolerance: int
    copied_in_place: dict[str, int]
    copied_elsewhere: dict[str, int]
    fewest_pitch_changes: int
    copied_take_bps: int


@cache
def read_policy(name: str = NEWEST) -> SharePolicy:
    """The policy of that file name, without ending."""
    raw = json.loads((files("partbook.music") / "policy" / f"{name}.json").read_text(encoding="utf-8"))
    return SharePolicy(
        name=raw["policy"],
        says=raw["says"],
        weights=raw["weights"],
        tolerance=raw["tolerance_ticks"],
        copied_in_place=raw["copied_in_place"],
        copied_elsewhere=raw["copied_elsewhere"],
        fewest_pitch_changes=raw["fewest_pitch_changes"],
        copied_take_bps=raw["copied_take_bps"],
    )
