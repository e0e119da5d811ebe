"""`partbook song share` and `song similar`: how much of a song a machine made, and what its draft is like."""

from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.core.money import percent
from partbook.core.terminal import put, put_json, put_table, say
from partbook.music.evidence import Evidence, laying_sentence
from partbook.works.registration import read_registration
from partbook.works.song_folder import SongFolder
from partbook.works.song_share import Measurement, measure
from partbook.works.song_similarity import similar_pieces
from partbook.works.song_terms import Folder, Json


def share(folder: Folder, json_: Json = False) -> None:
    """The AI share of each layer and in total, computed from the song's own files, with the evidence."""
    opened = SongFolder.open(folder)
    found = measure(opened)
    registered = _registered(folder)
    if json_:
        put_json(found.as_json() | {"registered": registered})
        return
    _put_layers(opened, found)
    put("")
    _put_evidence(opened, found)
    put("")
    put(laying_sentence(found.laying))
    put(f"In all {percent(found.share.total_bps)} by the machine: {found.share.says} ({found.share.policy}).")
    if registered and registered["policy"] != found.share.policy:
        say(
            f"Registered as {percent(registered['total_bps'])} by the rules of {registered['policy']}, which this "
            f"version no longer computes; what is registered stays as everybody signed it."
        )


def _registered(folder: Path) -> dict[str, Any] | None:
    """The figure that the song was opened with, and the rules by which it was found."""
    state = read_registration(folder)
    return {"policy": state.ai["policy"], "total_bps": state.ai["total_bps"]} if state else None


def _put_layers(opened: SongFolder, found: Measurement) -> None:
    rows = [
        (name, found.policy.weights[name], percent(layer.ai_bps), layer.events, layer.human, layer.undeclared)
        for name, layer in found.share.layers.items()
    ]
    put_table(("layer", "weight", "AI", "events", "by people", "undeclared"), rows, title=opened.title)


def _put_evidence(opened: SongFolder, found: Measurement) -> None:
    makers = {str(entry.source.get("file")): entry.by for entry in opened.log()}
    rows = [
        (name, row.events, row.file or "-", _stretches(row), row.exact, row.shifted, _meaning(row, makers))
        for name in found.share.layers
        for row in found.evidence(name)
    ]
    put_table(("layer", "events", "from", "bars", "exact", "shifted", "which is"), rows, title="Evidence")


def _stretches(row: Evidence) -> str:
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in row.bars) or "-"


def _meaning(row: Evidence, makers: dict[str, str]) -> str:
    by = makers.get(row.file)
    return f"{row.sentence}: {by}" if by else row.sentence


def similar(
    folder: Folder,
    index: Annotated[Path | None, typer.Option(help="Index of training melodies.", metavar="FILE")] = None,
    most: Annotated[int, typer.Option(help="How many pieces.", min=1, max=100)] = 5,
    json_: Json = False,
) -> None:
    """The training pieces that the draft's melody is most like: similarity, and no proof of cause."""
    found = similar_pieces(SongFolder.open(folder), index, most)
    if json_:
        put_json(found.as_json())
        return
    rows = [(each.piece, each.shared, each.longest_run, f"{each.rarity_millibits / 1000:.1f}") for each in found.pieces]
    if rows:
        put_table(("piece", "shared rows", "longest run (notes)", "rarity (bits)"), rows)
        put(found.says)
    else:
        put(f"None of {found.corpus} training pieces shares a rare row of notes with it.")
