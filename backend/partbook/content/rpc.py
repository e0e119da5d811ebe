"""Speak to a Kubo node over its RPC: every call with a time limit, every failure as one sentence."""

import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import ipfshttpclient
import requests.exceptions
from ipfshttpclient import exceptions
from ipfshttpclient.http_requests import ClientSync

from partbook.content.car import MAX_BLOCK
from partbook.content.cid import BlockId, parse_cid
from partbook.content.pieces import stream_of
from partbook.content.store import BlockDamaged, BlockMissing
from partbook.core.errors import ConnectionFailed, Mismatch, NotConfigured, UnusableInput

QUICK_SECONDS = 5.0
"""Enough for what a node can answer from its own disk."""
_COPY_BYTES = 1 << 20
_PIECE_BYTES = 1 << 16

# ipfshttpclient passes an option to urllib3 that version 3 will refuse; `urllib3<3` is required for it.
warnings.filterwarnings("ignore", message="The 'strict' parameter", category=FutureWarning, module="urllib3")


class NodeRefused(Mismatch):
    """The node answered, and the answer was no."""


class Rpc:
    """The calls that a content store needs, over `/api/v0`.

    Args:
        address: multiaddr of the RPC, such as `/ip4/127.0.0.1/tcp/5001/http`.
        timeout: seconds without an answer after which a call fails.

    Raises:
        NotConfigured: the address is not one that the client can use.
    """

    def __init__(self, address: str, timeout: float) -> None:
        self.address = address
        self.timeout = timeout
        try:
            self._client: Any = ipfshttpclient.Client(address)
            self._client._client = _InPieces(address, "api/v0", timeout=timeout)
            self._client._client.open_session()
        except (exceptions.AddressError, ValueError):
            raise NotConfigured(
                f"'{address}' is not the address of a Kubo RPC. Write it like /ip4/127.0.0.1/tcp/5001/http, "
                "/dns/ipfs.example.org/tcp/443/https, or 'local' for the store on this machine."
            ) from None

    def version(self) -> str:
        """What the node calls its version; the way to ask whether it is there."""
        with self._speaking("say its version"):
            return str(self._client.version(timeout=min(self.timeout, QUICK_SECONDS))["Version"])

    def block(self, block: BlockId, root: BlockId, local: bool = False) -> bytes:
        """The verified bytes of a block; `local` asks the node not to look for it on the network.

        Raises:
            BlockMissing: the node has no such block, or did not find it in time.
            BlockDamaged: the bytes have another hash, or do not end.
        """
        try:
            with self._speaking(f"give block {block}"):
                data = self._read_block(block, local, min(self.timeout, QUICK_SECONDS) if local else self.timeout)
        except (NodeRefused, TimedOut) as failure:
            if isinstance(failure, TimedOut):
                self.version()  # a node that is gone is another failure than a block that is
            raise BlockMissing(block, root, self.address) from None
        if not block.matches(data):
            raise BlockDamaged(block, root, self.address)
        return data

    def has_block(self, block: BlockId) -> bool:
        """Whether the node itself has the block, by its own word."""
        try:
            with self._speaking(f"look for block {block}"):
                seconds = min(self.timeout, QUICK_SECONDS)
                self._client.block.stat(block.cid, offline=True, opts=_limit(seconds))
        except NodeRefused:
            return False
        except TimedOut:
            self.version()
            return False
        return True

    def import_car(self, car: BinaryIO, root: BlockId, pin: bool) -> None:
        """Send the CAR of `root`, and let the node say that it has that root, pinned if asked."""
        body = stream_of(iter(lambda: car.read(_COPY_BYTES), b""))  # a bare stream: a file would send its local path
        with self._speaking("take in a CAR"):
            options = {"pin-roots": "true" if pin else "false"}
            with self._client.dag.imprt(body, stream=True, opts=options) as answers:
                roots = [answer["Root"].as_json() for answer in answers if "Root" in answer]
            reported = [parse_cid(found["Cid"]["/"]) for found in roots]
        complaints = [found["PinErrorMsg"] for found in roots if found.get("PinErrorMsg")]
        if complaints:
            raise NodeRefused(f"The IPFS node at {self.address} has {root} but did not pin it: {complaints[0]}.")
        wrong = [found for found in reported if found.node != root.node]
        if wrong or (pin and not reported) or not self.has_block(root):
            named = f"names {wrong[0]} instead" if wrong else "does not say that it has it"
            raise NodeRefused(f"The IPFS node at {self.address} took in a CAR of {root}, but {named}.")

    def pin(self, root: BlockId) -> None:
        """Pin a whole tree; a node that lacks a block looks for it until the time limit."""
        with self._speaking(f"pin {root}"):
            self._client.pin.add(root.cid, opts=_limit(self.timeout))

    def unpin(self, root: BlockId) -> None:
        """Take a pin away."""
        with self._speaking(f"unpin {root}"):
            self._client.pin.rm(root.cid, opts=_limit(self.timeout))

    def pinned(self) -> set[tuple[int, bytes]]:
        """Every root that the node keeps, as `BlockId.node`."""
        with self._speaking("list its pins"):
            names = list(self._client.pin.ls(type="recursive", opts={})["Keys"])
        roots = set()
        for name in names:
            try:
                roots.add(parse_cid(name).node)
            except UnusableInput:  # pinned by others, under a hash that files here never have
                continue
        return roots

    def collect(self) -> tuple[int, int]:
        """Let the node remove what nobody pinned; give blocks and bytes removed, by its own count."""
        with self._speaking("collect garbage"):
            before = int(self._client.repo.stat()["RepoSize"])
            removed = sum("Key" in entry.as_json() for entry in self._client.repo.gc())
            return removed, max(0, before - int(self._client.repo.stat()["RepoSize"]))

    def _read_block(self, block: BlockId, local: bool, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        parts, size = [], 0
        with self._client.block.get(block.cid, stream=True, offline=local, opts=_limit(seconds)) as answer:
            for part in answer:
                parts.append(part)
                size += len(part)
                if size > MAX_BLOCK:
                    return b""  # no block is that large; nothing has this hash
                if time.monotonic() > until:
                    raise exceptions.TimeoutError(TimeoutError("the block came too slowly"))
        return b"".join(parts)

    @contextmanager
    def _speaking(self, task: str) -> Iterator[None]:
        try:
            yield
        except exceptions.ErrorResponse as refused:
            if _GAVE_UP.search(str(refused)):
                raise TimedOut(self.address, task, self.timeout) from None
            raise NodeRefused(f"The IPFS node at {self.address} could not {task}: {_first_line(refused)}.") from None
        except (exceptions.TimeoutError, requests.exceptions.Timeout):
            raise TimedOut(self.address, task, self.timeout) from None
        except (exceptions.ConnectionError, requests.exceptions.ConnectionError) as lost:
            if "Read timed out" in str(lost):  # so it is told when the answer had begun
                raise TimedOut(self.address, task, self.timeout) from None
            raise ConnectionFailed(
                f"No IPFS node answers at {self.address}. Start one with `ipfs daemon`, "
                "or set PARTBOOK_CONTENT_URL=local to keep content on this machine."
            ) from None
        except (exceptions.Error, requests.exceptions.RequestException, *_NOT_AN_ANSWER) as broken:
            raise ConnectionFailed(
                f"What answers at {self.address} could not {task}: {_first_line(broken) or type(broken).__name__}. "
                "Check that it is the RPC of a Kubo node (port 5001 unless changed), not its gateway."
            ) from None


class _InPieces(ClientSync):  # type: ignore[misc]
    """The client's transport, with two habits more.

    It reads answers piece by piece, where the client by itself reads each to its end, however long. And it asks once
    more when a connection kept from an earlier call turns out to be closed by the node; a call with a body, which has
    been read by then, is not asked again.
    """

    def _request(self, *call: Any, chunk_size: int | None = None, **options: Any) -> Any:
        pieces = chunk_size or _PIECE_BYTES
        try:
            return super()._request(*call, chunk_size=pieces, **options)
        except exceptions.ProtocolError as lost:
            if options.get("data") or "RemoteDisconnected" not in str(lost):
                raise
            return super()._request(*call, chunk_size=pieces, **options)


class TimedOut(ConnectionFailed):
    """The node did not answer in time."""

    def __init__(self, address: str, task: str, seconds: float) -> None:
        super().__init__(
            f"The IPFS node at {address} did not {task} within {seconds:g} s. "
            "It may be down, or a block may be missing that it looks for on the network."
        )


_NOT_AN_ANSWER = (LookupError, TypeError, AssertionError, UnusableInput)
"""What an answer of another shape than a node's leads to, in the client (which asserts) and in the calls above."""
_GAVE_UP = re.compile(r"deadline exceeded|timed? ?out", re.IGNORECASE)


def _limit(seconds: float) -> dict[str, str]:
    """The node's own time limit; a fresh dict each time, since the client writes into it."""
    return {"timeout": f"{max(1, round(seconds))}s"}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(".")
