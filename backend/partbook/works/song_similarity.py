"""The training pieces that a song's draft is most like."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.core.errors import NotConfigured
from partbook.core.settings import ARTIFACTS
from partbook.music.score import MELODY
from partbook.music.similarity import SAYS, MelodyIndex, Neighbour
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import regenerate_draft

INDEX = ARTIFACTS / "composer" / "melody-index.npz"


@dataclass(frozen=True)
class Similarity:
    """What a draft is like.

    Args:
        pieces: the most alike first.
        corpus: how many pieces were looked through.
        says: what this means and what it does not.
    """

    pieces: tuple[Neighbour, ...]
    corpus: int
    says: str = SAYS

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        return {"pieces": [each.as_json() for each in self.pieces], "corpus": self.corpus, "says": self.says}


def similar_pieces(folder: SongFolder, index: Path | None = None, most: int = 5) -> Similarity:
    """The training pieces whose melodies share rare rows with the melody that the machine wrote.

    Args:
        folder: the song.
        index: of melodies; the one that came with the composer's weights unless told.
        most: how many pieces.

    Raises:
        NotConfigured: there is no index.
        UnusableInput: the file is no index of this version.
    """
    path = index or INDEX
    if not path.is_file():
        raise NotConfigured(
            f"There is no index of training melodies at {path}. It comes with the trained composer; the engine `rules` "
            "was not trained on anything. Name one with --index FILE."
        )
    found = MelodyIndex.from_bytes(path.read_bytes(), str(path))
    melody = regenerate_draft(folder).in_layer(MELODY)
    return Similarity(tuple(found.nearest(melody, most)), len(found.pieces))
