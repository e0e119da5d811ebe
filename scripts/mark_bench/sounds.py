"""Sound on its way through the world, and the steps that attacks are made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import numpy.typing as npt
import soxr
from av.filter import Graph

from partbook.sound.codecs import Codec, round_trip

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Scene:
    """Sound, and what an attack may need beside it.

    Args:
        sound: full scale at 1.0, shape (frames, channels).
        rate: frames a second.
        chance: drawn from by name of track and attack, so that every run does the same.
        other: different music at the same rate, to be mixed in.
    """

    sound: Sound
    rate: int
    chance: np.random.Generator
    other: Sound

    def heard(self, sound: npt.ArrayLike, rate: int | None = None) -> "Scene":
        """The same scene with other sound, as a 16-bit file keeps it."""
        return replace(self, sound=in_16_bits(np.asarray(sound)), rate=rate or self.rate)


Attack = Callable[[Scene], Scene]
SoundToSound = Callable[[Sound], npt.ArrayLike]


def in_16_bits(sound: npt.NDArray[np.floating]) -> Sound:
    """What a 16-bit file keeps."""
    rounded: Sound = (np.round(np.clip(sound, -1, 1) * 32767) / 32768).astype(np.float32)
    return rounded


def plain(change: SoundToSound) -> Attack:
    """An attack that looks at nothing but the samples."""
    return lambda scene: scene.heard(change(scene.sound))


def then(*attacks: Attack) -> Attack:
    """One after the other."""

    def all_of_them(scene: Scene) -> Scene:
        for attack in attacks:
            scene = attack(scene)
        return scene

    return all_of_them


def lossy(codec: Codec, kbps: int) -> Attack:
    """A lossy copy."""
    return lambda scene: scene.heard(*round_trip(scene.sound, scene.rate, codec, kbps))


def filtered(*steps: tuple[str, str]) -> Attack:
    """Filters of FFmpeg one after the other, each a name and its arguments."""

    def apply(scene: Scene) -> Scene:
        channels = scene.sound.shape[1]
        layout = "mono" if channels == 1 else "stereo"
        graph = Graph()
        ends = [
            graph.add_abuffer(sample_rate=scene.rate, format="fltp", layout=layout, time_base=Fraction(1, scene.rate)),
            *(graph.add(name, arguments) for name, arguments in steps),
            graph.add("aformat", f"sample_fmts=fltp:sample_rates={scene.rate}"),
            graph.add("abuffersink"),
        ]
        for first, second in pairwise(ends):
            first.link_to(second)
        graph.configure()
        pieces: list[Sound] = []

        def pull() -> None:
            while True:
                try:
                    pieces.append(np.asarray(graph.pull().to_ndarray().T, np.float32).copy())
                except (av.error.BlockingIOError, av.error.EOFError):
                    return

        for start in range(0, len(scene.sound), 16_384):
            block = np.ascontiguousarray(scene.sound[start : start + 16_384].T)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = scene.rate, start, Fraction(1, scene.rate)
            graph.push(frame)
            pull()
        graph.push(None)
        pull()
        return scene.heard(np.concatenate(pieces))

    return apply


def resampled(sound: Sound, rate: float, to: float) -> Sound:
    """The same sound at another rate."""
    return np.asarray(soxr.resample(sound, rate, to, quality="HQ"), np.float32)


def level(sound: npt.NDArray[np.floating]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def stretch(scene: Scene, seconds: float) -> Scene:
    """A stretch of so many seconds from a place drawn by chance."""
    length = round(seconds * scene.rate)
    start = int(scene.chance.integers(0, max(1, len(scene.sound) - length)))
    return replace(scene, sound=scene.sound[start : start + length])


def crop(seconds: float) -> Attack:
    """Only so many seconds of it."""
    return lambda scene: stretch(scene, seconds)
