"""Walk the tree of a file: read a range of it, list its blocks, check them all."""

import hashlib
from collections.abc import Callable, Iterator

from partbook.content.cid import DAG_PB, RAW, BlockId
from partbook.content.dagpb import FileNode, Link, decode_file_node
from partbook.content.store import BlockDamaged, BlockMissing, VerifyReport
from partbook.core.errors import Mismatch, UnusableInput

Fetch = Callable[[BlockId], bytes]
"""Gives the bytes of a block, verified against its CID; raises BlockMissing or BlockDamaged."""

MAX_DEPTH = 16
"""1,024 links per node make depth 4 enough for a petabyte; more is a trap laid by somebody."""


def file_size(fetch: Fetch, root: BlockId) -> int:
    """Bytes in the file, by its root block alone."""
    data = fetch(root)
    return len(data) if root.codec == RAW else _node(root, data).size


def read_range(fetch: Fetch, root: BlockId, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The bytes from `offset` on, `length` of them or all that follow; only blocks that hold some are fetched.

    Raises:
        UnusableInput: a negative offset or length, at the call. An offset past the end gives nothing.
        Mismatch: the tree contradicts itself.
    """
    if offset < 0 or (length is not None and length < 0):
        raise UnusableInput(f"A range needs an offset and a length of 0 or more, not {offset} and {length}.")
    top = fetch(root)
    size = len(top) if root.codec == RAW else _node(root, top).size
    end = size if length is None else min(size, offset + length)
    return _read(fetch, Link(root, 0, size), top, 0, offset, end, 0)


def _read(fetch: Fetch, here: Link, data: bytes, start: int, first: int, end: int, depth: int) -> Iterator[bytes]:
    """Yield the part of file bytes `first..end` that lies in the subtree `here`, whose bytes begin at `start`."""
    own, links = _open(here, data, depth)
    piece = own[max(0, first - start) : max(0, end - start)]
    if piece:
        yield piece
    start += len(own)
    for link in links:
        if start < end and start + link.size > first:
            yield from _read(fetch, link, fetch(link.id), start, first, end, depth + 1)
        start += link.size


def blocks(fetch: Fetch, root: BlockId) -> Iterator[tuple[BlockId, bytes]]:
    """Every block of the file once, a node before its children: the order of a CAR."""
    seen: set[tuple[int, bytes]] = set()
    waiting = [(root, 0)]
    while waiting:
        here, depth = waiting.pop()
        if here.node in seen:
            continue
        seen.add(here.node)
        data = fetch(here)
        yield here, data
        waiting.extend((link.id, depth + 1) for link in reversed(_children(here, data, depth)))


def block_ids(fetch: Fetch, root: BlockId) -> Iterator[BlockId]:
    """Every CID in the tree of the file once; leaves that are bare bytes are named without being read."""
    seen: set[tuple[int, bytes]] = set()
    waiting = [(root, 0)]
    while waiting:
        here, depth = waiting.pop()
        if here.node in seen:
            continue
        seen.add(here.node)
        yield here
        if here.codec != RAW:
            waiting.extend((link.id, depth + 1) for link in reversed(_children(here, fetch(here), depth)))


def inspect(fetch: Fetch, root: BlockId) -> VerifyReport:
    """Fetch every block and tell which are damaged or missing, without stopping at the first."""
    seen: set[tuple[int, bytes]] = set()
    waiting = [(root, 0)]
    count = size = 0
    damaged: list[str] = []
    missing: list[str] = []
    while waiting:
        here, depth = waiting.pop()
        if here.node in seen:
            continue
        seen.add(here.node)
        try:
            data = fetch(here)
            children = _children(here, data, depth)
        except BlockMissing:
            missing.append(here.cid)
        except (BlockDamaged, Mismatch):
            damaged.append(here.cid)
        else:
            count += 1
            size += len(data)
            waiting.extend((link.id, depth + 1) for link in reversed(children))
    return VerifyReport(root.cid, count, size, tuple(damaged), tuple(missing))


def sha256_of(pieces: Iterator[bytes]) -> tuple[str, int]:
    """SHA-256 (64 hexadecimal digits) and length of a file that comes in pieces."""
    whole, size = hashlib.sha256(), 0
    for piece in pieces:
        whole.update(piece)
        size += len(piece)
    return whole.hexdigest(), size


def _open(here: Link, data: bytes, depth: int) -> tuple[bytes, tuple[Link, ...]]:
    node = FileNode(len(data), data=data) if here.id.codec == RAW else _node(here.id, data)
    if node.size != here.size:
        raise Mismatch(f"Block {here.id} holds {node.size} bytes of the file, but the node above says {here.size}.")
    _not_too_deep(here.id, depth)
    return node.data, node.links


def _children(here: BlockId, data: bytes, depth: int) -> tuple[Link, ...]:
    _not_too_deep(here, depth)
    return () if here.codec == RAW else _node(here, data).links


def _node(id_: BlockId, data: bytes) -> FileNode:
    if id_.codec != DAG_PB:
        raise UnusableInput(f"{id_} has codec 0x{id_.codec:x}; a file has 0x55 (raw) or 0x70 (dag-pb).")
    try:
        return decode_file_node(data)
    except UnusableInput as reason:
        raise UnusableInput(f"{id_} cannot be read as a file. {reason}") from None


def _not_too_deep(id_: BlockId, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Mismatch(f"Block {id_} lies {depth} levels deep; a file here has at most {MAX_DEPTH}.")
