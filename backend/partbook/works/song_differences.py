"""What exactly differs in a song's file: which fact, which note, which line of the words."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from partbook.core.canonical import canonical_json, sha256_hex
from partbook.core.errors import PartbookError
from partbook.music.composing import Composition
from partbook.music.engine_versions import ENGINE_VERSION
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.score import NOTE_LAYERS, Score
from partbook.music.score_difference import Difference, first_difference
from partbook.works.session_log import Entry
from partbook.works.song_folder import SongFolder
from partbook.works.song_json import fact_hashes, facts_of
from partbook.works.song_replay import replay_steps

SHOWN = 60
"""Letters of a value that a sentence shows."""


def changed_fact(song: dict[str, Any], logged: Mapping[str, str]) -> tuple[str, str]:
    """The first fact of `song.json` that is not what it was when the song was composed.

    Args:
        song: the file as it is now.
        logged: the hash of each fact then; songs of before 2026-11-26 have none.

    Returns:
        A sentence, and the path of the fact; the path is empty where it cannot be told.
    """
    general = "song.json differs from the one logged when it was composed."
    if not logged:
        return general, ""
    try:
        now = fact_hashes(song)
    except ValueError:
        return general, ""
    values = dict(facts_of(song))
    for path in [*logged, *now]:
        if path not in now:
            return f"{general} It lacks {path}.", path
        if path not in logged:
            return f"{general} It says {path}, which was not there: {_shown(values[path])}.", path
        if now[path] != logged[path]:
            return f"{general} {path} was changed; it now says {_shown(values[path])}.", path
    return f"{general} Its facts are the same; only how they are written was changed.", ""


def unlike_plan(folder: SongFolder, made: Composition) -> tuple[str, str, str, str] | None:
    """The first derived fact of `song.json` that does not follow from its seed and parameters.

    The plan of an earlier version of the engine had other facts, so of that song only length and draft are compared.

    Returns:
        Sentence, expected, found and path; None if all follow.
    """
    should: dict[str, Any] = {
        "milliseconds": round(made.draft.seconds * 1000),
        "plan": made.plan.as_json(),
        "draft_sha256": sha256_hex(write_midi(made.draft)),
    }
    if made.plan.version != ENGINE_VERSION:
        del should["plan"]
    has = {name: folder.song.get(name) for name in should}
    there = dict(facts_of(has))
    for path, value in facts_of(should):
        if canonical_json(there.get(path)) != canonical_json(value):
            found, expected = _shown(there.get(path)), _shown(value)
            sentence = f"song.json says {path} {found}; its seed and parameters give {expected}."
            return sentence, expected, found, path
    return None


def _shown(value: Any) -> str:
    text = canonical_json(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def changed_score(expected: Score, path: Path) -> Difference | None:
    """Where a MIDI file first differs from the score that it should hold."""
    data = path.read_bytes() if path.is_file() else b""
    if not data:
        return None
    should = write_midi(expected)
    try:
        found = read_midi(data, path.name)
    except PartbookError:
        found = None
    different = first_difference(read_midi(should), found) if found else None
    if different:
        return different
    at = next((at for at, (one, other) in enumerate(zip(should, data, strict=False)) if one != other), len(should))
    return Difference(f"byte {at} of {len(data)} differs; the notes are the same" if found else f"byte {at} differs")


def changed_take(folder: SongFolder, draft: Score, entries: Sequence[Entry], number: int) -> Difference | None:
    """Where a take that was changed after the fact first differs from what the score has of it.

    Args:
        folder: the song, whose `score.mid` still has what the take was.
        draft: what the machine wrote.
        entries: the log.
        number: the take's line.
    """
    entry = entries[number - 1]
    if entry.layer not in NOTE_LAYERS or not folder.paths.score.is_file():
        return None
    try:
        score = draft
        for _, score in replay_steps(folder, draft, entries, _as_it_lies):  # noqa: B007 (the last one counts)
            pass
        return first_difference(folder.score(), read_midi(write_midi(score)))
    except (PartbookError, OSError):
        return None


def _as_it_lies(folder: SongFolder, entry: Entry) -> bytes:
    """The bytes of a take, whatever was logged of them."""
    return (folder.path / str(entry.source["file"])).read_bytes()


def changed_words(expected: str, path: Path) -> tuple[int, str]:
    """The first line of the words that differs, counted from 1, and a sentence; 0 where there is no file."""
    if not path.is_file():
        return 0, ""
    found = path.read_bytes().decode("utf-8", errors="replace")
    pairs = zip_longest(expected.split("\n"), found.split("\n"))
    for number, (should, has) in enumerate(pairs, 1):
        if should != has:
            return number, f"Line {number} should be {_line(should)} and is {_line(has)}."
    return 0, ""


def _line(text: str | None) -> str:
    return "absent" if text is None else f"“{text[:SHOWN]}”"
