"""Which hour it is where a song is heard: a zone, and the instant at which it begins everywhere."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from partbook.core.errors import UnusableInput

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?")
FURTHEST_MINUTES = 14 * 60
"""No place on Earth is further from UTC."""


def zone_of(name: str) -> tzinfo:
    """The zone of a name such as `Europe/Berlin`, or of an offset such as `+05:30`.

    Raises:
        UnusableInput: neither.
    """
    if offset := _OFFSET.fullmatch(name.strip()):
        sign, hours, minutes = offset.groups()
        away = (int(hours) * 60 + int(minutes or 0)) * (1 if sign == "+" else -1)
        if abs(away) <= FURTHEST_MINUTES:
            return timezone(timedelta(minutes=away))
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableInput(
            f"'{name}' is not a time zone. Write it like Europe/Berlin, Asia/Shanghai or +05:30."
        ) from None


def hour_there(zone: str, at: str | None) -> int | None:
    """The hour on the clocks of a zone at an instant, 0 to 23; None without an instant.

    Args:
        zone: name or offset.
        at: date and time as in ISO 8601; without an offset of its own it is read as UTC.

    Raises:
        UnusableInput: no such zone, or no such time.
    """
    place = zone_of(zone)
    if at is None:
        return None
    try:
        instant = datetime.fromisoformat(at.strip())
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(place).hour
    except (ValueError, OverflowError):
        raise UnusableInput(f"'{at}' is not an instant. Write it like 2026-12-24T19:00Z.") from None
