"""What the AI share rests on: for each layer, which events come from which file, and how they lie there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partbook.music.alignment import Laying
from partbook.music.origins import Event, Found
from partbook.music.sources import DRAFT, Origin

GRID_NAMES = {
    480: "quarters",
    320: "triplets of quarters",
    240: "eighths",
    160: "triplets of eighths",
    120: "sixteenths",
    80: "triplets of sixteenths",
    60: "thirty-seconds",
}
"""What a grid of so many ticks is called."""


@dataclass(frozen=True)
class Evidence:
    """The events of a layer that have one source.

    Args:
        file: `draft.mid` or a take's; empty for events that have none.
        origin: whose they are. Events of a take that repeat the draft are the machine's.
        exact: how many lie on their source as they are.
        shifted: how many lie a little beside it.
        nowhere: how many have no source in the files.
        bars: stretches of bars of the song, first and last, in which they begin.
    """

    file: str
    origin: Origin
    exact: int
    shifted: int
    nowhere: int
    bars: tuple[tuple[int, int], ...]

    @property
    def events(self) -> int:
        """How many events."""
        return self.exact + self.shifted + self.nowhere

    @property
    def sentence(self) -> str:
        """Why these events count as they do."""
        if self.origin is Origin.UNDECLARED:
            return "in no file of the song; counts as the machine's"
        if self.file == DRAFT or not self.file:
            return "written by the machine" if self.file else "made by the machine"
        return "brought by a person" if self.origin is Origin.HUMAN else "brought by a person, but the draft's own"

    def as_json(self) -> dict[str, Any]:
        """As `song share --json` gives it."""
        return {
            "file": self.file or None,
            "origin": self.origin.value,
            "events": self.events,
            "exact": self.exact,
            "shifted": self.shifted,
            "bars": [list(stretch) for stretch in self.bars],
        }


def evidence_of(events: Sequence[Event]) -> tuple[Evidence, ...]:
    """The events of a layer by source, the largest group first."""
    groups: dict[tuple[str, Origin], list[Event]] = defaultdict(list)
    for event in events:
        groups[event.file, event.origin].append(event)
    rows = [
        Evidence(
            file=file,
            origin=origin,
            exact=sum(event.found is Found.EXACT for event in group),
            shifted=sum(event.found is Found.SHIFTED for event in group),
            nowhere=sum(event.found is Found.NOWHERE for event in group),
            bars=stretches({event.bar for event in group if event.bar}),
        )
        for (file, origin), group in groups.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.events, row.file, row.origin)))


def stretches(bars: set[int]) -> tuple[tuple[int, int], ...]:
    """Bars as stretches without a gap: 1, 2, 3, 7 gives (1, 3) and (7, 7)."""
    found: list[tuple[int, int]] = []
    for bar in sorted(bars):
        if found and found[-1][1] == bar - 1:
            found[-1] = found[-1][0], bar
        else:
            found.append((bar, bar))
    return tuple(found)


def laying_as_json(laying: Laying) -> dict[str, Any]:
    """How the song was laid over its sources, as `song share --json` gives it."""
    fit = laying.fit
    return {
        "transposition": fit.transposition,
        "ticks": f"{fit.scale.numerator}/{fit.scale.denominator}",
        "shift": fit.shift,
        "grid": fit.grid.ticks if fit.grid else None,
        "moved_bars": [
            {"bars": list(stretch), "source": [stretch[0] + by, stretch[1] + by]}
            for by, stretch in _moved_stretches(laying.moved)
        ],
    }


def laying_sentence(laying: Laying) -> str:
    """How the song was laid over its sources, in a sentence."""
    fit, words = laying.fit, []
    if fit.transposition:
        words.append(f"transposed by {fit.transposition:+d} semitones")
    if fit.scale != 1:
        words.append(f"stretched {float(fit.scale):.3f} times")
    if fit.shift:
        words.append(f"begun {fit.shift} ticks later")
    if fit.grid:
        words.append(f"quantised to {GRID_NAMES.get(fit.grid.ticks, f'{fit.grid.ticks} ticks')}")
    for by, (first, last) in _moved_stretches(laying.moved):
        words.append(f"bars {first}-{last} read from bars {first + by}-{last + by}")
    return f"Laid over draft and takes: {', '.join(words)}." if words else "It lies on draft and takes as it stands."


def _moved_stretches(moved: Mapping[int, int]) -> list[tuple[int, tuple[int, int]]]:
    by_distance: dict[int, set[int]] = defaultdict(set)
    for bar, by in moved.items():
        by_distance[by].add(bar + 1)
    found = [(by, stretch) for by, bars in by_distance.items() for stretch in stretches(bars)]
    return sorted(found, key=lambda pair: pair[1])
