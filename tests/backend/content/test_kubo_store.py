"""The store on an IPFS node, against a real js-ipfs node's RPC on loopback."""

import io
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ipfshttpclient
import pytest

from partbook.content.cid import parse_cid
from partbook.content.importer import PROFILES, cid_of_bytes
from partbook.content.kubo import KuboStore
from partbook.content.local import LocalStore
from partbook.content.opening import open_store
from partbook.content.store import BlockMissing
from partbook.core.errors import Mismatch, NotFound
from partbook.core.settings import Settings

pytestmark = pytest.mark.node

MIB = 1 << 20


def fresh(size: int) -> bytes:
    """Bytes that no other test has sent to the node."""
    return random.SystemRandom().randbytes(size)


@pytest.fixture
def node(js_ipfs: str, tmp_path: Path) -> KuboStore:
    return KuboStore(js_ipfs, tmp_path / "home", timeout=20)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("size", [0, 1, MIB, 3 * MIB + 1])
def test_what_goes_to_the_node_comes_back(node: KuboStore, profile: str, size: int) -> None:
    data = fresh(size)
    found = node.put(io.BytesIO(data), profile=profile, name="song")
    assert found.cid == cid_of_bytes(data, profile)
    assert b"".join(node.open(found.cid)) == data
    assert node.stat(found.cid) == found
    assert node.has(found.cid)
    assert found in node.pins()
    assert node.verify(found.cid).ok


def test_a_range_is_the_slice_of_the_whole(node: KuboStore) -> None:
    data = fresh(3 * MIB)
    cid = node.put(io.BytesIO(data)).cid
    for offset, length in ((0, 0), (MIB - 1, 2), (MIB, MIB), (2 * MIB + 5, None), (9 * MIB, 1)):
        end = len(data) if length is None else offset + length
        assert b"".join(node.open(cid, offset, length)) == data[offset:end]


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, MIB, MIB + 1, 10 * MIB, 47 * MIB])
def test_the_node_gives_files_the_same_cids_by_itself(js_ipfs: str, size: int) -> None:
    data = random.Random(size).randbytes(size)
    with ipfshttpclient.Client(js_ipfs, timeout=120) as client:
        for profile in PROFILES.values():
            answer = client.add(
                io.BytesIO(data),
                cid_version=profile.cid_version,
                raw_leaves=profile.raw_leaves,
                chunker=f"size-{profile.chunk}",
                only_hash=True,
                opts={},
            )
            assert parse_cid(answer["Hash"]).node == parse_cid(cid_of_bytes(data, profile.name)).node, profile.name


def test_unpinned_files_go_and_pinned_ones_stay(node: KuboStore, js_ipfs: str, tmp_path: Path) -> None:
    impatient = KuboStore(js_ipfs, tmp_path / "other", timeout=1)  # js-ipfs waits for a block that it lacks
    kept = node.put(io.BytesIO(fresh(MIB + 1)))
    gone = node.put(io.BytesIO(fresh(MIB + 2)))
    loose = node.put(io.BytesIO(fresh(5)), pin=False)
    node.unpin(gone.cid)
    with pytest.raises(NotFound, match="not pinned"):
        node.unpin(gone.cid)
    swept = node.gc()
    assert swept.blocks >= 4
    assert node.has(kept.cid)
    assert not impatient.has(gone.cid)
    assert not impatient.has(loose.cid)
    assert node.pins() == [kept]


def test_a_loose_file_can_be_pinned_later(node: KuboStore) -> None:
    found = node.put(io.BytesIO(fresh(MIB + 3)), pin=False)
    assert node.pins() == []
    assert node.pin(found.cid, name="later").name == "later"
    assert [pin.cid for pin in node.pins()] == [found.cid]


def test_a_file_that_the_node_lacks_is_not_found(js_ipfs: str, tmp_path: Path) -> None:
    node = KuboStore(js_ipfs, tmp_path, timeout=1)
    cid = cid_of_bytes(fresh(100))
    for ask in (node.open, node.stat, node.pin, node.verify):
        with pytest.raises(BlockMissing, match=cid):
            ask(cid)
    assert not node.has(cid)


