"""Projections: tables that are computed from the chain's facts and can be thrown away and computed again."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from partbook.chain.events import Event
from partbook.ledger.events import START, ProjectionRow, events_after


class Projector(Protocol):
    """Turns facts into a room's own tables. It reads nothing but the facts and those tables.

    `name` is its own for ever. Raise `version` when it would compute other rows from the same facts: they are then
    computed anew.
    """

    name: str
    version: int

    def reset(self, session: Session) -> None:
        """Empty the tables that it fills."""
        ...

    def apply(self, session: Session, event: Event) -> None:
        """Take one fact in. Facts come in the order of the chain, each once since the last reset."""
        ...


def project(session: Session, chain_id: int, projectors: Sequence[Projector]) -> int:
    """Bring each projector up to the last stored fact; one that is new, changed or taken back starts from nothing.

    A reset goes through the projectors from the last to the first, and facts from the first to the last, so a room may
    refer to the tables of a room before it.

    Returns:
        How many facts were taken in, counted once per projector.
    """
    positions: dict[str, tuple[int, int]] = {}
    for projector in reversed(projectors):
        row = session.get(ProjectionRow, (chain_id, projector.name))
        if row is None or row.version != projector.version:
            projector.reset(session)
            session.flush()
            positions[projector.name] = START
        else:
            positions[projector.name] = row.block_number, row.log_index
    taken = 0
    for projector in projectors:
        position = positions[projector.name]
        for event in events_after(session, chain_id, position):
            projector.apply(session, event)
            position = event.place.block_number, event.place.log_index
            taken += 1
        session.flush()
        row = ProjectionRow(
            chain_id=chain_id,
            name=projector.name,
            version=projector.version,
            block_number=position[0],
            log_index=position[1],
        )
        session.merge(row)
    session.flush()
    return taken
