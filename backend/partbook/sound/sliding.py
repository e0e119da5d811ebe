"""Least values and means around each frame, block by block, the same as over the whole at once."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d

Row = npt.NDArray[np.float64]


class Sliding(Protocol):
    """Gives a value for each frame as soon as the frames that it rests on have come."""

    def push(self, block: Row) -> Row:
        """Take the next frames, shape (frames,); give what is complete."""
        ...

    def finish(self) -> Row:
        """Give the rest. Beyond both ends the outermost frame is taken to go on."""
        ...


class RunningMinimum:
    """The least value among `reach` frames before to `reach` frames after each frame."""

    def __init__(self, reach: int) -> None:
        self._frames = _Frames(reach)

    def push(self, block: Row) -> Row:
        """See `Sliding`."""
        return self._least(self._frames.extended(block))

    def finish(self) -> Row:
        """See `Sliding`."""
        return self._least(self._frames.ended())

    def _least(self, frames: Row) -> Row:
        reach = self._frames.reach
        complete = len(frames) - 2 * reach
        if complete <= 0:
            return np.zeros(0)
        least: Row = minimum_filter1d(frames, 2 * reach + 1)[reach : reach + complete]
        self._frames.forget(complete)
        return least


class RunningMean:
    """The mean of `reach` frames before to `reach` frames after each frame.

    Each sum is the one before it plus what came in less what went out, from the first frame to the last, so that the
    size of the blocks changes no bit of it.
    """

    def __init__(self, reach: int) -> None:
        self._frames = _Frames(reach)
        self._sum: float | None = None

    def push(self, block: Row) -> Row:
        """See `Sliding`."""
        return self._means(self._frames.extended(block))

    def finish(self) -> Row:
        """See `Sliding`."""
        return self._means(self._frames.ended())

    def _means(self, frames: Row) -> Row:
        size = 2 * self._frames.reach + 1
        if len(frames) < size:
            return np.zeros(0)
        first = self._sum is None
        start = float(np.cumsum(frames[:size])[-1]) if self._sum is None else self._sum
        sums: Row = np.cumsum(np.concatenate([[start], frames[size:] - frames[:-size]]))
        self._sum = float(sums[-1])
        self._frames.keep(size)
        return (sums if first else sums[1:]) / size


class _Frames:
    """The frames that are still needed, with the first one repeated before the beginning and the last after the end."""

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self._kept: Row = np.zeros(0)

    def extended(self, block: Row) -> Row:
        if not len(self._kept) and len(block):
            self._kept = np.full(self.reach, block[0])
        self._kept = np.concatenate([self._kept, block])
        return self._kept

    def ended(self) -> Row:
        return self.extended(np.full(self.reach, self._kept[-1])) if len(self._kept) else self._kept

    def forget(self, count: int) -> None:
        self._kept = self._kept[count:].copy()

    def keep(self, count: int) -> None:
        self._kept = self._kept[-count:].copy()


def slide(blocks: Iterator[Row], *stages: Sliding) -> Iterator[Row]:
    """Send blocks through one stage after the other; as many frames come out as went in."""
    for block in blocks:
        for stage in stages:
            block = stage.push(block)
        if len(block):
            yield block
    for number, stage in enumerate(stages):
        rest = stage.finish()
        for later in stages[number + 1 :]:
            rest = later.push(rest)
        if len(rest):
            yield rest
