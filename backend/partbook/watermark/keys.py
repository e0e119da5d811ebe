"""The keys that decide where a mark lies: one public key for reading works, private ones for copies."""

import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from partbook.core.canonical import read_json
from partbook.core.errors import UnusableInput

SECRET_BYTES = 32
PUBLIC_KEY_ID = 1
_PUBLIC = b"partbook public reading key "
_FORMAT = "partbook-mark-key-1"


@dataclass(frozen=True)
class MarkKey:
    """Where a mark lies. Whoever has the key can read the mark, and can also erase it.

    Args:
        key_id: 0 to 15, the number that a payload carries.
        secret: at least 16 bytes; never shown by `repr`.
    """

    key_id: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.key_id <= 15:
            raise UnusableInput(f"A key id lies between 0 and 15, not {self.key_id}.")
        if len(self.secret) < 16:
            raise UnusableInput(f"A mark key needs at least 16 secret bytes, not {len(self.secret)}.")

    @classmethod
    def public(cls, key_id: int = PUBLIC_KEY_ID) -> "MarkKey":
        """The reading key that everybody has. It rotates: another id gives an unrelated pattern."""
        return cls(key_id, hashlib.sha256(_PUBLIC + str(key_id).encode()).digest())

    @classmethod
    def from_secret(cls, secret: bytes, key_id: int = 0) -> "MarkKey":
        """A private key from bytes that only its holder knows."""
        return cls(key_id, secret)

    @classmethod
    def generate(cls, key_id: int = 0) -> "MarkKey":
        """A new private key from the machine's random source."""
        return cls(key_id, secrets.token_bytes(SECRET_BYTES))

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose; nothing about the secret or another purpose follows from them."""
        return hashlib.blake2b(purpose.encode(), key=hashlib.sha512(self.secret).digest(), digest_size=32).digest()

    def write(self, path: Path) -> None:
        """Keep the key in a new file that only its owner may read.

        Raises:
            UnusableInput: the file exists. Without the old key, copies marked with it would be unreadable.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f'{{"format": "{_FORMAT}", "key_id": {self.key_id}, "secret": "{self.secret.hex()}"}}\n'
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise UnusableInput(f"{path} exists. A mark key is never overwritten; choose another name.") from None
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text)

    @classmethod
    def read(cls, path: Path) -> "MarkKey":
        """The key in a file that `write` made.

        Raises:
            UnusableInput: missing, or not a key file.
        """
        stored = read_json(path)
        try:
            if stored["format"] != _FORMAT:
                raise ValueError(stored["format"])
            return cls(int(stored["key_id"]), bytes.fromhex(stored["secret"]))
        except (KeyError, TypeError, ValueError):
            raise UnusableInput(
                f"{path} is not a mark key. A key file comes from `MarkKey.generate().write(path)`."
            ) from None
