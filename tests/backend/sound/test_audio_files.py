import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from chords import chord
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import AudioInfo, blocks, open_audio, probe, read
from partbook.sound.audio_writer import open_writer, write

Song = Callable[..., Path]
RATES = (22_050, 44_100, 48_000, 96_000)
LOSSLESS = (".wav", ".flac", ".aiff")
LOSSY = (".ogg", ".mp3", ".m4a", ".opus")


def _all(path: Path) -> np.ndarray:
    return np.concatenate(list(blocks(path)))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("ending", LOSSLESS)
def test_lossless_kinds_come_back_to_the_last_bit(song: Song, ending: str, channels: int, rate: int) -> None:
    path = song(f"a{ending}", rate, channels)
    info = probe(path)
    assert (info.rate, info.channels, info.subtype, info.lossless) == (rate, channels, "PCM_16", True)
    expected = np.rint(chord(rate, channels) * 32768) / 32768
    assert info.frames == len(expected)
    assert np.array_equal(_all(path), expected.astype(np.float32))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("ending", LOSSY)
def test_lossy_kinds_come_back_at_the_right_place(song: Song, ending: str, channels: int, rate: int) -> None:
    path = song(f"a{ending}", rate, channels)
    info, heard = probe(path), _all(path)
    assert info.channels == channels
    assert not info.lossless
    assert len(heard) / info.rate == pytest.approx(4.0, abs=0.05)
    meant = chord(info.rate, channels)
    both = min(len(heard), len(meant))
    away = np.sum((heard[:both] - meant[:both]) ** 2) / np.sum(meant[:both] ** 2)
    assert away < 0.02  # a shift by a single frame in the melody range would pass; by a codec frame it would not


def test_a_rate_that_a_kind_lacks_is_raised_to_its_next_one_and_said(tmp_path: Path) -> None:
    sound = chord(96_000)
    source = AudioInfo(tmp_path / "a", "WAV", "PCM_24", 96_000, 2, len(sound), 4.0)
    with open_writer(tmp_path / "a.mp3", source) as writer:
        writer.write(sound)
    assert "Resampled from 96000 to 48000 Hz" in " ".join(writer.notes)
    assert probe(tmp_path / "a.mp3").rate == 48_000


def test_a_cover_and_tags_that_cannot_be_kept_are_said(tmp_path: Path) -> None:
    tags = {"title": "Rain Choir", "date": "2026", "genre": "Choir", "tracknumber": "3", "album": "Rain"}
    for ending in (*LOSSLESS, *LOSSY):
        info = AudioInfo(tmp_path / "x", "FLAC", "PCM_16", 48_000, 2, None, 1.0, None, tags, has_picture=True)
        target = tmp_path / f"a{ending}"
        with open_writer(target, info) as writer:
            writer.write(chord(48_000, seconds=1.0))
        kept, said = probe(target).tags, " ".join(writer.notes)
        assert "picture" in said
        assert {name for name in tags if name not in kept} == {name for name in tags if name in said}, ending
        assert kept["title"] == "Rain Choir"


def test_a_cover_is_noticed(song: Song, tmp_path: Path) -> None:
    flac = song("a.flac")
    assert not probe(flac).has_picture
    content = flac.read_bytes()
    picture = bytes(32)
    block = bytes([6]) + len(picture).to_bytes(3, "big") + picture
    after_streaminfo = 4 + 4 + 34
    (tmp_path / "b.flac").write_bytes(content[:after_streaminfo] + block + content[after_streaminfo:])
    assert probe(tmp_path / "b.flac").has_picture


@pytest.mark.parametrize("ending", [*LOSSLESS, *LOSSY])
def test_tags_survive_writing_and_reading(song: Song, ending: str) -> None:
    tags = probe(song(f"a{ending}")).tags
    assert (tags["title"], tags["artist"]) == ("Regen–Chor", "Ada")


@pytest.mark.parametrize(
    ("ending", "source", "kept"),
    [
        (".wav", "PCM_24", "PCM_24"),
        (".wav", "FLOAT", "FLOAT"),
        (".wav", "PCM_U8", "PCM_U8"),
        (".wav", "MP3", "FLOAT"),
        (".flac", "PCM_16", "PCM_16"),
        (".flac", "FLOAT", "PCM_24"),
        (".flac", "VORBIS", "PCM_24"),
        (".aiff", "PCM_U8", "PCM_S8"),
    ],
)
def test_the_sample_format_stays_where_the_target_has_it(tmp_path: Path, ending: str, source: str, kept: str) -> None:
    info = AudioInfo(tmp_path / "x", "?", source, 44_100, 2, None, 1.0)
    with open_writer(tmp_path / f"a{ending}", info) as writer:
        writer.write(chord(44_100, seconds=1.0))
    assert probe(tmp_path / f"a{ending}").subtype == kept


def test_samples_beyond_full_scale_are_held_counted_and_kept_in_float(tmp_path: Path) -> None:
    loud = np.full((44_100, 1), 1.5, np.float32)
    info = AudioInfo(tmp_path / "x", "WAV", "PCM_16", 44_100, 1, len(loud), 1.0)
    with open_writer(tmp_path / "a.wav", info) as writer:
        writer.write(loud)
    assert "44100 samples" in writer.notes[0]
    assert _all(tmp_path / "a.wav").max() == np.float32(32767 / 32768)
    write(tmp_path / "b.wav", loud, 44_100, "FLOAT")
    assert _all(tmp_path / "b.wav").max() == 1.5


