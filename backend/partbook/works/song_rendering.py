"""Score to sound: stems for each layer and a mastered mix, with recordings by people put in where they were taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from partbook.core.canonical import sha256_file, sha256_hex
from partbook.core.clock import Clock, SystemClock
from partbook.core.errors import Mismatch
from partbook.core.files import replacing
from partbook.music.score import PERFORMANCE, PRODUCTION, Score
from partbook.sound import audio_file
from partbook.sound.loudness import integrated_lufs, master, without_offset
from partbook.sound.synthesis import render_midi
from partbook.works.session_log import RENDERED, Entry, append, last_of
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import take_bytes, takes_of
from partbook.works.voices import RECORDING, refuse_unconsented

LONGEST_TAIL_SECONDS = 2.0
"""How long the last note may ring after the last bar."""
FADE_SECONDS = 0.3
CROSSFADE_SECONDS = 0.01
BALANCE = {"melody": -20.0, "harmony 1": -26.0, "harmony 2": -26.0, "bass": -23.5, "rhythm": -24.0}
"""Loudness of each part before mastering, in LUFS: the melody leads, whatever its instrument."""
MOST_GAIN_DB = 14.0
RENDERER = "synthesiser"

Samples = npt.NDArray[np.float32]
Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Rendering:
    """What was rendered.

    Args:
        mix: the file.
        stems: layer to file.
        seconds: length of the mix.
        pcm_sha256: SHA-256 of the mix's samples, 16-bit little-endian, channels interleaved.
    """

    mix: Path
    stems: dict[str, Path]
    seconds: float
    pcm_sha256: str


def render_song(folder: SongFolder, soundfont: Path, clock: Clock | None = None) -> Rendering:
    """Write `mix.wav` and `stems/` for the score as it stands; the same score gives the same bytes.

    A recorded performance sounds in the place of its part in its bars; a production by a person becomes the mix.

    Args:
        folder: the song.
        soundfont: SF2 or SF3 file.
        clock: for the log, which gets a line if the sound is new.

    Raises:
        NotConfigured: the synthesiser or the SoundFont is missing.
        BrokenLog, ChangedTake: the song's files were changed.
        Unconsented: a voice is imitated in it without its singer's consent.
    """
    clock = clock or SystemClock()
    refuse_unconsented(folder, RECORDING, int(clock.now().timestamp()))
    entries = folder.log()
    midi, score = folder.paths.score.read_bytes(), folder.score()
    rendered = render_midi(midi, soundfont)
    frames = _frames(score, rendered.rate, len(rendered.mix))
    parts = {
        part.name: rendered.parts[part.channel][:frames].copy()
        for part in score.parts
        if part.channel in rendered.parts
    }
    rate = rendered.rate
    del rendered  # ten minutes of five parts are a gigabyte
    production: Samples | None = None
    for entry in takes_of(entries):
        if entry.layer == PERFORMANCE and entry.part in parts:
            _put_in(folder, entry, score, parts[entry.part], rate)
        elif entry.layer == PRODUCTION:
            production = _sound_of(folder, entry, rate)
    parts = {name: _balanced(name, sound, rate) for name, sound in parts.items()}
    layers = _layers(score, parts)
    mix = _pcm(production if production is not None else master(_faded(_sum(list(parts.values())), rate), rate))
    loudest = max((float(np.abs(stem).max()) for stem in layers.values()), default=0.0)
    gain = np.float32(min(1.0, 0.98 / loudest) if loudest else 1.0)
    stems = {}
    for layer, stem in layers.items():
        stems[layer] = folder.paths.stems / f"{layer}.wav"
        _write(stems[layer], _pcm(_faded(stem * gain, rate)), rate)
    _write(folder.paths.mix, mix, rate)
    pcm_sha256 = sha256_hex(mix.astype("<i2").tobytes())
    giving: dict[str, object] = {
        "mix_sha256": sha256_file(folder.paths.mix),
        "pcm_sha256": pcm_sha256,
        "stems_sha256": {layer: sha256_file(path) for layer, path in stems.items()},
    }
    _log(folder, entries, sha256_hex(midi), giving, clock)
    return Rendering(folder.paths.mix, stems, len(mix) / rate, pcm_sha256)


def render_is_stale(folder: SongFolder) -> bool:
    """Whether something was composed or taken in since the mix was rendered, or there is no mix."""
    entries = folder.log()
    rendered = last_of(entries, RENDERED)
    if rendered is None or not folder.paths.mix.is_file() or not folder.paths.score.is_file():
        return True
    return bool(_sources(entries, sha256_file(folder.paths.score)) != rendered.source)


def refuse_an_old_mix(folder: SongFolder) -> None:
    """Refuse a mix that was played here before the newest take. A mix from elsewhere is its makers' own affair.

    Raises:
        Mismatch: the mix is older than the song.
    """
    rendered = last_of(folder.log(), RENDERED)
    if rendered is None or not folder.paths.mix.is_file() or not render_is_stale(folder):
        return
    try:
        ours = rendered.giving.get("pcm_sha256") == pcm_sha256(folder.paths.mix)
    except soundfile.LibsndfileError:
        return
    if ours:
        raise Mismatch(
            f"{folder.paths.mix} is older than the song: it was played before the last take came in. "
            f"Play it again: partbook song render {folder.path}"
        )


def pcm_sha256(path: Path) -> str:
    """SHA-256 of a 16-bit WAV file's samples."""
    samples, _ = soundfile.read(path, dtype="int16", always_2d=True)
    return sha256_hex(samples.astype("<i2").tobytes())


