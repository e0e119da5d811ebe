"""Draft and takes, played back in order, give the score; and the words likewise."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from partbook.core.canonical import sha256_hex
from partbook.core.errors import Mismatch, UnusableInput
from partbook.music.engines import engine_named
from partbook.music.given_melody import melody_part, read_melody
from partbook.music.midi_file import read_midi
from partbook.music.orchestration import INSTRUMENTS
from partbook.music.planning import make_plan
from partbook.music.rules_engine import SEATS
from partbook.music.score import (
    BASS,
    DRUM_CHANNEL,
    HARMONY,
    LYRICS,
    MELODY,
    NOTE_LAYERS,
    RHYTHM,
    Note,
    Part,
    Score,
    between,
    replaced,
)
from partbook.works.session_log import TAKEN, Entry
from partbook.works.song_folder import SongFolder

GIVEN_WITH_THE_REQUEST = "given melody"
"""What `source` says of the melody that came with the request."""


class ChangedTake(Mismatch):
    """A take's file is not what was logged."""


def regenerate_draft(folder: SongFolder) -> Score:
    """The draft, written anew from `song.json` alone; every note carries its reason.

    Raises:
        UnusableInput: `song.json` was damaged.
    """
    request = folder.request
    given = read_melody(request.melody) if request.melody else None
    return engine_named(request.engine).compose(make_plan(request), request.seed, given)


def takes_of(entries: Sequence[Entry]) -> list[Entry]:
    """The lines of the log that brought something."""
    return [entry for entry in entries if entry.what == TAKEN]


def take_bytes(folder: SongFolder, entry: Entry) -> bytes:
    """The file of a take.

    Raises:
        ChangedTake: it is missing or differs from what was logged.
    """
    path = folder.path / str(entry.source["file"])
    if path.parent != folder.paths.takes or not path.is_file():
        raise ChangedTake(f"{path} is missing, though line {entry.number} of the session log names it.")
    data = path.read_bytes()
    if sha256_hex(data) != entry.source["sha256"]:
        raise ChangedTake(f"{path} was changed after it was taken in (line {entry.number} of the session log).")
    return data


