"""From payload to code bits and back: check, then polar code."""

import numpy as np

from partbook.watermark import polar
from partbook.watermark.check import CHECK_BYTES, MESSAGE_BITS, Check
from partbook.watermark.keys import MarkKey
from partbook.watermark.payload import checked

FALSE_NAME_PER_DECODE = polar.LIST_SIZE * 2.0 ** (-8 * CHECK_BYTES)
"""Each decode shows 32 messages to a 40-bit check: one passes by chance with 32 · 2⁻⁴⁰ = 2.9 × 10⁻¹¹.
A decode with a longer list counts as so many more."""


def code_bits(payload: bytes, key: MarkKey) -> polar.Bits:
    """The 1024 bits that a mark carries.

    Raises:
        UnusableInput: the payload is not eight bytes long.
    """
    return polar.encode(np.unpackbits(np.frombuffer(Check(key).seal(checked(payload)), np.uint8)))


def decode(log_likelihoods: polar.Floats, key: MarkKey, list_size: int = polar.LIST_SIZE) -> bytes | None:
    """The payload behind soft code bits, or None where no candidate passes the key's check.

    Args:
        log_likelihoods: shape (1024,), positive where a bit is rather 0.
        key: whose check decides.
        list_size: how many candidates it may decide among.
    """
    check = Check(key)
    for message in polar.decode_list(log_likelihoods, MESSAGE_BITS, list_size):
        payload = check.open(np.packbits(message).tobytes())
        if payload is not None:
            return payload
    return None
