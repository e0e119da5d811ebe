"""Decode a sound file block by block: libsndfile for most, ffmpeg's libraries for MP3, AAC, M4A, WebM and rare OGGs.

Neither decoder holds more than a block of sound. A decoder that meets damage ends early and says why in `damage`;
what was decoded until there is sound.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import av
import numpy as np
import numpy.typing as npt
import soundfile
from av.error import FFmpegError

from partbook.core.errors import UnusableInput
from partbook.sound.containers import FLAC, HEAD_BYTES, MP3, OGG, Container, Decoder
from partbook.sound.ogg_pages import walk
from partbook.sound.refusals import DamagedSound, NotSound
from partbook.sound.watched_file import WatchedFile

Samples = npt.NDArray[np.float32]

TAGS = ("title", "artist", "album", "date", "comment", "genre", "tracknumber", "copyright")
FLAC_PICTURE = 6
"""Number of FLAC's metadata block that holds a picture."""
UNBOXED = ("mp3", "aac", "ogg")
"""Kinds that ffmpeg searches for the next frame, however far that is."""
MOST_IDLE = 64_000_000
"""Bytes without any sound, a cover among them, after which the search ends."""
_AV_NAMES = {"track": "tracknumber"}
_PROMISED = re.compile(r"(?:data|SSND) : (\d+) \(should be (\d+)\)")
"""What libsndfile notes about the chunk of samples: the bytes its header promises, and those that are there."""
_LENGTH_UNKNOWN = {0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x7FFFF000}
"""What programs write that could not know the length when they began."""
_LENGTH_OF_TRACK = re.compile(r"(\d{1,3}):(\d\d):(\d\d\.\d+)")
"""How a Matroska file tells the length of one of its tracks."""
_NO_FRAMES = (b"ID3", b"TAG", b"APETAGEX", b"LYRICSBEGIN")
"""How tags begin that stand between or behind the frames of an MP3."""
_WHOLE_NUMBERS = {"s16": "PCM_16", "s16p": "PCM_16", "s32": "PCM_24", "s32p": "PCM_24"}
"""How FLAC and ALAC samples are kept, by ffmpeg's name of what it decodes them to."""


