"""A catalogue of hostile files: a clear line for each, the run goes on, and memory stays bounded."""

import json
import os
import resource
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from catalogue_scene import Auditor, results

from partbook.audit.catalogue import reading_process
from partbook.audit.catalogue.job import FileToRead, Job
from partbook.audit.catalogue.readers import close_readers, read_apart

pytestmark = pytest.mark.slow

NAMES = ("Ünïcode – песня 歌 🎵.wav", "قائمة ‮vaw.wav", "two\nlines\r.wav", "back\\slash.wav", "=1+1.wav", "<b>&.wav")


def _wav_header(rate: int, channels: int, data_bytes: int) -> bytes:
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2 % 2**32, channels * 2 % 65536, 16)
    return (
        b"RIFF"
        + struct.pack("<I", min(data_bytes + 36, 2**32 - 1))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + layout
        + b"data"
        + struct.pack("<I", data_bytes)
    )


@pytest.fixture(scope="module")
def hostile(songs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each, and a good file at the end."""
    folder = tmp_path_factory.mktemp("hostile") / "music"
    folder.mkdir()
    quiet = np.zeros((8000 * 60, 1), np.int16)
    with soundfile.SoundFile(folder / "bomb.flac", "w", 8000, 1, "PCM_16", format="FLAC") as out:
        for _ in range(200):
            out.write(quiet)
    (folder / "liar.wav").write_bytes(_wav_header(44_100, 2, 2**32 - 100) + bytes(1000))
    (folder / "wide.wav").write_bytes(_wav_header(44_100, 1024, 200_000) + bytes(200_000))
    (folder / "truncated.wav").write_bytes(songs["match"].read_bytes()[:90_000])
    (folder / "nothing.wav").touch()
    (folder / "noise.mp3").write_bytes(np.random.default_rng(1).bytes(50_000))
    os.mkfifo(folder / "pipe.wav")
    (folder / "zero.wav").symlink_to("/dev/zero")
    (folder / "loop.wav").symlink_to(folder / "loop.wav")
    (folder / "dangling.wav").symlink_to(folder / "nowhere.wav")
    (folder / "round").symlink_to(folder)
    (folder / "notes.txt").write_text("not a song, and nobody says that it is one\n")
    for name in NAMES:
        (folder / name).write_bytes(b"RIFF")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.wav")).write_bytes(b"RIFF")
    shutil.copy(songs["match"], folder / "zz good.wav")
    return folder


@pytest.fixture(scope="module")
def audited(auditor: Auditor, hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of their audit, which lies among them."""
    out = hostile / "audit"
    counts = auditor("run", hostile, "--out", out, "--json", code=1).json
    assert counts["files"] == counts["marked"] + counts["unmarked"] + counts["failed"]
    return out


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("bomb.flac", "beyond-limits", "lasts 3.3 h"),
        ("liar.wav", "damaged-sound", "liar.wav"),
        ("wide.wav", None, "channels|header"),
        ("truncated.wav", "damaged-sound|too-short", "truncated.wav"),
        ("nothing.wav", "not-sound", "0 bytes"),
        ("noise.mp3", "damaged-sound|not-sound", "noise.mp3"),
        ("pipe.wav", "file-unreadable", "pipe.wav is a device or a pipe"),
        ("zero.wav", "file-unreadable", "zero.wav is a device or a pipe"),
        ("loop.wav", "file-unreadable", "loop.wav is a link that leads back to itself"),
        ("dangling.wav", "file-unreadable", "dangling.wav does not exist"),
        ("\\xff\\xfe.wav", "damaged-sound|not-sound", "\\xff\\xfe.wav"),
        ("two\\nlines\\x0d.wav", "damaged-sound|not-sound", "two\\nlines\\x0d.wav"),
        ("back\\\\slash.wav", "damaged-sound|not-sound", "back\\\\slash.wav"),
        ("قائمة \\u202evaw.wav", "damaged-sound|not-sound", "\\u202evaw.wav"),
    ],
)
def test_each_hostile_file_has_one_clear_line(audited: Path, name: str, code: str | None, says: str) -> None:
    entry = _entry(audited, name)
    assert entry["state"] == "failed"
    assert code is None or entry["error"]["code"] in code.split("|")
    message = entry["error"]["message"]
    assert any(words in message for words in ([says] if "\\" in says else says.split("|"))), message
    assert "\n" not in message
    assert str(audited.parent) not in message


def test_the_good_file_is_read_and_what_is_no_sound_is_skipped(audited: Path) -> None:
    assert _entry(audited, "zz good.wav")["verdict"] == "match"
    assert _entry(audited, "notes.txt")["state"] == "skipped"
    assert _entry(audited, "round")["error"]["code"] == "link-to-folder"
    paths = [entry["path"] for entry in results(audited)]
    assert not any(path.startswith(("round/", "audit")) for path in paths), "no link and not the audit itself is walked"
    assert len(paths) == len(set(paths))


def test_no_file_name_writes_a_second_line_a_tag_or_a_formula(audited: Path) -> None:
    lines = (audited / "report.csv").read_text().splitlines()
    assert len(lines) == 1 + len(results(audited))
    assert any(line.startswith("1,'=1+1.wav,") for line in lines)
    page = (audited / "report.html").read_text()
    assert "<b>&.wav" not in page
    assert "&lt;b&gt;&amp;.wav" in page


def test_every_regular_file_is_bound_by_its_hash_even_if_it_cannot_be_read(audited: Path) -> None:
    without = {entry["path"] for entry in results(audited) if entry["sha256"] is None}
    assert without == {"pipe.wav", "zero.wav", "loop.wav", "dangling.wav", "round"}


def test_the_report_of_hostile_files_can_be_verified(auditor: Auditor, audited: Path) -> None:
    assert auditor("verify", audited, "--json").json["ok"]


def test_a_catalogue_without_sound_is_refused_with_2(auditor: Auditor, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    assert "no files" in auditor("run", tmp_path / "music", "--out", tmp_path / "out", code=2).said
    assert not (tmp_path / "out").exists()
    (tmp_path / "music" / "notes.txt").write_text("words\n")
    assert "sound" in auditor("run", tmp_path / "music", "--out", tmp_path / "out", code=2).said


def test_a_reader_that_needs_too_much_memory_costs_only_that_file(
    auditor: Auditor, audited: Path, songs: dict[str, Path]
) -> None:
    """With a few megabytes to spare, reading fails in the reader, and the answer is still one entry."""
    snapshot = str(audited / "registry.jsonl")
    file = FileToRead(1, 1, b"match.wav", os.fsencode(songs["match"]), True)
    try:
        entry = json.loads(read_apart(Job("narrow", snapshot, memory=1 << 20), file))
        wide = json.loads(read_apart(Job("wide", snapshot), file))
    finally:
        close_readers("narrow")
        close_readers("wide")
    assert entry["state"] == "failed"
    assert entry["error"]["code"] in ("too-much-memory", "reader-died", "damaged-sound")
    assert wide["verdict"] == "match"


def test_the_limit_counts_from_what_the_reader_has_when_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", lambda which, limit: limits.update({which: limit}))
    reading_process._limit_memory(1 << 30)
    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    assert limits[resource.RLIMIT_AS][0] == pytest.approx(has + (1 << 30), rel=0.05)


def _entry(folder: Path, name: str) -> dict[str, Any]:
    return next(entry for entry in results(folder) if entry["path"] == name)
