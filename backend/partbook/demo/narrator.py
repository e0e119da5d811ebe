"""Tells the story on the terminal and keeps what it told for `story.json`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from partbook.core.errors import Mismatch, PartbookError
from partbook.core.terminal import put


class Narrator:
    """Prints acts, steps with their time, and refusals; a refusal that does not happen ends the story."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._act = ""

    def act(self, who: str, what: str) -> None:
        """Begin the part of one person."""
        self._act = who
        put("")
        put(f"{who}: {what}")

    @contextmanager
    def step(self, text: str) -> Iterator[list[str]]:
        """Time a block and print one line for it; lines added to the list follow indented."""
        started = time.monotonic()
        details: list[str] = []
        yield details
        seconds = time.monotonic() - started
        put(f"  ✓ {text}  ({seconds:.1f} s)")
        for detail in details:
            put(f"      {detail}")
        self.told.append(
            {"act": self._act, "step": text, "seconds": round(seconds, 2), "details": details, "refused": False}
        )

    @contextmanager
    def refusal(self, text: str) -> Iterator[None]:
        """Expect the block to be refused, and show the reason.

        Raises:
            Mismatch: nothing refused it: the protection that this step shows is gone.
        """
        try:
            yield
        except PartbookError as refused:
            reason = str(refused)
        else:
            raise Mismatch(f"{self._act}: {text}: nothing refused this, and something must.")
        put(f"  ✗ {text}: refused, as it should be")
        put(f"      {reason}")
        self.told.append({"act": self._act, "step": text, "details": [reason], "refused": True})
