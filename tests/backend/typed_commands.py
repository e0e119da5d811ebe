"""Commands as a person types them, on the tests' own chain."""

from types import ModuleType

import typer
from typer.testing import CliRunner

from partbook.core.errors import PartbookError
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
