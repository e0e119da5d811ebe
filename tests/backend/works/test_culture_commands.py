"""`scale`, `composer` and what `compose` takes of scenes, scales and pictures; songs of an older engine."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from partbook.core.canonical import sha256_file, sha256_hex
from partbook.core.clock import FixedClock
from partbook.core.errors import PartbookError, UnusableInput
from partbook.core.settings import Settings
from partbook.music.midi_file import read_midi
from partbook.music.request import ComposeRequest
from partbook.music.scene import Scene
from partbook.sound import audio_file
from partbook.works import composer_commands, scale_commands, song_commands
from partbook.works.session_log import COMPOSED, append
from partbook.works.song_folder import SongFolder
from partbook.works.song_json import song_bytes
from partbook.works.song_making import compose_song
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song

CLOCK = FixedClock(datetime(2026, 11, 26, 9, 30, tzinfo=UTC))


def _run(room: ModuleType, tmp_path: Path, *words: object) -> str:
    app = typer.Typer(callback=lambda: None)
    room.attach(app)
    settings = Settings.from_environment({}, home=tmp_path / "home")
    outcome = CliRunner().invoke(app, [str(word) for word in words], obj=settings)
    if isinstance(outcome.exception, PartbookError):
        raise outcome.exception
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def test_scales_are_listed_and_shown_with_their_sources(tmp_path: Path) -> None:
    listed = json.loads(_run(scale_commands, tmp_path, "scale", "list", "--json"))
    assert len(listed) >= 30
    assert all(row["source"] and row["origin"] == "declared by rule, not learned" for row in listed)
    shown = _run(scale_commands, tmp_path, "scale", "show", "rast")
    assert "350.00" in shown
    assert "not learned" in shown


def test_a_scale_is_heard_as_notes_and_as_sound(tmp_path: Path) -> None:
    for name in ("rast.mid", "rast.wav"):
        _run(scale_commands, tmp_path, "scale", "hear", "rast", "--out", tmp_path / name, "--key", "D")
    assert any(read_midi((tmp_path / "rast.mid").read_bytes()).bends)
    samples, rate = audio_file.read(tmp_path / "rast.wav")
    assert len(samples) > 14 * rate
    with pytest.raises(UnusableInput, match=r"neither .mid nor .wav"):
        _run(scale_commands, tmp_path, "scale", "hear", "rast", "--out", tmp_path / "rast.ogg")


def _piece(number: int, tradition: str, split: str) -> str:
    row = {"piece": str(number), "source": "OpenScore", "licence": "CC0-1.0", "sha256": "0" * 64}
    return json.dumps({**row, "split": split, "tradition": tradition})


def test_the_training_is_reported_by_tradition(tmp_path: Path) -> None:
    manifest = tmp_path / "corpus-manifest.jsonl"
    rows = [_piece(1, "German song", "train"), _piece(2, "German song", "test"), _piece(3, "Polish", "train")]
    manifest.write_text("\n".join(rows) + "\n", encoding="utf-8")
    words = ("composer", "about", "--manifest", manifest, "--json")
    about = json.loads(_run(composer_commands, tmp_path, *words))
    assert about["rules"]["trained_on"] == []
    assert about["transformer"]["traditions"] == {"German song": {"test": 1, "train": 1}, "Polish": {"train": 1}}
    assert about["transformer"]["pieces"] == 3
    assert about["transformer"]["licences"] == {"CC0-1.0": 3}
    assert about["declared_scales"]["Arab"] >= 4


def test_without_a_model_it_says_that_nothing_was_learned(tmp_path: Path) -> None:
    words = ("composer", "about", "--manifest", tmp_path / "none.jsonl")
    said = _run(composer_commands, tmp_path, *words)
    assert "trained on nothing" in said
    assert "No model is here" in said
    assert json.loads(_run(composer_commands, tmp_path, *words, "--json"))["transformer"] is None


@pytest.mark.parametrize(("line", "said"), [("{", "line 2"), ('{"piece": "x"}', "licence"), ("[]", "line 2")])
def test_a_broken_manifest_is_named_by_its_line(tmp_path: Path, line: str, said: str) -> None:
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(_piece(1, "Polish", "train") + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(UnusableInput, match=said):
        _run(composer_commands, tmp_path, "composer", "about", "--manifest", manifest)


def _compose(tmp_path: Path, *words: object) -> dict[str, Any]:
    fixed = ("compose", "--seconds", 12, "--out", tmp_path / "song", "--no-render", "--json")
    made: dict[str, Any] = json.loads(_run(song_commands, tmp_path, *fixed, *words))
    return made


def test_a_picture_and_a_scale_are_composed_stored_and_proven(tmp_path: Path) -> None:
    picture = tmp_path / "sky.png"
    Image.new("RGB", (80, 60), (170, 210, 240)).save(picture)
    made = _compose(tmp_path, "--image", picture, "--scale", "yaman")
    assert made["plan"]["mode"] == "yaman"
    assert made["plan"]["valence"] > 0
    assert {"image", "scale", "parts"} <= {choice["what"] for choice in made["plan"]["choices"]}
    folder = SongFolder.open(tmp_path / "song")
    assert folder.song["parameters"]["image"]["sha256"] == sha256_file(picture)
    picture.unlink()
    assert verify_song(folder) == []
    assert share_of(folder).total_bps == 10_000


def test_a_scene_of_another_place_is_stored_with_its_hour(tmp_path: Path) -> None:
    scene = tmp_path / "scene.json"
    scene.write_text('{"size_m3": 9000, "audience": 30, "time_zone": "Asia/Tokyo", "at": "2026-12-24T12:00Z"}')
    made = _compose(tmp_path, "--mood", "joy", "--scene", scene)
    assert made["plan"]["parts"] == 2
    folder = SongFolder.open(tmp_path / "song")
    assert folder.song["scene"]["hour"] == 21
    assert verify_song(folder) == []


def test_a_song_of_the_first_engine_is_written_again_and_holds(tmp_path: Path) -> None:
    scene = Scene(size_m3=9000, audience=30, hour=3)
    wish = ComposeRequest("anger, then calm", 24, 7, scene=scene, version="1")
    made = compose_song(tmp_path / "old", wish, None, CLOCK)
    assert made.song["engine"]["version"] == "1"
    assert {section["mode"] for section in made.song["plan"]["sections"]} == {"phrygian", "lydian"}
    assert len(made.score().parts) >= 4
    assert verify_song(SongFolder.open(made.path)) == []


def test_a_song_of_an_unknown_engine_is_told_from_a_changed_one(tmp_path: Path) -> None:
    made = compose_song(tmp_path / "new", ComposeRequest("grief", 12, 7), None, CLOCK)
    song = {**made.song, "engine": {**made.song["engine"], "version": "9"}}
    made.paths.song.write_bytes(song_bytes(song))
    made.paths.session.unlink()
    giving = {"draft_sha256": sha256_file(made.paths.draft)}
    facts = {"song_sha256": sha256_hex(song_bytes(song))}
    append(made.paths.session, CLOCK, "engine rules 9", COMPOSED, source=facts, giving=giving)
    (finding,) = verify_song(SongFolder.open(made.path))
    assert finding.thing == "song.json"
    assert "composed by rules 9; this Partbook writes rules 1 and 2" in finding.message
