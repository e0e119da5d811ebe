"""Cut a file into the blocks that IPFS would cut it into, so that its CID is known before any node sees it."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from partbook.content.cid import DAG_PB, RAW, BlockId, block_id
from partbook.content.dagpb import FileNode, Link, encode_file_node
from partbook.content.pieces import read_full
from partbook.content.store import StoredObject
from partbook.core.errors import UnusableInput
from partbook.core.ids import Cid

BlockSink = Callable[[BlockId, bytes], object]
"""Told every block with its CID, leaves before the nodes that link them, the root last."""


@dataclass(frozen=True)
class Profile:
    """A named way to build the tree of a file.

    Args:
        chunk: bytes per leaf.
        width: most links in a node.
        cid_version: 0 or 1.
        raw_leaves: leaves are bare bytes, not wrapped in DAG-PB.
    """

    name: str
    chunk: int
    width: int
    cid_version: int
    raw_leaves: bool


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("unixfs-v1-2025", chunk=1 << 20, width=1024, cid_version=1, raw_leaves=True),
        Profile("unixfs-v1-256k", chunk=1 << 18, width=174, cid_version=1, raw_leaves=True),
        Profile("unixfs-v0-2015", chunk=1 << 18, width=174, cid_version=0, raw_leaves=False),
    )
}
"""Source: IPIP-499 for the 2025 and 2015 profiles; `unixfs-v1-256k` is what `ipfs add --cid-version=1` long made."""
DEFAULT_PROFILE = "unixfs-v1-2025"


def find_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UnusableInput: no such profile.
    """
    if name not in PROFILES:
        raise UnusableInput(f"'{name}' is not a profile. Known: {', '.join(PROFILES)}.")
    return PROFILES[name]


def import_stream(stream: BinaryIO, sink: BlockSink, profile: str = DEFAULT_PROFILE, name: str = "") -> StoredObject:
    """Read a stream to its end and hand every block to `sink`, in constant memory.

    Args:
        stream: the file's bytes; only `read` is used.
        sink: keeps the blocks.
        profile: one of `PROFILES`.
        name: a word for people.

    Returns:
        CID, size and SHA-256 of the file.

    Source: the balanced layout of UnixFS v1.
    """
    tree = _Tree(find_profile(profile), sink)
    whole, size = hashlib.sha256(), 0
    while chunk := read_full(stream, tree.profile.chunk):
        whole.update(chunk)
        size += len(chunk)
        tree.add_leaf(chunk)
    root = tree.finish()
    return StoredObject(root.cid, size, whole.hexdigest(), profile, name)


def cid_of_file(path: Path, profile: str = DEFAULT_PROFILE) -> Cid:
    """The CID that a file has in every store.

    Raises:
        UnusableInput: there is no such file.
    """
    try:
        with path.open("rb") as stream:
            return import_stream(stream, _forget, profile).cid
    except OSError as failure:
        raise UnusableInput(f"{path} cannot be read: {failure.strerror}.") from None


def cid_of_bytes(data: bytes, profile: str = DEFAULT_PROFILE) -> Cid:
    """The CID that these bytes have in every store."""
    return import_stream(io.BytesIO(data), _forget, profile).cid


class _Tree:
    """Builds a balanced tree from the left: a level that is full becomes one node of the level above."""

    def __init__(self, profile: Profile, sink: BlockSink) -> None:
        self.profile = profile
        self._sink = sink
        self._levels: list[list[Link]] = [[]]

    def add_leaf(self, chunk: bytes) -> None:
        if self.profile.raw_leaves:
            link = self._keep(RAW, chunk, len(chunk), 0)
        else:
            link = self._keep(DAG_PB, encode_file_node(FileNode(len(chunk), data=chunk)), len(chunk), 0)
        self._place(0, link)

    def finish(self) -> BlockId:
        if self._levels == [[]]:
            self.add_leaf(b"")
        level = 0
        while level < len(self._levels) - 1 or len(self._levels[level]) > 1:
            if self._levels[level]:
                self._fold(level)
            level += 1
        return self._levels[level][0].id

    def _place(self, level: int, link: Link) -> None:
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(link)
        if len(self._levels[level]) == self.profile.width:
            self._fold(level)

    def _fold(self, level: int) -> None:
        links, self._levels[level] = self._levels[level], []
        node = FileNode(sum(link.size for link in links), tuple(links))
        block = encode_file_node(node)
        self._place(level + 1, self._keep(DAG_PB, block, node.size, sum(link.tsize for link in links)))

    def _keep(self, codec: int, block: bytes, size: int, below: int) -> Link:
        named = block_id(codec, block, self.profile.cid_version)
        self._sink(named, block)
        return Link(named, len(block) + below, size)


def _forget(block: BlockId, data: bytes) -> None:
    """Keep nothing: for computing a CID alone."""
