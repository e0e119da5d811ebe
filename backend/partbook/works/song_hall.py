"""A song in a hall: its stems on the stage, or a finished file through two loudspeakers, as heard from a seat."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.core.terminal import Advance
from partbook.music.score import BASS, HARMONY, MELODY, RHYTHM
from partbook.sound.audio_file import AudioReader, open_audio
from partbook.sound.convolution import convolved
from partbook.sound.ears import RATE, Receiver
from partbook.sound.hall import Hall
from partbook.sound.hall_response import Acoustics, acoustics, hall_responses
from partbook.sound.mastering import mastered
from partbook.sound.scratch import Scratch
from partbook.sound.seating import Point, Seat, on_stage
from partbook.works.pcm_file import write_pcm
from partbook.works.song_folder import SongFolder
from partbook.works.song_rendering import render_is_stale

Samples = npt.NDArray[np.float32]

PLACES = {MELODY: (0.0, 0.1), HARMONY: (-0.55, 0.45), BASS: (0.6, 0.55), RHYTHM: (0.2, 0.9)}
"""Where each layer stands: from −1 left to 1 right as the listeners see it, and from 0 front to 1 back."""
ELSEWHERE = (-0.3, 0.8)
LOUDSPEAKERS = ((-0.8, 0.2), (0.8, 0.2))
HALL_FILE = "hall.wav"


@dataclass(frozen=True)
class HallRendering:
    """What was rendered.

    Args:
        file: the sound, stereo.
        seconds: its length, with the last echo.
        pcm_sha256: of its samples, 16-bit little-endian, channels interleaved.
        hall: the hall.
        seat: where it was heard.
        heard_by: `binaural` or `stereo`.
        acoustics: what a microphone at the seat measures of the middle of the stage.
        cpu_seconds: what it took.
    """

    file: Path
    seconds: float
    pcm_sha256: str
    hall: Hall
    seat: Seat
    heard_by: str
    acoustics: Acoustics
    cpu_seconds: float

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        hall, seat = self.hall, self.seat
        return {
            "file": str(self.file),
            "seconds": round(self.seconds, 3),
            "pcm_sha256": self.pcm_sha256,
            "hall": {
                "size_m3": hall.size_m3,
                "length_m": round(hall.length, 2),
                "width_m": round(hall.width, 2),
                "height_m": round(hall.height, 2),
                "seats": hall.seats,
                "audience": hall.audience,
            },
            "seat": {"across_m": round(seat.across, 2), "back_m": round(seat.back, 2)},
            "heard_by": self.heard_by,
            **{name: round(value, 2) for name, value in asdict(self.acoustics).items()},
            "cpu_seconds": round(self.cpu_seconds, 2),
        }


def render_in_hall(
    folder: SongFolder,
    hall: Hall,
    seat: Seat,
    receiver: Receiver,
    out: Path | None = None,
    play: Path | None = None,
    progress: Advance | None = None,
) -> HallRendering:
    """Write the song as it sounds at a seat; the same song, hall and seat give the same bytes.

    Args:
        folder: the song, rendered.
        hall: the hall.
        seat: where the listener sits.
        receiver: what hears: `ears.binaural()` for headphones or `ears.stereo()` for loudspeakers.
        out: .wav file; `hall.wav` in the song folder unless told.
        play: a finished file that two loudspeakers on the stage play, instead of the stems.
        progress: hears how many seconds were played, of how many.

    Raises:
        NotFound: the song has no stems.
        Mismatch: they are older than the song.
        UnusableInput: the file to be played is no sound, or `out` is no .wav file.
    """
    started = time.process_time()
    target = out or folder.path / HALL_FILE
    if target.suffix.lower() != ".wav":
        raise UnusableInput(f"{target} does not end in .wav; a hall is written as WAV. `partbook mark` writes others.")
    if play is not None and target.exists() and target.samefile(play):
        raise UnusableInput(f"{target} is the file that is to be played. Give another --out.")
    files = [play] if play else _stems(folder)
    places = [on_stage(hall, *place) for place in (LOUDSPEAKERS if play else [_place(file) for file in files])]
    measured = acoustics(hall, on_stage(hall, 0.0, 0.1), seat)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Scratch(target.parent) as heard:
        for block in _heard(files, places, hall, seat, receiver, progress):
            heard.append(block)
        written = write_pcm(target, mastered(heard.blocks, RATE, target.parent), RATE)
    return HallRendering(
        target,
        written.seconds,
        written.sha256,
        hall,
        seat,
        receiver.name,
        measured,
        time.process_time() - started,
    )


def _stems(folder: SongFolder) -> list[Path]:
    files = sorted(folder.paths.stems.glob("*.wav")) if folder.paths.stems.is_dir() else []
    again = f"partbook song render {folder.path}"
    if not files:
        raise NotFound(f"{folder.path} has no stems to put on a stage. Play the song first: {again}")
    if render_is_stale(folder):
        raise Mismatch(f"The stems in {folder.path} are older than the song. Play it again: {again}")
    return files


def _place(stem: Path) -> tuple[float, float]:
    return PLACES.get(stem.stem, ELSEWHERE)


def _heard(
    files: Sequence[Path],
    places: Sequence[Point],
    hall: Hall,
    seat: Seat,
    receiver: Receiver,
    progress: Advance | None,
) -> Iterator[Samples]:
    responses = hall_responses(hall, places, seat, receiver)
    with ExitStack() as opened:
        readers = [opened.enter_context(open_audio(file)) for file in files]
        sources = _two_channels(readers[0]) if len(places) > len(readers) else _side_by_side(readers)
        length = max((reader.info.seconds or 0.0) for reader in readers)
        done = 0
        for block in convolved(sources, responses):
            done += len(block)
            if progress:
                progress(min(done / RATE, length), length)
            yield block


def _side_by_side(readers: Sequence[AudioReader]) -> Iterator[Samples]:
    """Each file as one source, in blocks of shape (frames, sources); all stems of a song are equally long."""
    for blocks in zip(*(_at_our_rate(reader) for reader in readers), strict=True):
        yield np.stack([block.mean(axis=1, dtype=np.float32) for block in blocks], axis=1)


def _two_channels(reader: AudioReader) -> Iterator[Samples]:
    """Left and right of one file; a single channel comes from both, of more the first two."""
    for block in _at_our_rate(reader):
        yield np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block[:, :2]


def _at_our_rate(reader: AudioReader) -> Iterator[Samples]:
    rate, channels = reader.info.rate, reader.info.channels
    if rate == RATE:
        yield from reader.blocks()
        return
    resampler = soxr.ResampleStream(rate, RATE, channels, dtype="float32", quality="HQ")
    for block in reader.blocks():
        yield resampler.resample_chunk(block)
    yield resampler.resample_chunk(np.zeros((0, channels), np.float32), last=True)
