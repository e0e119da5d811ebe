"""Modes, keys and chords: which notes belong to a mode, how a key is written, what a chord is made of."""

import re
from dataclasses import dataclass

from partbook.core.errors import UnusableInput

SCALES: dict[str, tuple[int, ...]] = {
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
"""Semitones above the tonic, brightest first. In the two minors the dominant raises the seventh."""

FIFTHS_FROM_MAJOR = {
    "lydian": 1,
    "major": 0,
    "mixolydian": -1,
    "dorian": -2,
    "minor": -3,
    "harmonic minor": -3,
    "phrygian": -4,
}
RAISES_SEVENTH = ("minor", "harmonic minor")
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_KEY = re.compile(r"([A-Ga-g])([#b♯♭]?)\s*(.*)")
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")


@dataclass(frozen=True)
class Chord:
    """A triad for a stretch of time.

    Args:
        start: ticks from the beginning of the song.
        length: ticks.
        degree: step of the scale that it stands on, 0 to 6.
        raised: whether it uses the raised seventh (the dominant of a minor key).
        mode: scale that it is taken from.
        tonic: pitch class of the key, 0 to 11.
    """

    start: int
    length: int
    degree: int
    raised: bool
    mode: str
    tonic: int

    @property
    def degrees(self) -> tuple[int, int, int]:
        """Scale steps of root, third and fifth, 0 to 6."""
        return self.degree, (self.degree + 2) % 7, (self.degree + 4) % 7

    @property
    def pitch_classes(self) -> tuple[int, int, int]:
        """Pitch classes of root, third and fifth."""
        root, third, fifth = (pitch_at(self.tonic, self.mode, step, self.raised) % 12 for step in self.degrees)
        return root, third, fifth

    @property
    def numeral(self) -> str:
        """Roman numeral: capital for a major third, small for a minor one, ° for a diminished fifth."""
        root, third, fifth = self.pitch_classes
        name = _NUMERALS[self.degree]
        if (third - root) % 12 == 3:
            name = name.lower()
        return name + ("°" if (fifth - root) % 12 == 6 else "")

    @property
    def symbol(self) -> str:
        """The chord symbol, such as `F#m` or `Bdim`."""
        root, third, fifth = self.pitch_classes
        quality = {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "aug"}[(third - root) % 12, (fifth - root) % 12]
        return note_name(root, key_signature(self.tonic, self.mode)) + quality

    @property
    def spelled(self) -> str:
        """The notes of the chord, such as `D F A`."""
        sharps = key_signature(self.tonic, self.mode)
        return " ".join(note_name(pitch, sharps) for pitch in self.pitch_classes)


def pitch_at(tonic: int, mode: str, step: int, raised: bool = False) -> int:
    """The pitch `step` scale steps above `tonic`; negative steps lie below."""
    octave, within = divmod(step, 7)
    lift = 1 if raised and within == 6 and mode in RAISES_SEVENTH else 0
    return tonic + 12 * octave + SCALES[mode][within] + lift


def note_name(pitch: int, sharps: int) -> str:
    """A pitch class by name, without its octave, in a key with so many sharps (negative: flats)."""
    letter, _, alter = spell(pitch, sharps)
    return letter.upper() + ("#" * alter if alter >= 0 else "b" * -alter)


def spell(pitch: int, sharps: int) -> tuple[str, int, int]:
    """Letter, octave and alteration (−1 flat, 1 sharp) of a pitch in a key with so many sharps (negative: flats)."""
    low = sharps - 3
    fifths = low + (pitch * 7 - low) % 12
    letter = "fcgdaeb"[(fifths + 1) % 7]
    alter = (fifths + 1) // 7
    return letter, (pitch - alter) // 12 - 1, alter


def key_signature(tonic: int, mode: str) -> int:
    """Sharps (positive) or flats (negative) of a key, between -6 and 6."""
    fifths = tonic % 12 * 7 % 12 + FIFTHS_FROM_MAJOR[mode]
    return (fifths + 5) % 12 - 5


def tonic_name(tonic: int, mode: str) -> str:
    """The tonic as that key spells it: the tonic of B flat minor is `Bb`, not `A#`."""
    return note_name(tonic, key_signature(tonic, mode))


def parse_key(text: str) -> tuple[int, str | None]:
    """The tonic's pitch class and, if it is said, the mode, from `D`, `Bb`, `f# minor` or `Am`.

    Raises:
        UnusableInput: no key, or a mode that is not known.
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise UnusableInput(f"'{text}' is not a key. Write it like C, Bb, F# minor or D dorian.")
    letter, sign, rest = match.groups()
    tonic = SHARP_NAMES.index(letter.upper()) + {"#": 1, "♯": 1, "b": -1, "♭": -1, "": 0}[sign]
    wanted = rest.strip().lower()
    short = {"": None, "m": "minor", "min": "minor", "maj": "major", "aeolian": "minor", "ionian": "major"}
    if wanted in short:
        return tonic % 12, short[wanted]
    if wanted not in SCALES:
        raise UnusableInput(f"'{wanted}' is not a mode that is known here. Known: {', '.join(SCALES)}.")
    return tonic % 12, wanted
