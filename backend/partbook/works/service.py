"""The works room's front door: opening, sealing, showing; everything that commands, routes and the demo call."""

from pathlib import Path

from partbook.core.errors import Mismatch, NotFound
from partbook.core.ids import Hash32, WorkId
from partbook.core.terminal import Advance
from partbook.works import records
from partbook.works.desk import Desk, sent
from partbook.works.metadata import credits_of, metadata_bytes
from partbook.works.opening import OpenedWork, open_work
from partbook.works.pinning import put_bytes
from partbook.works.registration import opened, read_registration
from partbook.works.sheets import consents, message_to_sign, metadata_of, sheet_state
from partbook.works.song_folder import SongFolder
from partbook.works.split_sheet import SplitSheetDraft
from partbook.works.views import (
    LineView,
    TimelineEntry,
    WorkView,
    human_share,
    list_works,
    preview_cid,
    release_path,
    show_work,
    timeline,
    work_of,
)
from partbook.works.voices import RELEASE, refuse_unconsented

__all__ = [
    "LineView",
    "OpenedWork",
    "TimelineEntry",
    "WorkView",
    "human_share",
    "list_works",
    "open_work",
    "preview_cid",
    "register_work",
    "release_path",
    "show_work",
    "timeline",
    "work_of",
]


def register_work(
    desk: Desk, folder: Path, by: str | None = None, dry_run: bool = False, progress: Advance | None = None
) -> WorkView:
    """Seal a song's work with its sheet, once everybody who is paid has signed exactly this one.

    Args:
        folder: song folder; it is opened first if it was not.
        by: registrant's keyring name; needed where her name is not known here.
        dry_run: asks the registry whether it would seal, and changes nothing; ends in `Rehearsed`.
        progress: told how far the marking is.

    Raises:
        Unsigned: somebody has still to sign; the sentence says who.
        Mismatch: the mix changed, or the sheet states another AI share than the files give.
        ChainRefused: the registry said no.
        Unconsented: a voice is imitated in it without its singer's consent.
    """
    state = read_registration(folder)
    who = by or (desk.keyring.name_of(state.registrant) if state else None)
    if who is None:
        raise NotFound("Nobody here is known as the registrant of this song. Say who registers it: --by NAME.")
    refuse_unconsented(SongFolder.open(folder), RELEASE, desk.now(), desk.address(who), desk.chain.chain_id)
    if not dry_run:
        open_work(desk, folder, who, progress=progress)
    state, work_id, _ = opened(folder)
    draft = SplitSheetDraft.read(folder)
    if desk.contracts.registry.is_sealed(WorkId(work_id)):
        _describe(desk, folder, draft)
        return show_work(desk, work_id)
    given = consents(sheet_state(desk, folder))
    sheet, _ = message_to_sign(desk, folder, draft)
    salt = Hash32(bytes.fromhex(state.salt))
    if not dry_run:
        cid, _ = put_bytes(desk.store, metadata_bytes(metadata_of(state, draft)), f"{state.title}: metadata")
        if sheet.uri != f"ipfs://{cid}":
            raise Mismatch(f"The store named the metadata {cid}; the sheet that was signed says {sheet.uri}.")
        state.cids["metadata"] = cid
        state.write(folder)
    sent(
        desk.contracts.registry.seal(
            WorkId(work_id),
            salt,
            sheet,
            given,
            signer=desk.signer(who),
            dry_run=dry_run,
            key=f"seal {work_id} {salt.hex()}",
        )
    )
    _describe(desk, folder, draft)
    return show_work(desk, work_id)


def _describe(desk: Desk, folder: Path, draft: SplitSheetDraft) -> None:
    """Note the credits and the metadata of a sealed sheet beside the recording, and catch the ledger up."""
    desk.catch_up()
    state, work_id, _ = opened(folder)
    lines = [*draft.composition, *draft.master]
    with desk.database.session() as session:
        row = records.recording(session, work_id)
        if row is not None:
            row.credits = credits_of(lines)
            row.names = {line.payee: line.name for line in reversed(lines) if line.parent_work is None}
            row.cids = dict(state.cids)
