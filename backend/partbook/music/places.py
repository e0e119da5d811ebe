"""Notes found again by pitch and about where they start."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable


class Places:
    """Starts by pitch; each is given away once.

    Args:
        notes: start and pitch of each, in the order of their indices.
    """

    def __init__(self, notes: Iterable[tuple[int, int]]) -> None:
        self._by_pitch: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for index, (start, pitch) in enumerate(notes):
            self._by_pitch[pitch].append((start, index))
        for waiting in self._by_pitch.values():
            waiting.sort()

    def take(self, start: int, pitch: int, within: int) -> int | None:
        """Index of the nearest note of that pitch at most `within` ticks away, which is then gone; or None."""
        waiting = self._by_pitch.get(pitch)
        if not waiting:
            return None
        at = bisect_left(waiting, (start, -1))
        near = [i for i in (at - 1, at) if 0 <= i < len(waiting) and abs(waiting[i][0] - start) <= within]
        if not near:
            return None
        return waiting.pop(min(near, key=lambda i: (abs(waiting[i][0] - start), i)))[1]
