"""Hand a song out: as MusicXML with chord symbols, as MIDI, or as the engraved picture."""

from dataclasses import replace
from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.core.files import write_whole
from partbook.music.musicxml_writer import write_musicxml
from partbook.works.known_chords import known_chords
from partbook.works.song_folder import SongFolder
from partbook.works.song_pictures import score_svg

FORMATS = {"musicxml": ".musicxml", "midi": ".mid", "svg": ".svg"}
"""What a song can be exported to, and the ending of its file."""


def export_song(folder: SongFolder, to: str, out: Path | None = None) -> Path:
    """Write a song as it stands in another format.

    Args:
        folder: the song.
        to: one of `FORMATS`.
        out: file; beside the song, under its folder's name, unless told.

    Raises:
        UnusableInput: no such format.
    """
    if to not in FORMATS:
        raise UnusableInput(f"'{to}' is not a format to export to. Formats: {', '.join(FORMATS)}.")
    target = out or folder.path / f"{folder.path.resolve().name}{FORMATS[to]}"
    if to == "midi":
        data = folder.paths.score.read_bytes()
    elif to == "svg":
        data = score_svg(folder).encode()
    else:
        data = write_musicxml(replace(folder.score(), title=folder.title), known_chords(folder))
    write_whole(target, data)
    return target
