"""The measuring script: its attacks do what they say, its results are kept, its table tells what was missed."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from band_music import play

SCRIPTS = Path(__file__).parents[3] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import bench_mark  # noqa: E402
from mark_bench.attacks import ROWS  # noqa: E402
from mark_bench.music import music_files  # noqa: E402
from mark_bench.plan import Plan  # noqa: E402
from mark_bench.report import Table, key  # noqa: E402
from mark_bench.sounds import Scene  # noqa: E402

RATE = 44_100


def scene(seconds: float = 6.0) -> Scene:
    return Scene(play(seconds, 2), RATE, np.random.default_rng(1), play(seconds, 3))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_attack_gives_finite_sound_that_is_not_silent(row) -> None:  # type: ignore[no-untyped-def]
    heard = row.attack(scene())
    assert heard.sound.dtype == np.float32
    assert heard.sound.ndim == 2
    assert np.isfinite(heard.sound).all()
    assert np.abs(heard.sound).max() > 0.005


def test_every_attack_has_a_name_of_its_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_speed_and_tempo_change_the_length_as_they_say() -> None:
    by_name = {row.name: row for row in ROWS}
    whole = len(scene().sound)
    for name, factor in (("speed +5 %", 1.05), ("tempo -5 %, vocoder", 0.95), ("tempo +2 %, overlap", 1.02)):
        assert len(by_name[name].attack(scene()).sound) == pytest.approx(whole / factor, rel=0.01)
    assert len(by_name["pitch +1 semitones"].attack(scene()).sound) == pytest.approx(whole, rel=0.01)


def plan(folder: Path, *only: str) -> Plan:
    files = tuple(music_files(folder))
    return Plan(files, files, 1.1, 20, 10, frozenset(only))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("music")
    for seed in (1, 2):
        soundfile.write(place / f"piece{seed}.wav", play(61, seed), RATE, subtype="PCM_16")
    soundfile.write(place / "short.wav", play(5), RATE, subtype="PCM_16")
    return place


def test_only_music_of_a_minute_is_taken(folder: Path) -> None:
    assert [path.name for path in music_files(folder)] == ["piece1.wav", "piece2.wav"]
    with pytest.raises(SystemExit, match="holds no music"):
        music_files(folder / "nothing")


def test_a_job_gives_figures_and_the_table_sets_them_beside_the_target(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = plan(folder, "MP3 128", "unmarked")
    results = {key(*job): chosen.do(job) for job in chosen.jobs()}
    assert len(results) == 3
    table = Table(chosen, results)
    table.print_all()
    told = capsys.readouterr().out
    assert "MP3 128" in told
    assert "2/2 100.0 %" in told
    assert "0 names of 20/20" in told
    assert not table.missed
    results[key("attack", "piece1.wav", "MP3 128")]["right"] = 0
    table = Table(chosen, results)
    table.print_all()
    assert "UNDER" in capsys.readouterr().out
    assert len(table.missed) == 1


def test_results_are_kept_and_those_of_another_engine_refused(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    bench_mark.save(out, {"engine": "a"}, {"speed": {"marking": 300.0}}, now=True)
    assert bench_mark.load(out, {"engine": "a"}) == {"speed": {"marking": 300.0}}
    with pytest.raises(SystemExit, match="holds results"):
        bench_mark.load(out, {"engine": "b"})
    assert json.loads(out.read_text())["engine"] == "a"
