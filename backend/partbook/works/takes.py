"""Take in what a person brings: a file that replaces some bars of one layer, kept, logged and put into the song."""

import re
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_hex
from partbook.core.clock import Clock
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address
from partbook.music.midi_file import write_midi
from partbook.music.score import LAYERS, LYRICS, NOTE_LAYERS, PERFORMANCE, PRODUCTION, Score
from partbook.sound import audio_file
from partbook.works.session_log import TAKEN, Entry, append
from partbook.works.song_folder import SongFolder
from partbook.works.song_pictures import draw_song
from partbook.works.song_replay import placed_notes, regenerate_draft, replay, replay_lyrics, with_take
from partbook.works.voices import VOICE_LAYERS, admit_voice, keep_consent

LARGEST_TEXT = 200_000
LARGEST_AUDIO = 500_000_000
_BARS = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def parse_bars(text: str | None, song_bars: int) -> tuple[int, int]:
    """First and last bar from `9-16` or `9`; the whole song from None.

    Raises:
        UnusableInput: not such a text, or bars that the song does not have.
    """
    if text is None:
        return 1, song_bars
    match = _BARS.fullmatch(text.strip())
    if match is None:
        raise UnusableInput(
            f"'{text}' is not a stretch of bars. Write it like 9-16; the song has bars 1 to {song_bars}."
        )
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= song_bars:
        raise UnusableInput(f"Bars {first} to {last} were asked for; the song has bars 1 to {song_bars}.")
    return first, last


def add_take(
    folder: SongFolder,
    layer: str,
    source: Path,
    bars: str | None,
    by: str,
    clock: Clock,
    part: str = "",
    kind: str = "",
    voice_of: str = "",
    consent: Path | None = None,
) -> Entry:
    """Put a person's contribution into a song.

    The file is kept in `takes/`, the score or the words are written anew, and the log gets a line. The sound is then
    older than the song until `render_song`.

    Args:
        folder: the song.
        layer: `melody`, `harmony`, `bass`, `rhythm` from a MIDI file; `lyrics` from a text; `performance` and
            `production` from a sound file.
        source: the file.
        bars: such as `9-16`, counted from 1, inclusive; None for the whole song.
        by: account of who made it.
        clock: for the log.
        part: whose performance: `melody`, `harmony 1`, `harmony 2`, `bass` or `rhythm`; `melody` unless told.
        kind: remark for the log's `from`.
        voice_of: account of the singer whose voice it imitates; empty for a voice of one's own, or none.
        consent: her consent; needed unless the song has one that still holds.

    Returns:
        The new line of the log.

    Raises:
        UnusableInput: unknown layer or bars, or a file that cannot be used.
        Mismatch: the song's files are no longer what the log says.
        Unconsented: it imitates a voice without consent.
    """
    if layer not in LAYERS:
        raise UnusableInput(f"'{layer}' is not a layer. Layers: {', '.join(LAYERS)}.")
    if not by.strip():
        raise UnusableInput("Say who made this take: --by and the account.")
    data = _read(source, layer)
    _check_voice(folder, layer, source, voice_of, consent, by, clock)
    entries = folder.log()
    draft = regenerate_draft(folder)
    score = replay(folder, draft, entries)
    if write_midi(score) != folder.paths.score.read_bytes():
        raise Mismatch(
            f"{folder.paths.score} was changed outside of takes. Keep your file elsewhere, restore the score from a "
            "copy, and bring the change in with `partbook song take`."
        )
    span = parse_bars(bars, score.bars)
    part = _part(score, layer, part)
    number = 1 + sum(1 for entry in entries if entry.what == TAKEN)
    name = f"{number:03d}-{layer}-{span[0]}-{span[1]}{source.suffix.lower() or '.bin'}"
    origin: dict[str, Any] = {"file": f"takes/{name}", "sha256": sha256_hex(data)}
    if kind:
        origin["kind"] = kind
    draft_entry = Entry(0, "", by, TAKEN, layer, part, span, origin, {}, "", "")
    giving: dict[str, Any] = {}
    if layer in NOTE_LAYERS:
        instruments = dict(folder.song["plan"]["instruments"])
        try:
            placed = placed_notes(score, draft_entry, data)
        except UnusableInput as unusable:
            raise UnusableInput(str(unusable).replace(origin["file"], str(source))) from None
        score = with_take(score, draft_entry, placed, instruments)
        midi = write_midi(score)
        giving["score_sha256"] = sha256_hex(midi)
    elif layer in (PERFORMANCE, PRODUCTION):
        _check_sound(source, score, layer, span)
    if voice_of:
        origin |= {"voice_of": voice_of} | (keep_consent(folder, consent) if consent else {})
    write_whole(folder.paths.takes / name, data)
    if layer == LYRICS:
        words = replay_lyrics(folder, [*entries, draft_entry]) or ""
        giving["lyrics_sha256"] = sha256_hex(words.encode())
    entry = append(
        folder.paths.session, clock, by, TAKEN, layer=layer, part=part, bars=span, source=origin, giving=giving
    )
    if layer in NOTE_LAYERS:
        write_whole(folder.paths.score, midi)
    if layer == LYRICS:
        write_whole(folder.paths.lyrics, words.encode())
    if layer in NOTE_LAYERS:
        draw_song(folder)
    return entry


