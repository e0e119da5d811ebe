"""Make a song folder: plan, draft, score and log from a person's request."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_hex
from partbook.core.clock import Clock
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.music.composing import Composition, compose
from partbook.music.engines import engine_of, record_of
from partbook.music.given_melody import read_melody
from partbook.music.midi_file import write_midi
from partbook.music.planning import Plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import stated_motif
from partbook.music.score import MELODY, Part, Score, Tempo, bar_ticks
from partbook.music.score_file import ending_of
from partbook.works.motif_packs import LicensedMotif
from partbook.works.session_log import COMPOSED, TAKEN, Entry, append
from partbook.works.song_folder import SCHEMA, SongFolder, SongPaths
from partbook.works.song_json import fact_hashes, song_bytes
from partbook.works.song_pictures import draw_song
from partbook.works.song_rendering import render_song
from partbook.works.song_replay import (
    FROM_PARENT,
    GIVEN_WITH_THE_REQUEST,
    LICENSED_MOTIF,
    kept_melody,
    placed_notes,
    with_take,
)

__all__ = ["ComposeRequest", "compose_song"]


Taken = tuple[Entry, bytes]
"""A take that a song begins with: its line of the log, without number and hash, and its file."""


def compose_song(
    out: Path,
    request: ComposeRequest,
    soundfont: Path | None,
    clock: Clock,
    force: bool = False,
    parent: dict[str, Any] | None = None,
    licensed: LicensedMotif | None = None,
) -> SongFolder:
    """Compose a song into a folder.

    The same words, numbers and seed give the same `draft.mid` and the same sound, byte for byte, under any title.

    Args:
        out: where the song will lie. A folder that holds anything else is refused; one that holds this very song
            without takes is written again, identically.
        request: what is wished.
        soundfont: for the sound; None leaves the song unrendered.
        clock: for the log.
        force: write into `out` whatever it holds. Takes and log of a song there are removed.
        parent: what `song.json` keeps of the parent of a derived song; see `song_deriving`.
        licensed: a motif for the theme; where it stands as it is, it is its owner's first take.

    Raises:
        UnusableInput: the request cannot be granted.
        Mismatch: `out` is in use.
        NotConfigured: the synthesiser or its SoundFont is missing.
    """
    if licensed is not None:
        request = licensed.asked_of(request)
    made = compose(request)
    title = request.title.strip() or _title_of(out)
    takes = _opening_takes(request, made, licensed)
    scores = [made.draft]
    for entry, data in takes:
        placed = placed_notes(scores[-1], entry, data)
        scores.append(with_take(scores[-1], entry, placed, made.plan.palette.as_json()))
    midis = [write_midi(score) for score in scores]
    song = song_bytes(_song(request, made, title, midis[0], takes, parent, licensed))
    paths = SongPaths(out)
    if force or not _is_same_song(paths, song, len(takes)):
        _make_room(paths, force)
        _begin(paths, request, song, midis, takes, licensed, clock)
    folder = SongFolder.open(out)
    write_whole(paths.draft, midis[0])
    write_whole(paths.score, midis[-1])
    draw_song(folder)
    if soundfont is not None:
        render_song(folder, soundfont, clock)
    return folder


def _title_of(out: Path) -> str:
    words = out.resolve().name.replace("-", " ").replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or "Untitled"


def _song(
    request: ComposeRequest,
    made: Composition,
    title: str,
    midi: bytes,
    takes: list[Taken],
    parent: dict[str, Any] | None,
    licensed: LicensedMotif | None,
) -> dict[str, Any]:
    song = {
        "schema": SCHEMA,
        "title": title,
        "language": request.language,
        "milliseconds": round(made.draft.seconds * 1000),
        "makers": [request.by] if request.by else [],
        "engine": record_of(request),
        "seed": request.seed,
        "parameters": request.parameters(),
        "scene": request.scene.as_json(),
        "melody": takes[0][0].source["file"] if request.melody else None,
        "plan": made.plan.as_json(),
        "draft_sha256": sha256_hex(midi),
    }
    if request.derivation:
        song["derivation"] = request.derivation.as_json()
    if parent and request.material:
        song["parent"] = parent
        song["material_sha256"] = sha256_hex(request.material)
    if licensed:
        song["motif"] = licensed.facts
    return song


def _is_same_song(paths: SongPaths, song: bytes, opening_takes: int) -> bool:
    """Whether the folder holds this very song, with no takes but those that it began with."""
    if not paths.song.is_file() or not paths.session.is_file() or paths.song.read_bytes() != song:
        return False
    takes = len(list(paths.takes.iterdir())) if paths.takes.is_dir() else 0
    return takes == opening_takes


def _make_room(paths: SongPaths, force: bool) -> None:
    root = paths.root
    if root.exists() and not root.is_dir():
        raise UnusableInput(f"{root} is a file; a song needs a folder. Give another --out.")
    if not root.exists() or not any(root.iterdir()):
        return
    if not force:
        held = "another song, or one with takes" if paths.song.is_file() else "other files"
        raise Mismatch(f"{root} holds {held}. Give another --out, or --force to write over it.")
    if paths.song.is_file():
        for folder in (paths.takes, paths.stems, paths.consents):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (paths.session, paths.score, paths.mix, paths.lyrics, *paths.given()):
            file.unlink(missing_ok=True)


def _opening_takes(request: ComposeRequest, made: Composition, licensed: LicensedMotif | None) -> list[Taken]:
    """The takes that the song begins with.

    They are the melody of the request, the licensed motif where the theme states it, or what each person has in the
    parent's melody.
    """
    if request.melody:
        bars = read_melody(request.melody).bars
        return [_taken(1, (1, bars), request.by or "unnamed", request.melody, {"kind": GIVEN_WITH_THE_REQUEST})]
    if licensed:
        return [_stated(request, made.plan, licensed)]
    return [
        _taken(number, (1, made.plan.bars), person, kept_melody(notes, made.draft), {"kind": FROM_PARENT})
        for number, (person, notes) in enumerate(made.kept.items(), 1)
    ]


def _stated(request: ComposeRequest, plan: Plan, licensed: LicensedMotif) -> Taken:
    first_bar, notes = stated_motif(plan, request.seed)
    bar = bar_ticks(plan.metre)
    last_bar = notes[-1].start // bar + 1
    shift = (first_bar - 1) * bar
    part = Part(MELODY, MELODY, 0, 0, 64, 0, tuple(replace(note, start=note.start - shift) for note in notes))
    tempi = (Tempo(0, plan.sections[0].microseconds),)
    stated = Score(licensed.motif.title, plan.metre, plan.sharps, False, last_bar - first_bar + 1, tempi, (part,))
    facts = {"kind": LICENSED_MOTIF, **licensed.facts}
    return _taken(1, (first_bar, last_bar), licensed.pack.owner, write_midi(stated), facts)


def _taken(number: int, bars: tuple[int, int], by: str, data: bytes, facts: dict[str, Any]) -> Taken:
    name = f"takes/{number:03d}-{MELODY}-{bars[0]}-{bars[1]}{ending_of(data)}"
    source = {"file": name, "sha256": sha256_hex(data), **facts}
    return Entry(0, "", by, TAKEN, MELODY, "", bars, source, {}, "", ""), data


def _begin(
    paths: SongPaths,
    request: ComposeRequest,
    song: bytes,
    midis: list[bytes],
    takes: list[Taken],
    licensed: LicensedMotif | None,
    clock: Clock,
) -> None:
    """Write `song.json`, what the song was given, and the first lines of the log."""
    paths.takes.mkdir(parents=True, exist_ok=True)
    paths.session.unlink(missing_ok=True)
    for file in paths.given():
        file.unlink(missing_ok=True)
    write_whole(paths.song, song)
    facts: dict[str, Any] = {"song_sha256": sha256_hex(song), "facts_sha256": fact_hashes(json.loads(song))}
    giving = {"draft_sha256": sha256_hex(midis[0])}
    if request.derivation:
        facts["derivation"] = request.derivation.kind
    if request.material:
        write_whole(paths.material, request.material)
        facts["material_sha256"] = sha256_hex(request.material)
    if licensed:
        write_whole(paths.motif, licensed.data)
        write_whole(paths.motif_pack, licensed.pack.as_bytes())
    append(paths.session, clock, engine_of(request), COMPOSED, source=facts, giving=giving)
    for (entry, data), score in zip(takes, midis[1:], strict=True):
        write_whole(paths.root / str(entry.source["file"]), data)
        giving = {"score_sha256": sha256_hex(score)}
        append(paths.session, clock, entry.by, TAKEN, layer=MELODY, bars=entry.bars, source=entry.source, giving=giving)
