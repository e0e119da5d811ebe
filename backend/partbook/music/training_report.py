"""What the model was trained on, counted by tradition, source, licence and split from the corpus manifest."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.core.canonical import sha256_hex
from partbook.core.errors import UnusableInput

FIELDS = ("piece", "source", "licence", "sha256", "split", "tradition")
UNNAMED = "not said"


@dataclass(frozen=True)
class TrainingReport:
    """Counts of pieces.

    Args:
        manifest_sha256: hash of the manifest; empty where there is none.
        traditions: pieces by tradition and split, such as `{"Polish": {"train": 900, "test": 40}}`.
        sources: pieces by source.
        licences: pieces by licence.
    """

    manifest_sha256: str
    traditions: dict[str, dict[str, int]]
    sources: dict[str, int]
    licences: dict[str, int]

    @property
    def pieces(self) -> int:
        """How many in all."""
        return sum(self.licences.values())

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        return vars(self) | {"pieces": self.pieces}


def training_report(manifest: Path) -> TrainingReport:
    """Count a corpus manifest: JSON lines with at least `FIELDS`, a line for each piece.

    Args:
        manifest: the file; where there is none, nothing was trained and every count is empty.

    Raises:
        UnusableInput: a line that is no such record, by its number.
    """
    if not manifest.is_file():
        return TrainingReport("", {}, {}, {})
    data = manifest.read_bytes()
    traditions: dict[str, Counter[str]] = {}
    sources: Counter[str] = Counter()
    licences: Counter[str] = Counter()
    for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        row = _row(manifest, number, line)
        traditions.setdefault(str(row["tradition"] or UNNAMED), Counter())[str(row["split"])] += 1
        sources[str(row["source"])] += 1
        licences[str(row["licence"] or UNNAMED)] += 1
    by_size = sorted(traditions.items(), key=lambda item: (-item[1].total(), item[0]))
    return TrainingReport(
        manifest_sha256=sha256_hex(data),
        traditions={name: dict(sorted(splits.items())) for name, splits in by_size},
        sources=dict(sources.most_common()),
        licences=dict(licences.most_common()),
    )


def _row(manifest: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        missing = [field for field in FIELDS if field not in row]
    except (ValueError, TypeError):
        raise UnusableInput(f"{manifest}, line {number}: this is no JSON object.") from None
    if not isinstance(row, dict) or missing:
        raise UnusableInput(f"{manifest}, line {number}: {', '.join(missing) or 'the object'} is missing.")
    return row
