"""The wheel carries all that a song needs to sound, each with its licence."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from partbook.core.settings import CHECKOUT, SOUNDFONT
from partbook.sound.ears import HRTF


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a wheel."""
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    return next(target.glob("*.whl"))


def test_a_wheel_holds_the_soundfont_and_the_ears_with_their_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("partbook/artifacts/soundfont/FluidR3Mono_GM.sf3") == SOUNDFONT.read_bytes()
        assert archive.read("partbook/artifacts/hrtf/mit-kemar.npz") == HRTF.read_bytes()
        assert b"Permission is hereby granted" in archive.read("partbook/artifacts/soundfont/LICENSE.md")
        assert b"Gardner" in archive.read("partbook/artifacts/hrtf/LICENSE.txt")
    assert not [name for name in names if name.endswith((".sf2", ".sofa"))]
    assert wheel.stat().st_size < 60_000_000
