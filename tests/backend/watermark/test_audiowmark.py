"""The engine audiowmark, with a stand-in for the program: it cannot be had here, and only its command line is followed.

So these tests show what is asked of the program and what is made of its answers; they show nothing about its marks.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from band_music import play

from partbook.core.errors import NotConfigured, UnusableInput
from partbook.core.status import ExitStatus
from partbook.sound.audio_file import open_audio, probe
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey
from partbook.watermark.audiowmark_program import EngineFailed
from partbook.watermark.engine import Engine, engine_named
from partbook.watermark.files import read_file
from partbook.watermark.reports import AlreadyMarked, FileReading, TargetExists
from partbook.watermark.self_check import AS_WRITTEN, Mark

STAND_IN = Path(__file__).with_name("audiowmark_stand_in.py")
PUBLIC = MarkKey.public()
PRIVATE = MarkKey.from_secret(b"the songwriter's own secret key!", 2)
WORK = Mark(bytes.fromhex("1100010000000001"), PUBLIC)
COPY = Mark(bytes.fromhex("2200000101000001"), PRIVATE)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The stand-in as an executable of its own."""
    path = tmp_path / "bin" / "audiowmark"
    path.parent.mkdir()
    path.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
    path.chmod(0o755)
    return path


@pytest.fixture
def engine(program: Path) -> Engine:
    return engine_named("audiowmark", program)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    write(path, play(12.0, seed=6, rate=44_100, channels=2), 44_100, "PCM_24", {"title": "Rain Choir"})
    return path


def _read(engine: Engine, path: Path, *keys: MarkKey, search: bool = False) -> FileReading:
    with open_audio(path) as reader:
        return engine.read(reader, keys or [PUBLIC], search)


def _payloads(engine: Engine, path: Path, *keys: MarkKey) -> list[bytes]:
    return [reading.payload for reading in _read(engine, path, *keys).readings]


