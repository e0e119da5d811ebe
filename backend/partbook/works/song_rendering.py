"""Score to sound: stems for each layer and a mastered mix, with recordings by people put in where they were taken."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from partbook.core.canonical import sha256_file, sha256_hex
from partbook.core.clock import Clock, SystemClock
from partbook.core.errors import Mismatch
from partbook.music.score import PERFORMANCE, PRODUCTION
from partbook.sound import audio_file
from partbook.sound.loudness import peak_dbtp
from partbook.sound.mastering import CEILING_DBTP, mastered
from partbook.sound.scratch import BLOCK_FRAMES
from partbook.sound.synthesis import open_midi
from partbook.works.part_sounds import PartSounds, array_blocks
from partbook.works.pcm_file import write_pcm
from partbook.works.session_log import RENDERED, Entry, append, last_of
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import take_bytes, takes_of
from partbook.works.voices import RECORDING, refuse_unconsented

RENDERER = "synthesiser"
SAFE_PEAK = 0.44
"""No sound whose samples stay under this has a true peak above the ceiling."""

Samples = npt.NDArray[np.float32]


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
    Memory does not grow with the length, but for recordings by people; working files lie in the folder meanwhile.

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
    stems = {}
    with PartSounds(score, open_midi(midi, soundfont), folder.path) as parts:
        production = _put_takes_in(folder, entries, parts)
        parts.balance()
        gain = _gain_of_stems(parts)
        for layer, names in parts.layers.items():
            stems[layer] = folder.paths.stems / f"{layer}.wav"
            write_pcm(stems[layer], parts.faded(block * gain for block in parts.sum(names)), parts.rate)
        if production is None:
            mix: Iterable[Samples] = mastered(lambda: parts.faded(parts.sum(parts.names)), parts.rate, folder.path)
        else:
            mix = array_blocks(production)
        written = write_pcm(folder.paths.mix, mix, parts.rate)
    giving: dict[str, object] = {
        "mix_sha256": sha256_file(folder.paths.mix),
        "pcm_sha256": written.sha256,
        "stems_sha256": {layer: sha256_file(path) for layer, path in stems.items()},
    }
    _log(folder, entries, sha256_hex(midi), giving, clock)
    return Rendering(folder.paths.mix, stems, written.seconds, written.sha256)


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
    digest = hashlib.sha256()
    for samples in soundfile.blocks(path, BLOCK_FRAMES, dtype="int16", always_2d=True):
        digest.update(samples.astype("<i2").tobytes())
    return digest.hexdigest()


def _put_takes_in(folder: SongFolder, entries: Sequence[Entry], parts: PartSounds) -> Samples | None:
    """Lay the recorded performances over their parts; gives a production by a person, if there is one."""
    production = None
    for entry in takes_of(entries):
        if entry.layer == PERFORMANCE and entry.part in parts.names:
            assert entry.bars is not None
            parts.overlay(entry.part, entry.bars, _sound_of(folder, entry, parts.rate))
        elif entry.layer == PRODUCTION:
            production = _sound_of(folder, entry, parts.rate)
    return production


def _gain_of_stems(parts: PartSounds) -> np.float32:
    """What keeps the loudest stem under the ceiling of true peaks; the others keep their distance to it."""
    highest = -math.inf
    for names in parts.layers.values():
        if max(float(np.abs(block).max()) for block in parts.sum(names)) > SAFE_PEAK:
            highest = max(highest, peak_dbtp(parts.sum(names)))
    return np.float32(min(1.0, 10 ** ((CEILING_DBTP - highest) / 20)))


def _sound_of(folder: SongFolder, entry: Entry, rate: int) -> Samples:
    """A take's sound in stereo at our rate."""
    take_bytes(folder, entry)
    samples, own_rate = audio_file.read(folder.path / str(entry.source["file"]))
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    if own_rate != rate:
        stereo = soxr.resample(stereo, own_rate, rate)
    return np.ascontiguousarray(stereo, dtype=np.float32)


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
