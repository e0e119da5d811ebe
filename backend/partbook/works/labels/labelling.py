"""Label a finished file: the AIGC label first, then the signed manifest over everything."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_file
from partbook.core.errors import UnusableInput
from partbook.core.settings import Settings
from partbook.sound.containers import recognise
from partbook.sound.tags.aigc import read_aigc, write_aigc
from partbook.sound.tags.neutral import UNREADABLE
from partbook.works.labels.aigc_label import GENERATED, AigcLabel
from partbook.works.labels.content_credentials import can_carry, read_credentials, sign_into
from partbook.works.labels.making import Making
from partbook.works.labels.manifest import Statement, TrainingUse, manifest_of
from partbook.works.labels.signing_identity import SigningIdentity, own_root, signing_identity

SELF_MADE = (
    "Signed with a certificate that this installation made for itself: it is on no trust list, so other programs call "
    "the signer unknown. PARTBOOK_SIGNING_CERTIFICATE and PARTBOOK_SIGNING_KEY bring one's own."
)
UNSTAMPED = "No time-stamp authority was asked (PARTBOOK_TIMESTAMP_URL names one): the time is the signer's own word."


@dataclass(frozen=True)
class Labelled:
    """What a file was labelled with.

    Args:
        source_type: the digital source type that follows from the AI share.
        ai_bps: that share.
        signer: who signed the manifest; None where the file's kind can carry none.
        self_made: whether that is this installation's own certificate.
        aigc: the AIGC label that the file carries now, as text; None for a song without a machine's part.
        parent: name of the earlier file whose manifest was kept as parent.
        notes: what could not be done, and what one should know, as sentences.
    """

    source_type: str
    ai_bps: int
    signer: str | None
    self_made: bool
    aigc: str | None
    parent: str | None
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As the command line gives it."""
        return {**vars(self), "notes": list(self.notes)}


def label_file(
    path: Path,
    making: Making,
    payload: str | None,
    settings: Settings,
    now: datetime,
    *,
    earlier: Path | None = None,
    audible: bool = False,
    training: TrainingUse | None = None,
) -> Labelled:
    """Label a sound file in place. Do it last: any later change of the file breaks the signature.

    Args:
        path: a freshly written file.
        making: how the sound was made.
        payload: what its watermark says, 16 hexadecimal digits.
        settings: where the certificate lies, and who the provider is.
        now: goes into the manifest.
        earlier: the file that this one was made of; a manifest that it carries is kept as parent.
        audible: whether the rhythm that says `AI` was put before the sound.
        training: what the makers declared about training on it.

    Raises:
        CertificateUnusable: the certificate cannot sign; the sentence says why.
        NotSigned: the signing library refused.
    """
    identity = signing_identity(settings, now)
    notes: list[str] = []
    aigc = _write_aigc(path, making, payload, settings, identity, notes)
    if not can_carry(path):
        kind = recognise(path).name
        notes.append(f"This {kind} file can carry no Content Credentials here; WAV below 4 GB, FLAC, MP3 and M4A can.")
        return Labelled(making.source_type.value, making.ai_bps, None, False, aigc, None, tuple(notes))
    parent = earlier if earlier and _has_manifest(earlier, notes) else None
    statement = Statement(making, payload, parent is not None, audible, training)
    sign_into(path, manifest_of(statement, now), identity, parent, settings.timestamp_url)
    notes += [SELF_MADE] if identity.self_made else []
    notes += [] if settings.timestamp_url else [UNSTAMPED]
    return Labelled(
        making.source_type.value,
        making.ai_bps,
        identity.name,
        identity.self_made,
        aigc,
        parent.name if parent else None,
        tuple(notes),
    )


def label_derived(path: Path, source: Path, payload: str | None, settings: Settings, now: datetime) -> Labelled | None:
    """Label a file made of a labelled one, such as a buyer's copy or a preview: it says what its source says.

    Args:
        path: a freshly written file.
        source: the labelled file; its manifest is kept as parent.
        payload: what the watermark of `path` says, 16 hexadecimal digits.
        settings: as for `label_file`.
        now: as for `label_file`.

    Returns:
        None where the source carries no manifest of ours that holds.

    Raises:
        CertificateUnusable, NotSigned: as for `label_file`.
    """
    said = read_credentials(source, *check_anchors(settings))
    if said is None or said.problem or said.ai_share is None:
        return None
    try:
        making = Making.from_json(said.title, said.ai_share)
    except KeyError:
        return None
    return label_file(path, making, payload, settings, now, earlier=source)


def _write_aigc(
    path: Path, making: Making, payload: str | None, settings: Settings, identity: SigningIdentity, notes: list[str]
) -> str | None:
    """Write our label, unless another provider's came along with the source: a file has one, and nobody may drop it."""
    producer = settings.aigc_producer or identity.name
    carried = read_aigc(path)
    if carried and _producer(carried[0]) != producer:
        notes.append("The source's own AIGC label was kept: a file carries one, and nobody may take it away.")
        return carried[0]
    if making.ai_bps == 0:
        return carried[0] if carried else None
    label = AigcLabel(GENERATED, producer, payload or sha256_file(path)[:32]).text()
    try:
        write_aigc(path, label)
    except UNREADABLE as refused:
        notes.append(f"No AIGC label was written: {refused}.")
        return None
    return label


def _producer(text: str) -> str | None:
    try:
        return AigcLabel.parse(text).ContentProducer
    except UnusableInput:
        return None


def _has_manifest(earlier: Path, notes: list[str]) -> bool:
    try:
        return read_credentials(earlier, None, None) is not None
    except UnusableInput as broken:
        notes.append(f"They could not be kept as parent. {broken}")
        return False


def check_anchors(settings: Settings) -> tuple[bytes | None, bytes | None]:
    """This installation's root, and the anchors that the settings name, both PEM.

    Raises:
        UnusableInput: the anchors cannot be read.
    """
    anchors = settings.trust_anchors
    try:
        return own_root(settings), anchors.read_bytes() if anchors else None
    except OSError as refused:
        raise UnusableInput(f"{refused.filename} cannot be read: {refused.strerror}.") from None
