"""The rules of the AI share, read from a numbered file that never changes once songs were measured by it."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NEWEST = "ai-share-3"
"""Policy 1 took notes of a draft that were nudged, or brought back bar by bar, for a person's. Policy 2 lost notes of a
song that was quantised to a grid coarser than its own. Their files stay here so that the names in older records can be
read, and no figure is computed by them any more."""


@dataclass(frozen=True)
class Alike:
    """When a note that a take shares with the draft counts as the draft's.

    Args:
        neighbours: how many notes about it are looked at.
        bps: it is the draft's if at least so many basis points of them are shared with the draft too.
    """

    neighbours: int
    bps: int


@dataclass(frozen=True)
class SharePolicy:
    """How events become shares.

    Args:
        name: such as `partbook/ai-share/3`.
        says: what the figure means.
        weights: of each layer in the total; layers that a song lacks drop out.
        exact_ticks: two events that differ in time by so much are one and the same.
        shifted_ticks: a note of the song may lie so far from its source, as quantising moves it.
        alike_ticks: a take's note that lies so near a note of the draft, at its pitch, is shared with it.
        alike: by layer, when a shared note is the draft's.
        fewest_alike: it takes at least so many shared neighbours.
        copied_row: by layer, so many notes in a row that equal the draft at another pitch or time are the draft's too;
            0 never asks.
        fewest_pitch_changes: such a row needs so many changes of pitch, else it is too plain to be called copied.
        word_row: so many words in a row are a person's wherever her verse was moved.
        grids: ticks of the grids to which a whole song may have been quantised; its sources are then quantised too.
    """

    name: str
    says: str
    weights: dict[str, int]
    exact_ticks: int
    shifted_ticks: int
    alike_ticks: int
    alike: dict[str, Alike]
    fewest_alike: int
    copied_row: dict[str, int]
    fewest_pitch_changes: int
    word_row: int
    grids: tuple[int, ...]


@cache
def read_policy() -> SharePolicy:
    """The newest policy, by which every figure of this version is computed."""
    raw = json.loads((files("partbook.music") / "policy" / f"{NEWEST}.json").read_text(encoding="utf-8"))
    return SharePolicy(
        name=raw["policy"],
        says=raw["says"],
        weights=raw["weights"],
        exact_ticks=raw["exact_ticks"],
        shifted_ticks=raw["shifted_ticks"],
        alike_ticks=raw["alike_ticks"],
        alike={layer: Alike(**rule) for layer, rule in raw["alike"].items()},
        fewest_alike=raw["fewest_alike"],
        copied_row=raw["copied_row"],
        fewest_pitch_changes=raw["fewest_pitch_changes"],
        word_row=raw["word_row"],
        grids=tuple(raw["grids"]),
    )
