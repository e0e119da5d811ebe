"""The 40-bit check behind the payload: it rejects noise, and codewords of every other key."""

import hashlib

from partbook.watermark.keys import MarkKey
from partbook.watermark.payload import PAYLOAD_BYTES

CHECK_BYTES = 5
MESSAGE_BITS = 8 * (PAYLOAD_BYTES + CHECK_BYTES)


class Check:
    """Seals payloads under one key.

    Args:
        key: the layer's key. Under another key the same payload gets an unrelated check.

    Source: keyed BLAKE2b (RFC 7693), cut to 40 bits.
    """

    def __init__(self, key: MarkKey) -> None:
        self._secret = key.derive("check")

    def seal(self, payload: bytes) -> bytes:
        """The payload followed by its check, 13 bytes."""
        return payload + hashlib.blake2b(payload, key=self._secret, digest_size=CHECK_BYTES).digest()

    def open(self, message: bytes) -> bytes | None:
        """The payload of a sealed message, or None where the check fails."""
        payload = message[:PAYLOAD_BYTES]
        return payload if self.seal(payload) == message else None
