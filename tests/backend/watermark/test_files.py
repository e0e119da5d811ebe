import functools
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import probe, read
from partbook.sound.audio_writer import write
from partbook.sound.codecs import excerpt_mp3
from partbook.sound.refusals import BeyondLimits, DamagedSound, FileUnreadable, NotSound, SilentSound, TooShort
from partbook.watermark import MarkKey
from partbook.watermark.files import AlreadyMarked, TargetExists, mark_file, read_file
from partbook.watermark.self_check import AS_WRITTEN, Mark

PUBLIC = MarkKey.public()
PRIVATE = MarkKey.from_secret(b"the songwriter's own secret key!", 2)
WORK = Mark(bytes.fromhex("1100010000000001"), PUBLIC)
COPY = Mark(bytes.fromhex("2200000101000001"), PRIVATE)


@functools.lru_cache
def band(rate: int = 44_100, channels: int = 2, seconds: float = 12.0, seed: int = 1) -> np.ndarray:
    """Plucked notes over a beat: enough like music for a mark to hide in."""
    rng = np.random.default_rng(seed)
    frames = round(rate * seconds)
    sound = np.zeros((frames, channels))
    for begin in np.arange(0.0, seconds, 0.25):
        at = np.arange(min(frames - round(begin * rate), rate)) / rate
        root = 110.0 * 2 ** (int(rng.integers(0, 24)) / 12)
        tones = sum(np.sin(2 * np.pi * root * n * at) / n for n in range(1, 20) if root * n < rate * 0.45)
        hit = rng.normal(0, 1, len(at)) * np.exp(-at * 40)
        pan = rng.uniform(0.3, 1.0, channels)
        sound[round(begin * rate) :][: len(at)] += ((tones * np.exp(-at * 4) + 0.3 * hit)[:, None]) * pan
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("master") / "song.wav"
    write(path, band(), 44_100, "PCM_24", {"title": "Rain Choir", "artist": "Ada"})
    return path


