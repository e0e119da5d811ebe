"""A copy rendered for its buyer, in the palette of her public address and in her vocal range.

Such a copy is another recording than the registered one. Both marks are laid on at once, and its fingerprint is kept
with the copy: without that, a file whose work mark is right and whose sound is not would pass for a transplanted mark.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from partbook.core.errors import Mismatch, NotFound
from partbook.music.vocal_range import VocalRange
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file
from partbook.watermark.reports import MarkReport
from partbook.watermark.self_check import Mark
from partbook.works.desk import Desk
from partbook.works.personal_rendering import render_for
from partbook.works.records import recording
from partbook.works.release_files import sound_facts
from partbook.works.song_folder import SongFolder


@dataclass(frozen=True)
class Personal:
    """A wish for a copy rendered for its buyer.

    Args:
        voice: the range that she declared, to which the song is transposed; it keeps its key without one. It is used
            and not kept.
    """

    voice: VocalRange | None = None


def mark_personal(
    desk: Desk, work_id: int, buyer: str, mark: Mark, target: Path, wish: Personal, earlier: bytes | None
) -> tuple[MarkReport, bytes]:
    """Render a registered song for a buyer, and mark it for the work and for her.

    Args:
        mark: her copy's.
        target: the file.
        earlier: fingerprint of the personal copy that she was given before, if there was one.

    Returns:
        What the marker says, and the fingerprint of the new recording.

    Raises:
        NotFound: the song is not on this machine.
        UnusableInput: it holds recordings by people.
        Mismatch: she was given another sound before; one copy is one recording.
    """
    with desk.database.reading() as session:
        row = recording(session, work_id)
        if row is None:
            raise NotFound(f"Work {work_id} was opened elsewhere; personal copies are made where its song lies.")
        folder, payload = Path(row.release_path).parent.parent, bytes.fromhex(row.payload)
    song = SongFolder.open(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        rendered = Path(scratch) / f"{target.stem}.wav"
        render_for(song, buyer, desk.settings.soundfont, rendered, wish.voice)
        fingerprint = sound_facts(rendered).fingerprint
        if earlier is not None and earlier != fingerprint:
            raise Mismatch(
                "This copy was rendered for its buyer before, in another range or from another state of the song. "
                "Its fingerprint is kept; a second recording of one copy would not be recognised. Ask for the same."
            )
        marks = [Mark(payload, MarkKey.public()), mark]
        return mark_file(rendered, target, marks, replace=True), fingerprint
