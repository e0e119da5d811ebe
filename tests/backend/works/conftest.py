"""The scenes that the tests here start from."""

from pathlib import Path
from typing import Any

import pytest
from domain_scenes import desk, signed, song, template, work
from typed_commands import typist

from partbook.works import song_commands

__all__ = ["desk", "signed", "song", "template", "work"]


@pytest.fixture
def partbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in a folder of its own and gives (exit code, stdout)."""
    return typist(tmp_path / "home", capsys, song_commands)
