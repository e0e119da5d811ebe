"""The store that needs nobody else: blocks in a folder of this machine and a table of files beside them."""

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from partbook.content import dag
from partbook.content.blocks import Arrival, BlockFolder
from partbook.content.car import read_car, write_car
from partbook.content.catalogue import Catalogue
from partbook.content.cid import BlockId, parse_cid
from partbook.content.importer import DEFAULT_PROFILE, import_stream
from partbook.content.origin import describe, named
from partbook.content.store import BlockMissing, Health, StoredObject, Swept, VerifyReport
from partbook.core.errors import Mismatch, NotFound, PartbookError

MAX_REPEAT = 10_000
"""How many times larger a file may be than the blocks that came for it: silence repeats one block, a bomb does more."""


class LocalStore:
    """A `ContentStore` in a folder; several processes may use it at once.

    Args:
        folder: holds `blocks/` and `catalogue.db`; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blocks = BlockFolder(folder)
        self._catalogue = Catalogue(folder / "catalogue.db")

    def put(
        self, stream: BinaryIO, *, profile: str = DEFAULT_PROFILE, name: str = "", pin: bool = True
    ) -> StoredObject:
        """Keep a file. Putting it again replaces blocks that were damaged or lost."""
        with self._blocks.arriving() as arrival:
            found = import_stream(stream, arrival.add, profile, name)
            self._keep(arrival, found, pin)
        return found

    def open(self, cid: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The file's bytes from `offset` on, each block verified, in pieces of at most a block."""
        root = parse_cid(cid)
        return dag.read_range(self._fetch(root), root, offset, length)

    def stat(self, cid: str) -> StoredObject:
        """Size, hash and profile of a file."""
        root = parse_cid(cid)
        known = self._catalogue.find(root.cid)
        if known is None:
            known = describe(self._fetch(root), root)
        elif not self._blocks.has(root):
            raise BlockMissing(root, root, str(self.folder))
        return known

    def has(self, cid: str) -> bool:
        """Whether every block of the file is there."""
        return self._first_gap(parse_cid(cid)) is None

    def pin(self, cid: str, name: str = "") -> StoredObject:
        """Protect a file from `gc`. The file must be there in full."""
        root = parse_cid(cid)
        with self._blocks.locked():
            gap = self._first_gap(root)
            if gap is not None:
                raise BlockMissing(gap, root, str(self.folder))
            found = self._catalogue.find(root.cid) or describe(self._fetch(root), root)
            self._catalogue.record(named(found, name), pinned=True)
        return self.stat(cid)

    def unpin(self, cid: str) -> None:
        """Let the next `gc` remove a file."""
        root = parse_cid(cid)
        if not self._catalogue.unpin(root.cid):
            raise NotFound(f"{root} is not pinned, so there is nothing to unpin. `partbook content ls` shows the pins.")

    def pins(self) -> list[StoredObject]:
        """Every protected file, oldest first."""
        return self._catalogue.pinned()

    def export_car(self, cid: str, out: BinaryIO) -> None:
        """Write a file as CARv1, each block verified on the way."""
        root = parse_cid(cid)
        write_car(out, root, dag.blocks(self._fetch(root), root))

    def import_car(self, stream: BinaryIO, *, name: str = "", pin: bool = True) -> StoredObject:
        """Take in a file from CARv1; a CAR with one wrong or missing block leaves nothing behind."""
        root, sections = read_car(stream)
        with self._blocks.arriving() as arrival:
            arrived = 0
            for block, data in sections:
                arrival.add(block, data)
                arrived += len(data)
            try:
                fetch = functools.partial(arrival.read, root=root)
                _refuse_bomb(root, dag.file_size(fetch, root), arrived)
                found = describe(fetch, root, name)
            except BlockMissing as gap:
                raise Mismatch(
                    f"The CAR promises {root}, but block {gap.block} is neither in it nor here. Nothing was kept."
                ) from None
            self._keep(arrival, found, pin)
        return found

    def verify(self, cid: str) -> VerifyReport:
        """Read every block and compare it with its name."""
        root = parse_cid(cid)
        report = dag.inspect(self._fetch(root), root)
        if root.cid in report.missing:
            raise BlockMissing(root, root, str(self.folder))
        return report

    def gc(self) -> Swept:
        """Remove every block that no pinned file needs.

        Raises:
            BlockMissing, BlockDamaged: a pinned file's tree cannot be read, so that nobody knows which blocks are its.
                Nothing is removed.
        """
        with self._blocks.locked(alone=True):
            wanted: set[bytes] = set()
            for pinned in self.pins():
                root = parse_cid(pinned.cid)
                wanted.update(block.multihash for block in dag.block_ids(self._fetch(root), root))
            swept = Swept(*self._blocks.sweep(wanted))
            self._catalogue.forget_unpinned()
        return swept

    def health(self) -> Health:
        """Whether the folder can be written to, and how much room is left."""
        try:
            with self._blocks.locked():
                free = shutil.disk_usage(self.folder).free
            count = len(self._catalogue.pinned())
        except (OSError, PartbookError) as failure:
            return Health(False, f"{self.folder}: {failure}", "Make the folder writable, or choose another by --home.")
        return Health(True, f"{self.folder}: {count} files pinned, {free / 1e9:.1f} GB free")

    def _keep(self, arrival: Arrival, found: StoredObject, pin: bool) -> None:
        root = parse_cid(found.cid)
        for block in dag.block_ids(functools.partial(arrival.read, root=root), root):
            arrival.keep(block)
        self._catalogue.record(found, pin)

    def _first_gap(self, root: BlockId) -> BlockId | None:
        try:
            return next((b for b in dag.block_ids(self._fetch(root), root) if not self._blocks.has(b)), None)
        except BlockMissing as gap:
            return gap.block

    def _fetch(self, root: BlockId) -> dag.Fetch:
        return functools.partial(self._blocks.read, root=root)


def _refuse_bomb(root: BlockId, size: int, arrived: int) -> None:
    if size > MAX_REPEAT * max(arrived, 1):
        raise Mismatch(
            f"The CAR holds {arrived} bytes but {root} would grow to {size}, over {MAX_REPEAT} times as much. "
            "Nothing was kept."
        )
