"""Say for each note why it is there and who it comes from."""

from typing import Any

from partbook.core.errors import UnusableInput
from partbook.music.modes import note_name, spell
from partbook.music.origins import Origin
from partbook.music.score import NOTE_LAYERS, RHYTHM, TICKS, Note
from partbook.works.session_log import TAKEN, Entry
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import regenerate_draft
from partbook.works.song_share import origins_of


def explain_song(folder: SongFolder, bar: int | None = None) -> dict[str, Any]:
    """The plan with its reasons, and with `bar` every note of that bar with its reason and origin.

    Raises:
        UnusableInput: the song does not have that bar.
    """
    plan = folder.song["plan"]
    explained: dict[str, Any] = {"title": folder.title, "choices": plan["choices"], "sections": plan["sections"]}
    if bar is not None:
        explained["bar"] = bar
        explained["notes"] = explain_bar(folder, bar)
    return explained


def explain_bar(folder: SongFolder, bar: int) -> list[dict[str, Any]]:
    """Every note that begins in a bar, with part, time, pitch, reason and origin, in the order of time."""
    score, draft, entries = folder.score(), regenerate_draft(folder), folder.log()
    if not 1 <= bar <= score.bars:
        raise UnusableInput(f"Bar {bar} was asked for; the song has bars 1 to {score.bars}.")
    origins = origins_of(folder)
    reasons = {(layer, note.start, note.pitch): note.reason for layer in NOTE_LAYERS for note in draft.in_layer(layer)}
    notes = []
    for layer in NOTE_LAYERS:
        for note, origin in zip(score.in_layer(layer), origins.get(layer, []), strict=True):
            if score.bar_of(note.start) != bar:
                continue
            part = next(p.name for p in score.parts if p.layer == layer and note in p.notes)
            beat = note.start % score.bar_ticks * score.metre[1] / (4 * TICKS) + 1
            notes.append(
                {
                    "part": part,
                    "beat": round(beat, 3),
                    "pitch": note.pitch,
                    "name": f"drum {note.pitch}" if layer == RHYTHM else _named(note, score.sharps),
                    "origin": origin.value,
                    "reason": _reason(origin, reasons.get((layer, note.start, note.pitch)), entries, layer, bar),
                }
            )
    return sorted(notes, key=lambda note: (note["beat"], note["part"], note["pitch"]))


def _named(note: Note, sharps: int) -> str:
    return f"{note_name(note.pitch, sharps)}{spell(note.pitch, sharps)[1]}"


def _reason(origin: Origin, composed: str | None, entries: list[Entry], layer: str, bar: int) -> str:
    if origin is Origin.UNDECLARED:
        return "neither draft nor takes have it: the score was changed outside of takes"
    taken = [e for e in entries if e.what == TAKEN and e.layer == layer and e.bars and e.bars[0] <= bar <= e.bars[1]]
    if origin is Origin.HUMAN or (composed is None and taken):
        newest = taken[-1] if taken else None
        return f"{newest.source['file']}, brought by {newest.by}" if newest else "from a take"
    return composed or "the draft's note at another pitch or time"
