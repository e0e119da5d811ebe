"""Hand a song out: as MusicXML with chord symbols, as MIDI, or as the engraved picture."""

from dataclasses import replace
from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.core.files import write_whole
from partbook.music.composing import compose
from partbook.music.modes import Chord
from partbook.music.musicxml_writer import write_musicxml
from partbook.music.score import HARMONY
from partbook.works.song_folder import SongFolder
from partbook.works.song_pictures import score_svg
from partbook.works.song_replay import takes_of

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


def known_chords(folder: SongFolder) -> list[Chord]:
    """The chords of the draft, without those of bars whose harmony a person brought: these are hers to name."""
    brought = [entry.bars for entry in takes_of(folder.log()) if entry.layer == HARMONY and entry.bars]
    bar = folder.score().bar_ticks
    return [
        chord
        for chord in compose(folder.request).chords
        if not any(first <= chord.start // bar + 1 <= last for first, last in brought)
    ]
