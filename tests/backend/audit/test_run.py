"""`partbook audit run` with real processes: what it reports, and that no kill changes a byte of it."""

import csv
import hashlib
import json
import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from catalogue_scene import (
    CHAIN_ID,
    REGISTRY,
    Auditor,
    children,
    finished,
    kill_a_reader,
    kill_the_run,
    reading,
    reports,
    results,
    runs,
    until,
)
from shelf import ANAS

from partbook.watermark import MarkKey

pytestmark = pytest.mark.slow


def test_every_file_is_reported_once_with_its_hash_and_its_verdict(undisturbed: Path, catalogue: Path) -> None:
    report = json.loads((undisturbed / "report.json").read_text())
    files = sorted(path for path in catalogue.rglob("*.wav"))
    assert [entry["path"] for entry in report["results"]] == [str(path.relative_to(catalogue)) for path in files]
    for entry, path in zip(report["results"], files, strict=True):
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        kind = path.stem.split()[1]
        assert entry["verdict"] == {"copy": "match"}.get(kind, kind)
    assert report["counts"] == {
        "files": 15,
        "marked": 9,
        "unmarked": 6,
        "failed": 0,
        "skipped": 0,
        "needs_a_look": 0,
        "verdicts": {
            "match": 6,
            "none": 3,
            "content_only": 3,
            "unregistered": 3,
            "transplanted": 0,
            "conflict": 0,
            "unconfirmed": 0,
        },
    }
    assert report["registry"]["registries"] == [{"chain_id": CHAIN_ID, "address": REGISTRY}]
    assert (report["registry"]["works"], report["registry"]["sales"], report["registry"]["recordings"]) == (2, 1, 2)


def test_the_report_names_no_time_and_no_place_on_this_machine(undisturbed: Path, catalogue: Path) -> None:
    for name, content in reports(undisturbed).items():
        assert str(catalogue.parent).encode() not in content, name
        assert str(undisturbed.parent).encode() not in content, name


def test_the_page_has_no_scripts_and_asks_nobody_for_anything(undisturbed: Path) -> None:
    page = (undisturbed / "report.html").read_text()
    assert "<script" not in page
    assert "http" not in page
    assert "prefers-color-scheme: dark" in page
    assert page.count("<tr>") == 1 + 15


