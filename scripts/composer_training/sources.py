"""The corpora that the composer learns from, piece by piece, each with its licence."""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from composer_training.kern import read_kern
from composer_training.musicxml import read_musicxml
from composer_training.pieces import Piece, Unreadable

ALLOWED = ("CC0-1.0", "CC-BY-4.0", "MIT")
"""Licences, by SPDX name, under which a piece may be learned from and the weights be shipped."""
_KERN_LICENCE = re.compile(
    r"^!!!YEM:.*creativecommons\.org/licenses/by/4\.0\)?\s*(?:\||$)|^!!!YEM:.*CC[- ]BY[- ]4\.0", re.M
)


@dataclass(frozen=True)
class Corpus:
    """One collection of scores in one archive.

    Args:
        name: how ids of its pieces begin.
        archive: name of the tar file.
        suffix: how its scores' names end.
        title: what it is called in the model card.
        origin: its public repository.
        licence: SPDX name.
        tradition: whose music it is.
    """

    name: str
    archive: str
    suffix: str
    title: str
    origin: str
    licence: str
    tradition: str


CORPORA = (
    Corpus(
        "lieder", "lieder.tar", ".mxl", "OpenScore Lieder", "github.com/OpenScore/Lieder", "CC0-1.0",
        "German, French and English art song, 19th century",
    ),
    Corpus(
        "quartets", "quartets.tar", ".mxl", "OpenScore String Quartets", "github.com/OpenScore/StringQuartets",
        "CC0-1.0", "European string quartets, late 18th to early 20th century",
    ),
    Corpus(
        "openewld", "openewld.tar", ".mxl", "OpenEWLD", "github.com/00sapo/OpenEWLD", "MIT",
        "North American and European popular song and jazz standards in the public domain",
    ),
    Corpus(
        "polish", "polish.tar.xz", ".krn", "Polish Music Heritage in Open Access (Chopin Institute)",
        "github.com/pl-wnifc/humdrum-polish-scores", "CC-BY-4.0",
        "music from Polish archives, sacred, chamber, piano and song, 16th to early 20th century",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One score as it lies in its archive.

    Args:
        id: corpus and path, fixed for ever; decides the split.
        corpus: where it comes from.
        data: the file.
    """

    id: str
    corpus: Corpus
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def read(self) -> Piece:
        """The piece.

        Raises:
            Unreadable: not readable, or without its licence line.
        """
        if self.corpus.suffix == ".mxl":
            return read_musicxml(self.data)
        text = self.data.decode("utf-8", errors="replace")
        if not _KERN_LICENCE.search(text):
            raise Unreadable("no licence line in the file")
        return read_kern(text)


def entries(folder: Path, corpora: tuple[Corpus, ...] = CORPORA) -> Iterator[Entry]:
    """Every score of the corpora, in the order of their archives.

    Args:
        folder: where the archives lie.
        corpora: which of them.

    Raises:
        FileNotFoundError: an archive is missing; the message says which and where it comes from.
    """
    for corpus in corpora:
        path = folder / corpus.archive
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: an archive of {corpus.origin}. Name the folder by --corpora.")
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.name.endswith(corpus.suffix) else None
                if stream is not None:
                    yield Entry(member.name, corpus, stream.read())


def split_of(piece: str) -> str:
    """The split of a piece by its id: 4 % `test`, 3 % `validation`, the rest `training`."""
    number = int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4], "big") % 100
    return "test" if number < 4 else "validation" if number < 7 else "training"
