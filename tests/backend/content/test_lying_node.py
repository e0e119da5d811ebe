"""A node that lies, stalls, breaks off or is no node at all: each failure is a sentence, and wrong bytes never pass."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from partbook.content.cid import parse_cid
from partbook.content.kubo import KuboStore
from partbook.content.store import BlockDamaged, BlockMissing
from partbook.core.errors import ConnectionFailed, Mismatch, NotConfigured
from partbook.core.status import ExitStatus

Answer = Callable[[BaseHTTPRequestHandler], None]
CID = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
OTHER = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


class Liar(ThreadingHTTPServer):
    """Answers each RPC call by a function of the test's choice; `version` is answered well unless told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {"version": says({"Version": "0.40.0"})}
        self.over = threading.Event()
        """Set when the test is over; until then, what stalls goes on stalling."""
        self.waited_for: list[str] = []
        """Answers that went on to their end, because nobody gave them up."""

    @property
    def multiaddr(self) -> str:
        return f"/ip4/127.0.0.1/tcp/{self.server_address[1]}/http"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.close_connection = True
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline() or b"0", 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        call = self.path.removeprefix("/api/v0/").split("?")[0]
        answers: dict[str, Answer] = self.server.answers  # type: ignore[attr-defined]
        answers.get(call, fails("no such call"))(self)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def gives(body: bytes, promised: int | None = None, status: int = 200) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if promised is None else promised))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def says(value: object) -> Answer:
    return gives(json.dumps(value).encode())


def fails(message: str) -> Answer:
    return gives(json.dumps({"Message": message, "Code": 0, "Type": "error"}).encode(), status=500)


def stalls(handler: BaseHTTPRequestHandler) -> None:
    handler.server.over.wait(60)  # type: ignore[attr-defined]
    handler.server.waited_for.append("stalls")  # type: ignore[attr-defined]


def never_ends(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(1 << 16))
    except OSError:
        return


