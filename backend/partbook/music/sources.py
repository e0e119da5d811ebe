"""What the notes of a song can come from: the draft and people's takes, and which of their notes still stand."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from partbook.music.copying import is_drafted
from partbook.music.score import Note
from partbook.music.share_policy import SharePolicy

DRAFT = "draft.mid"
"""What evidence calls the draft."""


class Origin(StrEnum):
    """Who an event comes from."""

    AI = "ai"
    HUMAN = "human"
    UNDECLARED = "undeclared"
    """Neither in the draft nor in a take. Nobody stands for it, so it counts as the machine's."""


@dataclass(frozen=True)
class Take:
    """What a person brought to a layer of notes.

    Args:
        file: its name in the song folder.
        layer: one of `NOTE_LAYERS`.
        first: tick of the song at which it begins to replace what stood there.
        last: tick at which it ends.
        notes: sorted, where they stand in the song.
        earlier: it was there before the draft, which was written upon it; so it cannot repeat the draft.
    """

    file: str
    layer: str
    first: int
    last: int
    notes: tuple[Note, ...]
    earlier: bool = False


@dataclass(frozen=True, order=True)
class SourceNote:
    """A note of the draft or of a take, sorted by place and pitch.

    Args:
        start: ticks from the beginning of the song as draft and takes give it.
        pitch: MIDI number.
        file: the draft's or the take's.
        origin: whose it is; a take's note that repeats the draft is the draft's.
    """

    start: int
    pitch: int
    file: str
    origin: Origin


@dataclass(frozen=True)
class LayerSources:
    """Everything that a layer can come from.

    Args:
        standing: the layer as draft and takes give it, sorted.
        replaced: notes of the draft and of earlier takes that a later take replaced, newest first.
    """

    standing: tuple[SourceNote, ...]
    replaced: tuple[SourceNote, ...]

    def everything(self) -> tuple[SourceNote, ...]:
        """What stands first, then what was replaced."""
        return self.standing + self.replaced


def layer_sources(layer: str, draft: Sequence[Note], takes: Iterable[Take], policy: SharePolicy) -> LayerSources:
    """Lay the takes of a layer over its draft, one after another, and say whose each note is.

    Args:
        layer: one of `NOTE_LAYERS`.
        draft: the draft's notes in that layer.
        takes: of that layer, the oldest first.
        policy: when a take's note counts as the draft's.
    """
    standing = [(note, DRAFT) for note in draft]
    replaced: list[SourceNote] = []
    laid = list(takes)
    earlier = {take.file for take in laid if take.earlier}
    for take in laid:
        gone = [pair for pair in standing if take.first <= pair[0].start < take.last]
        replaced[:0] = _owned(layer, gone, earlier, draft, policy)
        standing = [pair for pair in standing if not take.first <= pair[0].start < take.last]
        standing = sorted([*standing, *((note, take.file) for note in take.notes)])
    return LayerSources(_owned(layer, standing, earlier, draft, policy), tuple(replaced))


def _owned(
    layer: str, notes: Sequence[tuple[Note, str]], earlier: AbstractSet[str], draft: Sequence[Note], policy: SharePolicy
) -> tuple[SourceNote, ...]:
    if all(file == DRAFT for _, file in notes):
        return tuple(SourceNote(note.start, note.pitch, DRAFT, Origin.AI) for note, _ in notes)
    brought = [file != DRAFT and file not in earlier for _, file in notes]
    drafted = is_drafted(layer, [note for note, _ in notes], brought, draft, policy)
    return tuple(
        SourceNote(note.start, note.pitch, file, Origin.AI if copied and file not in earlier else Origin.HUMAN)
        for (note, file), copied in zip(notes, drafted, strict=True)
    )
