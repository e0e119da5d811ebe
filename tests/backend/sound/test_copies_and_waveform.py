from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from chords import chord

from partbook.core.errors import UnusableInput
from partbook.sound import waveform
from partbook.sound.audio_file import probe, read
from partbook.sound.audio_writer import write
from partbook.sound.codecs import encode, excerpt_mp3, round_trip

Song = Callable[..., Path]


def test_a_vorbis_copy_of_a_minute_is_written_in_pieces() -> None:
    sound = chord(48_000, seconds=61.0)
    heard, rate = round_trip(sound, 48_000, "vorbis", 96)
    assert (len(heard), rate) == (len(sound), 48_000)


@pytest.mark.parametrize(("codec", "kbps"), [("mp3", 128), ("aac", 96), ("opus", 64), ("vorbis", 96)])
@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (22_050, 1), (96_000, 2)])
def test_a_lossy_copy_is_small_and_sounds_alike(codec: str, kbps: int, rate: int, channels: int) -> None:
    sound = chord(rate, channels)
    assert len(encode(sound, rate, codec, kbps)) < 4 * kbps * 125 * 1.6 + 8000
    heard, heard_rate = round_trip(sound, rate, codec, kbps)
    meant = chord(heard_rate, channels)
    both = min(len(meant), len(heard))
    assert both / heard_rate == pytest.approx(4.0, abs=0.05)
    error = np.sum((heard[:both] - meant[:both]) ** 2) / np.sum(meant[:both] ** 2)
    assert 1e-6 < error < 0.03


def test_an_excerpt_is_the_stretch_that_was_asked_for(song: Song, tmp_path: Path) -> None:
    for source in (song("a.wav", seconds=8.0), song("b.mp3", seconds=8.0), song("c.flac", rate=96_000, seconds=8.0)):
        target = tmp_path / "leak.mp3"
        excerpt_mp3(source, target, start=3.0, seconds=2.5, kbps=128)
        info = probe(target)
        assert info.frames == pytest.approx(2.5 * info.rate, abs=2)
        assert info.bit_rate == 128_000
        heard, rate = read(target)
        meant = chord(rate, 2, 8.0)[3 * rate : 3 * rate + len(heard)]
        assert np.sum((heard - meant) ** 2) < 0.03 * np.sum(meant**2)


def test_an_excerpt_from_beyond_the_end_is_refused_and_leaves_nothing(song: Song, tmp_path: Path) -> None:
    source = song("a.wav")
    with pytest.raises(UnusableInput, match=r"no sound after 9\.0 s"):
        excerpt_mp3(source, tmp_path / "leak.mp3", 9.0, 2.0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_peaks_follow_the_sound(tmp_path: Path) -> None:
    at = np.linspace(0, 1, 441_000, dtype=np.float32)
    write(tmp_path / "ramp.wav", (at * np.sin(np.arange(441_000) * 0.3))[:, None].astype(np.float32), 44_100)
    peaks = waveform.peaks(tmp_path / "ramp.wav", 100)
    assert len(peaks) == 100
    assert np.allclose(peaks, np.arange(1, 101) / 100, atol=0.015)


def test_joining_neighbours_keeps_every_extreme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = chord(44_100, 2, 6.0)
    sound[123_456] = [0.99, -0.98]
    write(tmp_path / "a.wav", sound, 44_100, "FLOAT")
    fine = waveform.extremes(tmp_path / "a.wav", 50)
    monkeypatch.setattr(waveform, "FINE_BINS", 101)
    coarse = waveform.extremes(tmp_path / "a.wav", 50)
    for outline in (fine, coarse):
        where = 123_456 * 50 // len(sound)
        assert outline[where - 1 : where + 2, 1].max() == np.float32(0.99)
        assert outline[where - 1 : where + 2, 0].min() == np.float32(-0.98)
    assert np.abs(fine - coarse).mean() < 0.02


def test_a_file_shorter_than_the_picture_is_wide_still_fills_it(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", chord(44_100, 1, 0.1), 44_100)
    assert len(waveform.peaks(tmp_path / "a.wav", 500)) == 500
    write(tmp_path / "none.wav", np.zeros((0, 1), np.float32), 44_100)
    with pytest.raises(UnusableInput, match="no sound"):
        waveform.peaks(tmp_path / "none.wav")
    with pytest.raises(UnusableInput, match="bins"):
        waveform.peaks(tmp_path / "a.wav", 0)


def test_the_picture_is_valid_svg_with_a_title(song: Song) -> None:
    picture = waveform.waveform_svg(song("a.flac"), width=300, title="Rain & <Choir>")
    root = ElementTree.fromstring(picture)
    assert root.attrib["viewBox"] == "0 0 300 160"
    assert root[0].text == "Rain & <Choir>"
    assert len(root[1].attrib["points"].split()) == 600
