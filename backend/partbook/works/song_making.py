"""Make a song folder: plan, draft, score and log from a person's request."""

import shutil
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_hex
from partbook.core.clock import Clock
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.music.engines import engine_named
from partbook.music.given_melody import read_melody
from partbook.music.midi_file import write_midi
from partbook.music.planning import Plan, make_plan
from partbook.music.request import ComposeRequest
from partbook.music.score import MELODY, Score
from partbook.works.session_log import COMPOSED, TAKEN, Entry, append
from partbook.works.song_folder import SCHEMA, SongFolder, SongPaths
from partbook.works.song_json import song_bytes
from partbook.works.song_pictures import draw_song
from partbook.works.song_rendering import render_song
from partbook.works.song_replay import GIVEN_WITH_THE_REQUEST, placed_notes, with_take

__all__ = ["ComposeRequest", "compose_song"]


def compose_song(
    out: Path, request: ComposeRequest, soundfont: Path | None, clock: Clock, force: bool = False
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

    Raises:
        UnusableInput: the request cannot be granted.
        Mismatch: `out` is in use.
        NotConfigured: the synthesiser or its SoundFont is missing.
    """
    plan = make_plan(request)
    title = request.title.strip() or _title_of(out)
    given = read_melody(request.melody) if request.melody else None
    draft = engine_named(request.engine).compose(plan, request.seed, given)
    midi = write_midi(draft)
    melody = _melody_entry(request, plan) if given else None
    score = write_midi(_with_melody(draft, melody, request, plan))
    song = song_bytes(_song(request, plan, title, midi, melody, draft.seconds))
    paths = SongPaths(out)
    if force or not _is_same_song(paths, song, melody is not None):
        _make_room(paths, force)
        _begin(paths, request, song, sha256_hex(midi), melody, sha256_hex(score), clock)
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


def _song(
    request: ComposeRequest, plan: Plan, title: str, midi: bytes, melody: Entry | None, seconds: float
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "title": title,
        "language": request.language,
        "milliseconds": round(seconds * 1000),
        "makers": [request.by] if request.by else [],
        "engine": engine_named(request.engine).record,
        "seed": request.seed,
        "parameters": request.parameters(),
        "scene": request.scene.as_json(),
        "melody": melody.source["file"] if melody else None,
        "plan": plan.as_json(),
        "draft_sha256": sha256_hex(midi),
    }


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
        for file in (paths.session, paths.score, paths.mix, paths.lyrics):
            file.unlink(missing_ok=True)


def _melody_entry(request: ComposeRequest, plan: Plan) -> Entry:
    """The melody that came with the request, as the first take."""
    assert request.melody is not None
    source = {
        "file": f"takes/001-{MELODY}-1-{plan.bars}.mid",
        "sha256": sha256_hex(request.melody),
        "kind": GIVEN_WITH_THE_REQUEST,
    }
    return Entry(0, "", request.by or "unnamed", TAKEN, MELODY, "", (1, plan.bars), source, {}, "", "")


def _with_melody(draft: Score, melody: Entry | None, request: ComposeRequest, plan: Plan) -> Score:
    if melody is None or request.melody is None:
        return draft
    return with_take(draft, melody, placed_notes(draft, melody, request.melody), plan.palette.as_json())


def _begin(
    paths: SongPaths,
    request: ComposeRequest,
    song: bytes,
    draft_sha256: str,
    melody: Entry | None,
    score_sha256: str,
    clock: Clock,
) -> None:
    """Write `song.json`, the given melody and the first lines of the log."""
    paths.takes.mkdir(parents=True, exist_ok=True)
    paths.session.unlink(missing_ok=True)
    write_whole(paths.song, song)
    facts, giving = {"song_sha256": sha256_hex(song)}, {"draft_sha256": draft_sha256}
    append(paths.session, clock, str(engine_named(request.engine)), COMPOSED, source=facts, giving=giving)
    if melody is not None and request.melody is not None:
        write_whole(paths.root / str(melody.source["file"]), request.melody)
        giving = {"score_sha256": score_sha256}
        append(
            paths.session, clock, melody.by, TAKEN, layer=MELODY, bars=melody.bars, source=melody.source, giving=giving
        )
