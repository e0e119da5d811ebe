"""How a file's sound compares with the registered recordings, as it is and at the speed that its mark tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from partbook.audit.registry import Registry
from partbook.core.errors import UnusableInput
from partbook.core.ids import WorkId
from partbook.fingerprint import Fingerprint, Fingerprinter, Match, compare
from partbook.sound.audio_file import open_audio
from partbook.watermark import Reading

SAME_TEMPO, SAME_PITCH = 0.002, 0.03
"""Within these (a share, semitones) a recording still fits its fingerprint as it is."""


@dataclass(frozen=True)
class Likeness:
    """A file's sound beside every recording that is known here.

    Args:
        matches: how well the best fitting recording of each work does; a work without a usable fingerprint is missing.
        unusable: works with a stored fingerprint that cannot be read.
    """

    matches: dict[WorkId, Match]
    unusable: tuple[WorkId, ...] = ()

    def same(self) -> list[WorkId]:
        """The works whose recording this is, best first; of equal ones the earlier registration."""
        alike = [work for work, match in self.matches.items() if match.same]
        return sorted(alike, key=lambda work: (-self.matches[work].score, work))

    def says(self, work: WorkId) -> bool | None:
        """Whether the sound is this work's recording; None where that cannot be told."""
        return self.matches[work].same if work in self.matches else None


def likeness(path: Path, sound: Fingerprint, registry: Registry, readings: Sequence[Reading]) -> Likeness:
    """Compare a file's sound with every known recording.

    Where it is none of them as it stands, but a mark tells that it plays faster, slower, higher or lower than what was
    marked, the file is heard once more at that speed.

    Args:
        path: the file.
        sound: its fingerprint as it stands.
        registry: knows the recordings.
        readings: of the marks in the file, best first.
    """
    known, unusable = _recordings(registry)
    found = _best(sound, known)
    changed = next((each for each in readings if _changed(each)), None)
    if known and changed and not any(match.same for match in found.values()):
        restored = _heard(path, changed.tempo, changed.pitch)
        again = _best(restored, known)
        found = {work: max(found[work], again[work], key=lambda match: match.score) for work in known}
    return Likeness(found, unusable)


def _best(sound: Fingerprint, known: dict[WorkId, list[Fingerprint]]) -> dict[WorkId, Match]:
    return {
        work: max((compare(sound, recording) for recording in recordings), key=lambda match: match.score)
        for work, recordings in known.items()
    }


def _recordings(registry: Registry) -> tuple[dict[WorkId, list[Fingerprint]], tuple[WorkId, ...]]:
    known: dict[WorkId, list[Fingerprint]] = {}
    unusable: list[WorkId] = []
    for work, stored in registry.fingerprints():
        try:
            recording = Fingerprint.from_bytes(stored)
        except UnusableInput:
            unusable.append(work)
        else:
            known.setdefault(work, []).append(recording)
    return known, tuple(unusable)


def _changed(reading: Reading) -> bool:
    return abs(reading.tempo - 1) > SAME_TEMPO or abs(reading.pitch) > SAME_PITCH


def _heard(path: Path, tempo: float, pitch: float) -> Fingerprint:
    """The file's fingerprint as it would be at the recording's own tempo and pitch."""
    with open_audio(path) as reader:
        hearing = Fingerprinter(reader.info.rate, reader.info.channels, tempo, pitch)
        for block in reader.blocks(reader.info.rate):
            hearing.push(block)
    return hearing.finish()
