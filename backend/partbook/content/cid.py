"""Content identifiers: read CIDv0 and CIDv1, print CIDv1 in base32, compare as bytes."""

import hashlib
from base64 import b32decode, b32encode
from dataclasses import dataclass

from partbook.content.varint import decode_varint, encode_varint
from partbook.core.errors import UnusableInput
from partbook.core.ids import Cid

RAW = 0x55
DAG_PB = 0x70
SHA2_256 = 0x12
DIGEST_BYTES = 32

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST_TEXT = 128


@dataclass(frozen=True)
class BlockId:
    """What a CID says: how the block reads (`codec`) and the SHA-256 of its bytes.

    `version` matters only inside a node's links, where a version-0 file writes the short form.
    """

    codec: int
    digest: bytes
    version: int = 1

    @property
    def multihash(self) -> bytes:
        """Hash function, length, digest: 34 bytes. Blocks are stored under it."""
        return bytes((SHA2_256, DIGEST_BYTES)) + self.digest

    @property
    def node(self) -> tuple[int, bytes]:
        """What to tell two places in a tree apart by: the same bytes may be a leaf here and a node there."""
        return self.codec, self.digest

    def __bytes__(self) -> bytes:
        if self.version == 0:
            return self.multihash
        return b"\x01" + encode_varint(self.codec) + self.multihash

    @property
    def cid(self) -> Cid:
        """The one text that Partbook prints and stores: version 1 in lower-case base32."""
        binary = b"\x01" + encode_varint(self.codec) + self.multihash
        return Cid("b" + b32encode(binary).decode().rstrip("=").lower())

    def __str__(self) -> str:
        return self.cid

    def matches(self, data: bytes) -> bool:
        """Whether these bytes are the block that this CID names."""
        return hashlib.sha256(data).digest() == self.digest


def block_id(codec: int, data: bytes, version: int = 1) -> BlockId:
    """The CID of one block."""
    return BlockId(codec, hashlib.sha256(data).digest(), version)


def parse_cid(text: str) -> BlockId:
    """Read a CID that a person or a program wrote, with or without `ipfs://` before it.

    Args:
        text: CIDv1 in base32 (`bafy…`), base58 (`zdj…`) or base16 (`f01…`), or CIDv0 (`Qm…`).

    Raises:
        UnusableInput: not a CID, or one with another hash or codec than content here can have.
    """
    bare = text.strip().removeprefix("ipfs://").rstrip("/")
    if len(bare) > _LONGEST_TEXT:
        raise _not_a_cid(text, f"it has {len(bare)} letters")
    try:
        binary = _text_to_bytes(bare)
        found, end = decode_cid(binary)
    except (ValueError, UnusableInput) as reason:
        raise _not_a_cid(text, str(reason).rstrip(".")) from None
    if end != len(binary):
        raise _not_a_cid(text, f"{len(binary) - end} bytes follow the hash")
    return found


def decode_cid(data: bytes, at: int = 0) -> tuple[BlockId, int]:
    """Read a binary CID that starts at `at`; give it and the place after it.

    Raises:
        UnusableInput: cut off, or not SHA-256.
    """
    if data[at : at + 2] == bytes((SHA2_256, DIGEST_BYTES)):
        digest, end = _digest(data, at + 2)
        return BlockId(DAG_PB, digest, version=0), end
    version, at = decode_varint(data, at)
    if version != 1:
        raise UnusableInput(f"CID version {version} is not known; 0 and 1 are.")
    codec, at = decode_varint(data, at)
    function, at = decode_varint(data, at)
    length, at = decode_varint(data, at)
    if (function, length) != (SHA2_256, DIGEST_BYTES):
        raise UnusableInput(
            f"its hash is function 0x{function:x} with {length} bytes, but only SHA-256 (0x12, 32 bytes) is used here"
        )
    digest, end = _digest(data, at)
    return BlockId(codec, digest), end


def _digest(data: bytes, at: int) -> tuple[bytes, int]:
    digest = data[at : at + DIGEST_BYTES]
    if len(digest) != DIGEST_BYTES:
        raise UnusableInput(f"its hash has {len(digest)} bytes instead of {DIGEST_BYTES}")
    return digest, at + DIGEST_BYTES


def _text_to_bytes(text: str) -> bytes:
    if text.startswith("Qm") and len(text) == 46:
        return _base58(text)
    prefix, rest = text[:1], text[1:]
    if prefix in ("b", "B") and rest in (rest.lower(), rest.upper()):
        try:
            return b32decode(rest.upper() + "=" * (-len(rest) % 8))
        except ValueError:
            raise ValueError("a letter is missing or is none of a–z and 2–7") from None
    if prefix == "z":
        return _base58(rest)
    if prefix in ("f", "F"):
        return bytes.fromhex(rest)
    raise ValueError("it starts with none of 'b', 'z', 'f' and 'Qm'")


def _base58(text: str) -> bytes:
    value = 0
    for letter in text:
        if letter not in _BASE58:
            raise ValueError(f"'{letter}' is not a letter of base58")
        value = value * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def _not_a_cid(text: str, reason: str) -> UnusableInput:
    shown = text if len(text) <= 70 else text[:67] + "…"
    return UnusableInput(
        f"'{shown}' is not a CID: {reason}. A CID looks like bafybei… (59 letters) or Qm… (46 letters)."
    )
