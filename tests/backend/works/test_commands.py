"""The nouns `sheet` and `work`, as a person and a program use them, on a real chain."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from partbook.core.errors import PartbookError
from partbook.core.status import ExitStatus
from partbook.works import commands, sheet_commands
from partbook.works.desk import Desk

pytestmark = pytest.mark.chain
SHARES = ("master:ana:producer:100", "composition:ana:composer:60", "composition:chen:lyricist:40")


@pytest.fixture
def cli() -> typer.Typer:
    app = typer.Typer()
    commands.attach(app)
    sheet_commands.attach(app)
    return app


def run(cli: typer.Typer, desk: Desk, *words: object) -> tuple[int, str]:
    """Exit code and standard output; our own refusals come out as they are."""
    outcome = CliRunner().invoke(cli, [str(word) for word in words], obj=desk.settings)
    if isinstance(outcome.exception, PartbookError):
        raise outcome.exception
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome.exit_code, outcome.stdout


def test_a_song_is_registered_by_four_commands(cli: typer.Typer, desk: Desk, song: Path) -> None:
    _, text = run(cli, desk, "work", "open", song, "--by", "ana", "--json")
    opened = json.loads(text)
    assert all(row["ok"] for row in opened["self_check"])
    shares = [word for share in SHARES for word in ("--share", share)]
    run(cli, desk, "sheet", "new", song, "--by", "ana", *shares, "--name", "ana=Ana Lind")
    code, text = run(cli, desk, "sheet", "show", song)
    assert code == ExitStatus.FINDING
    assert "0 of 2 have signed" in text
    _, text = run(cli, desk, "sheet", "consent", song, "--by", "chen", "--dry-run")
    assert "Nothing was sent" in text
    _, text = run(cli, desk, "sheet", "consent", song, "--by", "chen")
    assert "1 of 2 have signed" in text
    _, text = run(cli, desk, "sheet", "sign", song, "--by", "ana", "--json")
    assert json.loads(text)["missing"] == []
    _, text = run(cli, desk, "work", "register", song, "--dry-run", "--json")
    assert json.loads(text)["agreed"] is True
    _, text = run(cli, desk, "work", "register", song, "--json")
    registered = json.loads(text)
    assert {"work_id", "version", "master", "composition", "ai_bps", "payload"} <= set(registered)
    assert (registered["work_id"], registered["version"]) == (opened["work_id"], 1)
    _, text = run(cli, desk, "work", "show", song, "--json")
    assert json.loads(text)["payload"] == opened["payload"]
    _, text = run(cli, desk, "work", "show", opened["work_id"])
    assert "Ana Lind committed to the recording" in text
    _, text = run(cli, desk, "work", "list")
    assert "Tiny Rain" in text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("composition:ana:composer", "SIDE:NAME:ROLE:PERCENT"),
        ("video:ana:composer:100", "SIDE:NAME:ROLE:PERCENT"),
        ("composition:ana:composer:many", "is not a percentage"),
        ("composition:ana:tubist:100", "is not a role"),
    ],
)
def test_a_share_that_cannot_be_read_is_refused(
    cli: typer.Typer, desk: Desk, song: Path, share: str, words: str
) -> None:
    with pytest.raises(PartbookError, match=words) as refused:
        run(cli, desk, "sheet", "new", song, "--by", "ana", "--share", share)
    assert refused.value.exit_status == ExitStatus.USAGE


def test_a_work_that_is_not_there_is_a_finding(cli: typer.Typer, desk: Desk) -> None:
    for which, words in (("99", "Work 99 is not in the registry"), ("elsewhere", "neither the number of a work nor")):
        with pytest.raises(PartbookError, match=words) as missing:
            run(cli, desk, "work", "show", which)
        assert missing.value.exit_status == ExitStatus.FINDING
