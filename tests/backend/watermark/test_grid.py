"""A mark in every rate, number of channels and sample format that is accepted; nothing else of a master changes."""

from pathlib import Path

import numpy as np
import pytest
from band_music import play

from partbook.sound.audio_file import probe, read
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file, read_file
from partbook.watermark.self_check import Mark

WORK = Mark(bytes.fromhex("1100010000000001"), MarkKey.public())
RATES = (8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000)
FORMATS = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")


def music(rate: int, channels: int, seconds: float = 10.0) -> np.ndarray:
    """Two channels of a band, and each further one a bit softer."""
    two = play(seconds, seed=4, rate=rate, channels=2)
    return np.concatenate([two * (1.0 - 0.15 * pair) for pair in range((channels + 1) // 2)], axis=1)[:, :channels]


def marked_alike(source: Path, target: Path) -> None:
    """Mark a file and see that rate, channels, format and length stayed, and that the mark is read."""
    report = mark_file(source, target, [WORK], check=False)
    before, after = probe(source), probe(target)
    assert (after.rate, after.channels, after.frames, after.subtype) == (
        before.rate, before.channels, before.frames, before.subtype,
    )  # fmt: skip
    assert 25 < report.snr_db < 60
    assert 25 < report.segsnr_db < 60
    assert [reading.payload for reading in read_file(target, [WORK.key]).readings] == [WORK.payload]


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
@pytest.mark.parametrize("rate", RATES)
def test_every_rate_with_any_channels_is_marked_at_its_own(tmp_path: Path, rate: int, channels: int) -> None:
    write(tmp_path / "a.flac", music(rate, channels), rate, "PCM_24")
    marked_alike(tmp_path / "a.flac", tmp_path / "b.flac")


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("subtype", FORMATS)
@pytest.mark.parametrize("channels", [1, 8])
def test_every_sample_format_is_kept(tmp_path: Path, subtype: str, rate: int, channels: int) -> None:
    write(tmp_path / "a.wav", music(rate, channels), rate, subtype)
    if subtype == "PCM_U8":
        mark_file(tmp_path / "a.wav", tmp_path / "b.wav", [WORK], check=False)
        assert probe(tmp_path / "b.wav").subtype == subtype
        assert probe(tmp_path / "b.wav").frames == probe(tmp_path / "a.wav").frames
        return
    marked_alike(tmp_path / "a.wav", tmp_path / "b.wav")


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff"])
@pytest.mark.parametrize("frames", [30_001, 44_101, 99_999])
def test_the_length_is_kept_to_the_sample(tmp_path: Path, ending: str, frames: int) -> None:
    write(tmp_path / f"a{ending}", music(8_000, 2, 13.0)[:frames], 8_000, "PCM_16")
    mark_file(tmp_path / f"a{ending}", tmp_path / f"b{ending}", [WORK], check=False)
    assert len(read(tmp_path / f"b{ending}")[0]) == frames


def test_silence_in_front_and_behind_stays_digital_silence(tmp_path: Path) -> None:
    still = np.zeros((44_100, 2), np.float32)
    write(tmp_path / "a.wav", np.concatenate((still, music(44_100, 2), still)), 44_100, "PCM_24")
    mark_file(tmp_path / "a.wav", tmp_path / "b.wav", [WORK], check=False)
    sound, _ = read(tmp_path / "b.wav")
    assert not sound[:44_100].any()
    assert not sound[-44_100:].any()
