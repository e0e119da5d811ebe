"""The store on an IPFS node: CIDs are computed here, files travel as CAR, what comes back is checked block by block."""

import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from partbook.content import dag
from partbook.content.car import car_header, car_section, write_car
from partbook.content.catalogue import Catalogue
from partbook.content.cid import RAW, BlockId, parse_cid
from partbook.content.importer import DEFAULT_PROFILE, import_stream
from partbook.content.local import LocalStore
from partbook.content.origin import describe, named
from partbook.content.rpc import NodeRefused, Rpc, TimedOut
from partbook.content.store import BlockMissing, Health, StoredObject, Swept, VerifyReport
from partbook.core.errors import NotFound, PartbookError

TIMEOUT_SECONDS = 60.0


class KuboStore:
    """A `ContentStore` on a Kubo node. Sizes, profiles and names, which a node does not keep, lie in a table here.

    Args:
        address: multiaddr of the RPC, such as `/ip4/127.0.0.1/tcp/5001/http`.
        folder: of the table of files, on this machine.
        timeout: seconds without an answer after which a call fails.
    """

    def __init__(self, address: str, folder: Path, timeout: float = TIMEOUT_SECONDS) -> None:
        self._rpc = Rpc(address, timeout)
        self._catalogue = Catalogue(folder / "catalogue-node.db")

    def put(
        self, stream: BinaryIO, *, profile: str = DEFAULT_PROFILE, name: str = "", pin: bool = True
    ) -> StoredObject:
        """Send a file to the node. Its CID is fixed here, so no setting of the node can change it."""
        with tempfile.TemporaryFile() as car:
            car.write(car_header(BlockId(RAW, bytes(32))))  # the root comes last; every root is as long as this one
            found = import_stream(stream, lambda block, data: car.write(car_section(block, data)), profile, name)
            car.seek(0)
            car.write(car_header(parse_cid(found.cid)))
            car.seek(0)
            return self._send(car, found, pin)

    def open(self, cid: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The file's bytes from `offset` on, each block fetched by itself and verified."""
        root = parse_cid(cid)
        return dag.read_range(self._fetch(root), root, offset, length)

    def stat(self, cid: str) -> StoredObject:
        """Size, hash and profile of a file that the node has."""
        root = parse_cid(cid)
        known = self._catalogue.find(root.cid)
        if known is None:
            return describe(self._fetch(root), root)
        if not self._rpc.has_block(root):
            raise BlockMissing(root, root, self._rpc.address)
        return known

    def has(self, cid: str) -> bool:
        """Whether the node itself has every block of the file."""
        root = parse_cid(cid)
        fetch = functools.partial(self._rpc.block, root=root, local=True)
        try:
            return all(self._rpc.has_block(block) for block in dag.block_ids(fetch, root))
        except BlockMissing:
            return False

    def pin(self, cid: str, name: str = "") -> StoredObject:
        """Let the node keep a file. A file that the network holds is fetched first, as far as the time limit allows."""
        root = parse_cid(cid)
        try:
            self._rpc.pin(root)
        except (TimedOut, NodeRefused):
            self._rpc.version()
            raise BlockMissing(root, root, self._rpc.address) from None
        found = self._catalogue.find(root.cid) or describe(self._fetch(root), root)
        self._catalogue.record(named(found, name), pinned=True)
        return self._catalogue.find(root.cid) or found

    def unpin(self, cid: str) -> None:
        """Let the node's next `gc` remove a file."""
        root = parse_cid(cid)
        try:
            self._rpc.unpin(root)
        except NodeRefused:
            raise NotFound(f"{root} is not pinned on the IPFS node at {self._rpc.address}.") from None
        finally:
            self._catalogue.unpin(root.cid)

    def pins(self) -> list[StoredObject]:
        """Every file that was pinned from here and still is. What others pinned on the node is not listed."""
        kept = self._rpc.pinned()
        return [found for found in self._catalogue.pinned() if parse_cid(found.cid).node in kept]

    def export_car(self, cid: str, out: BinaryIO) -> None:
        """Write a file as CARv1, each block verified on the way."""
        root = parse_cid(cid)
        write_car(out, root, dag.blocks(self._fetch(root), root))

    def import_car(self, stream: BinaryIO, *, name: str = "", pin: bool = True) -> StoredObject:
        """Check a CAR on this machine, then send it; the node never sees one that is wrong."""
        with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile() as car:
            checked = LocalStore(Path(place))
            found = checked.import_car(stream, name=name)
            checked.export_car(found.cid, car)
            car.seek(0)
            return self._send(car, found, pin)

    def verify(self, cid: str) -> VerifyReport:
        """Fetch every block and compare it with its name."""
        root = parse_cid(cid)
        report = dag.inspect(self._fetch(root), root)
        if root.cid in report.missing:
            raise BlockMissing(root, root, self._rpc.address)
        return report

    def gc(self) -> Swept:
        """Let the node remove everything that nobody pinned on it, also what did not come from here."""
        swept = Swept(*self._rpc.collect())
        self._catalogue.forget_unpinned()
        return swept

    def health(self) -> Health:
        """Whether the node answers."""
        try:
            version = self._rpc.version()
        except PartbookError as failure:
            return Health(False, str(failure), "Start it with `ipfs daemon`, or set PARTBOOK_CONTENT_URL=local.")
        return Health(True, f"IPFS node {version} at {self._rpc.address}")

    def _send(self, car: BinaryIO, found: StoredObject, pin: bool) -> StoredObject:
        self._rpc.import_car(car, parse_cid(found.cid), pin)
        self._catalogue.record(found, pin)
        return found

    def _fetch(self, root: BlockId) -> dag.Fetch:
        return functools.partial(self._rpc.block, root=root)