def _calls(program: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in program.with_name("calls.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff"])
def test_a_mark_is_read_back_and_the_file_stays_as_it_was(
    engine: Engine, song: Path, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"marked{ending}"
    report = engine.mark(song, target, [WORK], check=False)
    assert _payloads(engine, target) == [WORK.payload]
    before, after = probe(song), probe(target)
    assert (after.rate, after.channels, after.frames, after.subtype) == (44_100, 2, before.frames, "PCM_24")
    assert after.tags["title"] == "Rain Choir"
    assert (report.payloads, report.seconds) == ((WORK.payload.hex(),), pytest.approx(12.0))
    assert report.snr_db > 60  # the stand-in changes 128 bits


@pytest.mark.parametrize(("ending", "rate"), [(".flac", 48_000), (".ogg", 44_100), (".mp3", 44_100), (".m4a", 48_000)])
def test_any_kind_of_source_and_of_target_goes_through(engine: Engine, tmp_path: Path, ending: str, rate: int) -> None:
    source = tmp_path / f"song{ending}"
    write(source, play(10.0, seed=6, rate=rate, channels=2), rate)
    engine.mark(source, tmp_path / "marked.wav", [WORK], check=False)
    assert _payloads(engine, tmp_path / "marked.wav") == [WORK.payload]
    engine.mark(source, tmp_path / f"marked{ending}", [WORK], check=False)
    assert probe(tmp_path / f"marked{ending}").rate == rate


def test_messages_that_the_program_makes_of_noise_are_no_readings(engine: Engine, song: Path, program: Path) -> None:
    reading = _read(engine, song)
    assert reading.readings == []
    assert reading.detections[0].decodes == 3
    assert reading.detections[0].false_name_bound < 1e-18
    assert [call["command"][0] for call in _calls(program)] == ["get"]


def test_another_speed_is_searched_only_where_nothing_was_found(engine: Engine, song: Path, program: Path) -> None:
    _read(engine, song, search=True)
    assert ["--detect-speed" in call["command"] for call in _calls(program)] == [False, True]


def test_each_layer_is_read_by_its_own_key_only(engine: Engine, song: Path, tmp_path: Path) -> None:
    engine.mark(song, tmp_path / "a.wav", [COPY], check=False)
    assert _payloads(engine, tmp_path / "a.wav", PUBLIC) == []
    assert _payloads(engine, tmp_path / "a.wav", PRIVATE) == [COPY.payload]
    assert read_file(tmp_path / "a.wav", [PUBLIC, PRIVATE]).readings == []


def test_the_key_goes_by_a_private_file_that_is_gone_afterwards(
    engine: Engine, song: Path, tmp_path: Path, program: Path
) -> None:
    engine.mark(song, tmp_path / "a.wav", [COPY], check=False)
    calls = _calls(program)
    assert len(calls) == 2  # looks whether there is a mark, then adds one
    for call in calls:
        assert call["mode"] == "0o600"
        assert not Path(call["key_file"]).parent.exists()
        words = " ".join(call["command"])
        assert PRIVATE.secret.hex() not in words
        assert PRIVATE.derive("audiowmark").hex()[:32] not in words


def test_the_message_is_payload_check_and_zeros(engine: Engine, song: Path, tmp_path: Path, program: Path) -> None:
    engine.mark(song, tmp_path / "a.wav", [WORK], check=False, again=True)
    (call,) = _calls(program)
    message = bytes.fromhex(call["command"][-1])
    assert (len(message), message[:8], message[13:]) == (16, WORK.payload, bytes(3))
    assert call["command"][call["command"].index("--strength") + 1] == "10"


def test_a_marked_file_is_not_marked_again_unless_asked(engine: Engine, song: Path, tmp_path: Path) -> None:
    engine.mark(song, tmp_path / "a.wav", [WORK], check=False)
    with pytest.raises(AlreadyMarked, match=WORK.payload.hex()):
        engine.mark(tmp_path / "a.wav", tmp_path / "b.wav", [WORK], check=False)
    assert not (tmp_path / "b.wav").exists()
    with pytest.raises(TargetExists):
        engine.mark(song, tmp_path / "a.wav", [WORK], check=False)
    other = Mark(bytes.fromhex("1100010000000002"), PUBLIC)
    engine.mark(tmp_path / "a.wav", tmp_path / "b.wav", [other], check=False, again=True)
    assert _payloads(engine, tmp_path / "b.wav") == [other.payload]


def test_the_self_check_tells_what_was_lost(engine: Engine, song: Path, tmp_path: Path) -> None:
    report = engine.mark(song, tmp_path / "a.wav", [WORK])
    rows = {row.name: row.ok for row in report.self_check}
    assert rows[AS_WRITTEN]
    assert not rows["MP3 128"]  # the stand-in's mark survives no lossy copy


@pytest.mark.parametrize(
    ("how", "says"), [("fail", "something is not as it should be"), ("shorten", "frames"), ("babble", "cannot be read")]
)
def test_a_program_that_fails_is_named_and_leaves_nothing(
    engine: Engine, song: Path, tmp_path: Path, program: Path, how: str, says: str
) -> None:
    program.with_name("misbehave").write_text(how)
    with pytest.raises(EngineFailed, match=says) as failed:
        engine.mark(song, tmp_path / "out" / "a.wav", [WORK], check=False)
    assert failed.value.exit_status == ExitStatus.CONFIGURATION
    assert not (tmp_path / "out" / "a.wav").exists()


def test_a_missing_program_is_said_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotConfigured, match=r"not on PATH.*uplex\.de/audiowmark.*PARTBOOK_AUDIOWMARK"):
        engine_named("audiowmark")
    with pytest.raises(NotConfigured, match="which is no program"):
        engine_named("audiowmark", tmp_path / "nowhere")


def test_the_program_on_PATH_is_used(program: Path, monkeypatch: pytest.MonkeyPatch, song: Path) -> None:
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert _payloads(engine_named("audiowmark"), song) == []
    assert len(_calls(program)) == 1


def test_a_strength_that_the_program_has_not_is_refused(engine: Engine, song: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="out of range"):
        engine.mark(song, tmp_path / "a.wav", [WORK], 0.1)


def test_who_listens_hears_the_whole_sound(engine: Engine, song: Path) -> None:
    heard: list[int] = []

    class Ear:
        def push(self, block: np.ndarray) -> None:
            heard.append(len(block))

    with open_audio(song) as reader:
        engine.read(reader, [PUBLIC], listen=lambda rate, channels: Ear())
    assert sum(heard) == probe(song).frames
