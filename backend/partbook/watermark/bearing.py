"""Which stretches of a sound cannot carry a mark: silence, and sound with nothing in the band where marks lie."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.sound.refusals import MIN_SECONDS
from partbook.watermark.tiles import BAND_EDGES

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

FAINTEST = 1e-8
"""Mean square (−80 dBFS) in the band of marks. With noise or music of that level over a loud bass a mark is still read
after MP3 128, AAC 96 and Opus 64; some decibels below it no longer is."""
FRAME_SECONDS = 0.04
FRAMES = 8
"""Frames a second that are looked at; between them nothing is missed that matters over three seconds."""
SILENCE, LOW = "silence", "nothing between 500 Hz and 8 kHz"


@dataclass(frozen=True)
class Mute:
    """A stretch that cannot carry a mark.

    Args:
        start: in seconds.
        end: in seconds.
        why: in words.
    """

    start: float
    end: float
    why: str


class Bearing:
    """Listens to a sound and finds the stretches that cannot carry a mark, second by second.

    Args:
        rate: samples a second.
        channels: of the blocks.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._size = min(rate, max(64, round(rate * FRAME_SECONDS)))
        self._window = np.hanning(self._size + 1)[:-1, None].astype(np.float32)
        low, high = (int(edge * self._size / rate) for edge in (BAND_EDGES[0], BAND_EDGES[-1]))
        self._band = slice(low + 1, high + 1)
        self._scale = 2 / (self._size * float(np.sum(self._window**2)))
        self._rest: Samples = np.zeros((0, channels), np.float32)
        self._seconds: list[str] = []
        self._end = 0.0

    def push(self, block: Samples) -> None:
        """Take the next block, shape (frames, channels)."""
        sound = np.concatenate((self._rest, block)) if len(self._rest) else block
        whole = len(sound) - len(sound) % self._rate
        for at in range(0, whole, self._rate):
            self._hear(sound[at : at + self._rate])
        self._rest = sound[whole:].copy()

    def mute(self) -> tuple[Mute, ...]:
        """The stretches of three seconds and more. Call it once, at the end."""
        self._end = len(self._seconds) + len(self._rest) / self._rate
        if len(self._rest) >= self._size:
            self._hear(self._rest)
        elif len(self._rest):
            self._seconds.append(self._seconds[-1] if self._seconds else "")
        stretches: list[Mute] = []
        for at, why in enumerate(self._seconds):
            end = min(at + 1.0, self._end)
            if why and stretches and (stretches[-1].end, stretches[-1].why) == (at, why):
                stretches[-1] = Mute(stretches[-1].start, end, why)
            elif why:
                stretches.append(Mute(float(at), end, why))
        return tuple(each for each in stretches if each.end - each.start >= MIN_SECONDS)

    def _hear(self, sound: Samples) -> None:
        starts = np.linspace(0, len(sound) - self._size, FRAMES).astype(int)
        frames = np.stack([sound[at : at + self._size] for at in starts])
        if float(np.mean(np.square(frames), dtype=np.float64)) < FAINTEST:
            self._seconds.append(SILENCE)
            return
        spectra = fft.rfft(frames * self._window, axis=1)[:, self._band]
        power = self._scale * np.sum(spectra.real**2 + spectra.imag**2, axis=1, dtype=np.float64)
        self._seconds.append(LOW if float(power.mean()) < FAINTEST else "")
