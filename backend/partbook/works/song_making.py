"""Make a song folder: plan, draft, score and log from a person's request."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_hex
from partbook.core.clock import Clock
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.music.engine_versions import ENGINE_NAME, ENGINE_VERSION
from partbook.music.given_melody import read_melody
from partbook.music.midi_file import write_midi
from partbook.music.planning import Plan, make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft, stated_motif
from partbook.music.score import MELODY, Part, Score, Tempo, bar_ticks
from partbook.works.motif_packs import LicensedMotif
from partbook.works.session_log import COMPOSED, TAKEN, Entry, append
from partbook.works.song_folder import SCHEMA, SongFolder, SongPaths
from partbook.works.song_json import song_bytes
from partbook.works.song_pictures import draw_song
from partbook.works.song_rendering import render_song
from partbook.works.song_replay import GIVEN_WITH_THE_REQUEST, LICENSED_MOTIF, placed_notes, with_take

__all__ = ["ComposeRequest", "compose_song"]

ENGINE = f"engine {ENGINE_NAME} {ENGINE_VERSION}"


def compose_song(
    out: Path,
    request: ComposeRequest,
    soundfont: Path | None,
    clock: Clock,
    force: bool = False,
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
        licensed: a motif for the theme; where it stands as it is, it is its owner's first take.

    Raises:
        UnusableInput: the request cannot be granted.
        Mismatch: `out` is in use.
        NotConfigured: the synthesiser or its SoundFont is missing.
    """
    if licensed is not None:
        request = licensed.asked_of(request)
    plan = make_plan(request)
    title = request.title.strip() or _title_of(out)
    given = read_melody(request.melody) if request.melody else None
    draft = compose_draft(plan, request.seed, given)
    midi = write_midi(draft)
    first = _first_take(request, plan, licensed)
    score = write_midi(_with_take(draft, first, plan))
    song = song_bytes(_song(request, plan, title, midi, first, licensed, draft.seconds))
    paths = SongPaths(out)
    if force or not _is_same_song(paths, song, first is not None):
        _make_room(paths, force)
        _begin(paths, song, sha256_hex(midi), first, licensed, sha256_hex(score), clock)
    folder = SongFolder.open(out)
    write_whole(paths.draft, midi)
    write_whole(paths.score, score)
    draw_song(folder)
    if soundfont is not None:
        render_song(folder, soundfont, clock)
    return folder


def _title_of(out: Path) -> str:
    words = out.resolve().name.replace("-", " ").replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or "Untitled"


@dataclass(frozen=True)
class _FirstTake:
    """What a person's hand is in the song from the beginning: a line of the log to be, and the file."""

    entry: Entry
    data: bytes


def _song(
    request: ComposeRequest,
    plan: Plan,
    title: str,
    midi: bytes,
    first: _FirstTake | None,
    licensed: LicensedMotif | None,
    seconds: float,
) -> dict[str, Any]:
    more = {"motif": licensed.facts} if licensed else {}
    return {
        "schema": SCHEMA,
        "title": title,
        "language": request.language,
        "milliseconds": round(seconds * 1000),
        "makers": [request.by] if request.by else [],
        "engine": {"name": ENGINE_NAME, "version": request.version, "weights_sha256": None},
        "seed": request.seed,
        "parameters": request.parameters(),
        "scene": request.scene.as_json(),
        "melody": first.entry.source["file"] if first and request.melody else None,
        "plan": plan.as_json(),
        "draft_sha256": sha256_hex(midi),
    } | more


def _is_same_song(paths: SongPaths, song: bytes, has_melody: bool) -> bool:
    """Whether the folder holds this very song, with no takes but the melody of the request."""
    if not paths.song.is_file() or not paths.session.is_file() or paths.song.read_bytes() != song:
        return False
    takes = len(list(paths.takes.iterdir())) if paths.takes.is_dir() else 0
    return takes == int(has_melody)


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
        for folder in (paths.takes, paths.stems):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (paths.session, paths.score, paths.mix, paths.lyrics, paths.motif, paths.motif_pack):
            file.unlink(missing_ok=True)


def _first_take(request: ComposeRequest, plan: Plan, licensed: LicensedMotif | None) -> _FirstTake | None:
    """The melody that came with the request, or the licensed motif where the theme states it."""
    if request.melody is not None:
        return _take(request.by or "unnamed", (1, plan.bars), request.melody, {"kind": GIVEN_WITH_THE_REQUEST})
    if licensed is None:
        return None
    first_bar, notes = stated_motif(plan, request.seed)
    bar = bar_ticks(plan.metre)
    last_bar = notes[-1].start // bar + 1
    shift = (first_bar - 1) * bar
    part = Part(MELODY, MELODY, 0, 0, 64, 0, tuple(replace(note, start=note.start - shift) for note in notes))
    tempi = (Tempo(0, plan.sections[0].microseconds),)
    stated = Score(licensed.motif.title, plan.metre, plan.sharps, False, last_bar - first_bar + 1, tempi, (part,))
    facts = {"kind": LICENSED_MOTIF, **licensed.facts}
    return _take(licensed.pack.owner, (first_bar, last_bar), write_midi(stated), facts)


def _take(by: str, bars: tuple[int, int], data: bytes, facts: dict[str, Any]) -> _FirstTake:
    source = {"file": f"takes/001-{MELODY}-{bars[0]}-{bars[1]}.mid", "sha256": sha256_hex(data), **facts}
    return _FirstTake(Entry(0, "", by, TAKEN, MELODY, "", bars, source, {}, "", ""), data)


def _with_take(draft: Score, first: _FirstTake | None, plan: Plan) -> Score:
    if first is None:
        return draft
    return with_take(draft, first.entry, placed_notes(draft, first.entry, first.data), plan.palette.as_json())


def _begin(
    paths: SongPaths,
    song: bytes,
    draft_sha256: str,
    first: _FirstTake | None,
    licensed: LicensedMotif | None,
    score_sha256: str,
    clock: Clock,
) -> None:
    """Write `song.json`, what a person brought with the request, and the first lines of the log."""
    paths.takes.mkdir(parents=True, exist_ok=True)
    paths.session.unlink(missing_ok=True)
    write_whole(paths.song, song)
    if licensed is not None:
        write_whole(paths.motif, licensed.data)
        write_whole(paths.motif_pack, licensed.pack.as_bytes())
    facts, giving = {"song_sha256": sha256_hex(song)}, {"draft_sha256": draft_sha256}
    append(paths.session, clock, ENGINE, COMPOSED, source=facts, giving=giving)
    if first is not None:
        entry = first.entry
        write_whole(paths.root / str(entry.source["file"]), first.data)
        giving = {"score_sha256": score_sha256}
        append(paths.session, clock, entry.by, TAKEN, layer=MELODY, bars=entry.bars, source=entry.source, giving=giving)
