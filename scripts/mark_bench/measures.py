"""What is measured of the engine itself: quality, false names, speed, memory, copies."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import soundfile

from mark_bench.attacks import passed
from mark_bench.music import (
    MINUTE,
    PRIVATE,
    PUBLIC,
    Recording,
    chance,
    copy_payload,
    minute,
    recording,
    scene,
    work_payload,
)
from mark_bench.rivals import objective_difference_grade
from mark_bench.rooms import hall, white
from mark_bench.sounds import Attack, Sound, crop, in_16_bits, lossy, resampled, then
from mark_bench.times import speed as tape
from partbook.fingerprint import Fingerprint, compare, fingerprint
from partbook.sound.audio_file import read
from partbook.watermark import Marker, MarkKey, Reader, WorkPayload, embed
from partbook.watermark.quality import snr_db
from partbook.watermark.reading import Detection

Figures = dict[str, float]

CLIP_SECONDS = 10.0
FINGERPRINTED: dict[str, Attack] = {
    "30 s": crop(30),
    "4 s": crop(4),
    "30 s, MP3 128": then(crop(30), lossy("mp3", 128)),
    "30 s, Opus 32": then(crop(30), lossy("opus", 32)),
    "30 s, noise −20 dB": then(crop(30), white(20)),
    "30 s, telephone": then(crop(30), passed([300.0, 3_400.0], "band")),
    "30 s, hall": then(crop(30), hall(1.6, 4.0)),
    "30 s, speed +0.5 %": then(crop(30), tape(0.5)),
}
UNEVEN_BLOCK = 4_801


def look(sound: Sound, rate: int, key: MarkKey, search: bool = False) -> Detection:
    """Read a whole sound."""
    reader = Reader(key, rate, sound.shape[1], search)
    for start in range(0, len(sound), rate):
        reader.push(sound[start : start + rate])
    return reader.finish()


def names(sound: Sound, rate: int, key: MarkKey, search: bool = False) -> set[bytes]:
    """The payloads that are read in a sound."""
    return {reading.payload for reading in look(sound, rate, key, search).readings}


def quality(path: Path, strength: float) -> Figures:
    """How much one and both marks change a piece, in dB, and whether the size of the blocks changes a sample."""
    piece = recording(path, strength)
    both = embed(piece.exact, piece.rate, copy_payload(path, 1), PRIVATE, strength)
    marker = Marker(piece.rate, piece.original.shape[1], work_payload(path), PUBLIC, strength)
    blocks = [
        marker.push(piece.original[start : start + UNEVEN_BLOCK])
        for start in range(0, len(piece.original), UNEVEN_BLOCK)
    ]
    again = np.concatenate((*blocks, marker.finish()))
    figures: Figures = {
        "differing samples": float(np.count_nonzero(again != piece.exact)),
        "clipped samples": float(
            np.count_nonzero(np.abs(piece.exact) > np.maximum(np.abs(piece.original), 1 - 2**-15))
        ),
    }
    for name, marked in (("one", piece.exact), ("both", both)):
        figures[f"{name}: SNR"], figures[f"{name}: segmental SNR"] = snr_db(piece.original, marked, piece.rate)
        grade = objective_difference_grade(piece.original, marked, piece.rate)
        if grade is not None:
            figures[f"{name}: ODG"] = grade
    return figures


def unmarked(files: list[Path], batch: int, clips: int, searched: int) -> Figures:
    """Payloads that ten-second clips of unmarked music give: any is a false name."""
    path = files[batch % len(files)]
    draw = chance("unmarked", path.name, str(batch))
    sound, rate = read(path, 0.0, 900.0)
    spare = max(1, len(sound) - round(CLIP_SECONDS * rate))
    false, best = 0, 0.0
    for number in range(clips):
        start = int(draw.integers(0, spare))
        found = look(sound[start : start + round(CLIP_SECONDS * rate), :2], rate, PUBLIC, number < searched)
        false += bool(found.readings)
        best = max(best, found.pilot_score)
    return {"clips": clips, "searched": min(searched, clips), "false names": false, "best pilot score": best}


def another_key(path: Path, strength: float, batch: int, clips: int, searched: int) -> Figures:
    """Payloads that keys read in clips which were marked with another key: any is a false name."""
    piece = recording(path, strength)
    draw = chance("another key", path.name, str(batch))
    spare = len(piece.marked) - round(CLIP_SECONDS * piece.rate)
    false, best = 0, 0.0
    for number in range(clips):
        start = int(draw.integers(0, spare))
        key = MarkKey.from_secret(f"another key {path.name} {batch} {number}".encode())
        clip = piece.marked[start : start + round(CLIP_SECONDS * piece.rate)]
        found = look(clip, piece.rate, key, number < searched)
        false += bool(found.readings)
        best = max(best, found.pilot_score)
    return {"clips": clips, "searched": min(searched, clips), "false names": false, "best pilot score": best}


def speed(files: list[Path], strength: float) -> Figures:
    """Times real time of marking and reading, by CPU seconds of this process, in one run after a warm-up."""
    spent: Figures = {}
    heard: Figures = {}

    def timed(name: str, seconds: float, work: Callable[[], object]) -> None:
        start = time.process_time()
        work()
        spent[name] = spent.get(name, 0.0) + time.process_time() - start
        heard[name] = heard.get(name, 0.0) + seconds

    for number, path in enumerate((files[0], *files)):
        original, rate = minute(path)
        seconds = len(original) / rate
        marked = embed(original, rate, work_payload(path), PUBLIC, strength)
        faster = in_16_bits(resampled(marked, rate * 1.02, rate))
        if number == 1:
            spent.clear()
            heard.clear()
        timed("marking", seconds, partial(embed, original, rate, work_payload(path), PUBLIC, strength))
        timed("reading", seconds, partial(look, marked, rate, PUBLIC))
        timed("reading at +2 %, full search", seconds, partial(look, faster, rate, PUBLIC, True))
        timed("reading unmarked", seconds, partial(look, original, rate, PUBLIC))
        timed("reading unmarked, full search", seconds, partial(look, original, rate, PUBLIC, True))
    return {name: heard[name] / spent[name] for name in spent}


def memory(path: Path, hours: float = 2.0) -> Figures:
    """Largest resident memory, in MB, of processes that mark and read a stereo file of two hours."""
    sound, rate = minute(path)
    stereo = np.repeat(sound, 2, axis=1)[:, :2] if sound.shape[1] == 1 else sound
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "long.wav"), Path(folder, "marked.wav")
        with soundfile.SoundFile(source, "w", rate, 2, "PCM_16", format="WAV") as stream:
            for _ in range(round(hours * 3600 / MINUTE)):
                stream.write(stereo)
        figures = {}
        for name, arguments in (
            ("marking", ["mark", str(source), str(target)]),
            ("reading", ["read", str(target), "plain"]),
        ):
            child = subprocess.run(
                [sys.executable, str(Path(__file__).parent / "one_long_file.py"), *arguments],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            peak, seconds = child.stdout.split()[-2:]
            figures[f"{name}: MB"], figures[f"{name}: s"] = float(peak), float(seconds)
        return figures


def copies(path: Path, strength: float, first: int, count: int) -> Figures:
    """How many copies of one piece give their own number after MP3 128, under the registrant's key."""
    piece = recording(path, strength)
    right = 0
    for number in range(first, first + count):
        copy = in_16_bits(embed(piece.exact, piece.rate, copy_payload(path, number), PRIVATE, strength))
        heard = lossy("mp3", 128)(scene(copy, piece.rate, path, "copy"))
        right += names(heard.sound, heard.rate, PRIVATE) == {copy_payload(path, number)}
    return {"right": right, "trials": count}


