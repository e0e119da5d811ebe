"""`partbook song export`: a song in the formats that other programs read."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.terminal import put, put_json
from partbook.works.song_exporting import export_song
from partbook.works.song_folder import SongFolder
from partbook.works.song_terms import Folder, Json


def add_export(song: typer.Typer) -> None:
    """Add the command to the noun `song`."""
    song.command()(export)


def export(
    folder: Folder,
    to: Annotated[str, typer.Option("--to", help="musicxml, midi or svg.")],
    out: Annotated[Path | None, typer.Option(help="File; in the song's folder unless told.", metavar="FILE")] = None,
    json_: Json = False,
) -> None:
    """Hand the song out as it stands: MusicXML with chord symbols, MIDI, or the engraved score."""
    written = export_song(SongFolder.open(folder), to, out)
    if json_:
        put_json({"file": str(written), "format": to, "bytes": written.stat().st_size})
        return
    put(str(written))
