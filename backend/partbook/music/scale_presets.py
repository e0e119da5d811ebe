"""Scales beyond major and minor: declared by rule from named sources, not learned from music of their traditions."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from partbook.core.errors import UnusableInput

OCTAVE = 120_000
"""Hundredths of a cent."""
SEMITONE = 10_000
BEND_RANGE = 2 * SEMITONE
"""How far a pitch wheel reaches from its middle in the tuning of General MIDI."""
BEND_STEPS = 8192
ANCHOR = 60
"""The key from whose octave stretched octaves are counted."""
HARMONIES = ("drone", "stacked", "major", "minor")


@dataclass(frozen=True)
class ScalePreset:
    """A scale with its tuning.

    Args:
        name: what `--scale` is given.
        title: its name in its own tradition.
        tradition: whose it is.
        tones: hundredths of a cent above the first tone, ascending from 0.
        octave: hundredths of a cent after which it repeats.
        harmony: how parts sound together: over a `drone`, every other tone `stacked`, in `major` or `minor` chords.
        second: which tone, from 0, is its second centre.
        source: where the tuning is published.
        note: what to know of it.
    """

    name: str
    title: str
    tradition: str
    tones: tuple[int, ...]
    octave: int
    harmony: str
    second: int
    source: str
    note: str

    @property
    def steps(self) -> tuple[int, ...]:
        """The keys that stand for the tones, in semitones above the first: the nearest of twelve."""
        return tuple((tone + SEMITONE // 2) // SEMITONE for tone in self.tones)

    @property
    def cents(self) -> list[float]:
        """The tones in cents."""
        return [tone / 100 for tone in self.tones]

    def bends(self, tonic: int) -> tuple[int, ...]:
        """How far the pitch wheel is turned for each of the 128 keys, -8192 to 8191.

        A key that is no tone of the scale keeps its place between them.

        Args:
            tonic: pitch class on which the scale stands.
        """
        return tuple(_bend(self._off(key - ANCHOR - tonic)) for key in range(128))

    def _off(self, keys: int) -> int:
        """Hundredths of a cent between a key, counted from the tonic, and what it should sound."""
        octaves, within = divmod(keys, 12)
        tone = self.tones[self.steps.index(within)] if within in self.steps else within * SEMITONE
        return octaves * (self.octave - OCTAVE) + tone - within * SEMITONE

    def as_json(self) -> dict[str, Any]:
        """The preset as commands show it."""
        return {
            "name": self.name,
            "title": self.title,
            "tradition": self.tradition,
            "cents": self.cents,
            "octave": self.octave / 100,
            "harmony": self.harmony,
            "source": self.source,
            "note": self.note,
            "origin": "declared by rule, not learned",
        }


def _bend(off: int) -> int:
    return (2 * off * BEND_STEPS + BEND_RANGE) // (2 * BEND_RANGE)


@cache
def scale_presets() -> dict[str, ScalePreset]:
    """Every preset by name, in the order of traditions and of their files."""
    found = {}
    for file in sorted((files("partbook.music") / "scales").iterdir(), key=lambda file: file.name):
        of_tradition = json.loads(file.read_text(encoding="utf-8"))
        for row in of_tradition["scales"]:
            preset = _preset(of_tradition["tradition"], row)
            found[preset.name] = preset
    return found


def _preset(tradition: str, row: dict[str, Any]) -> ScalePreset:
    return ScalePreset(
        name=row["name"],
        title=row["title"],
        tradition=tradition,
        tones=tuple(round(cents * 100) for cents in row["cents"]),
        octave=round(row.get("octave", 1200) * 100),
        harmony=row["harmony"],
        second=row["second"],
        source=row["source"],
        note=row["note"],
    )


def scale_preset(name: str) -> ScalePreset:
    """The preset of a name.

    Raises:
        UnusableInput: there is none.
    """
    presets = scale_presets()
    if name not in presets:
        raise UnusableInput(f"'{name}' is not a scale that is known here. Known: {', '.join(presets)}.")
    return presets[name]
