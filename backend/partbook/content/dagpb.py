"""The two small protobuf messages of IPFS files: DAG-PB (links and data) and UnixFS (what a node is)."""

from collections.abc import Iterator
from dataclasses import dataclass

from partbook.content.cid import BlockId, decode_cid
from partbook.content.varint import decode_varint, encode_varint
from partbook.core.errors import UnusableInput

RAW_NODE = 0
DIRECTORY = 1
FILE = 2

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class Link:
    """A child of a node.

    Args:
        id: the child's CID.
        tsize: bytes of the child's block and of everything below it.
        size: bytes of the file that lie below the child.
    """

    id: BlockId
    tsize: int
    size: int


@dataclass(frozen=True)
class FileNode:
    """An inner node or a version-0 leaf of a file.

    Args:
        size: bytes of the file below and in this node.
        links: children in the order of the file.
        data: bytes of the file in this node itself, before those of its children.
    """

    size: int
    links: tuple[Link, ...] = ()
    data: bytes = b""


def encode_file_node(node: FileNode) -> bytes:
    """The block of a node; the same node always gives the same bytes.

    Source: IPLD DAG-PB spec (links before data); UnixFS v1 spec (Type, Data, filesize, blocksizes).
    """
    unixfs = _number(1, FILE)
    if node.data:
        unixfs += _chunk(2, node.data)
    unixfs += _number(3, node.size)
    unixfs += b"".join(_number(4, link.size) for link in node.links)
    links = b"".join(
        _chunk(2, _chunk(1, bytes(link.id)) + _chunk(2, b"") + _number(3, link.tsize)) for link in node.links
    )
    return links + _chunk(1, unixfs)


def decode_file_node(block: bytes) -> FileNode:
    """Read the block of a file's node.

    Raises:
        UnusableInput: not DAG-PB, not UnixFS, a directory, or sizes that contradict each other.
    """
    inner, children = b"", []
    for field, value in _fields(block):
        if field == 1 and isinstance(value, bytes):
            inner = value
        elif field == 2 and isinstance(value, bytes):
            children.append(_decode_link(value))
    kind, data, size, sizes = _decode_unixfs(inner)
    if kind not in (FILE, RAW_NODE):
        name = "a directory" if kind == DIRECTORY else f"UnixFS type {kind}"
        raise UnusableInput(f"The block is {name}, not a file.")
    if len(sizes) != len(children):
        raise UnusableInput(f"The node has {len(children)} links but {len(sizes)} block sizes.")
    if len(data) + sum(sizes) != size:
        raise UnusableInput(f"The node says {size} bytes, but its parts add up to {len(data) + sum(sizes)}.")
    links = tuple(Link(id_, tsize, part) for (id_, tsize), part in zip(children, sizes, strict=True))
    return FileNode(size, links, data)


def _decode_link(message: bytes) -> tuple[BlockId, int]:
    id_, tsize = None, 0
    for field, value in _fields(message):
        if field == 1 and isinstance(value, bytes):
            id_ = decode_cid(value)[0]
        elif field == 3 and isinstance(value, int):
            tsize = value
    if id_ is None:
        raise UnusableInput("A link of the node names no block.")
    return id_, tsize


def _decode_unixfs(message: bytes) -> tuple[int, bytes, int, list[int]]:
    kind, data, size, sizes = -1, b"", -1, []
    for field, value in _fields(message):
        if field == 1 and isinstance(value, int):
            kind = value
        elif field == 2 and isinstance(value, bytes):
            data = value
        elif field == 3 and isinstance(value, int):
            size = value
        elif field == 4 and isinstance(value, int):
            sizes.append(value)
        elif field == 4:  # packed: written by some encoders, allowed to all readers
            assert isinstance(value, bytes)
            at = 0
            while at < len(value):
                one, at = decode_varint(value, at)
                sizes.append(one)
    if kind < 0:
        raise UnusableInput("The node carries no UnixFS message.")
    return kind, data, len(data) + sum(sizes) if size < 0 else size, sizes


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        tag, at = decode_varint(message, at)
        field, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            number, at = decode_varint(message, at)
            yield field, number
            continue
        if wire == _BYTES:
            length, at = decode_varint(message, at)
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
        else:
            raise UnusableInput(f"The node is not protobuf: wire type {wire}.")
        if at + length > len(message):
            raise UnusableInput(f"The node is cut off: {length} bytes promised, {len(message) - at} there.")
        yield field, message[at : at + length]
        at += length


def _number(field: int, value: int) -> bytes:
    return encode_varint(field << 3 | _VARINT) + encode_varint(value)


def _chunk(field: int, value: bytes) -> bytes:
    return encode_varint(field << 3 | _BYTES) + encode_varint(len(value)) + value