def test_a_car_goes_from_this_machine_to_the_node_and_back(node: KuboStore, store: LocalStore) -> None:
    data = fresh(2 * MIB + 1)
    here = store.put(io.BytesIO(data), name="song")
    out = io.BytesIO()
    store.export_car(here.cid, out)
    there = node.import_car(io.BytesIO(out.getvalue()), name="song")
    assert there == here
    back = io.BytesIO()
    node.export_car(there.cid, back)
    assert back.getvalue() == out.getvalue()


def test_a_wrong_car_never_reaches_the_node(js_ipfs: str, tmp_path: Path, store: LocalStore) -> None:
    node = KuboStore(js_ipfs, tmp_path / "home", timeout=10)
    here = store.put(io.BytesIO(fresh(MIB + 1)))
    out = io.BytesIO()
    store.export_car(here.cid, out)
    wrong = bytearray(out.getvalue())
    wrong[-1] ^= 1
    with pytest.raises(Mismatch, match="another hash"):
        node.import_car(io.BytesIO(wrong))
    assert not node.has(here.cid)
    assert node.pins() == []


def test_threads_share_one_store(node: KuboStore) -> None:
    def work(size: int) -> bool:
        data = fresh(size)
        return b"".join(node.open(node.put(io.BytesIO(data)).cid)) == data

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(MIB, MIB + 12)))
    assert len(node.pins()) == 12


def test_one_setting_chooses_the_node(js_ipfs: str, tmp_path: Path) -> None:
    chosen = open_store(Settings.from_environment({"PARTBOOK_CONTENT_URL": js_ipfs}, home=tmp_path))
    assert isinstance(chosen, KuboStore)
    assert chosen.health().ok
    assert "0.18.1" in chosen.health().detail
    assert isinstance(open_store(Settings.from_environment({}, home=tmp_path)), LocalStore)


def test_the_node_listens_on_loopback_only(js_ipfs: str) -> None:
    assert js_ipfs.startswith("/ip4/127.0.0.1/tcp/")
    sockets = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    port = f"{int(js_ipfs.split('/')[4]):04X}"
    bound = {row[1].split(":")[0] for row in sockets if row[1].endswith(":" + port) and row[3] == "0A"}
    assert bound == {"0100007F"}


class TestRealKubo:
    """Kubo 0.22 as a library: which CIDs it gives, and whether it reads what was written here."""

    @pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, MIB, 10 * MIB, 174 * 256 * 1024 + 1])
    def test_kubo_gives_files_the_same_cids(self, kubo: Any, tmp_path: Path, size: int) -> None:
        path = tmp_path / "file"
        path.write_bytes(random.Random(size).randbytes(size))
        theirs = parse_cid(kubo.ask(do="add", path=str(path), only_hash=True))
        assert theirs.cid == cid_of_bytes(path.read_bytes(), "unixfs-v0-2015")

    @pytest.mark.parametrize("profile", PROFILES)
    def test_kubo_pins_and_reads_the_blocks_of_this_store(
        self, kubo: Any, store: LocalStore, tmp_path: Path, profile: str
    ) -> None:
        data = fresh(3 * MIB + 1)
        found = store.put(io.BytesIO(data), profile=profile)
        shutil.copytree(store.folder / "blocks", kubo.blocks, dirs_exist_ok=True)
        assert kubo.ask(do="pin", cid=found.cid) == 0
        assert kubo.ask(do="read", cid=found.cid, path=str(tmp_path / "out")) == 0
        assert (tmp_path / "out").read_bytes() == data
        pinned = {parse_cid(pin).node for pin in kubo.ask(do="pins")}
        assert parse_cid(found.cid).node in pinned

    def test_kubo_opens_no_socket(self, kubo: Any) -> None:
        links = [link.readlink() for link in Path(f"/proc/{kubo.pid}/fd").iterdir()]
        assert not [link for link in links if str(link).startswith("socket:")]

    def test_blocks_that_kubo_wrote_verify_here(self, kubo: Any, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(fresh(MIB + 1))
        cid = kubo.ask(do="add", path=str(path), only_hash=False)
        store = LocalStore(tmp_path / "here")
        shutil.copytree(kubo.blocks, store.folder / "blocks")
        assert store.verify(cid).ok
        assert store.pin(cid).profile == "unixfs-v0-2015"
        assert b"".join(store.open(cid)) == path.read_bytes()
