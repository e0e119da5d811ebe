"""Files that more than one test of this room identifies; each is marked once."""

from pathlib import Path

import pytest
from shelf import copy_mark, marked, song, work_mark


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Song 3 with the mark of work 3."""
    return marked(tmp_path_factory.mktemp("release") / "release.wav", song(3), work_mark(3))


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy 7 of song 3: work mark and copy mark."""
    return marked(tmp_path_factory.mktemp("copy") / "copy.wav", song(3), work_mark(3), copy_mark(3, 7))


@pytest.fixture(scope="session")
def unmarked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Song 3 as it left the studio."""
    return marked(tmp_path_factory.mktemp("master") / "master.wav", song(3))
