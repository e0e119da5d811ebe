"""How `song.json` is written: the same facts always give the same bytes."""

import json
from typing import Any


def song_bytes(song: dict[str, Any]) -> bytes:
    """The file for these facts, indented for people, keys in the order given."""
    return (json.dumps(song, indent=2, ensure_ascii=False) + "\n").encode()
