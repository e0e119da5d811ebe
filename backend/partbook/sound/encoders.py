"""Encode sound block by block: libsndfile for WAV, AIFF, FLAC and OGG, ffmpeg's libraries for MP3 and AAC."""

import os
from pathlib import Path
from typing import IO, Any, Protocol

import av
import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from av.audio.frame import AudioFrame

Samples = npt.NDArray[np.float32]

LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
INTEGER_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32}
_ENCODER_BLOCK = 16_384


class Encoding(Protocol):
    """An open target."""

    @property
    def clipped(self) -> int:
        """How many samples went beyond what the target can hold."""
        ...

    def write(self, block: Samples) -> None:
        """Append float32, shape (frames, channels)."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class SndfileEncoding:
    """WAV, RF64, AIFF, FLAC and OGG.

    Whole-number samples are rounded here and handed over as they are to be stored: libsndfile itself scales floats by
    32767 where it read them by 32768, so an untouched sample would not come back as it was.
    """

    def __init__(
        self,
        path: Path,
        rate: int,
        channels: int,
        container: str,
        subtype: str,
        tags: dict[str, str],
        level: float | None,
    ) -> None:
        self._file = soundfile.SoundFile(
            os.fsencode(path.resolve()), "w", rate, channels, subtype=subtype, format=container, compression_level=level
        )
        for name, text in tags.items():
            setattr(self._file, name, text)
        self._bits = INTEGER_BITS.get(subtype)
        self._clipped = 0

    @property
    def clipped(self) -> int:
        """How many samples were above full scale and were held at it."""
        return self._clipped

    def write(self, block: Samples) -> None:
        """Append float32, shape (frames, channels)."""
        if self._bits is None:
            for at in range(0, len(block), _ENCODER_BLOCK):
                self._file.write(block[at : at + _ENCODER_BLOCK])
            return
        full = 2 ** (self._bits - 1)
        steps = np.rint(block.astype(np.float64) * full)
        self._clipped += int(np.count_nonzero((steps > full - 1 + 0.5) | (steps < -full)))
        whole = np.clip(steps, -full, full - 1).astype(np.int64) << (32 - self._bits)
        self._file.write(whole.astype(np.int32))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class FfmpegEncoding:
    """MP3, M4A and the codecs of the lossy round trip, into a file or a buffer."""

    def __init__(
        self,
        target: Path | IO[bytes],
        rate: int,
        channels: int,
        muxer: str,
        codec: str,
        bit_rate: int,
        tags: dict[str, str] | None = None,
    ) -> None:
        opened = av.open(str(target) if isinstance(target, Path) else target, mode="w", format=muxer)
        self._output: Any = opened
        self._output.metadata.update(
            {"track" if name == "tracknumber" else name: t for name, t in (tags or {}).items()}
        )
        self._layout, self._rate = LAYOUTS[channels], rate
        track: Any = self._output.add_stream(codec, rate=rate, layout=self._layout)
        track.bit_rate = bit_rate
        self._track = track
        self._written = 0

    @property
    def clipped(self) -> int:
        """None: these codecs take samples above full scale."""
        return 0

    def write(self, block: Samples) -> None:
        """Append float32, shape (frames, channels)."""
        for at in range(0, len(block), _ENCODER_BLOCK):
            part = np.ascontiguousarray(block[at : at + _ENCODER_BLOCK].T)
            frame = AudioFrame.from_ndarray(part, format="fltp", layout=self._layout)
            frame.sample_rate = self._rate
            frame.pts = self._written
            self._written += part.shape[1]
            self._output.mux(self._track.encode(frame))

    def close(self) -> None:
        """Finish the file."""
        self._output.mux(self._track.encode(None))
        self._output.close()


class ResamplingEncoding:
    """Another encoding, at another rate."""

    def __init__(self, inner: Encoding, from_rate: int, to_rate: int, channels: int) -> None:
        self._inner = inner
        self._resampler = soxr.ResampleStream(from_rate, to_rate, channels, dtype="float32", quality="HQ")
        self._channels = channels

    @property
    def clipped(self) -> int:
        """What the other encoding counted."""
        return self._inner.clipped

    def write(self, block: Samples) -> None:
        """Append float32, shape (frames, channels), at the first rate."""
        self._pass_on(self._resampler.resample_chunk(np.ascontiguousarray(block)))

    def close(self) -> None:
        """Finish the file."""
        self._pass_on(self._resampler.resample_chunk(np.zeros((0, self._channels), np.float32), last=True))
        self._inner.close()

    def _pass_on(self, block: Samples) -> None:
        if len(block):
            self._inner.write(block.reshape(-1, self._channels))
