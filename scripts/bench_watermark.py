"""Measure the mark on real music: how much it changes, what it survives, what an attacker can do, how fast it is.

    .venv/bin/python scripts/bench_watermark.py FOLDER [--strength DB] [--only NAME,NAME]

FOLDER holds music files of 60 s and more; a minute is taken from the middle of each. Every row counts the recordings
whose payload came back exactly. The figures of docs/explanation/watermark.md come from here.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import signal

from partbook.fingerprint import compare, fingerprint
from partbook.sound.audio_file import probe, read
from partbook.sound.codecs import Codec, round_trip
from partbook.watermark import DEFAULT_STRENGTH, CopyPayload, MarkKey, Reader, Reading, WorkPayload, embed
from partbook.watermark.quality import snr_db

Sound = npt.NDArray[np.float32]
Attack = Callable[[Sound, int], tuple[Sound, int]]

PUBLIC, PRIVATE = MarkKey.public(), MarkKey.from_secret(b"the registrant of this measurement", 2)
WORK, COPY = WorkPayload(1, 0x4242, 7).pack(), CopyPayload(2, 7, 1).pack()
ENDINGS = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"}


@dataclass(frozen=True)
class Recording:
    """A minute of music, before and after marking."""

    original: Sound
    marked: Sound
    rate: int


def in_16_bits(sound: Sound) -> Sound:
    """What a 16-bit file keeps."""
    return (np.round(np.clip(sound, -1, 1) * 32767) / 32768).astype(np.float32)


def lossy(codec: Codec, kbps: int) -> Attack:
    """A lossy copy."""
    return lambda sound, rate: round_trip(sound, rate, codec, kbps)


def crop(seconds: float) -> Attack:
    """A stretch from a place drawn by chance."""

    def cut(sound: Sound, rate: int) -> tuple[Sound, int]:
        length = round(seconds * rate)
        start = np.random.default_rng(len(sound)).integers(0, max(1, len(sound) - length))
        return sound[start : start + length], rate

    return cut


def then(*attacks: Attack) -> Attack:
    """One after the other."""

    def both(sound: Sound, rate: int) -> tuple[Sound, int]:
        for attack in attacks:
            sound, rate = attack(sound, rate)
        return sound, rate

    return both


def hiss(decibels: float) -> Attack:
    """White noise, so many decibels below the sound."""

    def add(sound: Sound, rate: int) -> tuple[Sound, int]:
        noise = np.random.default_rng(1).standard_normal(sound.shape)
        return in_16_bits(sound + noise * np.sqrt(np.mean(sound**2) / 10 ** (decibels / 10))), rate

    return add


def filtered(edges: float | list[float], kind: str) -> Attack:
    """A filter of fourth order."""
    return lambda sound, rate: (
        signal.sosfilt(signal.butter(4, edges, kind, fs=rate, output="sos"), sound, axis=0),
        rate,
    )


def at_rate(target: int) -> Attack:
    """Resampled."""
    return lambda sound, rate: (in_16_bits(signal.resample_poly(sound, target // 50, rate // 50, axis=0)), target)


def speed(factor: float) -> Attack:
    """Tape speed: tempo and pitch together."""
    return lambda sound, rate: (in_16_bits(signal.resample_poly(sound, 1000, round(1000 * factor), axis=0)), rate)


def tempo(factor: float) -> Attack:
    """A phase vocoder: tempo alone."""

    def stretch(sound: Sound, rate: int) -> tuple[Sound, int]:
        size, hop = 2048, 512
        window = np.hanning(size)
        spectra = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(sound.mean(axis=1), size)[::hop] * window)
        advance = 2 * np.pi * hop * np.arange(size // 2 + 1) / size
        turn = np.angle(spectra[1:]) - np.angle(spectra[:-1]) - advance
        turn += advance - 2 * np.pi * np.round(turn / (2 * np.pi))
        at = np.arange(0, len(spectra) - 1, factor)
        phase = np.cumsum(turn[at.astype(int)], axis=0)
        frames = np.fft.irfft(np.abs(spectra[np.round(at).astype(int)]) * np.exp(1j * phase)) * window
        result = np.zeros(len(at) * hop + size)
        for number, frame in enumerate(frames):
            result[number * hop : number * hop + size] += frame
        return in_16_bits((result[:, None] / 1.5).astype(np.float32)), rate

    return stretch


def hall(sound: Sound, rate: int) -> tuple[Sound, int]:
    """Reverberation 4 dB below the direct sound, 1.6 s."""
    count = round(1.6 * rate)
    tail = np.random.default_rng(5).standard_normal((count, 1)) * 10 ** (-3 * np.arange(count) / count)[:, None]
    tail *= 10 ** (-4 / 20) / np.sqrt(np.sum(tail**2))
    return in_16_bits(0.6 * (sound + signal.fftconvolve(sound, tail, axes=0)[: len(sound)])), rate


COPIES: dict[str, Attack] = {
    "16-bit copy": lambda sound, rate: (sound, rate),
    "MP3 128": lossy("mp3", 128),
    "MP3 64": lossy("mp3", 64),
    "AAC 64": lossy("aac", 64),
    "Opus 32": lossy("opus", 32),
    "30 s, MP3 128": then(crop(30), lossy("mp3", 128)),
    "10 s, Opus 64": then(crop(10), lossy("opus", 64)),
    "10 s": crop(10),
    "5 s": crop(5),
    "3 s": crop(3),
    "noise −20 dB": hiss(20),
    "noise −10 dB": hiss(10),
    "below 2 kHz": filtered(2000, "low"),
    "above 2 kHz": filtered(2000, "high"),
    "telephone": filtered([300, 3400], "band"),
    "one channel": lambda sound, rate: (sound.mean(axis=1, keepdims=True), rate),
    "left − right": lambda sound, rate: (sound[:, :1] - sound[:, -1:], rate),
    "8 kHz": at_rate(8_000),
    "8 bits": lambda sound, rate: ((np.round(sound * 127) / 128).astype(np.float32), rate),
    "clipped at +6 dB": lambda sound, rate: (np.clip(2 * sound, -1, 1), rate),
    "hall": hall,
}
SPEEDS: dict[str, Attack] = {
    "speed +0.1 %": speed(1.001),
    "speed +2 %": speed(1.02),
    "speed −5 %": speed(0.95),
    "tempo +2 %": tempo(1.02),
    "tempo −5 %": tempo(0.95),
    "pitch +1 semitone": then(tempo(2 ** (-1 / 12)), speed(2 ** (1 / 12))),
    "20 s, speed +3 %": then(crop(20), speed(1.03)),
}


class Bench:
    """Runs rows over all recordings and prints them."""

    def __init__(self, recordings: list[Recording]) -> None:
        self.recordings = recordings

    def look(self, sound: Sound, rate: int, key: MarkKey, search: bool) -> tuple[list[Reading], float, float]:
        """Readings, best pilot score and seconds of processor time."""
        reader = Reader(key, rate, sound.shape[1], search)
        start = time.process_time()
        reader.push(sound)
        detection = reader.finish()
        return detection.readings, detection.pilot_score, time.process_time() - start

    def row(
        self, name: str, attack: Callable[[Recording], tuple[Sound, int]], payload: bytes, key: MarkKey, search: bool
    ) -> None:
        """How many recordings give exactly this payload after an attack."""
        right = wrong = 0
        scores, seconds, heard = [], 0.0, 0.0
        for recording in self.recordings:
            sound, rate = attack(recording)
            readings, score, spent = self.look(np.asarray(sound, np.float32), rate, key, search)
            names = {reading.payload for reading in readings}
            right += payload in names
            wrong += bool(names - {payload})
            scores.append(score)
            seconds += spent
            heard += len(sound) / rate
        share = f"{right:3}/{len(self.recordings)}  other payloads {wrong:2}"
        pilots = f"pilots {min(scores):5.1f} to {max(scores):5.1f}"
        print(f"{name:34} {share}  {pilots}  {heard / seconds:5.0f}× real time", flush=True)


def minute(path: Path) -> tuple[Sound, int]:
    """A minute from the middle."""
    info = probe(path)
    return read(path, max(0.0, ((info.seconds or 0.0) - 60) / 2), 60.0)


def attacked(attack: Attack) -> Callable[[Recording], tuple[Sound, int]]:
    """An attack on sound, as one on a marked recording."""
    return lambda recording: attack(recording.marked, recording.rate)


def averaged(count: int) -> Callable[[Recording], tuple[Sound, int]]:
    """The mean of copies made for different buyers, each with both marks."""

    def mean(recording: Recording) -> tuple[Sound, int]:
        copies = [
            embed(recording.marked, recording.rate, CopyPayload(2, 7, number + 1).pack(), PRIVATE)
            for number in range(count)
        ]
        return in_16_bits(np.mean(copies, axis=0)), recording.rate

    return mean


def main() -> None:
    """Run all rows, or those that --only names."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--strength", type=float, default=DEFAULT_STRENGTH)
    options.add_argument("--only", default="")
    chosen = options.parse_args()
    only = {name.strip() for name in chosen.only.split(",") if name.strip()}
    recordings: list[Recording] = []
    quality: list[tuple[float, float]] = []
    spent = 0.0
    for path in sorted(p for p in chosen.folder.rglob("*") if p.suffix.lower() in ENDINGS):
        sound, rate = minute(path)
        if not recordings:
            embed(sound[: 4 * rate], rate, WORK, PUBLIC)
        start = time.process_time()
        marked = embed(sound, rate, WORK, PUBLIC, chosen.strength)
        spent += time.process_time() - start
        recordings.append(Recording(sound, in_16_bits(marked), rate))
        quality.append(snr_db(sound, marked, rate))
    if not recordings:
        raise SystemExit(f"{chosen.folder} holds no music file ({', '.join(sorted(ENDINGS))}).")
    bench = Bench(recordings)
    figures = np.array(quality)
    total = sum(len(r.original) / r.rate for r in recordings)
    print(f"{len(recordings)} recordings, strength {chosen.strength} dB; marking {total / spent:.0f}× real time")
    print(f"SNR mean {figures[:, 0].mean():.1f} worst {figures[:, 0].min():.1f} dB")
    print(f"segmental SNR mean {figures[:, 1].mean():.1f} worst {figures[:, 1].min():.1f} dB")

    def wanted(name: str) -> bool:
        return not only or name in only

    for name, attack in COPIES.items():
        if wanted(name):
            bench.row(name, attacked(attack), WORK, PUBLIC, False)
    for name, attack in SPEEDS.items():
        if wanted(name):
            bench.row(name, attacked(attack), WORK, PUBLIC, True)
    if wanted("nothing marked"):
        bench.row("nothing marked", lambda r: (r.original, r.rate), WORK, PUBLIC, False)
        bench.row("nothing marked, full search", lambda r: (r.original, r.rate), WORK, PUBLIC, True)
        bench.row("another key, full search", lambda r: (r.marked, r.rate), COPY, PRIVATE, True)
    if wanted("fingerprint"):
        fingerprints(recordings)
    if wanted("attackers"):
        copies = then(lambda s, rate: (embed(s, rate, COPY, PRIVATE), rate), crop(30), lossy("mp3", 128))
        bench.row("both marks, 30 s MP3 128: work", lambda r: copies(r.marked, r.rate), WORK, PUBLIC, False)
        bench.row("both marks, 30 s MP3 128: copy", lambda r: copies(r.marked, r.rate), COPY, PRIVATE, False)
        for count in (2, 4, 8):
            bench.row(f"mean of {count} buyers' copies: work", averaged(count), WORK, PUBLIC, False)
            bench.row(f"mean of {count} buyers' copies: copy 1", averaged(count), COPY, PRIVATE, False)
        other = WorkPayload(1, 0x4242, 666).pack()
        bench.row(
            "marked again, same key: first",
            lambda r: (embed(r.marked, r.rate, other, PUBLIC), r.rate),
            WORK,
            PUBLIC,
            False,
        )
        bench.row(
            "marked again, same key: second",
            lambda r: (embed(r.marked, r.rate, other, PUBLIC), r.rate),
            other,
            PUBLIC,
            False,
        )
        bench.row("mark laid on another recording", transplanted(recordings), WORK, PUBLIC, False)


