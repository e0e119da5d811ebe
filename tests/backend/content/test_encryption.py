"""Masters are encrypted: the key opens them, nothing else does, and no change goes unseen."""

import io
import stat
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.content.encryption import (
    CHUNK,
    HEADER_BYTES,
    TAG,
    ContentKey,
    Sealed,
    load_key,
    open_encrypted,
    put_encrypted,
    seal,
    unseal,
)
from partbook.content.local import LocalStore
from partbook.content.store import BlockDamaged
from partbook.core.errors import UnusableInput

KEY = ContentKey(bytes(range(32)))
FRAME = CHUNK + TAG


def sealed(data: bytes, key: ContentKey = KEY) -> bytes:
    return b"".join(seal(io.BytesIO(data), key))


def opened(data: bytes, key: ContentKey = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(data), key))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_the_key_opens_what_it_sealed(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    frames = max(1, -(-size // CHUNK))
    assert opened(sealed(data)) == data
    assert len(sealed(data)) == HEADER_BYTES + size + TAG * frames


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    whole = bytearray(sealed(bytes(CHUNK + 99)))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((Sealed, UnusableInput)):
        opened(bytes(whole))


def body(whole: bytes, *frames: int) -> bytes:
    parts = [whole[HEADER_BYTES + FRAME * i : HEADER_BYTES + FRAME * (i + 1)] for i in frames]
    return whole[:HEADER_BYTES] + b"".join(parts)


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: body(whole, 0, 1),
        lambda whole: body(whole, 0, 1, 2),
        lambda whole: body(whole, 1, 0, 2, 3),
        lambda whole: body(whole, 0, 0, 1, 2, 3),
        lambda whole: body(whole, 0, 2, 3),
        lambda whole: body(whole, 3),
        lambda whole: whole[:-1],
        lambda whole: whole[: HEADER_BYTES + FRAME + 3],
        lambda whole: whole[:HEADER_BYTES],
        lambda whole: whole + b"x",
        lambda whole: whole + whole[-30:],
        lambda whole: whole[:20] + bytes(10) + whole[30:],
    ],
)
def test_chunks_cannot_be_cut_off_dropped_repeated_swapped_or_added(change: Callable[[bytes], bytes]) -> None:
    whole = sealed(bytes(3 * CHUNK + 14))
    with pytest.raises(Sealed):
        opened(change(whole))


def test_a_chunk_of_another_file_under_the_same_key_does_not_fit() -> None:
    one, other = sealed(b"1" * 2 * CHUNK), sealed(b"2" * 2 * CHUNK)
    with pytest.raises(Sealed):
        opened(one[: HEADER_BYTES + FRAME] + other[HEADER_BYTES + FRAME :])


def test_another_key_is_told_apart_from_a_damaged_file() -> None:
    with pytest.raises(Sealed, match=KEY.id.hex()):
        opened(sealed(b"master"), ContentKey(bytes(32)))


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF" * 100])
def test_a_plain_file_is_not_mistaken_for_a_sealed_one(data: bytes) -> None:
    with pytest.raises(UnusableInput, match="not a file that Partbook encrypted"):
        opened(data)


def test_nothing_of_the_master_shows_and_no_two_sealings_are_alike(store: LocalStore) -> None:
    master = b"the first bar of the master " * 5000
    first = put_encrypted(store, io.BytesIO(master), KEY, name="master.wav")
    second = put_encrypted(store, io.BytesIO(master), KEY)
    assert first.cid != second.cid
    for path in (store.folder / "blocks").rglob("*.data"):
        assert b"first bar" not in path.read_bytes()
    assert b"".join(open_encrypted(store, first.cid, KEY)) == master
    assert store.pins() == [first, second]


def test_a_damaged_block_of_a_sealed_file_is_named_like_any_other(store: LocalStore) -> None:
    found = put_encrypted(store, io.BytesIO(bytes(1000)), KEY)
    path = next((store.folder / "blocks").rglob("*.data"))
    spoilt = bytearray(path.read_bytes())
    spoilt[-1] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(BlockDamaged):
        b"".join(open_encrypted(store, found.cid, KEY))


def test_memory_does_not_grow_with_the_file(store: LocalStore) -> None:
    data = io.BytesIO(bytes(24 << 20))
    tracemalloc.start()
    found = put_encrypted(store, data, KEY)
    size = sum(len(piece) for piece in open_encrypted(store, found.cid, KEY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 24 << 20
    assert peak < 8 << 20


def test_a_new_key_is_the_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "content.key"
    key = load_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).id == key.id
    assert opened(sealed(b"x", key), load_key(path)) == b"x"
    assert [found.name for found in path.parent.iterdir()] == ["content.key"]


def test_two_that_make_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(load_key(tmp_path / "content.key").id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "00" * 31])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "content.key"
    path.write_text(text)
    with pytest.raises(UnusableInput, match="key"):
        load_key(path)
