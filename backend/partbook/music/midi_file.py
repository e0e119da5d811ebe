"""Read and write Standard MIDI Files; the same score always gives the same bytes."""

import io
import struct
from collections import defaultdict

import mido

from partbook.core.errors import UnusableInput
from partbook.music.score import DRUM_CHANNEL, NOTE_LAYERS, RHYTHM, TICKS, Note, Part, Score, Tempo, bar_ticks

LARGEST_FILE = 4_000_000
MOST_NOTES = 200_000
LONGEST_TICKS = TICKS * 4 * 4000
PAN, REVERB = 10, 91
MIDDLE_BEND = 8192
DEFAULT_TEMPO = 500_000


def write_midi(score: Score) -> bytes:
    """A score as a format-1 file: first a track of title, metre, key and tempi, then a track for each part."""
    numerator, denominator = score.metre
    facts = [
        (0, b"\xff\x03" + _text(score.title)),
        (0, b"\xff\x58\x04" + bytes([numerator, denominator.bit_length() - 1, 24, 8])),
        (0, b"\xff\x59\x02" + struct.pack(">bB", score.sharps, int(score.minor))),
        *((t.start, b"\xff\x51\x03" + t.microseconds.to_bytes(3, "big")) for t in score.tempi),
    ]
    bends = score.bends if _is_bent(score) else ()
    played = [_part_events(part, bends) for part in score.parts]
    tracks = [_track(events, score.length) for events in (facts, *played)]
    header = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS)
    return header + b"".join(b"MTrk" + struct.pack(">I", len(body)) + body for body in tracks)


def _is_bent(score: Score) -> bool:
    """Whether any note that sounds lies off the keys of equal temperament."""
    pitched = (part for part in score.parts if part.channel != DRUM_CHANNEL)
    return bool(score.bends) and any(score.bends[note.pitch] for part in pitched for note in part.notes)


def _part_events(part: Part, bends: tuple[int, ...]) -> list[tuple[int, bytes]]:
    """The messages of a part; where a score is not in equal temperament, each note comes right after its pitch bend.

    Any player then hears the tuning of a part that plays one note at a time, as the composer's parts do.
    """
    channel = part.channel
    opening = [
        (0, b"\xff\x03" + _text(part.name)),
        (0, bytes([0xC0 | channel, part.program])),
        (0, bytes([0xB0 | channel, PAN, part.pan])),
        (0, bytes([0xB0 | channel, REVERB, part.reverb])),
    ]
    if bends and channel != DRUM_CHANNEL:
        opening += [(0, message) for message in _range_of_two_semitones(channel)]
    strokes: list[tuple[int, int, bytes]] = []
    for note in part.notes:
        bend = _pitch_bend(channel, bends[note.pitch]) + b"\0" if bends and channel != DRUM_CHANNEL else b""
        strokes.append((note.start, 1, bend + bytes([0x90 | channel, note.pitch, note.velocity])))
        strokes.append((note.end, 0, bytes([0x80 | channel, note.pitch, 0])))
    return opening + [(tick, message) for tick, _, message in sorted(strokes)]


def _range_of_two_semitones(channel: int) -> list[bytes]:
    """Registered parameter 0, the reach of the pitch wheel, said aloud though it is the default."""
    return [bytes([0xB0 | channel, control, value]) for control, value in ((101, 0), (100, 0), (6, 2), (38, 0))]


def _pitch_bend(channel: int, bend: int) -> bytes:
    wheel = bend + MIDDLE_BEND
    return bytes([0xE0 | channel, wheel & 0x7F, wheel >> 7])


def _track(events: list[tuple[int, bytes]], end: int) -> bytes:
    body, last = bytearray(), 0
    for tick, message in events:
        body += _variable_length(tick - last) + message
        last = tick
    return bytes(body) + _variable_length(max(0, end - last)) + b"\xff\x2f\x00"


def _text(text: str) -> bytes:
    data = text.encode("utf-8")
    return _variable_length(len(data)) + data


