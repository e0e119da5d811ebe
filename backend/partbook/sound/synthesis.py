"""MIDI to sound through a SoundFont, one stem per MIDI channel."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import mido
import numpy as np
import numpy.typing as npt

from partbook.core.errors import NotConfigured, UnusableInput

Samples = npt.NDArray[np.float32]

RATE = 44_100
"""Frames per second of everything that is synthesised."""
MAX_SECONDS = 900.0
"""A longer piece would need more memory for its stems than a small machine has."""
DRUM_CHANNEL = 9
FIRST_LANE = 16
"""Channels of the synthesiser from here on are lanes; a MIDI file has none of them."""
GAIN_DB = -6.0
"""Headroom for the sum of many voices; mastering sets the level that is heard."""
MAX_VOICES = 256
TAIL_SECONDS = 6.0
"""After the last event a note may ring for at most this long."""
QUIET = 1e-4
"""A tail whose peak is under this (−80 dBFS) has ended."""
FADE_SECONDS = 0.05
PIECE_FRAMES = 1 << 16
"""Most frames that are played at once. The synthesiser moves its envelopes every 64 frames: any multiple of that gives
the same samples."""


@dataclass(frozen=True)
class Stems:
    """What each MIDI channel sounds like, and all of them together.

    Args:
        parts: by MIDI channel (0 to 15, only channels that play a note), float32, shape (frames, 2), all of one length.
        mix: the sum of the parts, float32, shape (frames, 2); not mastered, it may exceed 1.0.
        rate: frames per second.
    """

    parts: dict[int, Samples]
    mix: Samples
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.mix) / self.rate


@dataclass(frozen=True)
class _Event:
    frame: int
    message: Any


@dataclass(frozen=True)
class Performance:
    """A MIDI file with its instruments at hand, to be played channel by channel, as often as need be.

    Args:
        pristine: the SoundFont in memory.
        events: what happens on each channel that plays a note, in order.
        end: the frame at which the piece ends and the last notes begin to ring out.
    """

    pristine: Any
    events: Mapping[int, Sequence[_Event]]
    end: int
    rate: int = RATE

    @property
    def channels(self) -> tuple[int, ...]:
        """The MIDI channels that play a note, ascending."""
        return tuple(self.events)

    def play(self, channel: int, cents: float = 0.0) -> Iterator[Samples]:
        """One channel, piece by piece, until it has died away; its last frames are not faded.

        The same bytes give the same samples: every channel is played by its own fresh copy of the synthesiser.

        Args:
            channel: one of `channels`.
            cents: how much higher than written it is tuned, in hundredths of a semitone.
        """
        return _play(self.pristine, channel, self.events[channel], self.end, cents)


def open_midi(midi: bytes, soundfont: Path) -> Performance:
    """Make ready to play a MIDI file through a SoundFont.

    Args:
        midi: a Standard MIDI File of type 0 or 1.
        soundfont: SF2 or SF3 file.

    Raises:
        UnusableInput: not a MIDI file, it plays no note, or it lasts longer than `MAX_SECONDS`.
        NotConfigured: the synthesiser or the SoundFont is missing.
    """
    events, end = _events(midi)
    by_channel: dict[int, list[_Event]] = {}
    for event in events:
        by_channel.setdefault(event.message.channel, []).append(event)
    playing = {
        channel: of_channel
        for channel, of_channel in sorted(by_channel.items())
        if any(_sounds(event.message) for event in of_channel)
    }
    if not playing:
        raise UnusableInput("The MIDI file plays no note, so there is nothing to hear.")
    return Performance(_load(soundfont, soundfont.stat().st_mtime_ns if soundfont.is_file() else 0), playing, end)


def render_midi(midi: bytes, soundfont: Path) -> Stems:
    """Play a MIDI file in memory, for short pieces; else as `open_midi`.

    Returns:
        One stem per channel that plays, and their sum; the last note rings out and the end is faded.
    """
    performance = open_midi(midi, soundfont)
    rendered = {channel: np.concatenate(list(performance.play(channel))) for channel in performance.channels}
    frames = max(len(part) for part in rendered.values())
    parts = {channel: _faded(_padded(part, frames)) for channel, part in rendered.items()}
    mix = np.zeros((frames, 2))
    for part in parts.values():
        mix += part
    return Stems(parts, mix.astype(np.float32))


def _events(midi: bytes) -> tuple[list[_Event], int]:
    """Channel messages with their frame, and the frame at which the piece ends."""
    try:
        tracks = mido.MidiFile(file=io.BytesIO(midi))
        merged = list(mido.merge_tracks(tracks.tracks))
    except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError) as broken:
        raise UnusableInput(f"This is not a readable MIDI file: {str(broken) or type(broken).__name__}.") from None
    if tracks.type == 2 or tracks.ticks_per_beat <= 0:
        raise UnusableInput("Only MIDI files of type 0 and 1 with a tempo in beats can be played.")
    seconds, tempo = 0.0, 500_000
    events: list[_Event] = []
    for message in merged:
        seconds += message.time * tempo / 1e6 / tracks.ticks_per_beat
        if seconds > MAX_SECONDS:
            raise UnusableInput(f"The MIDI file lasts longer than {MAX_SECONDS / 60:.0f} minutes. Split it.")
        if message.type == "set_tempo":
            tempo = message.tempo
        elif not message.is_meta and hasattr(message, "channel"):
            events.append(_Event(round(seconds * RATE), message))
    return events, round(seconds * RATE)


def _sounds(message: Any) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


@lru_cache(maxsize=1)
def _load(soundfont: Path, changed: int) -> Any:
    """The SoundFont in memory, never played itself: each stem plays a clone. `changed` makes a new file a new entry."""
    if not soundfont.is_file():
        raise NotConfigured(
            f"The SoundFont {soundfont} is missing. `python3 scripts/bootstrap.py` brings it; "
            "PARTBOOK_SOUNDFONT may name another SF2 or SF3 file."
        )
    try:
        from tinysoundfont import _tinysoundfont as engine
    except ImportError:
        raise NotConfigured(
            "The synthesiser is missing. Install it with `pip install --no-deps tinysoundfont==0.3.7`."
        ) from None
    try:
        return engine.SoundFont(soundfont.read_bytes())
    except RuntimeError:
        raise NotConfigured(
            f"{soundfont} is not a readable SoundFont. `python3 scripts/bootstrap.py` brings a good one."
        ) from None


def _play(pristine: Any, channel: int, events: Sequence[_Event], end: int, cents: float) -> Iterator[Samples]:
    from tinysoundfont import _tinysoundfont as engine

    voice = engine.SoundFont(pristine)
    voice.set_output(engine.OutputMode.StereoInterleaved, RATE, GAIN_DB)
    voice.set_max_voices(MAX_VOICES)
    voice.channel_set_bank(channel, 128 if channel == DRUM_CHANNEL else 0)
    voice.channel_set_preset_number(channel, 0, channel == DRUM_CHANNEL)
    position = 0
    lanes = _Lanes(voice, channel, cents)
    for event, following in zip(events, [*events[1:], None], strict=True):
        yield from _sounding(voice, event.frame - position)
        position = max(position, event.frame)
        lanes.perform(event, following)
    yield from _sounding(voice, end - position)
    lanes.stop()
    yield from _tail(voice)


def _sounding(voice: Any, frames: int) -> Iterator[Samples]:
    """The next frames as the voice stands."""
    for start in range(0, frames, PIECE_FRAMES):
        piece: Samples = np.zeros((min(PIECE_FRAMES, frames - start), 2), np.float32)
        voice.render(piece)
        yield piece


class _Lanes:
    """One MIDI channel on a synthesiser of its own, with a lane for each tuning that its notes have.

    A bend right before a note, at the same frame, is that note's tuning: the note sounds on the lane of that bend, and
    what still rings from before keeps its pitch. Any other bend is playing, and moves every lane.
    """

    def __init__(self, voice: Any, channel: int, cents: float) -> None:
        self._voice, self._channel, self._cents = voice, channel, cents
        self._detune(channel)
        self._lane_of_bend: dict[int, int] = {}
        self._lane = channel
        self._setup: list[Any] = []
        self._lane_of_key: dict[int, int] = {}

    def perform(self, event: _Event, following: _Event | None) -> None:
        """Carry out one message of the channel."""
        message = event.message
        if _sounds(message):
            self._lane_of_key[message.note] = self._lane
            self._voice.channel_note_on(self._lane, message.note, message.velocity / 127.0)
        elif message.type in ("note_on", "note_off"):
            self._voice.channel_note_off(self._lane_of_key.get(message.note, self._lane), message.note)
        elif message.type in ("program_change", "control_change"):
            self._setup.append(message)
            for lane in self._lanes():
                self._set(lane, message)
        elif message.type == "pitchwheel":
            if following and following.frame == event.frame and _sounds(following.message):
                self._lane = self._tuned(message.pitch)
            else:
                for lane in self._lanes():
                    self._voice.channel_set_pitch_wheel(lane, message.pitch + 8192)

    def stop(self) -> None:
        """End every note."""
        for lane in self._lanes():
            self._voice.channel_note_off(lane)

    def _lanes(self) -> list[int]:
        return sorted({self._channel, *self._lane_of_bend.values()})

    def _tuned(self, bend: int) -> int:
        """The lane of a bend; the first takes the channel itself, each new one is set up as it is."""
        if bend not in self._lane_of_bend:
            lane = FIRST_LANE + len(self._lane_of_bend) if self._lane_of_bend else self._channel
            self._lane_of_bend[bend] = lane
            if lane != self._channel:
                self._voice.channel_set_bank(lane, 0)
                self._voice.channel_set_preset_number(lane, 0, False)
                self._detune(lane)
                for message in self._setup:
                    self._set(lane, message)
            self._voice.channel_set_pitch_wheel(lane, bend + 8192)
        return self._lane_of_bend[bend]

    def _detune(self, lane: int) -> None:
        if self._cents:
            self._voice.channel_set_tuning(lane, self._cents / 100)

    def _set(self, lane: int, message: Any) -> None:
        if message.type == "program_change":
            self._voice.channel_set_preset_number(lane, message.program, self._channel == DRUM_CHANNEL)
        else:
            self._voice.channel_midi_control(lane, message.control, message.value)


def _tail(voice: Any) -> Iterator[Samples]:
    """Half-second pieces until the sound has died away."""
    for _ in range(int(TAIL_SECONDS * 2)):
        piece: Samples = np.zeros((RATE // 2, 2), np.float32)
        voice.render(piece)
        yield piece
        if float(np.abs(piece).max()) < QUIET:
            break


def _padded(part: Samples, frames: int) -> Samples:
    return np.concatenate([part, np.zeros((frames - len(part), 2), np.float32)])


def _faded(part: Samples) -> Samples:
    fade = min(len(part), round(FADE_SECONDS * RATE))
    part[len(part) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    return part
