"""Keeps a melody from following a training piece: which next pitches would complete a run that training has."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from partbook.music.model.known_runs import BASE, RUN, KnownRuns, codes_of
from partbook.music.model.tokens import BAR, DENSITY, HIGHEST, LENGTH, LENGTHS, LOWEST, NOTE, POSITION, ROLE

MELODY = 0
PITCHES = np.arange(LOWEST, HIGHEST + 1)
MODULUS = 1 << 64

Refused = NDArray[np.bool_]
"""For each of PITCHES, whether it may not come next."""


class Guard:
    """Follows a melody, rests left out; notes that sound together count from the lowest up.

    Where every refused pitch is kept away, no RUN steps of the melody, so no RUN + 1 notes, are those of a training
    piece. Its other roles are not watched.

    Some pitch is always left: after the same RUN − 1 steps training goes on to 19 of the 73 pitches at the most (the
    model card's `most_ways_on`).

    Args:
        known: runs of the training pieces.
    """

    def __init__(self, known: KnownRuns) -> None:
        self._known = known
        self._codes: list[int] = []
        self._before: tuple[int, int] | None = None
        self._chord: list[int] = []
        self._role = -1

    def hear(self, tokens: Iterable[int]) -> None:
        """Go on by tokens of bars, of which only the melody's are heeded."""
        for token in tokens:
            if ROLE <= token < POSITION:
                self._role = token - ROLE
            elif BAR <= token < DENSITY:
                self._role = -1
            elif self._role == MELODY and NOTE <= token < LENGTH:
                self._chord.append(token - NOTE + LOWEST)
            elif self._role == MELODY and token >= LENGTH:
                self._end(LENGTHS[token - LENGTH])

    def sound(self, pitch: int, length: int) -> None:
        """Go on by a note; its length in steps of the grid."""
        self._chord.append(pitch)
        self._end(length)

    def refused(self) -> Refused:
        """Which pitches may not come next."""
        if not self._chord:
            return self._completing(self._codes, self._before)
        refused = np.zeros(len(PITCHES), bool)
        for length in LENGTHS:
            codes, before = self._after(self._chord, length)
            refused |= self._completing(codes, before)
        return refused

    def left_of(self, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The tokens that are left of those that the grammar allows; where none is, whatever pitch may come."""
        if self._role != MELODY or not allowed[NOTE:LENGTH].any():
            return allowed
        free = ~self.refused()
        left = allowed.copy()
        left[NOTE:LENGTH] &= free
        if not left.any():
            left[NOTE:LENGTH] = free
        return left

    def _end(self, length: int) -> None:
        self._codes, self._before = self._after(self._chord, length)
        self._chord = []

    def _after(self, chord: list[int], length: int) -> tuple[list[int], tuple[int, int] | None]:
        """The last steps and the last note, once these pitches have sounded for that long."""
        codes, before = list(self._codes), self._before
        for pitch in chord:
            if before is not None:
                codes.append(int(codes_of(np.array([pitch - before[0]]), before[1])[0]))
            before = pitch, length
        return codes[-(RUN - 1) :], before

    def _completing(self, codes: list[int], before: tuple[int, int] | None) -> Refused:
        """Which pitches make these steps, and the one to the pitch, a run that training has."""
        if before is None or len(codes) < RUN - 1:
            return np.zeros(len(PITCHES), bool)
        begun = 0
        for code in codes:
            begun = (begun * BASE + code) % MODULUS
        last = codes_of(PITCHES - before[0], before[1])
        return self._known.has(np.uint64(begun * BASE % MODULUS) + last)
