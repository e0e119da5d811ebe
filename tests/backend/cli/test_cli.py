"""The command line as a whole: nouns, help, errors in one sentence, pipes and Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from partbook import __version__
from partbook.cli import doctor, main, nouns
from partbook.core.errors import ChainRefused, Mismatch, NotConfigured, PartbookError, UnusableInput

PARTBOOK = [sys.executable, "-c", "from partbook.cli.main import run; run()"]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, and no setting of the machine."""
    for name in [name for name in os.environ if name.startswith("PARTBOOK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PARTBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def run(capture: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    with pytest.raises(SystemExit) as left:
        main.run(list(words))
    out, said = capture.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, out, said


def raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `doctor` end in an error."""

    def look(settings: object) -> doctor.Check:
        raise error

    monkeypatch.setattr(doctor, "CHECKS", (look,))


@pytest.mark.parametrize("noun", nouns.NOUNS)
def test_every_noun_loads_and_shows_its_help(noun: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, noun, "--help")
    assert code == 0
    assert f"partbook {noun}" in out


def test_the_help_lists_every_noun_and_loads_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(noun in out for noun in nouns.NOUNS)
    loaded = (
        "import sys, partbook.cli.main; sys.exit(any(name in sys.modules for name in ('web3', 'numba', 'fastapi')))"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"partbook {__version__}\n", "")


@pytest.mark.parametrize(("typed", "meant"), [("identfy", "identify"), ("tickets", "ticket"), ("compse", "compose")])
def test_an_unknown_noun_names_the_nearest_one(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, said = run(capsys, typed)
    assert (code, out) == (2, "")
    assert f"Did you mean {meant}" in said


def test_a_noun_like_no_other_is_refused_without_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, "xyzzy")
    assert code == 2
    assert "No such command 'xyzzy'" in said
    assert "Did you mean" not in said


def test_a_wrong_option_is_a_usage_error_in_words_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, said = run(capsys, "doctor", "--loud", "--json")
    assert code == 2
    assert "--loud" in said
    assert json.loads(out)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Mismatch("Two hashes differ."), 1),
        (UnusableInput("That is no song."), 2),
        (NotConfigured("There is no node."), 3),
        (ChainRefused("The contract said no."), 4),
    ],
)
def test_an_error_is_one_sentence_and_with_json_a_record(
    error: PartbookError, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raises(monkeypatch, error)
    assert run(capsys, "doctor") == (status, "", f"partbook: {error}\n")
    code, out, said = run(capsys, "doctor", "--json")
    assert (code, said) == (status, f"partbook: {error}\n")
    assert json.loads(out) == {"error": {"code": error.code, "message": str(error)}}


def test_a_refusal_of_the_machine_is_one_sentence_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raises(monkeypatch, PermissionError(13, "Permission denied", "/a/file"))
    assert run(capsys, "doctor") == (3, "", "partbook: /a/file: Permission denied.\n")


def test_interrupted_inside_a_command_is_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raises(monkeypatch, KeyboardInterrupt())
    code, out, said = run(capsys, "doctor")
    assert (code, out) == (130, "")
    assert said == "partbook: stopped. Nothing was left half-written.\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped_clears_up_and_ends_with_130_and_no_traceback(how: signal.Signals) -> None:
    waits = (
        "import time; from partbook.cli import doctor, main\n"
        "def look(settings):\n    print('waiting', flush=True); time.sleep(30)\n"
        "doctor.CHECKS = (look,)\nmain.run(['doctor'])"
    )
    # Run under nohup or in the background, the tests hear some signals no more, and neither would the command.
    heard = partial(signal.signal, how, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", waits], preexec_fn=heard, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        time.sleep(0.1)
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said == b"partbook: stopped. Nothing was left half-written.\n"


@pytest.mark.parametrize("words", ["--version", "--help"])
def test_a_reader_that_leaves_is_no_failure(words: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*PARTBOOK, words], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_doctor_tells_name_state_detail_and_fix_of_every_check(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", tuple(check for check in doctor.CHECKS if check is not doctor._chain))
    code, out, _ = run(capsys, "doctor", "--json")
    checks = json.loads(out)["checks"]
    assert all(set(check) == {"name", "ok", "detail", "fix"} for check in checks)
    assert {"home folder", "ledger", "content store"} <= {check["name"] for check in checks if check["ok"]}
    assert all(check["fix"] for check in checks if not check["ok"])
    assert code == (0 if all(check["ok"] for check in checks) else 1)


def test_doctor_finds_a_home_that_cannot_be_written_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PARTBOOK_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr(doctor, "CHECKS", (doctor._home, doctor._content, doctor._ledger))
    code, out, said = run(capsys, "doctor", "--json")
    assert (code, said) == (1, "")
    checks = {check["name"]: check for check in json.loads(out)["checks"]}
    assert not checks["home folder"]["ok"]
    assert not checks["ledger"]["ok"]


def test_doctor_says_that_a_node_does_not_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTBOOK_CHAIN_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(doctor, "CHECKS", (doctor._chain,))
    code, out, _ = run(capsys, "doctor")
    assert code == 1
    assert "✗ chain" in out
    assert "PARTBOOK_CHAIN_URL" in out


def test_serve_refuses_a_taken_port_and_an_unknown_log_level_before_it_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, said = run(capsys, "serve", "--port", port)
        assert (code, said.count("\n")) == (3, 1)
        assert f"Cannot listen on 127.0.0.1:{port}" in said
    monkeypatch.setenv("PARTBOOK_LOG_LEVEL", "loud")
    code, _, said = run(capsys, "serve", "--port", port)
    assert code == 3
    assert "'loud'" in said
    assert run(capsys, "serve", "--port", "99999")[0] == 2
    assert not (tmp_path / "home").exists()
