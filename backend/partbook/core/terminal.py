"""How a command speaks: results on stdout, words and progress on stderr."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from partbook.core.visible import encodable

WIDE = 240
"""Columns of a table that goes to a file or a program: nothing is cut there."""

_NO_TEXT = re.compile("[\ud800-\udfff]")

_words = Console(stderr=True, highlight=False, soft_wrap=True)
_results = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)


class Advance(Protocol):
    """Told how far a long piece of work has come."""

    def __call__(self, done: float, total: float) -> None:
        """Report `done` of `total`, in any unit that both share."""
        ...


def say(text: str) -> None:
    """A line for the person watching."""
    _words.print(encodable(text), markup=False)


def put(text: str) -> None:
    """A line of the result."""
    _results.print(encodable(text), markup=False)


def put_json(value: Any) -> None:
    """The result as JSON, one object or a list. Bytes of a file name that are no text stand as `\\udcXX`."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    sys.stdout.write(_NO_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def put_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
    """A result that people read by column."""
    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    _results.print(table, markup=False)


@contextmanager
def progress(what: str, quiet: bool = False) -> Iterator[Advance]:
    """A bar on stderr while a block runs; silent where stderr is not a terminal."""
    if quiet or not _words.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_words, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: float, total: float) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
