"""What `partbook identify` takes besides a file: folders, pipes, films, names of any kind."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
import soundfile
import soxr
from shelf import RATE, Shelf, marked, song, work_mark

from partbook.audit import commands
from partbook.audit.pipe import identify_pipe
from partbook.audit.verdict import Verdict
from partbook.cli.main import run
from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import read
from partbook.sound.audio_stream import RawFormat, open_stream
from partbook.sound.audio_writer import write
from partbook.sound.refusals import BeyondLimits, NotSound

Identify = Callable[..., Any]


@pytest.fixture
def identify(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Identify:
    """Runs `partbook identify … --json` where work 3 is registered; gives the answer and what was said beside it."""
    shelf = Shelf().register(3, song(3))

    @contextmanager
    def opened(*settings: object) -> Any:
        yield shelf

    monkeypatch.setattr(commands, "open_registry", opened)
    monkeypatch.setenv("PARTBOOK_HOME", str(tmp_path / "home"))

    def identified(*words: str | Path, code: int, piped: bytes | None = None) -> tuple[Any, str]:
        if piped is not None:
            stdin = SimpleNamespace(buffer=io.BytesIO(piped), isatty=lambda: False)
            monkeypatch.setattr("sys.stdin", stdin)
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            run(["identify", *map(str, words), "--json"])
        out, said = capfd.readouterr()
        assert left.value.code == code, said
        return json.loads(out), said

    return identified


def _film(path: Path, muxer: str, picture: str, codec: str, sound: np.ndarray, seconds: float) -> Path:
    """A film with a picture of `seconds`, whatever its sound lasts."""
    rate = 48_000
    with av.open(str(path), "w", format=muxer) as film:
        seen = film.add_stream(picture, rate=5)
        seen.width, seen.height, seen.pix_fmt = 64, 48, "yuv420p"
        track = film.add_stream(codec, rate=rate, layout="mono")
        for number in range(round(5 * seconds)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 40 * (number % 5), np.uint8), format="rgb24")
            frame.pts = number
            film.mux(seen.encode(frame))
        for at in range(0, len(sound), 960):
            block = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[at : at + 960].T), "fltp", "mono")
            block.sample_rate, block.pts = rate, at
            film.mux(track.encode(block))
        film.mux(track.encode(None))
        film.mux(seen.encode(None))
    return path


@pytest.fixture(scope="module")
def at_48k(release: Path) -> np.ndarray:
    """The released song at the rate of films."""
    sound, rate = read(release)
    return soxr.resample(sound, rate, 48_000).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "muxer", "picture", "codec"),
    [
        ("film.mp4", "mp4", "mpeg4", "aac"),
        ("film.mkv", "matroska", "mpeg4", "aac"),
        ("film.webm", "webm", "libvpx", "libopus"),
        ("film.mov", "mov", "mpeg4", "aac"),
    ],
)
@pytest.mark.parametrize("seconds", [12.0, 20.0])
def test_the_sound_track_of_a_film_is_identified_however_long_the_picture_lasts(
    identify: Identify,
    at_48k: np.ndarray,
    tmp_path: Path,
    name: str,
    muxer: str,
    picture: str,
    codec: str,
    seconds: float,
) -> None:
    answer, _ = identify(_film(tmp_path / name, muxer, picture, codec, at_48k, seconds), code=0)
    assert answer["verdict"] == "match"
    assert answer["notes"] == []


def test_a_film_without_sound_is_said_to_have_none(identify: Identify, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "mute.mp4"), "w", format="mp4") as film:
        seen = film.add_stream("mpeg4", rate=5)
        seen.width, seen.height, seen.pix_fmt = 64, 48, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        film.mux(seen.encode(frame))
        film.mux(seen.encode(None))
    answer, said = identify(tmp_path / "mute.mp4", code=2)
    assert "has no sound track" in answer["error"]["message"]
    assert "mute.mp4" in said


@pytest.fixture
def folder(tmp_path: Path, release: Path, unmarked: Path) -> Path:
    """Folders in folders, with things in them that are no sound."""
    place = tmp_path / "music"
    (place / "b" / "deep").mkdir(parents=True)
    shutil.copy(release, place / "b" / "deep" / "z.wav")
    shutil.copy(release, place / "B.wav")
    shutil.copy(unmarked, place / "a.wav")
    shutil.copy(release, place / "no ending")
    (place / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    (place / "notes.txt").write_text("words")
    (place / "empty.flac").touch()
    (place / "b" / "round").symlink_to(place)
    (place / "loop.mp3").symlink_to("loop.mp3")
    (place / "linked.wav").symlink_to(place / "B.wav")
    return place


def test_a_folder_is_walked_in_one_order_and_a_loop_of_links_is_not(identify: Identify, folder: Path) -> None:
    answers, said = identify(folder, code=2)
    names = [os.path.relpath(answer["file"], folder) for answer in answers]
    assert names == ["B.wav", "a.wav", "b/deep/z.wav", "empty.flac", "linked.wav", "loop.mp3", "no ending"]
    assert [answer.get("verdict") for answer in answers] == [
        "match", "content_only", "match", None, "match", None, "match",
    ]  # fmt: skip
    assert [line.split("/")[-1] for line in said.splitlines()] == [
        "empty.flac is empty (0 bytes). Copy or export it again.",
        "loop.mp3 is a link that leads back to itself.",
    ]


def test_a_folder_gives_a_list_even_of_one_and_an_empty_one_is_said(
    identify: Identify, tmp_path: Path, release: Path
) -> None:
    (tmp_path / "one").mkdir()
    answer, said = identify(tmp_path / "one", code=2)
    assert answer[0]["error"]["code"] == "file-unreadable"
    assert "There is no sound file in" in said
    shutil.copy(release, tmp_path / "one" / "a.wav")
    answers, _ = identify(tmp_path / "one", code=0)
    assert [answer["verdict"] for answer in answers] == ["match"]


@pytest.mark.parametrize(
    "name",
    [
        "Ünïcode – песня 歌 🎵.wav".encode(),
        b"two\nlines\r.wav",
        b"caf\xe9 \xff.wav",
        "قائمة \u202evaw.wav".encode(),
        b"\x1b[2J[red]bold.wav",
        b"-n.wav",
        b"'; rm -rf $(x) \".wav",
    ],
)
def test_a_name_in_any_script_and_of_any_bytes_is_only_a_name(
    identify: Identify, tmp_path: Path, release: Path, name: bytes
) -> None:
    place = tmp_path / "names"
    place.mkdir()
    odd = Path(os.fsdecode(os.fsencode(place) + b"/" + name))
    shutil.copy(release, odd)
    answers, _ = identify(place, code=0)
    assert answers[0]["file"] == str(odd)
    odd.write_bytes(b"")
    answers, said = identify(place, code=2)
    assert answers[0]["file"] == str(odd)
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said
    assert "is empty (0 bytes)" in said


def test_a_name_of_any_bytes_is_printed_for_people_on_one_line(
    identify: Identify, release: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\nthen.wav"))
    shutil.copy(release, odd)
    capfd.readouterr()
    with pytest.raises(SystemExit):
        run(["identify", str(odd)])
    assert capfd.readouterr().out.splitlines()[0].endswith(r"caf\xe9\nthen.wav")


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff"])
def test_a_pipe_of_any_kind_is_identified(identify: Identify, tmp_path: Path, release: Path, ending: str) -> None:
    sound, rate = read(release)
    write(tmp_path / f"a{ending}", sound, rate, "PCM_24")
    answer, said = identify("-", code=0, piped=(tmp_path / f"a{ending}").read_bytes())
    assert (answer["file"], answer["verdict"], answer["notes"]) == ("-", "match", [])
    assert answer["seconds"] == pytest.approx(16.0, abs=0.1)
    assert said == ""


@pytest.mark.parametrize("sample_format", ["s16le", "s16be", "f32le", "s32le", "u8"])
def test_bare_samples_are_identified_when_it_is_said_how_they_lie(
    identify: Identify, release: Path, sample_format: str
) -> None:
    sound, _ = read(release)
    if sample_format == "f32le":
        bare = sound.astype("<f4").tobytes()
    elif sample_format == "u8":
        bare = (np.rint(sound * 127) + 128).astype(np.uint8).tobytes()
    else:
        bits, order = int(sample_format[1:3]), "<" if sample_format.endswith("le") else ">"
        bare = np.rint(sound.astype(float) * (2 ** (bits - 1) - 1)).astype(f"{order}i{bits // 8}").tobytes()
    answer, _ = identify("-", "--raw", f"{RATE}:1:{sample_format}", code=0, piped=bare)
    assert answer["verdict"] == "match"


@pytest.mark.parametrize(
    ("words", "piped", "says"),
    [
        (["-"], b"", "Nothing came through the pipe"),
        (["-"], b"only words\n" * 500, "- is a text file"),
        (["-"], bytes(10_000), "no sound file"),
        (
            ["-"],
            b"\0\0\0\x14ftypM4A \0\0\0\0M4A \0\0\0\x08free\0\0\1\0mdat" + bytes(999),
            "table of contents at its end",
        ),
        (["-", "--raw", "44100:2"], b"", "does not say how bare samples lie"),
        (["-", "--raw", "44100:9:s16le"], b"", "1 to 8 channels"),
        (["-", "--raw", "44100:2:mp3"], b"", "does not say"),
        (["-", "--raw", "500000:2:s16le"], bytes(9), "500000 frames per second"),
        (["a.wav", "--raw", "44100:2:s16le"], b"", "name - in place of a file"),
    ],
)
def test_a_pipe_that_brings_no_sound_is_said(identify: Identify, words: list[str], piped: bytes, says: str) -> None:
    answer, said = identify(*words, code=2, piped=piped)
    assert says in answer["error"]["message"]
    assert len(said.splitlines()) == 1


def test_a_live_pipe_that_never_ends_is_answered_in_time(identify: Identify, release: Path) -> None:
    class Radio(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            at = self.given % len(bare)
            self.given += size
            return (bare[at:] + bare)[:size]

    sound, _ = read(release)
    bare = np.rint(sound * 32767).astype("<i2").tobytes()
    radio = Radio()
    found = identify_pipe(radio, Shelf().register(3, song(3)), raw=RawFormat(RATE, 1, "s16le"), at_most=40.0)
    assert found.verdict is Verdict.MATCH
    assert found.seconds == pytest.approx(40.0)
    assert radio.given < 60 * 2 * RATE


def test_a_pipe_that_plays_faster_is_compared_at_the_speed_of_its_mark(tmp_path: Path) -> None:
    sound, _ = read(marked(tmp_path / "a.wav", song(3), work_mark(3)))
    faster = soxr.resample(sound, RATE, RATE / 1.03).astype(np.float32)
    bare = np.rint(faster * 32767).astype("<i2").tobytes()
    found = identify_pipe(io.BytesIO(bare), Shelf().register(3, song(3)), raw=RawFormat(RATE, 1, "s16le"))
    assert found.verdict is Verdict.MATCH
    assert found.reading is not None
    assert found.reading.tempo == pytest.approx(1.03, abs=0.003)


def test_a_header_that_lies_and_1024_channels_are_refused_in_a_pipe(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((RATE * 4, 1), np.float32), RATE, "PCM_16")
    honest = (tmp_path / "a.wav").read_bytes()
    liar = honest[:40] + b"\xf0\xff\xff\xff" + honest[44:]
    with open_stream(io.BytesIO(liar)) as reader:
        assert sum(map(len, reader.blocks())) == RATE * 4
    wide = honest[:22] + (1024).to_bytes(2, "little") + honest[24:32] + (2048).to_bytes(2, "little") + honest[34:]
    with pytest.raises(UnusableInput, match=r"channels|header|sound"), open_stream(io.BytesIO(wide)) as reader:
        list(reader.blocks())


def test_memory_does_not_grow_with_what_comes_by_a_pipe(tmp_path: Path) -> None:
    script = (
        "import re, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from shelf import Shelf\n"
        "from partbook.audit.pipe import identify_pipe\n"
        "identify_pipe(sys.stdin.buffer, Shelf(), at_most=1e9)\n"
        "print(re.findall(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[0])\n"
    )
    peak: list[int] = []
    for minutes in (4, 20):
        piece = np.random.default_rng(2).normal(0, 3000, 8000 * 60).astype(np.int16)
        with soundfile.SoundFile(tmp_path / "a.flac", "w", 8000, 1, "PCM_16", format="FLAC") as out:
            for _ in range(minutes):
                out.write(piece)
        with (tmp_path / "a.flac").open("rb") as piped:
            done = subprocess.run(
                [sys.executable, "-c", script, str(Path(__file__).parent)],
                stdin=piped, capture_output=True, text=True, check=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path])},
            )  # fmt: skip
        peak.append(int(done.stdout))
    assert peak[1] < peak[0] + 20_000, peak  # kB; 16 more minutes of samples would be 30,000


def test_what_is_no_file_kind_for_a_pipe_is_named() -> None:
    with pytest.raises(NotSound, match="MIDI"), open_stream(io.BytesIO(b"MThd" + bytes(100))):
        pass
    with pytest.raises(BeyondLimits), open_stream(io.BytesIO(bytes(100)), RawFormat(4000, 1, "s16le")):
        pass


def test_the_other_engine_is_named_where_its_program_is_missing(
    identify: Identify, release: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer, said = identify(release, "--engine", "audiowmark", code=3)
    assert answer["error"]["code"] == "not-configured"
    assert "build it from https://uplex.de/audiowmark" in said
