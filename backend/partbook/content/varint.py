"""Unsigned varints: whole numbers in seven bits per byte, as CIDs, CAR files and protobuf write them."""

from typing import BinaryIO

from partbook.core.errors import UnusableInput

MAX_BYTES = 9
"""The multiformats rule: no number above 2^63 − 1."""


def encode_varint(value: int) -> bytes:
    """The shortest bytes of a non-negative number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def decode_varint(data: bytes, at: int = 0) -> tuple[int, int]:
    """Read a number that starts at `at`; give it and the place after it.

    Raises:
        UnusableInput: it ends too early, is longer than nine bytes, or is not written in the shortest way.

    Source: multiformats unsigned-varint.
    """
    value = 0
    for count in range(MAX_BYTES):
        if at + count >= len(data):
            raise UnusableInput(f"A varint at byte {at} is cut off.")
        byte = data[at + count]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            if byte == 0 and count > 0:
                raise UnusableInput(f"The varint at byte {at} is padded with zeros.")
            return value, at + count + 1
    raise UnusableInput(f"The varint at byte {at} is longer than {MAX_BYTES} bytes.")


def read_varint(stream: BinaryIO) -> int | None:
    """Read a number from a stream; None where the stream ends before its first byte.

    Raises:
        UnusableInput: as `decode_varint`.
    """
    seen = bytearray()
    while len(seen) < MAX_BYTES:
        byte = stream.read(1)
        if not byte and not seen:
            return None
        seen += byte
        if not byte or byte[0] < 0x80:
            break
    return decode_varint(bytes(seen))[0]
