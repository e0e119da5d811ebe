"""Take the snapshot of a registry with which an audit is made from its first file to its last."""

import base64
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from partbook.audit.catalogue.snapshot import FORMAT
from partbook.audit.ledger_registry import LedgerRegistry
from partbook.audit.registry import Registry
from partbook.core.canonical import canonical_json, sha256_file
from partbook.core.files import replacing


def take_snapshot(registry: Registry, registries: list[dict[str, Any]], target: Path) -> dict[str, Any]:
    """Write down all that a registry knows, one line of canonical JSON each.

    Args:
        registry: as `open_registry` gives it.
        registries: chain id and address of each contract that it covers.
        target: the file to write.

    Returns:
        What the report says of the registry: `registries, works, sales, recordings, sha256`.
    """
    counts = {"works": 0, "sales": 0, "recordings": 0}
    with replacing(target) as scratch, scratch.open("wb") as stream:
        for kind, line in _lines(registry):
            stream.write(canonical_json({kind: line}) + b"\n")
            counts[f"{kind}s"] += 1
        stream.write(canonical_json({"format": FORMAT, "registries": registries}) + b"\n")
    return {"registries": registries, **counts, "sha256": sha256_file(target)}


def _lines(registry: Registry) -> Iterator[tuple[str, Any]]:
    """Works, sales and recordings, each in the order of their numbers."""
    if isinstance(registry, LedgerRegistry):
        for work in registry.works():
            yield "work", {"facts": asdict(work), "tags": registry.tags_of(work.work_id)}
        for sale in registry.sales():
            yield "sale", asdict(sale)
    for work_id, fingerprint in registry.fingerprints():
        yield "recording", {"work_id": work_id, "fingerprint": base64.b64encode(fingerprint).decode()}
