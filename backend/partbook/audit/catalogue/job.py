"""What the processes that read a catalogue are told: what all files share, and which file is next."""

from dataclasses import dataclass
from typing import Any

from partbook.watermark.keys import MarkKey

FILE_SECONDS = 1800
"""A file that takes longer is given up; three hours of sound take a few minutes."""
FILE_BYTES = 2 << 30
"""Memory that a reading process may take beyond what it has when it begins. A two-hour file needs a fifth of that."""


@dataclass(frozen=True)
class Job:
    """What every file of a run is read with. It travels to the processes, and on a cluster to its machines.

    Args:
        run: names this start of the run; processes that read for it end with it.
        snapshot: path of the registry's snapshot; on a cluster every machine has to see it there.
        keys: private mark keys, beside the public one.
        engine: whose marks are read.
        program: that engine's program, where the settings name it.
        seconds: time for one file.
        memory: bytes for one reading process, see `FILE_BYTES`.
    """

    run: str
    snapshot: str
    keys: tuple[MarkKey, ...] = ()
    engine: str = "partbook"
    program: str | None = None
    seconds: float = FILE_SECONDS
    memory: int = FILE_BYTES

    def as_json(self) -> dict[str, Any]:
        """What a reading process is told when it starts."""
        keys = [{"key_id": key.key_id, "secret": key.secret.hex()} for key in self.keys]
        engine = {"engine": self.engine, "program": self.program}
        return {"snapshot": self.snapshot, "keys": keys, "memory": self.memory} | engine


@dataclass(frozen=True)
class FileToRead:
    """One file of a catalogue.

    Args:
        number: its place in the report, from 1.
        root: number of the PATH it was found under, from 1.
        path: below that PATH.
        place: absolute.
        named: it is a PATH itself, so it has to be sound.
    """

    number: int
    root: int
    path: bytes
    place: bytes
    named: bool