def averaged(path: Path, strength: float, count: int) -> Figures:
    """Whether the mean of so many buyers' copies still names the work, and a copy."""
    piece = recording(path, strength)
    total = np.zeros_like(piece.exact, np.float64)
    for number in range(1, count + 1):
        total += embed(piece.exact, piece.rate, copy_payload(path, number), PRIVATE, strength)
    mean = in_16_bits(total / count)
    copies_read = names(mean, piece.rate, PRIVATE)
    involved = {copy_payload(path, number) for number in range(1, count + 1)}
    return {
        "work": float(names(mean, piece.rate, PUBLIC) == {work_payload(path)}),
        "a copy of these": float(bool(copies_read & involved)),
        "an innocent copy": float(bool(copies_read - involved)),
    }


def attackers(path: Path, other: Path, strength: float) -> Figures:
    """What an attacker with the public key gets: both marks at once, a second mark, a mark on another song."""
    piece = recording(path, strength)
    both = embed(piece.exact, piece.rate, copy_payload(path, 1), PRIVATE, strength)
    heard = then(crop(30), lossy("mp3", 128))(scene(in_16_bits(both), piece.rate, path, path.name, "both"))
    second = WorkPayload(1, 0x4242, 666).pack()
    again = names(in_16_bits(embed(piece.marked, piece.rate, second, PUBLIC, strength)), piece.rate, PUBLIC)
    figures = {
        "both layers, 30 s MP3 128: work": float(work_payload(path) in names(heard.sound, heard.rate, PUBLIC)),
        "both layers, 30 s MP3 128: copy": float(copy_payload(path, 1) in names(heard.sound, heard.rate, PRIVATE)),
        "marked again under the same key: first mark": float(work_payload(path) in again),
        "marked again under the same key: second mark": float(second in again),
    }
    return figures | _transplanted(path, other, piece)


def _transplanted(path: Path, other: Path, piece: Recording) -> Figures:
    """The difference that marking made, laid on another piece: whether it is read, and how like the sounds are."""
    victim = scene(piece.original, piece.rate, other, "transplant").other
    length = min(len(victim), len(piece.original))
    laid = in_16_bits(victim[:length] + (piece.exact - piece.original)[:length])
    likeness = compare(fingerprint(laid, piece.rate), fingerprint(piece.original, piece.rate)).score
    return {
        "laid on another piece: read": float(work_payload(path) in names(laid, piece.rate, PUBLIC)),
        "laid on another piece: fingerprint score": float(likeness),
    }


def fingerprints(path: Path, files: tuple[Path, ...], strength: float) -> Figures:
    """Scores of copies of one piece against its own fingerprint, and the best against any other piece's."""
    piece = recording(path, strength)
    figures: Figures = {}
    for name, attack in FINGERPRINTED.items():
        heard = attack(scene(piece.marked, piece.rate, path, path.name, "fingerprint", name))
        query = fingerprint(heard.sound, heard.rate)
        scores = {other: compare(query, known_fingerprint(other)).score for other in files}
        figures[f"{name}: own"] = float(scores.pop(path))
        figures[f"{name}: foreign"] = float(max(scores.values(), default=0.0))
    return figures


@lru_cache(maxsize=64)
def known_fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of a piece before marking."""
    return fingerprint(*minute(path))
