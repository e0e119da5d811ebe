"""Which tokens may come next: the order of the token language, the range of each role, and the scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from partbook.music.model.choosing import CLOSE
from partbook.music.model.tokens import (
    HIGHEST,
    LENGTH,
    LENGTHS,
    LOWEST,
    NOTE,
    POSITION,
    ROLE,
    ROLES,
    VOCABULARY,
)

RANGES = ((57, 88), (48, 79), (43, 74), (30, 60))
"""Lowest and highest pitch of melody, upper inner, lower inner and bass."""
WIDEST_CHORD = 16
"""Semitones between neighbours in a chord of one role."""


@dataclass
class Grammar:
    """The state of the bar that is being written.

    Args:
        steps: length of the bar in steps of the grid.
        roles: the roles that take part, a bit for each.
        scales: for each role the pitch classes that it may sound; every one where the role is missing.
        ranges: lowest and highest pitch by role.
        single: roles that never sound two notes at a time, a bit for each.
        wanted: roles that may not stay silent in this bar, a bit for each.
    """

    steps: int
    roles: int
    scales: Mapping[int, frozenset[int]] = field(default_factory=dict)
    ranges: tuple[tuple[int, int], ...] = RANGES
    single: int = 0b1001
    wanted: int = 0
    role: int = field(default=-1, init=False)
    place: int = field(default=0, init=False)
    chord: list[int] = field(default_factory=list, init=False)
    placed: bool = field(default=False, init=False)

    def allowed(self) -> NDArray[np.bool_]:
        """Which tokens may come next; at least one always may.

        Between events of a role a new note, a later place, the next role or the end of the bar may come; within a
        chord, a higher note or the length; after a place, a note.
        """
        mask = np.zeros(VOCABULARY, bool)
        if self.chord:
            self._allow_lengths(mask)
            if not self.single >> self.role & 1:
                self._allow_notes(mask, self.chord[-1] + 1, self.chord[-1] + WIDEST_CHORD)
            return mask
        if self.role >= 0 and self.place < self.steps:
            self._allow_notes(mask, LOWEST, HIGHEST)
            if not self.placed:
                mask[POSITION + self.place + 1 : POSITION + self.steps] = True
        begun = self.role < 0 or self.place > 0
        if begun and not self.placed:
            self._allow_going_on(mask)
        return mask

    def _allow_going_on(self, mask: NDArray[np.bool_]) -> None:
        for role in range(self.role + 1, len(ROLES)):
            if self.roles >> role & 1:
                mask[ROLE + role] = True
            if self.wanted >> role & 1:
                return
        mask[CLOSE] = True

    def _allow_notes(self, mask: NDArray[np.bool_], low: int, high: int) -> None:
        lowest, highest = self.ranges[self.role]
        scale = self.scales.get(self.role)
        for pitch in range(max(low, lowest), min(high, highest) + 1):
            if scale is None or pitch % 12 in scale:
                mask[NOTE + pitch - LOWEST] = True

    def _allow_lengths(self, mask: NDArray[np.bool_]) -> None:
        """Lengths that end within the bar; one that crosses the bar line only where none fits."""
        fitting = [LENGTH + index for index, length in enumerate(LENGTHS) if self.place + length <= self.steps]
        mask[fitting or [LENGTH]] = True

    def take(self, token: int) -> None:
        """Go on by a token that was allowed."""
        if token >= LENGTH:
            self.place = min(self.steps, self.place + LENGTHS[token - LENGTH])
            self.chord = []
        elif token >= NOTE:
            self.chord.append(token - NOTE + LOWEST)
            self.placed = False
        elif token >= POSITION:
            self.place, self.placed = token - POSITION, True
        elif token >= ROLE:
            self.role, self.place, self.placed = token - ROLE, 0, False

    def skip(self, role: int) -> None:
        """Take a role as written in full by somebody else."""
        self.role, self.place, self.placed = role, self.steps, False
