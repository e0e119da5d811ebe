"""What the commands of works and of the rooms above share: options, and how a write to the chain speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from partbook.chain.receipts import Receipt
from partbook.core.errors import UnusableInput
from partbook.core.terminal import put, put_json
from partbook.works.desk import Rehearsed
from partbook.works.split_sheet import SIDES, SideName

Folder = Annotated[Path, typer.Argument(help="Song folder.", exists=True, file_okay=False)]
Which = Annotated[str, typer.Argument(help="Number of a work, or the folder of its song.", metavar="WORK")]
By = Annotated[str, typer.Option("--by", help="Whose key signs: a name of the keyring.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Ask the chain whether it would agree, and send nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@contextmanager
def rehearsal(json_: bool) -> Iterator[None]:
    """Say how a dry run ended: the contract would agree, and nothing was sent."""
    try:
        yield
    except Rehearsed as agreed:
        if json_:
            put_json({"dry_run": True, "agreed": True, "gas": agreed.receipt.gas})
        else:
            put(f"{agreed} Nothing was sent.")


def put_sent(receipt: Receipt, done: str, json_: bool) -> None:
    """Say what a transaction did."""
    if json_:
        put_json({"transaction": receipt.transaction, "block": receipt.block_number})
    else:
        put(done)


def parse_percent(text: str) -> int:
    """Basis points from a percentage with at most two decimals, such as `33.33`.

    Raises:
        UnusableInput: anything else.
    """
    whole, _, rest = text.strip().removesuffix("%").strip().partition(".")
    if not (whole + rest).isdecimal() or len(rest) > 2:
        raise UnusableInput(f"'{text}' is not a percentage. Write it like 30 or 33.33.")
    return int(whole or "0") * 100 + int(f"{rest:0<2}")


def parse_local_time(text: str, zone: str) -> int:
    """Unix seconds of a wall-clock time in a zone.

    Raises:
        UnusableInput: not a time, or no zone of that name.
    """
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp())
    except ZoneInfoNotFoundError:
        raise UnusableInput(f"'{zone}' is not a time zone. Write it like Europe/Berlin or Asia/Shanghai.") from None
    except ValueError:
        raise UnusableInput(f"'{text}' is not a time. Write it like 2026-12-24T20:00.") from None


def parse_side(text: str) -> SideName:
    """A side of a work by its name.

    Raises:
        UnusableInput: anything else.
    """
    for side in SIDES:
        if side == text:
            return side
    raise UnusableInput(f"'{text}' is not a side of a work. Write master or composition.")