def trickles(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while not handler.server.over.wait(0.1):  # type: ignore[attr-defined]
            handler.wfile.write(bytes(70_000))
    except OSError:
        return
    handler.server.waited_for.append("trickles")  # type: ignore[attr-defined]


@pytest.fixture
def liar() -> Iterator[Liar]:
    server = Liar()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def node(liar: Liar, tmp_path: Path) -> KuboStore:
    return KuboStore(liar.multiaddr, tmp_path, timeout=1)


def test_the_right_bytes_pass(liar: Liar, node: KuboStore) -> None:
    liar.answers["block/get"] = gives(b"hello world")
    assert b"".join(node.open(CID)) == b"hello world"


@pytest.mark.parametrize("body", [b"hello worle", b"", b"hello world\n"])
def test_wrong_bytes_never_pass(liar: Liar, node: KuboStore, body: bytes) -> None:
    liar.answers["block/get"] = gives(body)
    with pytest.raises(BlockDamaged, match=CID):
        node.open(CID)
    assert node.verify(CID).damaged == (CID,)


def leaves_without_a_word(times: int, then: Answer, calls: list[int]) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        calls.append(1)
        if len(calls) > times:
            then(handler)

    return answer


def test_a_connection_that_the_node_closed_meanwhile_is_opened_again(liar: Liar, node: KuboStore) -> None:
    calls: list[int] = []
    liar.answers["block/get"] = leaves_without_a_word(1, gives(b"hello world"), calls)
    assert b"".join(node.open(CID)) == b"hello world"
    assert len(calls) == 2


def test_a_node_that_always_leaves_without_a_word_has_failed(liar: Liar, node: KuboStore) -> None:
    calls: list[int] = []
    liar.answers["block/get"] = leaves_without_a_word(99, gives(b""), calls)
    with pytest.raises(ConnectionFailed, match="could not give block"):
        node.open(CID)
    assert len(calls) == 2


def test_what_is_sent_is_sent_once(liar: Liar, node: KuboStore) -> None:
    calls: list[int] = []
    liar.answers["dag/import"] = leaves_without_a_word(99, gives(b""), calls)
    with pytest.raises(ConnectionFailed):
        node.put(io.BytesIO(b"hello world"), name="hello")
    assert len(calls) == 1


def test_a_block_that_never_ends_is_cut_off(liar: Liar, node: KuboStore) -> None:
    liar.answers["block/get"] = never_ends
    with pytest.raises(BlockDamaged):
        node.open(CID)


@pytest.mark.parametrize("answer", [stalls, trickles, fails("context deadline exceeded"), fails("block was not found")])
def test_a_block_that_does_not_come_is_missing(liar: Liar, node: KuboStore, answer: Answer) -> None:
    liar.answers["block/get"] = answer
    with pytest.raises(BlockMissing, match=CID):
        node.open(CID)
    assert not liar.waited_for


def test_a_node_that_stalls_in_everything_has_failed(liar: Liar, node: KuboStore) -> None:
    liar.answers["block/get"] = liar.answers["version"] = stalls
    with pytest.raises(ConnectionFailed, match="within 1 s"):
        node.open(CID)


def test_an_answer_that_breaks_off_is_a_failed_connection(liar: Liar, node: KuboStore) -> None:
    liar.answers["block/get"] = gives(b"hello", promised=11)
    with pytest.raises(ConnectionFailed, match=liar.multiaddr):
        node.open(CID)


@pytest.mark.parametrize(
    "answer",
    [
        gives(b"<html>hello</html>"),
        says(["?"]),
        says({"Root": {"Cid": {}}}),
        says({"Root": {"Cid": {"/": "x"}}}),
        gives(b""),
    ],
)
def test_something_that_is_no_node_is_said(liar: Liar, node: KuboStore, answer: Answer) -> None:
    liar.answers["version"] = liar.answers["dag/import"] = answer
    with pytest.raises((ConnectionFailed, Mismatch), match=liar.multiaddr):
        node.put(io.BytesIO(b"hello world"))
    assert not node.health().ok
    assert node._catalogue.pinned() == []


def test_a_node_that_names_the_file_otherwise_is_refused(liar: Liar, node: KuboStore) -> None:
    liar.answers["dag/import"] = says({"Root": {"Cid": {"/": OTHER}, "PinErrorMsg": ""}})
    liar.answers["block/stat"] = says({"Key": CID, "Size": 11})
    with pytest.raises(Mismatch, match=f"{CID}.*{OTHER}"):
        node.put(io.BytesIO(b"hello world"))


def test_a_node_that_could_not_pin_is_not_believed(liar: Liar, node: KuboStore) -> None:
    liar.answers["dag/import"] = says({"Root": {"Cid": {"/": CID}, "PinErrorMsg": "disk full"}})
    with pytest.raises(Mismatch, match="disk full"):
        node.put(io.BytesIO(b"hello world"))
    assert node._catalogue.find(parse_cid(CID).cid) is None


def test_a_node_that_is_off_is_named_with_what_to_start(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"/ip4/127.0.0.1/tcp/{free.getsockname()[1]}/http"
    node = KuboStore(address, tmp_path, timeout=1)
    for ask in (node.open, node.pin, node.unpin, node.has, node.verify):
        with pytest.raises(ConnectionFailed, match="ipfs daemon") as off:
            ask(CID)
        assert address in str(off.value)
    assert off.value.exit_status == ExitStatus.CONFIGURATION
    assert not node.health().ok


@pytest.mark.parametrize("address", ["", "kubo", "http://127.0.0.1:5001", "/ip4/127.0.0.1", "/ip4/1.2.3/tcp/5001/http"])
def test_an_address_that_is_none_is_refused_with_an_example(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotConfigured, match=r"/ip4/127\.0\.0\.1/tcp/5001/http"):
        KuboStore(address, tmp_path)
