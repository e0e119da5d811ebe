import json
from pathlib import Path

import numpy as np
import pytest
import typer
from label_sounds import PAYLOAD, RATE, a_song
from typer.testing import CliRunner

from partbook.audit import marking_commands
from partbook.content.importer import cid_of_file
from partbook.core.errors import NotConfigured, PartbookError, UnusableInput
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.sound.audio_file import probe, read
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey
from partbook.watermark.files import read_file


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    a_song(path)
    return path


def _run(tmp_path: Path, *words: str | Path) -> tuple[int, str]:
    """Exit code and standard output; a refusal is raised as it is."""
    cli = typer.Typer()

    @cli.callback()
    def home(context: typer.Context) -> None:
        context.obj = Settings.from_environment({}, home=tmp_path)

    marking_commands.attach(cli)
    done = CliRunner().invoke(cli, ["mark", *map(str, words)])
    if isinstance(done.exception, PartbookError):
        raise done.exception
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def test_marking_prints_the_promised_json(song: Path, tmp_path: Path) -> None:
    target = tmp_path / "marked.flac"
    code, out = _run(tmp_path, song, target, "--payload", PAYLOAD, "--json")
    result = json.loads(out)
    assert code == 0
    assert result["payload"] == PAYLOAD
    assert result["seconds"] == pytest.approx(12.0)
    assert 20 < result["snr_db"] < 60
    assert 20 < result["segsnr_db"] < 60
    assert result["self_check"][0]["name"] == "as written"
    assert all(set(row) == {"name", "ok", "confidence"} for row in result["self_check"])
    assert result["cid"] == str(cid_of_file(target))
    assert (result["mute"], result["odg"], result["engine"]) == ([], None, "partbook")
    assert [r.payload.hex() for r in read_file(target, [MarkKey.public()]).readings] == [PAYLOAD]


def test_a_key_file_puts_the_mark_under_the_private_key(song: Path, tmp_path: Path) -> None:
    key = MarkKey.generate(2)
    key.write(tmp_path / "mark.key")
    target = tmp_path / "copy.wav"
    code, out = _run(tmp_path, song, target, "--payload", PAYLOAD, "--key-file", tmp_path / "mark.key", "--no-check")
    assert code == 0
    assert PAYLOAD in out
    assert read_file(target, [MarkKey.public()]).readings == []
    assert [r.payload.hex() for r in read_file(target, [key]).readings] == [PAYLOAD]


def test_stretches_that_cannot_carry_a_mark_are_printed(song: Path, tmp_path: Path) -> None:
    sound, _ = read(song)
    write(tmp_path / "still.wav", np.concatenate((sound, np.zeros((RATE * 5, 1), np.float32))), RATE)
    code, out = _run(tmp_path, tmp_path / "still.wav", tmp_path / "b.wav", "--payload", PAYLOAD, "--no-check")
    assert code == 0
    assert "cannot carry a mark: 0:12 to 0:17, silence" in out


def test_the_other_engine_without_its_program_writes_nothing_and_says_how_to_get_it(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotConfigured, match=r"build it from https://uplex\.de/audiowmark") as missing:
        _run(tmp_path, song, tmp_path / "b.wav", "--payload", PAYLOAD, "--engine", "audiowmark")
    assert missing.value.exit_status == ExitStatus.CONFIGURATION
    assert not (tmp_path / "b.wav").exists()


def test_a_mark_that_cannot_be_read_back_is_a_finding(song: Path, tmp_path: Path) -> None:
    code, out = _run(tmp_path, song, tmp_path / "weak.wav", "--payload", PAYLOAD, "--strength", "0.1", "--json")
    rows = {row["name"]: row["ok"] for row in json.loads(out)["self_check"]}
    assert code == (0 if rows["as written"] else 1)
    assert not all(rows.values())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "either --payload HEX16 or --work ID"),
        (["--payload", PAYLOAD, "--work", "1"], "either --payload HEX16 or --work ID"),
        (["--payload", PAYLOAD, "--copy", "1"], "add --work ID"),
        (["--payload", "xyz"], "16 hexadecimal digits"),
        (["--payload", PAYLOAD, "--engine", "loud"], "no engine 'loud'"),
        (["--payload", PAYLOAD, "--strength", "99"], r"99\.0 dB is out of range"),
        (["--payload", PAYLOAD, "--key-file", "nowhere.key"], "nowhere.key does not exist"),
    ],
)
def test_wrong_words_are_refused_and_nothing_is_written(
    song: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    with pytest.raises(UnusableInput, match=says):
        _run(tmp_path, song, tmp_path / "out.wav", *words)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.wav"]


def test_an_existing_target_needs_force(song: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    target.write_bytes(b"keep me")
    with pytest.raises(UnusableInput, match="--force"):
        _run(tmp_path, song, target, "--payload", PAYLOAD)
    assert target.read_bytes() == b"keep me"
    assert _run(tmp_path, song, target, "--payload", PAYLOAD, "--force", "--no-check")[0] == 0
    assert probe(target).frames == probe(song).frames