@pytest.fixture(scope="module")
def marked(song: Path) -> Path:
    target = song.with_name("marked.flac")
    mark_file(song, target, [WORK], check=False)
    return target


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff", ".ogg", ".opus", ".mp3", ".m4a"])
def test_a_mark_is_read_back_from_every_kind_of_target(song: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"marked{ending}"
    report = mark_file(song, target, [WORK], check=False)
    assert report.seconds == pytest.approx(12.0)
    assert report.snr_db > 25
    assert [r.payload for r in read_file(target, [PUBLIC]).readings] == [WORK.payload]
    assert probe(target).tags["title"] == "Rain Choir"


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg", ".mp3", ".m4a"])
@pytest.mark.parametrize(("rate", "channels"), [(22_050, 1), (48_000, 2), (96_000, 2)])
def test_every_kind_of_source_is_marked_at_its_own_rate(tmp_path: Path, ending: str, rate: int, channels: int) -> None:
    source = tmp_path / f"song{ending}"
    write(source, band(rate, channels, 10.0), rate)
    target = tmp_path / "marked.wav"
    mark_file(source, target, [WORK], check=False)
    before, after = probe(source), probe(target)
    assert (after.rate, after.channels) == (before.rate, channels)
    if before.lossless:
        assert after.frames == before.frames
        assert after.subtype == before.subtype
    assert [r.payload for r in read_file(target, [PUBLIC]).readings] == [WORK.payload]


def test_a_lossless_copy_keeps_length_format_and_tags(song: Path, tmp_path: Path) -> None:
    target = tmp_path / "marked.wav"
    report = mark_file(song, target, [WORK], check=False)
    before, after = probe(song), probe(target)
    assert (after.rate, after.channels, after.subtype, after.frames) == (44_100, 2, "PCM_24", before.frames)
    assert after.tags == before.tags
    assert report.notes == ()


def test_the_report_measures_what_the_mark_changed(song: Path, marked: Path) -> None:
    report = mark_file(song, marked.with_name("again.wav"), [WORK], check=False)
    original, _ = read(song)
    changed = read(marked.with_name("again.wav"))[0] - original
    measured = 10 * math.log10(float(np.sum(original.astype(float) ** 2) / np.sum(changed.astype(float) ** 2)))
    assert report.snr_db == pytest.approx(measured, abs=0.1)


def test_marking_twice_from_one_master_gives_the_same_bytes(song: Path, tmp_path: Path) -> None:
    for ending in (".wav", ".flac", ".mp3", ".m4a", ".ogg"):
        first, second = tmp_path / f"1{ending}", tmp_path / f"2{ending}"
        mark_file(song, first, [WORK], check=False)
        mark_file(song, second, [WORK], check=False)
        same = first.read_bytes() == second.read_bytes()
        assert same or ending == ".ogg", ending  # an OGG stream carries a random serial number
        assert np.array_equal(read(first)[0], read(second)[0])


def test_two_layers_in_one_go_are_both_read_each_by_its_own_key(song: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.flac"
    mark_file(song, target, [WORK, COPY], check=False)
    assert [r.payload for r in read_file(target, [PUBLIC]).readings] == [WORK.payload]
    both = read_file(target, [PUBLIC, PRIVATE])
    assert [d.readings[0].payload for d in both.detections] == [WORK.payload, COPY.payload]
    assert read_file(target, [MarkKey.from_secret(b"somebody else's secret key", 2)]).readings == []


def test_a_copy_mark_goes_onto_a_released_file(marked: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.flac"
    mark_file(marked, target, [COPY], check=False)
    both = read_file(target, [PUBLIC, PRIVATE])
    assert [d.readings[0].payload for d in both.detections] == [WORK.payload, COPY.payload]


def test_a_file_is_not_marked_again_in_the_same_layer_unless_asked(marked: Path, tmp_path: Path) -> None:
    other = Mark(bytes.fromhex("1100010000000002"), PUBLIC)
    with pytest.raises(AlreadyMarked, match="1100010000000001"):
        mark_file(marked, tmp_path / "twice.flac", [other])
    assert list(tmp_path.iterdir()) == []
    mark_file(marked, tmp_path / "twice.flac", [other], again=True, check=False)


def test_the_self_check_names_every_treatment_and_finds_the_mark(tmp_path: Path) -> None:
    write(tmp_path / "long.wav", band(seconds=30.0), 44_100)
    report = mark_file(tmp_path / "long.wav", tmp_path / "marked.wav", [WORK])
    rows = {row.name: row for row in report.self_check}
    assert list(rows) == [AS_WRITTEN, "MP3 128", "AAC 96", "Opus 64", "10 s excerpts"]
    assert all(row.ok and row.confidence > 0.3 for row in rows.values()), rows


def test_the_self_check_says_so_when_a_mark_is_too_weak(song: Path, tmp_path: Path) -> None:
    report = mark_file(song, tmp_path / "weak.wav", [WORK], strength=0.1)
    failed = [row for row in report.self_check if not row.ok]
    assert "Opus 64" in [row.name for row in failed]
    assert all(row.confidence == 0.0 for row in failed)


def test_a_leaked_excerpt_still_names_the_song(tmp_path: Path) -> None:
    write(tmp_path / "song.wav", band(seconds=40.0), 44_100)
    mark_file(tmp_path / "song.wav", tmp_path / "marked.flac", [WORK, COPY], check=False)
    excerpt_mp3(tmp_path / "marked.flac", tmp_path / "leak.mp3", start=7.3, seconds=30.0, kbps=128)
    found = read_file(tmp_path / "leak.mp3", [PUBLIC, PRIVATE])
    assert [d.readings[0].payload for d in found.detections] == [WORK.payload, COPY.payload]


def test_source_and_target_may_not_be_one_file_by_any_name(song: Path, tmp_path: Path) -> None:
    before = song.read_bytes()
    link = tmp_path / "link.wav"
    link.symlink_to(song)
    for target in (song, link, song.parent / "." / song.name):
        with pytest.raises(UnusableInput, match="one file"):
            mark_file(song, target, [WORK], replace=True)
    assert song.read_bytes() == before


def test_an_existing_target_stays_unless_it_may_go(song: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.wav"
    target.write_bytes(b"precious")
    with pytest.raises(TargetExists, match="--force"):
        mark_file(song, target, [WORK])
    assert target.read_bytes() == b"precious"
    mark_file(song, target, [WORK], replace=True, check=False)
    assert probe(target).frames == probe(song).frames


@pytest.mark.parametrize("kind", ["damaged", "silent", "short", "empty", "text", "missing", "folder", "bomb", "nan"])
def test_every_unusable_source_has_its_own_error_and_leaves_no_target(song: Path, tmp_path: Path, kind: str) -> None:
    source, folder = tmp_path / f"{kind}.wav", tmp_path / "out"
    sound = band(seconds=5.0)
    expected: dict[str, type[UnusableInput]] = {
        "damaged": DamagedSound,
        "silent": SilentSound,
        "short": TooShort,
        "empty": NotSound,
        "text": NotSound,
        "missing": FileUnreadable,
        "folder": FileUnreadable,
        "bomb": BeyondLimits,
        "nan": DamagedSound,
    }
    if kind == "damaged":
        source.write_bytes(song.read_bytes()[: song.stat().st_size * 2 // 3])
    elif kind in ("silent", "short", "nan"):
        sound = sound * 0 if kind == "silent" else sound[:100_000] if kind == "short" else sound
        if kind == "nan":
            sound = sound.copy()
            sound[100_000] = np.nan
        soundfile.write(source, sound, 44_100, "FLOAT")
    elif kind == "bomb":
        source = tmp_path / "bomb.flac"
        with soundfile.SoundFile(source, "w", 8000, 1, "PCM_16", format="FLAC") as out:
            for _ in range(200):
                out.write(np.zeros(8000 * 60, np.int16))
    elif kind == "folder":
        source.mkdir()
    elif kind != "missing":
        source.write_text("" if kind == "empty" else "words, only words\n" * 100)
    with pytest.raises(expected[kind], match=source.name):
        mark_file(source, folder / "target.flac", [WORK])
    assert not folder.exists() or list(folder.iterdir()) == []
    if kind == "silent":
        reading = read_file(source, [PUBLIC])
        assert reading.silent
        assert reading.readings == []
    else:
        with pytest.raises(expected[kind], match=source.name) if kind != "damaged" else pytest.raises(DamagedSound):
            read_file(source, [PUBLIC])


def test_a_damaged_file_that_still_holds_a_mark_is_read_and_called_damaged(marked: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.flac"
    torn.write_bytes(marked.read_bytes()[: marked.stat().st_size * 9 // 10])
    reading = read_file(torn, [PUBLIC])
    assert [r.payload for r in reading.readings] == [WORK.payload]
    assert reading.damage
    assert "damaged" in " ".join(reading.notes)


def test_an_unmarked_file_gives_no_reading_and_a_short_one_a_warning(song: Path, tmp_path: Path) -> None:
    assert read_file(song, [PUBLIC, PRIVATE]).readings == []
    write(tmp_path / "short.wav", band(seconds=6.0), 44_100)
    assert "reliably from 10 s" in read_file(tmp_path / "short.wav", [PUBLIC]).notes[0]
    report = mark_file(tmp_path / "short.wav", tmp_path / "marked.wav", [WORK], check=False)
    assert "6.0 s" in report.notes[0]


def test_a_listener_hears_every_block_once(song: Path) -> None:
    class Counter:
        frames = 0

        def push(self, block: np.ndarray) -> None:
            self.frames += len(block)

    made: list[tuple[int, int]] = []
    counter = Counter()

    def listen(rate: int, channels: int) -> Counter:
        made.append((rate, channels))
        return counter

    read_file(song, [PUBLIC], search_speed=True, listen=listen)
    assert made == [(44_100, 2)]
    assert counter.frames == probe(song).frames


def test_requests_that_make_no_sense_are_refused(song: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="one key"):
        mark_file(song, tmp_path / "a.wav", [WORK, Mark(COPY.payload, PUBLIC)])
    with pytest.raises(UnusableInput, match="Nothing to mark with"):
        mark_file(song, tmp_path / "a.wav", [])
    with pytest.raises(UnusableInput, match="is a folder"):
        mark_file(song, tmp_path, [WORK])
    with pytest.raises(UnusableInput, match="no ending"):
        mark_file(song, tmp_path / "a.docx", [WORK])
    with pytest.raises(UnusableInput, match="cannot be written"):
        mark_file(song, tmp_path / ("a" * 300 + ".wav"), [WORK])
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_length_of_the_file(tmp_path: Path) -> None:
    source = tmp_path / "long.flac"
    piece = np.rint(band(22_050, 1, 20.0) * 32767).astype(np.int16)
    script = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from partbook.watermark import MarkKey\n"
        "from partbook.watermark.files import mark_file, read_file\n"
        "from partbook.watermark.self_check import Mark\n"
        "source, target = map(Path, sys.argv[1:])\n"
        "mark_file(source, target, [Mark(bytes.fromhex('1100010000000001'), MarkKey.public())], check=False)\n"
        "assert read_file(target, [MarkKey.public()]).readings\n"
        "print(re.findall(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[0])\n"
    )
    peak: list[int] = []
    for pieces in (9, 45):
        with soundfile.SoundFile(source, "w", 22_050, 1, "PCM_16", format="FLAC") as out:
            for _ in range(pieces):
                out.write(piece)
        done = subprocess.run(
            [sys.executable, "-c", script, str(source), str(tmp_path / f"{pieces}.flac")],
            capture_output=True,
            text=True,
            check=True,
        )
        peak.append(int(done.stdout))
    assert peak[1] < peak[0] + 20_000, peak  # kB; 12 more minutes of sound would be 63,000


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff"])
def test_8_bit_sound_stays_so_and_what_rounding_may_do_is_said(tmp_path: Path, ending: str) -> None:
    source, quiet = tmp_path / "coarse.wav", tmp_path / "quiet.wav"
    write(source, band(seconds=10.0) * 1.8, 44_100, "PCM_U8")
    report = mark_file(source, tmp_path / f"a{ending}", [WORK], check=False)
    assert probe(tmp_path / f"a{ending}").subtype in ("PCM_U8", "PCM_S8")
    assert any("8 bits" in note for note in report.notes)
    assert [r.payload for r in read_file(tmp_path / f"a{ending}", [WORK.key]).readings] == [WORK.payload]
    write(quiet, band(seconds=10.0) * 0.1, 44_100, "PCM_U8")
    rows = {row.name: row.ok for row in mark_file(quiet, tmp_path / f"b{ending}", [WORK]).self_check}
    assert not rows[AS_WRITTEN]


def test_a_target_that_appears_while_marking_is_left_alone(song: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.wav"

    def other_run(done: float, total: float) -> None:
        target.write_bytes(b"another run was faster")

    with pytest.raises(TargetExists):
        mark_file(song, target, [WORK], check=False, progress=other_run)
    assert target.read_bytes() == b"another run was faster"


def test_a_source_whose_name_is_impossible_is_the_one_that_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"nnn\.wav' cannot be read: File name too long"):
        mark_file(tmp_path / f"{'n' * 300}.wav", tmp_path / "a.wav", [WORK])
