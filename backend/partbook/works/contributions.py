"""What a song's own files say for its registration: its title, its AI share on each side, and who contributed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.core.ids import Address
from partbook.music.score import LYRICS, PERFORMANCE, PRODUCTION
from partbook.music.share_policy import read_policy
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import FROM_PARENT, takes_of
from partbook.works.song_share import Share, share_of
from partbook.works.split_sheet import GENERATED_ROLE, SideName

MASTER_LAYERS = (PERFORMANCE, PRODUCTION)
"""Layers of the recording; all others belong to the composition."""
_ROLES = {LYRICS: "lyricist", PERFORMANCE: "performer", PRODUCTION: "producer"}


@dataclass(frozen=True)
class SongHeading:
    """Title and language tag of a song."""

    title: str
    language: str


def song_heading(folder: Path) -> SongHeading:
    """Title and language of the song in a folder."""
    song = SongFolder.open(folder)
    return SongHeading(song.title, song.language)


def ai_share(folder: Path) -> dict[str, Any]:
    """The computed AI share as `works.metadata.AiShare` writes it."""
    return share_of(SongFolder.open(folder)).as_json()


def side_shares(folder: Path) -> dict[SideName, int]:
    """The computed AI share of the recording and of the composition, in basis points."""
    share = share_of(SongFolder.open(folder))
    return {"master": _weighted(share, True), "composition": _weighted(share, False)}


def _weighted(share: Share, master: bool) -> int:
    """Mean over the side's layers with the policy's weights; 0 for a side without layers."""
    weights = read_policy().weights
    layers = {name: layer for name, layer in share.layers.items() if (name in MASTER_LAYERS) == master}
    whole = sum(weights[name] for name in layers)
    return sum(weights[name] * layer.ai_bps for name, layer in layers.items()) // whole if whole else 0


def contributions(
    folder: Path, side: SideName, registrant: Address, through_parent: bool = False
) -> list[tuple[str, str]]:
    """Who contributed to a side, and as what: the registrant first, then everybody with a take, in the log's order.

    Args:
        folder: song folder.
        side: `master` or `composition`.
        registrant: who answers for what the machine made.
        through_parent: leave out whose notes come from the parent, since the parent's own sheet pays them.

    Returns:
        Pairs of who (as the log names them) and role.
    """
    made = [(str(registrant), GENERATED_ROLE[side])]
    for entry in takes_of(SongFolder.open(folder).log()):
        if through_parent and entry.source.get("kind") == FROM_PARENT:
            continue
        if (entry.layer in MASTER_LAYERS) == (side == "master"):
            pair = (entry.by, _ROLES.get(entry.layer, "composer"))
            if pair not in made:
                made.append(pair)
    return made