def fingerprints(recordings: list[Recording]) -> None:
    """Scores of copies against their own recording, and of everything against everything else."""
    known = [fingerprint(r.original, r.rate) for r in recordings]
    copies = {"30 s": crop(30), "4 s": crop(4), "speed +0.5 %": then(crop(30), speed(1.005))}
    copies |= {
        name: then(crop(30), COPIES[name]) for name in ("MP3 128", "Opus 32", "noise −20 dB", "telephone", "hall")
    }
    for name, attack in copies.items():
        own, foreign = [], []
        for place, recording in enumerate(recordings):
            query = fingerprint(*attack(recording.marked, recording.rate))
            scores = [compare(query, reference).score for reference in known]
            own.append(scores.pop(place))
            foreign += scores
        print(
            f"fingerprint, {name:21} own at least {min(own):.2f}  foreign at most {max(foreign, default=0):.2f}",
            flush=True,
        )


def transplanted(recordings: list[Recording]) -> Callable[[Recording], tuple[Sound, int]]:
    """The difference that marking made, added to another recording."""

    def lay(recording: Recording) -> tuple[Sound, int]:
        place = next(i for i, r in enumerate(recordings) if r is recording)
        donor = recordings[(place + 1) % len(recordings)]
        length = min(len(recording.original), len(donor.original))
        difference = (donor.marked[:length] - donor.original[:length]).mean(axis=1, keepdims=True)
        return in_16_bits(recording.original[:length] + difference), recording.rate

    return lay


if __name__ == "__main__":
    main()
