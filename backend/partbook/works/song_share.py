"""The AI share of a song folder, from the regenerated draft, the takes and the score as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from partbook.core.canonical import sha256_hex
from partbook.music.alignment import Laying
from partbook.music.composing import Composition, compose
from partbook.music.evidence import Evidence, evidence_of, laying_as_json, laying_sentence
from partbook.music.lyric_origins import word_origins
from partbook.music.origins import Event, Found, NoteOrigins, Origin, note_origins
from partbook.music.score import LAYERS, LYRICS, NOTE_LAYERS, PERFORMANCE, PRODUCTION, RHYTHM, Note, Score
from partbook.music.share import LayerShare, Share, share_from
from partbook.music.share_policy import SharePolicy, read_policy
from partbook.music.sources import Take
from partbook.works.session_log import Entry
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import (
    FROM_PARENT,
    GIVEN_WITH_THE_REQUEST,
    ChangedTake,
    kept_melody,
    placed_notes,
    take_bytes,
    takes_of,
)

__all__ = ["LayerShare", "Measurement", "Share", "measure", "origins_of", "share_of"]


@dataclass(frozen=True)
class Measurement:
    """The AI share with everything that it rests on.

    Args:
        share: the figures, as they are registered.
        policy: the rules.
        laying: how the song was laid over draft and takes.
        events: by layer, every event with its source: notes in the order of the score, words, bars performed.
    """

    share: Share
    policy: SharePolicy
    laying: Laying
    events: dict[str, list[Event]]

    def evidence(self, layer: str) -> tuple[Evidence, ...]:
        """The events of a layer by source."""
        return evidence_of(self.events[layer])

    def as_json(self) -> dict[str, Any]:
        """The share, and for each layer its weight and its evidence."""
        found = self.share.as_json()
        for layer, row in found["layers"].items():
            row["weight"] = self.policy.weights[layer]
            row["evidence"] = [each.as_json() for each in self.evidence(layer)]
        return found | {"laying": laying_as_json(self.laying), "laid": laying_sentence(self.laying)}


def share_of(folder: SongFolder) -> Share:
    """How much of a song a machine made: the same integers from the same files, on any machine.

    The log tells where takes lie; it is not believed about what they gave. The score itself is compared.

    Raises:
        BrokenLog, ChangedTake: the log or a take was changed after the fact.
        UnusableInput: `song.json` or `score.mid` was damaged.
    """
    return measure(folder).share


def origins_of(folder: SongFolder) -> dict[str, list[Origin]]:
    """By layer, the origin of each event: of every note in the order of the score, every word, every bar performed."""
    return {layer: [event.origin for event in events] for layer, events in measure(folder).events.items()}


def measure(folder: SongFolder) -> Measurement:
    """The AI share with the evidence for it; raises what `share_of` does."""
    policy, entries = read_policy(), takes_of(folder.log())
    score, made = folder.score(), compose(folder.request)
    draft = made.draft
    takes = [take for entry in entries if entry.layer in NOTE_LAYERS for take in [_take(folder, made, entry)]]
    found = note_origins(_layers(score), _layers(draft), takes, draft.bar_ticks, policy)
    events = dict(found.layers)
    events[LYRICS] = _words(folder, entries, policy)
    events[PERFORMANCE] = _performances(score, found, entries)
    events[PRODUCTION] = _production(entries) if score.parts else []
    present = {layer: events[layer] for layer in LAYERS if events.get(layer)}
    share = share_from({layer: [event.origin for event in each] for layer, each in present.items()}, policy)
    return Measurement(share, policy, found.laying, present)


def _take(folder: SongFolder, made: Composition, entry: Entry) -> Take:
    assert entry.bars is not None
    placed = placed_notes(made.draft, entry, take_bytes(folder, entry))
    notes = tuple(sorted(note for notes in placed.values() for note in notes))
    first, last = (entry.bars[0] - 1) * made.draft.bar_ticks, entry.bars[1] * made.draft.bar_ticks
    if entry.source.get("kind") == FROM_PARENT:  # it lies among the draft's notes and replaces none
        last = first
    earlier = is_written_upon(folder, made, entry)
    return Take(str(entry.source["file"]), entry.layer, first, last, notes, earlier)


def is_written_upon(folder: SongFolder, made: Composition, entry: Entry) -> bool:
    """Whether a take was there before the draft, which was written upon it.

    The log is not believed: it is the melody that `song.json` names, or what deriving again gives for this person.

    Raises:
        ChangedTake: it is said to come out of the parent and does not.
    """
    kind = entry.source.get("kind")
    if kind == FROM_PARENT:
        notes = made.kept.get(entry.by)
        if notes is None or sha256_hex(kept_melody(notes, made.draft)) != entry.source["sha256"]:
            raise ChangedTake(f"{entry.source['file']} is not what {entry.by} has in the parent's melody.")
        return True
    return kind == GIVEN_WITH_THE_REQUEST and entry.source["file"] == folder.song["melody"]


def _layers(score: Score) -> dict[str, list[Note]]:
    return {layer: score.in_layer(layer) for layer in NOTE_LAYERS}


def _words(folder: SongFolder, entries: Sequence[Entry], policy: SharePolicy) -> list[Event]:
    if not folder.paths.lyrics.is_file():
        return []
    words = folder.paths.lyrics.read_text(encoding="utf-8", errors="replace")
    verses = {
        str(entry.source["file"]): take_bytes(folder, entry).decode("utf-8-sig")
        for entry in entries
        if entry.layer == LYRICS
    }
    return word_origins(words, verses, policy.word_row)


def _performances(score: Score, found: NoteOrigins, entries: Sequence[Entry]) -> list[Event]:
    """An event for each bar in which a part sounds: a person's where a recording of that part covers its source."""
    played: dict[tuple[str, int], str] = {}
    for entry in entries:
        if entry.layer == PERFORMANCE:
            assert entry.bars is not None
            played |= {(entry.part, bar): str(entry.source["file"]) for bar in range(entry.bars[0], entry.bars[1] + 1)}
    laying, events = found.laying, []
    for part in score.parts:
        bars: dict[int, tuple[int, int]] = {}
        for note in part.notes:
            read, _ = laying.fit.read(note.start, note.pitch, part.layer or RHYTHM)
            source, _ = laying.read(note.start, note.pitch, part.layer or RHYTHM)
            bars.setdefault(read // laying.bar, (note.start // laying.bar + 1, source // laying.bar + 1))
        for _, (bar, source_bar) in sorted(bars.items()):
            file = played.get((part.name, source_bar), "")
            events.append(Event(Origin.HUMAN if file else Origin.AI, file, Found.EXACT, bar))
    return events


def _production(entries: Sequence[Entry]) -> list[Event]:
    """One event, the mix: a person's if she brought one."""
    mixes = [str(entry.source["file"]) for entry in entries if entry.layer == PRODUCTION]
    return [Event(Origin.HUMAN if mixes else Origin.AI, mixes[-1] if mixes else "", Found.EXACT)]