def placed_notes(song: Score, entry: Entry, data: bytes) -> dict[str, tuple[Note, ...]]:
    """The notes of a take by part name, where they stand in the song.

    A file no longer than the bars asked for is laid where they begin; a longer one is taken for the whole song, and
    these bars are taken from it.

    Args:
        song: gives the metre.
        entry: layer and bars of the take.
        data: its MIDI file.

    Raises:
        UnusableInput: no such notes in the file.
    """
    assert entry.bars is not None
    name = str(entry.source["file"])
    if entry.source.get("kind") == GIVEN_WITH_THE_REQUEST:
        return {MELODY: read_melody(data, name).notes}
    source = read_midi(data, name)
    parts = _parts_of_layer(source, entry.layer, name)
    bar, (first_bar, last_bar) = song.bar_ticks, entry.bars
    first, last = (first_bar - 1) * bar, last_bar * bar
    end = max(note.start for part in parts for note in part.notes) + 1
    shift = first if -(-end // bar) <= last_bar - first_bar + 1 else 0
    placed = []
    for part in parts:
        moved = [replace(note, start=note.start + shift) for note in part.notes]
        notes = tuple(replace(n, length=min(n.length, last - n.start)) for n in between(moved, first, last))
        placed.append((part.name.lower(), notes))
    if not any(notes for _, notes in placed):
        raise UnusableInput(
            f"{name} has {-(-end // bar)} bars and no {entry.layer} note in bars {first_bar} to {last_bar}. "
            "Give a file of just these bars, or one of the whole song."
        )
    if entry.layer == HARMONY:
        return _as_two_voices(placed)
    return {entry.layer: tuple(sorted(note for _, notes in placed for note in notes))}


def _parts_of_layer(source: Score, layer: str, name: str) -> list[Part]:
    named = [part for part in source.parts if part.layer == layer]
    if named:
        return named
    if layer == MELODY and (melody := melody_part(source)):
        return [melody]
    pitched = [part for part in source.parts if part.layer != RHYTHM]
    if layer == BASS and len(pitched) > 1:
        return [min(pitched, key=lambda part: sum(n.pitch for n in part.notes) * 1000 // len(part.notes))]
    chosen = list(source.parts) if layer == RHYTHM else pitched
    if not chosen:
        raise UnusableInput(f"{name} has drums only, so it gives no {layer}.")
    return chosen


def _as_two_voices(placed: list[tuple[str, tuple[Note, ...]]]) -> dict[str, tuple[Note, ...]]:
    """Harmony notes for its two parts: as their tracks say, or else the upper half of each chord and the lower half."""
    names = ("harmony 1", "harmony 2")
    if all(name in names for name, _ in placed):
        both = {name: tuple(n for own, notes in placed if own == name for n in notes) for name in names}
        return {name: tuple(sorted(notes)) for name, notes in both.items()}
    upper: list[Note] = []
    lower: list[Note] = []
    everything = sorted(note for _, notes in placed for note in notes)
    for _, chord in groupby(everything, key=lambda note: note.start):
        notes = sorted(chord, key=lambda note: -note.pitch)
        upper += notes[: (len(notes) + 1) // 2]
        lower += notes[(len(notes) + 1) // 2 :]
    return {names[0]: tuple(sorted(upper)), names[1]: tuple(sorted(lower))}


def with_take(song: Score, entry: Entry, placed: dict[str, tuple[Note, ...]], instruments: dict[str, str]) -> Score:
    """The song with a take's bars in the place of what stood there."""
    assert entry.bars is not None
    first, last = (entry.bars[0] - 1) * song.bar_ticks, entry.bars[1] * song.bar_ticks
    for name, notes in placed.items():
        part = song.part(name) or _new_part(name, entry.layer, instruments)
        song = song.with_part(replace(part, notes=replaced(part.notes, first, last, notes)))
    order = [seat[0] for seat in SEATS] + [RHYTHM]
    kept = sorted((part for part in song.parts if part.notes), key=lambda part: order.index(part.name))
    return replace(song, parts=tuple(kept))


def _new_part(name: str, layer: str, instruments: dict[str, str]) -> Part:
    for seat, _, channel, pan in SEATS:
        if seat == name:
            return Part(name, layer, channel, INSTRUMENTS.get(instruments.get(name, ""), 0), pan, 40, ())
    return Part(name, layer, DRUM_CHANNEL, 0, 64, 20, ())


def replay(folder: SongFolder, draft: Score, entries: Sequence[Entry]) -> Score:
    """The score that draft and takes give.

    Raises:
        ChangedTake: a take is not what was logged.
    """
    song = draft
    instruments = dict(folder.song["plan"]["instruments"])
    for entry in takes_of(entries):
        data = take_bytes(folder, entry)
        if entry.layer in NOTE_LAYERS:
            song = with_take(song, entry, placed_notes(song, entry, data), instruments)
    return song


def replay_lyrics(folder: SongFolder, entries: Sequence[Entry]) -> str | None:
    """The words that the takes of lyrics give, in the order of their bars; None if there are none.

    A later take takes the place of earlier ones whose bars it covers.
    """
    verses: list[tuple[tuple[int, int], int, str]] = []
    for entry in takes_of(entries):
        if entry.layer != LYRICS:
            continue
        assert entry.bars is not None
        first, last = entry.bars
        verses = [verse for verse in verses if not (first <= verse[0][0] and verse[0][1] <= last)]
        verses.append((entry.bars, entry.number, take_bytes(folder, entry).decode("utf-8-sig").strip()))
    return "\n\n".join(text for _, _, text in sorted(verses)) + "\n" if verses else None
