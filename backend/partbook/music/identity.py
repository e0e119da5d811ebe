"""The sound of a person: instruments, tuning, places, colour and room that follow from her public identity alone."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from partbook.core.errors import UnusableInput
from partbook.music.orchestration import INSTRUMENTS
from partbook.music.score import RHYTHM, Part, Score
from partbook.music.vocal_range import Fit

SCHEMA = "partbook identity timbre 1"
"""Goes into the hash: another version of these rules would give everybody another sound, and says so here."""

MELODIES = (
    "violin", "viola", "cello", "flute", "pan flute", "oboe", "english horn", "clarinet",
    "alto saxophone", "trumpet", "horn", "accordion", "nylon guitar", "vibraphone", "piano", "electric piano",
)  # fmt: skip
CARPETS = ("strings", "slow strings", "choir", "organ", "warm pad", "electric piano", "accordion", "piano")
PLUCKED = ("harp", "nylon guitar", "steel guitar", "clean electric guitar", "marimba", "vibraphone", "music box", "piano")  # fmt: skip # noqa: E501
BASSES = ("double bass", "electric bass", "picked bass", "cello")
MIDDLE_PAN = 64
Chosen = TypeVar("Chosen")
_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class IdentityTimbre:
    """How a song sounds in a person's own edition.

    Args:
        identity: the public address, in small letters.
        instruments: part name to instrument.
        cents: part name to tuning, in hundredths of a semitone above concert pitch.
        pans: part name to place, from 0 left to 127 right.
        low_db: gain of the bass, in dB.
        high_db: gain of the treble, in dB.
        room_m3: volume of the room around the band.
        room_db: level of the room's echoes against the sound itself.
    """

    identity: str
    instruments: dict[str, str]
    cents: dict[str, float]
    pans: dict[str, int]
    low_db: float
    high_db: float
    room_m3: int
    room_db: float

    @classmethod
    def of(cls, identity: str) -> "IdentityTimbre":
        """The timbre of a public address; upper and lower case are one.

        Raises:
            UnusableInput: no address.
        """
        if not _ADDRESS.fullmatch(identity):
            raise UnusableInput(f"'{identity}' is not a public address: that is 0x and 40 hexadecimal digits.")
        draw = _Draws(f"{SCHEMA}\n{identity.lower()}")
        melody, carpet = draw.one_of(MELODIES), draw.one_of(CARPETS)
        plucked = draw.one_of([name for name in PLUCKED if name not in (melody, carpet)])
        bass = draw.one_of([name for name in BASSES if name != melody])
        tuning = draw.between(-8, 8)
        side = draw.one_of((-1, 1))
        return cls(
            identity=identity.lower(),
            instruments={"melody": melody, "harmony 1": carpet, "harmony 2": plucked, "bass": bass},
            cents={part: float(tuning + draw.between(-3, 3)) for part in ("melody", "harmony 1", "harmony 2", "bass")},
            pans={
                "melody": MIDDLE_PAN + draw.between(-10, 10),
                "harmony 1": MIDDLE_PAN - side * draw.between(14, 36),
                "harmony 2": MIDDLE_PAN + side * draw.between(14, 36),
                "bass": MIDDLE_PAN + draw.between(-6, 6),
            },
            low_db=draw.between(-6, 6) / 2,
            high_db=draw.between(-6, 6) / 2,
            room_m3=draw.between(3, 40) * 100,
            room_db=-float(draw.between(10, 18)),
        )

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        return dict(vars(self))


def in_timbre(score: Score, timbre: IdentityTimbre, fit: Fit) -> Score:
    """A score in a person's instruments and places, and transposed to fit her voice. Drums stay as they are."""

    def personal(part: Part) -> Part:
        if part.layer == RHYTHM:
            return part
        shift = fit.melody if part.name == "melody" else fit.others
        instrument = timbre.instruments.get(part.name)
        return replace(
            part,
            program=INSTRUMENTS[instrument] if instrument else part.program,
            pan=timbre.pans.get(part.name, part.pan),
            notes=tuple(replace(note, pitch=note.pitch + shift) for note in part.notes),
        )

    sharps = (score.sharps + 7 * fit.others + 5) % 12 - 5
    return replace(score, sharps=sharps, parts=tuple(personal(part) for part in score.parts))


class _Draws:
    """Choices out of a hash, one after the other."""

    def __init__(self, text: str) -> None:
        self._left = int.from_bytes(hashlib.sha512(text.encode()).digest(), "big")

    def one_of(self, choices: Sequence[Chosen]) -> Chosen:
        self._left, chosen = divmod(self._left, len(choices))
        return choices[chosen]

    def between(self, low: int, high: int) -> int:
        self._left, chosen = divmod(self._left, high - low + 1)
        return low + chosen