class Decoding(Protocol):
    """An open sound file. `frames` is None where the file does not say it exactly."""

    rate: int
    channels: int
    frames: int | None
    seconds: float | None
    subtype: str
    bit_rate: int | None
    tags: dict[str, str]
    has_picture: bool
    damage: str | None

    def pieces(self) -> Iterator[Samples]:
        """The sound from here to the end, in pieces of any length, float32, shape (frames, channels)."""
        ...

    def skip_to(self, frame: int) -> None:
        """Go to a frame, counted from the beginning. Call it before `pieces`."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_decoder(path: Path, container: Container) -> Decoding:
    """Read the header.

    Raises:
        DamagedSound: the header cannot be read.
        NotSound: a container without a sound track.
    """
    if container is OGG:
        return _open_ogg(path)
    if container.decoder is Decoder.SNDFILE:
        return _SndfileDecoding(path, container)
    return FfmpegDecoding(path, container)


def _open_ogg(path: Path) -> Decoding:
    """libsndfile stops after the first of several songs in a row, and does not know Speex nor every FLAC in OGG."""
    pages = walk(path)
    decoding: Decoding
    try:
        decoding = FfmpegDecoding(path, OGG) if pages.chained else _SndfileDecoding(path, OGG)
    except DamagedSound as unknown:
        try:
            decoding = FfmpegDecoding(path, OGG)
        except UnusableInput:
            raise unknown from None
    if not pages.ended:
        decoding.damage = decoding.damage or "it ends in the middle"
    return decoding


class _SndfileDecoding:
    """WAV, AIFF, FLAC and OGG."""

    _BLOCK = 65_536

    def __init__(self, path: Path, container: Container) -> None:
        try:
            self._file = soundfile.SoundFile(os.fsencode(path.resolve()))
        except (soundfile.LibsndfileError, RuntimeError, ValueError, TypeError) as broken:
            reason = str(getattr(broken, "error_string", broken)).rstrip(".")
            raise DamagedSound(
                f"{path} begins like {container.name} but its header cannot be read: {reason}."
            ) from None
        file = self._file
        self.rate, self.channels, self.subtype = int(file.samplerate), int(file.channels), str(file.subtype)
        self.frames: int | None = int(file.frames) if 0 <= file.frames < 2**62 else None
        self.seconds: float | None = None if self.frames is None else self.frames / max(1, self.rate)
        self.bit_rate: int | None = None
        self.tags = {name: text for name, text in file.copy_metadata().items() if name in TAGS and text}
        self.damage: str | None = _cut_off(file.extra_info)
        self.has_picture = _picture_in(path, container)

    def skip_to(self, frame: int) -> None:
        try:
            self._file.seek(frame if self.frames is None else min(frame, self.frames))
        except (soundfile.LibsndfileError, RuntimeError):
            self.damage = f"its frame {frame} cannot be found"

    def pieces(self) -> Iterator[Samples]:
        while True:
            try:
                block = self._file.read(self._BLOCK, dtype="float32", always_2d=True)
            except (soundfile.LibsndfileError, RuntimeError) as broken:
                reason = str(getattr(broken, "error_string", broken)).rstrip(".").removeprefix("Error : ")
                self.damage = f"the decoder stopped: {reason}"
                return
            if not len(block):
                return
            yield block

    def close(self) -> None:
        self._file.close()


class FfmpegDecoding:
    """MP3, AAC, M4A, WebM, rare OGGs. The demuxer is fixed and reads an open file: no address in it is followed.

    Args:
        path: the file, or what a pipe is called.
        container: its kind.
        pipe: bytes that come once, in place of the file; its length is not known then.
        options: for the demuxer.
    """

    def __init__(
        self, path: Path, container: Container, pipe: BinaryIO | None = None, options: dict[str, str] | None = None
    ) -> None:
        self._path, self._container = path, container
        most_idle = MOST_IDLE if container.demuxer in UNBOXED else None
        self._stream_file = WatchedFile(pipe, most_idle) if pipe else WatchedFile.open(path, most_idle)
        try:
            opened = av.open(
                self._stream_file, mode="r", format=container.demuxer, metadata_errors="ignore", options=options or {}
            )
        except (FFmpegError, ValueError, OSError) as broken:
            self._stream_file.close()
            raise DamagedSound(
                f"{path} begins like {container.name} but its header cannot be read: {_reason(broken)}."
            ) from None
        self._input: Any = opened
        if not self._input.streams.audio:
            self.close()
            raise NotSound(f"{path} has no sound track.")
        track: Any = self._input.streams.audio[0]
        self._track = track
        codec = track.codec_context
        self.rate, self.channels = int(codec.sample_rate or 0), int(codec.channels or 0)
        if not self.rate or not self.channels:
            self.close()
            raise DamagedSound(f"{path} begins like {container.name} but holds no sound that can be decoded.")
        self.subtype = str(codec.name).upper().removesuffix("FLOAT")
        if self.subtype in ("FLAC", "ALAC") and codec.format:
            self.subtype = _WHOLE_NUMBERS.get(codec.format.name, self.subtype)
        self.bit_rate: int | None = int(codec.bit_rate) if codec.bit_rate else None
        self.seconds: float | None = None
        self.frames: int | None = None
        if pipe is None:
            self._learn_length()
        names = {**self._input.metadata, **track.metadata}
        tags = {_AV_NAMES.get(name.lower(), name.lower()): str(text) for name, text in names.items()}
        self.tags = {name: text for name, text in tags.items() if name in TAGS and text}
        self.has_picture = len(self._input.streams.video) > 0
        self.damage: str | None = None
        self._from_frame = 0

    def _learn_length(self) -> None:
        """How long the sound lasts. The length of a film is no promise about the sound in it."""
        kind = self._container.demuxer
        if self._track.duration:
            self.seconds = float(self._track.duration * self._track.time_base)
        elif self._input.duration:
            self.seconds = self._input.duration / av.time_base
        exact = kind == "mov" or (kind == "matroska" and len(self._input.streams) == 1)
        if kind == "matroska" and (told := _LENGTH_OF_TRACK.fullmatch(self._track.metadata.get("DURATION", ""))):
            hours, minutes, seconds = told.groups()
            self.seconds, exact = 3600 * int(hours) + 60 * int(minutes) + float(seconds), True
        if self.seconds is not None and (exact or _has_length_header(self._path)):
            self.frames = round(self.seconds * self.rate)

    def skip_to(self, frame: int) -> None:
        """Go to a frame, counted from the beginning. Call it before `pieces`."""
        self._from_frame = frame
        if self._container is OGG:  # its clock begins again with every song: the way there is decoded and dropped
            return
        early = max(0.0, frame / self.rate - 1.0)
        if early > 0.0:
            self._input.seek(int(early / self._track.time_base), stream=self._track, backward=True)

    def pieces(self) -> Iterator[Samples]:
        """The sound from here to the end, in pieces of any length, float32, shape (frames, channels)."""
        position: int | None = None if self._from_frame and self._container is not OGG else 0
        for frame in self._decoded_frames():
            sound = to_float(frame)
            if frame.sample_rate != self.rate or sound.shape[1] != self.channels:
                self.damage = (
                    f"it changes in the middle from {self.rate} Hz, {self.channels} channels "
                    f"to {frame.sample_rate} Hz, {sound.shape[1]} channels"
                )
                return
            if position is None:
                ticks = (frame.pts or 0) - (self._track.start_time or 0)
                position = round(float(ticks * frame.time_base) * self.rate)
            late = self._from_frame - position
            position += len(sound)
            if late < len(sound):
                yield sound[max(0, late) :]

    def _decoded_frames(self) -> Iterator[Any]:
        packets = self._input.demux(self._track)
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except StopIteration:
                self._note_idle()
                return
            except av.error.EOFError:
                self._note_idle()
                return
            except av.error.InvalidDataError:
                if self._container is MP3 and _is_no_frame(bytes(packet)):
                    continue
                self.damage = "some of it cannot be decoded"
                continue
            except (FFmpegError, ValueError, OSError) as broken:
                self.damage = f"the decoder stopped: {_reason(broken)}"
                return
            if frames:
                self._stream_file.sound_came()
            yield from frames

    def _note_idle(self) -> None:
        if self._stream_file.exhausted:
            self.damage = f"{MOST_IDLE // 10**6} MB in a row of it are no sound"

    def close(self) -> None:
        """Let go of the file."""
        self._input.close()
        self._stream_file.close()


def _cut_off(log: str) -> str | None:
    promise = _PROMISED.search(log)
    if promise:
        promised, held = (int(number) for number in promise.groups())
        if promised > held and promised not in _LENGTH_UNKNOWN:
            return f"its header promises {promised} bytes of sound, of which {held} are there"
    if "File ended unexpectedly" in log or "lacks an end-of-stream bit" in log:
        return "it ends in the middle"
    return None


def _picture_in(path: Path, container: Container) -> bool:
    """Whether a FLAC or OGG file carries a cover."""
    with path.open("rb") as stream:
        if container is OGG:
            return b"METADATA_BLOCK_PICTURE" in stream.read(HEAD_BYTES).upper()
        if container is not FLAC or stream.read(4) != b"fLaC":
            return False
        while len(header := stream.read(4)) == 4:
            if header[0] & 0x7F == FLAC_PICTURE:
                return True
            if header[0] & 0x80:
                return False
            stream.seek(int.from_bytes(header[1:], "big"), 1)
    return False


def _reason(broken: BaseException) -> str:
    return str(getattr(broken, "strerror", None) or broken).rstrip(".")


def _is_no_frame(data: bytes) -> bool:
    """Whether this part of an MP3 is a tag or padding, in which no sound was lost."""
    return data.startswith(_NO_FRAMES) or not data.strip(b"\0")


def _has_length_header(path: Path) -> bool:
    """Whether an MP3's first frame tells how many frames follow (Xing, Info or VBRI)."""
    with path.open("rb") as stream:
        head = stream.read(10)
        if head[:3] == b"ID3" and len(head) == 10:
            size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
            stream.seek(10 + size)
        else:
            stream.seek(0)
        first = stream.read(2048)
    return any(name in first for name in (b"Xing", b"Info", b"VBRI"))


def to_float(frame: Any) -> Samples:
    """A decoded ffmpeg frame as float32, shape (frames, channels), full scale at 1.0."""
    values: npt.NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    values = values.T if frame.format.is_planar else values.reshape(-1, channels)
    if values.dtype.kind == "f":
        return np.ascontiguousarray(values, dtype=np.float32)
    if values.dtype == np.uint8:
        values, full = values.astype(np.float64) - 128.0, 128.0
    else:
        full = float(2 ** (8 * values.dtype.itemsize - 1))
    sound: Samples = (values.astype(np.float64) / full).astype(np.float32)
    return sound
