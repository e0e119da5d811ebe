"""Chance that comes out the same everywhere: numbers counted out of SHA-256, one stream for each named decision."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Chance:
    """A stream of whole numbers fixed by a seed and a path of names.

    Streams of other names do not disturb it, so that a change to the drums leaves the melody as it was.

    Args:
        seed: the song's seed.
        path: names of the decision, such as ("A", "rhythm").
    """

    def __init__(self, seed: int, *path: object) -> None:
        self._seed, self._path = seed, path
        self._root = "/".join(["partbook rules", str(seed), *map(str, path)]).encode()
        self._count = 0

    def sub(self, *path: object) -> "Chance":
        """A stream of its own below this one."""
        return Chance(self._seed, *self._path, *path)

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` − 1."""
        digest = hashlib.sha256(self._root + b"#" + str(self._count).encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8], "big") % bound

    def happens(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.below(100) < percent

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of several, all alike likely."""
        return things[self.below(len(things))]

    def weigh(self, weights: Sequence[tuple[Thing, int]]) -> Thing:
        """One of several, each as likely as its weight says."""
        rest = self.below(sum(weight for _, weight in weights))
        for thing, weight in weights:
            rest -= weight
            if rest < 0:
                return thing
        return weights[-1][0]
