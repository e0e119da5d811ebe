"""The neural codec that scripts/train_codec.py makes, as an attack at each of its bit rates, and how good it is."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import signal

from mark_bench.rivals import objective_difference_grade
from mark_bench.sounds import Attack, Scene, Sound, in_16_bits, resampled
from partbook.core.canonical import sha256_file
from partbook.watermark.quality import snr_db

Indices = npt.NDArray[np.int64]

SPECTRUM = 2048
"""Samples of a spectrum when distances are taken."""
SPECTRUM_FLOOR = 1e-3
"""Magnitudes below this share of the piece's largest, 60 dB below it, count as that."""


@dataclass(frozen=True)
class NeuralCodec:
    """A codec in an ONNX file: sound to whole numbers, and from those alone to sound.

    Args:
        session: of the file, which holds two graphs with nothing between them.
        rate: frames a second of the sound inside.
        hop: samples from one set of indices to the next.
        codes: indices in a set where none is left out.
        bits: of an index.
        level_bits: of the first index, which tells the level.
    """

    session: Any
    rate: int
    hop: int
    codes: int
    bits: float
    level_bits: float

    @classmethod
    def of(cls, path: Path) -> "NeuralCodec":
        """The codec in a file that train_codec.py wrote.

        Raises:
            SystemExit: the file is no such codec.
        """
        onnxruntime = import_module("onnxruntime")  # not at the top: no other measurement needs it
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            facts = session.get_modelmeta().custom_metadata_map
            whole = {name: int(facts[name]) for name in ("rate", "hop", "codes")}
        except Exception as error:  # of classes that ONNX Runtime does not export
            raise SystemExit(f"{path} is no codec of scripts/train_codec.py: {error}") from error
        return cls(session, **whole, bits=float(facts["bits"]), level_bits=float(facts["level_bits"]))

    def kbps(self, used: int) -> float:
        """Kilobits a second and channel where so many indices of a set are kept."""
        return self.rate / self.hop * (self.level_bits + (used - 1) * self.bits) / 1000

    def encode(self, sound: Sound) -> Indices:
        """The indices of sound at the codec's rate, shape (channels, codes, sets)."""
        short = -len(sound) % self.hop
        padded = np.pad(sound.T, ((0, 0), (self.hop, self.hop + short)))[:, None]
        nothing = np.zeros((1, 1, 1), np.int64)
        found: Indices = self.session.run(["codes"], {"sound": padded, "indices": nothing})[0]
        return found

    def decode(self, indices: Indices) -> Sound:
        """The sound of indices at the codec's rate, shape (frames, channels); to the hop, up to a hop too long."""
        nothing = np.zeros((1, 1, 2 * self.hop), np.float32)
        heard: Sound = self.session.run(["heard"], {"sound": nothing, "indices": indices})[0]
        return heard[:, 0, self.hop : -self.hop].T

    def rates(self) -> dict[str, int]:
        """How many indices are kept in each variant, by the name of its row."""
        kept = (quarters * self.codes // 4 for quarters in (1, 2, 3, 4))
        return {f"neural codec, {self.kbps(used):g} kbit/s": used for used in kept}


@lru_cache(maxsize=1)
def codec_of(path: Path) -> NeuralCodec:
    """The codec in a file, loaded once in every process."""
    return NeuralCodec.of(path)


def codec_hash(path: Path) -> str:
    """Which codec was measured: a hash of its file."""
    return sha256_file(path)[:16]


def neural(path: Path, used: int) -> Attack:
    """A copy through the codec with so many indices of each set kept, each channel by itself; it stays at its rate."""

    def attack(scene: Scene) -> Scene:
        codec = codec_of(path)
        sound = resampled(scene.sound, scene.rate, codec.rate)
        return scene.heard(codec.decode(codec.encode(sound)[:, :used])[: len(sound)], codec.rate)

    return attack


def neural_quality(path: Path, original: Sound, rate: int) -> dict[str, float]:
    """How good the codec is on a piece: at its own rate SNR and log-spectral distance, both in dB, and PEAQ's grade."""
    codec = codec_of(path)
    sound = resampled(original, rate, codec.rate)
    indices = codec.encode(sound)
    figures = {}
    for name, used in codec.rates().items():
        heard = in_16_bits(codec.decode(indices[:, :used])[: len(sound)])
        figures[f"{name}: SNR"] = snr_db(sound, heard, codec.rate)[0]
        figures[f"{name}: log-spectral distance"] = log_spectral_distance(sound, heard)
        grade = objective_difference_grade(original, resampled(heard, codec.rate, rate)[: len(original)], rate)
        if grade is not None:
            figures[f"{name}: ODG"] = grade
    return figures


def log_spectral_distance(original: Sound, heard: Sound) -> float:
    """Root mean square over frequency of the difference of spectra in dB, mean over frames and channels."""
    before, after = (
        np.abs(signal.stft(sound, nperseg=SPECTRUM, axis=0)[2]) for sound in (original, heard)
    )  # (frequencies, channels, frames)
    floor = SPECTRUM_FLOOR * before.max() + 1e-12
    difference = 20 * np.log10(np.maximum(before, floor) / np.maximum(after, floor))
    return float(np.sqrt(np.square(difference).mean(axis=0)).mean())
