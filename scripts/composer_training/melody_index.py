"""Build the index of training melodies that `partbook song similar` looks through.

    python3 scripts/composer_training/melody_index.py melodies.jsonl melody-index.npz

Each line of the input is a piece: `{"piece": "lieder/1234", "notes": [[start, pitch, length], …]}`, times in ticks of
480 to a quarter note. Other scripts call `write_index` with pairs of their own.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from partbook.core.files import write_whole
from partbook.music.score import Note
from partbook.music.similarity import MelodyIndex


def write_index(melodies: Iterable[tuple[str, Sequence[Note]]], path: Path) -> MelodyIndex:
    """Index pairs of a piece's id and its melody into a file, and give the index."""
    index = MelodyIndex.build(melodies)
    write_whole(path, index.to_bytes())
    return index


def read_melodies(path: Path) -> Iterator[tuple[str, list[Note]]]:
    """The pieces of a file of JSON lines, one after another."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            piece = json.loads(line)
            yield piece["piece"], sorted(Note(start, pitch, length, 80) for start, pitch, length in piece["notes"])


def main(words: list[str]) -> int:
    """Read the melodies, write the index, and say how large it is."""
    if len(words) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    index = write_index(read_melodies(Path(words[0])), Path(words[1]))
    print(f"{words[1]}: {len(index.pieces)} pieces, {Path(words[1]).stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
