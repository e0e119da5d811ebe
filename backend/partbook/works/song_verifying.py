"""Prove a song folder: everything that a machine can make again is made again and compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_file, sha256_hex
from partbook.core.errors import PartbookError, UnusableInput
from partbook.music.composing import Composition, compose
from partbook.music.engines import unwritable
from partbook.music.midi_file import write_midi
from partbook.music.score import LAYERS, Score
from partbook.music.score_difference import Difference
from partbook.works.motif_packs import parse_pack
from partbook.works.session_log import COMPOSED, RENDERED, TAKEN, BrokenLog, Entry, last_of
from partbook.works.song_differences import changed_fact, changed_score, changed_take, changed_words, unlike_plan
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import (
    FROM_PARENT,
    ChangedTake,
    kept_melody,
    replay_lyrics,
    replay_steps,
    take_bytes,
    takes_of,
)

LOG = "session.jsonl"


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Args:
        thing: the file, relative to the song folder.
        message: what differs, in one sentence.
        expected: what should be there, if it is a hash.
        found: what is there.
        parameter: which fact of `song.json`, such as `parameters.mood`.
        line: which line of the log or of the words, counted from 1; 0 for none.
        part: which instrument's part.
        bar: in which bar, counted from 1; 0 for none.
        beat: on which beat, counted from 1, such as `2.5`.
    """

    thing: str
    message: str
    expected: str = ""
    found: str = ""
    parameter: str = ""
    line: int = 0
    part: str = ""
    bar: int = 0
    beat: str = ""

    def __str__(self) -> str:
        return self.message

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        return dict(vars(self))


def verify_folder(path: Path) -> tuple[SongFolder | None, list[Finding]]:
    """Open a folder and prove its song; a `song.json` that cannot be read is the first finding.

    Raises:
        NotFound: there is no song.
    """
    try:
        folder = SongFolder.open(path)
    except UnusableInput as unreadable:
        return None, [Finding("song.json", str(unreadable))]
    return folder, verify_song(folder)


def verify_song(folder: SongFolder) -> list[Finding]:
    """What differs between a song's files and what they should be, the first cause first; empty if all is well.

    The draft is composed again and compared byte for byte; the log's chain and each line's facts, the takes' hashes,
    the score as draft plus takes, the words, and the hashes of mix and stems are checked.
    """
    return list(_findings(folder))


def _findings(folder: SongFolder) -> Iterator[Finding]:
    try:
        entries = folder.log()
    except BrokenLog as broken:
        yield Finding(LOG, str(broken), line=broken.line)
        return
    composed = last_of(entries, COMPOSED)
    if composed is None or entries[0] != composed:
        yield Finding(LOG, "The log does not begin with how the song began.", line=1)
        return
    unfit = list(_lines(entries))
    if unfit:
        yield from unfit
        return
    song = list(_song(folder, composed))
    yield from song
    if song:
        yield from _takes(folder, entries)
        return
    another = unwritable(folder.song["engine"])
    if another:
        yield Finding("song.json", another)
        yield from _compare(
            folder, "draft.mid", str(composed.giving.get("draft_sha256")), "logged when it was composed"
        )
        return
    if material := composed.source.get("material_sha256"):
        yield from _compare(folder, "material.mid", str(material), "that the song was derived from")
    if "motif" in folder.song:
        yield from _motif(folder)
    damaged = list(_takes(folder, entries))
    try:
        made = compose(folder.request)
        unlike = unlike_plan(folder, made)
    except PartbookError as unusable:
        yield from damaged
        yield Finding("song.json", str(unusable))
        return
    if unlike:
        yield Finding("song.json", *unlike)
    yield from (changed_take_finding(folder, made.draft, entries, finding) for finding in damaged)
    yield from _draft(folder, made.draft, composed)
    yield from _kept(made, entries)
    if not damaged:
        yield from _score(folder, made.draft, entries)
    yield from _sound(folder, entries)
    yield from _consents(folder, entries)


def _motif(folder: SongFolder) -> Iterator[Finding]:
    """The licensed motif and its owner's signature, as they were when the song was composed."""
    facts = folder.song["motif"]
    yield from _compare(folder, folder.paths.motif.name, str(facts["motif_sha256"]), "that its owner signed")
    yield from _compare(folder, folder.paths.motif_pack.name, str(facts["pack_sha256"]), "it was composed under")
    try:
        parse_pack(folder.paths.motif_pack)
    except PartbookError as unusable:
        yield Finding(folder.paths.motif_pack.name, str(unusable))


