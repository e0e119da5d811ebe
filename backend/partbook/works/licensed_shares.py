"""What a song owes the owner of a licensed motif: read from its log, kept in every sheet that is drafted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.core.money import WHOLE, apportion, percent
from partbook.works.session_log import TAKEN
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import LICENSED_MOTIF
from partbook.works.split_sheet import Share

Terms = Mapping[str, int]
"""Basis points of the composition by owner, as `0x…` in small letters."""


def licence_terms(folder: Path) -> dict[str, int]:
    """What the motifs in a song were licensed for."""
    owed: dict[str, int] = {}
    for entry in SongFolder.open(folder).log():
        if entry.what == TAKEN and entry.source.get("kind") == LICENSED_MOTIF:
            owed[entry.by.lower()] = int(entry.source["composition_bps"])
    return owed


def with_terms(made: Sequence[tuple[str, str]], owed: Terms) -> list[int]:
    """Basis points for everybody who contributed: an owner what her licence says, the others the rest in equal parts.

    Args:
        made: pairs of who and role, as `contributions` gives them; the registrant comes first.
        owed: terms of the licences. An owner who contributed in other ways too shares the rest as well.
    """
    first_of_owner = {
        who.lower(): number for number, (who, _) in reversed(list(enumerate(made))) if number and who.lower() in owed
    }
    fixed = {number: owed[who] for who, number in first_of_owner.items()}
    others = [number for number in range(len(made)) if number not in fixed]
    rest = dict(zip(others, apportion([1] * len(others), WHOLE - sum(fixed.values())), strict=True))
    return [(fixed | rest)[number] for number in range(len(made))]


def check_terms(agreed: Sequence[Share], owed: Terms) -> None:
    """Refuse a composition list that pays an owner less than her licence says.

    Raises:
        UnusableInput: it does.
    """
    for owner, bps in owed.items():
        paid = sum(share.payout_bps for share in agreed if share.payee.lower() == owner)
        if paid < bps:
            raise UnusableInput(
                f"The song states a motif of {owner}, licensed for {percent(bps)} of the composition; the sheet pays "
                f"{percent(paid)}. Add --share composition:{owner}:composer:{bps / 100:g}."
            )
