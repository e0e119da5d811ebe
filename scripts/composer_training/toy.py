"""A token corpus of scales, small enough to be made on the spot: to see that training works."""

import numpy as np

from composer_training.dataset import SPLITS, Dataset
from partbook.music.model.context import contexts
from partbook.music.model.tokens import END, Header, encode_bar

SCALE = (60, 62, 64, 65, 67, 69, 71, 72)
BARS = 8


def toy_dataset(windows: int = 120) -> Dataset:
    """Windows of scales in quarters that begin on different steps; every fifth is for validation."""
    header = Header("tune", "major", (4, 4), 0b0001, 0, 0)
    tokens, beside, ends = [], [], []
    for number in range(windows):
        window = header.tokens()
        for bar in range(BARS):
            notes = [(12 * beat, 12, SCALE[(number + 4 * bar + beat) % len(SCALE)]) for beat in range(4)]
            window += encode_bar({0: notes}, header.bar_steps, BARS - bar)
        window.append(END)
        tokens += window
        beside += contexts(window)
        ends.append(len(tokens))
    columns = np.array(beside, np.uint16)
    splits = [SPLITS.index("validation" if number % 5 == 0 else "training") for number in range(windows)]
    row = {
        "piece": "scales",
        "source": "here",
        "licence": "CC0-1.0",
        "sha256": "",
        "split": "training",
        "style": "tune",
    }
    return Dataset(
        tokens=np.array(tokens, np.uint8),
        roles=columns[:, 0].astype(np.uint8),
        places=columns[:, 1].astype(np.uint8),
        sounding=columns[:, 2],
        ends=np.array(ends, np.int64),
        pieces=np.zeros(windows, np.int32),
        splits=np.array(splits, np.uint8),
        manifest=[row],
    )
