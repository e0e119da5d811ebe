"""Sound files that other programs and radio recorders leave behind: songs in a row, padding, rare codecs, odd names."""

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from chords import chord

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import blocks, open_audio, probe, read, refuse_too_little
from partbook.sound.audio_writer import write
from partbook.sound.refusals import DamagedSound, NotSound, TooShort

Song = Callable[..., Path]


def _seconds(path: Path) -> float:
    return sum(map(len, blocks(path))) / probe(path).rate


def _by_ffmpeg(path: Path, codec: str, muxer: str, seconds: float) -> Path:
    """The chord in a codec that the project itself does not write."""
    sound = (chord(16_000, 1, seconds) * 32767).astype(np.int16)
    with av.open(str(path), "w", format=muxer) as output:
        track = output.add_stream(codec, rate=16_000, layout="mono")
        for at in range(0, len(sound), 4000):
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound[at : at + 4000].T), "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, at
            output.mux(track.encode(frame))
        output.mux(track.encode(None))
    return path


@pytest.mark.parametrize("ending", [".ogg", ".opus"])
def test_every_song_of_a_chained_OGG_is_heard(song: Song, tmp_path: Path, ending: str) -> None:
    first, second = song(f"a{ending}", rate=48_000), song(f"b{ending}", rate=48_000, seconds=3.0)
    both = tmp_path / f"both{ending}"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    assert _seconds(both) == pytest.approx(7.0, abs=0.1)
    sound, rate = read(both, start=4.5, seconds=10.0)
    assert len(sound) / rate == pytest.approx(2.5, abs=0.1)
    both.write_bytes(both.read_bytes()[:-2000])
    with pytest.raises(DamagedSound, match="ends in the middle"):
        _seconds(both)


def test_FLAC_in_OGG_is_read_and_a_cut_off_one_is_damaged(tmp_path: Path) -> None:
    path = _by_ffmpeg(tmp_path / "a.ogg", "flac", "ogg", 6.0)
    assert _seconds(path) == pytest.approx(6.0, abs=0.01)
    assert probe(path).lossless
    assert probe(path).subtype == "PCM_16"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedSound):
        _seconds(path)


def test_a_webm_cut_off_is_damaged(tmp_path: Path) -> None:
    path = _by_ffmpeg(tmp_path / "a.mka", "flac", "matroska", 6.0)
    assert _seconds(path) == pytest.approx(6.0, abs=0.01)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedSound):
        _seconds(path)


def test_padding_and_tags_around_the_frames_of_an_MP3_are_no_damage(song: Song, tmp_path: Path) -> None:
    one = song("a.mp3").read_bytes()
    for name, content in {
        "zeros-behind": one + bytes(128),
        "zeros-before": bytes(3000) + one,
        "tag-behind": one + b"TAG" + bytes(125),
        "ape-behind": one + b"APETAGEX" + bytes(200),
    }.items():
        path = tmp_path / f"{name}.mp3"
        path.write_bytes(content)
        assert _seconds(path) == pytest.approx(4.0, abs=0.06), name
    both = tmp_path / "both.mp3"
    both.write_bytes(one + one)
    assert _seconds(both) == pytest.approx(8.0, abs=0.15)


def test_a_big_endian_WAV_is_read(tmp_path: Path) -> None:
    sound = (chord(8000, 1, 4.0) * 32767).astype(">i2").tobytes()
    form = struct.pack(">HHIIHH", 1, 1, 8000, 16_000, 2, 16)
    body = b"WAVEfmt " + struct.pack(">I", 16) + form + b"data" + struct.pack(">I", len(sound)) + sound
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFX" + struct.pack(">I", len(body)) + body)
    assert np.allclose(np.concatenate(list(blocks(path))), chord(8000, 1, 4.0), atol=1e-4)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg", ".mp3", ".m4a"])
def test_names_that_are_no_text_are_read_and_written(song: Song, tmp_path: Path, ending: str) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9" + ending.encode())
    shutil.copy(song(f"a{ending}"), odd)
    assert _seconds(odd) == pytest.approx(4.0, abs=0.1)
    copy = tmp_path / os.fsdecode(b"copy\xff" + ending.encode())
    write(copy, chord(44_100), 44_100)
    assert _seconds(copy) == pytest.approx(4.0, abs=0.1)


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    target = tmp_path / f"{'a' * 251}.wav"
    write(target, chord(8000), 8000)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_target_below_a_file_is_refused_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target in (tmp_path / "file" / "a.wav", tmp_path / "file" / "deeper" / "a.mp3"):
        with pytest.raises(UnusableInput, match=rf"{target} could not be written"):
            write(target, chord(8000), 8000)


def test_just_too_short_is_not_rounded_up_to_long_enough(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", chord(8000, 1, 3.0)[:-1], 8000)
    with open_audio(tmp_path / "a.wav") as reader:
        list(reader.blocks())
        with pytest.raises(TooShort, match=r"lasts 2\.99 s"):
            refuse_too_little(reader)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_an_MP3_that_begins_in_the_middle_of_a_frame_is_heard(song: Song, tmp_path: Path, rate: int) -> None:
    whole = song("a.mp3", rate=rate).read_bytes()
    for cut in (5000, 5111, 5333):
        path = tmp_path / f"cut-{cut}.mp3"
        path.write_bytes(whole[cut:])
        assert 2.5 < _seconds(path) < 4.0, cut


def test_noise_with_frame_marks_in_it_is_no_MP3(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for turn in range(20):
        noise = bytearray(rng.integers(0, 256, 65_536, dtype=np.uint8).tobytes())
        noise[0] = 1
        noise[7:11] = b"\xff\xfb\x90\x00"
        path = tmp_path / f"{turn}.mp3"
        path.write_bytes(noise)
        with pytest.raises(NotSound):
            probe(path)
