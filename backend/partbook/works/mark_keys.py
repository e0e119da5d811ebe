"""The marks of a registration: the work mark that everybody reads, and the registrant's own key for copies."""

from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.core.ids import Address
from partbook.watermark import MarkKey
from partbook.watermark.payload import CopyPayload, WorkPayload
from partbook.works.copy_numbers import split_copy_number as split_copy_number
from partbook.works.copy_numbers import work_tag as work_tag

COPY_KEY_ID = 2
"""Key id of a registrant's first private key; the public reading key has 1."""


def mark_key_path(home: Path, registrant: str) -> Path:
    """Where the key of a registrant lies, if she has one on this machine."""
    return home / "keys" / "marks" / f"{registrant.lower()}.json"


def mark_key_of(home: Path, registrant: str) -> MarkKey:
    """The registrant's private mark key, made the first time it is asked for."""
    path = mark_key_path(home, registrant)
    if not path.exists():
        MarkKey.generate(COPY_KEY_ID).write(path)
    return MarkKey.read(path)


def own_mark_key(home: Path, registrant: Address) -> MarkKey:
    """The registrant's private mark key, which must already be on this machine.

    Raises:
        UnusableInput: it is not here; a new one could not read the copies of the old one.
    """
    path = mark_key_path(home, registrant)
    if not path.exists():
        raise UnusableInput(
            f"The mark key of {registrant} is not on this machine: {path} is missing. "
            "Copies are made where the registrant's key lies; bring the file from there or from a backup."
        )
    return MarkKey.read(path)


def work_payload(registry_tag: int, work_id: int, key_id: int = 1) -> WorkPayload:
    """What the work mark of a registration says."""
    return WorkPayload(key_id, registry_tag, work_id)


def copy_payload(work_id: int, copy_number: int, key_id: int = COPY_KEY_ID) -> CopyPayload:
    """What the copy mark of one buyer's copy says."""
    return CopyPayload(key_id, work_tag(work_id), copy_number)
