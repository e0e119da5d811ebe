"""A declared scale as a short score: up an octave and down again over its first tone, to hear and to measure it."""

from partbook.music.modes import is_minor, key_signature
from partbook.music.scale_presets import ANCHOR, ScalePreset
from partbook.music.score import BASS, MELODY, TICKS, Note, Part, Score, Tempo

CLARINET = 71
"""The steadiest of the shipped sounds: its keys lie within 2.5 cents of equal temperament."""
LONG, VELOCITY, GAP = 2 * TICKS, 90, TICKS // 8


def scale_exercise(preset: ScalePreset, tonic: int = 0, program: int = CLARINET, drone: bool = True) -> Score:
    """Every tone for a second, up to the octave and down.

    Args:
        preset: the scale.
        tonic: pitch class of its first tone.
        program: General MIDI instrument.
        drone: whether the first tone sounds below all the while.
    """
    up = [ANCHOR + tonic + step for step in (*preset.steps, 12)]
    keys = up + up[-2::-1]
    melody = tuple(Note(at * LONG, key, LONG - GAP, VELOCITY) for at, key in enumerate(keys))
    parts = [Part("melody", MELODY, 0, program, 64, 30, melody)]
    length = len(keys) * LONG
    bar = 4 * TICKS
    if drone:
        below = tuple(Note(at, up[0] - 12, bar - GAP, VELOCITY - 25) for at in range(0, length, bar))
        parts.append(Part("bass", BASS, 3, program, 64, 30, below))
    return Score(
        title=preset.title,
        metre=(4, 4),
        sharps=key_signature(tonic, preset.name),
        minor=is_minor(preset.name),
        bars=-(-length // bar),
        tempi=(Tempo(0, 500_000),),
        parts=tuple(parts),
        bends=preset.bends(tonic),
    )
