"""Open a work: commit to its sound on the chain, then mark, fingerprint and pin it. No step is repeated."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.chain.events import WorkCommitted
from partbook.chain.work_registry import commitment_of
from partbook.core.canonical import sha256_file
from partbook.core.errors import Mismatch
from partbook.core.ids import Address, Hash32, WorkId
from partbook.core.terminal import Advance
from partbook.music.share_policy import read_policy
from partbook.watermark.keys import PUBLIC_KEY_ID
from partbook.works import records
from partbook.works.contributions import ai_share, side_shares, song_heading
from partbook.works.desk import Desk, sent
from partbook.works.labels.labelling import label_derived, label_file
from partbook.works.labels.making import making_of
from partbook.works.mark_keys import mark_key_of
from partbook.works.pinning import put_bytes
from partbook.works.registration import Registration, mix_of, new_salt, read_registration
from partbook.works.release_files import (
    RELEASE_FOLDER,
    SoundFacts,
    mark_release,
    put_master,
    put_preview,
    slug,
    sound_facts,
)
from partbook.works.sheets import new_sheet
from partbook.works.song_folder import SongFolder
from partbook.works.song_rendering import refuse_an_old_mix
from partbook.works.split_sheet import SHEET_FILE
from partbook.works.voices import RELEASE, refuse_unconsented


@dataclass(frozen=True)
class OpenedWork:
    """A work that is committed, marked and pinned, and waits for its signatures.

    Args:
        work_id: number in the registry; 0 in a dry run.
        registrant: who opened it and will seal it.
        payload: what the work mark says, 16 hexadecimal digits.
        release_file: the marked file.
        self_check: what could be read back from it.
        audio_sha256: of the mix.
        cids: `preview`, `master`, `fingerprint`.
    """

    work_id: int
    registrant: Address
    payload: str
    release_file: Path
    self_check: tuple[dict[str, Any], ...]
    audio_sha256: str
    cids: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """As the command line shows it."""
        return {
            "work_id": self.work_id,
            "registrant": self.registrant,
            "payload": self.payload,
            "release_file": str(self.release_file),
            "self_check": list(self.self_check),
            "audio_sha256": self.audio_sha256,
            "cids": self.cids,
        }


def open_work(desk: Desk, folder: Path, by: str, dry_run: bool = False, progress: Advance | None = None) -> OpenedWork:
    """Commit to a song's mix, mark and label it, fingerprint it, pin it, and draft its sheet if there is none.

    Running it again continues where it stopped.

    Args:
        folder: song folder with a rendered `mix.wav`.
        by: registrant, keyring name.
        dry_run: asks the registry whether it would take the commitment, and changes nothing; ends in `Rehearsed`.
        progress: told how far the marking is.

    Raises:
        UnusableInput: no mix yet.
        Mismatch: the mix is older than the song or changed since, another registrant opened it, or the mark cannot
            be read back.
        ChainRefused: the registry said no.
        Unconsented: a voice is imitated in it without its singer's consent.
        CertificateUnusable: the certificate that signs labels cannot.
    """
    signer = desk.signer(by)
    refuse_unconsented(SongFolder.open(folder), RELEASE, desk.now(), signer.address, desk.chain.chain_id)
    state = read_registration(folder) or _begin(desk, folder, signer.address)
    if state.registrant != signer.address:
        raise Mismatch(f"{folder} was opened by {desk.name_of(Address(state.registrant))}, not by {by}.")
    state.same_sound(folder)
    _measure_by_todays_rules(desk, folder, state)
    if dry_run:
        if state.work_id is None:
            sent(desk.contracts.registry.commit(_commitment(state), signer=signer, dry_run=True))
        return _opened(folder, state)
    state.write(folder)
    if state.work_id is None:
        _commit(desk, folder, state, by)
    mark_key_of(desk.settings.home, state.registrant)
    facts = _release(desk, folder, state, progress)
    _pin(desk, folder, state, facts)
    _record(desk, folder, state, facts)
    if not (folder / SHEET_FILE).exists():
        new_sheet(desk, folder, by)
    return _opened(folder, state)


def _begin(desk: Desk, folder: Path, registrant: Address) -> Registration:
    heading = song_heading(folder)
    refuse_an_old_mix(SongFolder.open(folder))
    return Registration(
        registrant=registrant,
        salt=new_salt(),
        audio_sha256=sha256_file(mix_of(folder)),
        chain_id=desk.chain.chain_id,
        registry=desk.contracts.registry.address,
        title=heading.title,
        language=heading.language,
        ai=ai_share(folder),
        side_ai_bps={str(side): bps for side, bps in side_shares(folder).items()},
    )


def _measure_by_todays_rules(desk: Desk, folder: Path, state: Registration) -> None:
    """Measure again a song that was opened under older rules of the AI share, unless everybody has signed by those."""
    if state.ai["policy"] == read_policy().name:
        return
    if state.work_id is None or not desk.contracts.registry.is_sealed(WorkId(state.work_id)):
        state.ai = ai_share(folder)
        state.side_ai_bps = {str(side): bps for side, bps in side_shares(folder).items()}


def _commitment(state: Registration) -> Hash32:
    audio_hash, salt = bytes.fromhex(state.audio_sha256), bytes.fromhex(state.salt)
    return commitment_of(Address(state.registrant), Hash32(audio_hash), Hash32(salt))


def _commit(desk: Desk, folder: Path, state: Registration, by: str) -> None:
    commitment = _commitment(state)
    desk.catch_up()
    with desk.database.reading() as session:
        earlier = records.by_commitment(session, "0x" + commitment.hex())
        state.work_id = earlier.work_id if earlier else None
    if state.work_id is None:
        signer = desk.signer(by)
        receipt = desk.contracts.registry.commit(commitment, signer=signer, key=f"commit {commitment.hex()}")
        state.work_id = receipt.the(WorkCommitted).work_id
        desk.catch_up()
    state.payload = f"{desk.contracts.registry.payload_of(WorkId(state.work_id), PUBLIC_KEY_ID):016x}"
    state.write(folder)


def _release(desk: Desk, folder: Path, state: Registration, progress: Advance | None) -> SoundFacts:
    facts = sound_facts(mix_of(folder))
    target = folder / RELEASE_FOLDER / f"{slug(state.title)}.wav"
    if state.marked_sha256 and target.is_file() and sha256_file(target) == state.marked_sha256:
        return facts
    target.unlink(missing_ok=True)
    assert state.payload is not None
    state.self_check = mark_release(mix_of(folder), target, bytes.fromhex(state.payload), progress)
    failed = [str(row["name"]) for row in state.self_check if not row["ok"]]
    if failed:
        target.unlink()
        raise Mismatch(
            f"The mark could not be read back after {', '.join(failed)}, so {target.name} was not released. "
            "A longer or louder mix carries a mark better: `partbook song render` it again, then open the work again."
        )
    making = making_of(SongFolder.open(folder), state.ai)
    label_file(target, making, state.payload, desk.settings, desk.clock.now())
    state.release_file = str(target.relative_to(folder))
    state.marked_sha256 = sha256_file(target)
    state.milliseconds, state.rate, state.channels = facts.milliseconds, facts.rate, facts.channels
    state.write(folder)
    return facts


def _pin(desk: Desk, folder: Path, state: Registration, facts: SoundFacts) -> None:
    assert state.release_file is not None
    if "fingerprint" in state.cids:
        return
    release, payload = folder / state.release_file, state.payload

    def label(preview: Path) -> None:
        label_derived(preview, release, payload, desk.settings, desk.clock.now())

    preview = put_preview(desk.store, release, state.title, label)
    master = put_master(desk.store, desk.settings.home, mix_of(folder), state.title)
    fingerprint, profile = put_bytes(desk.store, facts.fingerprint, f"{state.title}: fingerprint")
    state.cids = {"preview": preview, "master": master, "fingerprint": fingerprint}
    state.content_profile = profile
    state.write(folder)


def _record(desk: Desk, folder: Path, state: Registration, facts: SoundFacts) -> None:
    assert state.work_id is not None
    assert state.release_file is not None
    with desk.database.session() as session:
        session.merge(
            records.RecordingRow(
                work_id=state.work_id,
                registry_address=state.registry,
                payload=state.payload,
                title=state.title,
                language=state.language,
                milliseconds=facts.milliseconds,
                ai=state.ai,
                content_profile=state.content_profile,
                cids=state.cids,
                release_path=str((folder / state.release_file).resolve()),
                marked_sha256=state.marked_sha256,
                self_check=state.self_check,
                fingerprint=facts.fingerprint,
            )
        )


def _opened(folder: Path, state: Registration) -> OpenedWork:
    return OpenedWork(
        work_id=state.work_id or 0,
        registrant=Address(state.registrant),
        payload=state.payload or "",
        release_file=folder / (state.release_file or ""),
        self_check=tuple(state.self_check),
        audio_sha256=state.audio_sha256,
        cids=state.cids,
    )
