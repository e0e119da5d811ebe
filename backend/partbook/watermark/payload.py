"""The 64 bits that a mark carries: which work, or which copy of it."""

from dataclasses import dataclass

from partbook.core.errors import UnusableInput

PAYLOAD_BYTES = 8
WORK_VERSION = 1
COPY_VERSION = 2


def _pack(*fields: tuple[str, int, int]) -> bytes:
    """Join `(name, value, bits)` from the top bit downwards."""
    word = 0
    for name, value, bits in fields:
        if not 0 <= value < 1 << bits:
            raise UnusableInput(f"A payload's {name} lies between 0 and {(1 << bits) - 1}, not {value}.")
        word = word << bits | value
    return word.to_bytes(PAYLOAD_BYTES, "big")


@dataclass(frozen=True)
class WorkPayload:
    """Names a registration; every released copy of a recording carries the same one.

    Args:
        key_id: which public reading key it is written with, 0 to 15.
        registry: 16-bit tag of chain id and registry address.
        work: number of the work in that registry, 40 bits.
    """

    key_id: int
    registry: int
    work: int

    def pack(self) -> bytes:
        """Version 4 | key id 4 | registry 16 | work 40 bits, big-endian, as the contract packs them."""
        return _pack(
            ("version", WORK_VERSION, 4),
            ("key id", self.key_id, 4),
            ("registry", self.registry, 16),
            ("work", self.work, 40),
        )

    def hex(self) -> str:
        """Sixteen hexadecimal digits."""
        return self.pack().hex()


@dataclass(frozen=True)
class CopyPayload:
    """Names one buyer's copy, under the registrant's own key.

    Args:
        key_id: which of the registrant's keys, 0 to 15.
        work_tag: low 24 bits of the work's number.
        copy: number of the copy, 32 bits.
    """

    key_id: int
    work_tag: int
    copy: int

    def pack(self) -> bytes:
        """Version 4 | key id 4 | work tag 24 | copy 32 bits, big-endian."""
        return _pack(
            ("version", COPY_VERSION, 4),
            ("key id", self.key_id, 4),
            ("work tag", self.work_tag, 24),
            ("copy", self.copy, 32),
        )

    def hex(self) -> str:
        """Sixteen hexadecimal digits."""
        return self.pack().hex()


def unpack(payload: bytes) -> WorkPayload | CopyPayload:
    """What eight bytes of payload say.

    Raises:
        UnusableInput: another length, or a version that this release does not know.
    """
    checked(payload)
    word = int.from_bytes(payload, "big")
    version, key_id = word >> 60, word >> 56 & 0xF
    if version == WORK_VERSION:
        return WorkPayload(key_id, word >> 40 & 0xFFFF, word & (1 << 40) - 1)
    if version == COPY_VERSION:
        return CopyPayload(key_id, word >> 32 & 0xFFFFFF, word & 0xFFFFFFFF)
    raise UnusableInput(
        f"Payload {payload.hex()} has version {version}; "
        f"this release knows {WORK_VERSION} (work) and {COPY_VERSION} (copy)."
    )


def from_hex(text: str) -> bytes:
    """Eight bytes from sixteen hexadecimal digits; a leading `0x` is allowed.

    Raises:
        UnusableInput: anything else.
    """
    digits = text.strip().lower().removeprefix("0x")
    if len(digits) != 2 * PAYLOAD_BYTES or not set(digits) <= set("0123456789abcdef"):
        raise UnusableInput(
            f"'{text}' is not a payload. Write {2 * PAYLOAD_BYTES} hexadecimal digits, such as 1100010000000001."
        )
    return bytes.fromhex(digits)


def checked(payload: bytes) -> bytes:
    """The payload itself, if it has the right length.

    Raises:
        UnusableInput: it is not eight bytes long.
    """
    if len(payload) != PAYLOAD_BYTES:
        raise UnusableInput(f"A payload is {PAYLOAD_BYTES} bytes long, not {len(payload)}.")
    return payload
