"""Events as JSON records and back, without loss: numbers as decimal text, bytes as hexadecimal."""

from dataclasses import fields
from functools import cache
from typing import Any, NewType, get_args, get_origin, get_type_hints

from partbook.chain.events import EVENTS, Event, Place
from partbook.chain.split_lines import SplitLine
from partbook.chain.terms import SessionTerms
from partbook.core.errors import Mismatch


def to_record(event: Event) -> dict[str, Any]:
    """The event's own fields as JSON; where it stands on the chain is kept beside it."""
    return {part.name: _out(getattr(event, part.name)) for part in fields(event) if part.name != "place"}


def from_record(contract: str, name: str, place: Place, record: dict[str, Any]) -> Event:
    """The event that `to_record` wrote.

    Raises:
        Mismatch: this version knows no such event.
    """
    kind = EVENTS.get((contract, name))
    if kind is None:
        raise Mismatch(f"The ledger holds {contract}.{name}, which this version does not know. Update Partbook.")
    return kind(place, **{part: _in(hint, record[part]) for part, hint in _hints_by_kind()[kind].items()})


def _out(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, SplitLine):
        return f"0x{value.pack():064x}"
    if isinstance(value, SessionTerms):
        return [str(part) for part in value.words()]
    if isinstance(value, tuple):
        return [_out(part) for part in value]
    return str(value)


def _in(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(_in(get_args(hint)[0], part) for part in value)
    if isinstance(hint, NewType):
        return _in(hint.__supertype__, value)
    if hint is bytes:
        return bytes.fromhex(value[2:])
    if hint is SplitLine:
        return SplitLine.unpack(int(value, 16))
    if hint is SessionTerms:
        return SessionTerms.from_words(tuple(int(part) for part in value))
    if hint is bool:
        return value == "True"
    if hint in (int, str):
        return hint(value)
    raise TypeError(f"No way to read {hint} from a record.")


@cache
def _hints_by_kind() -> dict[type[Event], dict[str, Any]]:
    return {
        kind: {part: hint for part, hint in get_type_hints(kind).items() if part not in ("place", "CONTRACT", "NAME")}
        for kind in EVENTS.values()
    }
