"""Modes, keys and chords: which notes belong to a mode, how a key is written, what a chord is made of."""

import re
from dataclasses import dataclass

from partbook.core.errors import UnusableInput
from partbook.music.scale_presets import ScalePreset, scale_presets

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
_QUALITIES = {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "aug", (7, 0): "5"}
"""Chord symbols by the semitones of the second and third note above the first."""
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
        """Scale steps of root, third and fifth, from 0; over a drone, of root, second centre and root."""
        size, preset = len(steps_of(self.mode)), preset_of(self.mode)
        if preset and preset.harmony == "drone":
            return self.degree, (self.degree + preset.second) % size, self.degree
        return self.degree, (self.degree + 2) % size, (self.degree + 4) % size

    @property
    def rests(self) -> tuple[int, ...]:
        """Scale steps on which a melody may dwell while it sounds: its own, and over a drone the third as well."""
        return (*self.degrees, (self.degree + 2) % len(steps_of(self.mode)))

    @property
    def pitch_classes(self) -> tuple[int, int, int]:
        """Pitch classes of root, third and fifth."""
        root, third, fifth = (pitch_at(self.tonic, self.mode, step, self.raised) % 12 for step in self.degrees)
        return root, third, fifth

    @property
    def numeral(self) -> str:
        """Roman numeral: capital for a major third, small for a minor one, ° for a diminished fifth.

        Chords of a preset that is no major or minor have no such function; they are called by their step.
        """
        preset = preset_of(self.mode)
        if preset and preset.harmony in ("drone", "stacked"):
            return f"{preset.harmony} on step {self.degree + 1}"
        root, third, fifth = self.pitch_classes
        name = _NUMERALS[self.degree]
        if (third - root) % 12 == 3:
            name = name.lower()
        return name + ("°" if (fifth - root) % 12 == 6 else "")

    @property
    def symbol(self) -> str:
        """The chord symbol, such as `F#m`, `Bdim` or `D5`; the notes themselves where no symbol fits."""
        root, third, fifth = self.pitch_classes
        quality = _QUALITIES.get(((third - root) % 12, (fifth - root) % 12))
        return self.spelled if quality is None else note_name(root, key_signature(self.tonic, self.mode)) + quality

    @property
    def spelled(self) -> str:
        """The notes of the chord, such as `D F A`."""
        sharps = key_signature(self.tonic, self.mode)
        return " ".join(dict.fromkeys(note_name(pitch, sharps) for pitch in self.pitch_classes))


def preset_of(mode: str) -> ScalePreset | None:
    """The declared scale of that name; None for the modes of this module."""
    return None if mode in SCALES else scale_presets()[mode]


def steps_of(mode: str) -> tuple[int, ...]:
    """Semitones above the tonic of a mode or a declared scale."""
    preset = preset_of(mode)
    return preset.steps if preset else SCALES[mode]


def is_minor(mode: str) -> bool:
    """Whether its third is the small one."""
    steps = steps_of(mode)
    return 3 in steps and 4 not in steps


def pitch_at(tonic: int, mode: str, step: int, raised: bool = False) -> int:
    """The pitch `step` scale steps above `tonic`; negative steps lie below."""
    steps = steps_of(mode)
    octave, within = divmod(step, len(steps))
    lift = 1 if raised and within == 6 and mode in RAISES_SEVENTH else 0
    return tonic + 12 * octave + steps[within] + lift


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
    """Sharps (positive) or flats (negative) of a key, -5 to 6; in a declared scale, those that leave least to write."""
    if mode in SCALES:
        fifths = tonic % 12 * 7 % 12 + FIFTHS_FROM_MAJOR[mode]
        return (fifths + 5) % 12 - 5
    keys = {(tonic + step) % 12 for step in steps_of(mode)}
    return min(range(-5, 7), key=lambda sharps: (len(keys - _plain_keys(sharps)), abs(sharps), sharps))


def _plain_keys(sharps: int) -> set[int]:
    """Pitch classes that need no accidental under a signature."""
    return {(7 * sharps + step) % 12 for step in SCALES["major"]}


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
