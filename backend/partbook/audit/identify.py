"""Identify a sound file: read its marks, look them up, compare its sound, and judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from partbook.audit.registry import RegisteredWork, Registry, SoldCopy
from partbook.audit.verdict import Judgement, NamedWork, Verdict, judge
from partbook.core.errors import UnusableInput
from partbook.core.ids import WorkId
from partbook.core.terminal import Advance
from partbook.fingerprint import Fingerprint, Fingerprinter, Match, compare
from partbook.watermark import MarkKey, Reading
from partbook.watermark.files import FileReading, read_file
from partbook.watermark.payload import CopyPayload, WorkPayload, unpack


@dataclass(frozen=True)
class Identification:
    """All that could be learnt of one file.

    Args:
        file: as it was named.
        judgement: the verdict with its reasons.
        work: what the verdict rests on, where it is registered here.
        copy: the sale that a private key's mark names.
        reading: the best reading of a work mark, or of a mark of unknown make.
        copy_reading: the best reading of a copy mark.
        match: how the sound compares with the registered recording.
        false_name_bound: chance that all decoding in this file together gave a wrong name.
        seconds: of sound.
        notes: warnings about the file.
    """

    file: str
    judgement: Judgement
    work: RegisteredWork | None
    copy: SoldCopy | None
    reading: Reading | None
    copy_reading: Reading | None
    match: Match | None
    false_name_bound: float
    seconds: float
    notes: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """The verdict alone."""
        return self.judgement.verdict

    def as_json(self) -> dict[str, Any]:
        """The record that `partbook identify --json` and the API give."""
        best, work, copy = self.reading or self.copy_reading, self.work, self.copy
        return {
            "file": self.file,
            "found": best is not None,
            "payload": best.payload.hex() if best else None,
            "confidence": round(best.confidence, 4) if best else 0.0,
            "false_name_bound": self.false_name_bound,
            "tempo": round(best.tempo, 4) if best else None,
            "pitch": round(best.pitch, 3) if best else None,
            "start": round(best.start, 2) if best else None,
            "seconds": round(self.seconds, 2),
            "work": work
            and {
                "work_id": work.work_id,
                "version": work.version,
                "title": work.title,
                "registrant": work.registrant,
                "sealed_block": work.sealed_block,
            },
            "copy": copy
            and {
                "copy": copy.copy,
                "edition_id": copy.edition,
                "serial": copy.serial,
                "buyer": copy.buyer,
                "sold_block": copy.sold_block,
                "payload": self.copy_reading.payload.hex() if self.copy_reading else None,
            },
            "owners": [vars(owner) for owner in work.owners] if work else [],
            "ai_bps": work.ai["total_bps"] if work and work.ai else None,
            "ai": work.ai if work else None,
            "fingerprint": self.match
            and {
                "score": round(self.match.score, 4),
                "offset_seconds": round(self.match.offset_seconds, 2),
                "same": self.match.same,
            },
            "verdict": self.verdict.value,
            "reasons": list(self.judgement.reasons),
            "notes": list(self.notes),
        }


def identify(
    path: Path, registry: Registry, private_keys: Sequence[MarkKey] = (), progress: Advance | None = None
) -> Identification:
    """Say whose a file is.

    Args:
        path: any sound file.
        registry: where marks are looked up.
        private_keys: registrants' keys, which read copy marks.
        progress: told how much of the file has been read.

    Raises:
        UnusableInput: the file is not sound that can be read; see `partbook.sound`.
    """
    hearing: list[Fingerprinter] = []

    def listen(rate: int, channels: int) -> Fingerprinter:
        hearing.append(Fingerprinter(rate, channels))
        return hearing[-1]

    keys = [MarkKey.public(), *private_keys]
    reading = read_file(path, keys, search_speed=True, listen=listen, progress=progress)
    if reading.silent:
        return _judged(path, reading, judge(0, [], None, silent=True))
    sound = hearing[0].finish()
    marks = _marks(reading)
    known = _known_sounds(registry, sound)
    named: dict[WorkId, RegisteredWork] = {}
    copy: SoldCopy | None = None
    for payload in marks.works:
        found = registry.work(payload)
        if found:
            named[found.work_id] = found
    for sale in marks.copies:
        copy = copy or registry.copy(sale, min(named, default=None))
    if copy and not named:
        sold = registry.work_numbered(copy.work_id)
        if sold:
            named[sold.work_id] = sold
    best = max(known.values(), key=lambda match: match.score, default=None)
    resembling = next((work for work, match in known.items() if match is best), None)
    resembles = registry.work_numbered(resembling) if resembling is not None else None
    judgement = judge(
        len(marks.works) + len(marks.foreign) or len(marks.copies),
        [NamedWork(work.work_id, work.title, work.work_id in known) for work in named.values()],
        NamedWork(resembles.work_id, resembles.title, True) if resembles else None,
    )
    work = named.get(judgement.work_id) if judgement.work_id is not None else None
    if work is None and judgement.work_id is not None:
        work = registry.work_numbered(judgement.work_id)
    return _judged(
        path,
        reading,
        judgement,
        work=work,
        copy=copy,
        reading_of_work=marks.reading_of(work.work_id if work else None),
        reading_of_copy=next(iter(marks.copies.values()), None),
        match=known.get(work.work_id) if work else None,
    )


@dataclass(frozen=True)
class _Marks:
    """Every payload that was read, once each with its best reading, by what it says it is."""

    works: dict[WorkPayload, Reading]
    copies: dict[CopyPayload, Reading]
    foreign: dict[bytes, Reading]

    def reading_of(self, work_id: WorkId | None) -> Reading | None:
        """The reading that names a work; where none does, the first of any work mark or foreign mark."""
        for payload, reading in self.works.items():
            if payload.work == work_id:
                return reading
        return next(iter([*self.works.values(), *self.foreign.values()]), None)


def _marks(reading: FileReading) -> _Marks:
    marks = _Marks({}, {}, {})
    for each in reading.readings:
        try:
            payload = unpack(each.payload)
        except UnusableInput:
            marks.foreign.setdefault(each.payload, each)
            continue
        if isinstance(payload, WorkPayload):
            marks.works.setdefault(payload, each)
        else:
            marks.copies.setdefault(payload, each)
    return marks


def _known_sounds(registry: Registry, sound: Fingerprint) -> dict[WorkId, Match]:
    """Every registered recording that the sound is, with how well it fits."""
    fits = ((work, compare(sound, Fingerprint.from_bytes(stored))) for work, stored in registry.fingerprints())
    return {work: match for work, match in fits if match.same}


def _judged(
    path: Path,
    reading: FileReading,
    judgement: Judgement,
    *,
    work: RegisteredWork | None = None,
    copy: SoldCopy | None = None,
    reading_of_work: Reading | None = None,
    reading_of_copy: Reading | None = None,
    match: Match | None = None,
) -> Identification:
    return Identification(
        file=str(path),
        judgement=judgement,
        work=work,
        copy=copy,
        reading=reading_of_work,
        copy_reading=reading_of_copy,
        match=match,
        false_name_bound=sum(detection.false_name_bound for detection in reading.detections),
        seconds=reading.seconds,
        notes=reading.notes,
    )
