"""How `song.json` is written: the same facts always give the same bytes, and each fact has a hash of its own."""

import json
from collections.abc import Iterator
from typing import Any

from partbook.core.canonical import canonical_json, sha256_hex

SPOKEN_OF_ONE_BY_ONE = ("engine", "parameters", "scene", "plan")
"""Facts that are looked at one by one, so that what was changed can be named."""


def song_bytes(song: dict[str, Any]) -> bytes:
    """The file for these facts, indented for people, keys in the order given."""
    return (json.dumps(song, indent=2, ensure_ascii=False) + "\n").encode()


def fact_hashes(song: dict[str, Any]) -> dict[str, str]:
    """SHA-256 of each fact by its path, such as `parameters.mood`; the log keeps them."""
    return {path: sha256_hex(canonical_json(value)) for path, value in facts_of(song)}


def facts_of(song: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each fact with its path, in the order of the file."""
    for name, value in song.items():
        if name in SPOKEN_OF_ONE_BY_ONE and isinstance(value, dict) and value:
            yield from ((f"{name}.{inner}", fact) for inner, fact in value.items())
        else:
            yield name, value
