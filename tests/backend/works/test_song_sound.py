"""Songs sound: the same bytes twice, loud enough, never clipped; recordings by people come through."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from partbook.core.clock import FixedClock
from partbook.core.errors import Mismatch, NotConfigured
from partbook.core.settings import SOUNDFONT
from partbook.music.request import ComposeRequest
from partbook.music.score import PERFORMANCE, PRODUCTION
from partbook.sound.loudness import integrated_lufs
from partbook.works.session_log import RENDERED
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_rendering import pcm_sha256, refuse_an_old_mix, render_is_stale, render_song
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song
from partbook.works.takes import add_take

CLOCK = FixedClock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
WISH = ComposeRequest("joy", 12, 7)
RATE = 44_100


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> SongFolder:
    """A short song with its sound; tests must leave it as it is."""
    return compose_song(tmp_path_factory.mktemp("songs") / "short", WISH, SOUNDFONT, CLOCK)


def _tone(path: Path, seconds: float, hertz: float, rate: int = 48_000) -> Path:
    time = np.arange(round(seconds * rate)) / rate
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * time), rate)
    return path


def test_the_mix_is_loud_enough_and_not_clipped(rendered: SongFolder) -> None:
    samples, rate = soundfile.read(rendered.paths.mix, dtype="float32", always_2d=True)
    assert (rate, samples.shape[1]) == (RATE, 2)
    assert abs(integrated_lufs(samples, rate) + 16) < 0.5
    assert np.abs(samples).max() < 0.9
    assert 12 <= len(samples) / rate <= 14.5
    assert soundfile.info(rendered.paths.mix).subtype == "PCM_16"


def test_there_is_a_stem_for_each_layer(rendered: SongFolder) -> None:
    layers = {part.layer for part in rendered.score().parts}
    assert {path.stem for path in rendered.paths.stems.glob("*.wav")} == layers
    for path in rendered.paths.stems.glob("*.wav"):
        samples, _ = soundfile.read(path)
        assert 0.001 < np.abs(samples).max() < 1


def test_rendering_again_gives_the_same_bytes_and_no_new_line(rendered: SongFolder) -> None:
    before, log = rendered.paths.mix.read_bytes(), rendered.paths.session.read_bytes()
    rendering = render_song(rendered, SOUNDFONT, CLOCK)
    assert rendered.paths.mix.read_bytes() == before
    assert rendered.paths.session.read_bytes() == log
    assert rendering.pcm_sha256 == pcm_sha256(rendered.paths.mix) == rendered.log()[-1].giving["pcm_sha256"]
    assert [entry.what for entry in rendered.log()].count(RENDERED) == 1


def test_a_rendered_song_verifies_and_its_share_is_unmoved(rendered: SongFolder) -> None:
    assert verify_song(rendered) == []
    assert not render_is_stale(rendered)
    assert share_of(rendered).total_bps == 10_000


def test_a_mix_played_before_the_last_take_is_refused_and_one_from_elsewhere_is_not(
    rendered: SongFolder, tmp_path: Path
) -> None:
    song = SongFolder.open(Path(shutil.copytree(rendered.path, tmp_path / "a")))
    refuse_an_old_mix(song)
    other = compose_song(tmp_path / "other", ComposeRequest("grief", 12, 3), None, CLOCK)
    add_take(song, "melody", other.paths.draft, "2-3", "0xBen", CLOCK)
    with pytest.raises(Mismatch, match="partbook song render"):
        refuse_an_old_mix(song)
    soundfile.write(song.paths.mix, np.zeros((44_100, 2)), 44_100)
    refuse_an_old_mix(song)
    render_song(song, SOUNDFONT, CLOCK)
    refuse_an_old_mix(song)


def test_a_missing_soundfont_says_how_to_get_it_and_keeps_the_song(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="bootstrap"):
        compose_song(tmp_path / "a", WISH, tmp_path / "none.sf2", CLOCK)
    assert verify_song(SongFolder.open(tmp_path / "a")) == []


def test_a_recorded_performance_replaces_its_bars_and_counts(tmp_path: Path) -> None:
    song = compose_song(tmp_path / "a", WISH, None, CLOCK)
    before = share_of(song)
    add_take(song, PERFORMANCE, _tone(tmp_path / "voice.wav", 8, 523), "3-4", "0xBen", CLOCK, part="melody")
    render_song(song, SOUNDFONT, CLOCK)
    stem, _ = soundfile.read(song.paths.stems / "melody.wav")
    score = song.score()
    begin, end = (round(score.seconds_at(bar * score.bar_ticks) * RATE) for bar in (2, 4))
    spectrum = np.abs(np.fft.rfft(stem[begin + 2000 : end - 2000, 0]))
    loudest = np.argmax(spectrum) * RATE / (end - begin - 4000)
    assert abs(loudest - 523) < 3
    after = share_of(song)
    assert after.layers[PERFORMANCE].human == 2
    assert after.total_bps < before.total_bps
    assert verify_song(song) == []


def test_a_persons_mix_becomes_the_mix(tmp_path: Path) -> None:
    song = compose_song(tmp_path / "a", WISH, None, CLOCK)
    add_take(song, PRODUCTION, _tone(tmp_path / "mix.wav", 12.5, 440), None, "0xBen", CLOCK)
    render_song(song, SOUNDFONT, CLOCK)
    mix, rate = soundfile.read(song.paths.mix)
    assert abs(len(mix) / rate - 12.5) < 0.05
    assert share_of(song).layers[PRODUCTION].ai_bps == 0
    assert not render_is_stale(song)


@pytest.mark.parametrize("name", ["mix.wav", "stems/bass.wav"])
def test_a_touched_sound_is_named(rendered: SongFolder, tmp_path: Path, name: str) -> None:
    song = SongFolder.open(Path(shutil.copytree(rendered.path, tmp_path / "a")))
    data = bytearray((song.path / name).read_bytes())
    data[100_000] ^= 1
    (song.path / name).write_bytes(data)
    assert [finding.thing for finding in verify_song(song)] == [name]


def test_a_missing_score_is_a_finding(rendered: SongFolder, tmp_path: Path) -> None:
    song = SongFolder.open(Path(shutil.copytree(rendered.path, tmp_path / "a")))
    song.paths.score.unlink()
    assert render_is_stale(song)
    assert [finding.thing for finding in verify_song(song)] == ["score.mid"]


def test_a_pad_with_an_offset_leaves_none_in_the_mix(tmp_path: Path) -> None:
    song = compose_song(tmp_path / "a", ComposeRequest("lullaby", 12, 12), SOUNDFONT, CLOCK)
    assert song.song["plan"]["instruments"]["harmony 1"] == "warm pad"
    mix, _ = soundfile.read(song.paths.mix)
    assert abs(mix.mean()) < 1e-3
