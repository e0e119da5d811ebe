"""The store on this machine: what goes in comes out, and nothing else ever does."""

import io
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.content.cid import BlockId, parse_cid
from partbook.content.dag import blocks
from partbook.content.importer import PROFILES, cid_of_bytes
from partbook.content.local import LocalStore
from partbook.content.store import BlockDamaged, BlockMissing, StoredObject
from partbook.core.errors import NotConfigured, NotFound, UnusableInput

MIB = 1 << 20
SONG = random.Random(7).randbytes(3 * MIB + 17)


def kept(store: LocalStore, data: bytes = SONG, **options: str | bool) -> StoredObject:
    return store.put(io.BytesIO(data), **options)  # type: ignore[arg-type]


def read(store: LocalStore, cid: str, offset: int = 0, length: int | None = None) -> bytes:
    return b"".join(store.open(cid, offset, length))


def files_of(store: LocalStore, cid: str) -> list[tuple[BlockId, Path]]:
    root = parse_cid(cid)
    names = [block for block, _ in blocks(store._fetch(root), root)]
    return [(block, store._blocks.path_of(block)) for block in names]


def every_block(store: LocalStore) -> list[Path]:
    return sorted(path for path in (store.folder / "blocks").rglob("*") if path.is_file())


def flip(path: Path, bit: int = 5) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1 << bit
    path.write_bytes(data)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("size", [0, 1, MIB // 4, MIB // 4 + 1, MIB - 1, MIB, MIB + 1, 2 * MIB])
def test_what_goes_in_comes_out(store: LocalStore, profile: str, size: int) -> None:
    found = kept(store, SONG[:size], profile=profile, name="song")
    assert read(store, found.cid) == SONG[:size]
    assert store.stat(found.cid) == found == store.pins()[0]
    assert (found.size, found.profile, found.name) == (size, profile, "song")
    assert found.cid == cid_of_bytes(SONG[:size], profile)
    assert store.verify(found.cid).ok


def test_every_range_is_the_slice_of_the_whole(store: LocalStore) -> None:
    cid = kept(store).cid

    @given(st.integers(0, len(SONG) + 5), st.none() | st.integers(0, len(SONG) + 5))
    @settings(max_examples=60, deadline=None)
    def check(offset: int, length: int | None) -> None:
        end = len(SONG) if length is None else offset + length
        assert read(store, cid, offset, length) == SONG[offset:end]

    check()


def test_a_range_reads_only_the_blocks_that_it_touches(store: LocalStore) -> None:
    cid = kept(store).cid
    _, *leaves = files_of(store, cid)
    for place in (0, 2, 3):
        flip(leaves[place][1])
    assert read(store, cid, MIB, MIB) == SONG[MIB : 2 * MIB]
    with pytest.raises(BlockDamaged):
        read(store, cid, MIB, MIB + 1)


@pytest.mark.parametrize(("offset", "length"), [(-1, None), (0, -1)])
def test_a_negative_range_is_refused(store: LocalStore, offset: int, length: int | None) -> None:
    with pytest.raises(UnusableInput, match="0 or more"):
        store.open(kept(store).cid, offset, length)


def test_a_flipped_bit_is_named_with_its_block_and_its_file(store: LocalStore) -> None:
    found = kept(store)
    leaf, path = files_of(store, found.cid)[2]
    flip(path)
    with pytest.raises(BlockDamaged, match=leaf.cid) as damaged:
        read(store, found.cid)
    assert found.cid in str(damaged.value)
    report = store.verify(found.cid)
    assert (report.ok, report.damaged, report.missing, report.blocks) == (False, (leaf.cid,), (), 4)


def test_a_lost_block_is_named_with_its_block_and_its_file(store: LocalStore) -> None:
    found = kept(store)
    leaf, path = files_of(store, found.cid)[4]
    path.unlink()
    assert not store.has(found.cid)
    with pytest.raises(BlockMissing, match=leaf.cid) as missing:
        read(store, found.cid)
    assert found.cid in str(missing.value)
    assert store.verify(found.cid).missing == (leaf.cid,)
    with pytest.raises(BlockMissing, match=leaf.cid):
        store.pin(found.cid)


def test_putting_a_file_again_heals_what_was_damaged_or_lost(store: LocalStore) -> None:
    found = kept(store)
    root, first, second, *_ = files_of(store, found.cid)
    flip(first[1])
    second[1].unlink()
    flip(root[1])
    assert kept(store) == found
    assert store.verify(found.cid).ok
    assert read(store, found.cid) == SONG


def test_a_file_that_never_was_here_is_not_found(store: LocalStore) -> None:
    cid = cid_of_bytes(b"never")
    asked: list[Callable[[], object]] = [
        lambda: store.open(cid),
        lambda: store.stat(cid),
        lambda: store.pin(cid),
        lambda: store.verify(cid),
        lambda: store.export_car(cid, io.BytesIO()),
    ]
    for ask in asked:
        with pytest.raises(BlockMissing, match="Put the file again"):
            ask()
    with pytest.raises(NotFound, match="not pinned"):
        store.unpin(cid)
    assert not store.has(cid)


def test_gc_keeps_what_is_pinned_to_the_last_shared_block(store: LocalStore) -> None:
    song = kept(store, SONG)
    other = kept(store, SONG[: 2 * MIB] + b"another ending")
    loose = kept(store, b"loose", pin=False)
    store.unpin(other.cid)
    swept = store.gc()
    assert swept.blocks == 3  # the other's root and last block, and the loose file
    assert read(store, song.cid) == SONG
    assert not store.has(other.cid)
    assert not store.has(loose.cid)
    assert store.pins() == [song]
    assert store.gc().blocks == 0


def test_gc_removes_nothing_when_a_pinned_tree_cannot_be_read(store: LocalStore) -> None:
    song = kept(store)
    kept(store, b"loose", pin=False)
    flip(files_of(store, song.cid)[0][1])
    before = every_block(store)
    with pytest.raises(BlockDamaged, match=song.cid):
        store.gc()
    assert every_block(store) == before


def test_gc_removes_what_a_crash_left_half_arrived(store: LocalStore) -> None:
    kept(store)
    left = store.folder / "arriving" / "crashed"
    left.mkdir(parents=True)
    (left / "block.data").write_bytes(b"half")
    store.gc()
    assert not left.exists()


def test_a_pin_outlives_the_process_and_a_name_given_later_wins(store: LocalStore) -> None:
    found = kept(store, name="draft", pin=False)
    assert store.pins() == []
    store.pin(found.cid)
    store.pin(found.cid, name="Rain Choir")
    assert [(pin.cid, pin.name) for pin in LocalStore(store.folder).pins()] == [(found.cid, "Rain Choir")]
    store.unpin(found.cid)
    with pytest.raises(NotFound):
        store.unpin(found.cid)


def test_a_source_that_breaks_off_leaves_nothing(store: LocalStore) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > MIB:
                raise ConnectionResetError("the upload broke off")
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        store.put(Breaks(SONG))
    assert every_block(store) == []
    assert list((store.folder / "arriving").iterdir()) == []
    assert store.pins() == []


def test_a_version_0_name_finds_the_same_file(store: LocalStore) -> None:
    found = kept(store, b"hello world", profile="unixfs-v0-2015")
    old = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"
    assert read(store, old) == b"hello world"
    assert store.stat(old) == found
    store.unpin(old)
    assert store.pins() == []


def test_a_folder_that_cannot_be_used_is_said_and_not_healthy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = LocalStore(tmp_path / "file" / "content")
    assert not store.health().ok
    with pytest.raises(NotConfigured, match="--home"):
        kept(store)


def test_a_table_that_is_no_database_is_said(store: LocalStore) -> None:
    kept(store)
    (store.folder / "catalogue.db").write_bytes(b"x" * 5000)
    with pytest.raises(NotConfigured, match=r"catalogue\.db"):
        store.pins()


def test_threads_that_put_the_same_and_other_files_do_not_disturb_each_other(store: LocalStore) -> None:
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for turn in range(3):
                kept(store, SONG[: MIB + 1])
                kept(store, random.Random(seed * 10 + turn).randbytes(1000))
                if seed == 0:
                    store.gc()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    pins = store.pins()
    assert len(pins) == 1 + 6 * 3
    assert all(store.verify(pin.cid).ok for pin in pins)


def test_processes_that_put_and_collect_at_once_lose_nothing(store: LocalStore) -> None:
    script = (
        "import io, random, sys\nfrom pathlib import Path\nfrom partbook.content.local import LocalStore\n"
        "store = LocalStore(Path(sys.argv[1]))\n"
        "for turn in range(15):\n"
        "    store.put(io.BytesIO(random.Random(f'{sys.argv[2]} {turn}').randbytes(3000)))\n"
        "    store.gc()\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", script, str(store.folder), str(seed)], env=dict(os.environ))
        for seed in range(3)
    ]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert len(store.pins()) == 45
    assert all(store.verify(pin.cid).ok for pin in store.pins())