def _check_voice(
    folder: SongFolder, layer: str, source: Path, voice_of: str, consent: Path | None, by: str, clock: Clock
) -> None:
    if consent and not voice_of:
        raise UnusableInput("A --consent belongs to a voice: say whose with --voice-of.")
    if not voice_of:
        return
    if layer not in VOICE_LAYERS:
        raise UnusableInput(f"--voice-of belongs to {' or '.join(VOICE_LAYERS)}, not to {layer}.")
    admit_voice(folder, Address(voice_of), str(source), consent, by, int(clock.now().timestamp()))


def _read(source: Path, layer: str) -> bytes:
    if not source.is_file():
        raise UnusableInput(f"{source} is not a file.")
    size, largest = source.stat().st_size, LARGEST_AUDIO if layer in (PERFORMANCE, PRODUCTION) else LARGEST_TEXT * 20
    if size == 0 or size > largest:
        raise UnusableInput(f"{source} has {size} bytes; a take of {layer} has 1 to {largest}.")
    data = source.read_bytes()
    if layer == LYRICS:
        try:
            words = data.decode("utf-8-sig").split()
        except UnicodeDecodeError:
            raise UnusableInput(f"{source} is not a text in UTF-8. Save it as plain text.") from None
        if not words or len(data) > LARGEST_TEXT:
            raise UnusableInput(
                f"{source} has {len(words)} words; lyrics have at least one, in at most {LARGEST_TEXT} bytes."
            )
    return data


def _part(score: Score, layer: str, part: str) -> str:
    if layer != PERFORMANCE:
        if part:
            raise UnusableInput(f"--part belongs to a performance, not to {layer}.")
        return ""
    names = [p.name for p in score.parts]
    chosen = part or names[0]
    if chosen not in names:
        raise UnusableInput(f"The song has no part '{chosen}'. Parts: {', '.join(names)}.")
    return chosen


def _check_sound(source: Path, score: Score, layer: str, span: tuple[int, int]) -> None:
    with audio_file.open_audio(source) as reader:
        for _ in reader.blocks():
            pass
        audio_file.refuse_damage(reader)
        seconds = reader.seconds_read
    if layer == PRODUCTION:
        if span != (1, score.bars):
            raise UnusableInput(f"A production is a mix of the whole song, bars 1 to {score.bars}. Leave --bars away.")
        if seconds < score.seconds * 0.9:
            raise UnusableInput(f"{source} lasts {seconds:.1f} s; the song lasts {score.seconds:.1f} s.")
    elif seconds <= 0:
        raise UnusableInput(f"{source} holds no sound.")
