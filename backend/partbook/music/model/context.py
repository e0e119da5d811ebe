"""What the network is told beside each token: the role, the place in the bar, and what sounds there in other roles.

All of it follows from the tokens read so far, so it adds no knowledge of the future; it spares a small network the
adding up of lengths, and lets it hear the chord it writes into.
"""

from collections.abc import Iterable
from typing import NamedTuple

from partbook.music.model.tokens import (
    BAR,
    DENSITY,
    LENGTH,
    LENGTHS,
    LONGEST_BAR,
    LOWEST,
    METRE,
    METRES,
    NOTE,
    POSITION,
    ROLE,
    ROLE_SET,
    ROLES,
    bar_steps,
)

NO_ROLE = len(ROLES)
PLACES = LONGEST_BAR + 1


class Context(NamedTuple):
    """The state after a token.

    Args:
        role: whose turn it is, 0 to 3; NO_ROLE between bars and in the header.
        place: where the next event begins unless a POSITION says otherwise, 0 to LONGEST_BAR.
        sounding: pitch classes that other roles sound at that place, a bit for each; C is bit 0.
    """

    role: int
    place: int
    sounding: int


class Listener:
    """Follows a stream of tokens and keeps its Context."""

    def __init__(self) -> None:
        self._steps = LONGEST_BAR
        self._heard = [0] * PLACES
        self._own: list[tuple[int, int, int]] = []
        self._over: list[tuple[int, int]] = []
        self._role, self._place, self._chord = NO_ROLE, 0, 0

    def hear(self, token: int) -> Context:
        """Take one more token.

        Args:
            token: the next of the stream.

        Returns:
            The context after it.
        """
        if token >= LENGTH:
            end = self._place + LENGTHS[token - LENGTH]
            self._own.append((self._place, end, self._chord))
            self._place, self._chord = min(end, LONGEST_BAR), 0
        elif token >= NOTE:
            self._chord |= 1 << (token - NOTE + LOWEST) % 12
        elif token >= POSITION:
            self._place = token - POSITION
        elif token >= ROLE:
            self._close_role()
            self._role, self._place = token - ROLE, 0
        elif BAR <= token < DENSITY:
            self._close_bar()
        elif METRE <= token < ROLE_SET:
            self._steps = bar_steps(METRES[token - METRE])
        return Context(self._role, self._place, self._heard[self._place])

    def _close_role(self) -> None:
        for start, end, chord in self._own:
            for place in range(start, min(end, self._steps)):
                self._heard[place] |= chord
            if end > self._steps:
                self._over.append((end - self._steps, chord))
        self._own = []

    def _close_bar(self) -> None:
        self._close_role()
        self._heard = [0] * PLACES
        held, self._over = self._over, []
        for end, chord in held:
            for place in range(min(end, self._steps)):
                self._heard[place] |= chord
            if end > self._steps:
                self._over.append((end - self._steps, chord))
        self._role, self._place, self._chord = NO_ROLE, 0, 0


def contexts(tokens: Iterable[int]) -> list[Context]:
    """The context after each of the tokens."""
    listener = Listener()
    return [listener.hear(token) for token in tokens]
