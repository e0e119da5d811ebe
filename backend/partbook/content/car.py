"""CARv1: one file's blocks in one stream, written and read with every hash checked on the way."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import dag_cbor
from multiformats import CID

from partbook.content.cid import BlockId, decode_cid
from partbook.content.varint import encode_varint, read_varint
from partbook.core.errors import Mismatch, UnusableInput

MAX_BLOCK = 2 << 20
"""Bytes. What IPFS nodes exchange at most."""
_MAX_HEADER = 1 << 10
_MAX_SECTION = MAX_BLOCK + 64


class UnusableCar(UnusableInput):
    """The stream is not a CAR that can be taken in."""


class CarMismatch(Mismatch):
    """A CAR whose blocks are not what it says."""


def car_header(root: BlockId) -> bytes:
    """The header that names one root.

    Source: CARv1 spec (a DAG-CBOR map of `roots` and `version`, led by its length).
    """
    link = b"\x00" + bytes(root)  # tag 42 holds the CID behind a zero byte
    body = b"\xa2\x65roots\x81\xd8\x2a\x58" + bytes((len(link),)) + link + b"\x67version\x01"
    return encode_varint(len(body)) + body


def car_section(block: BlockId, data: bytes) -> bytes:
    """One block as a CAR carries it: length, CID, bytes."""
    name = bytes(block)
    return encode_varint(len(name) + len(data)) + name + data


def write_car(out: BinaryIO, root: BlockId, blocks: Iterable[tuple[BlockId, bytes]]) -> None:
    """Write a whole CAR."""
    out.write(car_header(root))
    for block, data in blocks:
        out.write(car_section(block, data))


def read_car(stream: BinaryIO) -> tuple[BlockId, Iterator[tuple[BlockId, bytes]]]:
    """Read a CAR from a stranger: the root at once, then each block after its hash was checked.

    Raises:
        UnusableCar: not CARv1, cut off, several roots, or a block above MAX_BLOCK.
        CarMismatch: a block's bytes have another hash than its CID (while iterating).
    """
    try:
        return _root(stream), _sections(stream)
    except UnusableInput as reason:
        raise UnusableCar(f"This is not a CAR file that can be taken in. {reason}") from None


def _root(stream: BinaryIO) -> BlockId:
    length = read_varint(stream)
    if length is None:
        raise UnusableInput("It is empty.")
    if not 0 < length <= _MAX_HEADER:
        raise UnusableInput(f"Its header claims {length} bytes; at most {_MAX_HEADER} are read.")
    body = stream.read(length)
    if len(body) != length:
        raise UnusableInput(f"Its header is cut off after {len(body)} of {length} bytes.")
    try:
        header = dag_cbor.decode(body)
    except Exception as broken:  # the decoder has some twenty ways to say no
        raise UnusableInput(f"Its header is not DAG-CBOR: {str(broken).splitlines()[0].rstrip('.')}.") from None
    if not isinstance(header, dict) or header.get("version") != 1:
        version = header.get("version") if isinstance(header, dict) else None
        raise UnusableInput(f"Its version is {version!r}; only CARv1 is read.")
    roots = header.get("roots")
    if not isinstance(roots, list) or len(roots) != 1:
        count = len(roots) if isinstance(roots, list) else 0
        raise UnusableInput(f"It names {count} roots; exactly one file is taken in at a time.")
    if not isinstance(roots[0], CID):
        raise UnusableInput("Its root is not a CID.")
    return decode_cid(bytes(roots[0]))[0]


def _sections(stream: BinaryIO) -> Iterator[tuple[BlockId, bytes]]:
    number = 0
    while True:
        number += 1
        try:
            length = read_varint(stream)
            if length is None:
                return
            if length > _MAX_SECTION:
                raise UnusableInput(f"it claims {length} bytes, but a block has at most {MAX_BLOCK}")
            section = stream.read(length)
            if len(section) != length:
                raise UnusableInput(f"it is cut off after {len(section)} of {length} bytes")
            block, start = decode_cid(section)
        except UnusableInput as reason:
            raise UnusableCar(
                f"Block {number} of the CAR cannot be read: {str(reason).rstrip('.')}. Nothing was kept."
            ) from None
        data = section[start:]
        if not block.matches(data):
            raise CarMismatch(
                f"Block {number} of the CAR says it is {block}, but its bytes have another hash. Nothing was kept."
            )
        yield block, data
