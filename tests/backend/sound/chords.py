"""A chord that swells, with a little noise, the same every time."""

import numpy as np


def chord(rate: int, channels: int = 2, seconds: float = 4.0, level: float = 0.3) -> np.ndarray:
    at = np.arange(round(rate * seconds)) / rate
    swell = 0.7 + 0.3 * np.sin(2 * np.pi * 0.7 * at)
    noise = np.random.default_rng(5).normal(0, 0.01, (len(at), channels))
    tones = [
        np.sin(2 * np.pi * (220 + 110 * c) * at) + np.sin(2 * np.pi * (554 + 30 * c) * at) for c in range(channels)
    ]
    return (level * (swell[:, None] * np.stack(tones, axis=1) / 2 + noise)).astype(np.float32)
