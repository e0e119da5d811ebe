"""Draw a song: its score in notes and its piano roll by origin."""

from dataclasses import replace

from partbook.core.files import write_whole
from partbook.music.engraving import Signs, engrave
from partbook.music.pictures import piano_roll
from partbook.music.score import NOTE_LAYERS
from partbook.works.known_chords import known_chords
from partbook.works.song_folder import SongFolder
from partbook.works.song_share import origins_of


def score_svg(folder: SongFolder) -> str:
    """The whole song in notes."""
    rehearsals = {int(part["bars"][0]): str(part["name"]) for part in folder.song["plan"]["sections"]}
    return engrave(replace(folder.score(), title=folder.title), Signs(known_chords(folder), rehearsals))


def piano_roll_svg(folder: SongFolder) -> str:
    """The song as a piano roll, each note coloured by who it comes from."""
    score, origins = folder.score(), origins_of(folder)
    of_note = {
        (layer, note.start, note.pitch): origin
        for layer in NOTE_LAYERS
        for note, origin in zip(score.in_layer(layer), origins.get(layer, []), strict=True)
    }
    return piano_roll(replace(score, title=folder.title), of_note)


def draw_song(folder: SongFolder) -> None:
    """Write `score.svg` and `piano-roll.svg` for the score as it stands."""
    write_whole(folder.paths.notation, score_svg(folder).encode())
    write_whole(folder.paths.piano_roll, piano_roll_svg(folder).encode())
