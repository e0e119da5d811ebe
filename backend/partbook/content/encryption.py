"""Encrypt a master before it leaves the machine: ChaCha20-Poly1305 in chunks, in constant memory.

A sealed file is a header (8 bytes `PBSEAL01`, 8 of the key's id, 32 of salt) and chunks of 64 KiB, each followed by a
16-byte tag. Every file has its own key, derived from the owner's key and the salt. A chunk's nonce holds its number and
whether it is the last, so that chunks cannot be changed, dropped, repeated, reordered or cut off at the end unseen.

Source: Hoang, Reyhanitabar, Rogaway & Vizár 2015 (the STREAM construction); RFC 8439; RFC 5869.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from Crypto.Cipher import ChaCha20_Poly1305
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from partbook.content.pieces import read_full, stream_of
from partbook.content.store import ContentStore, StoredObject
from partbook.core.errors import Mismatch, UnusableInput

MAGIC = b"PBSEAL01"
CHUNK = 64 * 1024
TAG = 16
KEY_BYTES = 32
_SALT_BYTES = 32
_ID_BYTES = 8
HEADER_BYTES = len(MAGIC) + _ID_BYTES + _SALT_BYTES
_MOST_CHUNKS = 1 << 32


class Sealed(Mismatch):
    """A sealed file that this key does not open, or that was changed."""


class ContentKey:
    """The owner's key for masters.

    Args:
        secret: 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise UnusableInput(f"A content key has {KEY_BYTES} bytes, not {len(secret)}.")
        self._secret = secret
        self.id = hashlib.sha256(b"partbook content key" + secret).digest()[:_ID_BYTES]

    def cipher_key(self, salt: bytes) -> bytes:
        """The key of one file."""
        derived = HKDF(self._secret, KEY_BYTES, salt, SHA256, context=MAGIC)
        assert isinstance(derived, bytes)
        return derived


def load_key(path: Path) -> ContentKey:
    """Read the key file, or make one that only its owner may read.

    Without this file nobody can open what was sealed with it: keep a copy.

    Raises:
        UnusableInput: the file is not a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        return ContentKey(bytes.fromhex(text))
    except ValueError:
        raise UnusableInput(
            f"{path} is not a content key: it should hold {2 * KEY_BYTES} hexadecimal digits."
        ) from None


def seal(source: BinaryIO, key: ContentKey) -> Iterator[bytes]:
    """The sealed form of a stream, in pieces."""
    salt = os.urandom(_SALT_BYTES)
    header = MAGIC + key.id + salt
    yield header
    file_key = key.cipher_key(salt)
    for number, (chunk, last) in enumerate(_chunks(source, CHUNK)):
        cipher = ChaCha20_Poly1305.new(key=file_key, nonce=_nonce(number, last))
        cipher.update(header)
        sealed, tag = cipher.encrypt_and_digest(chunk)
        yield sealed + tag


def unseal(source: BinaryIO, key: ContentKey) -> Iterator[bytes]:
    """The plain form of a sealed stream, in pieces; each piece was authenticated before it is given.

    Raises:
        UnusableInput: not a sealed file.
        Sealed: another key, or a changed, reordered or shortened file. What was given before is genuine but not whole.
    """
    header = read_full(source, HEADER_BYTES)
    if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
        raise UnusableInput("This is not a file that Partbook encrypted. Read it without decryption.")
    used = header[len(MAGIC) :][:_ID_BYTES]
    if used != key.id:
        raise Sealed(f"The file was encrypted with key {used.hex()}, but the key here is {key.id.hex()}.")
    file_key = key.cipher_key(header[-_SALT_BYTES:])
    for number, (chunk, last) in enumerate(_chunks(source, CHUNK + TAG)):
        cipher = ChaCha20_Poly1305.new(key=file_key, nonce=_nonce(number, last))
        cipher.update(header)
        try:
            yield cipher.decrypt_and_verify(chunk[:-TAG], chunk[-TAG:])
        except ValueError:
            raise Sealed(f"Chunk {number + 1} of the encrypted file was changed, or the file was cut off.") from None


def put_encrypted(
    store: ContentStore, source: BinaryIO, key: ContentKey, *, name: str = "", pin: bool = True
) -> StoredObject:
    """Keep a file so that only the key's holder can read it. Each time has its own salt, hence its own CID."""
    return store.put(stream_of(seal(source, key)), name=name, pin=pin)


def open_encrypted(store: ContentStore, cid: str, key: ContentKey) -> Iterator[bytes]:
    """The plain bytes of a file that `put_encrypted` kept. Raises as `unseal` and `ContentStore.open`."""
    return unseal(stream_of(store.open(cid)), key)


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Full chunks and a last one, which may be short or empty but is always there."""
    here = read_full(source, size)
    while True:
        following = read_full(source, size) if len(here) == size else b""
        yield here, not following
        if not following:
            return
        here = following


def _nonce(number: int, last: bool) -> bytes:
    if number >= _MOST_CHUNKS:
        raise UnusableInput(f"A file to encrypt has at most {_MOST_CHUNKS * CHUNK >> 40} TiB.")
    return bytes(7) + number.to_bytes(4, "big") + bytes((last,))


def _make_key(path: Path) -> None:
    """Write a new key under a name of our own and give it the real one, unless another process was first."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    scratch = Path(name)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(os.urandom(KEY_BYTES).hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(scratch, path)
        except FileExistsError:
            return
    finally:
        scratch.unlink(missing_ok=True)
