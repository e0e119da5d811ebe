"""The chords of a song that can be named: the draft's, where no person brought another harmony."""

from partbook.music.composing import named_chords
from partbook.music.modes import Chord
from partbook.music.score import HARMONY
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import takes_of


def known_chords(folder: SongFolder) -> list[Chord]:
    """The chords of the draft, without those of bars whose harmony a person brought: these are hers to name."""
    brought = [entry.bars for entry in takes_of(folder.log()) if entry.layer == HARMONY and entry.bars]
    bar = folder.score().bar_ticks
    return [
        chord
        for chord in named_chords(folder.request)
        if not any(first <= chord.start // bar + 1 <= last for first, last in brought)
    ]
