import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from chords import chord

from partbook.core.errors import UnusableInput
from partbook.core.status import ExitStatus
from partbook.sound.audio_file import blocks, open_audio, probe, refuse_too_little
from partbook.sound.refusals import BeyondLimits, DamagedSound, FileUnreadable, NotSound, SilentSound, TooShort

Song = Callable[..., Path]


def _wav_header(rate: int, channels: int, bits: int, data_bytes: int) -> bytes:
    align = channels * bits // 8
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate * align % 2**32, align % 65536, bits)
    riff = min(data_bytes + 36, 2**32 - 1)
    return (
        b"RIFF"
        + struct.pack("<I", riff)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + layout
        + b"data"
        + struct.pack("<I", data_bytes)
    )


def _consume(path: Path) -> int:
    return sum(len(block) for block in blocks(path))


def test_every_refusal_is_an_unusable_input_with_exit_code_2() -> None:
    for kind in (FileUnreadable, NotSound, DamagedSound, SilentSound, TooShort, BeyondLimits):
        assert issubclass(kind, UnusableInput)
        assert kind("x").exit_status == ExitStatus.USAGE


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="does not exist"):
        probe(tmp_path / "missing.wav")
    with pytest.raises(FileUnreadable, match="is a folder"):
        probe(tmp_path)
    loop = tmp_path / "loop.wav"
    loop.symlink_to(loop)
    with pytest.raises(FileUnreadable, match="leads back to itself"):
        probe(loop)
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    with pytest.raises(FileUnreadable, match="device or a pipe"):
        probe(pipe)
    with pytest.raises(FileUnreadable, match="null byte"):
        probe(Path("a\0b.wav"))
    with pytest.raises(FileUnreadable, match="too long"):
        probe(tmp_path / ("a" * 5000 + ".wav"))


def test_a_file_that_may_not_be_read_is_named(song: Song, monkeypatch: pytest.MonkeyPatch) -> None:
    path = song("a.wav")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as root, who may read everything
    with pytest.raises(FileUnreadable, match="permission denied"):
        probe(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.wav", b"", "0 bytes"),
        ("a.mp3", b"Not music, only words.\n" * 40, "text file"),
        ("a.mp3", "Kein Ton, nur Wörter".encode("utf-16"), "text file"),
        ("a.flac", "ä".encode() * 2048 + b"x", "text file"),
        ("a.mid", b"MThd\0\0\0\6\0\1\0\1\1\xe0", "MIDI score"),
        ("a.wav", b"\x89PNG\r\n\x1a\n" + bytes(100), "no sound file"),
        ("a.wav", bytes(10_000), "no sound file"),
        ("a.mp3", b"RIFF\x24\0\0\0AVI LIST" + bytes(100), "no sound file"),
    ],
)
def test_what_is_no_sound_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotSound, match=words):
        probe(path)


