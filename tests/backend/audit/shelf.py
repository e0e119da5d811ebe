"""A small registry in memory, and songs to register in it."""

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from band_music import play

from partbook.audit.registry import Owner, RegisteredWork, SoldCopy
from partbook.core.ids import CopyNumber, WorkId
from partbook.fingerprint import fingerprint
from partbook.sound.audio_file import read
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file
from partbook.watermark.payload import CopyPayload, WorkPayload
from partbook.watermark.self_check import Mark

RATE, SECONDS = 22_050, 16.0
TAG = 0x0A0B
PUBLIC = MarkKey.public()
ANAS = MarkKey.from_secret(b"the songwriter's own secret key!", 2)
AI = {"policy": "2026-1", "total_bps": 4150, "layers": {"melody": {"ai_bps": 4150, "events": 12}}}


@functools.lru_cache
def song(number: int) -> np.ndarray:
    """A recording; every number is another one."""
    return play(SECONDS, seed=number, rate=RATE, channels=1)


def work_mark(work: int) -> Mark:
    """The mark that every released file of a work carries."""
    return Mark(WorkPayload(1, TAG, work).pack(), PUBLIC)


def copy_mark(work: int, copy: int, key: MarkKey = ANAS) -> Mark:
    """The mark of one buyer's copy."""
    return Mark(CopyPayload(key.key_id, work, copy).pack(), key)


def marked(target: Path, sound: np.ndarray, *marks: Mark) -> Path:
    """A file with the marks laid over the sound one after another, as different hands would."""
    write(target, sound, RATE)
    for each in marks:
        mark_file(target, target.with_name(f"next-{target.name}"), [each], again=True, check=False)
        target.with_name(f"next-{target.name}").replace(target)
    return target


def spliced(target: Path, number: int, first: Mark, then: Mark) -> tuple[Path, np.ndarray]:
    """A long song with one mark in its first half and another in its second; with the song itself."""
    long = play(130.0, seed=number, rate=RATE, channels=1)
    halves = [read(marked(target.with_name(f"half-{target.name}"), long, mark))[0] for mark in (first, then)]
    middle = len(long) // 2
    write(target, np.concatenate([halves[0][:middle], halves[1][middle:]]), RATE)
    return target, long


class Shelf:
    """A registry in memory."""

    def __init__(self) -> None:
        self.works: dict[int, RegisteredWork] = {}
        self.sounds: dict[int, bytes] = {}
        self.sales: dict[tuple[int, int], SoldCopy] = {}

    def register(self, number: int, sound: np.ndarray | None) -> "Shelf":
        """Register a work; without its sound, it was opened on another machine."""
        owner = Owner("master", f"0x{number:040x}", f"Owner {number}", "composer", 10_000)
        known = sound is not None
        title = f"Song {number}" if known else ""
        self.works[number] = RegisteredWork(
            WorkId(number), 1, title, owner.payee, (owner,), AI if known else None, 100 + number
        )
        if sound is not None:
            self.sounds[number] = fingerprint(sound, RATE).to_bytes()
        return self

    def sell(self, work: int, copy: int, buyer: str) -> "Shelf":
        """Sell a copy."""
        self.sales[work, copy] = SoldCopy(CopyNumber(copy), WorkId(work), 256 * work, copy, buyer, 200)
        return self

    def work(self, payload: WorkPayload) -> RegisteredWork | None:
        """The sealed work that a work mark names."""
        return self.works.get(payload.work) if payload.registry == TAG else None

    def work_numbered(self, work_id: WorkId) -> RegisteredWork | None:
        """A sealed work by its number."""
        return self.works.get(work_id)

    def copy(self, payload: CopyPayload, work_id: WorkId | None) -> SoldCopy | None:
        """The sale that a copy mark names."""
        found = self.sales.get((payload.work_tag, payload.copy))
        return found if found and work_id in (None, found.work_id) else None

    def fingerprints(self) -> Iterator[tuple[WorkId, bytes]]:
        """The fingerprint of every registered recording that is known here."""
        return ((WorkId(number), sound) for number, sound in self.sounds.items())
