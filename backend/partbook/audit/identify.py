"""Identify a sound file: read its marks, look them up, compare its sound, and judge."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from partbook.audit.keeping import Kept
from partbook.audit.likeness import likeness
from partbook.audit.registry import Owner, RegisteredWork, Registry, SoldCopy
from partbook.audit.verdict import Judgement, NamedWork, Verdict, judge
from partbook.core.errors import UnusableInput
from partbook.core.ids import WorkId
from partbook.core.terminal import Advance
from partbook.fingerprint import Fingerprinter, Match
from partbook.sound.audio_file import AudioReader, open_audio
from partbook.watermark import MarkKey, Reading
from partbook.watermark.engine import OURS, Engine
from partbook.watermark.payload import CopyPayload, WorkPayload, unpack
from partbook.watermark.reports import FileReading, Samples

FORGEABLE = (
    "A copy mark lies under the public key. Anybody can write one there, so it names no buyer; "
    "true copy marks lie under the registrant's own key."
)


@dataclass(frozen=True)
class Identification:
    """All that could be learnt of one file.

    Args:
        file: as it was named.
        judgement: the verdict with its reasons.
        work: what the verdict rests on, where it is registered here.
        copy: the sale that a private key's mark names.
        reading: the best reading of a work mark, or of a mark of unknown make.
        copy_reading: the reading of the copy mark that names the sale, or else the best one.
        match: how the sound compares with the registered recording; None where that recording is not known here.
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

    @property
    def is_another_sound(self) -> bool:
        """Whether the sound was compared with the work's recording, and is not it."""
        return self.match is not None and not self.match.same

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Who is paid for this sound; nobody is named for a sound that is not the work's."""
        return self.work.owners if self.work and not self.is_another_sound else ()

    @property
    def ai(self) -> dict[str, Any] | None:
        """The AI share of this sound, computed at its registration; none for a sound that is not the work's."""
        return self.work.ai if self.work and not self.is_another_sound else None

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
            "owners": [asdict(owner) for owner in self.owners],
            "ai_bps": self.ai["total_bps"] if self.ai else None,
            "ai": self.ai,
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
    path: Path,
    registry: Registry,
    private_keys: Sequence[MarkKey] = (),
    progress: Advance | None = None,
    *,
    engine: Engine = OURS,
) -> Identification:
    """Say whose a file is.

    Args:
        path: any sound file.
        registry: where marks are looked up.
        private_keys: registrants' keys, which read copy marks.
        progress: told how much of the file has been read.
        engine: whose marks to read.

    Raises:
        UnusableInput: the file is not sound that can be read; see `partbook.sound`.
    """
    with open_audio(path) as reader:
        return identify_sound(reader, registry, private_keys, progress, engine=engine)


def identify_sound(
    reader: AudioReader,
    registry: Registry,
    private_keys: Sequence[MarkKey] = (),
    progress: Advance | None = None,
    *,
    engine: Engine = OURS,
    kept: Kept | None = None,
) -> Identification:
    """Say whose a sound is that is open already; else as `identify`.

    Args:
        kept: keeps what goes by, where it cannot be read a second time, as that of a pipe.
    """
    path = reader.info.path
    hearing = Fingerprinter(reader.info.rate, reader.info.channels)
    keys = list(dict.fromkeys([MarkKey.public(), *private_keys]))
    reading = engine.read(reader, keys, search_speed=True, listen=lambda *_: _Hearing(hearing, kept), progress=progress)
    if reading.silent:
        return _judged(path, reading, judge(0, [], silent=True))
    marks = _marks(keys, reading)
    works: dict[WorkId, RegisteredWork] = {}
    named_by: dict[WorkId, Reading] = {}
    for payload, each in marks.works.items():
        found = registry.work(payload)
        if found:
            works[found.work_id] = found
            named_by.setdefault(found.work_id, each)
    copy, copy_reading = _sale(registry, marks, sorted(works))
    if copy and copy.work_id not in works and (sold := registry.work_numbered(copy.work_id)):
        works[sold.work_id] = sold
    sound = likeness(kept.finish() if kept else path, hearing.finish(), registry, reading.readings)

    def known(work: RegisteredWork) -> NamedWork:
        return NamedWork(work.work_id, work.title, sound.says(work.work_id), work.registrant)

    alike = [work for same in sound.same() if (work := registry.work_numbered(same))]
    judgement = judge(marks.count, [known(work) for work in works.values()], [known(work) for work in alike])
    work = next((each for each in (*works.values(), *alike) if each.work_id == judgement.work_id), None)
    return _judged(
        path,
        reading,
        judgement,
        work=work,
        copy=copy,
        reading_of_work=named_by.get(work.work_id, marks.best) if work else marks.best,
        reading_of_copy=copy_reading,
        match=sound.matches.get(work.work_id) if work else None,
        notes=(
            *([FORGEABLE] if marks.forgeable else []),
            *(f"The fingerprint that is kept of work {each} cannot be read." for each in sound.unusable),
        ),
    )


@dataclass(frozen=True)
class _Hearing:
    """Whatever hears the sound beside the readers of marks."""

    fingerprinter: Fingerprinter
    kept: Kept | None

    def push(self, block: Samples) -> None:
        self.fingerprinter.push(block)
        if self.kept:
            self.kept.push(block)


@dataclass(frozen=True)
class _Marks:
    """Every payload that was read, once each with its best reading, by what it says it is.

    Args:
        works: work marks, under whichever key.
        copies: copy marks under private keys.
        foreign: marks of unknown make, and copy marks under the public key, which anybody can write.
        forgeable: whether there is one of the latter.
    """

    works: dict[WorkPayload, Reading]
    copies: dict[CopyPayload, Reading]
    foreign: dict[bytes, Reading]
    forgeable: bool

    @property
    def count(self) -> int:
        """How many different marks name a work, or could; where there is none, copy marks."""
        return len(self.works) + len(self.foreign) or len(self.copies)

    @property
    def best(self) -> Reading | None:
        """The first reading of a work mark, or else of a foreign one."""
        return next(iter([*self.works.values(), *self.foreign.values()]), None)


def _marks(keys: Sequence[MarkKey], reading: FileReading) -> _Marks:
    works: dict[WorkPayload, Reading] = {}
    copies: dict[CopyPayload, Reading] = {}
    foreign: dict[bytes, Reading] = {}
    forgeable = False
    for key, detection in zip(keys, reading.detections, strict=True):
        for each in detection.readings:
            try:
                payload = unpack(each.payload)
            except UnusableInput:
                foreign.setdefault(each.payload, each)
                continue
            if isinstance(payload, WorkPayload):
                works.setdefault(payload, each)
            elif key == MarkKey.public(key.key_id):
                foreign.setdefault(each.payload, each)
                forgeable = True
            else:
                copies.setdefault(payload, each)
    return _Marks(works, copies, foreign, forgeable)


def _sale(registry: Registry, marks: _Marks, named: Sequence[WorkId]) -> tuple[SoldCopy | None, Reading | None]:
    """The first sale that a copy mark names, of a named work before any other, with the reading that names it."""
    for work_id in (*named, None):
        for payload, reading in marks.copies.items():
            sale = registry.copy(payload, work_id)
            if sale:
                return sale, reading
    return None, next(iter(marks.copies.values()), None)


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
    notes: Sequence[str] = (),
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
        notes=(*reading.notes, *notes),
    )
