"""Canonical JSON (RFC 8785), so that two machines hash the same record to the same value."""

import hashlib
import json
from pathlib import Path
from typing import Any

import rfc8785
from eth_utils.crypto import keccak

from partbook.core.errors import UnusableInput
from partbook.core.ids import Hash32


def canonical_json(value: Any) -> bytes:
    """The one byte string that RFC 8785 gives for a JSON value."""
    return rfc8785.dumps(value)


def keccak_json(value: Any) -> Hash32:
    """Keccak-256 of the canonical form: what the registry stores for a metadata record."""
    return Hash32(keccak(canonical_json(value)))


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file of any size, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_json(path: Path) -> Any:
    """Parse a JSON file.

    Raises:
        UnusableInput: the file is missing or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnusableInput(f"{path} does not exist.") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as broken:
        raise UnusableInput(f"{path} is not valid JSON: {broken}.") from None
