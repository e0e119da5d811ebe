"""A song folder: made once, made again identically, never written over by mistake, proven and explained."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from partbook.core.clock import FixedClock
from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.request import ComposeRequest
from partbook.music.score import HARMONY, LYRICS, MELODY, RHYTHM, TICKS, Note, Part, Score, Tempo
from partbook.works.session_log import BrokenLog, append, read_log
from partbook.works.song_explaining import explain_bar, explain_song
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_rendering import render_is_stale
from partbook.works.song_replay import ChangedTake
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song
from partbook.works.takes import add_take, parse_bars

CLOCK = FixedClock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
WISH = ComposeRequest("grief, then hope", 40, 7, by="0xAna")
BEN, CHEN = "0xBen", "0xChen"


def tune(path: Path, pitches: list[int], name: str = "lead", channel: int = 0, step: int = TICKS) -> Path:
    """A MIDI file with these pitches one after another."""
    notes = tuple(Note(i * step, pitch, step, 80) for i, pitch in enumerate(pitches))
    part = Part(name, "", channel, 0, 64, 40, notes)
    bars = -(-len(pitches) * step // (4 * TICKS))
    path.write_bytes(write_midi(Score("", (4, 4), 0, False, bars, (Tempo(0, 500_000),), (part,))))
    return path


@pytest.fixture
def song(tmp_path: Path) -> SongFolder:
    return compose_song(tmp_path / "rain-choir", WISH, None, CLOCK)


def test_composing_leaves_a_whole_folder(song: SongFolder) -> None:
    names = {path.name for path in song.path.iterdir()}
    assert {"song.json", "draft.mid", "score.mid", "session.jsonl", "takes", "score.svg", "piano-roll.svg"} <= names
    assert song.title == "Rain Choir"
    assert song.paths.draft.read_bytes() == song.paths.score.read_bytes()
    assert verify_song(song) == []


def test_the_same_wish_gives_the_same_draft_under_any_title(song: SongFolder, tmp_path: Path) -> None:
    other = compose_song(tmp_path / "b", replace(WISH, title="Something else"), None, CLOCK)
    assert other.paths.draft.read_bytes() == song.paths.draft.read_bytes()


def test_composing_again_writes_the_same_and_logs_nothing(song: SongFolder) -> None:
    before = {path: path.read_bytes() for path in song.path.rglob("*") if path.is_file()}
    compose_song(song.path, WISH, None, CLOCK)
    assert {path: path.read_bytes() for path in song.path.rglob("*") if path.is_file()} == before


def test_a_folder_in_use_is_refused(song: SongFolder, tmp_path: Path) -> None:
    with pytest.raises(Mismatch, match="another song"):
        compose_song(song.path, replace(WISH, seed=8), None, CLOCK)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work")
    with pytest.raises(Mismatch, match="other files"):
        compose_song(tmp_path / "full", WISH, None, CLOCK)
    with pytest.raises(UnusableInput, match="is a file"):
        compose_song(tmp_path / "full" / "thesis.txt", WISH, None, CLOCK)


def test_takes_are_not_composed_over_unless_forced(song: SongFolder, tmp_path: Path) -> None:
    add_take(song, MELODY, tune(tmp_path / "t.mid", [72] * 8), "1-2", BEN, CLOCK)
    with pytest.raises(Mismatch, match="takes"):
        compose_song(song.path, WISH, None, CLOCK)
    again = compose_song(song.path, WISH, None, CLOCK, force=True)
    assert share_of(again).total_bps == 10_000
    assert verify_song(again) == []


def test_a_failed_wish_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput):
        compose_song(tmp_path / "nothing", ComposeRequest("grief, then hopp"), None, CLOCK)
    assert not (tmp_path / "nothing").exists()


def test_a_take_changes_its_bars_and_no_others(song: SongFolder, tmp_path: Path) -> None:
    before = song.score()
    entry = add_take(song, MELODY, tune(tmp_path / "t.mid", [72, 74, 76, 77] * 2), "5-6", BEN, CLOCK)
    after = song.score()
    bar = before.bar_ticks
    assert [n.pitch for n in after.in_layer(MELODY) if 4 * bar <= n.start < 6 * bar] == [72, 74, 76, 77] * 2
    old = [n.start for n in before.in_layer(MELODY) if not 4 * bar <= n.start < 6 * bar]
    assert [n.start for n in after.in_layer(MELODY) if not 4 * bar <= n.start < 6 * bar] == old
    assert before.in_layer(HARMONY) == after.in_layer(HARMONY)
    assert entry.bars == (5, 6)
    assert (song.path / str(entry.source["file"])).read_bytes() == (tmp_path / "t.mid").read_bytes()
    assert verify_song(song) == []


def test_a_take_lowers_the_share_of_its_layer_only(song: SongFolder, tmp_path: Path) -> None:
    before = share_of(song)
    add_take(song, MELODY, tune(tmp_path / "t.mid", [72, 74, 76, 77, 79, 77, 76, 74] * 2), "5-8", BEN, CLOCK)
    after = share_of(song)
    assert before.total_bps == 10_000
    assert 0 < after.layers[MELODY].ai_bps < 10_000
    assert after.layers[HARMONY].ai_bps == 10_000
    assert 0 < after.total_bps < 10_000


def test_a_long_file_gives_just_the_bars_asked_for(song: SongFolder, tmp_path: Path) -> None:
    whole = tune(tmp_path / "whole.mid", list(range(40, 40 + 4 * song.score().bars)))
    add_take(song, MELODY, whole, "3-4", BEN, CLOCK)
    bar = song.score().bar_ticks
    assert [n.pitch for n in song.score().in_layer(MELODY) if 2 * bar <= n.start < 4 * bar] == list(range(48, 56))


def test_harmony_and_drums_can_be_brought(song: SongFolder, tmp_path: Path) -> None:
    add_take(song, RHYTHM, tune(tmp_path / "d.mid", [36, 42, 38, 42], channel=9), "1", BEN, CLOCK)
    add_take(song, HARMONY, tune(tmp_path / "h.mid", [60, 64, 67, 64]), "2", BEN, CLOCK)
    score = song.score()
    drums = score.part("rhythm")
    assert drums is not None
    assert drums.channel == 9
    assert share_of(song).layers[RHYTHM].ai_bps == 0
    assert verify_song(song) == []


def test_words_are_a_layer_once_somebody_brings_them(song: SongFolder, tmp_path: Path) -> None:
    assert LYRICS not in share_of(song).layers
    words = tmp_path / "words.txt"
    words.write_text("Regen fällt\nauf leere Plätze\n", encoding="utf-8")
    add_take(song, LYRICS, words, None, CHEN, CLOCK)
    assert share_of(song).layers[LYRICS].ai_bps == 0
    assert share_of(song).layers[LYRICS].events == 5
    assert song.paths.lyrics.read_text(encoding="utf-8") == "Regen fällt\nauf leere Plätze\n"
    song.paths.lyrics.write_text("Regen fällt heute\nauf leere Plätze\n", encoding="utf-8")
    assert share_of(song).layers[LYRICS].undeclared == 1
    assert [f.thing for f in verify_song(song)] == ["lyrics.txt"]


@pytest.mark.parametrize(
    ("bars", "named"), [("9-99", "9 to 99"), ("0-3", "0 to 3"), ("5-2", "5 to 2"), ("x", "'x'"), ("99", "99 to 99")]
)
def test_bars_that_the_song_lacks_are_named(bars: str, named: str) -> None:
    with pytest.raises(UnusableInput, match=named) as refused:
        parse_bars(bars, 20)
    assert "1 to 20" in str(refused.value)


def test_unusable_takes_are_refused_and_change_nothing(song: SongFolder, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in song.path.rglob("*") if path.is_file()}
    drums = tune(tmp_path / "d.mid", [36] * 4, channel=9)
    (tmp_path / "empty.txt").write_text("  \n")
    (tmp_path / "noise.mid").write_bytes(b"MThd noise")
    late = tune(tmp_path / "late.mid", [60] * 4)
    cases: list[tuple[str, Path, str | None, str, str]] = [
        ("melodi", drums, "1", BEN, "not a layer"),
        (MELODY, drums, "1", BEN, "drums only"),
        (MELODY, tmp_path / "none.mid", "1", BEN, "not a file"),
        (MELODY, tmp_path / "noise.mid", "1", BEN, "damaged"),
        (LYRICS, tmp_path / "empty.txt", None, BEN, "0 words"),
        (LYRICS, late, None, BEN, "not a text|words"),
        ("production", late, None, BEN, "."),
        (MELODY, late, "1", " ", "--by"),
    ]
    for layer, source, bars, by, named in cases:
        with pytest.raises(UnusableInput, match=named):
            add_take(song, layer, source, bars, by, CLOCK)
    assert {path: path.read_bytes() for path in song.path.rglob("*") if path.is_file()} == before


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("thing", ["song.json", "draft.mid", "score.mid", "session.jsonl", "takes/001-melody-5-6.mid"])
def test_a_flipped_bit_is_named(song: SongFolder, tmp_path: Path, thing: str) -> None:
    add_take(song, MELODY, tune(tmp_path / "t.mid", [72, 74, 76, 77] * 2), "5-6", BEN, CLOCK)
    if thing == "song.json":
        song.paths.song.write_text(song.paths.song.read_text().replace('"seed": 7', '"seed": 8'))
    else:
        _flip(song.path / thing)
    findings = verify_song(SongFolder.open(song.path))
    assert findings
    assert findings[0].thing == thing


def test_a_missing_or_added_take_is_named(song: SongFolder, tmp_path: Path) -> None:
    entry = add_take(song, MELODY, tune(tmp_path / "t.mid", [72] * 4), "5", BEN, CLOCK)
    (song.paths.takes / "002-melody-1-1.mid").write_bytes(b"x")
    assert [f.thing for f in verify_song(song)] == ["takes/002-melody-1-1.mid"]
    (song.path / str(entry.source["file"])).unlink()
    assert verify_song(song)[0].thing == "takes/001-melody-5-5.mid"
    with pytest.raises(ChangedTake):
        share_of(song)


@pytest.mark.parametrize("harm", ["drop", "swap", "edit", "cut", "noise", "gone"])
def test_a_log_that_was_touched_is_found(song: SongFolder, tmp_path: Path, harm: str) -> None:
    for bar in "123":
        add_take(song, MELODY, tune(tmp_path / "t.mid", [72] * 4), bar, BEN, CLOCK)
    path = song.paths.session
    lines = path.read_text().splitlines(keepends=True)
    harms: dict[str, Callable[[], list[str]]] = {
        "drop": lambda: lines[:1] + lines[2:],
        "swap": lambda: [lines[0], lines[2], lines[1], lines[3]],
        "edit": lambda: [*lines[:2], lines[2].replace(BEN, CHEN), lines[3]],
        "cut": lambda: [*lines[:3], lines[3][:40]],
        "noise": lambda: [*lines, "null\n"],
        "gone": lambda: [],
    }
    path.unlink() if harm == "gone" else path.write_text("".join(harms[harm]()))
    with pytest.raises(BrokenLog):
        read_log(path)
    assert verify_song(song)[0].thing == "session.jsonl"
    with pytest.raises(BrokenLog):
        share_of(song)
    with pytest.raises(BrokenLog):
        append(path, CLOCK, BEN, "taken", source={}, giving={}) if harm != "gone" else song.log()


def test_a_score_changed_by_hand_counts_as_nobodys_and_blocks_the_next_take(song: SongFolder, tmp_path: Path) -> None:
    score = song.score()
    part = score.part("melody")
    assert part is not None
    changed = score.with_part(replace(part, notes=tuple(replace(n, pitch=n.pitch ^ 1) for n in part.notes[::2])))
    song.paths.score.write_bytes(write_midi(changed))
    assert share_of(song).total_bps == 10_000
    with pytest.raises(Mismatch, match="outside of takes"):
        add_take(song, MELODY, tune(tmp_path / "t.mid", [72] * 4), "5", BEN, CLOCK)


def test_transposing_the_whole_score_leaves_the_share(song: SongFolder, tmp_path: Path) -> None:
    add_take(song, MELODY, tune(tmp_path / "t.mid", [72, 74, 76, 77] * 2), "5-6", BEN, CLOCK)
    before, score = share_of(song), song.score()
    moved = replace(
        score,
        tempi=(Tempo(0, 400_000),),
        parts=tuple(
            replace(
                p, notes=tuple(replace(n, pitch=n.pitch + (3 if p.channel != 9 else 0), velocity=50) for n in p.notes)
            )
            for p in score.parts
        ),
    )
    song.paths.score.write_bytes(write_midi(moved))
    assert share_of(song) == before


def test_a_persons_melody_is_kept_and_counts_as_hers(tmp_path: Path) -> None:
    melody = tune(
        tmp_path / "mine.mid", [60, 64, 67, 72, 71, 67, 65, 62, 64, 60, 62, 64, 62, 59, 60, 60] * 2
    ).read_bytes()
    song = compose_song(tmp_path / "mine", ComposeRequest("love", 60, 3, melody=melody, by="0xAna"), None, CLOCK)
    pitches = [n.pitch for n in song.score().in_layer(MELODY)]
    assert pitches == [n.pitch for n in read_midi(melody).parts[0].notes]
    share = share_of(song)
    assert share.layers[MELODY].ai_bps == 0
    assert share.layers[HARMONY].ai_bps == 10_000
    assert verify_song(song) == []
    assert song.log()[1].by == "0xAna"
    compose_song(tmp_path / "mine", ComposeRequest("love", 60, 3, melody=melody, by="0xAna"), None, CLOCK)
    assert verify_song(song) == []


def test_the_folder_can_be_moved(song: SongFolder, tmp_path: Path) -> None:
    add_take(song, MELODY, tune(tmp_path / "t.mid", [72] * 4), "5", BEN, CLOCK)
    moved = SongFolder.open(Path(shutil.move(song.path, tmp_path / "elsewhere")))
    assert verify_song(moved) == []


def test_every_note_of_every_bar_is_explained(song: SongFolder, tmp_path: Path) -> None:
    add_take(song, MELODY, tune(tmp_path / "t.mid", [72, 74, 76, 77]), "5", BEN, CLOCK)
    score = song.score()
    count = 0
    for bar in range(1, score.bars + 1):
        notes = explain_bar(song, bar)
        count += len(notes)
        assert all(note["reason"] and note["origin"] in ("ai", "human") for note in notes)
    assert count == sum(len(part.notes) for part in score.parts)
    assert {n["reason"] for n in explain_bar(song, 5) if n["origin"] == "human"} == {
        "takes/001-melody-5-5.mid, brought by 0xBen"
    }
    with pytest.raises(UnusableInput, match="Bar 99"):
        explain_song(song, 99)


def test_sound_is_stale_before_it_was_ever_rendered(song: SongFolder) -> None:
    assert render_is_stale(song)


def test_what_is_no_song_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="partbook compose"):
        SongFolder.open(tmp_path)
    (tmp_path / "song.json").write_text(json.dumps({"schema": "other/1"}))
    with pytest.raises(UnusableInput, match="partbook/song/1"):
        SongFolder.open(tmp_path)