def test_six_channels_stay_apart(song: Song) -> None:
    path = song("surround.wav", channels=6, seconds=1.0)
    assert probe(path).channels == 6
    assert np.array_equal(_all(path), (np.rint(chord(44_100, 6, 1.0) * 32768) / 32768).astype(np.float32))
    with pytest.raises(UnusableInput, match="2 channels, not 6"):
        write(path.with_suffix(".mp3"), chord(44_100, 6, 1.0), 44_100)


def test_sound_in_webm_and_raw_aac_is_read(tmp_path: Path) -> None:
    for name, muxer, codec in (("a.webm", "webm", "libopus"), ("a.aac", "adts", "aac")):
        with av.open(str(tmp_path / name), "w", format=muxer) as out:
            stream = out.add_stream(codec, rate=48_000, layout="stereo")
            frame = av.AudioFrame.from_ndarray(chord(48_000).T.copy(), format="fltp", layout="stereo")
            frame.sample_rate = 48_000
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        heard = _all(tmp_path / name)
        assert heard.shape[1] == 2
        assert len(heard) == pytest.approx(4 * 48_000, abs=4800)
        assert np.abs(heard).max() == pytest.approx(np.abs(chord(48_000)).max(), abs=0.05)


@settings(max_examples=25, deadline=None)
@given(per_block=st.integers(1, 50_000))
def test_any_block_size_gives_the_same_sound(per_block: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    for ending in (".flac", ".mp3"):
        write(folder / f"a{ending}", chord(22_050, 1, 0.7), 22_050)
        pieces = list(blocks(folder / f"a{ending}", per_block))
        assert {len(piece) for piece in pieces[:-1]} <= {per_block}
        assert np.array_equal(np.concatenate(pieces), _all(folder / f"a{ending}"))


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg", ".mp3", ".m4a"])
def test_a_stretch_from_the_middle_is_the_same_as_in_the_whole(song: Song, ending: str) -> None:
    path = song(f"a{ending}", seconds=8.0)
    whole = _all(path)
    part, rate = read(path, 5.0, 1.5)
    assert len(part) == round(1.5 * rate)
    meant = whole[5 * rate : 5 * rate + len(part)]
    assert np.sum((part - meant) ** 2) < 1e-3 * np.sum(meant**2)
    assert len(read(path, 7.5, 60.0)[0]) == pytest.approx(0.5 * rate, abs=2000)
    assert len(read(path, 100.0, 1.0)[0]) == 0


def test_peak_and_length_are_counted_while_reading(song: Song) -> None:
    with open_audio(song("a.wav")) as reader:
        heard = np.concatenate(list(reader.blocks()))
        assert reader.frames_read == len(heard)
        assert reader.peak == np.abs(heard).max()
        assert reader.damage is None


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "out" / "a.flac"
    info = AudioInfo(tmp_path / "x", "WAV", "PCM_16", 44_100, 2, None, 1.0)

    def fail() -> None:
        with open_writer(target, info) as writer:
            writer.write(chord(44_100))
            raise UnusableInput("stop")

    with pytest.raises(UnusableInput, match="stop"):
        fail()
    assert list(target.parent.iterdir()) == []
    with pytest.raises(UnusableInput, match=r"no ending that can be written.*\.wav"):
        write(tmp_path / "a.xyz", chord(44_100), 44_100)


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from partbook.core.errors import UnusableInput\n"
        "from partbook.sound.audio_writer import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "rng = np.random.default_rng(0)\n"
        "try: write(Path(sys.argv[1]), rng.normal(0, .1, (441_000, 2)).astype(np.float32), 44_100)\n"
        "except UnusableInput as refused: print(refused)\n"
    )
    for ending in (".wav", ".flac", ".mp3"):
        target = tmp_path / f"a{ending}"
        done = subprocess.run([sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True)
        assert done.stdout.startswith(f"{target} could not be written"), (ending, done)
        assert list(tmp_path.iterdir()) == []


def test_names_with_spaces_colons_and_umlauts_are_only_names(song: Song, tmp_path: Path) -> None:
    for ending in (".wav", ".mp3"):
        odd = tmp_path / f"concat:http:ä b{ending}"
        shutil.copy(song(f"a{ending}"), odd)
        assert len(_all(odd)) == 4 * 44_100


def test_a_wav_beyond_four_gigabytes_becomes_an_RF64(tmp_path: Path) -> None:
    info = AudioInfo(tmp_path / "x", "FLAC", "FLOAT", 96_000, 2, 96_000 * 7200, 7200.0)
    with open_writer(tmp_path / "long.wav", info) as writer:
        writer.write(chord(96_000, 2, 1.0))
    assert "RF64" in writer.notes[0]
    assert soundfile.info(tmp_path / "long.wav").format == "RF64"
    assert len(_all(tmp_path / "long.wav")) == 96_000
