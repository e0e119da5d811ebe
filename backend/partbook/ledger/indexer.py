"""Keeps the ledger equal to the chain, over reorganisations, crashes and two indexers at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from partbook.chain.connection import BlockStamp, Chain
from partbook.chain.deployment import Deployment
from partbook.chain.event_log import ChainMoved, fetch_events
from partbook.core.errors import ConnectionFailed, Mismatch
from partbook.core.ids import Hash32
from partbook.ledger.database import Database
from partbook.ledger.events import (
    CheckpointRow,
    append,
    blocks_down,
    checkpoint,
    forget_empty_blocks,
    take_back,
)
from partbook.ledger.projections import Projector, project

BLOCKS_AT_ONCE = 5_000
EMPTY_BLOCKS_KEPT = 1_000
ATTEMPTS = 10


class RaceLost(Mismatch):
    """Another indexer moved the checkpoint first; nothing of ours was written."""


class TooDeep(Mismatch):
    """The chain took back more blocks than it should ever be able to."""


@dataclass(frozen=True)
class IndexReport:
    """What one catching-up did.

    Args:
        head: number of the last block read.
        events: facts that were added.
        taken_back: stored blocks that the chain had replaced.
        projected: facts taken in by projectors, counted once per projector.
    """

    head: int
    events: int = 0
    taken_back: int = 0
    projected: int = 0


@dataclass(frozen=True)
class _Read:
    """The checkpoint as it was when we looked."""

    number: int
    hash: Hash32 | None
    generation: int


class Indexer:
    """Reads the contracts' facts into the ledger and brings every projection up to them.

    `catch_up` -> `_take_back` where the chain replaced what was read -> `_read_on` block range by block range; each of
    the two is one transaction that moves the checkpoint by compare-and-set, so a crash leaves the state before it or
    after it.

    What must hold:
    - A fact is stored if and only if its block is in the chain that the node serves, as of the last catching-up.
    - The checkpoint names the last block read, by number and hash. A reorganisation is seen by comparing that hash with
      the chain's hash *by number*: a node may still give a replaced block by its hash.
    - Projections are never mended, only computed again.

    Args:
        database: the ledger.
        chain: where the facts are.
        deployment: which contracts, from which block on.
        projectors: one per room, lower rooms first.
        blocks_at_once: blocks per transaction; more is faster, less holds the database for a shorter time.
        confirmations: how many of the newest blocks to leave unread; 0 shows everything at once and takes it back if
            the chain does.
        deepest: most blocks that the chain may take back before a person must look; None trusts it, as a local chain
            that is reset should be.
    """

    def __init__(
        self,
        database: Database,
        chain: Chain,
        deployment: Deployment,
        projectors: Sequence[Projector] = (),
        blocks_at_once: int = BLOCKS_AT_ONCE,
        confirmations: int = 0,
        deepest: int | None = None,
    ) -> None:
        self._database = database
        self._chain = chain
        self._deployment = deployment
        self._projectors = projectors
        self._blocks_at_once = blocks_at_once
        self._confirmations = confirmations
        self._deepest = deepest

    def catch_up(self, progress: Callable[[float, float], None] | None = None) -> IndexReport:
        """Read up to the newest block and project.

        Args:
            progress: told the number of blocks read and to read.

        Raises:
            ConnectionFailed: the chain or the database does not answer, or keeps moving.
            TooDeep: the chain took back more than `deepest` blocks.
        """
        total = IndexReport(head=self._deployment.block)
        attempts = ATTEMPTS
        while True:
            try:
                step, done = self._step()
            except (ChainMoved, RaceLost) as moved:
                attempts -= 1
                if attempts == 0:
                    raise ConnectionFailed(f"The chain or the ledger kept moving under the indexer. {moved}") from moved
                continue
            total = IndexReport(
                step.head,
                total.events + step.events,
                total.taken_back + step.taken_back,
                total.projected + step.projected,
            )
            if progress is not None:
                progress(step.head, self._chain.head().number)
            if done:
                return total

    def _step(self) -> tuple[IndexReport, bool]:
        """One transaction: take back, or read one range, or only project."""
        with self._database.reading() as session:
            row = checkpoint(session, self._chain.chain_id)
            same = row is not None and row.registry_address == self._deployment.address("WorkRegistry")
            at = (
                _Read(row.block_number, Hash32(row.block_hash) if row.block_hash else None, row.generation)
                if row
                else _Read(self._deployment.block, None, -1)
            )
        if row is not None and not same:
            return self._take_back(at, to=None), False
        if at.hash is not None and not self._is_ours(at.number, at.hash):
            return self._take_back(at, to=self._last_common()), False
        last = min(self._chain.head().number - self._confirmations, at.number + self._blocks_at_once)
        if last <= at.number:
            with self._database.session() as session:
                return IndexReport(at.number, projected=project(session, self._chain.chain_id, self._projectors)), True
        return self._read_on(at, last), False

    def _read_on(self, at: _Read, last: int) -> IndexReport:
        first = self._chain.block(at.number + 1)
        if first is None or (at.hash is not None and first.parent_hash != at.hash):
            raise ChainMoved(f"Block {at.number} was replaced while block {at.number + 1} was read.")
        blocks, events = fetch_events(self._chain, self._deployment.names(), at.number + 1, last)
        with self._database.session() as session:
            self._move(session, at, blocks[-1].number, blocks[-1].hash)
            append(session, self._chain.chain_id, blocks, events)
            forget_empty_blocks(session, self._chain.chain_id, below=last - EMPTY_BLOCKS_KEPT)
            projected = project(session, self._chain.chain_id, self._projectors)
        return IndexReport(last, events=len(events), projected=projected)

    def _take_back(self, at: _Read, to: BlockStamp | None) -> IndexReport:
        """Delete what the chain no longer holds; `to` is the last block that it still does, None for none."""
        number = to.number if to else self._deployment.block
        if self._deepest is not None and at.number - number > self._deepest:
            raise TooDeep(
                f"The chain took back blocks {number + 1} to {at.number}, more than {self._deepest}. "
                "Check that PARTBOOK_CHAIN_URL is the right chain; then delete the ledger's database to read it anew."
            )
        with self._database.session() as session:
            self._move(session, at, number, to.hash if to else None)
            gone = take_back(session, self._chain.chain_id, above=number if to else -1)
        return IndexReport(number, taken_back=gone)

    def _last_common(self) -> BlockStamp | None:
        with self._database.reading() as session:
            for row in blocks_down(session, self._chain.chain_id):
                if self._is_ours(row.number, Hash32(row.hash)):
                    return BlockStamp(row.number, Hash32(row.hash), Hash32(row.parent_hash), row.timestamp)
        return None

    def _is_ours(self, number: int, block_hash: Hash32) -> bool:
        there = self._chain.block(number)
        return there is not None and there.hash == block_hash

    def _move(self, session: Session, at: _Read, number: int, block_hash: Hash32 | None) -> None:
        """Move the checkpoint if nobody else did."""
        moved = {
            "registry_address": self._deployment.address("WorkRegistry"),
            "block_number": number,
            "block_hash": block_hash,
            "generation": at.generation + 1,
        }
        if at.generation < 0:
            session.add(CheckpointRow(chain_id=self._chain.chain_id, **moved))
            try:
                session.flush()
            except IntegrityError:
                raise RaceLost("Another indexer began first.") from None
            return
        where = (CheckpointRow.chain_id == self._chain.chain_id) & (CheckpointRow.generation == at.generation)
        if session.execute(update(CheckpointRow).where(where).values(**moved)).rowcount != 1:  # type: ignore[attr-defined]
            raise RaceLost(f"Another indexer moved on from block {at.number}.")
