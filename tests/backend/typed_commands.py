"""Commands as a person types them: on the tests' own chain, or in a home of their own."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from partbook.core.errors import PartbookError
from partbook.core.settings import Settings
from partbook.works.desk import Desk


def run(room: ModuleType, desk: Desk, *words: object) -> tuple[int, str]:
    """Exit code and standard output of a command of a room; our own refusals come out as they are."""
    app = typer.Typer(callback=lambda: None)
    room.attach(app)
    outcome = CliRunner().invoke(app, [str(word) for word in words], obj=desk.settings)
    if isinstance(outcome.exception, PartbookError):
        raise outcome.exception
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome.exit_code, outcome.stdout


def typist(home: Path, capsys: pytest.CaptureFixture[str], *rooms: ModuleType) -> Callable[..., tuple[int, str]]:
    """Types commands of some rooms, which keep what they keep in a home folder; gives exit code and standard output."""
    cli = typer.Typer()

    @cli.callback()
    def settings(context: typer.Context) -> None:
        context.obj = Settings.from_environment({}, home=home)

    for room in rooms:
        room.attach(cli)

    def typed(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = cli([str(word) for word in words], standalone_mode=False)
        return int(code or 0), capsys.readouterr().out

    return typed
