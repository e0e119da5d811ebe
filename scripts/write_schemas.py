"""Write the JSON Schemas of Partbook's records from the models that check them.

Run it as `.venv/bin/python scripts/write_schemas.py`.
With `--check` nothing is written; exit code 1 when a file differs.
"""

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from partbook.core.settings import ARTIFACTS
from partbook.shows.door import TicketPass
from partbook.shows.metadata import ConcertMetadata
from partbook.works.metadata import EditionMetadata, WorkMetadata
from partbook.works.registration import Registration
from partbook.works.split_sheet import SplitSheetDraft

FOLDER = ARTIFACTS / "schemas"
MODELS: dict[str, type[BaseModel]] = {
    "work-metadata-1": WorkMetadata,
    "edition-metadata-1": EditionMetadata,
    "concert-metadata-1": ConcertMetadata,
    "split-sheet-1": SplitSheetDraft,
    "registration-1": Registration,
    "ticket-pass-1": TicketPass,
}


def schemas() -> dict[Path, str]:
    """The text of every schema file."""
    files = {}
    for name, model in MODELS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:partbook:schema:{name}"}
        files[FOLDER / f"{name}.json"] = json.dumps(schema | model.model_json_schema(), indent=2) + "\n"
    return files


def main() -> int:
    """Write the files, or compare them."""
    differing = [path for path, text in schemas().items() if not path.is_file() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in differing:
            print(f"{path.name} differs from its model. Run scripts/write_schemas.py.", file=sys.stderr)
        return 1 if differing else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in schemas().items():
        path.write_text(text)
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
