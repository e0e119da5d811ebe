"""What an audit counts, and what of it needs a look."""

from collections import Counter
from typing import Any

from partbook.audit.catalogue.entry import FAILED, SKIPPED, STATES, Entry
from partbook.audit.verdict import Verdict

NEEDS_A_LOOK = frozenset({Verdict.TRANSPLANTED.value, Verdict.CONFLICT.value})
"""Somebody may have taken what is another's. An unmarked or unregistered file is no such sign."""


def needs_a_look(entry: Entry) -> bool:
    """Whether a person should see this file: its verdict says so, or it could not be read."""
    return entry["state"] == FAILED or entry.get("verdict") in NEEDS_A_LOOK


class Tally:
    """Counts entries as they pass by."""

    def __init__(self) -> None:
        self._states: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._to_look_at = 0

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        self._states[entry["state"]] += 1
        if "verdict" in entry:
            self._verdicts[entry["verdict"]] += 1
        self._to_look_at += needs_a_look(entry)

    def as_json(self) -> dict[str, Any]:
        """`files` counts all but the skipped: it is the sum of marked, unmarked and failed."""
        read = sum(count for state, count in self._states.items() if state != SKIPPED)
        return {
            "files": read,
            **{state: self._states[state] for state in STATES},
            "needs_a_look": self._to_look_at,
            "verdicts": {verdict.value: self._verdicts[verdict.value] for verdict in Verdict},
        }
