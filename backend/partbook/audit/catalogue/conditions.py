"""What a run of an audit is bound to from its first file to its last, so that a resumed one ends as it would have."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook import __version__
from partbook.audit.catalogue.listing import Root, roots_of
from partbook.core.errors import Mismatch, UnusableInput
from partbook.watermark import MarkKey
from partbook.watermark.engine import ENGINES

KEY_NAME = "name of the key in reports"


@dataclass(frozen=True)
class Conditions:
    """What decides the report besides the files and the registry.

    Args:
        roots: the PATHs.
        keys: private mark keys, each once, in the order of their names.
        engine: whose marks are read.
        seconds: time for one file.
    """

    roots: tuple[Root, ...]
    keys: tuple[MarkKey, ...]
    engine: str
    seconds: float

    @classmethod
    def of(cls, paths: Sequence[Path], keys: Sequence[MarkKey], engine: str, seconds: float) -> "Conditions":
        """Check what was asked for.

        Raises:
            UnusableInput: no such engine, PATHs that do not exist or overlap, or no time for a file.
        """
        if engine not in ENGINES:
            raise UnusableInput(f"There is no engine '{engine}'. Use {' or '.join(ENGINES)}.")
        if not seconds > 0:
            raise UnusableInput(f"A file cannot be read in {seconds:g} s. Give --time-limit a second or more.")
        return cls(tuple(roots_of(paths)), tuple(sorted(set(keys), key=_name_of)), engine, seconds)

    def key_names(self) -> list[dict[str, Any]]:
        """The keys as a report names them."""
        return [{"key_id": key.key_id, "name": _name_of(key)} for key in self.keys]

    def as_json(self) -> dict[str, Any]:
        """What the manifest keeps, to compare with when the run goes on."""
        return {
            "version": __version__,
            "paths": [os.fsdecode(root.place) for root in self.roots],
            "keys": [key["name"] for key in self.key_names()],
            "engine": self.engine,
            "time limit": float(self.seconds),
        }

    def must_be(self, begun: dict[str, Any], out: Path) -> None:
        """See that a run goes on as it began.

        Raises:
            Mismatch: with another version, PATHs, keys, engine or time limit; the first difference is named.
        """
        for name, now in self.as_json().items():
            if begun.get(name) != now:
                raise Mismatch(
                    f"The audit in {out} was begun with {name} {_words(begun.get(name))}, not {_words(now)}. "
                    "Go on as it was begun, or choose another folder."
                )


def _name_of(key: MarkKey) -> str:
    """A hash from which nothing of the secret follows."""
    return key.derive(f"{KEY_NAME} {key.key_id}")[:8].hex()


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
