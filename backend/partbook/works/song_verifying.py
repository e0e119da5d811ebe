"""Prove a song folder: everything that a machine can make again is made again and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from partbook.core.canonical import sha256_file, sha256_hex
from partbook.core.errors import PartbookError
from partbook.music.engines import engine_named
from partbook.music.midi_file import write_midi
from partbook.music.request import ENGINES
from partbook.music.score import Score
from partbook.works.session_log import COMPOSED, RENDERED, BrokenLog, Entry, last_of
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import ChangedTake, regenerate_draft, replay, replay_lyrics, take_bytes, takes_of


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Args:
        thing: the file, relative to the song folder.
        message: what differs, in one sentence.
        expected: what should be there, if it is a hash.
        found: what is there.
    """

    thing: str
    message: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        return self.message

    def as_json(self) -> dict[str, str]:
        """As commands show it."""
        return dict(vars(self))


def verify_song(folder: SongFolder) -> list[Finding]:
    """What differs between a song's files and what they should be, the first cause first; empty if all is well.

    The draft is composed again and compared byte for byte; the log's chain, the takes' hashes, the score as draft plus
    takes, the words, and the hashes of mix and stems are checked.
    """
    return list(_findings(folder))


def _findings(folder: SongFolder) -> Iterator[Finding]:
    try:
        entries = folder.log()
    except BrokenLog as broken:
        yield Finding("session.jsonl", str(broken))
        return
    composed = last_of(entries, COMPOSED)
    if composed is None:
        yield Finding("session.jsonl", "The log does not say how the song began.")
        return
    yield from _compare(folder, "song.json", str(composed.source.get("song_sha256")), "logged when it was composed")
    another = _another_engine(folder.song["engine"])
    if another:
        yield Finding("song.json", another)
        return
    damaged = list(_takes(folder, entries))
    yield from damaged
    try:
        draft = regenerate_draft(folder)
    except PartbookError as unusable:
        yield Finding("song.json", str(unusable))
        return
    yield from _draft(folder, draft, composed)
    if not damaged:
        yield from _score(folder, draft, entries)
    rendered = last_of(entries, RENDERED)
    if rendered is not None:
        sounds = {"mix.wav": rendered.giving.get("mix_sha256")}
        sounds |= {f"stems/{layer}.wav": digest for layer, digest in rendered.giving.get("stems_sha256", {}).items()}
        for name, digest in sounds.items():
            yield from _compare(folder, name, str(digest), "logged when it was rendered")


def _another_engine(recorded: dict[str, Any]) -> str:
    """Why the engine at hand cannot write the same draft as the recorded one; empty if it can."""
    name, version = str(recorded.get("name")), str(recorded.get("version"))
    if name not in ENGINES:
        return f"It was composed by {name} {version}; this version knows {' and '.join(ENGINES)}."
    here = engine_named(name)
    if version != here.version:
        return f"It was composed by {name} {version}; this is {here.version}, which writes another draft."
    weights, ours = recorded.get("weights_sha256"), here.record["weights_sha256"]
    if weights != ours:
        return f"It was composed with the weights {weights}; these are {ours}, which write another draft."
    return ""


def _takes(folder: SongFolder, entries: list[Entry]) -> Iterator[Finding]:
    known = set()
    for entry in takes_of(entries):
        known.add(str(entry.source["file"]))
        try:
            take_bytes(folder, entry)
        except ChangedTake as changed:
            yield Finding(str(entry.source["file"]), str(changed), str(entry.source["sha256"]))
    for path in sorted(folder.paths.takes.iterdir()) if folder.paths.takes.is_dir() else []:
        name = f"takes/{path.name}"
        if name not in known:
            yield Finding(name, "No line of the session log speaks of this file.", "", sha256_file(path))


def _draft(folder: SongFolder, draft: Score, composed: Entry) -> Iterator[Finding]:
    again = sha256_hex(write_midi(draft))
    if again != composed.giving.get("draft_sha256"):
        yield Finding(
            "song.json", "Composing again from it gives another draft.", str(composed.giving.get("draft_sha256")), again
        )
    yield from _compare(folder, "draft.mid", again, "composed again from song.json")


def _score(folder: SongFolder, draft: Score, entries: list[Entry]) -> Iterator[Finding]:
    score = write_midi(replay(folder, draft, entries))
    yield from _compare(folder, "score.mid", sha256_hex(score), "that draft and takes give")
    words = replay_lyrics(folder, entries)
    if words is not None:
        yield from _compare(folder, "lyrics.txt", sha256_hex(words.encode()), "that the takes give")
    elif folder.paths.lyrics.exists():
        yield Finding("lyrics.txt", "No take brought these words.", "", sha256_file(folder.paths.lyrics))


def _compare(folder: SongFolder, name: str, expected: str, which: str) -> Iterator[Finding]:
    path = folder.path / name
    if not path.is_file():
        yield Finding(name, f"{name} is missing.", expected)
        return
    found = sha256_file(path)
    if found != expected:
        yield Finding(name, f"{name} differs from the one {which}.", expected, found)
