"""A melody as steps of its scale, so that it can be set in another mode, metre or rhythm."""

from partbook.music.modes import SCALES, pitch_at


def step_of(pitch: int, tonic: int, mode: str) -> tuple[int, int]:
    """The nearest scale step, counted from the tonic's pitch class at MIDI octave 0, and the semitones beside it.

    A pitch between two steps belongs to the lower one, raised.
    """
    octave, above = divmod(pitch - tonic, 12)
    within = max(step for step, semitones in enumerate(SCALES[mode]) if semitones <= above)
    return 7 * octave + within, above - SCALES[mode][within]


def set_in(pitch: int, old: tuple[int, str], new: tuple[int, str]) -> int:
    """The pitch on the same step of another tonic and mode; the tonics move by less than seven semitones."""
    step, beside = step_of(pitch, *old)
    tonic = old[0] + (new[0] - old[0] + 5) % 12 - 5
    moved = pitch_at(tonic, new[1], step) + beside
    ceiling = pitch_at(tonic, new[1], step + 1)
    return min(moved, ceiling) if beside else moved
