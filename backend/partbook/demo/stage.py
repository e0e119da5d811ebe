"""What every act of the demo shares: the folder, the desk, the voice that tells it, and what has happened so far."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from partbook.demo.narrator import Narrator
from partbook.works.desk import Desk


@dataclass
class Stage:
    """The story so far.

    Args:
        out: folder that keeps everything the demo makes.
        desk: chain, ledger, store and keys of the demo's own home.
        tell: prints the story.
        work_id: the song's number, once it is registered.
        edition_ids: the editions on sale.
        copy_file: the fan's copy.
        copy_number: which copy it is.
        kept: facts for `story.json`.
    """

    out: Path
    desk: Desk
    tell: Narrator
    work_id: int = 0
    edition_ids: list[int] = field(default_factory=list)
    copy_file: Path | None = None
    copy_number: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def song(self) -> Path:
        """The song folder."""
        return self.out / "rain-choir"
