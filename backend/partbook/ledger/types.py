"""Column types for what chains speak in: 256-bit amounts, addresses, hashes and moments."""

from datetime import UTC, datetime
from typing import Any

from eth_utils.address import to_checksum_address
from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

_DIGITS = 78
"""Decimal digits of 2^256 − 1."""


class Uint256(TypeDecorator[int]):
    """A whole number from 0 to 2^256 − 1, kept as 78 digits of text so that it sorts right and loses nothing.

    Add such columns up in Python: a database would turn them into floating point.
    """

    impl = String(_DIGITS)
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        """Write a number as padded text."""
        if value is None:
            return None
        if not 0 <= value < 1 << 256:
            raise ValueError(f"{value} is not a 256-bit unsigned number.")
        return f"{value:0{_DIGITS}d}"

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:
        """Read the text as a number."""
        return None if value is None else int(value)


class AddressText(TypeDecorator[str]):
    """An account address, always with its checksum, so that equal addresses are equal text."""

    impl = String(42)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write the address with its checksum."""
        return None if value is None else to_checksum_address(value)


class HashText(TypeDecorator[bytes]):
    """A 32-byte hash, kept as `0x` and 64 hexadecimal digits so that a person can look it up."""

    impl = String(66)
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Write the bytes as hexadecimal text."""
        if value is None:
            return None
        if len(value) != 32:
            raise ValueError(f"{value.hex()} has {len(value)} bytes, a hash has 32.")
        return "0x" + value.hex()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        """Read the text as bytes."""
        return None if value is None else bytes.fromhex(value[2:])


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. A moment without a zone is refused: nobody knows when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write the moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read the moment with its zone."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
