"""How a sound came to be, as its labels say it: which engine wrote it, and how much of it a machine made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from partbook.core.money import WHOLE
from partbook.works.song_folder import SongFolder
from partbook.works.song_share import share_of

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class SourceType(StrEnum):
    """Digital source types of the IPTC vocabulary that this room gives.

    Source: IPTC NewsCodes, Digital Source Type.
    """

    TRAINED = "trainedAlgorithmicMedia"
    """A trained model made all of it."""
    ALGORITHMIC = "algorithmicMedia"
    """Rules made all of it, without a trained model."""
    WITH_TRAINED = "compositeWithTrainedAlgorithmicMedia"
    """People made it together with a trained model."""
    WITH_RULES = "compositeSynthetic"
    """People made it together with rules."""
    PEOPLE = "digitalCreation"
    """People made all of it."""

    @property
    def uri(self) -> str:
        """As manifests write it."""
        return IPTC + self.value


MACHINE_MADE = frozenset(
    {
        SourceType.TRAINED,
        SourceType.ALGORITHMIC,
        SourceType.WITH_TRAINED,
        SourceType.WITH_RULES,
        "trainedAlgorithmicData",
    }
)
"""Source types by which a file declares that a machine made it or part of it."""


@dataclass(frozen=True)
class Making:
    """What labels say of a song.

    Args:
        title: of the song.
        engine: name of what composed the draft.
        engine_version: its version.
        trained: whether that is a trained model; else it is a set of rules.
        share: the AI share as `music.share.Share.as_json` gives it.
    """

    title: str
    engine: str
    engine_version: str
    trained: bool
    share: dict[str, Any]

    @property
    def ai_bps(self) -> int:
        """How much a machine made, in basis points."""
        return int(self.share["total_bps"])

    @property
    def source_type(self) -> SourceType:
        """Follows from the share and from what the engine is."""
        if self.ai_bps == 0:
            return SourceType.PEOPLE
        if self.ai_bps == WHOLE:
            return SourceType.TRAINED if self.trained else SourceType.ALGORITHMIC
        return SourceType.WITH_TRAINED if self.trained else SourceType.WITH_RULES

    def as_json(self) -> dict[str, Any]:
        """As a signed manifest keeps it, all but the title."""
        engine = {"engine": self.engine, "engine_version": self.engine_version, "trained": self.trained}
        return {**self.share, **engine}

    @classmethod
    def from_json(cls, title: str, kept: dict[str, Any]) -> "Making":
        """From what `as_json` gave.

        Raises:
            KeyError: something is missing.
        """
        share = {name: value for name, value in kept.items() if name not in ("engine", "engine_version", "trained")}
        return cls(title, str(kept["engine"]), str(kept["engine_version"]), bool(kept["trained"]), share)


def making_of(folder: SongFolder, share: dict[str, Any] | None = None) -> Making:
    """What labels say of the song in a folder.

    Args:
        folder: the song.
        share: its AI share where that was computed already; else it is computed anew from the files.

    Raises:
        BrokenLog, ChangedTake: the log or a take was changed after the fact.
        UnusableInput: `song.json` or `score.mid` was damaged.
    """
    engine = folder.song["engine"]
    trained = engine["weights_sha256"] is not None
    found = share or share_of(folder).as_json()
    return Making(folder.title, str(engine["name"]), str(engine["version"]), trained, found)
