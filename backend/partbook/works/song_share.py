"""The AI share of a song folder, from the regenerated draft, the takes and the score as it stands."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from partbook.core.canonical import sha256_hex
from partbook.music.composing import Composition, compose
from partbook.music.origins import Origin, note_origins
from partbook.music.score import LYRICS, NOTE_LAYERS, PERFORMANCE, PRODUCTION, Note, Score
from partbook.music.share import LayerShare, Share, share_from
from partbook.music.share_policy import read_policy
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

__all__ = ["LayerShare", "Share", "origins_of", "share_of"]


def share_of(folder: SongFolder) -> Share:
    """How much of a song a machine made: the same integers from the same files, on any machine.

    The log tells where takes lie; it is not believed about what they gave. The score itself is compared.

    Raises:
        BrokenLog, ChangedTake: the log or a take was changed after the fact.
        UnusableInput: `song.json` or `score.mid` was damaged.
    """
    return share_from(origins_of(folder), read_policy())


def origins_of(folder: SongFolder) -> dict[str, list[Origin]]:
    """By layer, the origin of each event: of every note in the order of the score, every word, every bar performed."""
    entries = folder.log()
    score, made = folder.score(), compose(folder.request)
    draft = made.draft
    takes: dict[str, list[Sequence[Note]]] = {layer: [] for layer in NOTE_LAYERS}
    earlier: dict[str, list[Sequence[Note]]] = {layer: [] for layer in NOTE_LAYERS}
    for entry in takes_of(entries):
        data = take_bytes(folder, entry)
        if entry.layer in NOTE_LAYERS:
            placed = placed_notes(draft, entry, data)
            brought = earlier if is_written_upon(folder, made, entry) else takes
            brought[entry.layer].append(sorted(note for notes in placed.values() for note in notes))
    origins = note_origins(_layers(score), _layers(draft), takes, read_policy(), earlier)
    origins[LYRICS] = _word_origins(folder, entries)
    origins[PERFORMANCE] = _performance_origins(score, entries)
    produced = any(entry.layer == PRODUCTION for entry in takes_of(entries))
    origins[PRODUCTION] = [Origin.HUMAN if produced else Origin.AI] if score.parts else []
    return {layer: events for layer, events in origins.items() if events}


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


def _word_origins(folder: SongFolder, entries: Sequence[Entry]) -> list[Origin]:
    if not folder.paths.lyrics.is_file():
        return []
    words = folder.paths.lyrics.read_text(encoding="utf-8", errors="replace").split()
    origins = [Origin.UNDECLARED] * len(words)
    for entry in takes_of(entries):
        if entry.layer != LYRICS:
            continue
        brought = take_bytes(folder, entry).decode("utf-8-sig").split()
        for match in SequenceMatcher(None, words, brought, autojunk=False).get_matching_blocks():
            origins[match.a : match.a + match.size] = [Origin.HUMAN] * match.size
    return origins


def _performance_origins(score: Score, entries: Sequence[Entry]) -> list[Origin]:
    """An event for each bar in which a part sounds: a person's where a recording of that part covers the bar."""
    played: dict[str, set[int]] = {}
    for entry in takes_of(entries):
        if entry.layer == PERFORMANCE:
            assert entry.bars is not None
            played.setdefault(entry.part, set()).update(range(entry.bars[0], entry.bars[1] + 1))
    origins = []
    for part in score.parts:
        for bar in sorted({score.bar_of(note.start) for note in part.notes}):
            origins.append(Origin.HUMAN if bar in played.get(part.name, ()) else Origin.AI)
    return origins