def _kept(made: Composition, entries: Sequence[Entry]) -> Iterator[Finding]:
    """People's notes out of the parent are what deriving again gives, and each person has hers."""
    expected = {person: sha256_hex(kept_melody(notes, made.draft)) for person, notes in made.kept.items()}
    for entry in takes_of(entries):
        if entry.source.get("kind") != FROM_PARENT:
            continue
        name, digest = str(entry.source["file"]), str(entry.source["sha256"])
        wanted = expected.pop(entry.by, "")
        if wanted != digest:
            yield Finding(name, f"It is not what {entry.by} has in the parent's melody.", wanted, digest)
    for person, wanted in expected.items():
        yield Finding(LOG, f"It lacks the take of what {person} has in the parent's melody.", wanted)


def _consents(folder: SongFolder, entries: Sequence[Entry]) -> Iterator[Finding]:
    """The singers' consents as they came in; whether one still holds is for a release to ask."""
    known = {str(e.source["consent"]): e for e in entries if "consent" in e.source}
    for name, entry in known.items():
        digest = str(entry.source.get("consent_sha256"))
        yield from (replace(found, line=entry.number) for found in _compare(folder, name, digest, "that came in"))
    for path in sorted(folder.paths.consents.iterdir()) if folder.paths.consents.is_dir() else []:
        name = f"consents/{path.name}"
        if name not in known:
            yield Finding(name, "No line of the session log speaks of this file.", "", sha256_file(path))


