"""The files of a registration: the marked release, a preview, the fingerprint, the encrypted master."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from partbook.content import ContentStore
from partbook.content.encryption import load_key, put_encrypted
from partbook.core.ids import Cid
from partbook.core.terminal import Advance
from partbook.fingerprint import Fingerprinter
from partbook.sound.audio_file import open_audio
from partbook.sound.codecs import excerpt_mp3
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file
from partbook.watermark.self_check import Mark

RELEASE_FOLDER = "release"
PREVIEW_FILE = "preview.mp3"
PREVIEW_SECONDS = 60.0
PREVIEW_KBPS = 128


@dataclass(frozen=True)
class SoundFacts:
    """What a recording is, and how it sounds to a fingerprint.

    Args:
        milliseconds: length.
        rate: frames per second.
        channels: 1 to 8.
        fingerprint: bytes of `fingerprint.Fingerprint`.
    """

    milliseconds: int
    rate: int
    channels: int
    fingerprint: bytes


def slug(title: str) -> str:
    """A file name from a title: `Rain Choir` gives `rain-choir`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "song"


def sound_facts(path: Path) -> SoundFacts:
    """Length, rate, channels and fingerprint of a sound file, read once in constant memory."""
    with open_audio(path) as reader:
        rate, channels, frames = reader.info.rate, reader.info.channels, 0
        fingerprinter = Fingerprinter(rate, channels)
        for block in reader.blocks():
            fingerprinter.push(block)
            frames += len(block)
        return SoundFacts(frames * 1000 // rate, rate, channels, fingerprinter.finish().to_bytes())


def mark_release(mix: Path, target: Path, payload: bytes, progress: Advance | None = None) -> list[dict[str, Any]]:
    """Write the marked release of a mix and read its mark back.

    Returns:
        One row per check: `name`, `ok`, `confidence`.
    """
    marks = [Mark(payload, MarkKey.public())]
    report = mark_file(mix, target, marks, progress=progress)
    return [asdict(row) for row in report.self_check]


def put_preview(
    store: ContentStore, release: Path, title: str, label: Callable[[Path], object] = lambda preview: None
) -> Cid:
    """Cut a preview out of the marked release, label it, keep it beside it and pin it in clear."""
    preview = release.with_name(PREVIEW_FILE)
    excerpt_mp3(release, preview, 0.0, PREVIEW_SECONDS, PREVIEW_KBPS)
    label(preview)
    with preview.open("rb") as stream:
        return store.put(stream, name=f"{title}: preview").cid


def put_master(store: ContentStore, home: Path, mix: Path, title: str) -> Cid:
    """Pin the master, encrypted with the key of this home before it leaves the machine."""
    with mix.open("rb") as stream:
        key = load_key(home / "keys" / "content.key")
        return put_encrypted(store, stream, key, name=f"{title}: master, encrypted").cid
