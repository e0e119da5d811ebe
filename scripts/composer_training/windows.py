"""Cut a piece into windows of tokens, each in its own key with the tonic on C."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from composer_training.keys import find_key
from composer_training.pieces import Piece
from composer_training.roles import BASS, MELODY, assign_roles
from partbook.music.model.tokens import (
    CHROMATIC,
    DISSONANT,
    END,
    HEADER,
    LONGEST_BAR,
    METRES,
    Event,
    Header,
    bar_steps,
    class_of,
    encode_bar,
    folded,
)

WINDOW = 512
"""Tokens in a window at most."""
FEWEST_BARS, FEWEST_NOTES = 4, 16
HALVED = {(2, 1): (2, 2), (3, 1): (3, 2), (4, 2): (4, 4)}
"""Old metres of long notes, written here with note values halved."""
SCALES = {"major": {0, 2, 4, 5, 7, 9, 11}, "minor": {0, 2, 3, 5, 7, 8, 10, 11}}
DISSONANCES = {1, 2, 6, 10, 11}
"""Intervals, in semitones within the octave, that count as dissonant."""

Bars = list[dict[int, list[Event]]]


@dataclass(frozen=True)
class Segment:
    """Bars in a row under one metre.

    Args:
        metre: one of METRES.
        bars: role to events, pitches as they sound.
        signature: sharps at the beginning.
        ends_piece: whether the piece ends with it.
    """

    metre: tuple[int, int]
    bars: Bars
    signature: int | None
    ends_piece: bool


def windows_of(piece: Piece) -> tuple[str, list[list[int]]]:
    """All windows of a piece, in order and without overlap.

    Args:
        piece: as read.

    Returns:
        The style, and tokens of each window; no windows where the staves fit no pattern.
    """
    assigned = assign_roles(piece)
    if assigned is None:
        return "", []
    style, roles = assigned
    windows = []
    for segment in segments_of(piece, roles):
        windows += list(_cut(style, segment))
    return style, windows


def segments_of(piece: Piece, roles: dict[int, list[tuple[int, int, int]]]) -> list[Segment]:
    """The stretches of a piece between changes of metre."""
    starts = [start for start, _ in piece.bars]
    bars: Bars = [{} for _ in piece.bars]
    for role, notes in roles.items():
        for onset, length, pitch in notes:
            index = bisect_right(starts, onset) - 1
            bars[index].setdefault(role, []).append((onset - starts[index], length, pitch))
    segments: list[Segment] = []
    changes = [change for change in piece.metres if change[0] < piece.bars[-1][0] + piece.bars[-1][1]]
    for number, (at, beats, unit) in enumerate(changes):
        until = changes[number + 1][0] if number + 1 < len(changes) else None
        inside = [i for i, start in enumerate(starts) if start >= at and (until is None or start < until)]
        metre = HALVED.get((beats, unit), (beats, unit))
        if metre not in METRES or not inside:
            continue
        stretch = 2 if (beats, unit) in HALVED else 1
        if number == 0:
            bars[inside[0]] = _upbeat(bars[inside[0]], bar_steps(metre) * stretch - piece.bars[inside[0]][1])
        sharps = [sharps for time, sharps in piece.signatures if time <= starts[inside[0]]]
        for run in _runs(inside, [piece.bars[i][1] <= LONGEST_BAR * stretch for i in inside]):
            chosen = [_halved(bars[i]) if stretch == 2 else bars[i] for i in run]
            segments.append(Segment(metre, chosen, sharps[-1] if sharps else None, run[-1] == len(bars) - 1))
    return segments


def _runs(bars: list[int], fit: list[bool]) -> list[list[int]]:
    """Bars in a row that fit the grid; a final longa or a cadenza out of time parts them."""
    runs: list[list[int]] = [[]]
    for bar, fits in zip(bars, fit, strict=True):
        if fits:
            runs[-1].append(bar)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _halved(bar: dict[int, list[Event]]) -> dict[int, list[Event]]:
    return {
        role: [(onset // 2, max(1, length // 2), pitch) for onset, length, pitch in events]
        for role, events in bar.items()
    }


def _upbeat(bar: dict[int, list[Event]], missing: int) -> dict[int, list[Event]]:
    """A short first bar, moved to the end of a full one."""
    if missing <= 0:
        return bar
    return {role: [(onset + missing, length, pitch) for onset, length, pitch in bar[role]] for role in bar}


def _cut(style: str, segment: Segment) -> Iterator[list[int]]:
    steps, count = bar_steps(segment.metre), len(segment.bars)
    sizes = [len(encode_bar(bar, steps, 1)) for bar in segment.bars]
    first = 0
    while first < count:
        last, size = first, HEADER + 1
        while last < count and size + sizes[last] <= WINDOW:
            size += sizes[last]
            last += 1
        if last == first:
            first += 1
            continue
        window = _encode(style, segment, first, last)
        if window:
            yield window
        first = last


def _encode(style: str, segment: Segment, first: int, last: int) -> list[int]:
    bars = segment.bars[first:last]
    notes = sum(len(events) for bar in bars for events in bar.values())
    if last - first < FEWEST_BARS or notes < FEWEST_NOTES:
        return []
    tonic, mode = _key(bars, segment.signature)
    shift = (5 - tonic) % 12 - 5 if tonic != 6 else 6
    placed = [
        {role: [(onset, length, folded(pitch + shift)) for onset, length, pitch in bar[role]] for role in bar}
        for bar in bars
    ]
    roles = sum(1 << role for role in {role for bar in placed for role in bar})
    outside = sum(pitch % 12 not in SCALES[mode] for bar in placed for events in bar.values() for _, _, pitch in events)
    header = Header(
        style=style,
        mode=mode,
        metre=segment.metre,
        roles=roles,
        chromatic=class_of(outside / notes, CHROMATIC),
        dissonant=class_of(dissonance(placed), DISSONANT),
        continued=first > 0,
    )
    tokens, steps = header.tokens(), bar_steps(segment.metre)
    for index, bar in enumerate(placed, first):
        tokens += encode_bar(bar, steps, len(segment.bars) - index)
    return [*tokens, END] if last == len(segment.bars) and segment.ends_piece else tokens


def _key(bars: Bars, signature: int | None) -> tuple[int, str]:
    weights, low = [0.0] * 12, [0.0] * 12
    lowest = BASS if any(BASS in bar for bar in bars) else MELODY
    for bar in bars:
        for role, events in bar.items():
            for _, length, pitch in events:
                weights[pitch % 12] += length
                if role == lowest:
                    low[pitch % 12] += length
    return find_key(weights, low, signature)


def dissonance(bars: Bars) -> float:
    """Share of dissonant pairs among notes that begin together; 0 where no two do."""
    pairs = dissonant = 0
    for bar in bars:
        together: dict[int, set[int]] = {}
        for events in bar.values():
            for onset, _, pitch in events:
                together.setdefault(onset, set()).add(pitch)
        for pitches in together.values():
            chord = sorted(pitches)
            for index, lower in enumerate(chord):
                pairs += len(chord) - index - 1
                dissonant += sum((upper - lower) % 12 in DISSONANCES for upper in chord[index + 1 :])
    return dissonant / pairs if pairs else 0.0
