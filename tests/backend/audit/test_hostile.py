"""Hostile files before `identify` and `mark`: a clear line for each, the run goes on, and memory stays bounded."""

import json
import os
import shutil
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from band_music import play

from partbook.core.errors import UnusableInput
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file
from partbook.watermark.self_check import Mark

WORK = Mark(bytes.fromhex("1100010000000001"), MarkKey.public())
LARGE = 20_000_000_000
"""Bytes that a file says it has; on disk they are holes."""


def _header(rate: int, channels: int, data_bytes: int) -> bytes:
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2 % 2**32, channels * 2 % 65536, 16)
    data = struct.pack("<I", data_bytes)
    whole = struct.pack("<I", min(data_bytes + 36, 2**32 - 1))
    return b"RIFF" + whole + b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + data


def _hollow(path: Path, head: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(LARGE)


@pytest.fixture(scope="module")
def hostile(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of them, and one good file at its end."""
    folder = tmp_path_factory.mktemp("hostile") / "music"
    folder.mkdir()
    with soundfile.SoundFile(folder / "bomb.flac", "w", 8000, 1, "PCM_16", format="FLAC") as out:
        for _ in range(200):
            out.write(np.zeros((8000 * 60, 1), np.int16))
    (folder / "liar.wav").write_bytes(_header(44_100, 2, 2**32 - 100) + bytes(1000))
    (folder / "wide.wav").write_bytes(_header(44_100, 1024, 200_000) + bytes(200_000))
    (folder / "fast.wav").write_bytes(_header(2**32 - 1, 2, 200_000) + bytes(200_000))
    (folder / "truncated.wav").write_bytes(release.read_bytes()[:90_000])
    (folder / "nothing.wav").touch()
    (folder / "noise.mp3").write_bytes(np.random.default_rng(1).bytes(50_000))
    (folder / "folder.wav").mkdir()
    os.mkfifo(folder / "pipe.wav")
    (folder / "zero.wav").symlink_to("/dev/zero")
    (folder / "loop.wav").symlink_to(folder / "loop.wav")
    (folder / "dangling.wav").symlink_to(folder / "nowhere.wav")
    (folder / "round").symlink_to(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n\x1b[2J.wav")).write_bytes(b"RIFF")
    _hollow(folder / "hollow.wav", _header(44_100, 2, 2**32 - 100))
    _hollow(folder / "hollow.flac", b"fLaC")
    _hollow(folder / "hollow.ogg", b"OggS")
    _hollow(folder / "hollow.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f")
    _hollow(folder / "hollow.m4a", struct.pack(">I", 20) + b"ftypM4A \0\0\0\0M4A " + struct.pack(">I", 2**31) + b"moov")
    _hollow(folder / "hollow.mkv", b"\x1a\x45\xdf\xa3\x01" + b"\xff" * 7)
    write(folder / "frames.mp3", play(4.0, seed=1, rate=44_100, channels=1), 44_100)
    with (folder / "frames.mp3").open("r+b") as stream:
        stream.truncate(LARGE)  # good frames, and then nothing for ever
    shutil.copy(release, folder / "zz good.wav")
    return folder


def test_identify_says_a_line_of_each_and_goes_on(hostile: Path, tmp_path: Path) -> None:
    script = (
        "import re, sys\n"
        "from partbook.cli.main import run\n"
        "try: run(['identify', sys.argv[1], '--json'])\n"
        "finally:\n"
        "    peak = re.findall(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[0]\n"
        "    print('peak', peak, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(hostile)],
        env={**os.environ, "PARTBOOK_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    *said, peak = done.stderr.splitlines()
    assert done.returncode == 2
    answers = {os.fsencode(os.path.relpath(each["file"], hostile)): each for each in json.loads(done.stdout)}
    present = {os.fsencode(path.name) for path in hostile.iterdir() if path.name not in ("round", "folder.wav")}
    assert set(answers) == present
    assert answers[b"zz good.wav"]["found"]
    failed = [each["error"]["message"] for name, each in answers.items() if name != b"zz good.wav"]
    assert said == [
        f"No registry is kept in {tmp_path}: marks are read, but they can name nothing.",
        *(f"partbook: {message}".encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
          for message in failed),
    ]  # fmt: skip
    assert int(peak.split()[1]) < 500_000  # kB


def test_mark_refuses_each_and_leaves_nothing(hostile: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "marked.flac"
    for source in sorted(hostile.iterdir()):
        if source.name in ("zz good.wav", "round"):
            continue
        with pytest.raises(UnusableInput) as refused:
            mark_file(source, target, [WORK], check=False)
        assert source.name in str(refused.value) or repr(source.name)[1:-1] in str(refused.value)
        assert not target.parent.exists() or list(target.parent.iterdir()) == [], source


@pytest.mark.parametrize("ending", [".wav", ".flac", ".mp3", ".m4a", ".aiff", ".ogg"])
def test_bytes_that_were_changed_end_in_a_mark_or_in_a_refusal(
    tmp_path: Path, ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / f"a{ending}", tmp_path / "b.flac"
    write(source, play(4.0, seed=1, rate=16_000, channels=1), 16_000, tags={"title": "Rain", "artist": "Ada"})
    whole = source.read_bytes()
    rng = np.random.default_rng(7)
    for turn in range(24):
        content = bytearray(whole)
        at = int(rng.integers(0, 600))
        if turn % 3 == 0:
            content[at : at + 4] = rng.bytes(4)
        elif turn % 3 == 1:
            del content[at : at + int(rng.integers(1, 60))]
        else:
            content[at : at + 4] = b"\xff\xff\xff\x7f"
        source.write_bytes(content)
        with suppress(UnusableInput):
            mark_file(source, target, [WORK], check=False, replace=True, again=True)
    assert capfd.readouterr().err == ""
