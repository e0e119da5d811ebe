"""What `mark --song` adds to a marked file: the audible rhythm before the sound, the labels after the mark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from partbook.core.canonical import sha256_file
from partbook.core.clock import Clock
from partbook.core.errors import PartbookError, UnusableInput
from partbook.core.settings import Settings
from partbook.sound.rhythm_cue import prepend_cue
from partbook.works.labels.content_credentials import read_credentials
from partbook.works.labels.labelling import Labelled, label_file
from partbook.works.labels.making import Making, making_of
from partbook.works.labels.manifest import TrainingUse
from partbook.works.labels.signing_identity import signing_identity
from partbook.works.song_folder import SongFolder

UNKEPT = (
    "The source carries Content Credentials, which no changed sound can keep. `--song DIR` signs new ones over the "
    "marked file, with those of the source inside."
)

NOT_THE_MIX = (
    "{source} is not the mix in {song}. The labels say of it what that song's files say; that it is this song's sound "
    "is your word."
)


@dataclass(frozen=True)
class Labels:
    """Which labels a marked file is to get.

    Args:
        song: the song in its folder.
        making: how it was made.
        audible: whether the rhythm that says `AI` goes before the sound.
        training: what the makers declare about training on it.
    """

    song: SongFolder
    making: Making
    audible: bool
    training: TrainingUse | None


def labels_asked(
    song: Path | None, audible: bool, training: TrainingUse | None, settings: Settings, clock: Clock
) -> Labels | None:
    """What the options ask for; None without a song. A certificate that cannot sign is refused here, before any work.

    Raises:
        UnusableInput: the other options without `--song`.
        CertificateUnusable: the certificate cannot sign.
        NotFound: no song lies there.
    """
    if song is None:
        if audible or training:
            option = "--audible" if audible else "--training"
            raise UnusableInput(f"{option} is part of the labels, which say how a song was made: add --song DIR.")
        return None
    signing_identity(settings, clock.now())
    folder = SongFolder.open(song)
    return Labels(folder, making_of(folder), audible, training)


@contextmanager
def sound_to_mark(source: Path, labels: Labels | None) -> Iterator[Path]:
    """The sound itself, or a copy for as long as the block lasts that begins with the audible rhythm."""
    if labels is None or not labels.audible:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="partbook-") as folder:
        with_rhythm = Path(folder) / f"{source.stem}.wav"
        prepend_cue(source, with_rhythm)
        yield with_rhythm


def put_labels(
    target: Path, source: Path, labels: Labels, payload: str | None, settings: Settings, clock: Clock
) -> Labelled:
    """Label a file that was just marked; if that is refused, the file goes, so that none is taken for labelled.

    Args:
        target: the marked file.
        source: what it was made of.
        labels: what the options ask for.
        payload: of a mark of our own make; None for another engine's, which our soft binding does not name.
        settings: where the certificate lies.
        clock: tells the time of signing.

    Raises:
        CertificateUnusable, NotSigned: it could not be signed.
    """
    try:
        labelled = label_file(
            target,
            labels.making,
            payload,
            settings,
            clock.now(),
            earlier=source,
            audible=labels.audible,
            training=labels.training,
        )
    except PartbookError:
        target.unlink(missing_ok=True)
        raise
    mix = labels.song.paths.mix
    if mix.is_file() and sha256_file(mix) == sha256_file(source):
        return labelled
    return replace(labelled, notes=(*labelled.notes, NOT_THE_MIX.format(source=source, song=labels.song.path)))


def note_about_source(source: Path) -> list[str]:
    """Say that marking alone leaves the source's Content Credentials behind."""
    try:
        return [UNKEPT] if read_credentials(source, None, None) else []
    except UnusableInput as unreadable:
        return [str(unreadable)]
