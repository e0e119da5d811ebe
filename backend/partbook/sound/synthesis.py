"""MIDI to sound through a SoundFont, one stem per MIDI channel."""

import io
from collections.abc import Sequence
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


def render_midi(midi: bytes, soundfont: Path) -> Stems:
    """Play a MIDI file through a SoundFont.

    The same bytes give the same samples: every channel is played by its own fresh copy of the synthesiser.

    Args:
        midi: a Standard MIDI File of type 0 or 1.
        soundfont: SF2 or SF3 file.

    Returns:
        One stem per channel that plays, and their sum; the last note rings out and the end is faded.

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
    pristine = _load(soundfont, soundfont.stat().st_mtime_ns if soundfont.is_file() else 0)
    rendered = {channel: _play(pristine, channel, of_channel, end) for channel, of_channel in playing.items()}
    frames = max(len(part) for part in rendered.values())
    parts = {channel: _faded(_padded(rendered.pop(channel), frames)) for channel in playing}
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


def _play(pristine: Any, channel: int, events: Sequence[_Event], end: int) -> Samples:
    from tinysoundfont import _tinysoundfont as engine

    voice = engine.SoundFont(pristine)
    voice.set_output(engine.OutputMode.StereoInterleaved, RATE, GAIN_DB)
    voice.set_max_voices(MAX_VOICES)
    voice.channel_set_bank(channel, 128 if channel == DRUM_CHANNEL else 0)
    voice.channel_set_preset_number(channel, 0, channel == DRUM_CHANNEL)
    body: Samples = np.zeros((end, 2), np.float32)
    position = 0
    lanes = _Lanes(voice, channel)
    for event, following in zip(events, [*events[1:], None], strict=True):
        if event.frame > position:
            voice.render(body[position : event.frame])
            position = event.frame
        lanes.perform(event, following)
    if end > position:
        voice.render(body[position:end])
    lanes.stop()
    return np.concatenate([body, *_tail(voice)])


class _Lanes:
    """One MIDI channel on a synthesiser of its own, with a lane for each tuning that its notes have.

    A bend right before a note, at the same frame, is that note's tuning: the note sounds on the lane of that bend, and
    what still rings from before keeps its pitch. Any other bend is playing, and moves every lane.
    """

    def __init__(self, voice: Any, channel: int) -> None:
        self._voice, self._channel = voice, channel
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
                for message in self._setup:
                    self._set(lane, message)
            self._voice.channel_set_pitch_wheel(lane, bend + 8192)
        return self._lane_of_bend[bend]

    def _set(self, lane: int, message: Any) -> None:
        if message.type == "program_change":
            self._voice.channel_set_preset_number(lane, message.program, self._channel == DRUM_CHANNEL)
        else:
            self._voice.channel_midi_control(lane, message.control, message.value)


def _tail(voice: Any) -> list[Samples]:
    """Half-second pieces until the sound has died away."""
    pieces: list[Samples] = []
    for _ in range(int(TAIL_SECONDS * 2)):
        piece: Samples = np.zeros((RATE // 2, 2), np.float32)
        voice.render(piece)
        pieces.append(piece)
        if float(np.abs(piece).max()) < QUIET:
            break
    return pieces


def _padded(part: Samples, frames: int) -> Samples:
    return np.concatenate([part, np.zeros((frames - len(part), 2), np.float32)])


def _faded(part: Samples) -> Samples:
    fade = min(len(part), round(FADE_SECONDS * RATE))
    part[len(part) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    return part
