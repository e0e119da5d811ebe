"""A song folder by the engine `transformer`: made again identically, proven, and told from songs of other weights."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from partbook.core.clock import FixedClock
from partbook.core.errors import UnusableInput
from partbook.music.engines import unwritable
from partbook.music.learned_engine import ENGINE_VERSION
from partbook.music.model.weights import SHIPPED
from partbook.music.request import ComposeRequest
from partbook.works.song_explaining import explain_bar
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song

CLOCK = FixedClock(datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
WISH = ComposeRequest("grief, then hope", 30, 7, engine="transformer", by="0xAna")


@pytest.fixture
def song(tmp_path: Path) -> SongFolder:
    return compose_song(tmp_path / "song", WISH, None, CLOCK)


def test_the_record_names_engine_version_weights_and_arithmetic(song: SongFolder) -> None:
    facts = json.loads((SHIPPED.parent / "model-card.json").read_text())
    engine = song.song["engine"]
    assert (engine["name"], engine["version"]) == ("transformer", ENGINE_VERSION)
    assert engine["weights_sha256"] == facts["weights_sha256"]
    assert engine["runs_sha256"] == facts["runs_sha256"]
    assert "float64" in engine["arithmetic"]


def test_a_song_verifies_and_is_the_machines_alone(song: SongFolder) -> None:
    assert verify_song(song) == []
    assert share_of(song).total_bps == 10_000


def test_the_same_wish_gives_the_same_files_in_another_folder(song: SongFolder, tmp_path: Path) -> None:
    other = compose_song(tmp_path / "elsewhere", replace(WISH, title=song.title), None, CLOCK)
    for name in ("song.json", "draft.mid", "score.mid", "session.jsonl"):
        assert (other.path / name).read_bytes() == (song.path / name).read_bytes()


def test_a_song_of_other_weights_is_named_and_not_composed_again(song: SongFolder) -> None:
    record = dict(song.song)
    record["engine"] = record["engine"] | {"weights_sha256": "0" * 64}
    (song.path / "song.json").write_text(json.dumps(record))
    tampered = SongFolder.open(song.path)
    assert verify_song(tampered)[0].parameter == "engine.weights_sha256"
    assert "cannot be written again" in unwritable(record["engine"])
    with pytest.raises(UnusableInput, match="weights"):
        share_of(tampered)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": "2.1"}, f"composed by transformer 2.1; this Partbook writes transformer {ENGINE_VERSION}"),
        ({"runs_sha256": "0" * 64}, "composed with the runs of training 0000"),
    ],
)
def test_a_song_of_an_earlier_version_or_of_other_runs_is_told_apart(
    song: SongFolder, change: dict[str, str], says: str
) -> None:
    assert unwritable(song.song["engine"]) == ""
    assert says in unwritable(song.song["engine"] | change)


def test_explain_gives_a_reason_for_every_note_of_a_bar(song: SongFolder) -> None:
    notes = explain_bar(song, 5)
    assert {note["part"] for note in notes} >= {"melody", "bass"}
    assert all(note["reason"] for note in notes)
    assert any("the network gave it" in note["reason"] for note in notes)
