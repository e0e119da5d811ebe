"""Which payload names a registered work, or one buyer's copy of it."""

from partbook.core.errors import NotFound
from partbook.core.ids import Address
from partbook.core.settings import Settings
from partbook.ledger.migrate import open_database
from partbook.watermark import MarkKey
from partbook.watermark.payload import from_hex
from partbook.watermark.self_check import Mark
from partbook.works import records as works
from partbook.works.mark_keys import copy_payload, own_mark_key


def mark_for(settings: Settings, work_id: int, copy: int | None = None) -> Mark:
    """The mark of a work, or of one sold copy, with the key that belongs to it.

    Args:
        settings: where the ledger and the keys lie.
        work_id: number of a work that was opened on this machine.
        copy: copy number; the mark then lies under the registrant's own key.

    Raises:
        NotFound: the work was not opened here.
        UnusableInput: a copy is asked for, and the registrant's mark key is not on this machine.
    """
    database = open_database(settings)
    try:
        with database.reading() as session:
            row = works.work_row(session, work_id)
            recording = works.recording(session, work_id)
    finally:
        database.close()
    if recording is None:
        raise NotFound(f"Work {work_id} was opened on another machine; mark it there, or name its --payload.")
    if copy is None:
        return Mark(from_hex(recording.payload), MarkKey.public())
    return Mark(copy_payload(work_id, copy).pack(), own_mark_key(settings.home, Address(row.registrant)))
