"""Where two scores first differ, said as a musician would: part, bar, beat, and what stands there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from partbook.music.modes import note_name, spell
from partbook.music.score import RHYTHM, TICKS, Note, Part, Score


@dataclass(frozen=True)
class Difference:
    """The first thing that differs between a score and the one that it should be.

    Args:
        message: what differs, as a part of a sentence.
        part: in which part; empty for the whole song.
        bar: counted from 1; 0 for what has no place in time.
        beat: counted from 1, as a decimal such as `2.5`; empty for what has no place in time.
    """

    message: str
    part: str = ""
    bar: int = 0
    beat: str = ""


def first_difference(expected: Score, found: Score) -> Difference | None:
    """Where `found` first differs from `expected`: facts of the whole, then parts, then notes in the order of time.

    Returns:
        None if they are the same but for the title.
    """
    return next(_facts(expected, found), None) or next(_parts(expected, found), None) or _notes(expected, found)


def _facts(expected: Score, found: Score) -> Iterator[Difference]:
    pairs = [
        ("metre", "/".join(map(str, expected.metre)), "/".join(map(str, found.metre))),
        ("sharps", expected.sharps, found.sharps),
        ("minor", expected.minor, found.minor),
        ("bars", expected.bars, found.bars),
    ]
    for name, should, has in pairs:
        if should != has:
            yield Difference(f"its {name} should be {should} and is {has}")
    for should, has in zip(expected.tempi, found.tempi, strict=False):
        if should != has:
            bar, beat = place(expected, min(should.start, has.start))
            yield Difference(
                f"its tempo at tick {should.start} should be {should.microseconds} µs a quarter and is "
                f"{has.microseconds} at tick {has.start}",
                "",
                bar,
                beat,
            )
    if len(expected.tempi) != len(found.tempi):
        yield Difference(f"it should have {len(expected.tempi)} tempi and has {len(found.tempi)}")


def _parts(expected: Score, found: Score) -> Iterator[Difference]:
    should, has = [part.name for part in expected.parts], [part.name for part in found.parts]
    if should != has:
        yield Difference(f"its parts should be {', '.join(should)} and are {', '.join(has)}")
        return
    for one, other in zip(expected.parts, found.parts, strict=True):
        for name in ("channel", "program", "pan", "reverb"):
            if getattr(one, name) != getattr(other, name):
                yield Difference(
                    f"the {name} of {one.name} should be {getattr(one, name)} and is {getattr(other, name)}", one.name
                )


def _notes(expected: Score, found: Score) -> Difference | None:
    firsts = [
        (note.start, order, part, note)
        for order, part in enumerate(expected.parts)
        if (note := _first_odd_note(part, found.parts[order])) is not None
    ]
    if not firsts:
        return None
    start, order, part, _ = min(firsts, key=lambda first: first[:2])
    bar, beat = place(expected, start)
    one = _chord(part, start, expected.sharps)
    other = _chord(found.parts[order], start, expected.sharps)
    return Difference(f"bar {bar}, beat {beat} of {part.name} should have {one} and has {other}", part.name, bar, beat)


def _first_odd_note(part: Part, other: Part) -> Note | None:
    should, has = Counter(part.notes), Counter(other.notes)
    odd = [*(should - has), *(has - should)]
    return min(odd) if odd else None


def _chord(part: Part, start: int, sharps: int) -> str:
    named = [_named(part, note, sharps) for note in part.notes if note.start == start]
    return " and ".join(named) or "no note"


def _named(part: Part, note: Note, sharps: int) -> str:
    pitch = f"drum {note.pitch}"
    if part.layer != RHYTHM:
        pitch = f"{note_name(note.pitch, sharps)}{spell(note.pitch, sharps)[1]}"
    return f"{pitch} ({note.length} ticks, velocity {note.velocity})"


def place(score: Score, tick: int) -> tuple[int, str]:
    """Bar and beat of a tick, both counted from 1; beats are those of the metre's lower number."""
    beat = 1 + tick % score.bar_ticks * score.metre[1] / (4 * TICKS)
    return score.bar_of(tick), f"{round(beat, 3):g}"
