"""Files that more than one test of this room identifies; each is marked once."""

from pathlib import Path

import pytest
from catalogue_scene import Auditor, make_catalogue, make_home, make_songs
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


@pytest.fixture(scope="session")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Auditor:
    """A machine whose ledger knows works 3 and 8."""
    return Auditor(make_home(tmp_path_factory.mktemp("auditor") / "home"))


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of each kind that a verdict is about."""
    return make_songs(tmp_path_factory.mktemp("songs") / "songs")


@pytest.fixture(scope="session")
def catalogue(songs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen files in three folders."""
    return make_catalogue(tmp_path_factory.mktemp("catalogue") / "music", songs, 15)


@pytest.fixture(scope="session")
def undisturbed(auditor: Auditor, catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an audit of the catalogue that nothing disturbed."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    auditor("run", catalogue, "--out", out, "--workers", 2)
    return out
