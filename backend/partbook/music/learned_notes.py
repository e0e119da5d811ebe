"""From the bars of a learned song to notes: key, octave and loudness by rule."""

from collections.abc import Mapping, Sequence

from partbook.music import rules_engine
from partbook.music.chance import Chance
from partbook.music.learned_song import STEP, LearnedSong
from partbook.music.learned_wishes import BASS, MELODY, SEATED
from partbook.music.score import TICKS, Note, bar_ticks
from partbook.music.section_plan import SectionPlan

LOWEST_BASS, HIGHEST_BASS = 28, 57
HIGHEST_SUNG = 88
SWELL = (-3, -1, 1, 3, 4, 3, 1, -2)
"""Loudness of the melody along a phrase of four bars, by eighths of it."""


def notes_of(song: LearnedSong, chance: Chance, *, sung: bool) -> dict[str, list[Note]]:
    """The notes by part name, at their pitch and loudness.

    Args:
        song: as it was written.
        chance: the song's stream.
        sung: whether the melody is the song's own, whose register the plan decides; else a person's, in her octave.
    """
    plan, bar = song.plan, bar_ticks(song.plan.metre)
    raise_by = _key_and_octave(song) if sung else plan.tonic
    lines: dict[str, list[Note]] = {}
    for role, name in SEATED[song.writer.parts].items():
        touch, line = chance.sub("touch", name), []
        shift = _bass_shift(song, raise_by) if role == BASS else raise_by
        for index, events in enumerate(song.bars):
            section = song.section_of[index]
            for place, length, pitch in sorted(events.get(role, [])):
                start = index * bar + place * STEP
                velocity = section.velocity + _lift(name, section, start, bar) + touch.below(5) - 2
                ticks = min(length * STEP, plan.bars * bar - start)
                why = song.reasons[index, role, place, pitch]
                line.append(Note(start, pitch + shift, ticks - ticks // 16, max(20, min(124, velocity)), why))
        lines[name] = _clear(line)
    return lines


def _key_and_octave(song: LearnedSong) -> int:
    """From C to the song's key, in the octave in which the melody lies nearest to the plan's register."""
    plan = song.plan
    sung = [event[2] for bar in song.bars for event in bar.get(MELODY, [])]
    mean, highest = sum(sung) // len(sung), max(sung)
    wished = sum(s.register * s.slot.bars for s in plan.sections) // plan.bars
    shifts = [plan.tonic + 12 * octave for octave in range(-3, 3)]
    return min(shifts, key=lambda up: (abs(mean + up - wished) + 4 * max(0, highest + up - HIGHEST_SUNG), up))


def _bass_shift(song: LearnedSong, raise_by: int) -> int:
    """From C to the song's key, by whole octaves from there to where basses lie."""
    pitches = [pitch + raise_by for bar in song.bars for _, _, pitch in bar.get(BASS, [])]
    octaves = [12 * octave for octave in range(-3, 4)]
    outside = {
        octave: sum(not LOWEST_BASS <= pitch + octave <= HIGHEST_BASS for pitch in pitches) for octave in octaves
    }
    return raise_by + min(octaves, key=lambda octave: (outside[octave], abs(octave)))


def _lift(name: str, section: SectionPlan, start: int, bar: int) -> int:
    """Louder or softer than the section: accompanying parts stay behind, the melody swells over four bars."""
    stress = 5 if start % bar == 0 else 2 if start % TICKS == 0 else 0
    if name in rules_engine.SOFTER:
        return rules_engine.SOFTER[name] + stress // 2
    eighth = (start - (section.slot.first_bar - 1) * bar) % (4 * bar) * len(SWELL) // (4 * bar)
    return 4 + SWELL[eighth] + stress


def _clear(line: Sequence[Note]) -> list[Note]:
    """The notes without those that a part sounds twice at once."""
    seen: Mapping[tuple[int, int], Note] = {(note.start, note.pitch): note for note in sorted(line)}
    return sorted(seen.values())
