"""The scenes that the tests here start from."""

from pathlib import Path
from typing import Any

import pytest
import typer
from domain_scenes import desk, signed, song, template, work

from partbook.core.settings import Settings
from partbook.works import song_commands

__all__ = ["desk", "signed", "song", "template", "work"]


@pytest.fixture
def partbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in a folder of its own and gives (exit code, stdout)."""
    cli = typer.Typer()

    @cli.callback()
    def settings(context: typer.Context) -> None:
        context.obj = Settings.from_environment({}, home=tmp_path / "home")

    song_commands.attach(cli)

    def run(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = cli([str(word) for word in words], standalone_mode=False)
        return int(code or 0), capsys.readouterr().out

    return run
