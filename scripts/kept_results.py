"""Results of a measurement, kept in a file as they come, so that a run that was stopped goes on where it was."""

import hashlib
import json
import time
from pathlib import Path

from partbook.core.files import replacing

Results = dict[str, dict[str, float]]
"""Figures by the name of what was measured."""

SAVE_EVERY_SECONDS = 5.0

_saved = 0.0


def source_hash(folder: Path) -> str:
    """Which code was measured: a hash of its source."""
    digest = hashlib.sha256()
    for source in sorted(folder.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def load(out: Path | None, identity: dict[str, object]) -> Results:
    """Results of an earlier run; a part of what was measured may be new to them.

    Raises:
        SystemExit: they are of something else.
    """
    if out is None or not out.exists():
        return {}
    kept = json.loads(out.read_text(encoding="utf-8"))
    for name in kept.keys() - {"results"}:
        if kept[name] != identity.get(name):
            raise SystemExit(
                f"{out} holds results for {name} {kept[name]}, not {identity.get(name)}. Name another file."
            )
    results: Results = kept["results"]
    return results


def save(out: Path | None, identity: dict[str, object], results: Results, now: bool = False) -> None:
    """Keep the results, at most every few seconds."""
    global _saved
    if out is None or (not now and time.monotonic() - _saved < SAVE_EVERY_SECONDS):
        return
    _saved = time.monotonic()
    with replacing(out) as scratch:
        scratch.write_text(json.dumps(identity | {"results": results}, ensure_ascii=False, indent=0), encoding="utf-8")