def test_a_title_that_a_spreadsheet_would_compute_is_written_as_text(undisturbed: Path) -> None:
    with (undisturbed / "report.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["title"] for row in rows if row["work"] == "8"} == {"'=Song"}
    assert len(rows) == 15


def test_killed_readers_and_a_killed_run_change_no_byte(
    auditor: Auditor, catalogue: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = auditor.start("run", catalogue, "--out", out, "--workers", 2)
    kill_a_reader(run, catalogue / "label 0")
    until(lambda: reading(run.pid, catalogue / "label 1"), "the second folder being read")
    left = kill_the_run(run)
    assert left, "it had processes"
    until(lambda: not any(map(runs, left)), "the end of the processes that the run left behind")

    again = auditor.start("run", catalogue, "--out", out, "--workers", 1, "--resume")
    kill_a_reader(again, catalogue / "label 2")
    ended = finished(again)
    assert ended.code == 0, ended.said
    assert "are done already" in ended.said
    assert reports(out) == reports(undisturbed)
    assert Counter(entry["path"] for entry in results(out)).most_common(1)[0][1] == 1


def test_ctrl_c_ends_with_130_says_how_to_go_on_and_leaves_no_process(
    auditor: Auditor, catalogue: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = auditor.start("run", catalogue, "--out", out)
    until(lambda: reading(run.pid, catalogue), "a file being read")
    had = children(run.pid)
    run.send_signal(signal.SIGINT)
    ended = finished(run)
    assert ended.code == 130
    assert "--resume" in ended.said
    assert "Traceback" not in ended.said
    assert not any(map(runs, had))
    assert not (out / "report.json").exists()

    refused = auditor("run", catalogue, "--out", out, code=2)
    assert "--resume" in refused.said
    auditor("run", catalogue, "--out", out, "--resume", "--workers", 3)
    assert reports(out) == reports(undisturbed)


def test_a_file_during_which_two_readers_died_is_given_up_and_the_run_goes_on(
    auditor: Auditor, songs: dict[str, Path], tmp_path: Path
) -> None:
    music = tmp_path / "music"
    music.mkdir()
    for name in ("a", "b"):
        os.link(songs["match"], music / f"{name}.wav")
    out = tmp_path / "out"
    run = auditor.start("run", music, "--out", out, "--workers", 1)
    for _ in range(2):
        kill_a_reader(run, music / "a.wav")
    ended = finished(run)
    assert ended.code == 1, ended.said
    first, second = results(out)
    assert (first["state"], first["error"]["code"]) == ("failed", "reader-died")
    assert "a.wav" in first["error"]["message"]
    assert second["verdict"] == "match"


def test_a_file_that_takes_too_long_is_given_up(auditor: Auditor, songs: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = auditor("run", songs["none"], "--out", out, "--time-limit", "0.05", "--json", code=1).json
    assert (answer["files"], answer["failed"], answer["needs_a_look"]) == (1, 1, 1)
    assert results(out)[0]["error"]["code"] == "too-slow"


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_is_at_work(
    auditor: Auditor, catalogue: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = auditor.start("run", catalogue, "--out", out, "--workers", 1)
    until(lambda: reading(run.pid, catalogue), "a file being read")
    assert "Another run is at work" in auditor("run", catalogue, "--out", out, "--resume", code=2).said
    kill_the_run(run)


def test_going_on_with_other_words_is_refused_and_says_which(
    auditor: Auditor, catalogue: Path, undisturbed: Path, songs: dict[str, Path], tmp_path: Path
) -> None:
    before = reports(undisturbed)
    ANAS.write(tmp_path / "ana.key")
    for words, says in (
        ((songs["none"],), "paths"),
        ((catalogue, "--key-file", tmp_path / "ana.key"), "keys"),
        ((catalogue, "--time-limit", 7), "time limit"),
    ):
        assert f"begun with {says}" in auditor("run", *words, "--out", undisturbed, "--resume", code=1).said
    assert reports(undisturbed) == before


def test_a_finished_audit_resumed_with_a_key_is_signed_and_else_the_same(
    auditor: Auditor, songs: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ANAS.write(tmp_path / "ana.key")
    words = ("run", songs["copy"], songs["transplanted"], "--out", out, "--key-file", tmp_path / "ana.key", "--json")
    plain = auditor(*words, code=1).json
    signed = auditor(*words, "--resume", "--by", "ana", code=1).json
    assert (
        plain["report_sha256"]
        == signed["report_sha256"]
        == hashlib.sha256((out / "report.json").read_bytes()).hexdigest()
    )
    assert (plain["signed"], signed["signed"]) == (False, True)
    assert (signed["files"], signed["marked"], signed["needs_a_look"]) == (2, 2, 1)
    copy, lifted = results(out)
    assert (copy["root"], copy["path"], copy["copy"]["serial"]) == (1, "copy.wav", 7)
    assert (lifted["root"], lifted["verdict"]) == (2, "transplanted")
    secret = ANAS.secret.hex()
    assert not any(secret in path.read_bytes().decode("latin-1") for path in out.iterdir())
    verified = auditor("verify", out, "--json").json
    assert (verified["ok"], verified["signer"]) == (True, signed["signer"])


def test_keys_that_open_nothing_change_nothing_but_their_names(
    auditor: Auditor, songs: dict[str, Path], tmp_path: Path
) -> None:
    MarkKey.generate(2).write(tmp_path / "other.key")
    out = tmp_path / "out"
    auditor("run", songs["copy"], "--out", out, "--key-file", tmp_path / "other.key", code=0)
    assert results(out)[0]["copy"] is None
    assert len(json.loads((out / "report.json").read_text())["keys"]) == 1