def _frames(score: Score, rate: int, available: int) -> int:
    last_bar = score.seconds - score.seconds_at(score.length - score.bar_ticks)
    return min(available, round((score.seconds + min(LONGEST_TAIL_SECONDS, last_bar)) * rate))


def _layers(score: Score, parts: dict[str, Samples]) -> dict[str, Samples]:
    names: dict[str, list[Samples]] = {}
    for part in score.parts:
        if part.name in parts:
            names.setdefault(part.layer or "other", []).append(parts[part.name])
    return {layer: _sum(stems) for layer, stems in names.items()}


def _balanced(name: str, sound: Samples, rate: int) -> Samples:
    """A part at its place in the balance; the gain is a whole tenth of a decibel."""
    sound = without_offset(sound, rate)
    loudness = integrated_lufs(sound, rate)
    if not np.isfinite(loudness):
        return sound
    gain = round(min(MOST_GAIN_DB, max(-MOST_GAIN_DB, BALANCE.get(name, BALANCE["harmony 1"]) - loudness)), 1)
    return sound * np.float32(10 ** (gain / 20))


def _sum(stems: Sequence[Samples]) -> Samples:
    total: Samples = np.sum(np.stack(stems), axis=0, dtype=np.float32)
    return total


def _faded(samples: Samples, rate: int) -> Samples:
    """The sound with its very end faded out, where the tail was cut."""
    length = min(len(samples), round(FADE_SECONDS * rate))
    faded = samples.copy()
    faded[len(faded) - length :] *= np.linspace(1.0, 0.0, length, dtype=np.float32)[:, None]
    return faded


def _sound_of(folder: SongFolder, entry: Entry, rate: int) -> Samples:
    """A take's sound in stereo at our rate."""
    take_bytes(folder, entry)
    samples, own_rate = audio_file.read(folder.path / str(entry.source["file"]))
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    if own_rate != rate:
        stereo = soxr.resample(stereo, own_rate, rate)
    return np.ascontiguousarray(stereo, dtype=np.float32)


def _put_in(folder: SongFolder, entry: Entry, score: Score, stem: Samples, rate: int) -> None:
    """Lay a recorded performance over its bars, with short crossfades."""
    assert entry.bars is not None
    bar = score.bar_ticks
    begin = round(score.seconds_at((entry.bars[0] - 1) * bar) * rate)
    end = len(stem) if entry.bars[1] == score.bars else round(score.seconds_at(entry.bars[1] * bar) * rate)
    sound = _sound_of(folder, entry, rate)[: end - begin]
    placed = np.zeros((end - begin, 2), np.float32)
    placed[: len(sound)] = sound
    fade = min(round(CROSSFADE_SECONDS * rate), (end - begin) // 2)
    weight = np.ones((end - begin, 1), np.float32)
    ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
    if begin > 0:
        weight[:fade] = ramp
    if end < len(stem):
        weight[len(weight) - fade :] = ramp[::-1]
    stem[begin:end] = stem[begin:end] * (1 - weight) + placed * weight


def _pcm(samples: Samples) -> Pcm:
    return np.clip(np.rint(samples.astype(np.float64) * 32767), -32768, 32767).astype(np.int16)


def _write(path: Path, samples: Pcm, rate: int) -> None:
    with replacing(path) as scratch:
        soundfile.write(scratch, samples, rate, subtype="PCM_16", format="WAV")


def _sources(entries: Sequence[Entry], score_sha256: str) -> dict[str, object]:
    recordings = [e.source["sha256"] for e in takes_of(entries) if e.layer in (PERFORMANCE, PRODUCTION)]
    return {"score_sha256": score_sha256, "recordings": recordings}


def _log(
    folder: SongFolder, entries: Sequence[Entry], score_sha256: str, giving: dict[str, object], clock: Clock
) -> None:
    source = _sources(entries, score_sha256)
    before = last_of(entries, RENDERED)
    if before is None or (before.source, before.giving) != (source, giving):
        append(folder.paths.session, clock, RENDERER, RENDERED, source=source, giving=giving)
