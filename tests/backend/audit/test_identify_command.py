"""`partbook identify` as a person and a script meet it: words, JSON, exit codes."""

import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shelf import ANAS, RATE, Shelf, marked, song, work_mark

from partbook.audit import commands
from partbook.cli.main import run
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey

PROMISED = {
    "file",
    "found",
    "payload",
    "confidence",
    "false_name_bound",
    "tempo",
    "pitch",
    "work",
    "copy",
    "owners",
    "ai_bps",
    "fingerprint",
    "verdict",
}


class Face:
    """Runs `partbook identify …`; gives what it wrote and checks its exit code."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.said = ""

    def __call__(self, *words: str | Path, code: int) -> str:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as left:
            run(["identify", *map(str, words)])
        out, self.said = self._capture.readouterr()
        assert left.value.code == code, self.said
        return out

    def json(self, *words: str | Path, code: int) -> Any:
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture
def face(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Face:
    """A machine that keeps no registry."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARTBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PARTBOOK_CHAIN_URL", raising=False)
    return Face(capsys)


@pytest.fixture
def registered(face: Face, monkeypatch: pytest.MonkeyPatch) -> Face:
    """A machine whose registry knows work 3 and its copy 7."""
    shelf = Shelf().register(3, song(3)).sell(3, 7, "0xdee")

    @contextmanager
    def opened(*settings: object) -> Any:
        yield shelf

    monkeypatch.setattr(commands, "open_registry", opened)
    return face


def test_a_match_gives_one_object_with_every_promised_field_and_exit_0(registered: Face, release: Path) -> None:
    answer = registered.json(release, code=0)
    assert set(answer) >= PROMISED
    assert answer["verdict"] == "match"
    assert answer["file"] == str(release)
    assert registered.said == ""


def test_for_people_the_verdict_owners_and_layers_are_printed(registered: Face, copy: Path, tmp_path: Path) -> None:
    ANAS.write(tmp_path / "ana.key")
    out = registered(copy, "--key-file", "ana.key", code=0)
    for words in ("MATCH", "“Song 3”", "Owner 3", "melody", "41.50 %", "Copy 7 of edition", "0xdee", "authorship"):
        assert words in out


def test_a_song_with_a_lifted_mark_is_printed_without_the_owners_of_the_mark(
    registered: Face, release: Path, tmp_path: Path
) -> None:
    out = registered(marked(tmp_path / "other.wav", song(5), work_mark(3)), code=1)
    assert "TRANSPLANTED" in out
    assert "Owner 3" not in out


def test_several_files_give_a_list_in_their_order_and_a_broken_one_stops_no_other(
    registered: Face, release: Path, unmarked: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.wav").write_text("no sound at all\n" * 50)
    answers = registered.json(release, "text.wav", unmarked, code=2)
    assert [answer["file"] for answer in answers] == [str(release), "text.wav", str(unmarked)]
    assert [answer.get("verdict") for answer in answers] == ["match", None, "content_only"]
    assert answers[1]["error"]["code"] == "not-sound"
    assert "text.wav" in registered.said


def test_a_file_that_is_not_a_match_is_a_finding(registered: Face, release: Path, unmarked: Path) -> None:
    assert registered.json(unmarked, code=1)["verdict"] == "content_only"
    assert [each["verdict"] for each in registered.json(release, unmarked, code=1)] == ["match", "content_only"]


def test_where_no_registry_is_kept_a_mark_is_read_and_that_is_said(face: Face, release: Path, tmp_path: Path) -> None:
    answer = face.json(release, code=1)
    assert (answer["verdict"], answer["found"], answer["work"]) == ("unregistered", True, None)
    assert "No registry is kept" in face.said
    assert not (tmp_path / "home").exists(), "reading a mark makes no ledger"


@pytest.fixture
def unusable(tmp_path: Path) -> Path:
    """A folder with files that are no use."""
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.mp3").write_text("a letter, not a song\n" * 40)
    write(tmp_path / "short.wav", song(5)[: RATE * 2], RATE)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("missing.wav", "file-unreadable", "does not exist"),
        ("empty.wav", "not-sound", "is empty"),
        ("text.mp3", "not-sound", "text.mp3"),
        ("short.wav", "too-short", "lasts 2.00 s"),
    ],
)
def test_each_kind_of_unusable_file_has_its_own_error(
    face: Face, unusable: Path, name: str, error: str, says: str
) -> None:
    answer = face.json(name, code=2)
    assert answer["error"]["code"] == error
    assert says in answer["error"]["message"]
    assert answer["error"]["message"] in face.said
    assert face(name, code=2) == ""


def test_a_silent_file_is_read_and_found_silent(face: Face, tmp_path: Path) -> None:
    write(tmp_path / "silent.wav", np.zeros((RATE * 12, 1), np.float32), RATE)
    answer = face.json("silent.wav", code=1)
    assert set(answer) >= PROMISED
    assert (answer["verdict"], answer["found"]) == ("none", False)


@pytest.mark.parametrize("text", ["", "not a key", "[]", '{"format": "another"}', '{"format": "partbook-mark-key-1"}'])
def test_a_key_file_that_is_no_key_is_refused_before_anything_is_read(
    face: Face, release: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "bad.key").write_text(text)
    answer = face.json(release, "--key-file", "bad.key", code=2)
    assert "bad.key" in answer["error"]["message"]


def test_unknown_engines_and_missing_words_are_refused(face: Face, release: Path) -> None:
    assert "no engine 'loud'" in face.json(release, "--engine", "loud", code=2)["error"]["message"]
    face(code=2)
    assert "FILE" in face.said


def test_the_key_of_somebody_else_changes_nothing(registered: Face, copy: Path, tmp_path: Path) -> None:
    MarkKey.generate(2).write(tmp_path / "other.key")
    answer = registered.json(copy, "--key-file", "other.key", code=0)
    assert (answer["verdict"], answer["copy"]) == ("match", None)