def _lines(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Lines that no command of ours writes, though their hashes fit."""
    for entry in takes_of(entries):
        lacking = [name for name in ("file", "sha256") if not isinstance(entry.source.get(name), str)]
        lacking += [] if entry.layer in LAYERS else ["layer"]
        lacking += [] if entry.bars and 1 <= entry.bars[0] <= entry.bars[1] else ["bars"]
        if lacking:
            message = f"Line {entry.number} of the log brings a take without a usable {' and '.join(lacking)}."
            yield Finding(LOG, message, line=entry.number)


def _song(folder: SongFolder, composed: Entry) -> Iterator[Finding]:
    """`song.json` as it was logged; if it is not, which of its facts was changed."""
    expected, found = str(composed.source.get("song_sha256")), sha256_file(folder.paths.song)
    if expected != found:
        message, parameter = changed_fact(folder.song, composed.source.get("facts_sha256", {}))
        yield Finding("song.json", message, expected, found, parameter=parameter)


def _takes(folder: SongFolder, entries: Sequence[Entry]) -> Iterator[Finding]:
    known = set()
    for entry in takes_of(entries):
        name = str(entry.source.get("file"))
        known.add(name)
        try:
            take_bytes(folder, entry)
        except ChangedTake as changed:
            path = folder.path / name
            found = sha256_file(path) if path.is_file() else ""
            yield Finding(name, str(changed), str(entry.source.get("sha256")), found, line=entry.number)
    for path in sorted(folder.paths.takes.iterdir()) if folder.paths.takes.is_dir() else []:
        name = f"takes/{path.name}"
        if name not in known:
            yield Finding(name, "No line of the session log speaks of this file.", "", sha256_file(path))


def changed_take_finding(folder: SongFolder, draft: Score, entries: Sequence[Entry], finding: Finding) -> Finding:
    """A finding about a take, with the place in the music where it differs from what the score has."""
    where = changed_take(folder, draft, entries, finding.line) if finding.line and finding.found else None
    if where is None:
        return finding
    return _placed(finding.thing, f"{finding.message} Against the score, {where.message}.", where, finding)


def _placed(thing: str, message: str, where: Difference, finding: Finding) -> Finding:
    return Finding(
        thing,
        message,
        finding.expected,
        finding.found,
        line=finding.line,
        part=where.part,
        bar=where.bar,
        beat=where.beat,
    )


def _draft(folder: SongFolder, draft: Score, composed: Entry) -> Iterator[Finding]:
    again, logged = sha256_hex(write_midi(draft)), str(composed.giving.get("draft_sha256"))
    if again != logged:
        same = folder.paths.draft.is_file() and sha256_file(folder.paths.draft) == again
        thing = LOG if same else "song.json"
        yield Finding(thing, "Composing again gives another draft than line 1 of the log tells.", logged, again, line=1)
    yield from _midi(folder, "draft.mid", draft, "composed again from song.json")


def _midi(folder: SongFolder, name: str, expected: Score, which: str) -> Iterator[Finding]:
    """A MIDI file against the score that it should hold; what differs first is named."""
    for finding in _compare(folder, name, sha256_hex(write_midi(expected)), which):
        where = changed_score(expected, folder.path / name)
        yield _placed(name, f"{finding.message} First, {where.message}.", where, finding) if where else finding


def _score(folder: SongFolder, draft: Score, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Each line's own account of what it gave, then the score and the words as they stand."""
    score, states = draft, {0: sha256_hex(write_midi(draft))}
    try:
        for entry, score in replay_steps(folder, draft, entries):
            states[entry.number] = sha256_hex(write_midi(score))
            if "score_sha256" in entry.giving and entry.giving["score_sha256"] != states[entry.number]:
                message = f"Line {entry.number} of the log tells of another score than draft and takes give there."
                yield Finding(LOG, message, states[entry.number], str(entry.giving["score_sha256"]), line=entry.number)
    except UnusableInput as unusable:
        line = next(entry.number for entry in takes_of(entries) if entry.number not in states)
        yield Finding(LOG, f"Line {line} of the log cannot be followed: {unusable}", line=line)
        return
    yield from _midi(folder, "score.mid", score, "that draft and takes give")
    yield from _words(folder, entries)
    for entry in entries:
        if entry.what != RENDERED:
            continue
        then = [number for number in states if number < entry.number]
        if entry.source.get("score_sha256") != states[max(then)]:
            message = f"Line {entry.number} of the log tells of sound from another score than there was then."
            found = str(entry.source.get("score_sha256"))
            yield Finding(LOG, message, states[max(then)], found, line=entry.number)


def _words(folder: SongFolder, entries: Sequence[Entry]) -> Iterator[Finding]:
    for number, entry in enumerate(entries, 1):
        if entry.what == TAKEN and "lyrics_sha256" in entry.giving:
            then = sha256_hex((replay_lyrics(folder, entries[:number]) or "").encode())
            if entry.giving["lyrics_sha256"] != then:
                message = f"Line {number} of the log tells of other words than the takes give there."
                yield Finding(LOG, message, then, str(entry.giving["lyrics_sha256"]), line=number)
    words = replay_lyrics(folder, entries)
    if words is None:
        if folder.paths.lyrics.exists():
            yield Finding("lyrics.txt", "No take brought these words.", "", sha256_file(folder.paths.lyrics))
        return
    for finding in _compare(folder, "lyrics.txt", sha256_hex(words.encode()), "that the takes give"):
        line, told = changed_words(words, folder.paths.lyrics)
        message = f"{finding.message} {told}".strip()
        yield Finding("lyrics.txt", message, finding.expected, finding.found, line=line)


def _sound(folder: SongFolder, entries: Sequence[Entry]) -> Iterator[Finding]:
    rendered = last_of(entries, RENDERED)
    if rendered is None:
        return
    sounds = {"mix.wav": rendered.giving.get("mix_sha256")}
    sounds |= {f"stems/{layer}.wav": digest for layer, digest in rendered.giving.get("stems_sha256", {}).items()}
    for name, digest in sounds.items():
        yield from _compare(folder, name, str(digest), "logged when it was rendered")
    logged = {f"{layer}.wav" for entry in entries for layer in entry.giving.get("stems_sha256", {})}
    for path in sorted(folder.paths.stems.iterdir()) if folder.paths.stems.is_dir() else []:
        if path.name not in logged:
            name = f"stems/{path.name}"
            yield Finding(name, "No line of the session log speaks of this file.", "", sha256_file(path))


def _compare(folder: SongFolder, name: str, expected: str, which: str) -> Iterator[Finding]:
    path = folder.path / name
    if not path.is_file():
        yield Finding(name, f"{name} is missing.", expected)
        return
    found = sha256_file(path)
    if found != expected:
        yield Finding(name, f"{name} differs from the one {which}.", expected, found)
