"""The importer gives the CIDs that IPFS gives, in constant memory, however the bytes arrive."""

import io
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.content.cid import DAG_PB, RAW, BlockId, block_id, parse_cid
from partbook.content.dagpb import FileNode, Link, decode_file_node, encode_file_node
from partbook.content.importer import PROFILES, Profile, cid_of_bytes, cid_of_file, import_stream
from partbook.core.errors import UnusableInput

MIB = 1 << 20


def some_bytes(size: int) -> bytes:
    return random.Random(1).randbytes(size)


@pytest.mark.parametrize(
    ("data", "profile", "cid"),
    [
        (b"", "unixfs-v1-2025", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (b"hello world", "unixfs-v1-2025", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        (b"", "unixfs-v0-2015", "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"),
        (b"hello world", "unixfs-v0-2015", "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
    ],
)
def test_known_files_have_their_known_cids(data: bytes, profile: str, cid: str) -> None:
    assert cid_of_bytes(data, profile) == parse_cid(cid).cid


def reference_root(data: bytes, profile: Profile) -> BlockId:
    """The balanced tree in the plainest way: all leaves, then level by level."""
    chunks = [data[at : at + profile.chunk] for at in range(0, len(data), profile.chunk)] or [b""]
    level = []
    for chunk in chunks:
        block = chunk if profile.raw_leaves else encode_file_node(FileNode(len(chunk), data=chunk))
        codec = RAW if profile.raw_leaves else DAG_PB
        level.append(Link(block_id(codec, block, profile.cid_version), len(block), len(chunk)))
    while len(level) > 1:
        above = []
        for at in range(0, len(level), profile.width):
            links = tuple(level[at : at + profile.width])
            block = encode_file_node(FileNode(sum(link.size for link in links), links))
            tsize = len(block) + sum(link.tsize for link in links)
            above.append(Link(block_id(DAG_PB, block, profile.cid_version), tsize, sum(link.size for link in links)))
        level = above
    return level[0].id


@given(
    size=st.integers(0, 400),
    chunk=st.integers(1, 9),
    width=st.integers(2, 5),
    version=st.sampled_from([0, 1]),
    raw=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_the_streaming_tree_is_the_plain_tree(size: int, chunk: int, width: int, version: int, raw: bool) -> None:
    profile = Profile("small", chunk, width, version, raw)
    data = some_bytes(size)
    PROFILES["small"] = profile
    try:
        assert cid_of_bytes(data, "small") == reference_root(data, profile).cid
    finally:
        del PROFILES["small"]


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 7])
def test_a_stream_that_gives_little_at_a_time_gives_the_same_cid(size: int) -> None:
    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 70_001))

    data = some_bytes(size)
    found = import_stream(Dribble(data), lambda block, data: None)
    assert found.cid == cid_of_bytes(data)
    assert found.size == size


def test_leaves_come_before_nodes_and_the_root_comes_last() -> None:
    seen: list[BlockId] = []
    found = import_stream(io.BytesIO(some_bytes(3 * MIB)), lambda block, data: seen.append(block))
    assert [block.codec for block in seen] == [RAW, RAW, RAW, DAG_PB]
    assert seen[-1].cid == found.cid


def test_a_file_and_its_bytes_have_the_same_cid_and_a_missing_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(some_bytes(MIB + 1))
    assert cid_of_file(path) == cid_of_bytes(some_bytes(MIB + 1))
    with pytest.raises(UnusableInput, match=r"none\.wav"):
        cid_of_file(tmp_path / "none.wav")


def test_memory_does_not_grow_with_the_file() -> None:
    class Long(io.RawIOBase):
        left = 96 * MIB

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            count = min(len(buffer), self.left)
            buffer[:count] = bytes(count)
            self.left -= count
            return count

    tracemalloc.start()
    import_stream(io.BufferedReader(Long()), lambda block, data: None)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MIB


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnusableInput, match="unixfs-v1-2025"):
        cid_of_bytes(b"", "ipfs")


@given(
    st.binary(max_size=40), st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.integers(0, 2**40)), max_size=4)
)
def test_nodes_round_trip(data: bytes, children: list[tuple[bytes, int]]) -> None:
    links = tuple(Link(BlockId(RAW, digest), size + 9, size) for digest, size in children)
    node = FileNode(len(data) + sum(link.size for link in links), links, data)
    assert decode_file_node(encode_file_node(node)) == node


@given(st.binary(max_size=200))
def test_any_bytes_are_a_node_or_are_refused_in_words(block: bytes) -> None:
    try:
        node = decode_file_node(block)
    except UnusableInput:
        return
    assert node.size == len(node.data) + sum(link.size for link in node.links)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (bytes.fromhex("0a020801"), "a directory"),
        (bytes.fromhex("0a0408021805"), "says 5 bytes"),
        (bytes.fromhex("0a06080218052005"), "0 links but 1 block sizes"),
        (bytes.fromhex("0aff01"), "cut off"),
        (b"", "no UnixFS"),
    ],
)
def test_a_node_that_is_no_file_is_refused_with_its_reason(block: bytes, reason: str) -> None:
    with pytest.raises(UnusableInput, match=reason):
        decode_file_node(block)
