"""Which training pieces a melody is like: rare rows of notes, by interval and duration, looked up in an index.

This finds what is alike. It does not find what caused what, and says so.

Source: Schleimer, Wilkerson & Aiken 2003 (winnowing: every shared run of `SIZE + WINDOW - 1` notes is found).
"""

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.music.score import TICKS, Note

SCHEMA = "partbook/melody-index/1"
SIZE = 8
"""Notes in a row."""
WINDOW = 4
"""Of so many rows that follow each other, one is kept."""
RAREST = 8
"""A row that more pieces have is common coin and is left out of the index."""
GRID = TICKS // 12
"""Durations are compared in twelfths of a quarter note."""
LONGEST_DURATION = 48
"""Four quarters; a longer wait counts as that."""
SAYS = "similarity of melodies, no proof that one was the cause of the other"

Rows = list[tuple[int, int]]
"""Hash of a row and the number of the note it begins with."""


@dataclass(frozen=True)
class Neighbour:
    """A training piece that shares rare rows with a melody.

    Args:
        piece: its id in the corpus manifest.
        shared: how many different rows.
        longest_run: at least so many notes in succession are the same.
        rarity_millibits: how rare the shared rows are together: log2 of pieces over pieces that have a row, added up.
    """

    piece: str
    shared: int
    longest_run: int
    rarity_millibits: int

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        return dict(vars(self))


def rows_of(melody: Sequence[Note]) -> Rows:
    """The rows of a melody that stand for it, whatever its key and loudness.

    Args:
        melody: one voice, sorted; of notes that start together the highest is heard.
    """
    line = _line(melody)
    hashes = [_hash(line[at : at + SIZE]) for at in range(len(line) - SIZE + 1)]
    kept: dict[int, int] = {}
    for at in range(max(1, len(hashes) - WINDOW + 1)) if hashes else ():
        window = hashes[at : at + WINDOW]
        least = min(range(len(window)), key=lambda i: (window[i], -i))
        kept[at + least] = window[least]
    return [(value, at) for at, value in sorted(kept.items())]


def _line(melody: Sequence[Note]) -> list[Note]:
    highest: dict[int, Note] = {}
    for note in melody:
        if note.start not in highest or note.pitch > highest[note.start].pitch:
            highest[note.start] = note
    return [highest[start] for start in sorted(highest)]


