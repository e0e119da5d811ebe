"""The error-control code: a polar code of length 1024 whose list decoder offers the likeliest messages.

Source: Arıkan 2009 (polar codes); Tal & Vardy 2015 (list decoding); He et al. 2017 (polarisation weight,
which orders the channels by a formula and so gives every machine the same code).
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from partbook.watermark.compiled import compiled

Bits = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

LEVELS = 10
CODE_BITS = 1 << LEVELS
LIST_SIZE = 32
IMPOSSIBLE = 1e30


@cache
def message_positions(message_bits: int) -> npt.NDArray[np.int64]:
    """Which inputs of the code carry the message: those with the greatest polarisation weight, ascending.

    No two weights are equal, and the nearest differ by far more than a rounding error.
    """
    digits = (np.arange(CODE_BITS)[:, None] >> np.arange(LEVELS)) & 1
    weight = digits @ 2.0 ** (np.arange(LEVELS) / 4)
    return np.sort(np.argsort(weight, kind="stable")[-message_bits:])


def encode(message: Bits) -> Bits:
    """The 1024 code bits of a message.

    Args:
        message: bits, shape (n,), n at most 1024.
    """
    inputs = np.zeros(CODE_BITS, np.uint8)
    inputs[message_positions(len(message))] = message
    rows = inputs.reshape(-1, 1)
    while len(rows) > 1:
        even, odd = rows[0::2], rows[1::2]
        rows = np.stack((even ^ odd, odd), axis=2).reshape(len(even), -1)
    code: Bits = rows[0]
    return code


def decode_list(log_likelihoods: Floats, message_bits: int, list_size: int = LIST_SIZE) -> Bits:
    """The likeliest messages behind a noisy code word, best first.

    Args:
        log_likelihoods: shape (1024,), natural log of P(bit = 0) / P(bit = 1).
        message_bits: length of the message.
        list_size: how many messages to keep.

    Returns:
        Shape (list_size, message_bits).
    """
    carries = np.zeros(CODE_BITS, np.uint8)
    positions = message_positions(message_bits)
    carries[positions] = 1
    bounded = np.clip(log_likelihoods, -30, 30).astype(np.float32)
    inputs, penalties = _list_decode(bounded, carries, list_size)
    found: Bits = inputs[np.argsort(penalties, kind="stable")][:, positions]
    return found


@compiled
def _list_decode(channel: Floats, carries: Bits, paths: int) -> tuple[Bits, npt.NDArray[np.float64]]:
    """Successive cancellation over a list of paths: their inputs (paths, n) and penalties (paths,)."""
    n = channel.shape[0]
    levels = 0
    while 1 << levels < n:
        levels += 1
    start = np.zeros(levels + 2, np.int64)
    for level in range(levels + 1):
        start[level + 1] = start[level] + (n >> level)
    leaf = start[levels]
    soft = np.zeros((paths, 2 * n), np.float32)
    sums = np.zeros((paths, 2 * n, 2), np.uint8)
    inputs = np.zeros((paths, n), np.uint8)
    penalty = np.full(paths, IMPOSSIBLE)
    alive = np.zeros(paths, np.bool_)
    soft[0, :n] = channel
    penalty[0] = 0.0
    alive[0] = True
    living = 1
    option = np.zeros(2 * paths)
    kept = np.zeros(2 * paths, np.bool_)
    for phase in range(n):
        # Only the levels whose branch changes at this phase are computed anew.
        first = levels
        rest = phase
        while first > 1 and rest & 1 == 0:
            first -= 1
            rest >>= 1
        for path in range(paths):
            if not alive[path]:
                continue
            for level in range(first, levels + 1):
                below, above = start[level], start[level - 1]
                odd = (phase >> (levels - level)) & 1
                for k in range(n >> level):
                    x = soft[path, above + 2 * k]
                    y = soft[path, above + 2 * k + 1]
                    if odd:
                        soft[path, below + k] = y - x if sums[path, below + k, 0] else y + x
                    else:
                        smaller = min(abs(x), abs(y))
                        soft[path, below + k] = -smaller if (x < 0) != (y < 0) else smaller
        half = phase & 1
        if carries[phase] == 0:
            for path in range(paths):
                if alive[path]:
                    penalty[path] += max(np.float32(0.0), -soft[path, leaf])
                    inputs[path, phase] = 0
                    sums[path, leaf, half] = 0
        else:
            for path in range(paths):
                option[2 * path] = option[2 * path + 1] = IMPOSSIBLE
                if alive[path]:
                    value = soft[path, leaf]
                    option[2 * path] = penalty[path] + max(np.float32(0.0), -value)
                    option[2 * path + 1] = penalty[path] + max(np.float32(0.0), value)
            ranking = np.argsort(option, kind="mergesort")
            kept[:] = False
            for i in range(min(2 * living, paths)):
                kept[ranking[i]] = True
            was_alive = alive.copy()
            for path in range(paths):
                if was_alive[path] and not kept[2 * path] and not kept[2 * path + 1]:
                    alive[path] = False
                    living -= 1
            for path in range(paths):
                if not (was_alive[path] and alive[path]):
                    continue
                if kept[2 * path] and kept[2 * path + 1]:
                    twin = 0
                    while alive[twin]:
                        twin += 1
                    soft[twin] = soft[path]
                    sums[twin] = sums[path]
                    inputs[twin] = inputs[path]
                    was_alive[twin] = False
                    alive[twin] = True
                    living += 1
                    penalty[twin] = option[2 * path + 1]
                    inputs[twin, phase] = 1
                    sums[twin, leaf, half] = 1
                bit = 0 if kept[2 * path] else 1
                penalty[path] = option[2 * path + bit]
                inputs[path, phase] = bit
                sums[path, leaf, half] = bit
        if half:
            for path in range(paths):
                if not alive[path]:
                    continue
                level, index = levels, phase
                while level > 0 and index & 1:
                    index >>= 1
                    below, above = start[level], start[level - 1]
                    for k in range(n >> level):
                        left, right = sums[path, below + k, 0], sums[path, below + k, 1]
                        sums[path, above + 2 * k, index & 1] = left ^ right
                        sums[path, above + 2 * k + 1, index & 1] = right
                    level -= 1
    return inputs, penalty
