"""CAR files: a file travels whole, and a hostile CAR leaves nothing behind."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import dag_cbor
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multiformats import CID

from partbook.content.car import car_header, car_section, read_car
from partbook.content.cid import DAG_PB, RAW, BlockId, block_id, parse_cid
from partbook.content.dagpb import FileNode, Link, encode_file_node
from partbook.content.importer import PROFILES
from partbook.content.local import LocalStore
from partbook.content.store import OTHER_PROFILE
from partbook.content.varint import encode_varint
from partbook.core.errors import Mismatch, PartbookError, UnusableInput

MIB = 1 << 20
SONG = random.Random(9).randbytes(MIB + 9)


@pytest.fixture
def car(tmp_path: Path) -> bytes:
    store = LocalStore(tmp_path / "sender")
    out = io.BytesIO()
    store.export_car(store.put(io.BytesIO(SONG)).cid, out)
    return out.getvalue()


def nothing_kept(store: LocalStore) -> bool:
    return not [path for path in store.folder.rglob("*.data") if path.is_file()] and store.pins() == []


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("size", [0, 5, MIB + 9])
def test_a_file_travels_with_its_cid_size_hash_and_profile(
    store: LocalStore, tmp_path: Path, profile: str, size: int
) -> None:
    sent = store.put(io.BytesIO(SONG[:size]), profile=profile)
    out = io.BytesIO()
    store.export_car(sent.cid, out)
    other = LocalStore(tmp_path / "other")
    got = other.import_car(io.BytesIO(out.getvalue()), name="from afar")
    assert (got.cid, got.size, got.sha256, got.name) == (sent.cid, sent.size, sent.sha256, "from afar")
    # Small files have the same CID under both profiles of version 1; then the newer name is recorded.
    assert got.profile == ("unixfs-v1-2025" if profile == "unixfs-v1-256k" and size < MIB else profile)
    assert b"".join(other.open(got.cid)) == SONG[:size]
    assert other.pins() == [got]


def test_the_header_is_the_one_that_dag_cbor_writes() -> None:
    root = block_id(DAG_PB, b"x")
    body = dag_cbor.encode({"roots": [CID.decode(root.cid)], "version": 1})
    assert car_header(root) == encode_varint(len(body)) + body


def test_a_file_built_in_an_unknown_way_is_kept_as_other(store: LocalStore) -> None:
    leaves = [block_id(RAW, b"one"), block_id(RAW, b"three")]
    block = encode_file_node(FileNode(8, (Link(leaves[0], 3, 3), Link(leaves[1], 5, 5))))
    root = block_id(DAG_PB, block)
    sections = car_section(root, block) + car_section(leaves[0], b"one") + car_section(leaves[1], b"three")
    got = store.import_car(io.BytesIO(car_header(root) + sections))
    assert (got.profile, got.size, got.cid) == (OTHER_PROFILE, 8, root.cid)
    assert b"".join(store.open(root.cid)) == b"onethree"


def wrong_hash(car: bytes) -> bytes:
    return car[:-1] + bytes([car[-1] ^ 1])


def two_roots(car: bytes) -> bytes:
    roots = [CID.decode(block_id(RAW, word).cid) for word in (b"a", b"b")]
    body = dag_cbor.encode({"roots": roots, "version": 1})
    return encode_varint(len(body)) + body + car[59:]


def header(**fields: object) -> Callable[[bytes], bytes]:
    def build(car: bytes) -> bytes:
        body = dag_cbor.encode(fields)  # type: ignore[arg-type]
        return encode_varint(len(body)) + body + car[59:]

    return build


@pytest.mark.parametrize(
    ("spoil", "kind", "reason"),
    [
        (wrong_hash, Mismatch, "another hash"),
        (lambda car: car[:-5], UnusableInput, "cut off"),
        (lambda car: car[:30], UnusableInput, "cut off"),
        (lambda car: car[:59], Mismatch, "neither in it nor here"),
        (lambda car: car[: -(MIB // 2)], UnusableInput, "cut off"),
        (lambda car: b"", UnusableInput, "empty"),
        (lambda car: b"\xff" * 9 + b"\x01" + car, UnusableInput, "longer than 9"),
        (lambda car: encode_varint(1 << 62) + car, UnusableInput, "header claims"),
        (lambda car: car[:59] + encode_varint(1 << 62) + car[60:], UnusableInput, "claims"),
        (lambda car: car[:59] + b"\x00" + car[59:], UnusableInput, "cut off"),
        (two_roots, UnusableInput, "2 roots"),
        (header(roots=[], version=1), UnusableInput, "0 roots"),
        (header(roots=[1 << 40], version=1), UnusableInput, "not a CID"),
        (header(roots=["x"], version=2), UnusableInput, "version is 2"),
        (lambda car: b"\x01\x81" + car, UnusableInput, "not DAG-CBOR"),
        (lambda car: encode_varint(900) + b"\x81" * 900, UnusableInput, "not DAG-CBOR"),
        (lambda car: b"RIFF....WAVE" * 50, UnusableInput, "not DAG-CBOR|cut off"),
    ],
)
def test_a_hostile_car_is_refused_and_leaves_nothing(
    store: LocalStore, car: bytes, spoil: Callable[[bytes], bytes], kind: type[PartbookError], reason: str
) -> None:
    with pytest.raises(kind, match=reason):
        store.import_car(io.BytesIO(spoil(car)))
    assert nothing_kept(store)


def test_a_car_without_one_of_its_blocks_is_refused(store: LocalStore, car: bytes) -> None:
    root, sections = read_car(io.BytesIO(car))
    blocks = list(sections)
    short = car_header(root) + b"".join(car_section(block, data) for block, data in blocks[:-1])
    with pytest.raises(Mismatch, match=blocks[-1][0].cid):
        store.import_car(io.BytesIO(short))
    assert nothing_kept(store)


def test_blocks_that_the_file_does_not_need_are_not_kept(store: LocalStore, car: bytes) -> None:
    stowaway = block_id(RAW, b"stowaway")
    got = store.import_car(io.BytesIO(car + car_section(stowaway, b"stowaway")))
    assert store.has(got.cid)
    assert not store.has(stowaway.cid)


def test_a_small_car_that_would_grow_without_end_is_refused(store: LocalStore) -> None:
    leaf = b"x" * 100
    below, size, sections = block_id(RAW, leaf), len(leaf), car_section(block_id(RAW, leaf), leaf)
    for _ in range(8):
        block = encode_file_node(FileNode(100 * size, tuple(Link(below, size, size) for _ in range(100))))
        below, size = block_id(DAG_PB, block), 100 * size
        sections += car_section(below, block)
    with pytest.raises(Mismatch, match="times as much"):
        store.import_car(io.BytesIO(car_header(below) + sections))
    assert nothing_kept(store)


def test_a_tree_whose_sizes_lie_is_refused(store: LocalStore) -> None:
    leaf = block_id(RAW, b"four")
    block = encode_file_node(FileNode(5, (Link(leaf, 5, 5),)))
    root = block_id(DAG_PB, block)
    with pytest.raises(Mismatch, match="holds 4 bytes"):
        store.import_car(io.BytesIO(car_header(root) + car_section(root, block) + car_section(leaf, b"four")))
    assert nothing_kept(store)


def test_a_chain_of_nodes_that_is_too_deep_is_refused(store: LocalStore) -> None:
    here, data = block_id(RAW, b"deep"), b"deep"
    sections = car_section(here, data)
    for _ in range(40):
        data = encode_file_node(FileNode(4, (Link(here, 4, 4),)))
        here = block_id(DAG_PB, data)
        sections += car_section(here, data)
    with pytest.raises(Mismatch, match="levels deep"):
        store.import_car(io.BytesIO(car_header(here) + sections))
    assert nothing_kept(store)


def test_a_root_that_is_no_file_is_refused(store: LocalStore) -> None:
    record = dag_cbor.encode({"a": 1})
    root = BlockId(0x71, parse_cid(block_id(RAW, record).cid).digest)
    with pytest.raises(UnusableInput, match="codec 0x71"):
        store.import_car(io.BytesIO(car_header(root) + car_section(root, record)))
    assert nothing_kept(store)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_car_or_are_refused_in_words(data: bytes) -> None:
    try:
        list(read_car(io.BytesIO(data))[1])
    except PartbookError as refused:
        reason = str(refused)
    else:
        reason = "it was a CAR"
    assert "CAR" in reason