def _hash(row: Sequence[Note]) -> int:
    """64 bits of the row's intervals and of the times between its notes."""
    steps = []
    for before, after in pairwise(row):
        wait = min(LONGEST_DURATION, (2 * (after.start - before.start) + GRID) // (2 * GRID))
        steps.append(f"{after.pitch - before.pitch}:{wait}")
    return int.from_bytes(hashlib.sha256(" ".join(steps).encode()).digest()[:8], "big")


class MelodyIndex:
    """Rare rows of a corpus, and the pieces that have them.

    Args:
        pieces: ids of all pieces of the corpus.
        hashes: of rows, uint64, sorted.
        owners: for each row the number of its piece, uint32.
        places: for each row the number of the note it begins with, uint32.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        hashes: npt.NDArray[np.uint64],
        owners: npt.NDArray[np.uint32],
        places: npt.NDArray[np.uint32],
    ) -> None:
        self.pieces = list(pieces)
        self._hashes, self._owners, self._places = hashes, owners, places

    @classmethod
    def build(cls, melodies: Iterable[tuple[str, Sequence[Note]]]) -> "MelodyIndex":
        """Index pairs of a piece's id and its melody. The same pairs in the same order give the same index.

        Raises:
            UnusableInput: an id comes twice.
        """
        pieces: list[str] = []
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for piece, melody in melodies:
            for value, at in rows_of(melody):
                found[value].append((len(pieces), at))
            pieces.append(piece)
        if len(set(pieces)) != len(pieces):
            twice = next(piece for piece in pieces if pieces.count(piece) > 1)
            raise UnusableInput(f"The piece '{twice}' comes twice. Give each piece an id of its own.")
        rows = [
            (value, owner, at)
            for value in sorted(found)
            if len({owner for owner, _ in found[value]}) <= RAREST
            for owner, at in found[value]
        ]
        return cls(
            pieces,
            np.array([row[0] for row in rows], dtype=np.uint64),
            np.array([row[1] for row in rows], dtype=np.uint32),
            np.array([row[2] for row in rows], dtype=np.uint32),
        )

    def to_bytes(self) -> bytes:
        """The index as an .npz file; the same index always gives the same bytes."""
        header = {
            "schema": SCHEMA,
            "size": SIZE,
            "window": WINDOW,
            "rarest": RAREST,
            "grid_ticks": GRID,
            "pieces": self.pieces,
        }
        stream = io.BytesIO()
        np.savez_compressed(
            stream,
            header=np.frombuffer(json.dumps(header, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
            hashes=self._hashes.astype("<u8"),
            owners=self._owners.astype("<u4"),
            places=self._places.astype("<u4"),
        )
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> "MelodyIndex":
        """Read an index.

        Raises:
            UnusableInput: no index, or one that was made by other rules.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                header = json.loads(arrays["header"].tobytes())
                hashes, owners, places = arrays["hashes"], arrays["owners"], arrays["places"]
        except Exception as broken:  # zipfile, NumPy and JSON each raise their own kinds
            raise UnusableInput(f"{name} is not an index of melodies: {broken}.") from None
        rules = {"schema": SCHEMA, "size": SIZE, "window": WINDOW, "rarest": RAREST, "grid_ticks": GRID}
        for rule, value in rules.items():
            if header.get(rule) != value:
                raise UnusableInput(f"{name} has {rule} {header.get(rule)}; this version reads {value}. Build it anew.")
        if not len(hashes) == len(owners) == len(places) or (len(owners) and owners.max() >= len(header["pieces"])):
            raise UnusableInput(f"{name} is damaged: its columns do not fit together. Build it anew.")
        return cls(header["pieces"], hashes, owners, places)

    def nearest(self, melody: Sequence[Note], most: int = 5) -> list[Neighbour]:
        """The pieces that share the rarest rows with a melody, the most alike first; empty if none shares any."""
        shared: dict[int, dict[int, int]] = defaultdict(dict)
        runs: dict[tuple[int, int], list[int]] = defaultdict(list)
        for value, at in rows_of(melody):
            first = int(np.searchsorted(self._hashes, np.uint64(value), side="left"))
            last = int(np.searchsorted(self._hashes, np.uint64(value), side="right"))
            owners = self._owners[first:last].tolist()
            for owner, place in zip(owners, self._places[first:last].tolist(), strict=True):
                shared[owner][value] = len(set(owners))
                runs[owner, place - at].append(at)
        neighbours = [
            Neighbour(
                piece=self.pieces[owner],
                shared=len(rows),
                longest_run=max(_longest(places) for (of, _), places in runs.items() if of == owner),
                rarity_millibits=sum(_millibits(len(self.pieces), pieces) for pieces in rows.values()),
            )
            for owner, rows in shared.items()
        ]
        return sorted(neighbours, key=lambda n: (-n.rarity_millibits, -n.longest_run, n.piece))[:most]


def _longest(places: Sequence[int]) -> int:
    """Notes that rows at these places cover without a gap, at the most."""
    longest, begin, end = 0, -1, -1
    for at in sorted(set(places)):
        if at > end:
            begin = at
        end = at + SIZE
        longest = max(longest, end - begin)
    return longest


def _millibits(whole: int, part: int) -> int:
    """1000 · log2(whole / part), by whole numbers: the bits of the thousandth power, so it is the same everywhere."""
    return max(0, (whole**1000 // part**1000).bit_length() - 1)