def test_random_bytes_are_refused_under_every_ending(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    for ending in (".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aac", ".webm", ".aiff", ""):
        path = tmp_path / f"noise{ending}"
        path.write_bytes(rng.integers(0, 256, 50_000, dtype=np.uint8).tobytes())
        with pytest.raises(NotSound):
            probe(path)


@pytest.mark.parametrize(
    "magic",
    [
        b"fLaC",
        b"OggS",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x20ftypM4A ",
        b"\x1a\x45\xdf\xa3",
        b"ID3\4\0\0\0\0\0\0",
        b"\xff\xfb\x90\x00",
        b"FORM\0\0\0\0AIFF",
    ],
)
def test_a_good_beginning_and_garbage_after_it_is_damaged(tmp_path: Path, magic: bytes) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(magic + np.random.default_rng(2).integers(0, 256, 60_000, dtype=np.uint8).tobytes())
    with pytest.raises((DamagedSound, BeyondLimits)):
        _consume(path)


def test_an_ending_that_contradicts_the_content_is_refused_and_no_ending_is_fine(song: Song, tmp_path: Path) -> None:
    mp3 = song("a.mp3")
    disguised = mp3.rename(tmp_path / "a.wav")
    with pytest.raises(NotSound, match=r"ends in \.wav but holds MP3.*a\.mp3"):
        probe(disguised)
    assert probe(disguised.rename(tmp_path / "upload")).container == "MP3"


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aiff"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_a_file_cut_off_anywhere_is_damaged(song: Song, ending: str, part: float) -> None:
    path = song(f"a{ending}", seconds=12.0)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(DamagedSound, match=r"damaged|cannot be read"):
        _consume(path)


def test_a_cut_off_file_still_gives_the_sound_before_the_cut(song: Song) -> None:
    path = song("a.flac", seconds=12.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_audio(path) as reader:
        heard = sum(len(block) for block in reader.blocks()) / 44_100
        assert 4.0 < heard < 7.0
        assert reader.damage


@pytest.mark.parametrize("ending", [".flac", ".ogg", ".opus"])
def test_flipped_bytes_are_noticed_where_the_format_has_checksums(song: Song, ending: str) -> None:
    path = song(f"a{ending}", seconds=12.0)
    content = bytearray(path.read_bytes())
    for at in range(len(content) // 3, len(content) * 2 // 3, max(1, len(content) // 60)):
        content[at] ^= 0x5A
    path.write_bytes(content)
    with pytest.raises(DamagedSound):
        _consume(path)


@pytest.mark.parametrize("ending", [".wav", ".mp3", ".m4a"])
def test_flipped_bytes_elsewhere_end_in_sound_or_in_a_refusal_never_in_a_crash(
    song: Song, ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = song(f"a{ending}", seconds=5.0)
    whole = path.read_bytes()
    rng = np.random.default_rng(4)
    for _ in range(15):
        content = bytearray(whole)
        for at in rng.integers(0, len(content), 40):
            content[at] ^= int(rng.integers(1, 256))
        path.write_bytes(content)
        with suppress(UnusableInput):
            assert _consume(path) < 60 * 44_100
    assert capfd.readouterr().err == ""


def test_a_wav_that_promises_four_gigabytes_is_caught_lying(tmp_path: Path) -> None:
    path = tmp_path / "liar.wav"
    path.write_bytes(_wav_header(44_100, 2, 16, 2**32 - 100) + bytes(1000))
    with pytest.raises(UnusableInput, match=r"damaged|at most"):
        _consume(path)


def test_a_wav_from_a_recorder_that_never_knew_its_length_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "stream.wav"
    pcm = (chord(44_100, 2, 4.0) * 32767).astype("<i2").tobytes()
    path.write_bytes(_wav_header(44_100, 2, 16, 2**32 - 1) + pcm)
    assert _consume(path) == 4 * 44_100


@pytest.mark.parametrize(
    ("rate", "channels", "words"),
    [
        (44_100, 1024, "channels|header"),
        (44_100, 9, "9 channels"),
        (7_000, 1, "7000"),
        (384_000, 1, "384000"),
        (0, 1, "header|frames per second"),
        (44_100, 0, "header|channels"),
    ],
)
def test_absurd_headers_are_refused(tmp_path: Path, rate: int, channels: int, words: str) -> None:
    path = tmp_path / "absurd.wav"
    path.write_bytes(_wav_header(rate, channels, 16, 100_000) + bytes(100_000))
    with pytest.raises(UnusableInput, match=words):
        probe(path)


def test_a_small_FLAC_that_unpacks_to_hours_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.flac"
    quiet = np.zeros((8000 * 60, 1), np.int16)
    with soundfile.SoundFile(path, "w", 8000, 1, "PCM_16", format="FLAC") as out:
        for _ in range(200):
            out.write(quiet)
    assert path.stat().st_size < 400_000
    with pytest.raises(BeyondLimits, match=r"lasts 3\.3 h"):
        probe(path)


def test_a_bomb_whose_header_hides_its_length_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.flac"
    soundfile.write(path, np.zeros(8000 * 90, np.int16), 8000, "PCM_16")
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the 36 bits of the total number of samples: none means unknown
    content[22:26] = bytes(4)
    path.write_bytes(content)
    assert probe(path).frames is None
    monkeypatch.setattr("partbook.sound.audio_file.MAX_SECONDS", 60.0)
    with pytest.raises(BeyondLimits, match="decodes to more than"):
        _consume(path)


def test_float_samples_that_are_no_sound_are_refused(tmp_path: Path) -> None:
    for value in (np.nan, np.inf, 1e30):
        sound = chord(44_100)
        sound[50_000, 1] = value
        soundfile.write(tmp_path / "a.wav", sound, 44_100, "FLOAT")
        with pytest.raises(DamagedSound, match="no sound"):
            _consume(tmp_path / "a.wav")


def test_too_short_and_silent_are_told_apart(tmp_path: Path) -> None:
    for name, sound, kind in (
        ("short.wav", chord(44_100, seconds=2.5), TooShort),
        ("silent.wav", np.zeros((44_100 * 5, 2), np.float32), SilentSound),
        ("nothing.wav", np.zeros((0, 2), np.float32), TooShort),
    ):
        soundfile.write(tmp_path / name, sound, 44_100)
        with open_audio(tmp_path / name) as reader:
            list(reader.blocks())
            with pytest.raises(kind, match=name):
                refuse_too_little(reader)


def test_a_file_of_lists_that_name_other_files_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    soundfile.write(secret, chord(44_100), 44_100)
    for words in (f"#EXTM3U\n#EXTINF:4,\n{secret}\n", f"ffconcat version 1.0\nfile '{secret}'\n"):
        for ending in (".mp3", ".m4a", ".wav", ".webm", ""):
            listing = tmp_path / f"list{ending}"
            listing.write_text(words)
            with pytest.raises(NotSound, match="text file"):
                probe(listing)


def test_junk_behind_the_sound_and_a_wrong_outer_length_are_no_damage(song: Song) -> None:
    for ending in (".wav", ".aiff"):
        path = song(f"a{ending}")
        whole = path.read_bytes()
        path.write_bytes(whole[:4] + b"\0\0\x10\0" + whole[8:] + b"junkjunkjunk")
        assert _consume(path) == 4 * 44_100
