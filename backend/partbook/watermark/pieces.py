"""Read a mark in sound that was cut, filled or bent: every few seconds find their own place in the cycle.

Stretches of eight seconds look for places where the key's pilots stand out. Each two seconds of sound then take the
place that fits them best, and what all of them say is read as one.
"""

from dataclasses import replace

import numpy as np

from partbook.watermark.demodulate import SoftBits, demodulate, joined
from partbook.watermark.pattern import CYCLE_STEPS, STEPS_PER_SLOT, Pattern
from partbook.watermark.search import Alignment, contrast, correlate, pilot_score, refine
from partbook.watermark.tiles import Floats

STRETCH_STEPS = 688
"""8 s."""
PIECE_STEPS = 172
"""2 s."""
STRETCH_GATE = 5.0
"""A place counts from this pilot score on; by chance the best of 4096 places seldom has it."""
PIECE_GATE = 2.5
MOST_PLACES = 10
FEWEST_PIECES = 4
APART_STEPS = 0.75
"""Places that differ by less are one."""


def read_in_pieces(levels: Floats, known: list[Alignment], pattern: Pattern) -> SoftBits | None:
    """Soft bits gathered over several places of the cycle.

    Args:
        levels: log energies at the alignments' pitch, shape (steps, BANDS).
        known: alignments of the whole sound; the best one tells pitch and stretch.
        pattern: the key's cycle.

    Returns:
        None where the sound does not fall into several places.
    """
    if len(levels) < FEWEST_PIECES * PIECE_STEPS or not known:
        return None
    contrasts = contrast(levels)
    places = _places(contrasts, known, pattern)
    if len(places) < 2:
        return None
    of_piece = _assigned(contrasts, places, pattern)
    parts = []
    for number, place in enumerate(places):
        mine = np.repeat(of_piece == number, PIECE_STEPS)[: len(levels)]
        within = np.pad(mine, (0, len(levels) - len(mine)), mode="edge")
        if within.any():
            soft = demodulate(levels, place, pattern, within)
            if soft is not None:
                parts.append(soft)
    return joined(parts) if len(parts) > 1 else None


def _places(contrasts: Floats, known: list[Alignment], pattern: Pattern) -> list[Alignment]:
    """Places where pilots stand out in some stretch, best first."""
    pitch, stretch = known[0].pitch, known[0].stretch
    found = [alignment for alignment in known if alignment.score >= STRETCH_GATE]
    for start in range(0, max(1, len(contrasts) - STRETCH_STEPS // 2), STRETCH_STEPS // 2):
        part = contrasts[start : start + STRETCH_STEPS]
        for guess in correlate(part, pattern, pitch, stretch, 1):
            best = refine(part, guess, pattern, 0.0)
            if best.score >= STRETCH_GATE:
                found.append(replace(best, lag=best.lag + start / best.stretch))
    kept: list[Alignment] = []
    for place in sorted(found, key=lambda place: -place.score):
        if len(kept) < MOST_PLACES and all(_apart(place, other) > APART_STEPS for other in kept):
            kept.append(place)
    return kept


def _apart(place: Alignment, other: Alignment) -> float:
    """Steps between two places of the cycle."""
    away = (place.lag - other.lag) % CYCLE_STEPS
    return min(away, CYCLE_STEPS - away)


def _assigned(contrasts: Floats, places: list[Alignment], pattern: Pattern) -> np.ndarray:
    """For each piece the number of the place that fits it best, or −1 where none does."""
    pieces = max(1, len(contrasts) // PIECE_STEPS)
    scores = np.zeros((pieces, len(places)))
    for piece in range(pieces):
        start = piece * PIECE_STEPS
        part = contrasts[start : start + PIECE_STEPS + STEPS_PER_SLOT]
        for number, place in enumerate(places):
            lag = place.lag - start / place.stretch
            scores[piece, number] = pilot_score(
                part, lag, place.stretch, pattern.chips, pattern.pilot_bands, pattern.pilot_starts
            )
    best = scores.argmax(axis=1)
    return np.where(scores.max(axis=1) >= PIECE_GATE, best, -1)
