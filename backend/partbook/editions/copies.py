"""Make the copy for one buyer: the released file with the copy mark of the registrant's key on top of the work mark."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from partbook.chain.music_editions import copy_number_of
from partbook.core.canonical import sha256_file
from partbook.core.errors import Mismatch, NotFound, PartbookError
from partbook.core.ids import Address, EditionId
from partbook.editions import records
from partbook.editions.personal_copies import Personal, mark_personal
from partbook.watermark.files import mark_file
from partbook.watermark.self_check import Mark
from partbook.works.desk import Desk
from partbook.works.labels.labelling import label_derived
from partbook.works.mark_keys import copy_payload, mark_key_path, own_mark_key
from partbook.works.records import work_row
from partbook.works.views import release_path
from partbook.works.voices import refuse_release

COPIES_FOLDER = "copies"


@dataclass(frozen=True)
class CopyFile:
    """The file of one buyer.

    Args:
        path: where it is on this machine.
        sha256: of the file.
        payload: what its copy mark says, 16 hexadecimal digits.
        self_check: what could be read back after marking.
    """

    path: Path
    sha256: str
    payload: str
    self_check: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, row: records.CopyFileRow) -> "CopyFile":
        """The file that the ledger recorded."""
        return cls(Path(row.path), row.sha256, row.payload, tuple(row.self_check))

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it."""
        return {
            "file": str(self.path),
            "sha256": self.sha256,
            "payload": self.payload,
            "self_check": list(self.self_check),
        }


def made_here(desk: Desk, work_id: int) -> bool:
    """Whether this machine can make copies of a work: it has the released file and the registrant's mark key."""
    with desk.database.reading() as session:
        registrant = work_row(session, work_id).registrant
    try:
        release_path(desk, work_id)
    except NotFound:
        return False
    return mark_key_path(desk.settings.home, registrant).is_file()


def make_copy(
    desk: Desk, work_id: int, edition_id: int, serial: int, out: Path | None = None, personal: Personal | None = None
) -> CopyFile:
    """The buyer's file: made the first time, given again as long as it is there unchanged.

    Args:
        out: folder for the file, or the file itself if it ends in .wav; the home's `copies` folder unless told.
        personal: render it for her instead of copying the release.

    Raises:
        NotFound: the released file, or for a personal copy the song, is not on this machine.
        UnusableInput: the registrant's mark key is not on this machine, or the song cannot be rendered for a person.
        Mismatch: a mark could not be read back, or she has a personal copy that sounds otherwise.
        Unconsented: a voice is imitated in it without its singer's consent.
        CertificateUnusable, NotSigned: the labels could not be signed; the sale stands.
    """
    number = copy_number_of(EditionId(edition_id), serial)
    with desk.database.reading() as session:
        registrant = Address(work_row(session, work_id).registrant)
        made = records.copy_file(session, edition_id, serial)
        known = CopyFile.of(made) if made else None
        earlier = made.fingerprint if made else None
    source = release_path(desk, work_id)
    refuse_release(source, desk.now())
    target = out or desk.settings.home / COPIES_FOLDER
    if target.suffix != source.suffix:
        target = target / f"{source.stem}-copy-{edition_id & 0xFF}-{serial}{source.suffix}"
    unchanged = known and known.path.is_file() and sha256_file(known.path) == known.sha256
    if known and unchanged and not personal and (out is None or target.resolve() == known.path):
        return known
    key = own_mark_key(desk.settings.home, registrant)
    mark = Mark(copy_payload(work_id, number, key.key_id).pack(), key)
    if personal:
        with desk.database.reading() as session:
            buyer = records.copy_row(session, edition_id, serial).buyer
        report, fingerprint = mark_personal(desk, work_id, buyer, mark, target, personal, earlier)
    elif earlier is not None:
        raise Mismatch(
            f"Copy {serial} was rendered for its buyer. `partbook edition deliver {edition_id} {serial} --personal`, "
            "with the same --range, makes it again."
        )
    else:
        report, fingerprint = mark_file(source, target, [mark], replace=True), None
    failed = [check.name for check in report.self_check if not check.ok]
    if failed:
        target.unlink()
        raise Mismatch(
            f"The mark of copy {serial} could not be read back after {', '.join(failed)}: it was not delivered. "
            f"The sale stands; `partbook edition deliver {edition_id} {serial}` tries again."
        )
    try:
        label_derived(target, source, mark.payload.hex(), desk.settings, desk.clock.now())
    except PartbookError:
        target.unlink()  # so that none is taken for labelled; `deliver` makes it again
        raise
    checks = tuple(asdict(check) for check in report.self_check)
    copy = CopyFile(target, sha256_file(target), mark.payload.hex(), checks)
    with desk.database.session() as session:
        session.merge(
            records.CopyFileRow(
                edition_id=edition_id,
                serial=serial,
                path=str(copy.path.resolve()),
                sha256=copy.sha256,
                payload=copy.payload,
                self_check=list(copy.self_check),
                fingerprint=fingerprint,
            )
        )
    return copy
