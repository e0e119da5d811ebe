"""Turn a recording into a compact fingerprint of its sound: 32 bits every 46.5 ms.

Each bit tells whether the difference between two neighbouring bands of pitch grew or shrank since the frame before.
Level, small equalisation and lossy coding leave most of these signs as they are.

Source: Haitsma & Kalker 2002, with a coarser grid of frames.
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr
from scipy import fft

from partbook.core.errors import UnusableInput

Words = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]

WORKING_RATE = 5500
WINDOW = 2048
"""0.37 s."""
HOP = 256
FRAME_SECONDS = HOP / WORKING_RATE
LOWEST_HZ, HIGHEST_HZ = 300.0, 2000.0
BANDS = 33
SILENT = 1e-8
"""Mean square (−80 dBFS) below which a frame is silent; silent frames are the word 0 and never compared."""
_MAGIC, _VERSION = b"PBFP", 1
_HEADER = struct.Struct(">4sHHI")


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """How a recording sounds.

    Args:
        words: one 32-bit word per frame, FRAME_SECONDS apart.
    """

    words: Words

    @property
    def seconds(self) -> float:
        """Length of the recording, to the frame."""
        return len(self.words) * FRAME_SECONDS

    def to_bytes(self) -> bytes:
        """Header (magic, version, hop, count) and the words, big-endian: about 86 bytes a second."""
        return _HEADER.pack(_MAGIC, _VERSION, HOP, len(self.words)) + self.words.astype(">u4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        """The fingerprint that `to_bytes` wrote.

        Raises:
            UnusableInput: other data, another version, or cut short.
        """
        if len(data) < _HEADER.size or not data.startswith(_MAGIC):
            raise UnusableInput(f"These {len(data)} bytes are not a fingerprint; one begins with {_MAGIC.decode()}.")
        _, version, hop, count = _HEADER.unpack_from(data)
        if (version, hop) != (_VERSION, HOP):
            raise UnusableInput(
                f"Fingerprint version {version} with hop {hop}; this release reads {_VERSION} with {HOP}."
            )
        if len(data) != _HEADER.size + 4 * count:
            raise UnusableInput(
                f"A fingerprint of {count} frames has {_HEADER.size + 4 * count} bytes, not {len(data)}."
            )
        return cls(np.frombuffer(data, ">u4", offset=_HEADER.size).astype(np.uint32))


class Fingerprinter:
    """Makes a fingerprint from sound that arrives block by block, in constant memory.

    Args:
        rate: samples a second.
        channels: any number; their energies are added.
        tempo: how much faster this sound plays than the recording it shall be compared with, as a mark's reading tells.
        pitch: how much higher it sounds, in semitones.

    Raises:
        UnusableInput: a rate below 4 kHz, or no channel.
    """

    def __init__(self, rate: int, channels: int, tempo: float = 1.0, pitch: float = 0.0) -> None:
        if rate < 4000 or channels < 1:
            raise UnusableInput(f"A fingerprint needs at least 4000 Hz and one channel, not {rate} Hz and {channels}.")
        self._rate, self._channels, self._tempo = rate, channels, tempo
        self._resampler = soxr.ResampleStream(rate, WORKING_RATE, channels, dtype="float32", quality="MQ")
        self._window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
        edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) * 2 ** (pitch / 12)
        self._edges = edges * WINDOW / WORKING_RATE + 0.5
        self._waiting: list[Floats] = []
        self._waiting_frames = 0
        self._sound = np.zeros((0, channels), np.float32)
        self._origin = 0
        self._frame = 0
        self._differences: list[Floats] = []
        self._silent: list[npt.NDArray[np.bool_]] = []

    def push(self, block: npt.ArrayLike) -> None:
        """Take the next samples, shape (frames, channels).

        Raises:
            UnusableInput: another number of channels.
        """
        sound = np.asarray(block, np.float32)
        if sound.ndim != 2 or sound.shape[1] != self._channels:
            raise UnusableInput(f"Expected blocks of shape (frames, {self._channels}), not {sound.shape}.")
        self._waiting.append(sound.copy())
        self._waiting_frames += len(sound)
        if self._waiting_frames < self._rate:
            return
        # The resampler always sees whole seconds, so that the result does not depend on the size of the blocks.
        waiting = np.concatenate(self._waiting)
        whole = len(waiting) - len(waiting) % self._rate
        for start in range(0, whole, self._rate):
            self._hear(self._resampler.resample_chunk(waiting[start : start + self._rate]))
        self._waiting, self._waiting_frames = [waiting[whole:]], len(waiting) - whole

    def finish(self) -> Fingerprint:
        """The fingerprint of all that came in. Call it once, at the end."""
        rest = np.concatenate(self._waiting or [np.zeros((0, self._channels), np.float32)])
        self._hear(self._resampler.resample_chunk(rest, last=True))
        if not self._differences:
            return Fingerprint(np.zeros(0, np.uint32))
        differences, silent = np.concatenate(self._differences), np.concatenate(self._silent)
        grew = np.diff(differences, axis=0, prepend=differences[:1]) > 0
        words = np.ascontiguousarray(np.packbits(grew, axis=1)).view(">u4")[:, 0].astype(np.uint32)
        silent[0] = True
        return Fingerprint(np.where(silent, np.uint32(0), words))

    def _hear(self, sound: Floats) -> None:
        """Band differences of the frames that are complete."""
        self._sound = np.concatenate((self._sound, sound))
        starts = []
        while (start := round(self._frame * HOP / self._tempo) - self._origin) + WINDOW <= len(self._sound):
            starts.append(start)
            self._frame += 1
        if not starts:
            return
        everywhere = np.lib.stride_tricks.sliding_window_view(self._sound, WINDOW, axis=0)
        frames = everywhere[starts] * self._window
        spectra = fft.rfft(frames, axis=2)
        power = np.asarray((spectra.real**2 + spectra.imag**2).sum(axis=1), np.float64)
        whole = np.concatenate((np.zeros((len(power), 1)), np.cumsum(power, axis=1)), axis=1)
        low = self._edges.astype(np.int64)
        at_edges = whole[:, low] + (self._edges - low) * power[:, low]
        bands = np.diff(at_edges, axis=1)
        self._differences.append((bands[:, :-1] - bands[:, 1:]).astype(np.float32))
        self._silent.append(np.mean(frames * frames, axis=(1, 2)) < SILENT)
        used = round(self._frame * HOP / self._tempo) - self._origin
        used = min(used, len(self._sound))
        self._sound = self._sound[used:].copy()
        self._origin += used


def fingerprint(samples: npt.ArrayLike, rate: int, tempo: float = 1.0, pitch: float = 0.0) -> Fingerprint:
    """The fingerprint of a whole recording.

    Args:
        samples: full scale at 1.0, shape (frames, channels) or (frames,).
        rate: samples a second.
        tempo: how much faster this sound plays than what it shall be compared with.
        pitch: how much higher it sounds, in semitones.

    Raises:
        UnusableInput: a rate below 4 kHz, or no channel.
    """
    sound = np.asarray(samples, np.float32)
    sound = sound[:, None] if sound.ndim == 1 else sound
    listener = Fingerprinter(rate, sound.shape[1], tempo, pitch)
    listener.push(sound)
    return listener.finish()