def _variable_length(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def read_midi(data: bytes, name: str = "The MIDI file") -> Score:
    """A score from the bytes of a MIDI file of any make, formats 0 and 1.

    Args:
        data: the whole file.
        name: what to call it in an error.

    Returns:
        The score at `TICKS` per quarter, a part for each track and channel that has notes. Tracks that carry the names
        that Partbook writes (`melody`, `harmony 1`, …) have that layer, the drum channel has rhythm, others none.

    Raises:
        UnusableInput: no MIDI file, damaged, in film time (SMPTE), of format 2, too large, or without a note.
    """
    if len(data) > LARGEST_FILE:
        raise UnusableInput(f"{name} has {len(data)} bytes; a score has at most {LARGEST_FILE}.")
    if not data.startswith(b"MThd"):
        raise UnusableInput(f"{name} is not a MIDI file: it does not begin with 'MThd'. Export it as Standard MIDI.")
    try:
        parsed = mido.MidiFile(file=io.BytesIO(data), charset="utf-8", clip=False)
    except UnicodeDecodeError:
        parsed = _parse_latin(data, name)
    except Exception as broken:  # mido lets EOFError, OSError, ValueError, IndexError and its own errors out
        raise _damaged(name, broken) from None
    if parsed.type == 2 or not 0 < parsed.ticks_per_beat < 0x8000:
        raise UnusableInput(f"{name} counts time in film frames or is of format 2. Save it as format 0 or 1 in beats.")
    return _to_score(parsed, name)


def _parse_latin(data: bytes, name: str) -> mido.MidiFile:
    try:
        return mido.MidiFile(file=io.BytesIO(data), charset="latin-1", clip=False)
    except Exception as broken:
        raise _damaged(name, broken) from None


def _damaged(name: str, broken: Exception) -> UnusableInput:
    detail = str(broken) or "it ends in the middle of a track"
    return UnusableInput(f"{name} is a damaged MIDI file: {detail}. Export it again.")


def _to_score(parsed: mido.MidiFile, name: str) -> Score:
    tempi: dict[int, int] = {}
    metre, key, title, end = (4, 4), (0, False), "", 0
    parts: list[Part] = []
    bends: dict[int, set[int]] = defaultdict(set)
    for index, track in enumerate(parsed.tracks):
        strip = _Strip(parsed.ticks_per_beat)
        for message in track:
            strip.take(message, name)
            if message.type == "set_tempo":
                tempi[strip.tick] = message.tempo
            elif message.type == "time_signature" and strip.tick == 0:
                metre = (message.numerator, message.denominator)
            elif message.type == "key_signature" and strip.tick == 0:
                key = _signature(message.key)
        if index == 0:
            title = strip.name
        end = max(end, strip.tick)
        parts += strip.parts()
        for pitch, found in strip.bends.items():
            bends[pitch] |= found
    count = sum(len(part.notes) for part in parts)
    if not 0 < count <= MOST_NOTES:
        raise UnusableInput(f"{name} has {count} notes; a score has 1 to {MOST_NOTES}.")
    if metre[0] == 0 or metre[1] > 32 or bar_ticks(metre) == 0:
        raise UnusableInput(f"{name} gives the metre {metre[0]}/{metre[1]}, which cannot be counted.")
    tempi.setdefault(0, DEFAULT_TEMPO)
    end = max(end, *(note.end for part in parts for note in part.notes))
    return Score(
        title=title,
        metre=metre,
        sharps=key[0],
        minor=key[1],
        bars=max(1, -(-end // bar_ticks(metre))),
        tempi=tuple(Tempo(tick, max(1, tempi[tick])) for tick in sorted(tempi)),
        parts=tuple(parts),
        bends=_tuning(bends),
    )


def _tuning(bends: dict[int, set[int]]) -> tuple[int, ...]:
    """The bend of each key where every key always has the same one; bends that come and go are playing, no tuning."""
    if any(len(found) > 1 for found in bends.values()) or not any(any(found) for found in bends.values()):
        return ()
    return tuple(next(iter(bends.get(key, {0}))) for key in range(128))


class _Strip:
    """One track on its way from messages to parts."""

    def __init__(self, ticks_per_beat: int) -> None:
        self.tick, self.name = 0, ""
        self._raw, self._scale = 0, ticks_per_beat
        self._sounding: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        self._notes: dict[int, list[Note]] = defaultdict(list)
        self._program: dict[int, int] = {}
        self._control: dict[tuple[int, int], int] = {}
        self._wheel: dict[int, int] = {}
        self.bends: dict[int, set[int]] = defaultdict(set)

    def take(self, message: mido.Message, file_name: str) -> None:
        self._raw += message.time
        self.tick = (self._raw * TICKS * 2 + self._scale) // (2 * self._scale)
        if self.tick > LONGEST_TICKS:
            raise UnusableInput(f"{file_name} runs for more than {LONGEST_TICKS // TICKS} beats; a song is shorter.")
        if message.type == "track_name":
            self.name = message.name.strip("\0 ")
        elif message.type == "program_change":
            self._program.setdefault(message.channel, message.program)
        elif message.type == "control_change":
            self._control.setdefault((message.channel, message.control), message.value)
        elif message.type == "note_on" and message.velocity > 0:
            self._sounding[message.channel, message.note].append((self.tick, message.velocity))
            if message.channel != DRUM_CHANNEL:
                self.bends[message.note].add(self._wheel.get(message.channel, 0))
        elif message.type == "pitchwheel":
            self._wheel[message.channel] = message.pitch
        elif message.type in ("note_on", "note_off"):
            self._stop(message.channel, message.note)

    def _stop(self, channel: int, pitch: int) -> None:
        if waiting := self._sounding[channel, pitch]:
            start, velocity = waiting.pop(0)
            self._notes[channel].append(Note(start, pitch, max(1, self.tick - start), velocity))

    def parts(self) -> list[Part]:
        for (channel, pitch), waiting in self._sounding.items():
            for _ in tuple(waiting):
                self._stop(channel, pitch)
        return [
            Part(
                name=self.name,
                layer=layer_of_name(self.name) or (RHYTHM if channel == DRUM_CHANNEL else ""),
                channel=channel,
                program=self._program.get(channel, 0),
                pan=self._control.get((channel, PAN), 64),
                reverb=self._control.get((channel, REVERB), 40),
                notes=tuple(sorted(self._notes[channel])),
            )
            for channel in sorted(self._notes)
        ]


def layer_of_name(name: str) -> str:
    """The layer that a track name of ours speaks of: `harmony 2` is harmony; any other name gives an empty text."""
    first = name.lower().partition(" ")[0]
    return first if first in NOTE_LAYERS else ""


MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_KEYS = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")


def _signature(key: str) -> tuple[int, bool]:
    if key.endswith("m"):
        return MINOR_KEYS.index(key[:-1]) - 7, True
    return MAJOR_KEYS.index(key) - 7, False
