"""Which pieces of work make up a measurement, and how one of them is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mark_bench import measures
from mark_bench.attacks import ROWS, Row
from mark_bench.measures import Figures
from mark_bench.music import PUBLIC, minute, recording, scene, work_payload
from mark_bench.neural import codec_of, neural, neural_quality
from mark_bench.rivals import marked_by_rival, read_by_rival, rival_program
from mark_bench.sounds import Sound

BATCH, KEY_BATCH, COPY_BATCH = 250, 100, 10
COPIES, AVERAGED, AVERAGED_TRACKS = 100, (2, 4, 8, 16), 5
SECTIONS = (
    "quality",
    "speed",
    "memory",
    "unmarked",
    "another key",
    "copies",
    "averages",
    "attackers",
    "fingerprint",
    "neural codec",
    "audiowmark",
)


@dataclass(frozen=True)
class Plan:
    """What is measured, on what.

    Args:
        tracks: the pieces of music.
        all_files: every piece in the folder, for clips without a mark.
        strength: of the mark, in dB.
        clips: unmarked clips of ten seconds.
        keys: clips read with another key.
        only: names of attacks and sections; everything where empty.
        neural: file of a neural codec to attack with.
    """

    tracks: tuple[Path, ...]
    all_files: tuple[Path, ...]
    strength: float
    clips: int
    keys: int
    only: frozenset[str]
    neural: Path | None = None

    def wants(self, name: str) -> bool:
        """Whether an attack or a section is to be measured."""
        return not self.only or name in self.only

    def all_rows(self) -> tuple[Row, ...]:
        """Every attack that there is: those of the list, and the neural codec at each of its bit rates."""
        path = self.neural
        if path is None:
            return ROWS
        return ROWS + tuple(Row(name, neural(path, used), None) for name, used in codec_of(path).rates().items())

    def rows(self) -> list[Row]:
        """The attacks to try."""
        return [row for row in self.all_rows() if self.wants(row.name) or "attacks" in self.only]

    def jobs(self) -> Iterator[tuple[str, ...]]:
        """Names of all pieces of work, those on one track together."""
        for track in self.tracks:
            if self.wants("quality"):
                yield "quality", track.name
            for row in self.rows():
                yield "attack", track.name, row.name
            if self.neural and self.wants("neural codec"):
                yield "neural codec", track.name
            if self.wants("attackers"):
                yield "attackers", track.name
            if self.wants("fingerprint"):
                yield "fingerprint", track.name
            if self.wants("averages") and track in self.tracks[:AVERAGED_TRACKS]:
                yield from (("average", track.name, str(count)) for count in AVERAGED)
            if self.wants("audiowmark") and rival_program():
                yield from (("audiowmark", track.name, row.name) for row in self.all_rows())
        if self.wants("copies"):
            yield from (("copies", self.tracks[0].name, str(first)) for first in range(1, COPIES, COPY_BATCH))
        if self.wants("another key"):
            yield from (("another key", str(batch)) for batch in range(-(-self.keys // KEY_BATCH)))
        if self.wants("unmarked"):
            yield from (("unmarked", str(batch)) for batch in range(-(-self.clips // BATCH)))

    def do(self, job: tuple[str, ...]) -> Figures:
        """Do one piece of work."""
        kind, place = job[0], job[1]
        if kind == "unmarked":
            clips = min(BATCH, self.clips - int(place) * BATCH)
            return measures.unmarked(list(self.all_files), int(place), clips, clips // 10)
        if kind == "another key":
            clips = min(KEY_BATCH, self.keys - int(place) * KEY_BATCH)
            return measures.another_key(
                self.tracks[int(place) % len(self.tracks)], self.strength, int(place), clips, clips // 10
            )
        number = next(i for i, track in enumerate(self.tracks) if track.name == place)
        track, other = self.tracks[number], self.tracks[(number + 1) % len(self.tracks)]
        if kind == "quality":
            return measures.quality(track, self.strength)
        if kind == "copies":
            return measures.copies(track, self.strength, int(job[2]), COPY_BATCH)
        if kind == "average":
            return measures.averaged(track, self.strength, int(job[2]))
        if kind == "attackers":
            return measures.attackers(track, other, self.strength)
        if kind == "fingerprint":
            return measures.fingerprints(track, self.tracks, self.strength)
        if kind == "neural codec" and self.neural:
            return neural_quality(self.neural, *minute(track))
        row = next(row for row in self.all_rows() if row.name == job[2])
        return self._by_rival(row, track, other) if kind == "audiowmark" else self._attack(row, track, other)

    def _attack(self, row: Row, track: Path, other: Path) -> Figures:
        piece, payload = recording(track, self.strength), work_payload(track)
        right = wrong = 0
        confidence = score = 0.0
        for draw in range(row.draws):
            heard = row.attack(scene(piece.marked, piece.rate, other, track.name, row.name, str(draw)))
            found = measures.look(heard.sound, heard.rate, PUBLIC, row.search)
            own = [reading for reading in found.readings if reading.payload == payload]
            right += bool(own)
            wrong += len(found.readings) > len(own)
            confidence += own[0].confidence / row.draws if own else 0.0
            score += found.pilot_score / row.draws
        return {"right": right, "trials": row.draws, "wrong": wrong, "confidence": confidence, "pilots": score}

    def _by_rival(self, row: Row, track: Path, other: Path) -> Figures:
        sound, rate, payload = *_rival_copy(track), work_payload(track)
        right = 0
        for draw in range(row.draws):
            heard = row.attack(scene(sound, rate, other, track.name, row.name, str(draw)))
            right += read_by_rival(heard.sound, heard.rate, payload, row.search)
        return {"right": right, "trials": row.draws}


@lru_cache(maxsize=2)
def _rival_copy(track: Path) -> tuple[Sound, int]:
    original, rate = minute(track)
    return marked_by_rival(original, rate, work_payload(track)), rate
