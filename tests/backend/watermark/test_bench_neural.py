"""The neural codec as an attack of the measuring script.

toy_codec.onnx is written by `scripts/train_codec.py --toy`: a tiny codec of the same make, trained on tones that the
script makes itself.
"""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from band_music import play

SCRIPTS = Path(__file__).parents[3] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import bench_mark  # noqa: E402
from mark_bench.neural import NeuralCodec, log_spectral_distance, neural  # noqa: E402
from mark_bench.plan import Plan  # noqa: E402
from mark_bench.report import Table, key  # noqa: E402
from mark_bench.sounds import Scene, Sound, in_16_bits, resampled  # noqa: E402
from partbook.watermark.quality import snr_db  # noqa: E402

TOY = Path(__file__).with_name("toy_codec.onnx")
RATE = 44_100
ROWS = tuple(f"neural codec, {kbps} kbit/s" for kbps in ("7.5", "10.5", "13.5", "16.5"))


@pytest.fixture(scope="module")
def codec() -> NeuralCodec:
    return NeuralCodec.of(TOY)


@pytest.fixture(scope="module")
def sound(codec: NeuralCodec) -> Sound:
    return resampled(play(5.0, 2), RATE, codec.rate)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("music")
    soundfile.write(place / "piece.wav", play(61, 1), RATE, subtype="PCM_16")
    return place


def plan(folder: Path, neural: Path | None, *only: str) -> Plan:
    files = tuple(sorted(folder.iterdir()))
    return Plan(files, files, 1.1, 20, 10, frozenset(only), neural)


def test_the_indices_are_whole_numbers_of_so_many_bits(codec: NeuralCodec, sound: Sound) -> None:
    indices = codec.encode(sound)
    assert indices.dtype == np.int64
    assert indices.shape == (2, codec.codes, -(-len(sound) // codec.hop) + 1)
    assert indices.min() >= 0
    assert indices[:, 0].max() < 2**codec.level_bits
    assert indices[:, 1:].max() < 2**codec.bits
    assert len(np.unique(indices[:, 1:])) > 4
    sets_a_second = codec.rate / codec.hop
    assert codec.kbps(codec.codes) == sets_a_second * (codec.level_bits + 3 * codec.bits) / 1000


def test_the_indices_alone_give_the_sound_that_the_attack_gives(codec: NeuralCodec, sound: Sound) -> None:
    heard = neural(TOY, codec.codes)(Scene(sound, codec.rate, np.random.default_rng(1), sound)).sound
    kept = codec.encode(sound).astype(np.uint16).tobytes()
    indices = np.frombuffer(kept, np.uint16).reshape(2, codec.codes, -1).astype(np.int64)
    elsewhere = NeuralCodec.of(TOY).decode(indices)[: len(sound)]
    assert np.array_equal(in_16_bits(elsewhere), heard)


def test_no_sound_beside_the_indices_reaches_the_decoder(codec: NeuralCodec, sound: Sound) -> None:
    indices = codec.encode(sound)
    noise = np.random.default_rng(1).standard_normal((2, 1, 9_600)).astype(np.float32)
    fed = [
        codec.session.run(["heard"], {"sound": beside, "indices": indices})[0]
        for beside in (noise, np.zeros_like(noise))
    ]
    assert np.array_equal(fed[0], fed[1])


def test_more_indices_come_nearer_to_the_sound(codec: NeuralCodec, sound: Sound) -> None:
    indices = codec.encode(sound)
    ratios = [
        snr_db(sound, in_16_bits(codec.decode(indices[:, :used])[: len(sound)]), codec.rate)[0] for used in (1, 2, 3, 4)
    ]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 3


def test_silence_stays_quiet(codec: NeuralCodec) -> None:
    silence = np.zeros((codec.rate, 1), np.float32)
    assert np.abs(codec.decode(codec.encode(silence))).max() < 1e-3


def test_the_distance_of_spectra_is_in_decibels() -> None:
    noise = np.random.default_rng(1).standard_normal((48_000, 2)).astype(np.float32)
    assert log_spectral_distance(noise, noise) == 0
    assert log_spectral_distance(noise, 2 * noise) == pytest.approx(6.02, abs=0.05)


def test_a_plan_with_a_codec_has_a_row_for_each_bit_rate_without_a_target(folder: Path) -> None:
    more = plan(folder, TOY).all_rows()[len(plan(folder, None).all_rows()) :]
    assert tuple(row.name for row in more) == ROWS
    assert {row.target for row in more} == {None}


def test_the_table_tells_what_the_mark_survives_and_how_good_the_codec_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = plan(folder, TOY, ROWS[-1], "neural codec")
    results = {key(*job): chosen.do(job) for job in chosen.jobs()}
    assert set(results) == {key("attack", "piece.wav", ROWS[-1]), key("neural codec", "piece.wav")}
    Table(chosen, results).print_all()
    told = capsys.readouterr().out
    assert f"{ROWS[-1]:50} " in told
    assert "/1 " in told
    assert f"{ROWS[-1]}: SNR, mean of 1" in told
    assert f"{ROWS[0]}: log-spectral distance, mean of 1" in told
    assert "No neural codec" not in told


def test_without_a_codec_the_report_says_how_to_get_the_figure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Table(plan(folder, None), {}).print_all()
    assert "scripts/train_codec.py FOLDER makes one for --neural" in capsys.readouterr().out


def test_results_belong_to_the_codec_that_they_were_measured_with(folder: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "other.onnx", tmp_path / "out.json"
    other.write_bytes(TOY.read_bytes() + b" ")
    without, with_toy, with_other = (bench_mark.identity_of(plan(folder, path)) for path in (None, TOY, other))
    bench_mark.save(out, without, {"speed": {"marking": 300.0}}, now=True)
    assert bench_mark.load(out, with_toy) == {"speed": {"marking": 300.0}}
    bench_mark.save(out, with_toy, {}, now=True)
    assert bench_mark.load(out, with_toy) == {}
    for wrong in (without, with_other):
        with pytest.raises(SystemExit, match="holds results for neural codec"):
            bench_mark.load(out, wrong)


def test_the_command_line_takes_a_codec_and_knows_its_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench_mark.py", str(folder), "--neural", str(TOY), "--only", ROWS[0]])
    chosen, _, _ = bench_mark.arguments()
    assert chosen.neural == TOY
    assert [row.name for row in chosen.rows()] == [ROWS[0]]
    monkeypatch.setattr(sys, "argv", ["bench_mark.py", str(folder), "--only", ROWS[0]])
    with pytest.raises(SystemExit):
        bench_mark.arguments()


def test_a_file_that_is_no_codec_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"no graph")
    with pytest.raises(SystemExit, match=r"is no codec of scripts/train_codec\.py"):
        NeuralCodec.of(wrong)
